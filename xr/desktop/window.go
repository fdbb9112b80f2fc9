package desktop

import (
	"fmt"
	"time"

	"github.com/go-gl/glfw/v3.3/glfw"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
)

// Options of a display.
type Options struct {
	Fullscreen bool
	VSync      bool    // follow the screen's rate
	CapHz      float64 // without VSync at most so many frames a second; 0 is no limit
	Pilot      Pilot   // who flies; nil has the first bindings and no menu
	Pads       Pads    // nil takes those of the machine
}

// Display is an [engine.Display] in a window. Make one with [New]; all its
// methods are for the main thread, with the window's context current.
type Display struct {
	window   *glfw.Window
	options  Options
	hands    controls.Hands
	pilot    Pilot
	pads     Pads
	pad      controls.Pad
	captured bool  // the pointer is the ship's
	full     bool  // the window fills the screen
	windowed place // where it was before

	width, height int  // of the framebuffer, in pixels
	iconified     bool // nobody sees the window

	screenHz  float64
	swapWaits bool
	screen    screenClock
	pacer     *engine.Pacer // holds back frames that the screen does not
	seen      time.Duration // when the last frame is seen
	frame     engine.Frame
	drawn     bool // the frame waits to be shown
	leave     bool // the player asked for the headset
}

// New shows the window of a context, which it makes current.
func New(c *Context, o Options) (*Display, error) {
	if !(o.CapHz >= 0) {
		return nil, fmt.Errorf("window: at most %g frames a second", o.CapHz)
	}
	if err := c.MakeCurrent(); err != nil {
		return nil, err
	}
	d := &Display{window: c.window, options: o, pilot: o.Pilot, pads: o.Pads, swapWaits: swapWaits()}
	if d.pilot == nil {
		d.pilot = &plain{controls.Defaults()}
	}
	if d.pads == nil {
		d.pads = newPads()
	}
	d.hands.Label = label
	d.frame = engine.Frame{ViewCount: 1, Target: engine.Target{Window: true}}
	d.frame.Views[0].Pose.Orientation = mgl64.QuatIdent()
	d.listen()
	d.window.SetShouldClose(false)
	d.window.Show()
	d.width, d.height = d.window.GetFramebufferSize()
	d.iconified = d.window.GetAttrib(glfw.Iconified) == glfw.True
	if o.Fullscreen {
		d.fill()
	}
	d.setInterval()
	d.pace()
	return d, nil
}

// listen takes the events of the window.
func (d *Display) listen() {
	w := d.window
	w.SetFramebufferSizeCallback(func(_ *glfw.Window, width, height int) { d.width, d.height = width, height })
	w.SetIconifyCallback(func(_ *glfw.Window, iconified bool) { d.iconified = iconified })
	w.SetPosCallback(func(*glfw.Window, int, int) { d.pace() }) // it may have come to another screen
	w.SetKeyCallback(func(_ *glfw.Window, key glfw.Key, _ int, action glfw.Action, mods glfw.ModifierKey) {
		d.key(key, action, mods)
	})
	w.SetCharCallback(func(_ *glfw.Window, char rune) { d.hands.Type(char) })
	d.hands.Place(d.pixels(w.GetCursorPos()))
	w.SetCursorPosCallback(func(_ *glfw.Window, x, y float64) { d.hands.Move(d.pixels(x, y)) })
	w.SetMouseButtonCallback(func(_ *glfw.Window, button glfw.MouseButton, action glfw.Action, _ glfw.ModifierKey) {
		d.button(button, action)
	})
	w.SetScrollCallback(func(_ *glfw.Window, _, notches float64) { d.hands.Wheel(notches) })
	w.SetFocusCallback(func(_ *glfw.Window, focused bool) {
		if !focused {
			d.hands.Rest()
		}
	})
}

// setInterval says whether swaps wait for the screen. On Windows that holds
// until the window fills the screen, or no longer does.
func (d *Display) setInterval() {
	interval := 0
	if d.options.VSync {
		interval = 1
	}
	glfw.SwapInterval(interval)
}

// pace takes over the rate of the screen that the window is on.
func (d *Display) pace() {
	if hz := screenHz(d.window); hz != d.screenHz {
		d.screenHz = hz
		d.screen.period = time.Duration(float64(time.Second) / hz)
		d.pacer = engine.NewPacer(d.rate())
	}
}

