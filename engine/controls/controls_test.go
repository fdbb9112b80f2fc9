package controls

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/spacetime-vr/spacetime/scene"
)

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for c := Control(1); int(c) < NumControls; c++ {
		if seen[c.String()] {
			t.Errorf("two controls are called %s", c)
		}
		seen[c.String()] = true
		for _, name := range []string{c.String(), strings.ToUpper(c.String()), strings.ReplaceAll(strings.ToLower(c.String()), " ", "")} {
			if got, err := Parse(name); got != c || err != nil {
				t.Errorf("%q is %v, %v", name, got, err)
			}
		}
	}
	for _, name := range []string{"", "none", "Pad Q", "W+"} {
		if c, err := Parse(name); err == nil {
			t.Errorf("%q is %v", name, c)
		}
	}
}

func TestActions(t *testing.T) {
	seen := map[string]bool{}
	for a := range NumActions {
		i := a.Info()
		if i.ID == "" || i.Title == "" || i.Group == "" || seen[i.ID] {
			t.Errorf("action %d: %+v", a, i)
		}
		seen[i.ID] = true
		if got, ok := ParseAction(i.ID); got != a || !ok {
			t.Errorf("%s is %v", i.ID, got)
		}
	}
}

// TestDefaultsAreClear: nothing of a plain start does two things.
func TestDefaultsAreClear(t *testing.T) {
	b := Defaults()
	for d := range NumDevices {
		for a := range NumActions {
			if b.Conflict(d, a) {
				t.Errorf("%s: %s conflicts", d, a)
			}
			if !b.IsDefault(d, a) {
				t.Errorf("%s: %s is not as at first", d, a)
			}
		}
	}
	for a := range NumActions {
		if b.Of(Keys, a)[0] == None {
			t.Errorf("%s has no key", a)
		}
	}
}

func press(h *Hands, names ...string) {
	for _, name := range names {
		h.Key(named(name), EventPress)
	}
}

func TestInput(t *testing.T) {
	for _, tt := range []struct {
		keys []string
		want scene.Input
	}{
		{nil, scene.Input{}},
		{[]string{"W"}, scene.Input{Move: [3]float64{0, 0, -1}}},
		{[]string{"S"}, scene.Input{Move: [3]float64{0, 0, 1}}},
		{[]string{"A"}, scene.Input{Move: [3]float64{-1, 0, 0}}},
		{[]string{"D"}, scene.Input{Move: [3]float64{1, 0, 0}}},
		{[]string{"R"}, scene.Input{Move: [3]float64{0, 1, 0}}},
		{[]string{"F"}, scene.Input{Move: [3]float64{0, -1, 0}}},
		{[]string{"Up"}, scene.Input{Turn: [3]float64{1, 0, 0}}},
		{[]string{"Down"}, scene.Input{Turn: [3]float64{-1, 0, 0}}},
		{[]string{"Left"}, scene.Input{Turn: [3]float64{0, 1, 0}}},
		{[]string{"Right"}, scene.Input{Turn: [3]float64{0, -1, 0}}},
		{[]string{"Q"}, scene.Input{Turn: [3]float64{0, 0, 1}}},
		{[]string{"E"}, scene.Input{Turn: [3]float64{0, 0, -1}}},
		{[]string{"W", "S", "D", "Q"}, scene.Input{Move: [3]float64{1, 0, 0}, Turn: [3]float64{0, 0, 1}}},
		{[]string{"Space"}, scene.Input{Buttons: scene.ButtonPause}},
		{[]string{"Period"}, scene.Input{Buttons: scene.ButtonFaster}},
		{[]string{"Equal"}, scene.Input{Zoom: 1}},
		{[]string{"Minus"}, scene.Input{Zoom: -1}},
		{[]string{"T", "M", "J", "Wheel Up"}, scene.Input{Buttons: scene.ButtonTravel | scene.ButtonNextBookmark | scene.ButtonOrbits | scene.ButtonThrottleUp}},
		{[]string{"F12", "L"}, scene.Input{Buttons: scene.ButtonScreenshot | scene.ButtonLabels}},
		{[]string{"none"[:0]}, scene.Input{}},
	} {
		h, b := &Hands{Options: DefaultOptions}, Defaults()
		for _, key := range tt.keys {
			if c, err := Parse(key); err == nil {
				h.Key(c, EventPress)
			} else {
				h.Key(None, EventPress)
			}
		}
		h.Begin(time.Second)
		if got := b.Input(h); got != tt.want {
			t.Errorf("%v: %+v, want %+v", tt.keys, got, tt.want)
		}
		h.End()
		held := tt.want
		held.Buttons = 0 // once
		if got := b.Input(h); got != held {
			t.Errorf("%v still held: %+v, want %+v", tt.keys, got, held)
		}
		h.Rest()
		if got := b.Input(h); got != (scene.Input{}) {
			t.Errorf("%v at rest: %+v", tt.keys, got)
		}
	}
}

