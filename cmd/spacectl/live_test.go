package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/telemetry"
)

// expiring is telemetry that says with every message that the credential ends in
// a moment, and tells what it is sent.
func expiring(t *testing.T) (string, <-chan string) {
	t.Helper()
	sent := make(chan string, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		up := websocket.Upgrader{Subprotocols: []string{telemetry.Protocol}}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		conn.WriteMessage(websocket.TextMessage, []byte(recorded[0]))
		go func() {
			for range 5 {
				ends := time.Now().Add(time.Second).UTC().Format(time.RFC3339Nano)
				conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"v":1,"type":"expiring","expires_at":%q}`, ends))
			}
			conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4401, "the token ended"))
		}()
		for {
			_, text, err := conn.ReadMessage()
			if err != nil {
				close(sent)
				return
			}
			sent <- string(text)
		}
	}))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "http", "ws", 1), sent
}

// changing is another token each time, the last for ever.
type changing struct {
	tokens []string
	asked  int
}

func (c *changing) token(context.Context, *client) (string, error) {
	c.asked++
	return c.tokens[min(c.asked, len(c.tokens))-1], nil
}

func (c *changing) adviseRefused(*client) string { return "" }

// TestLiveRenews: a credential that ends is shown anew once it is another one, and
// one that stays the same never.
func TestLiveRenews(t *testing.T) {
	for _, tt := range []struct {
		name   string
		tokens []string // one after the other, the last for ever
		want   string   // what is sent
	}{
		{"renewed", []string{"first", "second"}, `{"id":1,"token":"second","type":"reauth"}`},
		{"fixed", []string{"first"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, sent := expiring(t)
			c := clientAt(t, "", at)
			c.credential = &changing{tokens: tt.tokens}
			l, err := dialLive(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if l.hello.Version != "1.2.3" {
				t.Errorf("hello: %+v", l.hello)
			}
			for err == nil {
				_, err = l.next(t.Context(), time.Time{})
			}
			if !websocket.IsCloseError(err, 4401) {
				t.Error(err)
			}
			l.close()
			var all []string
			for text := range sent {
				all = append(all, strings.TrimSpace(text))
			}
			if got := strings.Join(all, " "); got != tt.want {
				t.Errorf("it sends %q, want %q", got, tt.want)
			}
		})
	}
}

// TestLiveEndsWithItsContext: a wait for a message does not outlive the user's
// Ctrl-C.
func TestLiveEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l, err := dialLive(ctx, clientAt(t, "", silent(t, recorded[0])))
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := l.next(ctx, time.Time{}); err != context.Canceled {
		t.Errorf("ended with %v", err)
	}
}

// TestLiveOverTLS: telemetry is trusted as the API is.
func TestLiveOverTLS(t *testing.T) {
	s := httptest.NewTLSServer(says(recorded[:1]))
	defer s.Close()
	to := clientAt(t, "", strings.Replace(s.URL, "http", "ws", 1))
	if l, err := dialLive(t.Context(), to); err == nil {
		l.close()
		t.Error("an authority that nobody named is trusted")
	}
	to.http = s.Client()
	l, err := dialLive(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	l.close()
}
