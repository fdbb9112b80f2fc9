package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// recorded is what a program at 30 Hz sent, each second's figures in one message.
var recorded = []string{
	`{"v":1,"type":"hello","ts":"2026-11-25T18:51:00.000000Z","data":{"server":"SpaceTime VR","version":"1.2.3","topics":["frame","perf","scene"]}}`,
	`{"v":1,"type":"frame.stats","seq":1,"ts":"2026-11-25T18:51:01.500000Z","data":{"interval_s":900,"fps":30,"frames":27000,"drawn":27000,"missed":5000,"lost_samples":0,"frame_time_s":{"p50_s":0.003,"p95_s":0.004,"p99_s":0.005,"max_s":9}}}`,
	`{"v":1,"type":"frame.stats","seq":2,"ts":"2026-11-25T18:51:02.500000Z","data":{"interval_s":1,"fps":30,"frames":30,"drawn":30,"missed":0,"lost_samples":0,"frame_time_s":{"p50_s":0.003,"p95_s":0.004,"p99_s":0.005,"max_s":0.01}}}`,
	`{"v":1,"type":"perf.stats","seq":3,"ts":"2026-11-25T18:51:02.600000Z","data":{"heap_bytes":45000000,"total_bytes":1200000000,"goroutines":31,"gc_cycles":6,"cgo_calls":1}}`,
	`{"v":1,"type":"scene.activated","seq":4,"ts":"2026-11-25T18:51:02.700000Z","data":{"revision":4,"tick":1,"date":"2026-11-25T18:51:02Z","slug":"saturn","title":"Saturn"}}`,
	`{"v":1,"type":"frame.stats","seq":5,"ts":"2026-11-25T18:51:03.500000Z","data":{"interval_s":1,"fps":30,"frames":30,"drawn":30,"missed":0,"lost_samples":0,"frame_time_s":{"p50_s":0.003,"p95_s":0.004,"p99_s":0.005,"max_s":0.02}}}`,
	`{"v":1,"type":"frame.stats","seq":6,"ts":"2026-11-25T18:51:05.500000Z","data":{"interval_s":2,"fps":20,"frames":40,"drawn":40,"missed":12,"lost_samples":0,"frame_time_s":{"p50_s":0.003,"p95_s":0.004,"p99_s":0.02,"max_s":0.4}}}`,
	`{"v":1,"type":"log.written","seq":7,"ts":"2026-11-25T18:51:05.600000Z","data":{"level":"error","message":"disk \u001b[31mfull"}}`,
}

func replay(t *testing.T, texts []string) *board {
	t.Helper()
	clients := 2.0
	b := &board{base: "http://127.0.0.1:8080", version: "1.2.3", connected: true, clients: &clients}
	b.state.Environment, b.state.Scene.Slug, b.state.Scene.Title = "test", "saturn", "Saturn and its rings"
	b.state.Time.Rate = 60
	b.state.Display.Name, b.state.Display.Width, b.state.Display.Height, b.state.Display.Views, b.state.Display.RefreshHz = "offscreen", 160, 90, 1, 30
	for _, text := range texts {
		var e event
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		b.message(&e)
	}
	return b
}

const golden80 = `SpaceTime VR 1.2.3 test http://127.0.0.1:8080                          connected

scene    Saturn and its rings (saturn)
date     2000-01-01T11:58:56Z  ×60
display  offscreen, 160×90, 1 view, 30 Hz

frames   25.0 a second, 12 of 112 missed (10.7 %) in the last 10s  LATE
time     p50 3.0   p95 4.0   p99 20.0   max 400.0   of 33.3 ms

minute                                                           ▁▁ █
missed   ...........................................................+
         the longest frame of each second, a full block is 400.0 ms

memory   heap 45 MB, mapped 1.20 GB, 31 goroutines, 6 collections
clients  2 connections

18:51:02  scene.activated revision=4 slug="saturn"
18:51:05  frames are late: 10.7 % missed in 10s
18:51:05  log.written level="error" message="disk \x1b[31mfull"`

