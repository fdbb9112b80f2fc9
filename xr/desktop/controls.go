package desktop

import (
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/scene"
)

// stick is a pair of keys that move an axis of [scene.Input].
type stick struct{ more, less glfw.Key }

// In the order of the axes of scene.Input.
var (
	moveKeys = [3]stick{{glfw.KeyD, glfw.KeyA}, {glfw.KeyR, glfw.KeyF}, {glfw.KeyS, glfw.KeyW}}
	turnKeys = [3]stick{{glfw.KeyUp, glfw.KeyDown}, {glfw.KeyLeft, glfw.KeyRight}, {glfw.KeyQ, glfw.KeyE}}
)

var buttonKeys = map[glfw.Key]scene.Buttons{
	glfw.KeySpace:  scene.ButtonPause,
	glfw.KeyPeriod: scene.ButtonFaster,
	glfw.KeyComma:  scene.ButtonSlower,
	glfw.KeyF12:    scene.ButtonScreenshot,
	glfw.KeyL:      scene.ButtonLabels,
	glfw.KeyF11:    scene.ButtonFullscreen,
	glfw.KeyV:      scene.ButtonHeadset,
	glfw.KeyHome:   scene.ButtonRecentre,
}

// dragReach is how far the mouse is dragged for a full deflection, as a share of
// the window's height.
const dragReach = 0.25

// controls holds what keyboard and mouse do, as their events tell.
type controls struct {
	held    [glfw.KeyLast + 1]bool
	pressed scene.Buttons // since the last sample
	escape  bool          // pressed since the last sample

	x, y         float64 // of the mouse, in screen coordinates
	dragging     bool
	fromX, fromY float64 // where the drag began
	reach        float64 // of the drag, in screen coordinates
}

// key takes an event of the keyboard. GLFW releases all keys when the window
// loses the focus.
func (c *controls) key(key glfw.Key, action glfw.Action, mods glfw.ModifierKey) {
	if key < 0 || int(key) >= len(c.held) {
		return // a key that GLFW has no name for
	}
	if action == glfw.Release {
		c.held[key] = false
		return
	}
	if action != glfw.Press || mods&(glfw.ModControl|glfw.ModAlt|glfw.ModSuper) != 0 {
		return // a repetition, or a shortcut of the desktop
	}
	c.held[key] = true
	c.pressed |= buttonKeys[key]
	c.escape = c.escape || key == glfw.KeyEscape
}

// move takes the mouse to (x, y).
func (c *controls) move(x, y float64) { c.x, c.y = x, y }

// press begins a drag in a window that is so high, in screen coordinates.
func (c *controls) press(height int) {
	c.dragging, c.fromX, c.fromY = true, c.x, c.y
	c.reach = dragReach * float64(max(height, 1))
}

// release ends a drag.
func (c *controls) release() { c.dragging = false }

// sample returns the input and forgets the buttons.
func (c *controls) sample() scene.Input {
	in := scene.Input{Buttons: c.pressed}
	for i := range moveKeys {
		in.Move[i] = c.deflection(moveKeys[i])
		in.Turn[i] = c.deflection(turnKeys[i])
	}
	if c.dragging {
		in.Turn[0] = clamp(in.Turn[0] - (c.y-c.fromY)/c.reach)
		in.Turn[1] = clamp(in.Turn[1] - (c.x-c.fromX)/c.reach)
	}
	c.pressed, c.escape = 0, false
	return in
}

func (c *controls) deflection(s stick) (d float64) {
	if c.held[s.more] {
		d++
	}
	if c.held[s.less] {
		d--
	}
	return d
}

func clamp(x float64) float64 { return max(-1, min(1, x)) }
