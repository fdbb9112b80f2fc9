package certs

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestHTTPS serves with net/http, which must see that it is TLS.
func TestHTTPS(t *testing.T) {
	f := made(t, time.Now())
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil || r.TLS.Version != tls.VersionTLS13 || !r.TLS.HandshakeComplete {
			t.Errorf("TLS is %+v", r.TLS)
		}
		io.WriteString(w, "well")
	})}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(NewListener(tcp, reloader(t, source(f)).Config())) }()
	transport := &http.Transport{TLSClientConfig: client(t, f, "localhost")}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Get("https://" + tcp.Addr().String() + "/")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if string(body) != "well" || answer.ProtoMajor != 1 {
		t.Errorf("%s %q", answer.Proto, body)
	}
	transport.CloseIdleConnections()
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("ended with %v", err)
	}
}

func TestPlainHTTP(t *testing.T) {
	address := serve(t, reloader(t, source(made(t, time.Now()))).Config())
	for _, size := range []int{0, 60 << 10} { // with much that stays unread
		answer, err := http.Post("http://"+address+"/api/v1/time", "text/plain", strings.NewReader(strings.Repeat("x", size)))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusBadRequest || answer.Header.Get("Content-Type") != "application/problem+json" ||
			!strings.Contains(string(body), `"status":400`) || answer.Header.Get("Location") != "" {
			t.Errorf("%d %v %s, %v", answer.StatusCode, answer.Header, body, err)
		}
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n")
	if heard, _ := io.ReadAll(conn); strings.Contains(string(heard), "HTTP") {
		t.Errorf("what is not HTTP is answered %q", heard)
	}
}

// pipes is a listener whose clients are already there, as many as are wanted.
type pipes struct {
	clients chan net.Conn
	closed  chan struct{}
	failing int // how often Accept fails first
}

var errTired = errors.New("no more descriptors")

func (p *pipes) Accept() (net.Conn, error) {
	if p.failing > 0 {
		p.failing--
		return nil, errTired
	}
	server, client := net.Pipe()
	select {
	case p.clients <- client:
		return server, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func TestHandshakeRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{clients: make(chan net.Conn), closed: make(chan struct{})}
		l := NewListener(p, &tls.Config{})
		began := time.Now()
		var conns []net.Conn
		for n := 1; n <= 48; n++ {
			conns = append(conns, <-p.clients)
			want := time.Duration(max(0, n-handshakesAtOnce)) * time.Second / handshakesPerSecond
			if got := time.Since(began); got != want {
				t.Fatalf("handshake %d begins after %v, want %v", n, got, want)
			}
		}
		if err := errors.Join(l.Close(), l.Close()); err != nil {
			t.Error(err)
		}
		for _, c := range conns {
			if _, err := c.Read(make([]byte, 1)); err == nil {
				t.Error("a connection outlives the listener")
			}
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("accepts after the end: %v", err)
		}
	})
}

func TestHandshakeTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{clients: make(chan net.Conn), closed: make(chan struct{}), failing: 1}
		l := NewListener(p, &tls.Config{})
		defer l.Close()
		if _, err := l.Accept(); !errors.Is(err, errTired) { // net/http decides what to do
			t.Errorf("the system's error: %v", err)
		}
		began, silent := time.Now(), <-p.clients
		if _, err := silent.Read(make([]byte, 1)); err == nil || time.Since(began) != handshakeTimeout {
			t.Errorf("a silent client is cut off after %v: %v", time.Since(began), err)
		}
	})
}

// TestNobodyAccepts: what has been greeted and is wanted by nobody is closed.
func TestNobodyAccepts(t *testing.T) {
	f := made(t, time.Now())
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := NewListener(tcp, reloader(t, source(f)).Config())
	conn, err := tls.Dial("tcp", tcp.Addr().String(), client(t, f, "localhost"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is open")
	}
}
