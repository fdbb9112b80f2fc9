package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine"
)

// listen has a fixture listen, and serve until the test ends.
func listen(t *testing.T, change ...func(*Options)) *fixture {
	t.Helper()
	f := serve(t, append(change, func(o *Options) { o.Address, o.Telemetry = "127.0.0.1:0", "127.0.0.1:0" })...)
	if err := f.Listen(); err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- f.Serve() }()
	t.Cleanup(func() {
		if err := f.Shutdown(context.Background()); err != nil { // the test's own context has ended
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return f
}

// TestCheck: others reach the server only over TLS, or where that is not wanted, and by
// names that are known.
func TestCheck(t *testing.T) {
	tls := certs.Source{Cert: "server.pem"}
	good := Network{Certificates: tls, Hosts: []string{"dome.example"}}
	for _, tt := range []struct {
		name    string
		address string
		network Network
		want    error
		tells   string
	}{
		{"loopback", "127.0.0.1:8080", Network{}, nil, ""},
		{"by its name, any port", "localhost:0", Network{}, nil, ""},
		{"of IPv6", "[::1]:8080", Network{}, nil, ""},
		{"all", "0.0.0.0:8080", good, nil, ""},
		{"in the clear by will", "0.0.0.0:8080", Network{Insecure: true, Hosts: good.Hosts}, nil, ""},
		{"all, in the clear", "0.0.0.0:8080", Network{Hosts: good.Hosts}, ErrExposed, "api 0.0.0.0:8080: other machines could ask, and without TLS only this machine may ask: run spacectl lan enable"},
		{"all by no host", ":8080", Network{}, ErrExposed, "without TLS"},
		{"all of IPv6", "[::]:8080", Network{}, ErrExposed, "without TLS"},
		{"one of the network", "192.168.1.2:8080", Network{}, ErrExposed, "without TLS"},
		{"a name", "example.org:8080", Network{}, ErrExposed, "without TLS"},
		{"a name like ours", "localhost.evil.example:80", Network{}, ErrExposed, "without TLS"},
		{"a number", "2130706433:80", Network{}, ErrExposed, "without TLS"},
		{"no names", "0.0.0.0:8080", Network{Certificates: tls}, ErrExposed, "allowed-hosts does not say by which name: run spacectl lan enable"},
		{"no names, insecure", "0.0.0.0:8080", Network{Insecure: true}, ErrExposed, "allowed-hosts"},
		{"no port", "127.0.0.1", good, ErrAddress, `api: "127.0.0.1" is not an address such as 127.0.0.1:8080`},
		{"only a port", "8080", good, ErrAddress, "such as"},
		{"nothing", "", good, ErrAddress, "such as"},
		{"a port by name", "127.0.0.1:http", good, ErrAddress, "has no port between 0 and 65535"},
		{"a port too high", "127.0.0.1:65536", good, ErrAddress, "has no port"},
		{"a negative port", "127.0.0.1:-1", good, ErrAddress, "has no port"},
		{"an empty port", "localhost:", good, ErrAddress, "has no port"},
	} {
		err := tt.network.Check("api", tt.address)
		if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), tt.tells) {
			t.Errorf("%s: %v, want %v, %q", tt.name, err, tt.want, tt.tells)
		}
	}
}

