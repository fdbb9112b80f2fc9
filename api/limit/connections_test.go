package limit

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

// listen serves c on loopback, hands accepted connections out, as at work, and
// ends with the test.
func listen(t *testing.T, c *Connections) (l *Listener, accepted <-chan net.Conn) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l = c.Listen(inner)
	all := make(chan net.Conn, 64)
	ended := make(chan error, 1)
	go func() {
		for {
			one, err := l.Accept()
			if err != nil {
				ended <- err
				return
			}
			c.Track(one, http.StateActive)
			all <- one
		}
	}()
	t.Cleanup(func() {
		for range 2 {
			if err := l.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("accept ended with %v", err)
		}
		for len(all) > 0 {
			(<-all).Close()
		}
	})
	return l, all
}

// dial connects from a loopback address, e.g. 127.0.0.2.
func dial(t *testing.T, from string, l net.Listener) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
	c, err := dialer.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// turnedAway dials and fails unless the listener closes at once, which may be
// so soon that the dialling itself fails.
func turnedAway(t *testing.T, from string, l net.Listener) {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
	c, err := dialer.Dial("tcp", l.Addr().String())
	if err == nil {
		defer c.Close()
		gone(t, c)
	}
}

// gone waits for the other side to close.
func gone(t *testing.T, c net.Conn) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, err := c.Read(make([]byte, 1))
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("still open: %v", err)
	}
}

