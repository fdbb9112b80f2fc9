package limit

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
)

// Defaults of [Connections].
const (
	MaxConnections           = 128
	MaxConnectionsPerAddress = 16
)

// Connections bounds how many connections are open, over all listeners that
// [Connections.Listen] made: in all, and for each address (see [Prefix]).
// Those beyond, and those from banned addresses, are closed as soon as they
// are accepted, so that nobody's connections make others wait. Its methods
// are safe on any goroutine; the fields must not change after the first Listen.
type Connections struct {
	Total      int                   // most connections in all
	PerAddress int                   // most connections from one address
	Banned     func(netip.Addr) bool // nil: nobody is banned. It is called at every accept: it must be quick

	mu     sync.Mutex
	counts ConnectionCounts
	open   map[*conn]netip.Prefix
}

// ConnectionCounts are the counts of [Connections]; the refusals since the start.
type ConnectionCounts struct {
	Open           int
	RefusedTotal   uint64 // too many in all
	RefusedAddress uint64 // too many from one address
	RefusedBanned  uint64
}

// Listen returns inner under c's bounds. Its connections have CloseWrite and
// NetConn, as those of crypto/tls have.
func (c *Connections) Listen(inner net.Listener) *Listener {
	return &Listener{Listener: inner, connections: c}
}

// Counts returns the counts, for metrics.
func (c *Connections) Counts() ConnectionCounts {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := c.counts
	counts.Open = len(c.open)
	return counts
}

// Drop closes what is open from a's [Prefix], and returns how many that were.
// A ban needs it: at accept it only meets who comes anew.
func (c *Connections) Drop(a netip.Addr) int {
	prefix := Prefix(a)
	var dropped []*conn
	c.mu.Lock()
	for open, from := range c.open {
		if from == prefix {
			dropped = append(dropped, open)
		}
	}
	c.mu.Unlock()
	for _, open := range dropped {
		_ = open.Close() // it is gone either way
	}
	return len(dropped)
}

// admit enters a connection into the books, or says no and counts that. Bans
// are asked last: a ban made meanwhile is then seen here, or its Drop finds
// the connection.
func (c *Connections) admit(accepted *conn, from netip.Addr) bool {
	if !c.enter(accepted, Prefix(from)) {
		return false
	}
	if c.Banned == nil || !c.Banned(from) {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, accepted)
	c.counts.RefusedBanned++
	return false
}

func (c *Connections) enter(accepted *conn, from netip.Prefix) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.Total {
		c.counts.RefusedTotal++
		return false
	}
	if from.IsValid() && c.from(from) >= c.PerAddress {
		c.counts.RefusedAddress++
		return false
	}
	if c.open == nil {
		c.open = map[*conn]netip.Prefix{}
	}
	c.open[accepted] = from
	return true
}

// from counts what is open from an address; c.mu is held. Counting the few
// there are is simpler than keeping a second book.
func (c *Connections) from(address netip.Prefix) (n int) {
	for _, from := range c.open {
		if from == address {
			n++
		}
	}
	return n
}

func (c *Connections) forget(gone *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, gone)
}

// A Listener is a listener whose connections [Connections] bounds.
type Listener struct {
	net.Listener
	connections *Connections
	closed      atomic.Bool
}

// Accept implements [net.Listener]: it returns the next connection within the
// bounds. One whose peer has no IP address counts in all only.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		inner, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		accepted := &conn{Conn: inner, connections: l.connections}
		if l.connections.admit(accepted, remoteIP(inner)) {
			return accepted, nil
		}
		reset(inner)
	}
}

// Close implements [net.Listener]; closing twice is no error. Open connections
// stay.
func (l *Listener) Close() error {
	if l.closed.Swap(true) {
		return nil
	}
	return l.Listener.Close()
}

func remoteIP(c net.Conn) netip.Addr {
	if tcp, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// reset closes c by RST: a plain close would leave the kernel in TIME_WAIT for
// each one refused, thousands in a flood.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // at worst it is closed the slow way
	}
	_ = c.Close() // it is refused either way
}

type conn struct {
	net.Conn
	connections *Connections
}

// Close implements [net.Conn].
func (c *conn) Close() error {
	defer c.connections.forget(c)
	return c.Conn.Close()
}

// CloseWrite ends this side of the connection. net/http does so before it
// closes on a request it has not read to its end; without, the peer would lose
// the answer.
func (c *conn) CloseWrite() error {
	if inner, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return inner.CloseWrite()
	}
	return nil
}

// NetConn returns the connection underneath, e.g. to set its buffers.
func (c *conn) NetConn() net.Conn { return c.Conn }