func TestBoard(t *testing.T) {
	b := replay(t, recorded)
	got := strings.Join(b.draw(80, 24, time.Time{}), "\n")
	if got != golden80 {
		t.Errorf("got\n%s\nwant\n%s", got, golden80)
	}
	for _, size := range [][2]int{{80, 24}, {40, 12}, {200, 60}, {20, 5}, {9, 3}, {1, 1}, {0, 0}} {
		lines := b.draw(size[0], size[1], time.Time{})
		if len(lines) > size[1] {
			t.Errorf("%d lines on a terminal of %v", len(lines), size)
		}
		for _, line := range lines {
			if utf8.RuneCountInString(line) > size[0] || strings.ContainsAny(line, "\x1b\n\r") {
				t.Errorf("%q on a terminal of %v", line, size)
			}
		}
	}
	b.line(time.Date(2026, 11, 25, 18, 51, 7, 0, time.UTC), "not connected (websocket: close 1001 (going away): the server shuts down); again in 500ms")
	lines := b.draw(80, 24, time.Time{})
	if got, want := strings.Join(lines[len(lines)-2:], "\n"), "18:51:07  not connected (websocket: close 1001 (going away): the server shuts\n          down); again in 500ms"; got != want {
		t.Errorf("a long line is\n%s\nwant\n%s", got, want)
	}
	b.connected = false
	if title := b.draw(80, 24, time.Time{})[0]; !strings.HasSuffix(title, "NOT CONNECTED") {
		t.Errorf("a lost connection shows as %q", title)
	}
	want := "18:51:06  25.0 frames/s  p50 3.0  p95 4.0  p99 20.0  max 400.0 ms  missed 12  scene saturn  heap 45 MB"
	if got := b.summary(time.Date(2026, 11, 25, 18, 51, 6, 0, time.UTC)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestBoardOfNothing: before the first message, and after a minute without any.
func TestBoardOfNothing(t *testing.T) {
	if text := strings.Join(new(board).draw(80, 24, time.Now()), "\n"); !strings.Contains(text, "0 of 0 missed") {
		t.Errorf("got\n%s", text)
	}
	later := func(at string) string { return strings.Replace(recorded[2], "18:51:02", at, 1) }
	if b := replay(t, append(slices.Clone(recorded), later("18:51:25"), later("18:51:26"), later("18:51:27"))); len(b.frames) != 6 || b.sum().missed != 0 || b.late {
		t.Errorf("after 20 s: %d messages are kept, %d missed", len(b.frames), b.sum().missed)
	}
	if b := replay(t, append(slices.Clone(recorded), later("19:00:00"))); len(b.frames) != 1 || b.sum().missed != 0 {
		t.Errorf("after minutes: %d messages are kept, %d missed", len(b.frames), b.sum().missed)
	}
}

func TestSparkline(t *testing.T) {
	for _, tt := range []struct {
		ms     []float64
		budget float64
		want   string
	}{
		{[]float64{-1, 0, 1, 2, 3, 4, 5, 6, 7, 8}, 8, " ▁▂▃▄▅▆▇██"},
		{[]float64{1, 1}, 8, "▂▂"},
		{[]float64{80, 8}, 8, "█▁"},
		{[]float64{0, 0}, 0, "▁▁"},
		{nil, 8, ""},
	} {
		if got := sparkline(tt.ms, tt.budget); got != tt.want {
			t.Errorf("%v of %g: %q, want %q", tt.ms, tt.budget, got, tt.want)
		}
	}
}

// TestQuantile has ten frames of 3, 4, 5 and 10 ms and ten of ten times that.
func TestQuantile(t *testing.T) {
	var b board
	for i, k := range []float64{1, 10} {
		b.frames = append(b.frames, timedFrame{time.Unix(int64(i), 0), telemetry.Frame{
			IntervalS: 1, Frames: 10, FrameTimeS: telemetry.Spread{P50S: .003 * k, P95S: .004 * k, P99S: .005 * k, MaxS: .010 * k},
		}})
	}
	s := b.sum()
	for q, want := range map[float64]float64{.1: 3, .25: 3, .3: 4, .5: 10, .74: 30, .9: 40, .99: 50, 1: 100} {
		if got := s.quantile(q); fmt.Sprintf("%.3f", got) != fmt.Sprintf("%.3f", want) {
			t.Errorf("quantile %g is %g ms, want %g", q, got, want)
		}
	}
}

// safeBuffer is read by the test while the watcher writes.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// flaky is telemetry that hangs up after the recorded messages, and whose API has
// nothing.
func flaky(t *testing.T) (*client, *atomic.Int32) {
	t.Helper()
	visits := new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != telemetry.Path {
			http.NotFound(w, r)
			return
		}
		up := websocket.Upgrader{Subprotocols: []string{telemetry.Protocol}}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		visits.Add(1)
		conn.WriteMessage(websocket.TextMessage, []byte(recorded[0]))
		conn.ReadMessage() // the subscription
		for _, text := range recorded[1:] {
			conn.WriteMessage(websocket.TextMessage, []byte(text))
		}
		conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, "shutting down"))
	}))
	t.Cleanup(s.Close)
	return clientAt(t, s.URL, strings.Replace(s.URL, "http", "ws", 1)+telemetry.Path), visits
}

