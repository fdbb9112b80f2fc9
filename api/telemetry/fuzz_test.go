package telemetry

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRequest asserts that any JSON a client may send is answered once, or ends
// the connection; that the answer carries its id and nothing of its text; and
// that subscriptions stay counted.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"type":"ping"}`, `{"id":7,"type":"subscribe","topics":["frame","scene"],"max_rate_hz":5}`,
		`{"id":2,"type":"unsubscribe","topics":["*"]}`, `{"id":3,"type":"reauth","token":"admin"}`,
		`{"id":4,"type":"reauth","token":"x\u001b[31m"}`, `{"type":"ping","id":18446744073709551616}`,
		`{"id":1,"id":2}`, `[]`, `null`, `{"id":1e3,"type":"ping"}`, `{"id":5,"type":"subscribe","topics":["frame",1]}`,
	} {
		f.Add(seed)
	}
	h := prepare(nil)
	f.Cleanup(func() { h.Shutdown(f.Context()) })
	f.Fuzz(func(t *testing.T, message string) {
		if !utf8.ValidString(message) || !json.Valid([]byte(message)) {
			return // never gets to handle
		}
		c := newClient(h.Server, httptest.NewRequest("GET", Path, nil))
		who := h.clients["admin"]
		c.who.Store(&who)
		code, reason := c.handle([]byte(message))
		checkAnswer(t, c, message, code, reason)
		for i := range topics {
			if n := h.watched[i].Load(); n != 0 && !c.queue.subscriptions().has(i) {
				t.Errorf("%d watch %s", n, topics[i].Name)
			}
		}
		h.watch(c.queue.close(), -1)
	})
}

func checkAnswer(t *testing.T, c *client, message string, code int, reason string) {
	if code != 0 {
		if code != codePolicy || len(reason) > 123 || len(c.queue.replies) != 0 {
			t.Errorf("code %d, %q, with %d answers", code, reason, len(c.queue.replies))
		}
		return
	}
	var sent struct{ ID uint64 }
	json.Unmarshal([]byte(message), &sent)
	if len(c.queue.replies) != 1 {
		t.Fatalf("%d answers", len(c.queue.replies))
	}
	var m got
	if err := json.Unmarshal(c.queue.replies[0], &m); err != nil || m.Type != "result" || m.OK == nil || *m.OK == (m.Problem != nil) {
		t.Errorf("answer %s: %v", c.queue.replies[0], err)
	}
	if strings.ContainsAny(string(c.queue.replies[0]), "\x1b\r\n") {
		t.Errorf("answer %q", c.queue.replies[0])
	}
}
