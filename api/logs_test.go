package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// logged is a server that listens, with a log whose records are kept.
func logged(t *testing.T) (*fixture, *slog.Logger, *host.Records) {
	t.Helper()
	records := host.NewRecords()
	f := listen(t, func(o *Options) { o.LogRecords = records })
	return f, slog.New(slog.NewJSONHandler(records, nil).WithGroup("attrs")), records
}

// reader is an open stream.
type reader struct {
	*http.Response
	lines *bufio.Scanner
	stop  context.CancelFunc
}

func (f *fixture) readLogs(t *testing.T, token, after string) *reader {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	r, err := http.NewRequestWithContext(ctx, "GET", f.URL()+logsPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if after != "" {
		r.Header.Set(lastEventID, after)
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); resp.Body.Close() })
	return &reader{resp, bufio.NewScanner(resp.Body), stop}
}

// until reads to the line want and returns the ids and messages before it.
func (r *reader) until(t *testing.T, want string) (ids, messages []string) {
	t.Helper()
	for r.lines.Scan() {
		line := r.lines.Text()
		if line == want {
			return ids, messages
		}
		if id, ok := strings.CutPrefix(line, "id: "); ok {
			ids = append(ids, id)
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			var record LogRecord
			if err := json.Unmarshal([]byte(data), &record); err != nil {
				t.Fatal(err)
			}
			messages = append(messages, record.Msg)
			if record.Msg == want {
				return ids, messages
			}
		}
	}
	t.Fatalf("the stream ended before %q: %v", want, r.lines.Err())
	return nil, nil
}

// ended waits until the server ends the stream.
func (r *reader) ended(t *testing.T) {
	t.Helper()
	for r.lines.Scan() {
	}
	if err := r.lines.Err(); err != nil {
		t.Errorf("the stream ended with %v", err)
	}
}

func TestLogs(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) }) // after the server's end
	f, log, _ := logged(t)
	log.Info("one", "number", 1)
	log.Warn("two")
	token := f.token(t, auth.Maintainer)
	a := f.readLogs(t, token, "")
	if got := a.Header.Get("Content-Type"); a.StatusCode != 200 || got != "text/event-stream" {
		t.Fatalf("%d %s", a.StatusCode, got)
	}
	ids, messages := a.until(t, LogsCaughtUp)
	if fmt.Sprint(messages) != "[one two]" {
		t.Fatalf("kept %v", messages)
	}
	log.Error("three")
	a.until(t, "three")

	b := f.readLogs(t, token, ids[0])
	if _, messages := b.until(t, LogsCaughtUp); fmt.Sprint(messages) != "[two three]" {
		t.Errorf("after the first come %v", messages)
	}
	if third := f.readLogs(t, token, ""); third.StatusCode != 503 || third.Header.Get("Retry-After") == "" {
		t.Errorf("a third reader gets %d", third.StatusCode)
	}

	p, err := f.auth.Authenticate(token)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.auth.Revoke(t.Context(), p.Session); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	a.ended(t)
	b.ended(t)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("the streams of a revoked token ended after %v", took)
	}
	c := f.readLogs(t, f.token(t, auth.Maintainer), "")
	c.until(t, LogsCaughtUp)
}

// TestLogsRefuse: what is not a number, and a query, are refused.
func TestLogsRefuse(t *testing.T) {
	f := serve(t)
	wantProblem(t, f.as(t, auth.Maintainer, "GET", logsPath, "", lastEventID, "x"), 422, "invalid")
	wantProblem(t, f.as(t, auth.Operator, "GET", logsPath, ""), 403, "insufficient-scope")
	wantProblem(t, f.ask("GET", logsPath, ""), 401, "unauthorised")
	if w := f.as(t, auth.Maintainer, "HEAD", logsPath, ""); w.Code != 200 {
		t.Errorf("HEAD: %d", w.Code)
	}
}

// TestLogsEndWithTheServer: a stream does not hold up the end.
func TestLogsEndWithTheServer(t *testing.T) {
	f, _, _ := logged(t)
	a := f.readLogs(t, f.token(t, auth.Maintainer), "")
	a.until(t, LogsCaughtUp)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	go func() { _ = f.http.Shutdown(ctx) }()
	f.end()
	a.ended(t)
}

// TestLogsSlowReader: one that reads nothing neither holds the log back nor stays.
func TestLogsSlowReader(t *testing.T) {
	f, log, records := logged(t)
	conn, err := net.Dial("tcp", f.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetReadBuffer(4096)
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", logsPath, f.Address(), f.token(t, auth.Maintainer))
	inside := func() int { return f.lanes[streams].Counts().Inside }
	for began := time.Now(); inside() == 0; time.Sleep(time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatal("the stream does not begin")
		}
	}
	long := strings.Repeat("x", 15<<10)
	var slowest time.Duration
	for range 3000 { // 45 MB, more than any socket holds
		began := time.Now()
		log.Info(long)
		slowest = max(slowest, time.Since(began))
	}
	if slowest > streamWrite/2 {
		t.Errorf("the log waited %v", slowest)
	}
	for began := time.Now(); inside() != 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 2*streamWrite {
			t.Fatal("who does not read stays")
		}
	}
	if kept, _, _ := records.After(0); len(kept) != 1000 {
		t.Errorf("%d are kept", len(kept))
	}
}
