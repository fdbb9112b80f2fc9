package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
)

// childAddress is set in a process of these tests that stands for the program: its
// control plane, API and engine are the real ones, and nothing is drawn.
const childAddress = "SPACETIME_TEST_SOAK_CHILD"

func TestMain(m *testing.M) {
	if address := os.Getenv(childAddress); address != "" {
		os.Exit(beProgram(address))
	}
	os.Exit(m.Run())
}

func beProgram(address string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	err := fly(ctx, address)
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	return 0
}

func fly(ctx context.Context, address string) error {
	paths, err := host.UserPaths()
	if err != nil {
		return err
	}
	log, err := host.OpenLog(paths.Log(), slog.LevelWarn, os.Stderr)
	if err != nil {
		return err
	}
	defer log.Close()
	w, err := begin(paths, func(o *api.Options) {
		o.Address, o.Telemetry, o.Log, o.LogCounts = address, "127.0.0.1:0", log.Logger, log.Count
	})
	if err != nil {
		return err
	}
	<-ctx.Done()
	return w.end()
}

// world is a control plane, an API that listens, and an engine that draws nothing
// 30 times a second.
type world struct {
	paths   host.Paths
	control *api.Control
	engine  *engine.Engine
	server  *api.Server
	parts   sync.WaitGroup
	land    context.CancelFunc
	served  error
}

const sceneFolder = "../../assets/scenes"

// begin starts a world with options that change may alter.
func begin(paths host.Paths, change func(*api.Options)) (w *world, err error) {
	folder := cmp.Or(os.Getenv(childScenes), sceneFolder)
	scenes, err := engine.ReadScenes(os.DirFS(folder))
	if err != nil {
		return nil, err
	}
	o := api.Options{Address: "127.0.0.1:0", Paths: paths, Log: slog.New(slog.DiscardHandler)}
	change(&o)
	w = &world{paths: paths, engine: engine.New(scenes)}
	if w.control, err = api.OpenControl(context.Background(), api.PathsOfControl(paths), "test", o.Log); err != nil {
		return nil, err
	}
	w.engine.SetScenePolicy(w.control.ScenePolicy)
	system, err := engine.NewSystem(engine.Component{Name: "control plane", Check: w.control.Check})
	if err == nil {
		err = system.Start(context.Background())
	}
	if err == nil {
		_, err = w.engine.LoadScene(context.Background(), "solar-system", nil, nil)
	}
	monitor := engine.NewMonitor(w.engine)
	o.Control, o.Components, o.Monitor = w.control, system, monitor
	if o.Engine == nil {
		o.Engine = w.engine
	} else {
		o.Engine.(*faulty).Engine = w.engine
	}
	if err == nil {
		w.server, err = api.New(o)
	}
	if err == nil {
		err = w.server.Listen()
	}
	if err != nil {
		return nil, errors.Join(err, w.control.Close())
	}
	flying, land := context.WithCancel(context.Background())
	w.land = land
	w.parts.Go(func() { monitor.Run(flying) })
	w.parts.Go(func() { _ = w.engine.Run(flying, &display{wait: engine.NewPacer(30).Wait}, renderer{}, 0) })
	w.parts.Go(func() { w.served = w.server.Serve() })
	return w, nil
}

// end stops it as the program does: first the API.
func (w *world) end() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := w.server.Shutdown(ctx)
	w.land()
	w.parts.Wait()
	return errors.Join(err, w.served, w.control.Close())
}

// childScenes is the folder of scenes for a process that runs elsewhere.
const childScenes = "SPACETIME_TEST_SOAK_SCENES"

type display struct {
	wait  func() time.Duration
	frame engine.Frame
}

func (d *display) Poll() (bool, error) { return true, nil }

func (d *display) Wait() (engine.Timing, error) {
	due := d.wait()
	return engine.Timing{DisplayTime: due + time.Second/30, Period: time.Second / 30, Render: true}, nil
}

func (d *display) Begin(engine.Timing, *scene.World) (*engine.Frame, error) {
	d.frame = engine.Frame{Render: true, ViewCount: 1}
	return &d.frame, nil
}

func (d *display) End(*engine.Frame) error { return nil }

func (d *display) Info() engine.DisplayInfo {
	return engine.DisplayInfo{Name: "test", Width: 320, Height: 180, Views: 1, RefreshHz: 30}
}

func (d *display) Close() error { return nil }

type renderer struct{}

func (renderer) Draw(*scene.World, *engine.Frame) error { return nil }
func (renderer) BeginCapture() error                    { return nil }
func (renderer) Counts() engine.Counts                  { return engine.Counts{} }

func (renderer) EndCapture(p *engine.Picture, _ bool) (bool, error) {
	p.Width, p.Height, p.Views = 320, 180, 1
	p.Pix = append(p.Pix[:0], make([]byte, 320*180*4)...)
	return true, nil
}

// faulty is an engine that panics when it is told to.
type faulty struct {
	*engine.Engine
	panics bool
}

func (f *faulty) Submit(ctx context.Context, r engine.Request) (engine.Applied, error) {
	if f.panics {
		panic("a mistake in a handler")
	}
	return f.Engine.Submit(ctx, r)
}

// testPaths are folders of a world of its own.
func testPaths(t *testing.T) host.Paths {
	t.Helper()
	folder := t.TempDir()
	return host.Paths{Config: folder, State: folder + "/state", Cache: folder, Runtime: folder + "/run", Pictures: folder}
}

// flying starts a world, which ends with the test.
func flying(t *testing.T, paths host.Paths, change func(*api.Options)) *world {
	t.Helper()
	if change == nil {
		change = func(*api.Options) {}
	}
	w, err := begin(paths, change)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.end() }) // what is wrong at the end, tests look at themselves
	return w
}

// as is a caller with a local token of a role.
func (w *world) as(t *testing.T, role auth.Role) *caller {
	t.Helper()
	secret, err := auth.IssueLocal(api.PathsOfControl(w.paths).Key, role, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return &caller{base: w.server.URL(), credential: secret.Reveal(), client: http.DefaultClient, count: newTally()}
}

// status asks and returns the status of the answer.
func (c *caller) status(t *testing.T, method, path, body string, headers ...string) int {
	t.Helper()
	a, err := c.ask(t.Context(), method, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return a.status
}
