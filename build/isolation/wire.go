package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/engine"
)

// client is one of those that make a load. Each has an address of its own, so
// that what the API allows one address does not hold back the whole load.
type client struct {
	*target
	number int
	key    string // its API key
	count  *tally
}

// dial connects from the client's own address.
func (c *client) dial(ctx context.Context, address string) (*net.TCPConn, error) {
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+c.number))}}
	conn, err := from.DialContext(ctx, "tcp", address)
	if err != nil {
		pause(ctx, 10*time.Millisecond)
		return nil, err
	}
	c.count.connected()
	return conn.(*net.TCPConn), nil
}

// watcher opens a WebSocket and sends its first message.
func (c *client) watcher(ctx context.Context, subscribe string) (*websocket.Conn, error) {
	dialer := websocket.Dialer{
		Subprotocols: []string{telemetry.Protocol},
		NetDialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			conn, err := c.dial(ctx, address)
			if err != nil {
				return nil, err
			}
			return conn, conn.SetReadBuffer(4096)
		},
	}
	ws, answer, err := dialer.DialContext(ctx, "ws://"+c.Telemetry+telemetry.Path, http.Header{"Authorization": {"Bearer " + c.key}})
	if answer != nil {
		c.count.answer(statusName(answer.StatusCode), 0)
	}
	if err != nil {
		pause(ctx, 10*time.Millisecond)
		return nil, err
	}
	context.AfterFunc(ctx, func() { ws.Close() })
	return ws, ws.WriteMessage(websocket.TextMessage, []byte(subscribe))
}

// over is a client that opens one connection after the other, and runs each until
// ctx ends or either side gives up.
func over(run func(context.Context, *wire) error) func(context.Context, *client) error {
	return func(ctx context.Context, c *client) error {
		conn, err := c.dial(ctx, c.Address)
		if err != nil {
			return err
		}
		defer conn.Close()
		defer context.AfterFunc(ctx, func() { conn.Close() })()
		return run(ctx, &wire{client: *c, conn: conn, reader: bufio.NewReader(conn)})
	}
}

// wire is one connection of a client.
type wire struct {
	client
	conn   *net.TCPConn
	reader *bufio.Reader
}

// request is a whole request as it goes over the wire; with a body it is JSON.
func (w *wire) request(line string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s HTTP/1.1\r\nHost: %s\r\n", line, w.Address)
	if w.key != "" {
		fmt.Fprintf(&b, "Authorization: Bearer %s\r\n", w.key)
	}
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// ask sends a request and takes the answer, whose body it throws away.
func (w *wire) ask(request []byte) (*http.Response, error) {
	began := engine.Now()
	if _, err := w.conn.Write(request); err != nil {
		return nil, err
	}
	r, err := w.read()
	if err == nil {
		w.count.answer(statusName(r.StatusCode), engine.Now()-began)
	}
	return r, err
}

// take takes the answer to a request that was sent before.
func (w *wire) take() (*http.Response, error) {
	r, err := w.read()
	if err == nil {
		w.count.answer(statusName(r.StatusCode), 0)
	}
	return r, err
}

func (w *wire) read() (*http.Response, error) {
	r, err := http.ReadResponse(w.reader, nil)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return r, err
}

// repeat asks again and again.
func (w *wire) repeat(ctx context.Context, request []byte) error {
	for ctx.Err() == nil {
		r, err := w.ask(request)
		if err != nil {
			return err
		}
		if r.Close {
			return nil
		}
	}
	return nil
}
