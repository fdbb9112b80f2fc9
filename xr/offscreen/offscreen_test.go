package offscreen

import (
	"math"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

var (
	_ engine.Context = (*Context)(nil)
	_ engine.Display = (*Display)(nil)
)

// open opens a context for the length of a test, on a thread of its own.
func open(t *testing.T) *Context {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	c, err := OpenContext()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func newDisplay(t *testing.T, c *Context, o Options) *Display {
	t.Helper()
	d, err := New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// drawFrame takes a display through a frame.
func drawFrame(t testing.TB, d *Display, world *scene.World, draw func(*engine.Frame)) engine.Timing {
	open, err := d.Poll()
	if !open || err != nil {
		t.Fatal("poll:", open, err)
	}
	timing, err := d.Wait()
	if err != nil {
		t.Fatal(err)
	}
	frame, err := d.Begin(timing, world)
	if err != nil {
		t.Fatal(err)
	}
	draw(frame)
	if err := d.End(frame); err != nil {
		t.Fatal(err)
	}
	return timing
}

// target is a framebuffer to draw into, since the display has none.
func target(t *testing.T, w, h int) {
	t.Helper()
	var framebuffer, texture uint32
	gl.GenTextures(1, &texture)
	gl.BindTexture(gl.TEXTURE_2D, texture)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, int32(w), int32(h), 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
	gl.GenFramebuffers(1, &framebuffer)
	gl.BindFramebuffer(gl.FRAMEBUFFER, framebuffer)
	gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0)
	if status := gl.CheckFramebufferStatus(gl.FRAMEBUFFER); status != gl.FRAMEBUFFER_COMPLETE {
		t.Fatalf("framebuffer status %#x", status)
	}
}

func pixel(x, y int) (p [4]byte) {
	gl.ReadPixels(int32(x), int32(y), 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(&p[0]))
	return p
}

// The context draws: each view is cleared to a colour of its own, and read back
// at its corners.
func TestDraws(t *testing.T) {
	colours := [engine.MaxViews][4]byte{{255, 0, 51, 255}, {0, 102, 255, 255}}
	for _, views := range []int{1, 2} {
		t.Run(strconv.Itoa(views)+" views", func(t *testing.T) {
			d := newDisplay(t, open(t), Options{Width: 33, Height: 21, Views: views})
			target(t, 33*views, 21)
			drawFrame(t, d, &scene.World{FOVRad: 1}, func(f *engine.Frame) {
				if f.ViewCount != views || !f.Render || f.Target.Window || f.Target.Colour[0] != 0 {
					t.Fatalf("frame %+v", f)
				}
				gl.Enable(gl.SCISSOR_TEST)
				for i := range f.ViewCount {
					r, k := f.Target.Rect[i], colours[i]
					gl.Scissor(int32(r.X), int32(r.Y), int32(r.W), int32(r.H))
					gl.ClearColor(float32(k[0])/255, float32(k[1])/255, float32(k[2])/255, 1)
					gl.Clear(gl.COLOR_BUFFER_BIT)
				}
			})
			for i := range views {
				for _, at := range [][2]int{{33 * i, 0}, {33*i + 32, 0}, {33 * i, 20}, {33*i + 32, 20}} {
					if got := pixel(at[0], at[1]); got != colours[i] {
						t.Errorf("pixel %v is %v, want %v", at, got, colours[i])
					}
				}
			}
			if code := gl.GetError(); code != gl.NO_ERROR {
				t.Errorf("OpenGL error %#x", code)
			}
		})
	}
}

func TestContextVersion(t *testing.T) {
	c := open(t)
	newDisplay(t, c, Options{Width: 1, Height: 1, Views: 1})
	var major, minor, profile int32
	gl.GetIntegerv(gl.MAJOR_VERSION, &major)
	gl.GetIntegerv(gl.MINOR_VERSION, &minor)
	gl.GetIntegerv(gl.CONTEXT_PROFILE_MASK, &profile)
	if major*10+minor < 41 || profile&gl.CONTEXT_CORE_PROFILE_BIT == 0 {
		t.Errorf("OpenGL %d.%d, profile %#x; want 4.1 core", major, minor, profile)
	}
	t.Log(gl.GoStr(gl.GetString(gl.RENDERER)), gl.GoStr(gl.GetString(gl.VERSION)))
}

// A context serves one display after the other, and what was made in it stays.
func TestContextOutlivesDisplay(t *testing.T) {
	c := open(t)
	first, err := New(c, Options{Width: 4, Height: 4, Views: 2})
	if err != nil {
		t.Fatal(err)
	}
	target(t, 4, 4)
	drawFrame(t, first, &scene.World{FOVRad: 1}, func(*engine.Frame) {
		gl.ClearColor(0, 1, 0, 1)
		gl.Clear(gl.COLOR_BUFFER_BIT)
	})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := newDisplay(t, c, Options{Width: 4, Height: 4, Views: 1})
	drawFrame(t, second, &scene.World{FOVRad: 1}, func(*engine.Frame) {})
	if got, want := pixel(3, 3), [4]byte{0, 255, 0, 255}; got != want {
		t.Errorf("the framebuffer of the first display holds %v, want %v", got, want)
	}
}

// Two contexts live beside each other; closing one leaves the other.
func TestTwoContexts(t *testing.T) {
	a := open(t)
	b, err := OpenContext()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.MakeCurrent(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	d := newDisplay(t, a, Options{Width: 2, Height: 2, Views: 1})
	target(t, 2, 2)
	drawFrame(t, d, &scene.World{FOVRad: 1}, func(*engine.Frame) {
		gl.ClearColor(1, 0, 0, 1)
		gl.Clear(gl.COLOR_BUFFER_BIT)
	})
	if got, want := pixel(0, 0), [4]byte{255, 0, 0, 255}; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A display without a rate has a clock of its own, exact at every second.
func TestClockOfFrames(t *testing.T) {
	d := newDisplay(t, open(t), Options{Width: 1, Height: 1, Views: 1})
	world := &scene.World{FOVRad: 1}
	var first, last time.Duration
	for i := range 901 {
		timing := drawFrame(t, d, world, func(*engine.Frame) {})
		if timing.Period != 11_111_111 || !timing.Render || timing.Input != (scene.Input{}) {
			t.Fatalf("frame %d: timing %+v", i, timing)
		}
		if i == 0 {
			first = timing.DisplayTime
		} else if step := timing.DisplayTime - last; step != 11_111_111 && step != 11_111_112 {
			t.Fatalf("frame %d: %d ns after the one before", i, step)
		}
		last = timing.DisplayTime
		if i%90 == 0 && last-first-time.Duration(i/90)*time.Second != 0 {
			t.Fatalf("frame %d: %v after the first", i, last-first)
		}
	}
	if hz := d.Info().RefreshHz; hz != 0 {
		t.Errorf("refresh rate %g, want 0: as fast as it can", hz)
	}
}

// A paced display keeps its rate on the wall.
func TestPaced(t *testing.T) {
	d := newDisplay(t, open(t), Options{Width: 1, Height: 1, Views: 1, RateHz: 250})
	world := &scene.World{FOVRad: 1}
	first := drawFrame(t, d, world, func(*engine.Frame) {})
	for range 50 {
		timing := drawFrame(t, d, world, func(*engine.Frame) {})
		if since := timing.DisplayTime - first.DisplayTime; since%(4*time.Millisecond) != 0 {
			t.Fatalf("display time is %v after the first, want a multiple of 4ms", since)
		}
		if ahead := timing.DisplayTime - engine.Now(); ahead > 4*time.Millisecond {
			t.Fatalf("woke %v before the display time, want at most a period", ahead)
		}
	}
	if info := d.Info(); info != (engine.DisplayInfo{Name: "offscreen", Width: 1, Height: 1, Views: 1, RefreshHz: 250}) {
		t.Errorf("info %+v", info)
	}
}

// Two eyes are 63 mm apart, see more outward than inward, and mirror each other.
func TestEyes(t *testing.T) {
	d := newDisplay(t, open(t), Options{Width: 1000, Height: 1000, Views: 2})
	f, err := d.Begin(engine.Timing{}, &scene.World{FOVRad: 0.01}) // which does not count
	if err != nil {
		t.Fatal(err)
	}
	l, r := f.Views[0], f.Views[1]
	if l.Pose.PositionM != [3]float64{-0.0315, 0, 0} || r.Pose.PositionM != [3]float64{0.0315, 0, 0} {
		t.Errorf("eyes at %v and %v", l.Pose.PositionM, r.Pose.PositionM)
	}
	// atan(1.08), atan(0.92) and atan(1)
	want := scene.FOV{LeftRad: -0.82384, RightRad: 0.74376, UpRad: 0.78540, DownRad: -0.78540}
	for i, pair := range [][2]float64{
		{l.FOV.LeftRad, want.LeftRad},
		{l.FOV.RightRad, want.RightRad},
		{l.FOV.UpRad, want.UpRad},
		{l.FOV.DownRad, want.DownRad},
		{r.FOV.LeftRad, -l.FOV.RightRad},
		{r.FOV.RightRad, -l.FOV.LeftRad},
		{r.FOV.UpRad, l.FOV.UpRad},
		{r.FOV.DownRad, l.FOV.DownRad},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-5 {
			t.Errorf("angle %d is %.6f, want %.6f", i, pair[0], pair[1])
		}
	}
	if f.Target.Rect != [engine.MaxViews]engine.Rect{{W: 1000, H: 1000}, {X: 1000, W: 1000, H: 1000}} {
		t.Errorf("rectangles %v", f.Target.Rect)
	}
}

// One view takes the world's field of view, anew each frame.
func TestFieldOfView(t *testing.T) {
	d := newDisplay(t, open(t), Options{Width: 200, Height: 100, Views: 1})
	for _, fov := range []float64{1e-3, 1, 2} {
		f, err := d.Begin(engine.Timing{}, &scene.World{FOVRad: fov})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Views[0].FOV; math.Abs(got.UpRad-fov/2) > 1e-12 || math.Abs(math.Tan(got.RightRad)/math.Tan(fov/2)-2) > 1e-9 {
			t.Errorf("field of view %g: %+v", fov, got)
		}
	}
}

// A flat pair has the world's field of view for both eyes, which stand apart.
func TestFlatPair(t *testing.T) {
	d := newDisplay(t, open(t), Options{Width: 16, Height: 8, Views: 2, FlatPair: true})
	f, err := d.Begin(engine.Timing{}, &scene.World{FOVRad: 0.4})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if fov := f.Views[i].FOV; math.Abs(fov.UpRad-0.2) > 1e-12 || fov.LeftRad != -fov.RightRad {
			t.Errorf("eye %d sees %+v", i, fov)
		}
	}
	if apart := f.Views[1].Pose.PositionM[0] - f.Views[0].Pose.PositionM[0]; math.Abs(apart-0.063) > 1e-12 {
		t.Errorf("the eyes are %g m apart", apart)
	}
}

func TestFrameAllocatesNothing(t *testing.T) {
	for name, o := range map[string]Options{
		"one view, as fast as it can": {Width: 8, Height: 8, Views: 1},
		"two views, paced":            {Width: 8, Height: 8, Views: 2, RateHz: 2000},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDisplay(t, open(t), o)
			world, draw := &scene.World{FOVRad: 1}, func(*engine.Frame) {}
			if n := testing.AllocsPerRun(100, func() { drawFrame(t, d, world, draw) }); n != 0 {
				t.Errorf("%g allocations a frame", n)
			}
		})
	}
}

// Frames that the processor hands over faster than they are drawn do not pile up.
func TestFramesInFlight(t *testing.T) {
	d := newDisplay(t, open(t), Options{Width: 1, Height: 1, Views: 1})
	target(t, 512, 512)
	world := &scene.World{FOVRad: 1}
	for range 20 {
		drawFrame(t, d, world, func(*engine.Frame) { gl.Clear(gl.COLOR_BUFFER_BIT) })
		pending := 0
		for _, fence := range d.flying.fences {
			if fence != 0 && gl.IsSync(fence) {
				pending++
			}
		}
		if pending > 2 {
			t.Fatalf("%d frames in flight", pending)
		}
	}
	oldest := d.flying.fences[d.flying.frame%2]
	if _, err := d.Wait(); err != nil {
		t.Fatal(err)
	}
	if gl.IsSync(oldest) {
		t.Error("the wait left the frame before the last unfinished")
	}
}

func TestOptions(t *testing.T) {
	c := open(t)
	for _, o := range []Options{
		{Height: 1, Views: 1, RateHz: 90},
		{Width: 1, Views: 1, RateHz: 90},
		{Width: 1, Height: -1, Views: 1, RateHz: 90},
		{Width: 1, Height: 1, RateHz: 90},
		{Width: 1, Height: 1, Views: 3, RateHz: 90},
		{Width: 1, Height: 1, Views: 1, RateHz: -1},
		{Width: 1, Height: 1, Views: 1, RateHz: math.NaN()},
	} {
		if _, err := New(c, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

// BenchmarkFrame is what a frame costs besides drawing.
func BenchmarkFrame(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c, err := OpenContext()
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	d, err := New(c, Options{Width: 1280, Height: 720, Views: 2})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	world, draw := &scene.World{FOVRad: 1}, func(*engine.Frame) {}
	b.ReportAllocs()
	for b.Loop() {
		drawFrame(b, d, world, draw)
	}
}