// TestWatchReconnects follows a program that hangs up three times.
func TestWatchReconnects(t *testing.T) {
	program, visits := flaky(t)
	for name, asJSON := range map[string]bool{"lines": false, "messages": true} {
		t.Run(name, func(t *testing.T) {
			visits.Store(0)
			var out, errs safeBuffer
			w := &watcher{
				find: func() (*client, error) { return program, nil }, updates: make(chan update), backOff: time.Millisecond,
				view: newView(&out, &errs, asJSON),
			}
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- w.run(ctx) }()
			for visits.Load() < 4 {
				time.Sleep(time.Millisecond)
			}
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("ended by the user with %v", err)
			}
			said, notices := out.String(), out.String()
			if asJSON {
				notices = errs.String()
				for line := range strings.Lines(said) {
					if !json.Valid([]byte(line)) {
						t.Errorf("not a line of JSON: %q", line)
					}
				}
			}
			if n := strings.Count(notices, "not connected"); n < 3 || !strings.Contains(notices, "1001") || !strings.Contains(notices, "again in 1ms") || !strings.Contains(notices, "again in 4ms") {
				t.Errorf("it says %d times that it is not connected: %s", n, notices)
			}
			if n := strings.Count(said, "scene.activated"); n < 3 {
				t.Errorf("%d of at least 3 scenes: %s", n, said)
			}
		})
	}
}

func TestWatchScreen(t *testing.T) {
	var out bytes.Buffer
	width := 80
	v := &screenView{out: &out, size: func() (int, int) { return width, 24 }}
	b := replay(t, recorded)
	if err := errors.Join(v.begin(), v.redraw(b, time.Time{})); err != nil {
		t.Fatal(err)
	}
	width = 30
	if err := errors.Join(v.redraw(b, time.Time{}), v.end()); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	pictures := strings.Split(text, "\x1b[H")
	if len(pictures) != 3 || !strings.HasPrefix(text, "\x1b[?1049h") || !strings.HasSuffix(text, "\x1b[?1049l") {
		t.Fatalf("%d pictures: %q", len(pictures), text)
	}
	if loud := strings.Count(pictures[1], "\x1b[1;7mframes "); loud != 1 || strings.Count(pictures[1], "\x1b[1;7m") != 1 {
		t.Errorf("that frames are late stands out %d times: %q", loud, pictures[1])
	}
	plain := strings.NewReplacer("\x1b[1;7m", "", "\x1b[0m", "", "\x1b[K", "", "\x1b[J", "", "\r", "").Replace(pictures[1])
	if plain != golden80 {
		t.Errorf("got %q", plain)
	}
	for line := range strings.SplitSeq(pictures[2], "\r\n") {
		if line, _, _ = strings.Cut(strings.TrimPrefix(line, "\x1b[1;7m"), "\x1b"); utf8.RuneCountInString(line) > 30 {
			t.Errorf("%q on a terminal that has become narrow", line)
		}
	}
}

// TestWatchOfNobody: where nothing was there at first, waiting helps nobody.
func TestWatchOfNobody(t *testing.T) {
	program := clientAt(t, "", "ws://"+closedPort(t))
	w := &watcher{find: func() (*client, error) { return program, nil }, updates: make(chan update), backOff: time.Millisecond, view: newView(&bytes.Buffer{}, &bytes.Buffer{}, false)}
	if err := w.run(t.Context()); exit.Of(err) != exit.Unavailable {
		t.Errorf("ends with %v (%d)", err, exit.Of(err))
	}
}
