package main

import (
	"context"
	"encoding/json"
	"errors"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
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
func fly(t *testing.T, change ...func(*api.Options)) *api.Server {
	t.Helper()
	home(t)
	paths, err := host.UserPaths()
	if err != nil {
		t.Fatal(err)
	}
	scenes, err := engine.ReadScenes(fstest.MapFS{
		"moon.toml":  {Data: []byte(moonScene)},
		"earth.toml": {Data: []byte(strings.NewReplacer(`"moon"`, `"earth"`, "The Moon", "The Earth").Replace(moonScene))},
	})
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
	control, err := api.OpenControl(t.Context(), api.PathsOfControl(paths), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	e.SetScenePolicy(control.ScenePolicy)
	o := api.Options{Address: "127.0.0.1:0", Paths: paths, Control: control, Engine: e, Components: system, Monitor: engine.NewMonitor(e)}
	for _, c := range change {
		c(&o)
	}
	s, err := api.New(o)
	if err != nil {
		t.Fatal(errors.Join(err, control.Close()))
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
		if err := control.Close(); err != nil {
			t.Error(err)
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
	if r := spacectl("scenes"); r.out != "earth  The Earth\nmoon   The Moon\n" {
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
		"scene moon --at 2101-01-01":      "1800-01-01 to 2100-01-01",
		"camera --body plutto --fov 1deg": "did you mean pluto",
		"camera --body mars":              "distance",
		"camera --up left":                `up is "left"`,
		"time --rate 1e8":                 "1e+07",
		"time --date yesterday --resume":  "yesterday",
	} {
		spacectl(strings.Fields(line)...).want(t, exit.Usage, want)
	}
	spacectl("scene", "vulcan").want(t, exit.NotPermitted, "there are earth, moon")
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
	var errs strings.Builder
	if code := run([]string{"shot", "-o", file}, &console{out: io.Discard, err: &errs, wait: pause}); code != exit.OK {
		t.Fatalf("ended with %d: %s", code, errs.String())
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

// TestTokenOfAnotherProgram: it is refused, and so is what is no token at all.
func TestTokenOfAnotherProgram(t *testing.T) {
	fly(t)
	folder := t.TempDir()
	key, token := filepath.Join(folder, "instance.key"), filepath.Join(folder, "token")
	if _, err := auth.OpenKeys(key); err != nil {
		t.Fatal(err)
	}
	spacectl("token", "issue", "--role", "admin", "--key-file", key, "--out", token).want(t, exit.OK, "")
	spacectl("scenes", "--token-file", token).want(t, exit.NotPermitted, "of another program")
	for _, cut := range []string{"", strings.Repeat("A", 43), "stk_abc"} {
		write(t, token, cut)
		spacectl("scenes", "--token-file", token).want(t, exit.NotPermitted, "holds no whole token or API key")
	}
}

// TestKeys: another program gets a key, which may do what its role may.
func TestKeys(t *testing.T) {
	fly(t)
	file := filepath.Join(t.TempDir(), "prometheus.key")
	spacectl("keys", "add", "prometheus", "--role", "viewer", "--out", file).want(t, exit.OK, "")
	spacectl("keys", "add", "prometheus", "--role", "viewer", "--out", file).want(t, exit.Usage, "--force")
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the mode %v, %v", info.Mode(), err)
	}
	spacectl("scenes", "--token-file", file).want(t, exit.OK, "")
	spacectl("scene", "earth", "--token-file", file).want(t, exit.NotPermitted, "scenes:activate")
	spacectl("keys", "remove", "prometheus").want(t, exit.OK, "")
	spacectl("scenes", "--token-file", file).want(t, exit.NotPermitted, "revoked")
	if keys := printed[api.Page[api.Key]](t, "keys", "list").Items; len(keys) != 0 {
		t.Errorf("left are %v", keys)
	}
}

// TestAllowlist: what the list leaves out is not shown.
func TestAllowlist(t *testing.T) {
	fly(t)
	spacectl("allowlist", "set", "earth").want(t, exit.OK, "")
	spacectl("scene", "moon").want(t, exit.NotPermitted, "there are earth")
	spacectl("allowlist", "add", "moon", "moon").want(t, exit.OK, "")
	spacectl("scene", "moon").want(t, exit.OK, "")
	spacectl("allowlist", "remove", "earth").want(t, exit.OK, "")
	if l := printed[api.Allowlist](t, "allowlist", "show"); !l.Enforced || !slices.Equal(l.Scenes, []string{"moon"}) {
		t.Errorf("the list is %+v", l)
	}
	spacectl("allowlist", "off").want(t, exit.OK, "")
	spacectl("scene", "earth").want(t, exit.OK, "")
	if l := printed[api.Allowlist](t, "allowlist", "on"); !l.Enforced || !slices.Equal(l.Scenes, []string{"moon"}) {
		t.Errorf("the list is %+v", l)
	}
}

func TestBans(t *testing.T) {
	fly(t)
	spacectl("bans", "add", "203.0.113.7", "--minutes", "60", "--reason", "passwords").want(t, exit.OK, "")
	spacectl("bans", "add", "nowhere").want(t, exit.Usage, "not an address")
	bans := printed[api.Page[api.Ban]](t, "bans", "list").Items
	if len(bans) != 1 || bans[0].Prefix != "203.0.113.7/32" || !bans[0].Manual {
		t.Errorf("the bans are %+v", bans)
	}
	if r := spacectl("alerts"); r.code != exit.OK || !strings.Contains(r.out, "203.0.113.7/32") {
		t.Errorf("alerts: %+v", r)
	}
	spacectl("bans", "lift", "203.0.113.8").want(t, exit.Usage, `no "203.0.113.8"`)
	spacectl("bans", "lift", "203.0.113.7").want(t, exit.OK, "")
	if r := spacectl("bans", "list", "--json"); r.out != "{\"items\":[]}\n" {
		t.Errorf("left is %s", r.out)
	}
}

// TestAuditLog: it is read from the program and from its folder, and a change of it
// is found.
func TestAuditLog(t *testing.T) {
	fly(t)
	spacectl("scene", "moon").want(t, exit.OK, "")
	folder := t.TempDir()
	online, offline := filepath.Join(folder, "online.jsonl"), filepath.Join(folder, "offline.jsonl")
	spacectl("audit", "export", "-o", online).want(t, exit.OK, "")
	spacectl("audit", "export", "-o", online).want(t, exit.Usage, "--force")
	if text, err := os.ReadFile(online); err != nil || !strings.Contains(string(text), `"what":"scene.activate"`) {
		t.Errorf("exported %s, %v", text, err)
	}
	spacectl("audit", "verify").want(t, exit.OK, "")
	if r := spacectl("audit", "show", "--last", "1", "--offline"); r.code != exit.OK || strings.Count(r.out, "\n") != 2 {
		t.Errorf("show: %+v", r)
	}
	spacectl("audit", "verify", "--offline").want(t, exit.OK, "")
	spacectl("audit", "export", "--offline", "-o", offline).want(t, exit.OK, "")

	paths, err := controlPaths()
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(folder, "copy")
	if err := os.CopyFS(copied, os.DirFS(paths.Audit)); err != nil {
		t.Fatal(err)
	}
	spacectl("audit", "verify", "--folder", copied).want(t, exit.OK, "")
	segment := filepath.Join(copied, "records-000000000001.jsonl")
	text, err := os.ReadFile(segment)
	if err != nil {
		t.Fatal(err)
	}
	write(t, segment, strings.Replace(string(text), `"moon"`, `"mars"`, 1))
	spacectl("audit", "verify", "--folder", copied).want(t, exit.BadData, "was changed")
	spacectl("audit", "verify", "--checkpoint", segment).want(t, exit.BadData, segment)
	spacectl("audit", "verify", "--folder", copied, "--key", segment).want(t, exit.Failure, segment)
	spacectl("audit", "checkpoint").want(t, exit.Usage, "no checkpoint yet")
}

func TestCache(t *testing.T) {
	fly(t)
	if stats := printed[api.CacheStats](t, "cache", "show"); stats.Limit != 64<<20 {
		t.Errorf("got %+v", stats)
	}
	if r := spacectl("cache", "purge", "--prefix", "screenshots/"); r.code != exit.OK || !strings.Contains(r.out, "0 answers, 0 of 67108864 bytes") {
		t.Errorf("purge: %+v", r)
	}
}
