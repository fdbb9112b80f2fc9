package xr

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// ErrEnded says that the player ended VR in the runtime's own menu. It should
// not be begun again unasked. It wraps [engine.ErrDisplayLost].
var ErrEnded = fmt.Errorf("the player ended VR in the headset's menu: %w", engine.ErrDisplayLost)

// Options of a headset.
type Options struct {
	// Images says how the two views lie in the runtime's images.
	Images Images
	// Scale multiplies the size of the views that the runtime recommends; 0 is 1.
	Scale float64
	// Depth gives the runtime the pictures' depth where it takes it, so that it
	// shows late ones from where the head is by then.
	Depth bool
	// RefreshHz asks for the nearest rate that the headset has; 0 leaves it.
	RefreshHz float64
	// Standing puts the ship's origin on the floor instead of at the eyes.
	Standing bool
	// Without names OpenXR extensions that count as absent.
	Without []string

	// Wait opens the display also while the headset is off or unplugged, and
	// waits for it.
	Wait bool
	// Patience is how long a headset that was lost is waited for before the
	// display is lost; 0 is for as long as it takes.
	Patience time.Duration
	// Hung is called on another goroutine when the runtime takes more than five
	// seconds to end a session, itself, or all of that in Close. Nothing can be
	// drawn any more then: end the process.
	Hung func()

	Pilot  Pilot         // has the menu; may be nil
	Mirror engine.Mirror // where bystanders see what the headset shows; may be nil
	Eyes   Eyes          // what they see; the left eye by default
	Record *Recorder     // takes down what the headset does; may be nil
	Log    *slog.Logger  // of comings and goings; may be nil
}

// Display is an [engine.Display] in a headset. Make one with [Open]; all its
// methods are for the thread on which the GL context is current.
type Display struct {
	context engine.Context
	options Options
	log     *slog.Logger

	instance  *openxr.Instance
	session   *openxr.Session
	state     openxr.SessionState
	running   bool          // between the session's begin and its end
	closing   bool          // the player or the program is leaving
	ended     bool          // the runtime has said so
	strikes   int           // frames that failed, one after the other
	failed    bool          // this one has
	lacking   string        // why there is no headset, as was said last
	idle      *engine.Pacer // while no session runs
	clock     clock
	retry     retry
	seat      seat
	controls  controls
	heard     heard
	typed     scene.Input // at the mirror's window
	switching bool        // the player asks for the window
	mirror    mirror

	info  engine.DisplayInfo
	told  bool // the runtime tells its refresh rate
	frame engine.Frame
	masks [engine.MaxViews]*engine.Mask
	stats Stats
}

// Stats counts what a display went through.
type Stats struct {
	State      string `json:"state"`       // of the session: "focused", "visible"; "unknown" without one
	Sessions   int    `json:"sessions"`    // that were made
	Losses     int    `json:"losses"`      // of them, how many were lost
	EventsLost int    `json:"events_lost"` // that the runtime dropped because they were not read in time
	Recentred  int    `json:"recentred"`   // times that the runtime or the player did
	Untracked  int    `json:"untracked"`   // frames that were drawn without tracking
	Failed     int    `json:"failed"`      // frames that were given up
	GLErrors   int    `json:"gl_errors"`   // that a runtime left behind
	Moved      int    `json:"moved"`       // times that a runtime left another GL context current
}

// idleHz is the rate of frames while there is no session to pace them.
const idleHz = scene.TickRate

// Open opens the headset of the runtime that is registered on this machine, on a
// context, which it makes current. Errors wrap [engine.ErrUnavailable] where
// there is no headset, no runtime, or none that takes OpenGL.
func Open(ctx engine.Context, o Options) (*Display, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	d := &Display{context: ctx, options: o, log: o.Log, idle: engine.NewPacer(idleHz), retry: newRetry(), seat: newSeat(o.Standing)}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	d.mirror = mirror{window: o.Mirror, eyes: o.Eyes}
	d.info = engine.DisplayInfo{Name: "headset", Views: engine.MaxViews}
	d.frame.ViewCount = engine.MaxViews
	if err := ctx.MakeCurrent(); err != nil {
		return nil, err
	}
	if err := gl.InitWithProcAddrFunc(ctx.ProcAddr); err != nil {
		return nil, engine.Unavailable(fmt.Errorf("OpenGL 4.1 is needed and this one has no %w; update the graphics driver", err))
	}
	err := d.connect()
	if errors.Is(err, openxr.ErrFormFactorAbsent) && o.Wait {
		d.lack(err)
		d.retry.fail(engine.Now())
		err = nil
	}
	if err != nil {
		d.disconnect()
		return nil, unavailable(err)
	}
	return d, nil
}

func (o *Options) validate() error {
	switch {
	case o.Images < ImagesAuto || o.Images > ImagesPerView:
		return fmt.Errorf("xr: images %d", o.Images)
	case !(o.Scale >= 0):
		return fmt.Errorf("xr: a scale of %g", o.Scale)
	case !(o.RefreshHz >= 0):
		return fmt.Errorf("xr: a rate of %g Hz", o.RefreshHz)
	case o.Eyes != "" && o.Eyes != LeftEye && o.Eyes != RightEye && o.Eyes != BothEyes:
		return fmt.Errorf("xr: a mirror of %q; it may be of %q, %q or %q", o.Eyes, LeftEye, RightEye, BothEyes)
	}
	if o.Scale == 0 {
		o.Scale = 1
	}
	return nil
}