func TestConnectionsPerAddress(t *testing.T) {
	c := &Connections{Total: 10, PerAddress: 2}
	l, accepted := listen(t, c)
	dial(t, "127.0.0.2", l)
	first := <-accepted
	dial(t, "127.0.0.2", l)
	<-accepted
	turnedAway(t, "127.0.0.2", l)
	dial(t, "127.0.0.3", l) // nobody waits for the other's sake
	<-accepted
	if got, want := c.Counts(), (ConnectionCounts{Open: 3, RefusedAddress: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	first.Close()
	first.Close()
	dial(t, "127.0.0.2", l)
	<-accepted
	turnedAway(t, "127.0.0.2", l) // closing twice gave back one
}

// Two listeners share one total.
func TestConnectionsInAll(t *testing.T) {
	c := &Connections{Total: 3, PerAddress: 2}
	l1, accepted1 := listen(t, c)
	l2, accepted2 := listen(t, c)
	dial(t, "127.0.0.2", l1)
	one := <-accepted1
	dial(t, "127.0.0.3", l2)
	<-accepted2
	dial(t, "127.0.0.4", l2)
	<-accepted2
	turnedAway(t, "127.0.0.5", l1)
	turnedAway(t, "127.0.0.5", l2)
	if got, want := c.Counts(), (ConnectionCounts{Open: 3, RefusedTotal: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	one.Close()
	dial(t, "127.0.0.5", l2)
	<-accepted2
}

func TestConnectionsBanned(t *testing.T) {
	var banned atomic.Bool
	bad := netip.MustParseAddr("127.0.0.6")
	c := &Connections{Total: 10, PerAddress: 10, Banned: func(a netip.Addr) bool { return banned.Load() && a == bad }}
	l, accepted := listen(t, c)
	before := dial(t, "127.0.0.6", l)
	<-accepted
	other := dial(t, "127.0.0.7", l)
	server := <-accepted
	banned.Store(true)
	if n := c.Drop(bad); n != 1 {
		t.Errorf("%d dropped, want 1", n)
	}
	gone(t, before)
	turnedAway(t, "127.0.0.6", l)
	if _, err := server.Write([]byte{1}); err != nil {
		t.Error(err)
	}
	if _, err := other.Read(make([]byte, 1)); err != nil {
		t.Errorf("another address was dropped: %v", err)
	}
	if got, want := c.Counts(), (ConnectionCounts{Open: 1, RefusedBanned: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// net/http half-closes a connection when it answers before it has read the
// body: the client then still gets the answer.
func TestConnectionsCloseWrite(t *testing.T) {
	l, accepted := listen(t, &Connections{Total: 10, PerAddress: 10})
	client := dial(t, "127.0.0.2", l)
	server := <-accepted
	if _, err := server.Write([]byte("answer")); err != nil {
		t.Fatal(err)
	}
	if err := server.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(client); string(got) != "answer" || err != nil {
		t.Errorf("the client got %q, %v", got, err)
	}
	if _, err := client.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	_ = server.SetReadDeadline(time.Now().Add(5 * time.Second))
	if n, err := server.Read(make([]byte, 8)); n != 1 {
		t.Errorf("the server read %d bytes, %v", n, err)
	}
	if _, ok := server.(interface{ NetConn() net.Conn }).NetConn().(*net.TCPConn); !ok {
		t.Error("NetConn is not the connection underneath")
	}
}

// Who waits makes room for who comes: of its own address if that has too many,
// else of anybody's, and who has waited longest first.
func TestConnectionsWaiting(t *testing.T) {
	c := &Connections{Total: 4, PerAddress: 2}
	l, accepted := listen(t, c)
	open := func(from string) (client, server net.Conn) { return dial(t, from, l), <-accepted }
	atWork, _ := open("127.0.0.2")
	waits, waiting := open("127.0.0.2")
	c.Track(waiting, http.StateIdle)
	later, other := open("127.0.0.3")
	c.Track(tls.Server(other, nil), http.StateIdle)
	longer, asked := open("127.0.0.4")
	c.Track(asked, http.StateIdle)
	c.Track(asked, http.StateActive)
	c.Track(asked, http.StateIdle)

	open("127.0.0.2") // there are two of its own
	gone(t, waits)
	turnedAway(t, "127.0.0.2", l) // they are all at work now
	open("127.0.0.5")
	gone(t, later)
	open("127.0.0.5")
	gone(t, longer)
	turnedAway(t, "127.0.0.6", l)
	if got, want := c.Counts(), (ConnectionCounts{Open: 4, Displaced: 3, RefusedAddress: 1, RefusedTotal: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	_ = atWork.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	if _, err := atWork.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("who was at work: %v", err)
	}
	waiting.Close() // that it was displaced gives no second place back
	turnedAway(t, "127.0.0.6", l)
}

// Who sends a request byte by byte, and so never comes to an end with it, waits.
func TestConnectionsSlowly(t *testing.T) {
	c := &Connections{Total: 2, PerAddress: 2}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered, leave := make(chan bool), make(chan bool)
	s := http.Server{ConnState: c.Track, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		entered <- true
		<-leave
	})}
	ended := make(chan error)
	go func() { ended <- s.Serve(c.Listen(l)) }()
	slow := dial(t, "127.0.0.2", l)
	_, _ = io.WriteString(slow, "GET / HTTP/1.1\r\nHost: x\r\nX: ")
	ask := func(from string) net.Conn {
		conn := dial(t, from, l)
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		return conn
	}
	first := ask("127.0.0.3")
	<-entered
	ask("127.0.0.4")
	<-entered
	gone(t, slow)
	turnedAway(t, "127.0.0.5", l)
	close(leave)
	if _, err := io.ReadFull(first, make([]byte, len("HTTP/1.1 200"))); err != nil {
		t.Errorf("who asked got no answer: %v", err)
	}
	_ = s.Close()
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

// Who connects too often is turned away, whether the connections stay or not.
func TestConnectionsOften(t *testing.T) {
	c := &Connections{Total: 10, PerAddress: 10, Rate: New(Policy{"connect", 3, time.Hour}, time.Now)}
	l, accepted := listen(t, c)
	for range 3 {
		dial(t, "127.0.0.2", l)
		(<-accepted).Close()
	}
	turnedAway(t, "127.0.0.2", l)
	dial(t, "127.0.0.3", l)
	<-accepted
	if got, want := c.Counts(), (ConnectionCounts{Open: 1, RefusedRate: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

type pipes struct{ accept chan net.Conn }

func (p pipes) Accept() (net.Conn, error) { return <-p.accept, nil }
func (p pipes) Close() error              { return nil }
func (p pipes) Addr() net.Addr            { return nil }

// Peers without an IP address count in all only.
func TestConnectionsWithoutAddress(t *testing.T) {
	p := pipes{make(chan net.Conn, 3)}
	var theirs [3]net.Conn
	for i := range theirs {
		ours, other := net.Pipe()
		theirs[i] = other
		p.accept <- ours
	}
	c := &Connections{Total: 2, PerAddress: 1}
	l := c.Listen(p)
	for range 2 {
		accepted, _ := l.Accept()
		defer accepted.Close()
		c.Track(accepted, http.StateActive)
		if err := accepted.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			t.Error(err)
		}
	}
	go l.Accept()
	gone(t, theirs[2])
}

// The bar is 20 µs for one who is turned away, closing included.
func BenchmarkRefuse(b *testing.B) {
	c := &Connections{Total: 128, PerAddress: 16, Banned: func(netip.Addr) bool { return true }}
	address := netip.MustParseAddr("192.0.2.1")
	for i := range 127 {
		c.enter(&conn{}, Prefix(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})))
	}
	one := &conn{}
	b.ReportAllocs()
	for b.Loop() {
		if c.admit(one, address) {
			b.Fatal("admitted")
		}
	}
}
