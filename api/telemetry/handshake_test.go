package telemetry

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// TestRefusals holds what is answered before an upgrade.
func TestRefusals(t *testing.T) {
	h := newHouse(t, nil)
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	del := func(name string) func(*http.Request) { return func(r *http.Request) { r.Header.Del(name) } }
	ticket := func(tickets ...string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("Authorization")
			r.Header.Set("Sec-WebSocket-Protocol", Protocol+", "+TicketPrefix+strings.Join(tickets, ", "+TicketPrefix))
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"foreign host", func(r *http.Request) { r.Host = "evil.example:8081" }, 403},
		{"foreign origin", set("Origin", "http://evil.example"), 403},
		{"host and origin agree on the attacker", func(r *http.Request) {
			r.Host = "evil.example:8081"
			r.Header.Set("Origin", "http://evil.example:8081")
		}, 403},
		{"token in the query", func(r *http.Request) { r.URL.RawQuery = "access_token=admin" }, 400},
		{"empty query", func(r *http.Request) { r.URL.ForceQuery = true }, 400},
		{"plain GET", func(r *http.Request) { r.Header.Del("Upgrade"); r.Header.Del("Connection") }, 400},
		{"POST", func(r *http.Request) { r.Method = http.MethodPost }, 400},
		{"no subprotocol", del("Sec-WebSocket-Protocol"), 400},
		{"other subprotocol", set("Sec-WebSocket-Protocol", "spacetime.telemetry.v2+json"), 400},
		{"version 12", set("Sec-WebSocket-Version", "12"), 400},
		{"no key", del("Sec-WebSocket-Key"), 400},
		{"short key", set("Sec-WebSocket-Key", "c2hvcnQ="), 400},
		{"no credential", del("Authorization"), 401},
		{"cookie only", func(r *http.Request) {
			r.Header.Del("Authorization")
			r.Header.Set("Cookie", "token=admin; __Host-refresh=admin")
		}, 401},
		{"wrong token", set("Authorization", "Bearer wrong"), 401},
		{"no token", set("Authorization", "Bearer "), 401},
		{"basic", set("Authorization", "Basic admin"), 401},
		{"two tokens", func(r *http.Request) { r.Header.Add("Authorization", "Bearer viewer") }, 401},
		{"token that has ended", set("Authorization", "Bearer past"), 401},
		{"token without a scope", set("Authorization", "Bearer nobody"), 403},
		{"short ticket", ticket("abc"), 401},
		{"ticket of other characters", ticket(strings.Repeat("+", 43)), 401},
		{"unknown ticket", ticket(strings.Repeat("x", 43)), 401},
		{"two tickets", ticket(goodTicket, strings.Repeat("x", 43)), 401},
		{"token and ticket", func(r *http.Request) {
			r.Header.Add("Sec-WebSocket-Protocol", TicketPrefix+goodTicket)
		}, 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := h.request(tt.change)
			if w.Code != tt.status {
				t.Errorf("status %d (%s), want %d", w.Code, strings.TrimSpace(w.Body.String()), tt.status)
			}
			if strings.Contains(w.Body.String(), "not supported") { // by the recorder, to be hijacked
				t.Error("the request got as far as the upgrade")
			}
		})
	}
	if c := h.Counters(); c.Clients != 0 || c.Refused != 25 {
		t.Errorf("%d clients and %d refusals, want 0 and 25", c.Clients, c.Refused)
	}
}

// TestTicket asserts that a ticket opens one connection, from where it is told
// to come, and that it is not echoed.
func TestTicket(t *testing.T) {
	h := newHouse(t, nil)
	dial := func() (*websocket.Conn, *http.Response, error) {
		dialer := websocket.Dialer{Subprotocols: []string{Protocol, TicketPrefix + goodTicket}}
		return dialer.Dial("ws://"+h.listener+Path, http.Header{"Origin": {"http://127.0.0.1:8080"}})
	}
	conn, response, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := response.Header.Values("Sec-Websocket-Protocol"); len(got) != 1 || got[0] != Protocol {
		t.Errorf("selected %q, want %q", got, Protocol)
	}
	if h.from != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("redeemed from %v", h.from)
	}
	if _, response, err := dial(); err == nil || response.StatusCode != 401 {
		t.Errorf("the same ticket again: %v, %v, want 401", response, err)
	}
}

// TestHeadersOfUpgrade speaks TCP, as a client that wants compression.
func TestHeadersOfUpgrade(t *testing.T) {
	h := newHouse(t, nil)
	_, header := h.raw(t, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
	if got := header.Get("Sec-WebSocket-Extensions"); got != "" {
		t.Errorf("extensions %q, want none", got)
	}
	// RFC 6455 section 1.3 has this key and this answer.
	if got := header.Get("Sec-WebSocket-Accept"); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Errorf("accept %q", got)
	}
	if len(header) != 4 {
		t.Errorf("headers %v, want four", header)
	}
}

// raw opens a connection by hand and returns it after the handshake.
func (h *house) raw(t testing.TB, headers string) (net.Conn, http.Header) {
	t.Helper()
	conn, err := net.Dial("tcp", h.listener)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\nAuthorization: Bearer admin\r\n%s\r\n",
		Path, h.listener, Protocol, headers)
	reader := bufio.NewReaderSize(&oneByte{conn}, 16) // reads nothing ahead
	response, err := http.ReadResponse(reader, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v, %v", response, err)
	}
	return conn, response.Header
}

// oneByte reads a byte at a time.
type oneByte struct{ io.Reader }

func (o *oneByte) Read(b []byte) (int, error) { return o.Reader.Read(b[:min(1, len(b))]) }

func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		name   string
		limits Limits
		tokens []string // the last is refused
	}{
		{"of all", Limits{Clients: 2}, []string{"admin", "viewer", "admin"}},
		{"of a principal", Limits{}, []string{"admin", "admin", "viewer", "admin", "admin", "admin"}},
		{"of an address", Limits{PerPrincipal: 9}, []string{"admin", "viewer", "admin", "viewer", "admin", "viewer", "admin", "viewer", "admin"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, func(o *Options) { o.Limits = tt.limits })
			last := len(tt.tokens) - 1
			var first *visitor
			for i, token := range tt.tokens[:last] {
				v, _ := h.enter(t, token)
				if i == 0 {
					first = v
				}
			}
			dialer := websocket.Dialer{Subprotocols: []string{Protocol}}
			header := http.Header{"Authorization": {"Bearer " + tt.tokens[last]}}
			_, response, err := dialer.Dial("ws://"+h.listener+Path, header)
			if err == nil || response.StatusCode != 503 || response.Header.Get("Retry-After") != "5" {
				t.Fatalf("one too many: %v, %v, want 503 with Retry-After", response, err)
			}
			first.Close()
			eventually(t, "a place is free", func() bool { return h.Counters().Clients == last-1 })
			h.enter(t, tt.tokens[last])
		})
	}
}
