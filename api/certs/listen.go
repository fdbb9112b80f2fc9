package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/spacetime-vr/spacetime/api/limit"
)

// A handshake costs a millisecond of a core, so that a flood of them would cost
// frames. Eight in advance serve a browser that opens its six connections at
// once.
const (
	handshakesPerSecond = 20
	handshakesAtOnce    = 8
	handshakeTimeout    = 5 * time.Second
)

// Listener accepts connections whose TLS handshake is done, at most 20 a second,
// each within 5 seconds, so that no more than about a hundred are under way;
// further clients wait in the system's queue. Who speaks plain HTTP is answered
// 400. The connections are [*tls.Conn], which net/http looks for: what limits
// connections goes inside, not around.
type Listener struct {
	net.Listener
	config *tls.Config
	done   chan accepted
	closed <-chan struct{}
	end    context.CancelFunc // closes closed
	once   sync.Once
	busy   sync.WaitGroup
}

// accepted is what Accept returns.
type accepted struct {
	conn net.Conn
	err  error
}

// NewListener does the handshakes of l's connections by config, such as that of
// [Reloader.Config]. Closing it closes l and waits for handshakes to end.
func NewListener(l net.Listener, config *tls.Config) *Listener {
	ctx, end := context.WithCancel(context.Background())
	t := &Listener{Listener: l, config: config, done: make(chan accepted), closed: ctx.Done(), end: end}
	t.busy.Go(func() { t.accept(ctx) })
	return t
}

// Accept implements [net.Listener].
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case a := <-l.done:
		return a.conn, a.err
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener]; closing twice is no error.
func (l *Listener) Close() (err error) {
	l.once.Do(func() {
		l.end()
		err = l.Listener.Close()
		l.busy.Wait()
	})
	return err
}

// accept starts handshakes until the listener is closed. Errors go to who calls
// Accept, which decides how soon to try again.
func (l *Listener) accept(ctx context.Context) {
	const each = time.Second / handshakesPerSecond
	var b limit.Bucket
	for pause(ctx, b.Take(time.Now(), each, handshakesAtOnce*each)) {
		conn, err := l.Listener.Accept()
		if err != nil {
			l.deliver(accepted{err: err})
			continue
		}
		l.busy.Go(func() { l.greet(ctx, conn) })
	}
}

// pause waits, and tells whether to go on.
func pause(ctx context.Context, wait time.Duration) bool {
	if wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// greet does the handshake of one connection.
func (l *Listener) greet(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	secure := tls.Server(conn, l.config)
	err := secure.HandshakeContext(ctx)
	var record tls.RecordHeaderError
	switch {
	case err == nil:
		l.deliver(accepted{conn: secure})
		return
	case errors.As(err, &record) && record.Conn != nil && isHTTP(record.RecordHeader):
		refusePlain(conn)
	}
	_ = conn.Close()
}

// deliver hands a to Accept, or lets it go where nobody accepts any more.
func (l *Listener) deliver(a accepted) {
	select {
	case l.done <- a:
	case <-l.closed:
		if a.conn != nil {
			_ = a.conn.Close()
		}
	}
}

// isHTTP tells a request of HTTP from other noise by the first bytes, where TLS
// has its header.
func isHTTP(start [5]byte) bool {
	switch string(start[:]) {
	case "GET /", "HEAD ", "POST ", "PUT /", "PATCH", "DELET", "OPTIO", "TRACE", "CONNE":
		return true
	}
	return false
}

const (
	plainAnswer = "HTTP/1.1 400 Bad Request\r\n" +
		"Content-Type: application/problem+json\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n" +
		`{"type":"about:blank","title":"Bad Request","status":400,"detail":"This port speaks TLS: ask by https."}` + "\n"
	// plainTimeout and plainMost bound what a client may still send meanwhile; to
	// close with something unread could take the answer back.
	plainTimeout = time.Second
	plainMost    = 64 << 10
)

// refusePlain answers a request without TLS.
func refusePlain(conn net.Conn) {
	if conn.SetDeadline(time.Now().Add(plainTimeout)) != nil {
		return
	}
	if _, err := io.WriteString(conn, plainAnswer); err != nil {
		return
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_, _ = io.CopyN(io.Discard, conn, plainMost)
	}
}
