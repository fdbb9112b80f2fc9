package xr

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

var _ engine.Display = (*Display)(nil)

// Sixty frames for each way that views lie in images, without a word from the
// runtime's strict checks.
func TestFlight(t *testing.T) {
	for _, tt := range []struct {
		name   string
		images Images
		depth  bool
		layout engine.Layout
	}{
		{"layered", ImagesLayered, false, engine.LayoutLayered},
		{"wide", ImagesWide, false, engine.LayoutWide},
		{"per view", ImagesPerView, false, engine.LayoutPerView},
		{"auto", ImagesAuto, false, engine.LayoutLayered},
		{"layered with depth", ImagesLayered, true, engine.LayoutLayered},
		{"wide with depth", ImagesWide, true, engine.LayoutWide},
		{"per view with depth", ImagesPerView, true, engine.LayoutPerView},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report := simulate(t)
			f := fly(t, Options{Images: tt.images, Depth: tt.depth})
			f.draws(60)
			if f.frame.Target.Layout != tt.layout || !f.frame.Target.SRGB {
				t.Errorf("target %+v", f.frame.Target)
			}
			if f.frame.DepthDrawn != tt.depth {
				t.Errorf("depth drawn: %v", f.frame.DepthDrawn)
			}
			f.land()
			checkReport(t, report)
			if f.stats != (Stats{State: "focused", Sessions: 1}) {
				t.Errorf("stats %+v", f.stats)
			}
		})
	}
}

// What is drawn is what the wearer sees: the left eye's picture to the left, in
// the colours that the renderer meant, whatever the images' format.
func TestPicture(t *testing.T) {
	for _, tt := range []struct {
		images Images
		format int64
	}{
		{ImagesLayered, gl.SRGB8_ALPHA8},
		{ImagesWide, gl.SRGB8_ALPHA8},
		{ImagesPerView, gl.SRGB8_ALPHA8},
		{ImagesLayered, gl.RGBA16F},
		{ImagesLayered, gl.RGB10_A2},
		{ImagesLayered, gl.RGBA8},
	} {
		report := simulate(t)
		t.Setenv("SPACETIME_SIM_PICTURES", "1")
		offer(t, tt.format)
		f := fly(t, Options{Images: tt.images})
		f.draws(2)
		f.land()
		pictures, _ := filepath.Glob(filepath.Join(filepath.Dir(report), "frame_*.png"))
		if len(pictures) == 0 {
			t.Fatal("the runtime composed no picture")
		}
		p := readPNG(t, pictures[len(pictures)-1])
		w, h := p.Bounds().Dx(), p.Bounds().Dy()
		for x, want := range map[int][3]uint8{w / 4: red, 3 * w / 4: blue} {
			r, g, b, _ := p.At(x, h/2).RGBA()
			if got := [3]uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}; !alike(got, want) {
				t.Errorf("images %d of %s: at %d the colour %d, want %d", tt.images, formatName(tt.format), x, got, want)
			}
		}
	}
}

// The colours of the eyes in the screen's encoding: a linear half is 188 in sRGB.
var red, blue = [3]uint8{255, 188, 0}, [3]uint8{0, 188, 255}

// alike allows for rounding.
func alike(a, b [3]uint8) bool {
	for i := range a {
		if d := int(a[i]) - int(b[i]); d < -1 || d > 1 {
			return false
		}
	}
	return true
}

// The first picture that follows the head is there in less than four seconds
// (Meta's VRC.PC.Performance.1).
func TestFirstPicture(t *testing.T) {
	simulate(t)
	realTime(t)
	start := time.Now()
	f := fly(t, Options{})
	f.draws(1)
	took := time.Since(start)
	t.Logf("first picture after %v", took)
	if took > 4*time.Second {
		t.Errorf("the first picture took %v", took)
	}
}

// A frame allocates nothing, with or without a picture.
func TestFrameAllocatesNothing(t *testing.T) {
	simulate(t, "1s session hidden")
	f := fly(t, Options{})
	f.draws(20)
	if n := testing.AllocsPerRun(30, func() { f.step() }); n != 0 {
		t.Errorf("%g allocations a frame", n)
	}
	f.until("hiding", 5*time.Second, func() bool { return !f.frame.Render })
	if n := testing.AllocsPerRun(30, func() { f.step() }); n != 0 {
		t.Errorf("%g allocations a frame while hidden", n)
	}
}

// Display times advance by the runtime's own steps, to the nanosecond, and lie
// ahead of now.
func TestDisplayTime(t *testing.T) {
	simulate(t)
	realTime(t)
	f := fly(t, Options{})
	f.draws(3)
	const period = 13888889 * time.Nanosecond // of 72 Hz
	for range 30 {
		before := f.timing.DisplayTime
		f.step()
		if f.timing.Period != period {
			t.Fatalf("a period of %v, want %v", f.timing.Period, period)
		}
		if step := f.timing.DisplayTime - before; step%period != 0 || step == 0 {
			t.Errorf("a step of %v, want a multiple of %v", step, period)
		}
		if ahead := f.timing.DisplayTime - engine.Now(); ahead < -period || ahead > 3*period {
			t.Errorf("seen %v from now", ahead)
		}
	}
}

