package desktop

import (
	"testing"

	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/scene"
)

func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		keys []glfw.Key
		want scene.Input
	}{
		{nil, scene.Input{}},
		{[]glfw.Key{glfw.KeyW}, scene.Input{Move: [3]float64{0, 0, -1}}},
		{[]glfw.Key{glfw.KeyS}, scene.Input{Move: [3]float64{0, 0, 1}}},
		{[]glfw.Key{glfw.KeyA}, scene.Input{Move: [3]float64{-1, 0, 0}}},
		{[]glfw.Key{glfw.KeyD}, scene.Input{Move: [3]float64{1, 0, 0}}},
		{[]glfw.Key{glfw.KeyR}, scene.Input{Move: [3]float64{0, 1, 0}}},
		{[]glfw.Key{glfw.KeyF}, scene.Input{Move: [3]float64{0, -1, 0}}},
		{[]glfw.Key{glfw.KeyUp}, scene.Input{Turn: [3]float64{1, 0, 0}}},
		{[]glfw.Key{glfw.KeyDown}, scene.Input{Turn: [3]float64{-1, 0, 0}}},
		{[]glfw.Key{glfw.KeyLeft}, scene.Input{Turn: [3]float64{0, 1, 0}}},
		{[]glfw.Key{glfw.KeyRight}, scene.Input{Turn: [3]float64{0, -1, 0}}},
		{[]glfw.Key{glfw.KeyQ}, scene.Input{Turn: [3]float64{0, 0, 1}}},
		{[]glfw.Key{glfw.KeyE}, scene.Input{Turn: [3]float64{0, 0, -1}}},
		{[]glfw.Key{glfw.KeyW, glfw.KeyS, glfw.KeyD, glfw.KeyQ}, scene.Input{Move: [3]float64{1, 0, 0}, Turn: [3]float64{0, 0, 1}}},
		{[]glfw.Key{glfw.KeySpace}, scene.Input{Buttons: scene.ButtonPause}},
		{[]glfw.Key{glfw.KeyPeriod}, scene.Input{Buttons: scene.ButtonFaster}},
		{[]glfw.Key{glfw.KeyComma}, scene.Input{Buttons: scene.ButtonSlower}},
		{[]glfw.Key{glfw.KeyF12}, scene.Input{Buttons: scene.ButtonScreenshot}},
		{[]glfw.Key{glfw.KeyL}, scene.Input{Buttons: scene.ButtonLabels}},
		{[]glfw.Key{glfw.KeyF11}, scene.Input{Buttons: scene.ButtonFullscreen}},
		{[]glfw.Key{glfw.KeyUnknown, glfw.KeyLast, glfw.KeyLast + 1}, scene.Input{}},
	} {
		var c controls
		for _, key := range tt.keys {
			c.key(key, glfw.Press, glfw.ModShift)
		}
		if got := c.sample(); got != tt.want {
			t.Errorf("keys %v: %+v, want %+v", tt.keys, got, tt.want)
		}
		held := tt.want
		held.Buttons = 0 // buttons are set in one sample
		for _, key := range tt.keys {
			c.key(key, glfw.Repeat, 0)
		}
		if got := c.sample(); got != held {
			t.Errorf("keys %v still held: %+v, want %+v", tt.keys, got, held)
		}
		for _, key := range tt.keys {
			c.key(key, glfw.Release, glfw.ModAlt)
		}
		if got := c.sample(); got != (scene.Input{}) {
			t.Errorf("keys %v released: %+v", tt.keys, got)
		}
	}
}

// A tap between two samples is not lost.
func TestTap(t *testing.T) {
	var c controls
	c.key(glfw.KeySpace, glfw.Press, 0)
	c.key(glfw.KeySpace, glfw.Release, 0)
	c.key(glfw.KeyL, glfw.Press, 0)
	if got := c.sample().Buttons; got != scene.ButtonPause|scene.ButtonLabels {
		t.Errorf("buttons %b", got)
	}
}

// Shortcuts of the desktop are not ours.
func TestShortcuts(t *testing.T) {
	for _, mod := range []glfw.ModifierKey{glfw.ModControl, glfw.ModAlt, glfw.ModSuper, glfw.ModAlt | glfw.ModShift} {
		var c controls
		for _, key := range []glfw.Key{glfw.KeyF, glfw.KeySpace, glfw.KeyF11, glfw.KeyEscape} {
			c.key(key, glfw.Press, mod)
		}
		if got := c.sample(); got != (scene.Input{}) || c.escape {
			t.Errorf("modifier %d: %+v", mod, got)
		}
	}
}

// Dragging turns towards where the mouse goes: a quarter of the height is all
// there is.
func TestDrag(t *testing.T) {
	for _, tt := range []struct {
		name string
		x, y float64
		turn [3]float64
	}{
		{"not at all", 300, 200, [3]float64{}},
		{"right", 350, 200, [3]float64{0, -0.5, 0}},
		{"left", 275, 200, [3]float64{0, 0.25, 0}},
		{"up", 300, 125, [3]float64{0.75, 0, 0}},
		{"down and right", 400, 300, [3]float64{-1, -1, 0}},
		{"out of the window", -500, -900, [3]float64{1, 1, 0}},
	} {
		var c controls
		c.move(10, 20)
		c.move(300, 200)
		c.press(400)
		c.move(tt.x, tt.y)
		if got := c.sample(); got != (scene.Input{Turn: tt.turn}) {
			t.Errorf("%s: %+v, want turn %v", tt.name, got, tt.turn)
		}
		if got := c.sample().Turn; got != tt.turn {
			t.Errorf("%s, and held there: turn %v, want %v", tt.name, got, tt.turn)
		}
		c.key(glfw.KeyUp, glfw.Press, 0)
		if got := c.sample().Turn[0]; got < -1 || got > 1 {
			t.Errorf("%s, with an arrow key: turn %g", tt.name, got)
		}
		c.key(glfw.KeyUp, glfw.Release, 0)
		c.release()
		c.move(0, 0)
		if got := c.sample(); got != (scene.Input{}) {
			t.Errorf("%s, released: %+v", tt.name, got)
		}
	}
}
