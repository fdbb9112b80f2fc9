package telemetry

import (
	"bufio"
	"net"
	"net/http"
	"time"

	"github.com/spacetime-vr/spacetime/api/limit"
)

// deadlineSlack is how much less than writeDeadline a write may get.
const deadlineSlack = 250 * time.Millisecond

// hijacked hands out its connection as a socket.
type hijacked struct{ http.ResponseWriter }

func (m *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(m.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	return &socket{Conn: conn}, buffers, nil
}

// socket is a connection on which a client may send so many bytes a second. The
// rate of messages does not bound them: a message may have any number of empty
// frames.
type socket struct {
	net.Conn
	bytes limit.Bucket
	armed time.Time // the write deadline
}

func (c *socket) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && c.bytes.Take(time.Now(), time.Duration(n)*time.Second/maxInboundRate, 2*time.Second) > 0 {
		return 0, errFlood
	}
	return n, err
}

// SetWriteDeadline keeps a deadline that is hardly earlier than t: setting one
// costs a tenth of what a message does. Writers take turns with it.
func (c *socket) SetWriteDeadline(t time.Time) error {
	if early := t.Sub(c.armed); early >= 0 && early < deadlineSlack {
		return nil
	}
	c.armed = t
	return c.Conn.SetWriteDeadline(t)
}

// setSendBuffer bounds what a client that does not read costs in the kernel.
func setSendBuffer(conn net.Conn) {
	if s, ok := socketOf(conn).(interface{ SetWriteBuffer(int) error }); ok {
		s.SetWriteBuffer(sendBuffer) // where it fails the write deadline still holds
	}
}

// socketOf returns what is below ours, TLS, and wrappers of a listener
// that have a method NetConn.
func socketOf(conn net.Conn) net.Conn {
	if in, ok := conn.(*socket); ok {
		conn = in.Conn
	}
	for {
		above, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return conn
		}
		conn = above.NetConn()
	}
}
