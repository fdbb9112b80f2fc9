package desktop

import (
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// Mirror is the window of a context as an [engine.Mirror]: it shows what a
// headset shows, and takes keyboard and mouse. Make one with [NewMirror]; all
// its methods are for the main thread.
type Mirror struct{ display *Display }

// NewMirror shows the window of a context, which it makes current. The window
// never waits for the screen: the headset sets the pace. The pilot may be nil. The mouse
// counts for nothing but its wheel: what it would point at stands elsewhere in the eyes.
func NewMirror(c *Context, pilot Pilot) (*Mirror, error) {
	d, err := New(c, Options{Pilot: pilot})
	if err != nil {
		return nil, err
	}
	c.window.SetCursorPosCallback(nil)
	c.window.SetMouseButtonCallback(nil)
	return &Mirror{d}, nil
}

// Poll implements [engine.Mirror].
func (m *Mirror) Poll() (in scene.Input, open bool) {
	glfw.PollEvents()
	in = m.display.sample()
	m.display.switchFullscreen(in.Buttons)
	return in, !m.display.window.ShouldClose()
}

// Size implements [engine.Mirror].
func (m *Mirror) Size() (width, height int) {
	if !m.display.visible() {
		return 0, 0
	}
	return m.display.width, m.display.height
}

// Swap implements [engine.Mirror].
func (m *Mirror) Swap() { m.display.window.SwapBuffers() }

// Close implements [engine.Mirror].
func (m *Mirror) Close() error { return m.display.Close() }

var _ engine.Mirror = (*Mirror)(nil)
