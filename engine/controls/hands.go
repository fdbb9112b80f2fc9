package controls

import (
	"math"
	"strings"
	"time"
)

// Options are how sticks and mouse answer. The zero value is not of use: see
// [DefaultOptions].
type Options struct {
	DeadZone    float64 // of a stick's way, 0 to 0.9, in which it is at rest
	Curve       float64 // exponent of the rest of the way, 1 to 4: more is finer about the middle
	Sensitivity float64 // of the mouse, 0.1 to 10
	InvertLook  bool    // the mouse and the right stick raise the nose when they are pulled
	MouseLook   bool    // the mouse turns the ship without a button held
}

// DefaultOptions are those of a plain start.
var DefaultOptions = Options{DeadZone: 0.15, Curve: 1.6, Sensitivity: 1}

// EventKind says what an event is of.
type EventKind uint8

// The kinds of events.
const (
	EventPress   EventKind = iota // of Control
	EventRepeat                   // of Control, which is held
	EventRelease                  // of Control
	EventText                     // of Rune, typed
	EventMove                     // of the pointer
	EventPad                      // a gamepad came
	EventPadGone                  // the gamepad went: its sticks are at rest
)

// Event is a thing that hands did. X and Y are where the pointer is then, in pixels
// of the view from its upper left corner.
type Event struct {
	Kind    EventKind
	Control Control
	Rune    rune
	X, Y    float32
}

// maxEvents bounds what is kept of one frame: more than ten fingers do.
const maxEvents = 64

// Hands is what keyboard, mouse and gamepad do. A display tells it, with the
// methods, and whoever flies reads it once a frame. The zero value is at rest. It
// is for one thread.
type Hands struct {
	Options Options
	Width   int // of the view, in pixels
	Height  int
	PadName string               // of the gamepad; empty without
	Label   func(Control) string // what is printed on a key; nil where nobody knows
	// Captured is set by whoever flies: the pointer is wanted as motion and is not to
	// be seen.
	Captured bool
	// Pointing says that the pointer is a hand in space, which sees it only where it is
	// drawn.
	Pointing bool

	value  [NumControls]float32
	events [maxEvents]Event
	count  int

	x, y         float64 // of the pointer
	movedX       float64 // since the last frame, while captured
	movedY       float64
	dragging     bool
	fromX, fromY float64 // where the drag began
	wheel        float64 // notches that are not used up

	last   time.Duration // when the frame before was
	repeat repeater
}

// Value returns how far a control is pressed, 0 to 1.
func (h *Hands) Value(c Control) float64 { return float64(h.value[c]) }

// Events returns what happened since the last frame, in order. It holds until
// [Hands.End].
func (h *Hands) Events() []Event { return h.events[:h.count] }

// Pressed tells whether a control was pressed since the last frame.
func (h *Hands) Pressed(c Control) bool {
	for _, e := range h.Events() {
		if e.Kind == EventPress && e.Control == c {
			return true
		}
	}
	return false
}

// Name returns what to call a control where it is to be read.
func (h *Hands) Name(c Control) string {
	if h.Label != nil && c > None && c < mouseAt {
		if label := h.Label(c); label != "" {
			return strings.ToUpper(label) // as it is printed there
		}
	}
	return c.String()
}

func (h *Hands) add(e Event) {
	if h.count == maxEvents {
		return
	}
	e.X, e.Y = float32(h.x), float32(h.y)
	h.events[h.count] = e
	h.count++
}

// Key tells of a key or a button of keyboard or mouse.
func (h *Hands) Key(c Control, kind EventKind) {
	if c == None {
		return
	}
	switch kind {
	case EventPress:
		h.value[c] = 1
	case EventRelease:
		h.value[c] = 0
	}
	if c == LeftButton && kind != EventRepeat {
		h.dragging, h.fromX, h.fromY = kind == EventPress, h.x, h.y
	}
	h.add(Event{Kind: kind, Control: c})
}

// Type tells of a letter that was typed.
func (h *Hands) Type(r rune) { h.add(Event{Kind: EventText, Rune: r}) }

