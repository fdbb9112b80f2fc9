package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
)

// sceneAt is a scene file with that slug.
func sceneAt(slug, body string) *fstest.MapFile {
	return &fstest.MapFile{Data: fmt.Appendf(nil, `
spacetime-scene = 1
slug = %q
title = "A scene at %s"
time = "2026-11-22T00:00:00Z"
rate = 1.0
[place]
body = %q
distance = "600000 km"
[look]
target = %q
`, slug, body, body, body)}
}

const (
	pacedHz = 20
	period  = time.Second / pacedHz
)

// paced is a display that nobody sees, at pacedHz. It goes by the number of its
// frames: on a machine that is too busy they come later, and none is missed but by
// its own doing.
type paced struct {
	next  time.Duration // when the next frame is due, as engine.Now counts
	skips atomic.Bool   // whether it misses every second one
}

func (p *paced) Poll() (bool, error) { return true, nil }

func (p *paced) Wait() (engine.Timing, error) {
	p.next += period
	if p.skips.Load() {
		p.next += period
	}
	time.Sleep(p.next - engine.Now())
	return engine.Timing{DisplayTime: p.next, Period: period, Render: true}, nil
}

func (p *paced) Begin(engine.Timing, *scene.World) (*engine.Frame, error) {
	return &engine.Frame{Render: true, ViewCount: 1}, nil
}

func (p *paced) End(*engine.Frame) error { return nil }
func (p *paced) Close() error            { return nil }

func (p *paced) Info() engine.DisplayInfo {
	return engine.DisplayInfo{Name: headless, Width: 1, Height: 1, Views: 1, RefreshHz: pacedHz}
}

// blank draws nothing.
type blank struct{}

func (blank) Draw(*scene.World, *engine.Frame) error         { return nil }
func (blank) BeginCapture() error                            { return nil }
func (blank) EndCapture(*engine.Picture, bool) (bool, error) { return false, nil }
func (blank) Counts() engine.Counts                          { return engine.Counts{} }

// bench is the program, all of it but the drawing, with a proxy before its API
// that can be told to answer wrongly.
type bench struct {
	*client
	keyFile string
	server  *api.Server
	engine  *engine.Engine
	display paced
	fault   atomic.Pointer[fault]
}

// goes makes a verification that must be GO, a few times if need be: between the
// two readings of its frames, or from a change to its sight, a busy machine may rest
// for too long. What counts as too long the tables of the tests below say.
func (b *bench) goes(t *testing.T, of func() *verification) (v *verification) {
	t.Helper()
	for range 5 {
		v = of()
		if v.run(t.Context()); v.Verdict == goes {
			return v
		}
	}
	t.Fatalf("%v: %+v", v.err(), v.Checks)
	return nil
}

// fault changes an answer, or answers itself (true).
type fault func(w http.ResponseWriter, r *http.Request, pass func() *httptest.ResponseRecorder) bool