// Whatever period a runtime tells, the engine's is one of a display.
func TestPeriod(t *testing.T) {
	for _, tt := range []struct {
		step string
		want time.Duration
	}{
		{"period 0ns", minPeriod},
		{"period 5ns", minPeriod},
		{"period 59000000s", maxPeriod}, // godot_openxr issue 173
		{"period 16ms", 16 * time.Millisecond},
	} {
		simulate(t, tt.step)
		f := fly(t, Options{})
		f.draws(3)
		if f.timing.Period != tt.want {
			t.Errorf("%s: a period of %v, want %v", tt.step, f.timing.Period, tt.want)
		}
		f.land()
	}
}

// Eyes are as the runtime has them: apart by the wearer's distance, turned
// outward where the displays are, with angles that are not the same to both
// sides.
func TestEyes(t *testing.T) {
	deg := func(a float64) float64 { return a * math.Pi / 180 }
	for _, tt := range []struct {
		model string
		ipdM  float64
		cant  float64 // outward, in radians
		left  scene.FOV
	}{
		{"test", 0.063, 0, scene.FOV{LeftRad: -deg(48), RightRad: deg(42), UpRad: deg(45), DownRad: -deg(45)}},
		{"canted", 0.0635, deg(5), scene.FOV{LeftRad: -deg(54), RightRad: deg(44), UpRad: deg(55), DownRad: -deg(55)}},
		{"asymmetric", 0.063, 0, scene.FOV{LeftRad: -deg(52), RightRad: deg(43), UpRad: deg(44), DownRad: -deg(53)}},
	} {
		t.Run(tt.model, func(t *testing.T) {
			report := simulate(t)
			t.Setenv("SPACETIME_SIM_MODEL", tt.model)
			f := fly(t, Options{Scale: 0.25})
			f.draws(2)
			left, right := f.frame.Views[0], f.frame.Views[1]
			if apart := right.Pose.PositionM.Sub(left.Pose.PositionM); apart.Sub(mgl64.Vec3{tt.ipdM, 0, 0}).Len() > 1e-6 {
				t.Errorf("from the left to the right eye %v, want %g m", apart, tt.ipdM)
			}
			for i, v := range []scene.View{left, right} {
				side := float64(2*i - 1)
				ahead := v.Pose.Orientation.Rotate(mgl64.Vec3{0, 0, -1})
				if want := (mgl64.Vec3{side * math.Sin(tt.cant), 0, -math.Cos(tt.cant)}); ahead.Sub(want).Len() > 1e-6 {
					t.Errorf("eye %d looks to %v, want %v", i, ahead, want)
				}
			}
			if !nearFOV(left.FOV, tt.left) || !nearFOV(right.FOV, scene.FOV{
				LeftRad: -tt.left.RightRad, RightRad: -tt.left.LeftRad, UpRad: tt.left.UpRad, DownRad: tt.left.DownRad,
			}) {
				t.Errorf("angles %+v and %+v, want %+v and its mirror image", left.FOV, right.FOV, tt.left)
			}
			f.land()
			checkReport(t, report)
		})
	}
}

func nearFOV(a, b scene.FOV) bool {
	const eps = 1e-6
	return math.Abs(a.LeftRad-b.LeftRad) < eps && math.Abs(a.RightRad-b.RightRad) < eps &&
		math.Abs(a.UpRad-b.UpRad) < eps && math.Abs(a.DownRad-b.DownRad) < eps
}

// The display describes itself, and asks for the rate that is nearest to the
// wanted one.
func TestInfo(t *testing.T) {
	simulate(t)
	f := fly(t, Options{RefreshHz: 100, Scale: 0.5})
	want := engine.DisplayInfo{Name: "SpaceTime simulated headset, model test", Width: 256, Height: 256, Views: 2, RefreshHz: 90}
	f.until("90 Hz", 5*time.Second, func() bool { return f.display.Info().RefreshHz == 90 })
	if got := f.display.Info(); got != want {
		t.Errorf("info %+v, want %+v", got, want)
	}
}

// The lenses' mask comes with the frame, and anew when the runtime says so.
func TestMask(t *testing.T) {
	simulate(t, "0.2s mask changed")
	f := fly(t, Options{})
	f.draws(1)
	before := f.frame.Hidden
	for v, m := range before {
		if m == nil || len(m.Triangles) < 3 || len(m.Triangles)%3 != 0 {
			t.Fatalf("view %d: mask %+v", v, m)
		}
		for _, n := range m.Triangles {
			if int(n) >= len(m.Corners) {
				t.Fatalf("view %d: corner %d of %d", v, n, len(m.Corners))
			}
		}
	}
	f.until("another mask", 5*time.Second, func() bool { return f.frame.Render && f.frame.Hidden[0] != before[0] })
}

