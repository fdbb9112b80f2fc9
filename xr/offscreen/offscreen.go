package offscreen

import (
	"fmt"
	"math"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

const (
	// ipdM is the distance between the eyes: the mean of adults is 63 mm
	// (Dodgson, "Variation and extrema of human interpupillary distance", 2004).
	ipdM = 0.063
	// eyeFOVRad is the vertical field of view of an eye of two.
	eyeFOVRad = math.Pi / 2
	// outward is how much more an eye sees of its own side than of the other,
	// as a share of the tangent of half its width: a nose is in the way.
	outward = 0.08
)

// Options of a display.
type Options struct {
	Width, Height int     // pixels of one view
	Views         int     // 1, or 2 eyes side by side
	RateHz        float64 // frames a second; 0 is as fast as it can
	// FlatPair gives both eyes the world's field of view, straight ahead, for a
	// pair of pictures instead of a headset.
	FlatPair bool
}

// Display is an [engine.Display] without a screen. Make one with [New].
type Display struct {
	info   engine.DisplayInfo
	flat   bool
	clock  clock
	frame  engine.Frame
	flying inFlight
}

// New makes a display on a context, which it makes current. Nothing but the
// context limits how many there are.
func New(ctx engine.Context, o Options) (*Display, error) {
	switch {
	case o.Width < 1 || o.Height < 1:
		return nil, fmt.Errorf("offscreen: %d by %d pixels are no picture", o.Width, o.Height)
	case o.Views < 1 || o.Views > engine.MaxViews:
		return nil, fmt.Errorf("offscreen: %d views; there may be 1 or %d", o.Views, engine.MaxViews)
	case !(o.RateHz >= 0):
		return nil, fmt.Errorf("offscreen: %g frames a second", o.RateHz)
	}
	if err := ctx.MakeCurrent(); err != nil {
		return nil, err
	}
	if err := gl.InitWithProcAddrFunc(ctx.ProcAddr); err != nil {
		return nil, engine.Unavailable(fmt.Errorf("OpenGL 4.1 is needed and this one has no %w; update the graphics driver", err))
	}
	d := &Display{
		info:  engine.DisplayInfo{Name: "offscreen", Width: o.Width, Height: o.Height, Views: o.Views, RefreshHz: o.RateHz},
		clock: newClock(o.RateHz),
		flat:  o.Views == 1 || o.FlatPair,
	}
	d.frame = engine.Frame{Render: true, ViewCount: o.Views, Target: engine.Target{Layout: engine.LayoutWide}}
	for i := range o.Views {
		d.frame.Target.Rect[i] = engine.Rect{X: i * o.Width, W: o.Width, H: o.Height}
		d.frame.Views[i] = eye(i, o)
	}
	return d, nil
}

// eye returns the view of the left (0) or the right eye (1).
func eye(i int, o Options) scene.View {
	side := float64(2*i - 1) // -1 left, 1 right
	if o.Views == 1 {
		side = 0
	}
	fov := engine.FlatFOV(eyeFOVRad, o.Width, o.Height)
	half, shift := math.Tan(fov.RightRad), side*outward*math.Tan(fov.RightRad)
	fov.LeftRad, fov.RightRad = math.Atan(shift-half), math.Atan(shift+half)
	return scene.View{
		Pose: scene.Pose{PositionM: mgl64.Vec3{side * ipdM / 2, 0, 0}, Orientation: mgl64.QuatIdent()},
		FOV:  fov,
	}
}

// Poll implements [engine.Display]. Nobody can close this one.
func (d *Display) Poll() (bool, error) { return true, nil }

// Wait implements [engine.Display]. Nobody steers.
func (d *Display) Wait() (engine.Timing, error) {
	if err := d.flying.land(); err != nil {
		return engine.Timing{}, err
	}
	return engine.Timing{DisplayTime: d.clock.next(), Period: d.clock.period, Render: true}, nil
}

// Begin implements [engine.Display]. A single view and a flat pair have the
// world's field of view; else that of two eyes is their own, as in a headset.
func (d *Display) Begin(_ engine.Timing, world *scene.World) (*engine.Frame, error) {
	if d.flat {
		fov := engine.FlatFOV(world.FOVRad, d.info.Width, d.info.Height)
		d.frame.Views[0].FOV, d.frame.Views[1].FOV = fov, fov
	}
	return &d.frame, nil
}

// End implements [engine.Display].
func (d *Display) End(*engine.Frame) error {
	d.flying.launch()
	return nil
}

// Info implements [engine.Display].
func (d *Display) Info() engine.DisplayInfo { return d.info }

// Close implements [engine.Display]. The context must be current.
func (d *Display) Close() error {
	d.flying.delete()
	return nil
}

// clock says when frames are seen.
type clock struct {
	period time.Duration
	pacer  *engine.Pacer // nil when the clock is one of frames
	start  time.Duration // when frame 0 would have been seen
	frame  uint64
}

// newClock makes a clock of rate frames a second, or one of frames when rate is
// 0.
func newClock(rate float64) clock {
	if rate > 0 {
		p := engine.NewPacer(rate)
		return clock{period: p.Period(), pacer: p}
	}
	return clock{period: time.Second / scene.TickRate, start: engine.Now()}
}

// next waits for the next frame's turn and returns when it will be seen. A
// clock of frames does not wait; it keeps to ticks without rounding.
func (c *clock) next() time.Duration {
	if c.pacer != nil {
		return c.pacer.Wait() + c.period
	}
	c.frame++
	return c.start + time.Duration(c.frame/scene.TickRate)*time.Second +
		time.Duration(c.frame%scene.TickRate)*time.Second/scene.TickRate
}

// inFlight bounds how many frames the graphics processor is behind, as the
// images of a window or a headset do: without images to run out of, the
// processor would hand over frames until memory does.
type inFlight struct {
	fences [2]uintptr // of the last frames
	frame  int
}

// land waits until at most one frame is not finished.
func (f *inFlight) land() error {
	fence := &f.fences[f.frame%len(f.fences)]
	if *fence == 0 {
		return nil
	}
	status := gl.ClientWaitSync(*fence, gl.SYNC_FLUSH_COMMANDS_BIT, math.MaxUint64)
	gl.DeleteSync(*fence)
	*fence = 0
	if status == gl.WAIT_FAILED {
		return fmt.Errorf("wait for the graphics processor: OpenGL error %#x", gl.GetError())
	}
	return nil
}

// launch ends a frame: what was handed over runs from now on.
func (f *inFlight) launch() {
	f.fences[f.frame%len(f.fences)] = gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
	f.frame++
	gl.Flush()
}

func (f *inFlight) delete() {
	for i := range f.fences {
		gl.DeleteSync(f.fences[i]) // of 0 too
		f.fences[i] = 0
	}
}
