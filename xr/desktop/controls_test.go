package desktop

import (
	"slices"
	"testing"

	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
)

// TestKeyNames: a sample of each run is where it is on the keyboard, and no key
// has two controls.
func TestKeyNames(t *testing.T) {
	for key, name := range map[glfw.Key]string{
		glfw.KeyA: "A", glfw.KeyZ: "Z", glfw.Key0: "0", glfw.Key9: "9", glfw.KeySlash: "Slash", glfw.KeyBackslash: "Backslash",
		glfw.KeyRightBracket: "Right Bracket", glfw.KeyEnd: "End", glfw.KeyUp: "Up", glfw.KeyPause: "Pause", glfw.KeyF12: "F12",
		glfw.KeyKPEqual: "Keypad Equal", glfw.KeyKPEnter: "Keypad Enter", glfw.KeyMenu: "Menu", glfw.KeyRightShift: "Right Shift", glfw.KeyGraveAccent: "Grave",
	} {
		if got := controlOf[key].String(); got != name {
			t.Errorf("key %d is %s, want %s", key, got, name)
		}
	}
	of := map[controls.Control]int{}
	for _, c := range controlOf {
		if of[c]++; c != controls.None && of[c] > 1 {
			t.Errorf("%s is on two keys", c)
		}
	}
	for c := controls.Control(1); int(c) < controls.NumControls; c++ {
		if keyboard := !c.OnMouse() && !c.OnPad(); keyboard != (of[c] == 1) {
			t.Errorf("%s is on %d keys", c, of[c])
		}
	}
}

// fly is what the plain pilot makes of what the display was told.
func (d *Display) fly() scene.Input {
	in := (&plain{controls.Defaults()}).Fly(&d.hands)
	d.hands.End()
	return in
}

// A tap between two samples is not lost.
func TestTap(t *testing.T) {
	var d Display
	d.key(glfw.KeySpace, glfw.Press, 0)
	d.key(glfw.KeySpace, glfw.Release, 0)
	d.key(glfw.KeyL, glfw.Press, 0)
	d.key(glfw.KeyUnknown, glfw.Press, 0)
	d.key(glfw.KeyLast+1, glfw.Press, 0)
	if got := d.fly().Buttons; got != scene.ButtonPause|scene.ButtonLabels {
		t.Errorf("buttons %b", got)
	}
}

// Shortcuts of the desktop are not ours; a key that is let go with one is.
func TestShortcuts(t *testing.T) {
	for _, mod := range []glfw.ModifierKey{glfw.ModControl, glfw.ModAlt, glfw.ModSuper, glfw.ModAlt | glfw.ModShift} {
		var d Display
		for _, key := range []glfw.Key{glfw.KeyF, glfw.KeySpace, glfw.KeyF11, glfw.KeyEscape} {
			d.key(key, glfw.Press, mod)
		}
		if len(d.hands.Events()) > 0 {
			t.Errorf("modifier %d: %+v", mod, d.hands.Events())
		}
		d.key(glfw.KeyW, glfw.Press, glfw.ModShift)
		d.key(glfw.KeyW, glfw.Release, mod)
		if got := d.fly(); got != (scene.Input{}) {
			t.Errorf("modifier %d: %+v", mod, got)
		}
	}
}