// Poll implements [engine.Display]: it handles what the runtime tells, and looks
// for a headset that was lost when it is time. [engine.ErrSwitch] says that the
// player, or somebody at the mirror's keyboard, asks for the window instead.
func (d *Display) Poll() (open bool, err error) {
	d.typed, open = d.mirror.poll()
	if !open {
		return false, nil
	}
	if d.typed.Buttons&scene.ButtonHeadset != 0 || d.switching {
		d.switching = false
		return true, engine.ErrSwitch
	}
	if d.typed.Buttons&scene.ButtonRecentre != 0 {
		d.Recentre()
	}
	if d.instance != nil {
		d.events()
	}
	if d.ended {
		return false, ErrEnded
	}
	if d.session == nil && d.retry.due() {
		if err := d.connect(); errors.Is(err, openxr.ErrFormFactorUnknown) {
			return false, fmt.Errorf("%w: %w", err, engine.ErrDisplayLost) // there will never be one
		} else if err != nil {
			d.lose(err)
		}
	}
	if p := d.options.Patience; p > 0 && d.session == nil && d.retry.lost(engine.Now()) > p {
		return false, fmt.Errorf("no headset for %v: %w", p, engine.ErrDisplayLost)
	}
	return true, nil
}

// Wait implements [engine.Display]. A runtime may take long over it, while it
// shows something else.
func (d *Display) Wait() (engine.Timing, error) {
	if !d.running || d.session.Waited() { // a frame that did not begin is begun first: a second wait would never end
		return d.rest(), nil
	}
	f, err := d.session.WaitFrame()
	if err != nil {
		d.fail(err)
	}
	if d.session == nil || !d.session.Waited() {
		return d.rest(), nil
	}
	d.seat.reach(f.DisplayTime)
	t := engine.Timing{Period: clampPeriod(f.Period), Render: f.Render && !d.closing}
	t.DisplayTime = d.clock.display(f.DisplayTime, t.Period, engine.Now())
	if !d.told {
		d.info.RefreshHz = float64(time.Second) / float64(t.Period)
	}
	if err == nil {
		t.Input = d.tell(d.session, d.controls.sample(d.session, &d.seat, t.DisplayTime), t.DisplayTime)
	}
	add(&t.Input, d.typed)
	return t, nil
}

// rest is the wait while no session runs.
func (d *Display) rest() engine.Timing {
	period := d.idle.Period()
	seen := d.clock.idle(d.idle.Wait()+period, period)
	return engine.Timing{DisplayTime: seen, Period: period, Input: d.typed}
}

// Begin implements [engine.Display].
func (d *Display) Begin(t engine.Timing, _ *scene.World) (*engine.Frame, error) {
	d.frame.Render, d.frame.DepthDrawn = false, false
	if d.session == nil || !d.session.Waited() {
		return &d.frame, nil
	}
	ready, err := d.session.BeginFrame(t.Render)
	d.settle()
	if err != nil {
		d.fail(err)
		return &d.frame, nil
	}
	d.record(t)
	if ready {
		d.look()
	}
	return &d.frame, nil
}

// look takes over where the eyes are, and the images for them.
func (d *Display) look() {
	if !d.session.Tracked() {
		d.stats.Untracked++
	}
	d.seat.floorM, _ = d.session.Floor()
	left, right := d.session.View(0), d.session.View(1)
	if d.controls.takeRecentre() {
		d.seat.reset(between(left.Pose, right.Pose))
		d.stats.Recentred++
	}
	d.frame.Views = [engine.MaxViews]scene.View{d.seat.view(left), d.seat.view(right)}
	for i := range d.frame.Target.Colour {
		d.frame.Target.Colour[i], d.frame.Target.Depth[i] = d.session.Images(i)
	}
	d.frame.Hidden = d.masks
	d.frame.Render = true
}

// End implements [engine.Display].
func (d *Display) End(f *engine.Frame) error {
	if d.session != nil && d.session.Begun() {
		if f.Render {
			d.mirror.copy(&f.Target, engine.Now())
		}
		err := d.session.EndFrame(f.Render, f.DepthDrawn)
		d.settle()
		if err != nil {
			d.fail(err)
		} else {
			if !d.failed {
				d.strikes = 0
			}
			if f.Render {
				d.retry.succeed()
			}
		}
	}
	d.failed = false
	d.mirror.show()
	return nil
}

// settle puts right what a runtime may do to the GL context of the thread.
func (d *Display) settle() {
	if d.session.ContextMoved() {
		d.stats.Moved++
		if err := d.context.MakeCurrent(); err != nil {
			d.log.Error("the runtime took the OpenGL context", "error", err)
		}
	}
	for range maxGLErrors {
		if gl.GetError() == gl.NO_ERROR {
			return
		}
		d.stats.GLErrors++
	}
}

// maxGLErrors bounds how many errors of GL are read at once: a lost context
// gives them for ever.
const maxGLErrors = 16

// Info implements [engine.Display].
func (d *Display) Info() engine.DisplayInfo { return d.info }

// Stats returns what the display went through, and how it is.
func (d *Display) Stats() Stats {
	s := d.stats
	s.State = d.state.String()
	return s
}

// Recentre moves the seat to where the head is in the next frame that is drawn.
func (d *Display) Recentre() { d.controls.recentre = true }

// Close implements [engine.Display]: it asks the runtime to end the session,
// waits for that, and disconnects. The context must be current.
func (d *Display) Close() error {
	d.hold()
	d.watched(func() {
		d.leave()
		d.disconnect()
	})
	d.mirror.delete()
	if d.mirror.window != nil {
		return d.mirror.window.Close()
	}
	return nil
}

const (
	// exitLimit is how long the runtime may take to end a session that it was asked
	// to end.
	exitLimit = 3 * time.Second
	// hangLimit is how long that may take, and all of Close.
	hangLimit = 5 * time.Second
)
