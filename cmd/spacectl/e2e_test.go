package main

import (
	"context"
	"encoding/json"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
)

const moonScene = `
spacetime-scene = 1
slug = "moon"
title = "The Moon"
time = "1969-07-20T20:17:40Z"
paused = true
[place]
body = "moon"
altitude = "110 km"
[look]
target = "moon"
`

// screen is a display that nobody sees and that waits for nothing.
type screen struct{ now time.Duration }

func (s *screen) Poll() (bool, error) { return true, nil }

func (s *screen) Wait() (engine.Timing, error) {
	runtime.Gosched()
	s.now += time.Second / 90
	return engine.Timing{DisplayTime: s.now, Period: time.Second / 90, Render: true}, nil
}

func (s *screen) Begin(engine.Timing, *scene.World) (*engine.Frame, error) {
	return &engine.Frame{Render: true, ViewCount: 1}, nil
}

func (s *screen) End(*engine.Frame) error { return nil }
func (s *screen) Close() error            { return nil }

func (s *screen) Info() engine.DisplayInfo {
	return engine.DisplayInfo{Name: "screen", Width: 1, Height: 1, Views: 1, RefreshHz: 90}
}

// painter draws pictures of one pixel.
type painter struct{}

func (painter) Draw(*scene.World, *engine.Frame) error { return nil }
func (painter) BeginCapture() error                    { return nil }
func (painter) Counts() engine.Counts                  { return engine.Counts{} }

func (painter) EndCapture(p *engine.Picture, _ bool) (bool, error) {
	*p = engine.Picture{Pix: []byte{0x12, 0x34, 0x56, 0xff}, Width: 1, Height: 1, Views: 1}
	return true, nil
}

// fly runs the program, all of it but the drawing, until the test ends.
func fly(t *testing.T) *api.Server {
	t.Helper()
	home(t)
	paths, err := host.UserPaths()
	if err != nil {
		t.Fatal(err)
	}
	scenes, err := engine.ReadScenes(fstest.MapFS{"moon.toml": {Data: []byte(moonScene)}})
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(scenes)
	system, err := engine.NewSystem(engine.Component{Name: "engine", Required: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := system.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := api.New(api.Options{
		Address: "127.0.0.1:0", Paths: paths, Engine: e, Health: system, Monitor: engine.NewMonitor(e), Policy: engine.AnyScene,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- e.Run(ctx, &screen{}, painter{}, 0) }()
	go func() { ended <- s.Serve() }()
	t.Cleanup(func() {
		cancel()
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		for range cap(ended) {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
	for e.Snapshot().Frame == 0 {
		runtime.Gosched()
	}
	return s
}

// state asks for the state until a frame has shown the last change.
func state(t *testing.T, revision uint64) api.State {
	t.Helper()
	for {
		r := spacectl("status", "--json")
		var status struct{ State api.State }
		if err := json.Unmarshal([]byte(r.out), &status); err != nil || r.code != exit.OK {
			t.Fatalf("%+v: %v", r, err)
		}
		if status.State.Revision >= revision {
			return status.State
		}
	}
}

// TestOperatingARunningProgram drives engine and API, as they are, through the
// command line.
func TestOperatingARunningProgram(t *testing.T) {
	s := fly(t)
	if r := spacectl("scenes"); r.out != "moon  The Moon\n" {
		t.Fatalf("scenes: %+v", r)
	}
	for _, line := range []string{
		"scene moon",
		"time --date 2026-11-22T00:00:00Z --rate -60",
		"camera --body saturn --distance 600000km --angle 30deg --fov 45deg",
	} {
		spacectl(strings.Fields(line)...).want(t, exit.OK, "")
	}
	got := state(t, 3)
	if got.Scene.Slug != "moon" || got.Time.Date.String() != "2026-11-22T00:00:00Z" || got.Time.Rate != -60 || !got.Time.Paused {
		t.Errorf("scene %+v, time %+v", got.Scene, got.Time)
	}
	if got.Ship.Frame.String() != "saturn" || got.Target.Body.String() != "saturn" || math.Abs(got.Target.DistanceM-6e8) > 1 || math.Abs(got.FOVRad-math.Pi/4) > 1e-9 {
		t.Errorf("ship %+v, target %+v, field of view %g", got.Ship, got.Target, got.FOVRad)
	}
	for line, want := range map[string]string{
		"scene vulcan":                    "there are moon",
		"scene moon --at 2101-01-01":      "1800-01-01 to 2100-01-01",
		"camera --body plutto --fov 1deg": "did you mean pluto",
		"camera --body mars":              "distance",
		"camera --up left":                `up is "left"`,
		"time --rate 1e8":                 "1e+07",
		"time --date yesterday --resume":  "yesterday",
	} {
		spacectl(strings.Fields(line)...).want(t, exit.Usage, want)
	}
	if got := state(t, 3).Revision; got != 3 {
		t.Errorf("what was refused changed the state: revision %d", got)
	}
	if r := spacectl("status"); r.code != exit.OK || !strings.Contains(r.out, "engine   ok") || !strings.Contains(r.out, s.Address()) {
		t.Errorf("status: %+v", r)
	}
}

func TestPictureOfARunningProgram(t *testing.T) {
	fly(t)
	file := filepath.Join(t.TempDir(), "moon.png")
	for {
		r := spacectl("shot", "--force", "-o", file)
		if r.code == exit.OK {
			break
		}
		r.want(t, exit.Unavailable, "does not come") // 600 requests may be faster than a frame
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := picture.At(0, 0), (color.RGBA{0x12, 0x34, 0x56, 0xff}); got != color.Color(want) {
		t.Errorf("the picture is %v, want %v", got, want)
	}
}

// TestTokenOfAnotherRun: the program was started anew while the token was kept.
func TestTokenOfAnotherRun(t *testing.T) {
	fly(t)
	old := filepath.Join(t.TempDir(), "token")
	write(t, old, strings.Repeat("A", 43))
	spacectl("scenes", "--token-file", old).want(t, exit.NotPermitted, "of another run")
}
