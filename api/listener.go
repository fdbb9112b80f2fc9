package api

import (
	"net"
	"sync"
)

// limitConnections returns a listener that accepts no more than n connections
// at a time; further ones wait in the system's queue.
func limitConnections(l net.Listener, n int) net.Listener {
	return &limited{l, make(chan struct{}, n), make(chan struct{}), sync.Once{}}
}

type limited struct {
	net.Listener
	taken  chan struct{} // one for each connection
	closed chan struct{}
	once   sync.Once
}

// Accept implements [net.Listener].
func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.taken <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.taken
		return nil, err
	}
	return &counted{c, sync.OnceFunc(func() { <-l.taken })}, nil
}

// Close implements [net.Listener]; closing twice is no error.
func (l *limited) Close() (err error) {
	l.once.Do(func() {
		close(l.closed)
		err = l.Listener.Close()
	})
	return err
}

type counted struct {
	net.Conn
	release func()
}

// Close implements [net.Conn].
func (c *counted) Close() error {
	defer c.release()
	return c.Conn.Close()
}
