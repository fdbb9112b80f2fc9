package xr

import (
	"fmt"
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// The controls, by their number in the instance.
const (
	controlMove = iota
	controlTurn
	controlRollLeft
	controlRollRight
	controlRise
	controlSink
	controlFly
	controlSteer
	controlFaster
	controlSlower
	controlAimLeft
	controlAimRight
	controlPause
	controlScreenshot
	controlLabels
	controlMenu
	controlRecentreLeft
	controlRecentreRight
	controlCount
)

// controlSets is what players see of the controls in the runtime's settings; in
// the order of the numbers above.
var controlSets = []struct {
	name, title string
	controls    []control
}{
	{"flight", "Flight", []control{
		controlMove:      {"move", "Fly right, left, forward, backward", openxr.Stick},
		controlTurn:      {"turn", "Turn, nose up and down", openxr.Stick},
		controlRollLeft:  {"roll_left", "Roll left", openxr.Axis},
		controlRollRight: {"roll_right", "Roll right", openxr.Axis},
		controlRise:      {"rise", "Fly up", openxr.Axis},
		controlSink:      {"sink", "Fly down", openxr.Axis},
		controlFly:       {"fly_there", "Fly to where the right hand points", openxr.Axis},
		controlSteer:     {"turn_there", "Turn to where the left hand points", openxr.Axis},
		controlFaster:    {"faster", "Ten times the rate of time", openxr.Button},
		controlSlower:    {"slower", "A tenth of the rate of time", openxr.Button},
		controlAimLeft:   {"aim_left", "Where the left hand points", openxr.Aim},
		controlAimRight:  {"aim_right", "Where the right hand points", openxr.Aim},
	}},
	{"general", "General", []control{
		{"pause", "Stop time, or go on", openxr.Button},
		{"screenshot", "Take a picture", openxr.Button},
		{"labels", "Show or hide labels", openxr.Button},
		{"menu", "Menu", openxr.Button},
		{"recentre_left", "Recentre: left of the two to hold", openxr.Button},
		{"recentre_right", "Recentre: right of the two to hold", openxr.Button},
	}},
}

type control struct {
	name, title string
	kind        openxr.Kind
}

// addControls makes the controls of an instance and suggests what works them.
// Profiles that the runtime refuses are left out.
func (r *connection) addControls() error {
	for _, set := range controlSets {
		if err := r.instance.AddSet(set.name, set.title); err != nil {
			return err
		}
		for _, c := range set.controls {
			if err := r.instance.AddControl(c.name, c.title, c.kind); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	for _, p := range profiles {
		if err := r.instance.Suggest(p.path, p.bindings); err != nil {
			r.refused = append(r.refused, fmt.Sprintf("%s: %v", p.path, err))
			continue
		}
		r.profiles = append(r.profiles, p.path)
	}
	return nil
}

const (
	// A stick that is let go rests up to so far from its middle, and one at its
	// end gives no more than that: worn Reverb G2 sticks drift by a tenth.
	deadInner = 0.12
	deadOuter = 0.95
	// holdToRecentre is how long both sticks are held.
	holdToRecentre = time.Second
	// steerFullRad is how far from ahead the hand points for the fastest turn.
	steerFullRad = math.Pi / 4
)

// buttonControls are the controls that are buttons of the scene.
var buttonControls = [...]struct {
	control int
	button  scene.Buttons
}{
	{controlPause, scene.ButtonPause},
	{controlFaster, scene.ButtonFaster},
	{controlSlower, scene.ButtonSlower},
	{controlScreenshot, scene.ButtonScreenshot},
	{controlLabels, scene.ButtonLabels},
}

// source is where controls are read: a session after its wait.
type source interface {
	Control(n int) (x, y float64, active bool)
	Aim(hand int) (openxr.Pose, bool)
}

// controls remembers what of the last sample the next one needs.
type controls struct {
	down     scene.Buttons
	held     bool          // both recentring buttons
	since    time.Duration // when that began
	done     bool          // that has recentred
	recentre bool          // the player asks for it
	reach    reach
}

// sample returns what the player does, at the display time at, with hands
// relative to the seat.
func (c *controls) sample(from source, s *seat, at time.Duration) (in scene.Input) {
	x, y := stick(from, controlMove)
	in.Move = [3]float64{x, axis(from, controlRise) - axis(from, controlSink), -y}
	x, y = stick(from, controlTurn)
	in.Turn = [3]float64{y, -x, axis(from, controlRollLeft) - axis(from, controlRollRight)}
	c.point(from, s, &in)
	for i := range 3 {
		in.Move[i], in.Turn[i] = clamp(in.Move[i]), clamp(in.Turn[i])
	}
	in.Buttons = c.pressed(from)
	c.hold(pushed(from, controlRecentreLeft) && pushed(from, controlRecentreRight), at)
	return in
}

// point adds what the triggers do with the hands.
func (c *controls) point(from source, s *seat, in *scene.Input) {
	if push := axis(from, controlFly); push > 0 {
		if ahead, ok := aim(from, s, 1); ok {
			for i := range 3 {
				in.Move[i] += push * ahead[i]
			}
		}
	}
	if push := axis(from, controlSteer); push > 0 {
		if ahead, ok := aim(from, s, 0); ok {
			off, side := math.Acos(clamp(-ahead[2])), math.Hypot(ahead[0], ahead[1])
			if side > 0 {
				push *= math.Min(1, off/steerFullRad) / side
				in.Turn[0] += push * ahead[1]
				in.Turn[1] -= push * ahead[0]
			}
		}
	}
}

// pressed returns the buttons that went down since the last sample.
func (c *controls) pressed(from source) scene.Buttons {
	var down scene.Buttons
	for _, b := range buttonControls {
		if pushed(from, b.control) {
			down |= b.button
		}
	}
	went := down &^ c.down
	c.down = down
	return went
}

// hold takes note of how long both recentring buttons have been held.
func (c *controls) hold(held bool, at time.Duration) {
	switch {
	case !held:
		c.held, c.done = false, false
	case !c.held:
		c.held, c.since = true, at
	case !c.done && at-c.since >= holdToRecentre:
		c.recentre, c.done = true, true
	}
}

// takeRecentre tells whether the player asked to recentre, once.
func (c *controls) takeRecentre() bool {
	asked := c.recentre
	c.recentre = false
	return asked
}

// stick returns a stick without its dead zones.
func stick(from source, n int) (x, y float64) {
	x, y, active := from.Control(n)
	r := math.Hypot(x, y)
	if !active || !(r > deadInner) || math.IsInf(r, 0) {
		return 0, 0
	}
	scale := math.Min(1, (r-deadInner)/(deadOuter-deadInner)) / r
	return x * scale, y * scale
}

// axis returns a trigger without its dead zones, from 0 to 1.
func axis(from source, n int) float64 {
	x, _, active := from.Control(n)
	if !active || !(x > deadInner) {
		return 0
	}
	return math.Min(1, (x-deadInner)/(deadOuter-deadInner))
}

func pushed(from source, n int) bool {
	x, _, active := from.Control(n)
	return active && x > 0
}

// aim returns the direction in the ship that a hand points to.
func aim(from source, s *seat, hand int) (ahead mgl64.Vec3, ok bool) {
	p, ok := from.Aim(hand)
	if !ok {
		return ahead, false
	}
	return s.place(p).Orientation.Rotate(mgl64.Vec3{0, 0, -1}), true
}

func clamp(x float64) float64 { return math.Max(-1, math.Min(1, x)) }

// add puts what keyboard and mouse do on top.
func add(in *scene.Input, more scene.Input) {
	for i := range 3 {
		in.Move[i] = clamp(in.Move[i] + more.Move[i])
		in.Turn[i] = clamp(in.Turn[i] + more.Turn[i])
	}
	in.Buttons |= more.Buttons
}
