package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// saturnScene is 600 000 km from Saturn, at a date that stands still.
const saturnScene = `
spacetime-scene = 1
slug = "saturn"
title = "Saturn"
time = "2026-11-22T00:00:00Z"
paused = true
[place]
body = "saturn"
distance = "600000 km"
angle = "30deg"
[look]
target = "saturn"
fov = "45deg"
[[bookmark]]
name = "over the north pole"
[bookmark.place]
body = "saturn"
distance = "600000 km"
angle = "90deg"
[bookmark.look]
`

const moonScene = `
spacetime-scene = 1
slug = "moon"
title = "The Moon"
time = "now"
[place]
body = "moon"
altitude = "110 km"
[look]
target = "earth"
`

// fake is a real engine that can be told what to answer.
type fake struct {
	*engine.Engine
	calls    int
	wait     time.Duration    // that the last change was given
	gone     bool             // whether its client was gone
	command  scene.Command    // of the last Submit
	err      error            // instead of an answer
	snapshot *engine.Snapshot // instead of the engine's
}

func (f *fake) called(ctx context.Context) {
	f.calls++
	f.gone = ctx.Err() != nil
	if deadline, ok := ctx.Deadline(); ok {
		f.wait = time.Until(deadline)
	}
}

func (f *fake) Submit(ctx context.Context, r engine.Request) (engine.Applied, error) {
	f.called(ctx)
	f.command = r.Command
	if f.err != nil {
		return engine.Applied{}, f.err
	}
	return f.Engine.Submit(ctx, r)
}

func (f *fake) LoadScene(ctx context.Context, slug string, policy engine.ScenePolicy, date *astro.Time, ifRevision *uint64) (engine.Applied, error) {
	f.called(ctx)
	if f.err != nil {
		return engine.Applied{}, f.err
	}
	return f.Engine.LoadScene(ctx, slug, policy, date, ifRevision)
}

func (f *fake) Capture() (*engine.Pending, error) {
	f.calls++
	if f.err != nil {
		return nil, f.err
	}
	return f.Engine.Capture()
}

func (f *fake) Snapshot() *engine.Snapshot {
	f.calls++
	if f.snapshot != nil {
		return f.snapshot
	}
	return f.Engine.Snapshot()
}

func (f *fake) Scenes() *engine.Scenes {
	f.calls++
	return f.Engine.Scenes()
}

// health is a registry of one component that is required and one that is not.
type health struct{ required, optional error }

func (h health) Health() []engine.Health {
	component := func(name string, required bool, err error) engine.Health {
		c := engine.Health{Name: name, Required: required, OK: err == nil}
		if err != nil {
			c.Detail = err.Error()
		}
		return c
	}
	return []engine.Health{component("renderer", true, h.required), component("headset", false, h.optional)}
}

// fixture is a server that does not listen, at an address as if it did.
type fixture struct {
	*Server
	engine  *fake
	monitor *engine.Monitor
	paths   host.Paths
	token   string
}

const testHost = "127.0.0.1:8080"

var errNotHere = errors.New("not shown here")

// notMoon is a policy.
func notMoon(s *scene.Scene) error {
	if s.Slug == "moon" {
		return errNotHere
	}
	return nil
}

