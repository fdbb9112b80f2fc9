package xr

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// hardware is a [source] with values of its own.
type hardware struct {
	at   map[int][2]float64
	aims [2]openxr.Pose
	lost [2]bool // aims
}

func (h *hardware) Control(n int) (x, y float64, active bool) {
	v, ok := h.at[n]
	return v[0], v[1], ok
}

func (h *hardware) Aim(hand int) (openxr.Pose, bool) { return h.aims[hand], !h.lost[hand] }

// pointing makes a pose that is turned left and up.
func pointing(yawDeg, pitchDeg float64) openxr.Pose {
	q := mgl64.QuatRotate(yawDeg*math.Pi/180, mgl64.Vec3{0, 1, 0}).Mul(mgl64.QuatRotate(pitchDeg*math.Pi/180, mgl64.Vec3{1, 0, 0}))
	return openxr.Pose{Orientation: [4]float32{float32(q.V[0]), float32(q.V[1]), float32(q.V[2]), float32(q.W)}}
}

func TestSample(t *testing.T) {
	ahead := [2]openxr.Pose{pointing(0, 0), pointing(0, 0)}
	for _, tt := range []struct {
		name string
		at   map[int][2]float64
		aims [2]openxr.Pose
		want scene.Input
	}{
		{"nothing", nil, ahead, scene.Input{}},
		{"forward", map[int][2]float64{controlMove: {0, 1}}, ahead, scene.Input{Move: [3]float64{0, 0, -1}}},
		{"right", map[int][2]float64{controlMove: {1, 0}}, ahead, scene.Input{Move: [3]float64{1, 0, 0}}},
		{"turn right", map[int][2]float64{controlTurn: {1, 0}}, ahead, scene.Input{Turn: [3]float64{0, -1, 0}}},
		{"nose up", map[int][2]float64{controlTurn: {0, 1}}, ahead, scene.Input{Turn: [3]float64{1, 0, 0}}},
		{"roll left", map[int][2]float64{controlRollLeft: {1}}, ahead, scene.Input{Turn: [3]float64{0, 0, 1}}},
		{"roll right", map[int][2]float64{controlRollRight: {1}}, ahead, scene.Input{Turn: [3]float64{0, 0, -1}}},
		{"rise", map[int][2]float64{controlRise: {1}}, ahead, scene.Input{Move: [3]float64{0, 1, 0}}},
		{"sink", map[int][2]float64{controlSink: {1}}, ahead, scene.Input{Move: [3]float64{0, -1, 0}}},
		{"a worn stick", map[int][2]float64{controlMove: {0.08, -0.08}, controlTurn: {-0.11, 0}}, ahead, scene.Input{}},
		{"a stick's end", map[int][2]float64{controlMove: {0.96, 0}}, ahead, scene.Input{Move: [3]float64{1, 0, 0}}},
		{"half a stick", map[int][2]float64{controlMove: {0.535, 0}}, ahead, scene.Input{Move: [3]float64{0.5, 0, 0}}},
		{"half a trigger", map[int][2]float64{controlRise: {0.535}}, ahead, scene.Input{Move: [3]float64{0, 0.5, 0}}},
		{"no numbers", map[int][2]float64{controlMove: {math.NaN(), 1}, controlTurn: {math.Inf(1), 0}, controlRise: {math.NaN()}}, ahead, scene.Input{}},
		{"fly there", map[int][2]float64{controlFly: {1}}, [2]openxr.Pose{pointing(0, 0), pointing(90, 0)}, scene.Input{Move: [3]float64{-1, 0, 0}}},
		{"fly up there", map[int][2]float64{controlFly: {1}}, [2]openxr.Pose{pointing(0, 0), pointing(0, 90)}, scene.Input{Move: [3]float64{0, 1, 0}}},
		{"turn there", map[int][2]float64{controlSteer: {1}}, [2]openxr.Pose{pointing(22.5, 0), pointing(0, 0)}, scene.Input{Turn: [3]float64{0, 0.5, 0}}},
		{"turn down there", map[int][2]float64{controlSteer: {1}}, [2]openxr.Pose{pointing(0, -90), pointing(0, 0)}, scene.Input{Turn: [3]float64{-1, 0, 0}}},
		{"both ways", map[int][2]float64{controlFly: {1}, controlMove: {0, 1}}, ahead, scene.Input{Move: [3]float64{0, 0, -1}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c controls
			s := newSeat(false)
			got := c.sample(&hardware{at: tt.at, aims: tt.aims}, &s, 0)
			for i := range 3 {
				if math.Abs(got.Move[i]-tt.want.Move[i]) > 1e-6 || math.Abs(got.Turn[i]-tt.want.Turn[i]) > 1e-6 {
					t.Fatalf("%+v, want %+v", got, tt.want)
				}
			}
		})
	}
}

