package xr

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	input "github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// fakePilot notes what hands do, and tells the ship what it likes.
type fakePilot struct {
	heard []string
	in    scene.Input // that it was told
	says  *scene.Input
	x, y  float64
	on    bool
	uses  [][2]string
}

func (p *fakePilot) Hold(uses [][2]string) { p.uses = uses }

func (p *fakePilot) Reach(h *input.Hands, in scene.Input) scene.Input {
	for _, e := range h.Events() {
		switch e.Kind {
		case input.EventPress:
			p.heard = append(p.heard, "+"+e.Control.String())
		case input.EventRelease:
			p.heard = append(p.heard, "-"+e.Control.String())
		case input.EventMove:
			p.heard = append(p.heard, fmt.Sprintf("to %.0f,%.0f", e.X, e.Y))
		}
	}
	p.x, p.y = h.Pointer()
	p.in, p.on = in, h.Pointing
	if p.says != nil {
		return *p.says
	}
	return in
}

// sheetAhead is two metres ahead, a centimetre a pixel.
var sheetAhead = engine.Sheet{Pose: scene.Pose{PositionM: mgl64.Vec3{0, 0, -2}, Orientation: mgl64.QuatIdent()}, Width: 340, Height: 300, PixelM: 0.01}

// TestHandsInMenu: controllers are a gamepad and a mouse to a menu.
func TestHandsInMenu(t *testing.T) {
	p := &fakePilot{}
	d := &Display{options: Options{Pilot: p}, seat: newSeat(false)}
	d.frame.Overlay, d.frame.Render, d.frame.Sheet = &engine.Overlay{}, true, sheetAhead
	down := func(deg float64) float64 { return 150 + 200*math.Tan(deg*math.Pi/180) }
	h := &hardware{at: map[int][2]float64{}, aims: [2]openxr.Pose{pointing(0, -20), pointing(0, -10)}}
	for _, tt := range []struct {
		name string
		set  map[int][2]float64
		aims [2]openxr.Pose
		want string
		on   bool
		y    float64
	}{
		{"the right hand points", nil, h.aims, fmt.Sprintf("to 170,%.0f", down(10)), true, down(10)},
		{"the stick chooses", map[int][2]float64{controlMove: {0, -1}}, h.aims, "+Left Stick Down", true, down(10)},
		{"and again", map[int][2]float64{controlMove: {}, controlTurn: {0, -1}}, h.aims, "", true, down(10)},
		{"a hand that shakes stirs nothing then", map[int][2]float64{controlTurn: {}}, [2]openxr.Pose{pointing(0, -20), pointing(0, -12)}, "-Left Stick Down", true, down(12)},
		{"one that points elsewhere does", nil, [2]openxr.Pose{pointing(0, -20), pointing(0, -18)}, fmt.Sprintf("to 170,%.0f", down(18)), true, down(18)},
		{"then a little is enough", nil, [2]openxr.Pose{pointing(0, -20), pointing(0, -17)}, fmt.Sprintf("to 170,%.0f", down(17)), true, down(17)},
		{"the trigger clicks", map[int][2]float64{controlFly: {0.8}}, [2]openxr.Pose{pointing(0, -20), pointing(0, -17)}, "+Left Button", true, down(17)},
		{"held it clicks once", map[int][2]float64{controlFly: {0.55}}, [2]openxr.Pose{pointing(0, -20), pointing(0, -17)}, "", true, down(17)},
		{"and is let go", map[int][2]float64{controlFly: {0.2}}, [2]openxr.Pose{pointing(0, -20), pointing(0, -17)}, "-Left Button", true, down(17)},
		{"the other hand takes over", map[int][2]float64{controlSteer: {1}}, [2]openxr.Pose{pointing(0, -25), pointing(0, -17)}, fmt.Sprintf("to 170,%.0f +Left Button", down(25)), true, down(25)},
		{"beside it there is nothing", map[int][2]float64{controlSteer: {0}}, [2]openxr.Pose{pointing(60, 0), pointing(0, -17)}, "-Left Button", false, down(25)},
		{"nor is a click", map[int][2]float64{controlSteer: {1}}, [2]openxr.Pose{pointing(60, 0), pointing(0, -17)}, "", false, down(25)},
		{
			"all buttons",
			map[int][2]float64{controlSteer: {}, controlMenu: {1}, controlSlower: {1}, controlFaster: {1}, controlPause: {1}, controlRollLeft: {1}, controlRollRight: {1}},
			[2]openxr.Pose{pointing(60, 0), pointing(60, 0)},
			"+Pad A +Pad B +Pad Y +Left Bumper +Right Bumper +Pad Start -Left Button", false, down(25),
		},
	} {
		for n, v := range tt.set {
			h.at[n] = v
		}
		h.aims, p.heard = tt.aims, nil
		d.tell(h, scene.Input{}, 0)
		if got := strings.Join(p.heard, " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if p.on != tt.on || math.Abs(p.y-tt.y) > 0.01 {
			t.Errorf("%s: pointing %t at %.2f, want %t at %.2f", tt.name, p.on, p.y, tt.on, tt.y)
		}
	}
	h.lost, p.heard = [2]bool{true, true}, nil
	if d.tell(h, scene.Input{}, 0); p.on {
		t.Error("a hand that is lost points")
	}
	d.frame.Overlay = nil
	h.lost, h.aims = [2]bool{}, [2]openxr.Pose{pointing(0, 0), pointing(0, 0)}
	if d.tell(h, scene.Input{}, 0); p.on {
		t.Error("a hand points at what is not there")
	}
	if n := testing.AllocsPerRun(50, func() { p.heard = p.heard[:0]; d.tell(h, scene.Input{}, 0) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// TestPilotSays: the ship hears what the pilot says, and the display what is its own:
// the seat moves, and the window is asked for.
func TestPilotSays(t *testing.T) {
	report := simulate(t, "left thumbstick 0 1", "left menu/click on")
	p := &fakePilot{}
	f := fly(t, Options{Pilot: p})
	f.draws(3)
	if forward := [3]float64{0, 0, -1}; f.input.Move != forward || p.in.Move != forward || !slices.Contains(p.heard, "+Pad Start") {
		t.Errorf("the ship hears %+v, the pilot %+v and %q", f.input, p.in, p.heard)
	}
	p.says = &scene.Input{Buttons: scene.ButtonRecentre}
	f.draws(1)
	p.says = &scene.Input{}
	f.draws(1)
	if f.input.Move != [3]float64{} || f.display.Stats().Recentred != 1 {
		t.Errorf("the ship hears %+v, the seat moved %d times", f.input, f.display.Stats().Recentred)
	}
	p.says = &scene.Input{Buttons: scene.ButtonHeadset}
	f.draws(1)
	if f.step(); !errors.Is(f.err, engine.ErrSwitch) {
		t.Errorf("asked for the window: %v", f.err)
	}
	want := [2]string{"Stop time, or go on", "left X"}
	if n := len(p.uses); n < 10 || !slices.Contains(p.uses, want) {
		t.Errorf("of the controllers it hears %q", p.uses)
	}
	f.land()
	if p.uses != nil {
		t.Errorf("in the window it still has %q", p.uses)
	}
	checkReport(t, report)
}

// TestUses: what parts of controllers do, as people read it.
func TestUses(t *testing.T) {
	for path, want := range map[string]string{
		"oculus/touch_controller":     "left stick: Fly right, left, forward, backward | right stick: Turn, nose up and down | left grip: Roll left | right grip: Roll right | right trigger: Fly to where the right hand points | left trigger: Turn to where the left hand points | right B: Ten times the rate of time | right A: A tenth of the rate of time | left X: Stop time, or go on | left Y: Take a picture | left menu: Menu | left stick press: Recentre: left of the two to hold | right stick press: Recentre: right of the two to hold",
		"khr/simple_controller":       "right select: Fly to where the right hand points | left select: Turn to where the left hand points | left menu: Menu | right menu: Recentre: left of the two to hold | right menu: Recentre: right of the two to hold",
		"microsoft/motion_controller": "left stick: Fly right, left, forward, backward | right stick: Turn, nose up and down | left grip: Roll left | right grip: Roll right | right trigger: Fly to where the right hand points | left trigger: Turn to where the left hand points | right pad press: Ten times the rate of time | left pad press: A tenth of the rate of time | right menu: Stop time, or go on | left menu: Menu | left stick press: Recentre: left of the two to hold | right stick press: Recentre: right of the two to hold",
	} {
		var said []string
		for _, use := range usesOf(&profiles[profileNumber("/interaction_profiles/"+path)-1]) {
			said = append(said, use[1]+": "+use[0])
		}
		if got := strings.Join(said, " | "); got != want {
			t.Errorf("%s:\n%q, want\n%q", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"/user/gamepad/input/thumbstick_left": "stick left", "/user/gamepad/input/a/click": "a", "/user/hand/right/input/grasp_ext/value": "right fist", "/user/hand/left/input/trackpad": "left pad",
	} {
		if got := partName(path); got != want {
			t.Errorf("%s is called %q, want %q", path, got, want)
		}
	}
}
