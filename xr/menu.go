package xr

import (
	"math"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	input "github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// Pilot has a menu, which the controllers work while it is open.
type Pilot interface {
	// Hold is told what the controllers that are held now do: pairs of that and of the
	// part that does it, for people to read; none when there are none.
	Hold(uses [][2]string)

	// Reach is told what controllers do to a menu, and what they do to the ship. It
	// returns what the ship is told: nothing while a menu is open. It is called once a
	// frame, on the thread of the frame, and must not wait.
	Reach(h *input.Hands, in scene.Input) scene.Input
}

// reach is what controllers do to a menu: they are a gamepad, of either hand, and a
// mouse, which is where a hand points to on the overlay's sheet.
type reach struct {
	hands  input.Hands
	left   bool    // that hand points, not the right one: whichever pulled its trigger last
	pulled [2]bool // triggers
	aside  float64 // how far a hand must point from where it did for that to count, in pixels
	x, y   float64 // where it pointed when that counted last
}

// The way of a trigger at which it clicks, and that at which it is let go.
const (
	clickAt = 0.6
	letGoAt = 0.4
)

// How far a hand must point from where it did, in pixels of the sheet, which are an
// eighth of a degree: a hand is never still, and must not undo what a stick chooses.
const (
	stirs = 2.0
	moves = 20.0 // after a stick or a button
)

// menuButtons are controls and the buttons of a gamepad that they are in a menu.
var menuButtons = [...]struct {
	control int
	button  input.Control
}{
	{controlMenu, input.PadStart},
	{controlSlower, input.PadA},
	{controlFaster, input.PadB},
	{controlPause, input.PadY},
	{controlRollLeft, input.LeftBumper},
	{controlRollRight, input.RightBumper},
}

// triggerOf are the triggers of the left and the right hand.
var triggerOf = [2]int{controlSteer, controlFly}

// tell tells the pilot what the controllers do at the display time at, and returns what
// the ship is told.
func (d *Display) tell(from source, in scene.Input, at time.Duration) scene.Input {
	if d.options.Pilot == nil {
		return in
	}
	r := &d.controls.reach
	r.hands.Begin(at)
	r.press(from)
	r.hands.Pointing = false
	if d.frame.Overlay != nil && d.frame.Render {
		r.point(from, &d.seat, &d.frame.Sheet)
	}
	in = d.options.Pilot.Reach(&r.hands, in)
	r.hands.End()
	if in.Buttons&scene.ButtonRecentre != 0 {
		d.Recentre()
	}
	d.switching = in.Buttons&scene.ButtonHeadset != 0
	return in
}

// hold tells the pilot what is held.
func (d *Display) hold(held ...int) {
	if d.options.Pilot == nil {
		return
	}
	for _, n := range held {
		if n > 0 {
			d.options.Pilot.Hold(usesOf(&profiles[n-1]))
			return
		}
	}
	d.options.Pilot.Hold(nil)
}

// usesOf lists what a controller's parts do, in the order of the controls.
func usesOf(p *profile) (uses [][2]string) {
	n := 0
	for _, set := range controlSets {
		for _, c := range set.controls {
			for _, b := range p.bindings {
				if b.Control == n && c.kind != openxr.Aim {
					uses = append(uses, [2]string{c.title, partName(b.Path)})
				}
			}
			n++
		}
	}
	return uses
}

// partNames make the names of parts in OpenXR ones that people have for them.
var partNames = strings.NewReplacer(
	"/user/hand/", "", "/user/gamepad", "", "/input/", " ", "thumbstick", "stick", "squeeze", "grip", "/click", "", "/value", "",
	"trackpad", "pad", "pinch_ext", "pinch", "grasp_ext", "fist", "_left", " left", "_right", " right", "_", " ",
)

// partName is what to call the part of a path: "left stick", "right A".
func partName(path string) string {
	name := strings.TrimSpace(partNames.Replace(path))
	if hand, letter, _ := strings.Cut(name, " "); len(letter) == 1 {
		return hand + " " + strings.ToUpper(letter)
	}
	if strings.HasSuffix(path, "stick/click") || strings.HasSuffix(path, "pad/click") {
		return name + " press"
	}
	return name
}

// press is the gamepad.
func (r *reach) press(from source) {
	var pad input.Pad
	for _, n := range [...]int{controlMove, controlTurn} {
		x, y := stick(from, n)
		pad.Sticks[0], pad.Sticks[1] = clamp(pad.Sticks[0]+x), clamp(pad.Sticks[1]-y)
	}
	for _, b := range menuButtons {
		if axis(from, b.control) > clickAt {
			pad.Hold(b.button)
		}
	}
	if pad != (input.Pad{}) {
		r.aside = moves
	}
	r.hands.SetPad("controllers", &pad)
}

// point is the mouse.
func (r *reach) point(from source, s *seat, sheet *engine.Sheet) {
	clicked, released := false, false
	for hand, n := range triggerOf {
		pull := axis(from, n)
		switch {
		case !r.pulled[hand] && pull > clickAt:
			r.pulled[hand], r.left, clicked = true, hand == 0, true
		case r.pulled[hand] && pull < letGoAt:
			r.pulled[hand], released = false, true
		}
	}
	hand := 1
	if r.left {
		hand = 0
	}
	if aim, ok := from.Aim(hand); ok {
		r.move(sheet, s.place(aim))
	}
	if clicked && r.hands.Pointing {
		r.hands.Key(input.LeftButton, input.EventPress)
	}
	if released {
		r.hands.Key(input.LeftButton, input.EventRelease)
	}
}

// move moves the pointer to where a hand points.
func (r *reach) move(sheet *engine.Sheet, hand scene.Pose) {
	x, y, ok := sheet.Hit(hand)
	r.hands.Pointing = ok && x >= 0 && y >= 0 && x < float64(sheet.Width) && y < float64(sheet.Height)
	if !r.hands.Pointing {
		return
	}
	if math.Hypot(x-r.x, y-r.y) < r.aside {
		r.hands.Place(x, y)
		return
	}
	r.x, r.y, r.aside = x, y, stirs
	r.hands.Move(x, y)
}