// A hand that is not tracked points nowhere.
func TestAimLost(t *testing.T) {
	var c controls
	s := newSeat(false)
	h := &hardware{at: map[int][2]float64{controlFly: {1}, controlSteer: {1}}, aims: [2]openxr.Pose{pointing(45, 0), pointing(45, 0)}, lost: [2]bool{true, true}}
	if got := c.sample(h, &s, 0); got != (scene.Input{}) {
		t.Errorf("%+v", got)
	}
}

// A button counts in the sample in which it went down, and then not until it was
// let go.
func TestButtons(t *testing.T) {
	for n, button := range map[int]scene.Buttons{
		controlPause: scene.ButtonPause, controlFaster: scene.ButtonFaster, controlSlower: scene.ButtonSlower,
		controlScreenshot: scene.ButtonScreenshot, controlLabels: scene.ButtonLabels,
	} {
		var c controls
		s := newSeat(false)
		var got []scene.Buttons
		for _, down := range []float64{0, 1, 1, 0, 1} {
			h := &hardware{at: map[int][2]float64{n: {down}}}
			got = append(got, c.sample(h, &s, 0).Buttons)
		}
		if want := []scene.Buttons{0, button, 0, 0, button}; !slices.Equal(got, want) {
			t.Errorf("control %d: %v, want %v", n, got, want)
		}
	}
}

// Both sticks that are held for a second recentre, once.
func TestHoldToRecentre(t *testing.T) {
	var c controls
	s := newSeat(false)
	press := func(left, right float64, at time.Duration) bool {
		h := &hardware{at: map[int][2]float64{controlRecentreLeft: {left}, controlRecentreRight: {right}}}
		c.sample(h, &s, at)
		return c.takeRecentre()
	}
	for _, tt := range []struct {
		left, right float64
		at          time.Duration
		want        bool
	}{
		{1, 0, 0, false},
		{1, 0, 2 * time.Second, false}, // one only
		{1, 1, 3 * time.Second, false},
		{1, 1, 3900 * time.Millisecond, false},
		{1, 1, 4 * time.Second, true},
		{1, 1, 9 * time.Second, false}, // still held
		{0, 1, 10 * time.Second, false},
		{1, 1, 11 * time.Second, false},
		{1, 1, 12 * time.Second, true},
	} {
		if got := press(tt.left, tt.right, tt.at); got != tt.want {
			t.Errorf("at %v: %v, want %v", tt.at, got, tt.want)
		}
	}
}

