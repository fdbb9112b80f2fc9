package xr

import (
	"bufio"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// simulate makes the simulated headset the registered runtime, with steps of its
// script, for one test. Its time is that of its frames, which come as fast as
// they can, until realTime. It returns where the runtime reports to.
func simulate(t *testing.T, steps ...string) (report string) {
	t.Helper()
	manifest, err := filepath.Abs("../bin/openxr/spacetime_sim.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(manifest); err != nil {
		t.Fatalf("the simulated headset is not built: run make build first (%v)", err)
	}
	out := t.TempDir()
	t.Setenv("XR_RUNTIME_JSON", manifest)
	script := filepath.Join(out, "script")
	if err := os.WriteFile(script, []byte(strings.Join(steps, "\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SPACETIME_SIM_SCRIPT", script)
	t.Setenv("SPACETIME_SIM_OUT", out)
	t.Setenv("SPACETIME_SIM_PICTURES", "0")
	t.Setenv("SPACETIME_SIM_CLOCK", "stepped")
	return filepath.Join(out, "report.jsonl")
}

// realTime makes the simulated headset keep to the time of the machine.
func realTime(t *testing.T) {
	t.Helper()
	t.Setenv("SPACETIME_SIM_CLOCK", "real")
}

// offer makes a format the only one that is taken, for one test.
func offer(t *testing.T, format int64) {
	t.Helper()
	all := colours
	colours = []int64{format}
	t.Cleanup(func() { colours = all })
}

// newContext makes a GL context for a test, on a thread that is its own.
func newContext(t *testing.T) engine.Context {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	ctx, err := offscreen.OpenContext()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ctx.Close(); err != nil {
			t.Error(err)
		}
	})
	return ctx
}

// flight is a loop round a display, as the engine's, with a renderer that fills
// each view with a colour.
type flight struct {
	t           *testing.T
	context     engine.Context
	display     *Display
	framebuffer uint32
	timing      engine.Timing // of the last frame
	frame       *engine.Frame
	frames      int         // that were begun
	drawn       int         // of them
	input       scene.Input // what was pressed, and where sticks were last
	err         error
	open        bool
	stats       Stats // at the end
}

func fly(t *testing.T, o Options) *flight {
	t.Helper()
	return flyOn(t, newContext(t), o)
}

func flyOn(t *testing.T, ctx engine.Context, o Options) *flight {
	t.Helper()
	if testing.Verbose() && o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	d, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	d.retry.first, d.retry.most = 20*time.Millisecond, 50*time.Millisecond
	f := &flight{t: t, context: ctx, display: d, open: true}
	gl.GenFramebuffers(1, &f.framebuffer)
	t.Cleanup(f.land)
	return f
}

// land closes the display, once.
func (f *flight) land() {
	if f.display == nil {
		return
	}
	f.stats = f.display.Stats()
	if err := f.display.Close(); err != nil {
		f.t.Error(err)
	}
	f.display = nil
	gl.DeleteFramebuffers(1, &f.framebuffer)
}

// step runs one frame. It returns false at the end.
func (f *flight) step() bool {
	if f.open, f.err = f.display.Poll(); !f.open || f.err != nil {
		return false
	}
	before := f.timing.DisplayTime
	if f.timing, f.err = f.display.Wait(); f.err != nil {
		return false
	}
	if f.timing.DisplayTime < before {
		f.t.Errorf("the display time went back from %v to %v", before, f.timing.DisplayTime)
	}
	buttons := f.input.Buttons
	f.input = f.timing.Input
	f.input.Buttons |= buttons
	if f.frame, f.err = f.display.Begin(f.timing, nil); f.err != nil {
		return false
	}
	f.frames++
	if f.frame.Render {
		f.drawn++
		f.draw()
	}
	f.err = f.display.End(f.frame)
	return f.err == nil
}

func (f *flight) draw() {
	t := &f.frame.Target
	gl.BindFramebuffer(gl.FRAMEBUFFER, f.framebuffer)
	gl.Enable(gl.SCISSOR_TEST)
	gl.Enable(gl.FRAMEBUFFER_SRGB)
	for v := range f.frame.ViewCount {
		image := 0
		if t.Layout == engine.LayoutPerView {
			image = v
		}
		if t.Layout == engine.LayoutLayered {
			gl.FramebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, t.Colour[0], 0, int32(v))
			gl.FramebufferTextureLayer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, t.Depth[0], 0, int32(v))
		} else {
			gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, t.Colour[image], 0)
			gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, t.Depth[image], 0)
		}
		r := t.Rect[v]
		gl.Scissor(int32(r.X), int32(r.Y), int32(r.W), int32(r.H))
		gl.ClearColor(float32(1-v), 0.5, float32(v), 1) // red to the left, blue to the right
		gl.ClearDepth(0)
		gl.Clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT)
		f.frame.DepthDrawn = t.Depth[image] != 0
	}
	gl.Disable(gl.SCISSOR_TEST)
	gl.Disable(gl.FRAMEBUFFER_SRGB)
	gl.BindFramebuffer(gl.FRAMEBUFFER, 0)
}

// until flies on until done, for so long at most.
func (f *flight) until(what string, limit time.Duration, done func() bool) {
	f.t.Helper()
	for end := time.Now().Add(limit); !done(); {
		if !f.step() {
			f.t.Fatalf("before %s the flight ended: open %v, error %v", what, f.open, f.err)
		}
		if time.Now().After(end) {
			f.t.Fatalf("no %s in %v: %d frames, %d drawn, stats %+v", what, limit, f.frames, f.drawn, f.display.Stats())
		}
	}
}

// draws flies on until so many more frames were drawn.
func (f *flight) draws(n int) {
	f.t.Helper()
	want := f.drawn + n
	f.until("more pictures", 20*time.Second, func() bool { return f.drawn >= want })
}

// entry is a line of the runtime's report.
type entry struct {
	Kind, State, Severity, ID, Function, Text                                string
	Frames, Missed, Discarded, Errors, Warnings, Faults, Instances, Sessions int
	LiveObjects                                                              int `json:"live_objects"`
}

// readReport reads what the runtime reported.
func readReport(t *testing.T, path string) (entries []entry) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var e entry
		var number *json.UnmarshalTypeError // in the summary, where flags are counts
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil && !errors.As(err, &number) {
			t.Fatalf("%v in the runtime's report: %s", err, lines.Text())
		}
		entries = append(entries, e)
	}
	return entries
}

// checkReport fails on what the runtime's strict checks found.
func checkReport(t *testing.T, path string) {
	t.Helper()
	for _, e := range readReport(t, path) {
		if e.Kind == "message" && (e.Severity == "error" || e.Severity == "warning") || e.Kind == "script-error" {
			t.Errorf("the runtime found %s: %s %s: %s", e.Severity, e.ID, e.Function, e.Text)
		}
	}
}

// faults returns how many faults the runtime has made so far.
func faults(t *testing.T, path string) (n int) {
	t.Helper()
	for _, e := range readReport(t, path) {
		if e.Kind == "fault" {
			n++
		}
	}
	return n
}

// checkFaults fails unless so many faults that the script asks for have happened.
func checkFaults(t *testing.T, path string, want int) {
	t.Helper()
	if got := faults(t, path); got != want {
		t.Errorf("%d faults happened, want %d", got, want)
	}
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