// TestOnlyLoopback: a server is not made where it must not listen, at either port;
// others reach it only where somebody has an account.
func TestOnlyLoopback(t *testing.T) {
	open := Network{Insecure: true, Hosts: []string{"dome.example"}}
	for _, tt := range []struct {
		api, telemetry string
		network        Network
		paired         bool
		want           error
	}{
		{"127.0.0.1:0", "", Network{}, false, nil},
		{"127.0.0.1:0", "127.0.0.1:0", Network{}, false, nil},
		{"", "", Network{}, false, ErrAddress},
		{"127.0.0.1:0", "8081", Network{}, false, ErrAddress},
		{"0.0.0.0:0", "", Network{}, true, ErrExposed},
		{"127.0.0.1:0", "0.0.0.0:0", Network{}, true, ErrExposed},
		{"0.0.0.0:0", "", open, false, ErrExposed},
		{"127.0.0.1:0", "0.0.0.0:0", open, false, ErrExposed},
		{"0.0.0.0:0", "0.0.0.0:0", open, true, nil},
	} {
		o, _ := options(t)
		o.Address, o.Telemetry, o.Network = tt.api, tt.telemetry, tt.network
		if tt.paired {
			if _, err := o.Control.auth.CreateUser(t.Context(), "anna", "correct horse battery", auth.Admin); err != nil {
				t.Fatal(err)
			}
		}
		s, err := New(o)
		if !errors.Is(err, tt.want) {
			t.Errorf("%q, %q, paired %t: %v, want %v", tt.api, tt.telemetry, tt.paired, err, tt.want)
		}
		if s == nil {
			continue
		}
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestListen(t *testing.T) {
	f := listen(t)
	found, err := ReadInstance(f.options.Paths.Instance())
	if err != nil {
		t.Fatal(err)
	}
	if found.HTTP != f.URL() || found.PID != os.Getpid() || found.Version != engine.Version || time.Since(found.Started) > time.Minute ||
		found.Telemetry != "ws://"+f.TelemetryAddress()+"/ws/v1/telemetry" {
		t.Errorf("got %+v, listening at %s and %s", found, f.URL(), f.TelemetryAddress())
	}
	token, err := auth.IssueLocal(found.KeyFile, auth.Viewer, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("GET", found.HTTP+"/api/v1/state", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token.Reveal())
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("status %d", resp.StatusCode)
	}
	if runtime.GOOS == "windows" {
		return // there the user's folder is private as a whole
	}
	for _, path := range []string{f.options.Paths.Instance(), f.paths.Key, f.paths.AuditKey, f.paths.Database} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s: mode %o, want 600", path, got)
		}
	}
}

// TestFromHere: what listens everywhere is reached at an address that certificates have.
func TestFromHere(t *testing.T) {
	for at, want := range map[string]string{"0.0.0.0:8080": "127.0.0.1:8080", "[::]:8081": "[::1]:8081", "192.0.2.7:1": "192.0.2.7:1", "[::1]:2": "[::1]:2"} {
		if got := fromHere(netip.MustParseAddrPort(at)); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestShutdownRemovesTheFile(t *testing.T) {
	f := serve(t, func(o *Options) { o.Address = "127.0.0.1:0" })
	if err := f.Shutdown(t.Context()); err != nil || f.Address() != "" {
		t.Errorf("before it listens: %v, %q", err, f.Address())
	}
	if err := f.Listen(); err != nil {
		t.Fatal(err)
	}
	address := f.Address()
	for range 2 { // the second time does nothing
		if err := f.Shutdown(t.Context()); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(f.options.Paths.Instance()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file: %v", err)
	}
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("somebody still listens")
	}
}

// TestPortTaken: the error names the address and what to do, and the file of the
// other instance stays.
func TestPortTaken(t *testing.T) {
	first := listen(t)
	second := serve(t, func(o *Options) { o.Address, o.Paths = first.Address(), first.options.Paths })
	err := second.Listen()
	if !errors.Is(err, ErrPortTaken) || !strings.Contains(err.Error(), first.Address()) || !strings.Contains(err.Error(), "give another") {
		t.Errorf("got %v", err)
	}
	if found, err := ReadInstance(first.options.Paths.Instance()); err != nil || found.HTTP != first.URL() {
		t.Errorf("got %+v, %v", found, err)
	}
}

// TestOwner: a second program is told which one it finds, where that one listens.
func TestOwner(t *testing.T) {
	listening, silent := listen(t), serve(t)
	for _, tt := range []struct {
		name string
		f    *fixture
		want string
	}{
		{"listening", listening, fmt.Sprintf("(process %d, which answers at %s)", os.Getpid(), listening.URL())},
		{"silent", silent, "another process has it open; stop that one first"},
	} {
		_, err := OpenControl(t.Context(), tt.f.paths, "test", nil)
		if err = Owner(tt.f.options.Paths, err); !errors.Is(err, store.ErrInUse) || !strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if err := Owner(tt.f.options.Paths, io.EOF); err != io.EOF {
			t.Errorf("%s: another error became %v", tt.name, err)
		}
	}
}

// TestBannedIsClosed: who is kept out is not answered, at either port.
func TestBannedIsClosed(t *testing.T) {
	f := serve(t)
	banned := 0
	f.connections.Banned = func(a netip.Addr) bool { banned++; return true }
	l := newPipes()
	f.listener = f.connections.Listen(l)
	go f.Serve()
	c := l.dial()
	go io.WriteString(c, "GET /livez HTTP/1.1\r\nHost: "+testHost+"\r\n\r\n")
	if answer, _ := io.ReadAll(c); len(answer) != 0 || banned == 0 {
		t.Errorf("got %q, asked %d times", answer, banned)
	}
	if err := f.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// pipes is a listener whose connections are in memory, so that their time is
// that of a bubble.
type pipes struct {
	dialed chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial() net.Conn { return p.dialFrom("127.0.0.1:1") }

func (p *pipes) dialFrom(address string) net.Conn {
	client, server := net.Pipe()
	p.dialed <- from{server, netip.MustParseAddrPort(address)}
	return client
}

// from is a connection that comes from an address.
type from struct {
	net.Conn
	address netip.AddrPort
}

func (f from) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(f.address) }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialed:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }

// TestSlowClients: each way to hold a connection ends after its time.
func TestSlowClients(t *testing.T) {
	const request = "GET /livez HTTP/1.1\r\nHost: " + testHost + "\r\n\r\n"
	for _, tt := range []struct {
		name  string
		sends string
		reads bool
		want  time.Duration
	}{
		{"says nothing", "", true, headerTimeout},
		{"headers without end", "GET /livez HTTP/1.1\r\nHost: ", true, headerTimeout},
		{"a body without end", "PATCH /api/v1/time HTTP/1.1\r\nHost: " + testHost + "\r\nAuthorization: Bearer TOKEN\r\n" +
			"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{", true, requestTimeout},
		{"takes no answer", request, false, answerTimeout},
		{"asks no more", request, true, idleTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := serve(t)
				l := newPipes()
				f.listener = l
				go f.Serve()
				c := l.dial()
				began := time.Now()
				io.WriteString(c, strings.Replace(tt.sends, "TOKEN", f.token(t, auth.Operator), 1))
				if !tt.reads {
					time.Sleep(answerTimeout + time.Millisecond) // of the bubble
				}
				io.Copy(io.Discard, c) // until the server ends it
				if got := time.Since(began); got < tt.want || got > tt.want+2*time.Second {
					t.Errorf("ended after %v, want %v", got, tt.want)
				}
				if err := f.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
				f.listener = nil
			})
		})
	}
}

