package offscreen

import (
	"errors"
	"fmt"
	"log"
	"strings"
	"unsafe"

	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine"
)

// Context is an OpenGL 4.1 core context in a window that is never shown; it is
// an [engine.Context]. There may be several; all is for the main thread.
type Context struct{ window *glfw.Window }

// contexts are those that are open: GLFW ends with the last.
var contexts int

// OpenContext creates a context. Errors wrap [engine.ErrUnavailable].
func OpenContext() (*Context, error) {
	if err := attempt(initialise); err != nil {
		return nil, engine.Unavailable(fmt.Errorf("a hidden window is needed to draw without one to see: %w; log on to a desktop", err))
	}
	c := &Context{}
	if err := attempt(c.createWindow); err != nil {
		terminate()
		return nil, engine.Unavailable(fmt.Errorf("OpenGL 4.1 is needed to draw: %w; update the graphics driver", err))
	}
	contexts++
	return c, nil
}

func initialise() error {
	if err := glfw.Init(); err != nil {
		return err
	}
	glfw.GetPrimaryMonitor() // panics if Init failed, which Init does not always tell
	return nil
}

func (c *Context) createWindow() (err error) {
	glfw.DefaultWindowHints()
	glfw.WindowHint(glfw.ContextVersionMajor, 4)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	glfw.WindowHint(glfw.OpenGLProfile, glfw.OpenGLCoreProfile)
	glfw.WindowHint(glfw.Visible, glfw.False)
	c.window, err = glfw.CreateWindow(1, 1, "", nil, nil)
	if err == nil && c.window == nil {
		err = errors.New("there is no window")
	}
	return err
}

// attempt makes calls to GLFW whose failure its binding does not return: it
// writes errors of the platform to the standard logger, and panics with others.
func attempt(calls func() error) (err error) {
	var logged strings.Builder
	writer, flags := log.Writer(), log.Flags()
	log.SetOutput(&logged)
	log.SetFlags(0)
	defer func() {
		log.SetOutput(writer)
		log.SetFlags(flags)
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
		if first, _, _ := strings.Cut(logged.String(), "\n"); err != nil && first != "" {
			err = errors.New(strings.Trim(strings.TrimPrefix(first, "PlatformError: "), ". ")) // what came of it says less
		}
	}()
	return calls()
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
	contexts--
	terminate()
	return nil
}

func terminate() {
	if contexts == 0 {
		glfw.Terminate()
	}
}
