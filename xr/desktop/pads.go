package desktop

import (
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine/controls"
)

// glfwPads are the gamepads of the machine: the first that GLFW has a mapping for
// is used until it goes.
type glfwPads struct {
	joystick glfw.Joystick
	name     string // of the one in use; "" where there is none
	stale    bool   // one came or went
}

// newPads looks for gamepads from now on. GLFW asks the system only while it
// handles events, so that looking costs nothing in a frame.
func newPads() *glfwPads {
	p := &glfwPads{stale: true}
	glfw.SetJoystickCallback(func(glfw.Joystick, glfw.PeripheralEvent) { p.stale = true })
	return p
}

// Read implements [Pads].
func (p *glfwPads) Read(pad *controls.Pad) string {
	if p.stale {
		p.stale = false
		p.choose()
	}
	if p.name == "" {
		return ""
	}
	state := p.joystick.GetGamepadState()
	if state == nil { // it went, and its event is still to come
		p.name, p.stale = "", true
		return ""
	}
	*pad = padOf(state)
	return p.name
}

// choose keeps the gamepad in use, or takes the first.
func (p *glfwPads) choose() {
	if p.name != "" && p.joystick.IsGamepad() {
		return
	}
	p.name = ""
	for j := glfw.Joystick1; j <= glfw.JoystickLast; j++ {
		if j.IsGamepad() {
			p.joystick, p.name = j, j.GetGamepadName()
			return
		}
	}
}

// padOf has the buttons in GLFW's order, which is that of package controls.
func padOf(s *glfw.GamepadState) (p controls.Pad) {
	for i := range p.Buttons {
		p.Buttons[i] = s.Buttons[i] == glfw.Press
	}
	for i := range p.Sticks {
		p.Sticks[i] = float64(s.Axes[i])
	}
	for i := range p.Triggers {
		p.Triggers[i] = (float64(s.Axes[int(glfw.AxisLeftTrigger)+i]) + 1) / 2
	}
	return p
}
