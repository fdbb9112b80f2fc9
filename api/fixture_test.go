package api

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
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
	calls    atomic.Int64
	before   func()           // called when a change comes
	wait     time.Duration    // that the last change was given
	gone     bool             // whether its client was gone
	command  scene.Command    // of the last Submit
	err      error            // instead of an answer
	snapshot *engine.Snapshot // instead of the engine's
}

func (f *fake) called(ctx context.Context) {
	f.calls.Add(1)
	if f.before != nil {
		f.before()
	}
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

func (f *fake) LoadScene(ctx context.Context, slug string, date *astro.Time, ifRevision *uint64) (engine.Applied, error) {
	f.called(ctx)
	if f.err != nil {
		return engine.Applied{}, f.err
	}
	return f.Engine.LoadScene(ctx, slug, date, ifRevision)
}

func (f *fake) Capture() (*engine.Pending, error) {
	f.calls.Add(1)
	if f.err != nil {
		return nil, f.err
	}
	return f.Engine.Capture()
}

func (f *fake) Snapshot() *engine.Snapshot {
	f.calls.Add(1)
	if f.snapshot != nil {
		return f.snapshot
	}
	return f.Engine.Snapshot()
}

// components is a registry of one component that is required and one that is not.
type components struct{ required, optional error }

func (c components) Health() []engine.Health {
	health := func(name string, required bool, err error) engine.Health {
		h := engine.Health{Name: name, Required: required, OK: err == nil}
		if err != nil {
			h.Detail = err.Error()
		}
		return h
	}
	return []engine.Health{health("renderer", true, c.required), health("headset", false, c.optional)}
}

// fixture is a server that does not listen, at an address as if it did.
type fixture struct {
	*Server
	engine  *fake
	monitor *engine.Monitor
	log     *strings.Builder
}

const testHost = "127.0.0.1:8080"

// options are those of a server that nothing is asked of yet.
func options(t testing.TB) (Options, *fake) {
	t.Helper()
	scenes, err := engine.ReadScenes(fstest.MapFS{"saturn.toml": {Data: []byte(saturnScene)}, "moon.toml": {Data: []byte(moonScene)}})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	paths := host.Paths{Config: folder, State: folder, Cache: folder, Runtime: folder, Pictures: folder}
	e := &fake{Engine: engine.New(scenes)}
	control, err := OpenControl(t.Context(), PathsOfControl(paths), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := control.Close(); err != nil {
			t.Error(err)
		}
	})
	e.SetScenePolicy(control.ScenePolicy)
	if _, err := e.Engine.LoadScene(t.Context(), "saturn", nil, nil); err != nil {
		t.Fatal(err)
	}
	return Options{
		Address: testHost, Paths: paths, Control: control, Engine: e,
		Components: components{}, Monitor: engine.NewMonitor(e.Engine),
	}, e
}

// serve makes a server with options that change may alter.
func serve(t testing.TB, change ...func(*Options)) *fixture {
	t.Helper()
	o, e := options(t)
	log := &strings.Builder{}
	o.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, c := range change {
		c(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.end()
		if err := s.live.server.Shutdown(context.Background()); err != nil { // the test's own context has ended
			t.Error(err)
		}
	})
	s.guard = o.Network.guard("8080")
	s.pause = func(time.Duration) {}
	e.calls.Store(0)
	monitor, _ := o.Monitor.(*engine.Monitor)
	return &fixture{Server: s, engine: e, monitor: monitor, log: log}
}

// token makes an access token of a role.
func (f *fixture) token(t testing.TB, role auth.Role) string {
	t.Helper()
	secret, err := auth.IssueLocal(f.paths.Key, role, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal()
}

// ask sends a request as a program on this machine does; headers are names and
// values in turn. Host and From say what the request is sent to and by whom, a
// name that begins with + adds a value.
func (f *fixture) ask(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, content)
	r.Host = testHost
	r.RemoteAddr = "127.0.0.1:50000"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		name, value := headers[i], headers[i+1]
		switch {
		case name == "Host":
			r.Host = value
		case name == "From":
			r.RemoteAddr = value
		case name[0] == '+':
			r.Header.Add(name[1:], value)
		default:
			r.Header.Set(name, value)
		}
	}
	return f.send(r)
}

// send serves a request.
func (f *fixture) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// afar is an address of somebody on the internet (RFC 5737).
const afar = "203.0.113.7:40000"

// refill fills all quotas.
func (f *fixture) refill() { f.limits = newQuotas() }

// admin is as for an admin, who has no quotas.
func (f *fixture) admin(t testing.TB, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	f.refill()
	return f.as(t, auth.Admin, method, path, body, headers...)
}

// as is ask with a token of the role.
func (f *fixture) as(t testing.TB, role auth.Role, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return f.ask(method, path, body, append([]string{"Authorization", "Bearer " + f.token(t, role)}, headers...)...)
}

// wantProblem checks that an answer is a problem of one status and kind.
func wantProblem(t testing.TB, w *httptest.ResponseRecorder, status int, slug string) Problem {
	t.Helper()
	var p Problem
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("%d with the type %q, want %d %s: %s", w.Code, got, status, slug, w.Body)
	}
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("%d is not a problem: %v", w.Code, err)
	}
	if w.Code != status || p.Status != status || p.Type != (kind{slug: slug}).problemType() {
		t.Fatalf("got %d %+v, want %d %s", w.Code, p, status, slug)
	}
	if p.Title == "" || p.Instance != "urn:request:"+w.Header().Get(requestID) {
		t.Errorf("problem without title or request: %+v", p)
	}
	return p
}

// want reads the JSON of an answer of that status, strictly.
func want[T any](t testing.TB, w *httptest.ResponseRecorder, status int) (v T) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("got %d %s, want %d", w.Code, w.Body, status)
	}
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
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

// painter draws pictures of two by two pixels.
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

// draw runs the frame n times.
func (f *fixture) draw(t testing.TB, n uint64, p *painter) {
	t.Helper()
	if err := f.engine.Run(t.Context(), &screen{}, p, n); err != nil && err != p.err {
		t.Fatal(err)
	}
}

// auditCount is how many records the audit log has, and revision that of the
// world: what both tell of a request that changed nothing is what they told before.
func (f *fixture) auditCount() uint64 { return f.audit.log.Count() }
func (f *fixture) revision() uint64   { return f.engine.Engine.Snapshot().State.Revision }

var _ Engine = (*engine.Engine)(nil)

// reopened is the audit log of a fixture that was closed.
func reopened(t testing.TB, f *fixture) *audit.Log {
	t.Helper()
	key, err := openAuditKey(f.paths.AuditKey)
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(f.paths.Audit, key, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// fakeListener is at the fixture's address.
type fakeListener struct{ net.Listener }

func (fakeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }

// addr is the address of somebody with a port.
func addr(from string) netip.Addr { return netip.MustParseAddrPort(from).Addr() }