// Every kind of controller can fly, turn, open the menu and recentre, and every binding
// is of the control's kind.
func TestProfiles(t *testing.T) {
	kinds := map[int]openxr.Kind{}
	for _, set := range controlSets {
		for _, c := range set.controls {
			kinds[len(kinds)] = c.kind
		}
	}
	if len(kinds) != controlCount {
		t.Fatalf("%d controls, want %d", len(kinds), controlCount)
	}
	if len(profiles) != 21 {
		t.Errorf("%d profiles, want 21", len(profiles))
	}
	seen := map[string]bool{}
	for _, p := range profiles {
		if seen[p.path] {
			t.Errorf("%s is there twice", p.path)
		}
		seen[p.path] = true
		bound := map[int]bool{}
		for _, b := range p.bindings {
			bound[b.Control] = true
			stick := strings.HasSuffix(b.Path, "/thumbstick") || strings.HasSuffix(b.Path, "/trackpad") ||
				strings.HasSuffix(b.Path, "/thumbstick_left") || strings.HasSuffix(b.Path, "/thumbstick_right")
			if (kinds[b.Control] == openxr.Stick) != stick || (kinds[b.Control] == openxr.Aim) != strings.HasSuffix(b.Path, "/aim/pose") {
				t.Errorf("%s: control %d is worked by %s", p.path, b.Control, b.Path)
			}
		}
		for _, need := range [][]int{{controlFly, controlMove}, {controlSteer, controlTurn}, {controlMenu}, {controlRecentreLeft}, {controlRecentreRight}} {
			if !slices.ContainsFunc(need, func(n int) bool { return bound[n] }) {
				t.Errorf("%s works none of the controls %d", p.path, need)
			}
		}
	}
}

// What the hands do arrives, with each of the kinds of controllers that the
// simulated headset has.
func TestHands(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steps []string
		want  scene.Input
	}{
		{
			"khr/simple_controller",
			[]string{"right select/click on", "right turn 0 0 0", "left menu/click on"},
			scene.Input{Move: [3]float64{0, 0, -1}},
		},
		{"khr/simple_controller", []string{"left select/click on", "left turn 90 0 0"}, scene.Input{Turn: [3]float64{0, 1, 0}}},
		{
			"oculus/touch_controller",
			[]string{"left thumbstick 0 1", "right thumbstick 1 0", "left x/click on"},
			scene.Input{Move: [3]float64{0, 0, -1}, Turn: [3]float64{0, -1, 0}, Buttons: scene.ButtonPause},
		},
		{
			"oculus/touch_controller",
			[]string{"right trigger/value 1", "right turn 0 90 0", "left squeeze/value 1", "right b/click on"},
			scene.Input{Move: [3]float64{0, 1, 0}, Turn: [3]float64{0, 0, 1}, Buttons: scene.ButtonFaster},
		},
		{"valve/index_controller", []string{"left thumbstick 1 0", "left b/click on"}, scene.Input{Move: [3]float64{1, 0, 0}, Buttons: scene.ButtonPause}},
		{
			"htc/vive_controller",
			[]string{"left trackpad 0 -1", "right squeeze/click on", "right menu/click on"},
			scene.Input{Move: [3]float64{0, 0, 1}, Turn: [3]float64{0, 0, -1}, Buttons: scene.ButtonPause},
		},
		{"microsoft/motion_controller", []string{"right thumbstick 0 1", "right trackpad/click on"}, scene.Input{Turn: [3]float64{1, 0, 0}, Buttons: scene.ButtonFaster}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report := simulate(t, append([]string{"profile " + tt.name}, tt.steps...)...)
			f := fly(t, Options{})
			f.draws(5)
			want := tt.want
			for i := range 3 {
				if math.Abs(f.input.Move[i]-want.Move[i]) > 1e-5 || math.Abs(f.input.Turn[i]-want.Turn[i]) > 1e-5 {
					t.Fatalf("input %+v, want %+v", f.input, want)
				}
			}
			if f.input.Buttons != want.Buttons {
				t.Errorf("buttons %b, want %b", f.input.Buttons, want.Buttons)
			}
			f.land()
			checkReport(t, report)
		})
	}
}

// Without the focus nothing is pressed.
func TestHandsWithoutFocus(t *testing.T) {
	simulate(t, "left thumbstick 0 1", "session visible")
	f := fly(t, Options{})
	f.draws(5)
	if f.input != (scene.Input{}) {
		t.Errorf("input %+v", f.input)
	}
}
