package api

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// TestLogTail: the newest thousand lines are kept, and a reader goes on after the
// last one that it has.
func TestLogTail(t *testing.T) {
	var tail logTail
	if lines, first, _ := tail.after(0); len(lines) != 0 || first != 1 {
		t.Errorf("of nothing: %v from %d", lines, first)
	}
	for n := 1; n <= 1500; n++ {
		tail.add(fmt.Sprint(n))
	}
	for _, tt := range []struct {
		seen, first uint64
		lines       int
	}{{0, 501, 1000}, {400, 501, 1000}, {1400, 1401, 100}, {1500, 1501, 0}, {9000, 501, 1000}} {
		lines, first, news := tail.after(tt.seen)
		if first != tt.first || len(lines) != tt.lines || len(lines) > 0 && lines[0] != fmt.Sprint(tt.first) {
			t.Errorf("after %d: %d lines from %d", tt.seen, len(lines), first)
		}
		select {
		case <-news:
			t.Error("there is news before there is any")
		default:
		}
	}
	_, _, news := tail.after(1500)
	tail.add("more")
	select {
	case <-news:
	default:
		t.Error("nobody was told of another line")
	}
}

// stream opens the log of a fixture that listens, as Server-Sent Events.
func stream(t *testing.T, address, key, last string) (*http.Response, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/api/v1/logs", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Accept", eventStream)
	r.Header.Set("Last-Event-ID", last)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = resp.Body.Close() })
	return resp, cancel
}

// nextEvent reads an event with data; "" at the end.
func nextEvent(lines *bufio.Scanner) (id, data string) {
	for lines.Scan() {
		if v, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			id = v
		}
		if v, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			return id, v
		}
	}
	return "", ""
}

func TestLogStream(t *testing.T) {
	f := listen(t)
	address := f.Address()
	f.PublishLogLine("first")
	f.PublishLogLine("second")
	key := f.token(t, auth.Maintainer)
	resp, _ := stream(t, address, key, "1")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != eventStream {
		t.Fatalf("status %d, %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(resp.Body)
	if id, data := nextEvent(lines); id != "2" || data != `{"line":"second"}` {
		t.Errorf("after line 1 came %s %s", id, data)
	}
	f.PublishLogLine("third")
	if id, data := nextEvent(lines); id != "3" || data != `{"line":"third"}` {
		t.Errorf("then %s %s", id, data)
	}
	second, end := stream(t, address, key, "")
	third, _ := stream(t, address, key, "")
	if second.StatusCode != http.StatusOK || third.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a second stream: %d, a third: %d", second.StatusCode, third.StatusCode)
	}
	end()
	if w := f.ask(http.MethodPost, "/api/v1/auth/logout", "", "Host", address, "Authorization", "Bearer "+key); w.Code != http.StatusNoContent {
		t.Fatalf("logging out: %d", w.Code)
	}
	if id, _ := nextEvent(lines); id != "" {
		t.Error("the stream goes on though its key was revoked")
	}
}