func newEngine(t testing.TB) *engine.Engine {
	t.Helper()
	scenes, err := engine.ReadScenes(fstest.MapFS{
		"saturn.toml": {Data: []byte(saturnScene)}, "moon.toml": {Data: []byte(moonScene)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return engine.New(scenes)
}

func newFixture(t testing.TB, change ...func(*Options)) *fixture {
	t.Helper()
	e := newEngine(t)
	f := &fixture{engine: &fake{Engine: e}, monitor: engine.NewMonitor(e), paths: host.Paths{Runtime: t.TempDir()}}
	o := Options{
		Address: testHost, Paths: f.paths, Engine: f.engine, Health: health{}, Monitor: f.monitor, Policy: notMoon,
	}
	for _, c := range change {
		c(&o)
	}
	var err error
	if f.Server, err = New(o); err != nil {
		t.Fatal(err)
	}
	if err := f.announce(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}); err != nil {
		t.Fatal(err)
	}
	token, err := os.ReadFile(f.paths.Token())
	if err != nil {
		t.Fatal(err)
	}
	f.token = strings.TrimSpace(string(token))
	return f
}

// ask sends a request as a program does that has the token; edits change it.
func (f *fixture) ask(method, path, body string, edits ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = testHost
	r.Header.Set("Authorization", "Bearer "+f.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, edit := range edits {
		edit(r)
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

func header(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}

func hostHeader(host string) func(*http.Request) {
	return func(r *http.Request) { r.Host = host }
}

func logTo(w io.Writer) func(*Options) {
	return func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}

// wantProblem checks that an answer is a problem of one status and kind.
func wantProblem(t testing.TB, w *httptest.ResponseRecorder, status int, slug string) Problem {
	t.Helper()
	var p Problem
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("status %d: not a problem: %v", w.Code, err)
	}
	if w.Code != status || p.Status != status || p.Type != "/problems/"+slug {
		t.Fatalf("got %d %+v, want %d %s", w.Code, p, status, slug)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
	if p.Title == "" || p.Instance != "urn:request:"+w.Header().Get(requestID) {
		t.Errorf("problem without title or request: %+v", p)
	}
	return p
}

// answerOf reads an answer's JSON, strictly.
func answerOf[T any](t testing.TB, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("status %d: %v", w.Code, err)
	}
	return v
}

// screen is a display that nobody sees, 60 Hz by its own count.
type screen struct{ now time.Duration }

func (s *screen) Poll() (bool, error) { return true, nil }

func (s *screen) Wait() (engine.Timing, error) {
	runtime.Gosched()
	s.now += time.Second / 60
	return engine.Timing{DisplayTime: s.now, Period: time.Second / 60, Render: true}, nil
}

func (s *screen) Begin(engine.Timing, *scene.World) (*engine.Frame, error) {
	return &engine.Frame{Render: true, ViewCount: 1}, nil
}

func (s *screen) End(*engine.Frame) error { return nil }

func (s *screen) Info() engine.DisplayInfo {
	return engine.DisplayInfo{Name: "screen", Width: 2, Height: 2, Views: 1, RefreshHz: 60}
}

func (s *screen) Close() error { return nil }

// painter draws pictures of 2×2 pixels of one colour.
type painter struct {
	short bool  // a picture with too few bytes
	err   error // instead of a picture
}

func (p *painter) Draw(*scene.World, *engine.Frame) error { return nil }
func (p *painter) BeginCapture() error                    { return nil }
func (p *painter) Counts() engine.Counts                  { return engine.Counts{} }

func (p *painter) EndCapture(picture *engine.Picture, _ bool) (bool, error) {
	picture.Width, picture.Height, picture.Views = 2, 2, 1
	picture.Pix = []byte(strings.Repeat("\x10\x20\x30\xff", 4))
	if p.short {
		picture.Pix = picture.Pix[:4]
	}
	return true, p.err
}

// draw draws n frames.
func (f *fixture) draw(t testing.TB, n uint64, p *painter) {
	t.Helper()
	if err := f.engine.Run(t.Context(), &screen{}, p, n); err != nil && err != p.err {
		t.Fatal(err)
	}
}

// cut parts the name of a route.
func cut(name string) (method, path string, ok bool) { return strings.Cut(name, " ") }

// monitorOf is a monitor of known times.
type monitorOf struct{ times engine.Histogram }

func (m *monitorOf) FrameTimes() engine.Histogram { return m.times }
func (m *monitorOf) Stats() engine.Stats          { return engine.Stats{Frames: 7, Missed: 2, LostSamples: 1} }

func durationOfMS(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
