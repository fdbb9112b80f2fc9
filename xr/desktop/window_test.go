package desktop

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

var (
	_ engine.Context = (*Context)(nil)
	_ engine.Display = (*Display)(nil)
)

// tryVariable makes the test program open a window and print the error.
const tryVariable = "DESKTOP_TEST_TRY"

func TestMain(m *testing.M) {
	runtime.LockOSThread()
	if os.Getenv(tryVariable) != "" {
		_, err := OpenContext("", 64, 64)
		fmt.Printf("%t %v", errors.Is(err, engine.ErrUnavailable), err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// needScreen skips a test where there is no screen at all; make test always has
// one.
func needScreen(t *testing.T) {
	t.Helper()
	if os.Getenv("DISPLAY") == "" && runtime.GOOS == "linux" {
		t.Skip("DISPLAY is not set; make test brings a screen of its own (build/linux/with-xvfb.sh)")
	}
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
}

// open opens a window of 640 by 480 for the length of a test.
func open(t *testing.T, o Options) *Display {
	t.Helper()
	needScreen(t)
	c, err := OpenContext("test", 640, 480)
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := gl.InitWithProcAddrFunc(c.ProcAddr); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(d.Close(), c.Close()); err != nil {
			t.Error(err)
		}
	})
	return d
}

// drawFrame takes a display through a frame.
func drawFrame(t testing.TB, d *Display, draw func(*engine.Frame)) engine.Timing {
	open, err := d.Poll()
	if !open || err != nil {
		t.Fatal("poll:", open, err)
	}
	timing, err := d.Wait()
	if err != nil {
		t.Fatal(err)
	}
	frame, err := d.Begin(timing, &world)
	if err != nil {
		t.Fatal(err)
	}
	draw(frame)
	if err := d.End(frame); err != nil {
		t.Fatal(err)
	}
	return timing
}

var world = scene.World{FOVRad: 1}

func nothing(*engine.Frame) {}

// settle draws frames until the window is as large as it should be.
func settle(t *testing.T, d *Display, width, height int) {
	t.Helper()
	for until := time.Now().Add(5 * time.Second); ; {
		var rect engine.Rect
		drawFrame(t, d, func(f *engine.Frame) { rect = f.Target.Rect[0] })
		if rect == (engine.Rect{W: width, H: height}) {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("the frame is %+v, want %d by %d", rect, width, height)
		}
	}
	if info := d.Info(); info.Width != width || info.Height != height {
		t.Errorf("info %+v, want %d by %d", info, width, height)
	}
}

// press sends an event of a key down the way that GLFW sends it.
func press(d *Display, key glfw.Key) {
	callback := d.window.SetKeyCallback(nil)
	d.window.SetKeyCallback(callback)
	callback(d.window, key, 0, glfw.Press, 0)
	callback(d.window, key, 0, glfw.Release, 0)
}

func TestDraws(t *testing.T) {
	d := open(t, Options{})
	drawFrame(t, d, func(f *engine.Frame) {
		if f.ViewCount != 1 || !f.Render || !f.Target.Window || f.Target.SRGB || f.Target.Rect[0] != (engine.Rect{W: 640, H: 480}) {
			t.Errorf("frame %+v", f)
		}
		if fov := f.Views[0].FOV; math.Abs(fov.UpRad-0.5) > 1e-12 || math.Abs(math.Tan(fov.RightRad)/math.Tan(0.5)-640.0/480) > 1e-9 {
			t.Errorf("field of view %+v", fov)
		}
		gl.ClearColor(1, 0.2, 0, 1)
		gl.Clear(gl.COLOR_BUFFER_BIT)
		var p [4]byte
		gl.ReadPixels(639, 479, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(&p[0]))
		if p != [4]byte{255, 51, 0, 255} {
			t.Errorf("the framebuffer holds %v", p)
		}
	})
	if code := gl.GetError(); code != gl.NO_ERROR {
		t.Errorf("OpenGL error %#x", code)
	}
}

func TestContextVersion(t *testing.T) {
	open(t, Options{})
	var major, minor, profile int32
	gl.GetIntegerv(gl.MAJOR_VERSION, &major)
	gl.GetIntegerv(gl.MINOR_VERSION, &minor)
	gl.GetIntegerv(gl.CONTEXT_PROFILE_MASK, &profile)
	if major*10+minor < 41 || profile&gl.CONTEXT_CORE_PROFILE_BIT == 0 {
		t.Errorf("OpenGL %d.%d, profile %#x; want 4.1 core", major, minor, profile)
	}
}

// A window that changes its size is drawn at the new one without a pause.
func TestResize(t *testing.T) {
	d := open(t, Options{})
	for i := range 40 {
		w, h := 400+10*i, 500-5*i
		d.window.SetSize(w, h)
		began := time.Now()
		settle(t, d, w, h)
		if took := time.Since(began); took > time.Second {
			t.Fatalf("%d by %d took %v", w, h, took)
		}
	}
}

// A window of one pixel and one of 8K, more than the screen, are drawn as others are,
// and where the pointer is in them counts in their pixels.
func TestSizes(t *testing.T) {
	d := open(t, Options{})
	for _, size := range [][2]int{{1, 1}, {7680, 4320}, {1, 900}, {640, 480}} {
		d.window.SetSize(size[0], size[1])
		settle(t, d, size[0], size[1])
		corner := [4]byte{1}
		drawFrame(t, d, func(f *engine.Frame) {
			gl.ClearColor(0, 1, 0.2, 1)
			gl.Clear(gl.COLOR_BUFFER_BIT)
			gl.ReadPixels(int32(size[0]-1), int32(size[1]-1), 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(&corner[0]))
			if aspect := math.Tan(f.Views[0].FOV.RightRad) / math.Tan(f.Views[0].FOV.UpRad); math.Abs(aspect-float64(size[0])/float64(size[1])) > 1e-6 {
				t.Errorf("%v: the view is %g times as wide as high", size, aspect)
			}
		})
		if corner != [4]byte{0, 255, 51, 255} {
			t.Errorf("%v: the last pixel is %v", size, corner)
		}
		if x, y := d.pixels(float64(size[0]), float64(size[1])); x != float64(size[0]) || y != float64(size[1]) {
			t.Errorf("%v: its corner is at %g, %g", size, x, y)
		}
	}
	if code := gl.GetError(); code != gl.NO_ERROR {
		t.Errorf("OpenGL error %#x", code)
	}
}

func TestFullscreen(t *testing.T) {
	d := open(t, Options{})
	mode := glfw.GetPrimaryMonitor().GetVideoMode()
	settle(t, d, 640, 480)
	for range 2 {
		press(d, glfw.KeyF11)
		settle(t, d, mode.Width, mode.Height)
		if d.window.GetMonitor() == nil {
			t.Error("the window does not fill the screen")
		}
		press(d, glfw.KeyF11)
		settle(t, d, 640, 480)
		if d.window.GetMonitor() != nil {
			t.Error("the window fills the screen")
		}
	}
}

func TestStartsFullscreen(t *testing.T) {
	d := open(t, Options{Fullscreen: true})
	mode := glfw.GetPrimaryMonitor().GetVideoMode()
	settle(t, d, mode.Width, mode.Height)
	press(d, glfw.KeyF11)
	settle(t, d, 640, 480)
}

// Keys arrive in the frame whose wait follows them, buttons in that one alone.
func TestInput(t *testing.T) {
	d := open(t, Options{})
	drawFrame(t, d, nothing)
	press(d, glfw.KeySpace)
	if in := drawFrame(t, d, nothing).Input; in != (scene.Input{Buttons: scene.ButtonPause}) {
		t.Errorf("input %+v", in)
	}
	if in := drawFrame(t, d, nothing).Input; in != (scene.Input{}) {
		t.Errorf("then input %+v", in)
	}
}

// Closing the window ends the run at the next poll, and not the next run.
func TestCloses(t *testing.T) {
	d := open(t, Options{})
	drawFrame(t, d, nothing)
	d.window.SetShouldClose(true)
	if open, err := d.Poll(); open || err != nil {
		t.Errorf("poll: open %t, %v", open, err)
	}
	again, err := New(&Context{d.window}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	drawFrame(t, again, nothing)
}

// The context and what was made in it outlive the display.
func TestContextOutlivesDisplay(t *testing.T) {
	d := open(t, Options{Fullscreen: true})
	var buffer uint32
	gl.GenBuffers(1, &buffer)
	gl.BindBuffer(gl.ARRAY_BUFFER, buffer)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if d.window.GetAttrib(glfw.Visible) == glfw.True {
		t.Error("the window is still to be seen")
	}
	again, err := New(&Context{d.window}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	drawFrame(t, again, nothing)
	if !gl.IsBuffer(buffer) {
		t.Error("the buffer is gone")
	}
	if again.window.GetAttrib(glfw.Visible) != glfw.True {
		t.Error("the window is not to be seen")
	}
}

// A window out of sight is not drawn, and does not keep the processor busy.
func TestIconified(t *testing.T) {
	d := open(t, Options{})
	drawFrame(t, d, nothing)
	iconify := d.window.SetIconifyCallback(nil)
	size := d.window.SetFramebufferSizeCallback(nil)
	for _, hide := range []func(){
		func() { iconify(d.window, true) },
		func() { iconify(d.window, false); size(d.window, 0, 0) }, // as on Windows
	} {
		hide()
		began := time.Now()
		for range 6 {
			if timing := drawFrame(t, d, nothing); timing.Render || timing.Period <= 0 {
				t.Fatalf("timing %+v", timing)
			}
		}
		if took, least := time.Since(began), 4*d.pacer.Period(); took < least {
			t.Errorf("six frames took %v, want at least %v", took, least)
		}
	}
	hidden := drawFrame(t, d, nothing)
	size(d.window, 640, 480)
	seen := drawFrame(t, d, nothing)
	if !seen.Render || seen.DisplayTime < hidden.DisplayTime {
		t.Errorf("in sight again: timing %+v after %v", seen, hidden.DisplayTime)
	}
}

// Each way to hold frames back holds its rate.
func TestPace(t *testing.T) {
	for _, tt := range []struct {
		name    string
		options Options
		hz      float64 // of the display; 0 is as fast as it can
		frames  int
	}{
		{"screen", Options{VSync: true}, 0, 20},
		{"200 Hz", Options{CapHz: 200}, 200, 50},
		{"free", Options{}, 0, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t, tt.options)
			hz := tt.hz
			if tt.options.VSync {
				hz = d.screenHz
			}
			if got := d.Info().RefreshHz; got != hz {
				t.Errorf("refresh rate %g, want %g", got, hz)
			}
			drawFrame(t, d, nothing)
			began := time.Now()
			var last time.Duration
			for range tt.frames {
				timing := drawFrame(t, d, nothing)
				if timing.DisplayTime < last {
					t.Fatalf("display time went back by %v", last-timing.DisplayTime)
				}
				if last = timing.DisplayTime; (timing.Period > 0) != (hz > 0) {
					t.Fatalf("period %v", timing.Period)
				}
			}
			rate := float64(tt.frames) / time.Since(began).Seconds()
			t.Logf("%.0f frames a second", rate)
			if hz > 0 && rate > 1.1*hz || hz == 0 && rate < 200 {
				t.Errorf("%.0f frames a second", rate)
			}
		})
	}
}

func TestFrameAllocatesNothing(t *testing.T) {
	for name, o := range map[string]Options{
		"free": {}, "capped": {CapHz: 1000}, "screen": {VSync: true}, "full screen": {Fullscreen: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, o)
			for range 10 {
				drawFrame(t, d, nothing)
			}
			if n := testing.AllocsPerRun(50, func() { drawFrame(t, d, nothing) }); n != 0 {
				t.Errorf("%g allocations a frame", n)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	needScreen(t)
	c, err := OpenContext("test", 64, 64)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, hz := range []float64{-1, math.NaN()} {
		if _, err := New(c, Options{CapHz: hz}); err == nil {
			t.Errorf("at most %g frames a second: no error", hz)
		}
	}
}