// newBench runs the program in an environment called test, where saturn and moon
// may be shown and vulcan may not.
func newBench(t *testing.T) *bench {
	t.Helper()
	folder := t.TempDir()
	paths := host.Paths{Config: folder, State: folder, Cache: folder, Runtime: folder, Pictures: folder}
	control, err := api.OpenControl(t.Context(), api.PathsOfControl(paths), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	scenes, err := engine.ReadScenes(fstest.MapFS{
		"saturn.toml": sceneAt("saturn", "saturn"), "moon.toml": sceneAt("moon", "moon"), "vulcan.toml": sceneAt("vulcan", "mercury"),
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{engine: engine.New(scenes)}
	b.engine.SetScenePolicy(func(s *scene.Scene) error {
		if s.Slug == "vulcan" {
			return errors.New("not shown here")
		}
		return nil
	})
	b.run(t, paths, control)
	b.keyFile = api.PathsOfControl(paths).Key
	b.client = b.proxied(t)
	return b
}

func (b *bench) run(t *testing.T, paths host.Paths, control *api.Control) {
	t.Helper()
	if _, err := b.engine.LoadScene(t.Context(), "saturn", nil, nil); err != nil {
		t.Fatal(err)
	}
	system, err := engine.NewSystem(engine.Component{Name: "engine", Required: true}, engine.Component{Name: "cache"})
	if err != nil {
		t.Fatal(err)
	}
	if err := system.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	monitor := engine.NewMonitor(b.engine)
	b.server, err = api.New(api.Options{
		Address: "127.0.0.1:0", Telemetry: "127.0.0.1:0", Paths: paths, Control: control,
		Engine: b.engine, Components: system, Monitor: monitor,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.server.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	b.display.next = engine.Now()
	go func() { ended <- b.engine.Run(ctx, &b.display, blank{}, 0) }()
	go func() { ended <- b.server.Serve() }()
	go monitor.Run(ctx)
	t.Cleanup(func() {
		cancel()
		if err := b.server.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		for range cap(ended) {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if err := control.Close(); err != nil {
			t.Error(err)
		}
	})
	for b.engine.Snapshot().Frame == 0 {
		runtime.Gosched()
	}
}

// proxied is the program behind the proxy.
func (b *bench) proxied(t *testing.T) *client {
	t.Helper()
	c := clientAt(t, "", "ws://"+b.server.TelemetryAddress()+telemetry.Path)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.forward(w, r, c.http) }))
	t.Cleanup(proxy.Close)
	c.base, c.credential = proxy.URL, &localCredential{keyFile: b.keyFile}
	return c
}

// forward passes a request on, and gives the fault its chance.
func (b *bench) forward(w http.ResponseWriter, r *http.Request, client *http.Client) {
	body, _ := io.ReadAll(r.Body)
	pass := func() *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		out, _ := http.NewRequest(r.Method, b.server.URL()+r.URL.RequestURI(), bytes.NewReader(body))
		out.Header = r.Header.Clone()
		out.Header.Del("Accept-Encoding") // the proxy reads the answers
		resp, err := client.Do(out)
		if err != nil {
			rec.WriteHeader(http.StatusBadGateway)
			return rec
		}
		defer resp.Body.Close()
		for name, values := range resp.Header {
			rec.Header()[name] = values
		}
		rec.WriteHeader(resp.StatusCode)
		io.Copy(rec, resp.Body)
		if r.URL.Path == "/metrics" && !strings.Contains(rec.Body.String(), logRecords) { // of package host's log, which is not here
			io.WriteString(rec.Body, logRecords+"{level=\"error\"} 0\n"+logRecords+"{level=\"warn\"} 2\n")
		}
		return rec
	}
	if f := b.fault.Load(); f != nil && (*f)(w, r, pass) {
		return
	}
	send(w, pass())
}

func send(w http.ResponseWriter, rec *httptest.ResponseRecorder) {
	for name, values := range rec.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(rec.Code)
	w.Write(rec.Body.Bytes())
}

// instead answers a path with something else.
func instead(path string, status int, body string, headers ...string) fault {
	return func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) bool {
		if r.URL.Path != path {
			return false
		}
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
		return true
	}
}

// edit replaces text in the answers of a path.
func edit(path string, oldNew ...string) fault {
	return func(w http.ResponseWriter, r *http.Request, pass func() *httptest.ResponseRecorder) bool {
		if r.URL.Path != path {
			return false
		}
		rec := pass()
		text := strings.NewReplacer(oldNew...).Replace(rec.Body.String())
		rec.Body.Reset()
		rec.Body.WriteString(text)
		send(w, rec)
		return true
	}
}

// without takes a header out of the answers of a path.
func without(path, header string) fault {
	return func(w http.ResponseWriter, r *http.Request, pass func() *httptest.ResponseRecorder) bool {
		if r.URL.Path != path {
			return false
		}
		rec := pass()
		rec.Header().Del(header)
		send(w, rec)
		return true
	}
}

// when limits a fault to some requests.
func when(is func(*http.Request) bool, f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, pass func() *httptest.ResponseRecorder) bool {
		return is(r) && f(w, r, pass)
	}
}

// frozen answers a path as it did the first time, for ever.
func frozen(path string) fault {
	var first atomic.Pointer[httptest.ResponseRecorder]
	return func(w http.ResponseWriter, r *http.Request, pass func() *httptest.ResponseRecorder) bool {
		if r.URL.Path != path {
			return false
		}
		first.CompareAndSwap(nil, pass())
		send(w, first.Load())
		return true
	}
}