// Place says where the pointer is, without that it moved.
func (h *Hands) Place(x, y float64) { h.x, h.y = x, y }

// Pointer returns where the pointer is.
func (h *Hands) Pointer() (x, y float64) { return h.x, h.y }

// Move tells that the pointer moved, to so many pixels from the upper left corner.
func (h *Hands) Move(x, y float64) {
	h.movedX, h.movedY = h.movedX+x-h.x, h.movedY+y-h.y
	h.x, h.y = x, y
	if h.count > 0 && h.events[h.count-1].Kind == EventMove {
		h.count-- // the last place counts
	}
	h.add(Event{Kind: EventMove})
}

// Wheel tells of so many notches of the mouse's wheel, away from the hand.
func (h *Hands) Wheel(notches float64) {
	if math.IsNaN(notches) {
		return
	}
	h.wheel = math.Max(-mostNotches, math.Min(mostNotches, h.wheel+notches))
	c := WheelUp
	if notches < 0 {
		c = WheelDown
	}
	for n := math.Abs(notches); n > 0; n-- {
		h.add(Event{Kind: EventPress, Control: c})
	}
}

const (
	// wheelS is how long a notch of the wheel acts, in seconds of a key held: its
	// time constant, since it fades.
	wheelS      = 0.12
	mostNotches = 20.0
	// dragReach is how far the mouse is dragged for a full deflection, as a share
	// of the view's height; turnPerPixel the turn for a pixel of the captured
	// mouse, as a share of a second of full deflection: a tenth of a degree of
	// sixty.
	dragReach    = 0.25
	turnPerPixel = 0.1 / 60
)

// Begin makes the mouse's motion, and the pad's buttons that are held, into what
// they do in this frame.
func (h *Hands) Begin(now time.Duration) {
	dt := math.Max(0.001, math.Min(0.1, (now-h.last).Seconds()))
	h.last = now
	h.setWheel(dt)
	h.setMotion(dt)
	if c := h.repeat.due(now); c != None {
		h.add(Event{Kind: EventRepeat, Control: c})
	}
}

func (h *Hands) setWheel(dt float64) {
	h.value[WheelUp] = float32(math.Min(1, math.Max(0, h.wheel)))
	h.value[WheelDown] = float32(math.Min(1, math.Max(0, -h.wheel)))
	if h.wheel *= math.Exp(-dt / wheelS); math.Abs(h.wheel) < 0.01 {
		h.wheel = 0
	}
}

// setMotion turns by how far the mouse is dragged from where it was pressed, or,
// captured, by how fast it moves.
func (h *Hands) setMotion(dt float64) {
	var right, down float64
	switch {
	case h.Captured:
		perPixel := turnPerPixel * h.Options.Sensitivity / dt
		right, down = h.movedX*perPixel, h.movedY*perPixel
	case h.dragging:
		reach := dragReach * float64(max(h.Height, 1)) / math.Max(h.Options.Sensitivity, 0.01)
		right, down = (h.x-h.fromX)/reach, (h.y-h.fromY)/reach
	}
	h.movedX, h.movedY = 0, 0
	if h.Options.InvertLook {
		down = -down
	}
	h.halves(MouseLeft, MouseRight, right)
	h.halves(MouseUp, MouseDown, down)
}

// halves sets both halves of an axis.
func (h *Hands) halves(less, more Control, v float64) {
	h.value[less] = float32(math.Min(1, math.Max(0, -v)))
	h.value[more] = float32(math.Min(1, math.Max(0, v)))
}

// End forgets what happened in the frame.
func (h *Hands) End() { h.count = 0 }

// Rest lets go of everything, as when a window loses the keyboard.
func (h *Hands) Rest() {
	h.value = [NumControls]float32{}
	h.dragging, h.wheel = false, 0
}

// Drop ends a drag, so that what was begun over a menu does not turn the ship.
func (h *Hands) Drop() { h.dragging, h.wheel = false, 0 }