// TestEveryActionDoesSomething: those that no axis and no button has are the
// menu's.
func TestEveryActionDoesSomething(t *testing.T) {
	for a := range NumActions {
		h, b := &Hands{Options: DefaultOptions}, Defaults()
		h.Key(b.Of(Keys, a)[0], EventPress)
		menu := a >= OpenMenu && a <= OpenPhoto
		if idle := b.Input(h) == (scene.Input{}); idle != menu {
			t.Errorf("%s does nothing: %t", a, idle)
		}
	}
}

func TestRebind(t *testing.T) {
	b, h := Defaults(), &Hands{}
	if err := b.Bind(FlyForward, named("I")); err != nil {
		t.Fatal(err)
	}
	press(h, "I")
	if b.Value(h, FlyForward) != 1 || b.Names(Keys, FlyForward)[0] != "I" || b.Names(Keys, FlyForward)[1] != "W" {
		t.Errorf("forward is %v", b.Names(Keys, FlyForward))
	}
	if err := b.Bind(FlyForward, named("O")); err != nil { // that of orbit
		t.Fatal(err)
	}
	if others := b.Others(FlyForward, named("O")); len(others) != 1 || others[0] != Orbit || !b.Conflict(Keys, FlyForward) || !b.Conflict(Keys, Orbit) {
		t.Errorf("others %v", others)
	}
	b.Unbind(Orbit, named("O"))
	if b.Conflict(Keys, FlyForward) || b.Of(Keys, Orbit) != [Slots]Control{} {
		t.Error("still in conflict")
	}
	b.Reset(Keys, FlyForward)
	if !b.IsDefault(Keys, FlyForward) || b.IsDefault(Keys, Orbit) {
		t.Error("not reset")
	}
	if err := b.Bind(Orbit, Escape); err == nil {
		t.Error("escape is bound to orbit")
	}
	for _, name := range []string{"M", "F10"} {
		if err := b.Bind(OpenMenu, named(name)); err != nil {
			t.Fatal(err)
		}
	}
	if !b.Has(OpenMenu, Escape) || !b.Has(OpenMenu, named("F10")) {
		t.Errorf("the menu is %v", b.Names(Keys, OpenMenu))
	}
	b.Unbind(OpenMenu, Escape)
	if !b.Has(OpenMenu, Escape) {
		t.Error("the menu has no escape")
	}
}

func tables(t *testing.T, text string) (tables [NumDevices]any) {
	t.Helper()
	var values map[string]any
	if err := toml.Unmarshal([]byte(text), &values); err != nil {
		t.Fatal(err)
	}
	return [NumDevices]any{values["keys"], values["gamepad"]}
}

func TestRead(t *testing.T) {
	b, wrong := Read(tables(t, "[keys]\nforward = [\"I\", \"keypad 8\"]\nscreenshot = \"Print Screen\"\norbit = []\n[gamepad]\ntravel = \"Pad X\""))
	if len(wrong) > 0 {
		t.Error(wrong)
	}
	for _, want := range []struct {
		d     Device
		a     Action
		names string
	}{{Keys, FlyForward, "I,Keypad 8"}, {Keys, Screenshot, "Print Screen"}, {Keys, Orbit, ""}, {Gamepad, Travel, "Pad X"}, {Keys, FlyBack, "S"}} {
		if got := strings.Join(b.Names(want.d, want.a), ","); got != want.names {
			t.Errorf("%s %s: %q, want %q", want.d, want.a, got, want.names)
		}
	}
}