func TestWithoutMask(t *testing.T) {
	simulate(t)
	f := fly(t, Options{Without: []string{extMask}})
	f.draws(1)
	if f.frame.Hidden != [2]*engine.Mask{} {
		t.Error("there is a mask")
	}
}

// Without any extension but those for OpenGL it flies too.
func TestWithoutExtensions(t *testing.T) {
	report := simulate(t)
	f := fly(t, Options{Without: wishes(), Depth: true, RefreshHz: 90, Standing: true})
	f.draws(10)
	if hz := f.display.Info().RefreshHz; math.Abs(hz-72) > 0.01 {
		t.Errorf("%g Hz, want the 72 of the frames", hz)
	}
	if ahead := f.timing.DisplayTime - engine.Now(); ahead < -time.Second || ahead > time.Second {
		t.Errorf("seen %v from now", ahead)
	}
	f.land()
	checkReport(t, report)
}

// A runtime that does not give all the extensions that it offers is asked for
// fewer.
func TestFewerExtensions(t *testing.T) {
	report := simulate(t, "0.1s lose instance", "0.1s fault xrCreateInstance call 1 returns XR_ERROR_EXTENSION_NOT_PRESENT")
	f := fly(t, Options{})
	f.draws(2)
	if f.frame.Hidden[0] == nil {
		t.Error("the extension for masks is not used at first")
	}
	f.until("loss", 5*time.Second, func() bool { return f.display.Stats().Losses == 1 })
	f.draws(2)
	if f.frame.Hidden[0] != nil {
		t.Error("the extension for masks is used after it was refused")
	}
	f.land()
	checkReport(t, report)
}

// No runtime is asked for what the user does without, and no display is opened
// without OpenGL.
func TestWithoutGL(t *testing.T) {
	simulate(t)
	_, err := Open(newContext(t), Options{Without: []string{extGL}})
	checkUnavailable(t, err, "does not take OpenGL", extGL, "SteamVR")
}

func TestBadOptions(t *testing.T) {
	for _, o := range []Options{{Images: -1}, {Images: ImagesPerView + 1}, {Scale: -1}, {Scale: math.NaN()}, {RefreshHz: math.NaN()}, {Eyes: "none"}} {
		if _, err := Open(nil, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

// The head is followed: where the script puts it, the views are, for the display
// time of the frame.
func TestHead(t *testing.T) {
	simulate(t, "head at 0 1.6 0", "0s head at 1 1.6 0 over 1s") // a metre a second to the right
	f := fly(t, Options{})
	f.draws(5)
	for range 20 {
		x, at := f.frame.Views[0].Pose.PositionM[0], f.timing.DisplayTime
		f.draws(1)
		moved, took := f.frame.Views[0].Pose.PositionM[0]-x, (f.timing.DisplayTime - at).Seconds()
		if math.Abs(moved-took) > 1e-5 {
			t.Errorf("%g m in %g s of display time", moved, took)
		}
	}
}

// fakeMirror is a window that nobody sees.
type fakeMirror struct {
	in     scene.Input
	closed bool
}

func (m *fakeMirror) Poll() (scene.Input, bool) { return m.in, !m.closed }
func (m *fakeMirror) Size() (width, height int) { return 0, 0 }
func (m *fakeMirror) Swap()                     { panic("nothing was drawn") }
func (m *fakeMirror) Close() error              { m.closed = true; return nil }

// Keyboard and mouse work beside the hands, and closing the window ends the
// flight.
func TestMirrorInput(t *testing.T) {
	report := simulate(t, "left thumbstick 0 1", "left x/click on")
	m := &fakeMirror{in: scene.Input{Move: [3]float64{0, 0.5, -1}, Turn: [3]float64{0, 0, 1}, Buttons: scene.ButtonLabels}}
	f := fly(t, Options{Mirror: m})
	f.draws(3)
	want := scene.Input{Move: [3]float64{0, 0.5, -1}, Turn: [3]float64{0, 0, 1}, Buttons: scene.ButtonPause | scene.ButtonLabels}
	if f.input != want {
		t.Errorf("input %+v, want %+v", f.input, want)
	}
	m.in = scene.Input{Buttons: scene.ButtonRecentre}
	f.draws(1)
	if m.in.Buttons = 0; f.display.Stats().Recentred != 1 {
		t.Error("the key does not recentre")
	}
	m.in.Buttons = scene.ButtonHeadset
	if f.step(); !errors.Is(f.err, engine.ErrSwitch) {
		t.Errorf("the key for the window: %v", f.err)
	}
	m.in.Buttons = 0
	m.closed = true
	if f.step(); f.open || f.err != nil {
		t.Errorf("open %v, error %v", f.open, f.err)
	}
	f.land()
	checkReport(t, report)
}

func TestMain(m *testing.M) {
	os.Unsetenv("XR_RUNTIME_JSON") // of the machine
	os.Exit(m.Run())
}
