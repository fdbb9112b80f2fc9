package menu

import "github.com/spacetime-vr/spacetime/engine/controls"

// keys are what controls ask of a menu, whatever they do in flight: whoever has
// lost the bindings still finds the way.
var keys = map[controls.Control]key{
	controls.Up: keyUp, controls.Down: keyDown, controls.Left: keyLeft, controls.Right: keyRight,
	controls.Enter: keyAccept, controls.KeypadEnter: keyAccept, controls.Escape: keyBack,
	controls.PageUp: keyPageUp, controls.PageDown: keyPageDown, controls.Home: keyFirst, controls.End: keyLast,
	controls.Backspace: keyErase, controls.Tab: keyMark,

	controls.DPadUp: keyUp, controls.DPadDown: keyDown, controls.DPadLeft: keyLeft, controls.DPadRight: keyRight,
	controls.StickUp: keyUp, controls.StickDown: keyDown, controls.StickLeft: keyLeft, controls.StickRight: keyRight,
	controls.PadA: keyAccept, controls.PadB: keyBack, controls.PadY: keyMark, controls.PadStart: keyClose,
	controls.LeftBumper: keyPageUp, controls.RightBumper: keyPageDown,

	controls.RightButton: keyBack, controls.MiddleButton: keyMark,
}

// again are the keys that count again while they are held.
var again = map[key]bool{
	keyUp: true, keyDown: true, keyLeft: true, keyRight: true, keyPageUp: true, keyPageDown: true, keyErase: true,
}

// Handle does what hands ask of the menu in a frame.
func (m *Menu) Handle(h *controls.Hands) {
	for _, e := range h.Events() {
		if !m.Open() {
			return
		}
		m.handle(e)
	}
}

// acceptName and markName are what to call the keys that take and mark.
func (m *Menu) acceptName() string {
	if m.onPad {
		return "A"
	}
	return controls.Enter.String()
}

func (m *Menu) markName() string {
	if m.onPad {
		return "Y"
	}
	return controls.Tab.String()
}

// watch takes note of which hands are in use, of which a page speaks.
func (m *Menu) watch(e controls.Event) {
	if e.Kind == controls.EventPress && e.Control.OnPad() != m.onPad {
		m.onPad = !m.onPad
		m.page().refresh()
	}
}

func (m *Menu) handle(e controls.Event) {
	m.watch(e)
	if p := m.page(); p.wait {
		m.catch(p, e)
		return
	}
	switch e.Kind {
	case controls.EventText:
		m.typeRune(e.Rune)
	case controls.EventMove:
		m.point(e.X, e.Y)
	case controls.EventPress:
		m.down(e)
	case controls.EventRepeat:
		if k := keys[e.Control]; again[k] {
			m.press(k)
		}
	}
}

func (m *Menu) down(e controls.Event) {
	switch e.Control {
	case controls.LeftButton:
		m.click(e.X, e.Y)
	case controls.WheelUp:
		m.wheel(-1)
	case controls.WheelDown:
		m.wheel(1)
	default:
		m.press(keys[e.Control])
	}
}

// catch hands the control that a page waits for over. Escape goes back.
func (m *Menu) catch(p *page, e controls.Event) {
	if e.Kind != controls.EventPress {
		return
	}
	m.back()
	if e.Control != controls.Escape {
		p.caught(e.Control)
	}
}