// TestLongHeaders are refused by net/http, at 16 KiB.
func TestLongHeaders(t *testing.T) {
	for length, want := range map[int]string{8 << 10: "HTTP/1.1 200", 17 << 10: "HTTP/1.1 431"} {
		f := serve(t)
		l := newPipes()
		f.listener = l
		go f.Serve()
		c := l.dial()
		go io.WriteString(c, "GET /livez HTTP/1.1\r\nHost: "+testHost+"\r\nConnection: close\r\nX-Long: "+strings.Repeat("x", length)+"\r\n\r\n")
		answer, _ := io.ReadAll(c)
		if !strings.HasPrefix(string(answer), want) {
			t.Errorf("%d bytes: %.40q", length, answer)
		}
		if err := f.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestManyAtOnce: clients change, read and look at the world while it is drawn.
func TestManyAtOnce(t *testing.T) {
	f := serve(t)
	e := f.engine.Engine
	f.options.Engine = e // the fake counts without a lock
	f.refill()
	token := f.used(t, auth.Admin)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- e.Run(ctx, &screen{}, &painter{}, 0) }()
	for e.Snapshot().Frame == 0 {
		runtime.Gosched()
	}
	const clients, each = 4, 20
	before := e.Snapshot().State.Revision
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := uint64(0)
	for range clients {
		wg.Go(func() {
			for range each {
				for _, route := range []string{"PATCH /api/v1/time", "GET /api/v1/state", "GET /metrics", "POST " + screenshotsPath} {
					method, path, _ := strings.Cut(route, " ")
					w := f.ask(method, path, changes[route], "Authorization", "Bearer "+token)
					if w.Code == 500 {
						t.Errorf("%s: %s", route, w.Body)
					}
					if method == "PATCH" && w.Code == 200 {
						mu.Lock()
						taken++
						mu.Unlock()
					}
				}
			}
		})
	}
	wg.Wait()
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	f.settle()
	if got := e.Snapshot().State.Revision - before; got != taken || taken == 0 {
		t.Errorf("%d changes, %d were taken", got, taken)
	}
}
