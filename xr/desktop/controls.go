package desktop

import (
	"slices"

	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
)

// Pilot says what hands mean for the ship. It is called once a frame, on the
// thread of the frame, and must not wait. It may read and set what [controls.Hands]
// says it may.
type Pilot interface {
	Fly(h *controls.Hands) scene.Input
}

// plain is the pilot of a window that has no other: the first bindings.
type plain struct{ bindings controls.Bindings }

// Fly implements [Pilot].
func (p *plain) Fly(h *controls.Hands) scene.Input {
	h.Options = controls.DefaultOptions
	return p.bindings.Input(h)
}

// Pads is where gamepads come from.
type Pads interface {
	// Read reads the gamepad in use into p and returns its name; "" where there is
	// none. It must not wait.
	Read(p *controls.Pad) (name string)
}

// keyRuns are runs of keys that follow one another in GLFW as in package controls.
var keyRuns = []struct {
	first glfw.Key
	names []string
}{
	{glfw.KeyA, []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z"}},
	{glfw.Key0, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}},
	{glfw.KeySpace, []string{"Space"}},
	{glfw.KeyApostrophe, []string{"Apostrophe"}},
	{glfw.KeyComma, []string{"Comma", "Minus", "Period", "Slash"}},
	{glfw.KeySemicolon, []string{"Semicolon"}},
	{glfw.KeyEqual, []string{"Equal"}},
	{glfw.KeyLeftBracket, []string{"Left Bracket", "Backslash", "Right Bracket"}},
	{glfw.KeyGraveAccent, []string{"Grave"}},
	{glfw.KeyWorld1, []string{"World 1", "World 2"}},
	{glfw.KeyEscape, []string{"Escape", "Enter", "Tab", "Backspace", "Insert", "Delete", "Right", "Left", "Down", "Up", "Page Up", "Page Down", "Home", "End"}},
	{glfw.KeyCapsLock, []string{"Caps Lock", "Scroll Lock", "Num Lock", "Print Screen", "Pause"}},
	{glfw.KeyF1, []string{"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"}},
	{glfw.KeyKP0, []string{"Keypad 0", "Keypad 1", "Keypad 2", "Keypad 3", "Keypad 4", "Keypad 5", "Keypad 6", "Keypad 7", "Keypad 8", "Keypad 9", "Keypad Decimal", "Keypad Divide", "Keypad Multiply", "Keypad Subtract", "Keypad Add", "Keypad Enter", "Keypad Equal"}},
	{glfw.KeyLeftShift, []string{"Left Shift", "Left Control", "Left Alt", "Left Super", "Right Shift", "Right Control", "Right Alt", "Right Super", "Menu"}},
}

// buttonNames are those of GLFW's mouse buttons.
var buttonNames = []string{"Left Button", "Right Button", "Middle Button", "Button 4", "Button 5"}

// Keys of GLFW by their controls and the other way round; none where there is no
// such.
var (
	controlOf  [glfw.KeyLast + 1]controls.Control
	keyOf      [controls.NumControls]glfw.Key
	buttonOf   [glfw.MouseButtonLast + 1]controls.Control
	kindOfKeys = map[glfw.Action]controls.EventKind{
		glfw.Press: controls.EventPress, glfw.Repeat: controls.EventRepeat, glfw.Release: controls.EventRelease,
	}
)

func init() {
	for i := range keyOf {
		keyOf[i] = glfw.KeyUnknown
	}
	for _, run := range keyRuns {
		for i, name := range run.names {
			c, key := mustParse(name), run.first+glfw.Key(i)
			controlOf[key], keyOf[c] = c, key
		}
	}
	for i, name := range buttonNames {
		buttonOf[i] = mustParse(name)
	}
}

func mustParse(name string) controls.Control {
	c, err := controls.Parse(name)
	if err != nil {
		panic("desktop: " + err.Error())
	}
	return c
}

// shortcut are the modifiers with which a key belongs to the desktop, not to us.
const shortcut = glfw.ModControl | glfw.ModAlt | glfw.ModSuper

// modifiers are the keys that come with their own modifier.
var modifiers = []glfw.Key{
	glfw.KeyLeftControl, glfw.KeyRightControl, glfw.KeyLeftAlt, glfw.KeyRightAlt, glfw.KeyLeftSuper, glfw.KeyRightSuper,
}

// key takes an event of the keyboard. GLFW releases all keys when the window
// loses the focus.
func (d *Display) key(key glfw.Key, action glfw.Action, mods glfw.ModifierKey) {
	if key < 0 || int(key) >= len(controlOf) {
		return // a key that GLFW has no name for
	}
	if action != glfw.Release && mods&shortcut != 0 && !slices.Contains(modifiers, key) {
		return
	}
	d.hands.Key(controlOf[key], kindOfKeys[action])
}

// button takes an event of a button of the mouse.
func (d *Display) button(button glfw.MouseButton, action glfw.Action) {
	if button >= 0 && int(button) < len(buttonOf) {
		d.hands.Key(buttonOf[button], kindOfKeys[action])
	}
}

// pixels is where a place of the window, in screen coordinates, is in the view.
func (d *Display) pixels(x, y float64) (float64, float64) {
	w, h := d.window.GetSize()
	return x * float64(d.width) / float64(max(w, 1)), y * float64(d.height) / float64(max(h, 1))
}

// label returns what is printed on a key.
func label(c controls.Control) string {
	if key := keyOf[c]; key != glfw.KeyUnknown {
		return glfw.GetKeyName(key, 0)
	}
	return ""
}

// sample returns what hands do, and forgets what is done once. What the pilot
// wants of the pointer is done.
func (d *Display) sample() scene.Input {
	h := &d.hands
	h.Width, h.Height = d.width, d.height
	h.SetPad(d.pads.Read(&d.pad), &d.pad)
	h.Begin(engine.Now())
	in := d.pilot.Fly(h)
	h.End()
	if h.Captured != d.captured {
		d.captured = h.Captured
		mode := glfw.CursorNormal
		if d.captured {
			mode = glfw.CursorDisabled
		}
		d.window.SetInputMode(glfw.CursorMode, mode)
		h.Place(d.pixels(d.window.GetCursorPos()))
	}
	return in
}
