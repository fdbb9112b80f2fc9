package desktop

import (
	"errors"
	"fmt"
	"log"
	"runtime"
	"strings"
	"unsafe"

	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine"
)

// Context is a window, hidden until a [Display] shows it, and the OpenGL 4.1
// core context in it; it is an [engine.Context]. All its methods are for the
// main thread.
type Context struct{ window *glfw.Window }

// OpenContext creates the window, width by height in screen coordinates. Errors
// wrap [engine.ErrUnavailable].
func OpenContext(title string, width, height int) (*Context, error) {
	if err := attempt(initialise); err != nil {
		remedy := "set DISPLAY, or draw without a window (--mode headless)"
		if runtime.GOOS == "windows" {
			remedy = "log on to a desktop"
		}
		return nil, engine.Unavailable(fmt.Errorf("a window needs a screen: %w; %s", err, remedy))
	}
	c := &Context{}
	err := attempt(func() (err error) {
		c.window, err = createWindow(title, width, height)
		return err
	})
	if err != nil {
		glfw.Terminate()
		return nil, engine.Unavailable(fmt.Errorf("OpenGL 4.1 is needed to draw in a window: %w; update the graphics driver", err))
	}
	return c, nil
}

func initialise() error {
	if err := glfw.Init(); err != nil {
		return err
	}
	glfw.GetPrimaryMonitor() // panics if Init failed, which Init does not always tell
	return nil
}

func createWindow(title string, width, height int) (*glfw.Window, error) {
	glfw.DefaultWindowHints()
	for hint, value := range map[glfw.Hint]int{
		glfw.ContextVersionMajor: 4,
		glfw.ContextVersionMinor: 1,
		glfw.OpenGLProfile:       glfw.OpenGLCoreProfile,
		glfw.Visible:             glfw.False,
		glfw.ScaleToMonitor:      glfw.True,
		glfw.AutoIconify:         glfw.False, // a click on another screen leaves a full one as it is
		glfw.AlphaBits:           0,          // or a compositor lets the desktop shine through
		glfw.DepthBits:           0,          // the renderer has its own
		glfw.StencilBits:         0,
	} {
		glfw.WindowHint(hint, value)
	}
	w, err := glfw.CreateWindow(width, height, title, nil, nil)
	if err == nil && w == nil {
		err = errors.New("there is no window")
	}
	return w, err
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
	return attempt(func() error {
		c.window.MakeContextCurrent()
		return nil
	})
}

// ProcAddr implements [engine.Context]. The context must be current.
func (c *Context) ProcAddr(name string) unsafe.Pointer { return glfw.GetProcAddress(name) }

// Close implements [engine.Context]: it destroys the window.
func (c *Context) Close() error {
	c.window.Destroy()
	glfw.Terminate()
	return nil
}