func TestReadWrong(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"keys = 3", "[keys] is not a table of actions"},
		{"[keys]\nfly-to-andromeda = \"W\"", "[keys] fly-to-andromeda: there is no such action"},
		{"[keys]\nforward = \"Any\"", `[keys] forward: there is no key or button "Any"`},
		{"[keys]\nforward = 3", "[keys] forward: 3 is not the name of a key or a button"},
		{"[keys]\nforward = [[\"W\"]]", "[keys] forward: [W] is not the name"},
		{"[keys]\nforward = \"Pad A\"", "[keys] forward: Pad A belongs into [gamepad]"},
		{"[gamepad]\nforward = \"W\"", "[gamepad] forward: W belongs into [keys]"},
		{"[keys]\nforward = [\"A\", \"B\", \"C\"]", "[keys] forward: 3 controls"},
		{"[keys]\nforward = \"Escape\"", "[keys] forward: Escape always opens the menu"},
	} {
		b, wrong := Read(tables(t, tt.text))
		if len(wrong) != 1 || !strings.Contains(wrong[0].String(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, wrong, tt.want)
		}
		if b != Defaults() {
			t.Errorf("%q: not as at first", tt.text)
		}
	}
}

// FuzzRead: whatever a file says, the menu can be opened, nothing of one device is
// in the other's table, and what is read is what is written.
func FuzzRead(f *testing.F) {
	f.Add("[keys]\nforward = [\"I\", \"keypad 8\"]\n[gamepad]\nforward = \"Pad A\"")
	f.Add("keys = 1")
	f.Add("[keys]\nmenu = []\norbit=\"Escape\"")
	f.Fuzz(func(t *testing.T, text string) {
		var values map[string]any
		if toml.Unmarshal([]byte(text), &values) != nil {
			t.Skip()
		}
		b, _ := Read([NumDevices]any{values["keys"], values["gamepad"]})
		if !b.Has(OpenMenu, Escape) {
			t.Fatal("no way to the menu")
		}
		var again [NumDevices]any
		for d := range NumDevices {
			table := map[string]any{}
			for a := range NumActions {
				list := []any{}
				for _, name := range b.Names(d, a) {
					list = append(list, name)
				}
				table[a.String()] = list
			}
			again[d] = table
		}
		// A list may have blanks before its second control; written, it has none.
		c, wrong := Read(again)
		if len(wrong) > 0 {
			t.Fatal(wrong)
		}
		for d := range NumDevices {
			for a := range NumActions {
				for i, name := range b.Names(d, a) {
					if c.Names(d, a)[i] != name {
						t.Fatalf("%s %s: %v, then %v", d, a, b.Names(d, a), c.Names(d, a))
					}
				}
			}
		}
	})
}

func TestStick(t *testing.T) {
	for _, tt := range []struct{ x, want float64 }{
		{0, 0},
		{0.15, 0},                             // the dead zone's edge
		{0.575, math.Pow(0.5, 1.6)},           // half of what is beyond it
		{1, 1},                                //
		{math.NaN(), 0},                       //
		{7, 1},                                // a driver's nonsense
		{math.Inf(1), 1},                      //
		{0.2, math.Pow((0.2-0.15)/0.85, 1.6)}, //
	} {
		h, b := &Hands{Options: DefaultOptions}, Defaults()
		h.SetPad("Pad", &Pad{Sticks: [4]float64{tt.x, 0, 0, -tt.x}})
		in := b.Input(h)
		if math.Abs(in.Move[0]-tt.want) > 1e-6 || math.Abs(in.Turn[0]-tt.want) > 1e-6 {
			t.Errorf("stick at %g: %v and %v, want %g", tt.x, in.Move, in.Turn, tt.want)
		}
		h.Options.InvertLook = true
		h.SetPad("Pad", &Pad{Sticks: [4]float64{tt.x, 0, 0, -tt.x}})
		if in = b.Input(h); math.Abs(in.Turn[0]+tt.want) > 1e-6 {
			t.Errorf("stick at %g, inverted: %v", tt.x, in.Turn)
		}
	}
}

// TestHold: what is held is what is pressed.
func TestHold(t *testing.T) {
	for c := padAt; int(c) < NumControls; c++ {
		h, pad := &Hands{Options: DefaultOptions}, &Pad{}
		pad.Hold(None)
		pad.Hold(c)
		h.SetPad("Pad", pad)
		for other := Control(1); int(other) < NumControls; other++ {
			if (h.Value(other) == 1) != (other == c) {
				t.Errorf("%s is held, %s is at %g", c, other, h.Value(other))
			}
		}
	}
}