// TestPad: sticks, buttons and triggers of GLFW's gamepads are where package
// controls has them (GLFW's guide, "Gamepad input").
func TestPad(t *testing.T) {
	rest := glfw.GamepadState{Axes: [6]float32{4: -1, 5: -1}}
	for name, set := range map[string]func(*glfw.GamepadState){
		"Pad A":             func(s *glfw.GamepadState) { s.Buttons[glfw.ButtonA] = glfw.Press },
		"Pad Start":         func(s *glfw.GamepadState) { s.Buttons[glfw.ButtonStart] = glfw.Press },
		"Right Bumper":      func(s *glfw.GamepadState) { s.Buttons[glfw.ButtonRightBumper] = glfw.Press },
		"D-Pad Left":        func(s *glfw.GamepadState) { s.Buttons[glfw.ButtonDpadLeft] = glfw.Press },
		"D-Pad Up":          func(s *glfw.GamepadState) { s.Buttons[glfw.ButtonDpadUp] = glfw.Press },
		"Left Stick Up":     func(s *glfw.GamepadState) { s.Axes[glfw.AxisLeftY] = -1 },
		"Left Stick Right":  func(s *glfw.GamepadState) { s.Axes[glfw.AxisLeftX] = 1 },
		"Right Stick Down":  func(s *glfw.GamepadState) { s.Axes[glfw.AxisRightY] = 1 },
		"Right Stick Left":  func(s *glfw.GamepadState) { s.Axes[glfw.AxisRightX] = -1 },
		"Left Trigger":      func(s *glfw.GamepadState) { s.Axes[glfw.AxisLeftTrigger] = 1 },
		"Right Trigger":     func(s *glfw.GamepadState) { s.Axes[glfw.AxisRightTrigger] = 1 },
		"Right Stick Press": func(s *glfw.GamepadState) { s.Buttons[glfw.ButtonRightThumb] = glfw.Press },
	} {
		state := rest
		set(&state)
		var h controls.Hands
		pad := padOf(&state)
		h.SetPad("Pad", &pad)
		for c := controls.Control(1); int(c) < controls.NumControls; c++ {
			if want := c.String() == name; (h.Value(c) > 0) != want {
				t.Errorf("%s: %s is at %g", name, c, h.Value(c))
			}
		}
	}
}

// fakePads is a gamepad that comes and goes.
type fakePads struct {
	name string
	pad  controls.Pad
}

func (f *fakePads) Read(p *controls.Pad) string { *p = f.pad; return f.name }

// TestHotPlug: a gamepad flies from the frame in which it is there, and no longer
// when it is pulled.
func TestHotPlug(t *testing.T) {
	pads := &fakePads{pad: controls.Pad{Sticks: [4]float64{1: -1}}}
	d := open(t, Options{Pads: pads})
	for _, name := range []string{"", "Pad", "", "Pad"} {
		pads.name = name
		want := scene.Input{}
		if name != "" {
			want.Move[2] = -1
		}
		if in := drawFrame(t, d, nothing).Input; in != want {
			t.Errorf("pad %q: %+v, want %+v", name, in, want)
		}
	}
}

// fakePilot captures the pointer.
type fakePilot struct {
	capture  bool
	in       scene.Input
	controls []controls.Control // of the events, but for where the pointer is: that is up to the server
}

func (p *fakePilot) Fly(h *controls.Hands) scene.Input {
	h.Captured = p.capture
	for _, e := range h.Events() {
		if e.Control != controls.None {
			p.controls = append(p.controls, e.Control)
		}
	}
	return p.in
}

// TestPilot: the pilot's word counts, also for the window.
func TestPilot(t *testing.T) {
	p := &fakePilot{in: scene.Input{Move: [3]float64{0.5, 0, 0}}}
	d := open(t, Options{Pilot: p})
	drawFrame(t, d, nothing)
	press(d, glfw.KeyF11)
	if in := drawFrame(t, d, nothing).Input; in != p.in || d.Full() {
		t.Errorf("%+v, full screen %t", in, d.Full())
	}
	f11 := controlOf[glfw.KeyF11]
	if !slices.Equal(p.controls, []controls.Control{f11, f11}) {
		t.Errorf("pressed and let go: %v", p.controls)
	}
	p.capture, p.in.Buttons = true, scene.ButtonFullscreen
	drawFrame(t, d, nothing)
	if mode := d.window.GetInputMode(glfw.CursorMode); mode != glfw.CursorDisabled || !d.Full() {
		t.Errorf("pointer mode %#x, full screen %t", mode, d.Full())
	}
	p.capture = false
	drawFrame(t, d, nothing)
	if mode := d.window.GetInputMode(glfw.CursorMode); mode != glfw.CursorNormal || d.Full() {
		t.Errorf("then pointer mode %#x, full screen %t", mode, d.Full())
	}
}
