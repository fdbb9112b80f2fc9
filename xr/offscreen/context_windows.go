package offscreen

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine"
)

// Context is an OpenGL 4.1 core context in a window that is never shown; it is
// an [engine.Context]. All its methods are for the main thread, and there may be
// one.
type Context struct{ window *glfw.Window }

// OpenContext creates a context. Errors wrap [engine.ErrUnavailable].
func OpenContext() (*Context, error) {
	if err := glfw.Init(); err != nil {
		return nil, fmt.Errorf("a hidden window is needed to draw without one to see: %w: %w; log on to a desktop", err, engine.ErrUnavailable)
	}
	glfw.DefaultWindowHints()
	glfw.WindowHint(glfw.ContextVersionMajor, 4)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	glfw.WindowHint(glfw.OpenGLProfile, glfw.OpenGLCoreProfile)
	glfw.WindowHint(glfw.Visible, glfw.False)
	w, err := glfw.CreateWindow(1, 1, "", nil, nil)
	if err == nil && w == nil {
		err = errors.New("there is no window")
	}
	if err != nil {
		glfw.Terminate()
		return nil, fmt.Errorf("OpenGL 4.1 is needed to draw: %w: %w; update the graphics driver", err, engine.ErrUnavailable)
	}
	return &Context{w}, nil
}

// MakeCurrent implements [engine.Context].
func (c *Context) MakeCurrent() error {
	c.window.MakeContextCurrent()
	return nil
}

// ProcAddr implements [engine.Context]. The context must be current.
func (c *Context) ProcAddr(name string) unsafe.Pointer { return glfw.GetProcAddress(name) }

// Close implements [engine.Context].
func (c *Context) Close() error {
	c.window.Destroy()
	glfw.Terminate()
	return nil
}
