package render

import (
	"image"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// TestMain pins what golden pictures depend on: Mesa's software renderer, with
// one vector width.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"LIBGL_ALWAYS_SOFTWARE": "1", "LP_NATIVE_VECTOR_WIDTH": "128"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// The size of golden pictures.
const goldenW, goldenH = 640, 360

// studio is a renderer on a context of its own, on the test's thread.
type studio struct {
	*Renderer
	t       testing.TB
	context *offscreen.Context
}

// How fine the surfaces are: most tests need not wait for what is as fine as it can
// be.
const coarse, fine = leastSide, 1 << 20

func newStudio(t testing.TB, o Options) *studio {
	t.Helper()
	runtime.LockOSThread()
	ctx, err := offscreen.OpenContext()
	if err != nil {
		t.Fatal(err)
	}
	o.CheckErrors, o.Settle = true, true
	if o.mostSide == 0 {
		o.mostSide = coarse
	}
	r, err := New(ctx, assets.FS, o)
	if err != nil {
		t.Fatal(err)
	}
	s := &studio{r, t, ctx}
	t.Cleanup(func() {
		if err := ctx.MakeCurrent(); err != nil {
			t.Error(err)
		}
		s.Renderer.Close()
		if err := ctx.Close(); err != nil {
			t.Error(err)
		}
		runtime.UnlockOSThread()
	})
	return s
}

// drop makes the studio draw without some passes.
func (s *studio) drop(which func(pass) bool) {
	s.passes = slices.DeleteFunc(s.passes, func(p namedPass) bool {
		if which(p.pass) {
			p.delete()
			return true
		}
		return false
	})
}

// view is what a picture shows.
type view struct {
	date   string
	camera scene.SetCamera
	layers scene.Layers // 0 is all but labels
	eyes   int          // 0 is 1
}

const allLayers = scene.LayerStars | scene.LayerBodies | scene.LayerRings | scene.LayerGlare

func (v view) world(t testing.TB) *scene.World {
	t.Helper()
	date, err := astro.ParseTime(v.date)
	if err != nil {
		t.Fatal(err)
	}
	state := scene.State{Clock: scene.Clock{Anchor: date}, Layers: v.layers}
	if state.Layers == 0 {
		state.Layers = allLayers
	}
	if state, err = scene.Apply(state, v.camera); err != nil {
		t.Fatal(err)
	}
	w := new(scene.World)
	w.Carry(&state, 0)
	return w
}

// frame is a display's frame without images of its own.
func (v view) frame(w *scene.World) *engine.Frame {
	f := &engine.Frame{Render: true, ViewCount: max(1, v.eyes)}
	for i := range f.ViewCount {
		f.Views[i] = scene.View{Pose: scene.Pose{Orientation: mgl64.QuatIdent()}, FOV: engine.FlatFOV(w.FOVRad, goldenW, goldenH)}
		if v.eyes == 2 {
			f.Views[i].Pose.PositionM[0] = 0.063 * (float64(i) - 0.5)
		}
		f.Target.Rect[i] = engine.Rect{X: i * goldenW, W: goldenW, H: goldenH}
	}
	return f
}

// picture draws a view and captures it.
func (s *studio) picture(v view) *image.NRGBA {
	s.t.Helper()
	w := v.world(s.t)
	if err := s.Draw(w, v.frame(w)); err != nil {
		s.t.Fatal(err)
	}
	return s.capture()
}

func (s *studio) capture() *image.NRGBA {
	s.t.Helper()
	if err := s.BeginCapture(); err != nil {
		s.t.Fatal(err)
	}
	var p engine.Picture
	if ready, err := s.EndCapture(&p, true); err != nil || !ready {
		s.t.Fatalf("ready %v, %v", ready, err)
	}
	return p.Image()
}

const deg = scene.Angle(math.Pi / 180)

// The views of the golden pictures.
var (
	orion = view{
		date: "2026-01-15T21:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Earth, Distance: 7e6, Toward: astro.Sun, Angle: 170 * deg},
			Look:  &scene.Look{AtStars: true, RA: 83.8 * deg, Dec: -1 * deg, Up: scene.UpNorth, FOV: 25 * deg},
		},
		layers: scene.LayerStars,
	}
	saturn = view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Saturn, Distance: 5.2e8, Toward: astro.Sun, Angle: 35 * deg, Position: 140 * deg},
			Look:  &scene.Look{Target: astro.Saturn, Up: scene.UpPole, FOV: 40 * deg},
		},
	}
	crescent = view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Moon, Distance: 1.2e7, Toward: astro.Sun, Angle: 140 * deg, Position: 90 * deg},
			Look:  &scene.Look{Target: astro.Moon, Up: scene.UpNorth, FOV: 22 * deg},
		},
	}
	gibbous = view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Moon, Distance: 1.2e7, Toward: astro.Sun, Angle: 50 * deg, Position: 90 * deg},
			Look:  &scene.Look{Target: astro.Moon, Up: scene.UpNorth, FOV: 22 * deg},
		},
	}
	jupiter = view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Jupiter, Distance: 5e8, Toward: astro.Sun, Angle: 40 * deg, Position: 80 * deg},
			Look:  &scene.Look{Target: astro.Jupiter, Up: scene.UpPole, FOV: 25 * deg},
		},
	}
	sun = view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Earth, Distance: 2e7, Toward: astro.Sun, Angle: 150 * deg, Position: 90 * deg},
			Look:  &scene.Look{Target: astro.Sun, Up: scene.UpNorth, FOV: 50 * deg},
		},
	}
	// Two eyes, and so far from Saturn that they see the same.
	pair = view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Saturn, Distance: 3e8, Toward: astro.Sun, Angle: 60 * deg, Position: 120 * deg},
			Look:  &scene.Look{Target: astro.Saturn, Up: scene.UpPole, FOV: 60 * deg},
		},
		eyes: 2,
	}
	pattern = view{date: "2026-01-01", camera: saturn.camera, layers: scene.LayerTestPattern, eyes: 2}
)
