package controls

import (
	"math"
	"time"
)

// Pad is a gamepad as its driver tells it: buttons in the order of their controls,
// Pad A first, D-Pad Left last; sticks from -1 to 1 with right and down positive,
// left stick first; triggers from 0 to 1.
type Pad struct {
	Buttons  [15]bool
	Sticks   [4]float64 // left right, left down, right right, right down
	Triggers [2]float64
}

// Hold has a control of the pad pressed as far as it goes; others are not its.
func (p *Pad) Hold(c Control) {
	switch half := int(c) - int(padHalvesAt); {
	case !c.OnPad():
	case half < 0:
		p.Buttons[c-padAt] = true
	case half < 2*len(p.Sticks):
		p.Sticks[half/2] = float64(2*(half%2) - 1)
	default:
		p.Triggers[half-2*len(p.Sticks)] = 1
	}
}

// The way of half an axis at which it counts as pressed, and that at which it no
// longer does: apart, so that a hand that shakes presses once.
const (
	pressAt   = 0.6
	releaseAt = 0.4
)

// SetPad tells of the gamepad, each frame; a name that is empty, that there is
// none. One that goes leaves its controls at rest.
func (h *Hands) SetPad(name string, p *Pad) {
	switch {
	case name == "" && h.PadName == "":
		return
	case name == "":
		p = &Pad{}
		defer h.add(Event{Kind: EventPadGone})
	case h.PadName == "":
		h.add(Event{Kind: EventPad})
	}
	h.PadName = name
	for i, down := range p.Buttons {
		v := 0.0
		if down {
			v = 1
		}
		h.setPad(padAt+Control(i), v)
	}
	for i := range 2 {
		x, y := h.shape(p.Sticks[2*i], p.Sticks[2*i+1])
		if i == 1 && h.Options.InvertLook {
			y = -y
		}
		at := padHalvesAt + Control(4*i)
		h.setPad(at, -x)
		h.setPad(at+1, x)
		h.setPad(at+2, -y)
		h.setPad(at+3, y)
		h.setPad(LeftTrigger+Control(i), finite(p.Triggers[i]))
	}
}

// shape takes the dead zone out of a stick, whatever its direction, and bends the
// rest.
func (h *Hands) shape(x, y float64) (float64, float64) {
	x, y = finite(x), finite(y)
	r := math.Hypot(x, y)
	dead := math.Max(0, math.Min(0.9, h.Options.DeadZone))
	if r <= dead {
		return 0, 0
	}
	way := math.Min(1, (r-dead)/(1-dead))
	k := math.Pow(way, math.Max(1, h.Options.Curve)) / r
	return x * k, y * k
}

// finite is v between -1 and 1; a driver that tells no number tells nothing.
func finite(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return math.Max(-1, math.Min(1, v))
}

// setPad sets a control and tells when it is pressed and let go.
func (h *Hands) setPad(c Control, v float64) {
	v = math.Max(0, v)
	h.value[c] = float32(v)
	switch down := h.repeat.down[c]; {
	case !down && v >= pressAt:
		h.repeat.press(c, h.last)
		h.add(Event{Kind: EventPress, Control: c})
	case down && v < releaseAt:
		h.repeat.down[c] = false
		h.add(Event{Kind: EventRelease, Control: c})
	}
}

// When a button of the pad that is held is told again, as a keyboard does by
// itself.
const (
	repeatAfter = 400 * time.Millisecond
	repeatEvery = 110 * time.Millisecond
)

// repeater knows which of a pad's controls are held, and tells the last of them
// again.
type repeater struct {
	down [NumControls]bool
	last Control
	next time.Duration
}

func (r *repeater) press(c Control, now time.Duration) {
	r.down[c], r.last, r.next = true, c, now+repeatAfter
}

func (r *repeater) due(now time.Duration) Control {
	if !r.down[r.last] || now < r.next {
		return None
	}
	r.next = now + repeatEvery
	return r.last
}
