package limit

import (
	"net"
	"net/http"
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
// Where there are too many, a new one takes the place of the one that has waited
// longest for a request to come; so nobody keeps others out by opening
// connections and asking nothing, or asking it byte by byte. If all are at work
// the new one is closed as soon as it is accepted, as are those from banned
// addresses and from those that connect too often: nobody's connections make
// others wait. Its methods are safe on any goroutine; the fields must not change
// after the first Listen.
type Connections struct {
	Total      int                   // most connections in all
	PerAddress int                   // most connections from one address
	Rate       *Limiter              // how often one address may connect; nil: as often as it likes
	Banned     func(netip.Addr) bool // nil: nobody is banned. It is called at every accept: it must be quick

	mu     sync.Mutex
	counts ConnectionCounts
	open   map[*conn]netip.Prefix
	waits  uint64 // how often a connection began to wait
}

// ConnectionCounts are the counts of [Connections]; all but Open since the start.
type ConnectionCounts struct {
	Open           int
	Displaced      uint64 // closed while they waited, for a new one
	RefusedTotal   uint64 // too many in all, all at work
	RefusedAddress uint64 // too many from one address, all at work
	RefusedRate    uint64 // too often from one address
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

// Track learns from net/http which connections are at work; it is for
// [http.Server.ConnState]. A connection that it hears nothing of, in a TLS
// handshake say, waits.
func (c *Connections) Track(tracked net.Conn, state http.ConnState) {
	ours := find(tracked)
	if ours == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateActive, http.StateHijacked:
		ours.waits = 0
	case http.StateIdle:
		c.wait(ours)
	}
}

// find returns our connection, which TLS may be around.
func find(c net.Conn) *conn {
	for {
		if ours, ok := c.(*conn); ok {
			return ours
		}
		outer, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		c = outer.NetConn()
	}
}

// wait notes that a connection waits from now on; c.mu is held.
func (c *Connections) wait(one *conn) {
	c.waits++
	one.waits = c.waits
}

// admit enters a connection into the books, or says no and counts that. Bans
// are asked last: a ban made meanwhile is then seen here, or its Drop finds
// the connection.
func (c *Connections) admit(accepted *conn, from netip.Addr) bool {
	if from.IsValid() && c.Rate != nil && !c.Rate.Take(AddressKey(from), 1).Allowed {
		c.refuse(&c.counts.RefusedRate)
		return false
	}
	displaced, ok := c.enter(accepted, Prefix(from))
	if displaced != nil {
		reset(displaced.Conn)
	}
	if !ok || c.Banned == nil || !c.Banned(from) {
		return ok
	}
	c.forget(accepted)
	c.refuse(&c.counts.RefusedBanned)
	return false
}

func (c *Connections) refuse(count *uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*count++
}

// enter makes room for a connection, if it can, by taking another out.
func (c *Connections) enter(accepted *conn, from netip.Prefix) (displaced *conn, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	full, refused := false, &c.counts.RefusedAddress
	if from.IsValid() && c.from(from) >= c.PerAddress {
		full, displaced = true, c.longest(func(of netip.Prefix) bool { return of == from })
	} else if len(c.open) >= c.Total {
		full, displaced = true, c.longest(func(netip.Prefix) bool { return true })
		refused = &c.counts.RefusedTotal
	}
	if full && displaced == nil {
		*refused++
		return nil, false
	}
	if displaced != nil {
		delete(c.open, displaced)
		c.counts.Displaced++
	}
	if c.open == nil {
		c.open = map[*conn]netip.Prefix{}
	}
	c.open[accepted] = from
	c.wait(accepted)
	return displaced, true
}

// longest returns the connection of some addresses that has waited longest, or
// nil; c.mu is held.
func (c *Connections) longest(of func(netip.Prefix) bool) (first *conn) {
	for one, from := range c.open {
		if one.waits > 0 && of(from) && (first == nil || one.waits < first.waits) {
			first = one
		}
	}
	return first
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
	waits       uint64 // when it began to wait, in the order of waiting; 0 is at work. Under the lock of connections
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
