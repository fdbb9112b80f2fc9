package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// pipes is a listener in memory, so that tests of minutes take no time.
type pipes struct {
	dialled chan net.Conn
	closed  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialled:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// inBubble runs a test with a house whose clock is synctest's.
func inBubble(t *testing.T, change func(*Options), test func(*testing.T, *clockHouse)) {
	synctest.Test(t, func(t *testing.T) {
		h := &clockHouse{prepare(change), &pipes{make(chan net.Conn), make(chan struct{})}}
		server := &http.Server{Handler: h.Server}
		go server.Serve(h.pipes)
		test(t, h)
		if err := h.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		server.Close()
	})
}

type clockHouse struct {
	*house
	pipes *pipes
}

// guest is a client that reads all the time and notes what it reads, and when.
type guest struct {
	*websocket.Conn
	t     *testing.T
	began time.Time

	mu   sync.Mutex
	got  []heard
	code int // that the connection ended with; 0 while it lasts
}

type heard struct {
	got
	after time.Duration // since the connection was made
}

func (h *clockHouse) dial(t *testing.T, token string) (*guest, error) {
	dialer := websocket.Dialer{
		Subprotocols: []string{Protocol},
		NetDialContext: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			h.pipes.dialled <- there
			return here, nil
		},
	}
	conn, _, err := dialer.Dial("ws://127.0.0.1"+Path, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { conn.Close() })
	return &guest{Conn: conn, t: t, began: time.Now()}, nil
}

func (h *clockHouse) enter(t *testing.T, token string) *guest {
	t.Helper()
	return h.enterAnswering(t, token, nil)
}

// enterAnswering connects a client that has a handler for pings of its own.
func (h *clockHouse) enterAnswering(t *testing.T, token string, pings func(string) error) *guest {
	t.Helper()
	g, err := h.dial(t, token)
	if err != nil {
		t.Fatal(err)
	}
	g.SetPingHandler(pings)
	go g.listen()
	synctest.Wait()
	return g
}

func (g *guest) listen() {
	for {
		_, text, err := g.ReadMessage()
		var closed *websocket.CloseError
		if err != nil {
			if errors.As(err, &closed) {
				g.mu.Lock()
				g.code = closed.Code
				g.mu.Unlock()
			}
			g.Close()
			return
		}
		m := heard{after: time.Since(g.began)}
		if err := json.Unmarshal(text, &m.got); err != nil {
			g.t.Errorf("%s: %v", text, err)
		}
		g.mu.Lock()
		g.got = append(g.got, m)
		g.mu.Unlock()
	}
}

func (g *guest) say(text string) {
	g.t.Helper()
	if err := g.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		g.t.Fatal(err)
	}
	synctest.Wait()
}

// after lets time pass.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// all returns the messages.
func (g *guest) all() []heard {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.got)
}

// of returns the messages of a type.
func (g *guest) of(kind string) (list []heard) {
	for _, m := range g.all() {
		if m.Type == kind {
			list = append(list, m)
		}
	}
	return list
}

func (g *guest) expect(code int) {
	g.t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.code != code {
		g.t.Errorf("after %v the code is %d, want %d", time.Since(g.began), g.code, code)
	}
}
