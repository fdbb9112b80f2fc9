package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

func TestMain(m *testing.M) {
	if address := os.Getenv(benchServer); address != "" {
		listenAll(address)
		return
	}
	goleak.VerifyTestMain(m)
}

const goodTicket = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_0" // 43 characters

// benchServer is the variable that makes the test's executable be the clients of
// a benchmark; its value is the server's address.
const benchServer = "TELEMETRY_BENCH_SERVER"

// house is a server with principals, tickets, a guard and an engine's snapshot
// that tests change.
type house struct {
	*Server
	listener string // its address
	options  Options
	snapshot atomic.Pointer[engine.Snapshot]

	mu      sync.Mutex
	clients map[string]Client // by token
	tickets map[string]Client
	from    netip.Addr // that the last ticket was redeemed from
}

func everything(string) bool { return true }

// viewer has the scopes of an ordinary user.
func viewer(topic string) bool { return topic != "log" && topic != "audit" && topic != "security" }

var errWrong = errors.New("wrong credential")

func newHouse(t testing.TB, change func(*Options)) *house {
	t.Helper()
	h := prepare(change)
	server := &http.Server{Handler: h.Server, ReadHeaderTimeout: HandshakeTimeout}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.listener = listener.Addr().String()
	go server.Serve(listener)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := h.Shutdown(ctx); err != nil {
			t.Errorf("shut down: %v", err)
		}
		server.Close()
	})
	return h
}

func prepare(change func(*Options)) *house {
	h := &house{
		clients: map[string]Client{
			"admin":  {Subject: "u1", Session: "s1", Allowed: everything},
			"viewer": {Subject: "u2", Session: "s2", Allowed: viewer},
			"nobody": {Subject: "u3", Session: "s3", Allowed: func(string) bool { return false }},
			"past":   {Subject: "u4", Session: "s4", Allowed: everything, Expires: time.Now().Add(-time.Second)},
		},
		tickets: map[string]Client{goodTicket: {Subject: "u5", Session: "s5", Allowed: viewer}},
	}
	h.snapshot.Store(&engine.Snapshot{State: scene.State{Revision: 7, Slug: "saturn", Title: "Saturn"}})
	h.options = Options{
		Guard: func(r *http.Request) error {
			if !strings.HasPrefix(r.Host, "127.0.0.1") {
				return errForeign
			}
			if o := r.Header.Get("Origin"); o != "" && o != "http://127.0.0.1:8080" {
				return errForeign
			}
			return nil
		},
		Refuse: func(w http.ResponseWriter, _ *http.Request, err error) { http.Error(w, err.Error(), statusOf(err)) },
		Authenticate: func(_ *http.Request, token string) (Client, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			c, ok := h.clients[token]
			if !ok {
				return Client{}, errWrong
			}
			return c, nil
		},
		Redeem: func(ticket string, from netip.Addr) (Client, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			c, ok := h.tickets[ticket]
			delete(h.tickets, ticket)
			h.from = from
			if !ok {
				return Client{}, errWrong
			}
			return c, nil
		},
		Snapshot: h.snapshot.Load,
		State:    map[string]func() any{"frame": func() any { return Frame{FPS: 90} }},
	}
	if change != nil {
		change(&h.options)
	}
	h.Server = New(h.options)
	return h
}

var errForeign = errors.New("foreign host or origin")

// statusOf is what the errors' comments say.
func statusOf(err error) int {
	for status, list := range map[int][]error{
		http.StatusBadRequest: {ErrHandshake, ErrProtocol, ErrQuery}, http.StatusUnauthorized: {ErrUnauthorised},
		http.StatusForbidden: {ErrForbidden, errForeign}, http.StatusServiceUnavailable: {ErrBusy},
	} {
		for _, e := range list {
			if errors.Is(err, e) {
				return status
			}
		}
	}
	return http.StatusInternalServerError
}

// listenAll connects until the server has no place, and throws away what comes.
func listenAll(address string) {
	dialer := websocket.Dialer{Subprotocols: []string{Protocol}}
	for {
		conn, _, err := dialer.Dial("ws://"+address+Path, http.Header{"Authorization": {"Bearer admin"}})
		if err != nil {
			break
		}
		conn.WriteMessage(websocket.TextMessage, []byte(`{"id":1,"type":"subscribe","topics":["job","perf"]}`))
		go io.Copy(io.Discard, conn.NetConn())
	}
	select {} // until it is killed
}

// allow makes a token good for a client.
func (h *house) allow(token string, c Client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[token] = c
}

// visitor is a connected client.
type visitor struct {
	t testing.TB
	*websocket.Conn
}

// enter connects with a token and reads the hello.
func (h *house) enter(t testing.TB, token string) (*visitor, Hello) {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{Protocol}, HandshakeTimeout: 5 * time.Second}
	conn, response, err := dialer.Dial("ws://"+h.listener+Path, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatalf("connect as %s: %v (%v)", token, err, response)
	}
	t.Cleanup(func() { conn.Close() })
	v := &visitor{t, conn}
	var hello struct {
		Type string
		Data Hello
	}
	v.read(&hello)
	if hello.Type != "hello" {
		t.Fatalf("the first message is a %s", hello.Type)
	}
	return v, hello.Data
}

// got is any message to a client.
type got struct {
	V         int
	Type      string
	ID        uint64
	OK        *bool
	Topics    []string
	Problem   *Problem
	Seq       uint64
	TS        string
	FromSeq   uint64 `json:"from_seq"`
	ToSeq     uint64 `json:"to_seq"`
	ExpiresAt string `json:"expires_at"`
	Data      json.RawMessage
}

func (v *visitor) read(into any) {
	v.t.Helper()
	v.SetReadDeadline(time.Now().Add(5 * time.Second))
	if err := v.ReadJSON(into); err != nil {
		v.t.Fatalf("read: %v", err)
	}
}

func (v *visitor) next() (m got) {
	v.t.Helper()
	v.read(&m)
	return m
}

// say sends a text and returns the next message.
func (v *visitor) ask(text string) got {
	v.t.Helper()
	v.say(text)
	return v.next()
}

func (v *visitor) say(text string) {
	v.t.Helper()
	if err := v.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		v.t.Fatalf("send: %v", err)
	}
}

// closedWith reads until the connection ends and asserts its code.
func (v *visitor) closedWith(code int) {
	v.t.Helper()
	v.SetReadDeadline(time.Now().Add(5 * time.Second))
	for {
		_, _, err := v.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case err == nil:
		case !errors.As(err, &closed):
			v.t.Fatalf("the connection ended with %v, want code %d", err, code)
		case closed.Code != code:
			v.t.Fatalf("the connection ended with %v, want code %d", closed, code)
		default:
			return
		}
	}
}

// eventually waits for what happens on other goroutines.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for range 500 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("it does not come about that %s", what)
}

// request makes the opening handshake, changed.
func (h *house) request(change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8081"+Path, nil)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": Protocol, "Authorization": "Bearer admin",
	} {
		r.Header.Set(name, value)
	}
	change(r)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