// rate returns how many frames a second the pacer holds to where it is used.
func (d *Display) rate() float64 {
	if !d.options.VSync && d.options.CapHz > 0 {
		return d.options.CapHz
	}
	return d.screenHz
}

// Poll implements [engine.Display]. The events were handled in the wait, so that
// they are fresh there; this looks whether one of them closed the window, or
// asked for the headset, which is [engine.ErrSwitch].
func (d *Display) Poll() (open bool, err error) {
	if d.leave {
		d.leave, err = false, engine.ErrSwitch
	}
	return !d.window.ShouldClose(), err
}

// Wait implements [engine.Display].
func (d *Display) Wait() (engine.Timing, error) {
	if d.drawn {
		d.window.SwapBuffers()
		d.drawn = false
	}
	seen, period := d.wait()
	d.seen = max(d.seen, seen)
	glfw.PollEvents()
	in := d.sample()
	d.switchFullscreen(in.Buttons)
	d.leave = in.Buttons&scene.ButtonHeadset != 0
	return engine.Timing{DisplayTime: d.seen, Period: period, Render: d.visible(), Input: in}, nil
}

// wait waits for what sets the pace, and returns when the next frame is seen and
// how long after the one before.
func (d *Display) wait() (seen, period time.Duration) {
	switch {
	case d.visible() && d.options.VSync && d.swapWaits:
		seen = d.screen.advance(engine.Now())
		return seen, d.screen.period
	case d.visible() && !d.options.VSync && d.options.CapHz == 0:
		return engine.Now(), 0
	}
	return d.pacer.Wait() + d.pacer.Period(), d.pacer.Period()
}

// visible tells whether there is a picture to be seen.
func (d *Display) visible() bool { return !d.iconified && d.width > 0 && d.height > 0 }

// Begin implements [engine.Display]. The view looks straight ahead with the
// world's field of view.
func (d *Display) Begin(t engine.Timing, world *scene.World) (*engine.Frame, error) {
	d.frame.Render = t.Render
	d.frame.Target.Rect[0] = engine.Rect{W: d.width, H: d.height}
	if t.Render {
		d.frame.Views[0].FOV = engine.FlatFOV(world.FOVRad, d.width, d.height)
	}
	return &d.frame, nil
}

// End implements [engine.Display]. The frame is shown in the wait.
func (d *Display) End(f *engine.Frame) error {
	d.drawn = f.Render
	return nil
}

// Info implements [engine.Display].
func (d *Display) Info() engine.DisplayInfo {
	info := engine.DisplayInfo{Name: "window", Width: d.width, Height: d.height, Views: 1}
	if d.options.VSync || d.options.CapHz > 0 {
		info.RefreshHz = d.rate()
	}
	return info
}

// switchFullscreen does what the buttons ask of the window.
func (d *Display) switchFullscreen(pressed scene.Buttons) {
	if pressed&scene.ButtonFullscreen == 0 {
		return
	}
	if d.full {
		d.restore()
	} else {
		d.fill()
	}
	d.setInterval()
	d.pace()
}

// Full tells whether the window fills the screen.
func (d *Display) Full() bool { return d.full }

// fill makes the window fill the screen that it is on, in the screen's own mode.
func (d *Display) fill() {
	m := monitorOf(d.window)
	if m == nil {
		return
	}
	d.windowed = placeOf(d.window)
	mode := m.GetVideoMode()
	d.window.SetMonitor(m, 0, 0, mode.Width, mode.Height, mode.RefreshRate)
	d.full = true
}

// restore puts the window where it was before it filled the screen.
func (d *Display) restore() {
	p := d.windowed
	d.window.SetMonitor(nil, p.x, p.y, p.w, p.h, 0)
	d.full = false
}

// Close implements [engine.Display]: it hides the window.
func (d *Display) Close() error {
	w := d.window
	w.SetFramebufferSizeCallback(nil)
	w.SetIconifyCallback(nil)
	w.SetPosCallback(nil)
	w.SetKeyCallback(nil)
	w.SetCharCallback(nil)
	w.SetScrollCallback(nil)
	w.SetFocusCallback(nil)
	w.SetCursorPosCallback(nil)
	w.SetMouseButtonCallback(nil)
	if d.captured {
		w.SetInputMode(glfw.CursorMode, glfw.CursorNormal)
	}
	if d.full {
		d.restore() // GLFW hides no window that fills the screen
	}
	w.Hide()
	return nil
}