// TestUnplugged: a pad that goes in flight leaves the sticks at rest and says so
// once.
func TestUnplugged(t *testing.T) {
	h, b := &Hands{Options: DefaultOptions}, Defaults()
	h.SetPad("", nil)
	if h.count != 0 {
		t.Error("the absence of a pad is told")
	}
	h.SetPad("Pad", &Pad{Sticks: [4]float64{0, -1, 0, 0}, Buttons: [15]bool{0: true}})
	if in := b.Input(h); in.Move[2] != -1 {
		t.Errorf("%+v", in)
	}
	h.End()
	h.SetPad("", nil)
	if in := b.Input(h); in != (scene.Input{}) || h.PadName != "" {
		t.Errorf("unplugged: %+v", in)
	}
	gone := 0
	for range 3 {
		for _, e := range h.Events() {
			if e.Kind == EventPadGone {
				gone++
			}
		}
		h.End()
		h.SetPad("", nil)
	}
	if gone != 1 {
		t.Errorf("told %d times", gone)
	}
}

func TestRepeat(t *testing.T) {
	h := &Hands{Options: DefaultOptions}
	presses, repeats := 0, 0
	for ms := time.Duration(0); ms < 1000; ms += 10 {
		h.SetPad("Pad", &Pad{Buttons: [15]bool{13: ms < 900}})
		h.Begin(ms * time.Millisecond)
		for _, e := range h.Events() {
			switch {
			case e.Control != DPadDown && e.Kind != EventPad:
				t.Errorf("%+v", e)
			case e.Kind == EventPress:
				presses++
			case e.Kind == EventRepeat:
				repeats++
			}
		}
		h.End()
	}
	if presses != 1 || repeats < 4 || repeats > 5 {
		t.Errorf("pressed %d times, repeated %d", presses, repeats)
	}
}

func TestMouse(t *testing.T) {
	h, b := &Hands{Options: DefaultOptions, Height: 720}, Defaults()
	h.Place(100, 100)
	h.Move(400, 300)
	h.Begin(time.Second)
	if in := b.Input(h); in != (scene.Input{}) {
		t.Errorf("the mouse moves without a button: %+v", in)
	}
	h.Key(LeftButton, EventPress)
	h.Move(490, 210) // half of a quarter of the height, right and up
	h.Begin(2 * time.Second)
	if in := b.Input(h); in.Turn != [3]float64{0.5, -0.5, 0} {
		t.Errorf("dragged: %+v", in)
	}
	h.Key(LeftButton, EventRelease)
	h.Begin(3 * time.Second)
	if in := b.Input(h); in != (scene.Input{}) {
		t.Errorf("let go: %+v", in)
	}
	h.Captured = true
	h.Move(500, 210) // ten pixels in a tenth of a second: 1° of 6°
	h.Begin(3100 * time.Millisecond)
	if in := b.Input(h); math.Abs(in.Turn[1]+1.0/6) > 1e-6 {
		t.Errorf("captured: %+v", in)
	}
}

// TestWheel: a notch is an impulse, and no end of it.
func TestWheel(t *testing.T) {
	h := &Hands{Options: DefaultOptions}
	h.Begin(990 * time.Millisecond)
	h.Wheel(1)
	h.Wheel(math.NaN())
	sum := 0.0
	for ms := time.Duration(1000); ms < 3000; ms += 10 {
		h.Begin(ms * time.Millisecond)
		sum += h.Value(WheelUp) * 0.01
	}
	if math.Abs(sum-wheelS) > 0.02 {
		t.Errorf("a notch is %.3f s of full deflection, want about %g", sum, wheelS)
	}
	h.Wheel(1e9)
	if h.count > maxEvents {
		t.Error("too many events")
	}
}

func TestNothingAllocates(t *testing.T) {
	h, b, pad := &Hands{Options: DefaultOptions}, Defaults(), &Pad{}
	var now time.Duration
	var in scene.Input
	n := testing.AllocsPerRun(100, func() {
		now += 10 * time.Millisecond
		h.Key(LeftButton, EventPress)
		h.Move(1, 2)
		pad.Sticks[0] = 1 - pad.Sticks[0]
		h.SetPad("Pad", pad)
		h.Begin(now)
		in = b.Input(h)
		h.End()
	})
	if n != 0 || in.Move[0] == 7 {
		t.Errorf("%v allocations a frame", n)
	}
}
