package menu

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
)

// TestDrawFits: at any size nothing lies outside of the view.
func TestDrawFits(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 4000}, {4000, 1}, {100, 100}, {320, 180}, {640, 360}, {1280, 720}, {7680, 4320}} {
		for _, open := range []func(*Menu){(*Menu).OpenRoot, (*Menu).OpenPlaces, (*Menu).OpenHelp, (*Menu).OpenPhoto, (*Menu).openSettings, (*Menu).openTime} {
			p := newPlayer(t)
			open(p.Menu)
			var o engine.Overlay
			p.Draw(&o, size[0], size[1])
			w, h := float32(size[0]), float32(size[1])
			if small := size[0] < 200 || size[1] < 100; small != (len(o.Boxes) == 0) && !(size[0] == 100) {
				t.Errorf("%v %s: %d boxes", size, p.where(), len(o.Boxes))
			}
			for _, b := range o.Boxes {
				if b.Left < 0 || b.Top < 0 || b.Right > w || b.Bottom > h {
					t.Errorf("%v %s: box %+v", size, p.where(), b)
				}
			}
			for _, l := range o.Lines {
				if l.X < 0 || l.X > w || l.Y < 0 || l.Y > h {
					t.Errorf("%v %s: line %+v %q", size, p.where(), l, o.Says(&l))
				}
			}
		}
	}
}

// says returns the lines that a page draws.
func (p *player) says(width, height int) (lines []string) {
	var o engine.Overlay
	p.Draw(&o, width, height)
	for i := range o.Lines {
		lines = append(lines, string(o.Says(&o.Lines[i])))
	}
	return lines
}

// TestHelp: the page of keys says what is bound to each action, on keys, gamepad and a
// headset's controllers, also after it was bound anew; on one page where there is room,
// as a list through which one scrolls where there is not.
func TestHelp(t *testing.T) {
	p := newPlayer(t)
	p.OpenHelp()
	follow := func(lines []string, title string) []string {
		i := slices.Index(lines, title)
		if i < 0 {
			t.Fatalf("%q is not in %q", title, lines)
		}
		return lines[i+1 : min(i+3, len(lines))]
	}
	lines := p.says(1280, 720)
	for a := range controls.NumActions {
		follow(lines, a.Info().Title)
	}
	for title, want := range map[string][]string{
		"Forward": {"W", "LS Up"}, "Speed up": {"Wheel Up, Left Shift", "Speed down"}, "Nose up": {"Up, mouse", "RS Up"},
		"Travel to the target": {"T", "A"}, "Menu": {"Escape, Right Button", "Start"}, "Next target": {"N", "D-Pad Right"}, "Fly": {"keys, mouse", "gamepad"},
	} {
		if got := follow(lines, title); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
	for range 5 {
		if p.keys("Down"); p.selected().title != "Back" {
			t.Errorf("on one page %q is selected", p.selected().title)
		}
	}
	p.keys("Escape")
	for action, name := range map[controls.Action]string{controls.FlyForward: "Keypad 8", controls.Travel: "Left Bumper"} {
		c, err := controls.Parse(name)
		if err != nil || p.host.bindings.Bind(action, c) != nil {
			t.Fatal(err)
		}
	}
	p.host.held = [][2]string{{"Menu", "left menu"}, {"Fly to where the right hand points", "right trigger"}}
	p.OpenHelp()
	lines = p.says(1280, 720)
	for title, want := range map[string][]string{
		"Forward": {"Keypad 8, W", "LS Up"}, "Travel to the target": {"T", "LB, A"},
		"Controllers": {"Menu", "left menu"}, "Fly to where the right hand points": {"right trigger", "Fly"},
	} {
		if got := follow(lines, title); !slices.Equal(got, want) {
			t.Errorf("bound anew, %s: %q, want %q", title, got, want)
		}
	}
	if list := p.says(340, 300); slices.Contains(list, "Recentre the seat") || !slices.Contains(list, "left menu") {
		t.Errorf("on a headset's sheet the list begins with %q", list)
	}
	for range 60 {
		p.press(keyDown)
		if list := p.says(340, 300); p.selected().title == "Recentre the seat" {
			if got := follow(list, "Home"); got[0] != "Recentre the seat" {
				t.Errorf("the end of the list is %q", list)
			}
			return
		}
	}
	t.Error("the end of the list is not reached")
}

// TestSpeaksOfHands: a page speaks of the keys, or of the buttons of the gamepad,
// whichever were used last.
func TestSpeaksOfHands(t *testing.T) {
	p := newPlayer(t)
	p.OpenPlaces()
	for _, tt := range []struct{ key, want string }{ // keys
		{"Down", "Enter travels there · Tab makes it a favourite"},
		{"D-Pad Down", "A travels there · Y makes it a favourite"},
		{"Up", "Enter travels there · Tab makes it a favourite"},
		{"Pad Y,Left Bumper", "A travels there · Y: no longer a favourite"},
	} {
		if p.keys(strings.Split(tt.key, ",")...); p.selected().help != tt.want {
			t.Errorf("after %s: %q, want %q", tt.key, p.selected().help, tt.want)
		}
	}
}

// TestHeadsetItems: the headset and its seat are reached without keys.
func TestHeadsetItems(t *testing.T) {
	for title, want := range map[string]scene.Buttons{"Recentre the seat": scene.ButtonRecentre, "Headset on or off": scene.ButtonHeadset} {
		p := newPlayer(t)
		p.openSettings()
		p.to(title)
		if p.keys("Pad A"); p.Open() || p.last() != fmt.Sprintf("press %d", want) {
			t.Errorf("%s: %q, open %t", title, p.last(), p.Open())
		}
	}
}

func TestDrawAllocatesNothing(t *testing.T) {
	for _, open := range []func(*Menu){(*Menu).OpenRoot, (*Menu).OpenPlaces, (*Menu).OpenHelp, (*Menu).OpenPhoto, (*Menu).openSettings, (*Menu).openTime} {
		p := newPlayer(t)
		open(p.Menu)
		var o engine.Overlay
		if n := testing.AllocsPerRun(50, func() {
			o.Reset()
			p.now += 16 * time.Millisecond
			p.Update(p.now, &p.host.state)
			p.Handle(&p.hand)
			p.Draw(&o, 1280, 720)
		}); n != 0 {
			t.Errorf("%s: %g allocations a frame", p.where(), n)
		}
	}
}
