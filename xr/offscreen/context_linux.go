package offscreen

/*
#cgo LDFLAGS: -ldl
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <stdlib.h>
#include "egl_linux.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"github.com/spacetime-vr/spacetime/engine"
)

// Context is an OpenGL 4.1 core context without a screen; it is an
// [engine.Context]. There may be several.
type Context struct {
	// display is EGL's connection to a device. It is the process's, as the
	// library is: EGL gives the same one to all who ask for the device, and
	// ending it would end their contexts too.
	display unsafe.Pointer
	context unsafe.Pointer
}

// OpenContext creates a context: on the first graphics card that has OpenGL 4.1,
// else on Mesa's software renderer, which alone is tried where Mesa's variable
// LIBGL_ALWAYS_SOFTWARE is true. Errors wrap [engine.ErrUnavailable]. It may be
// called on any thread and makes nothing current.
func OpenContext() (*Context, error) {
	if err := loadEGL(); err != nil {
		return nil, err
	}
	software, _ := strconv.ParseBool(os.Getenv("LIBGL_ALWAYS_SOFTWARE"))
	var reasons []error
	for _, p := range platforms(devices(), software) {
		c, err := p.open()
		if err == nil {
			return c, nil
		}
		reasons = append(reasons, err)
	}
	return nil, unavailable(reasons)
}

// loadEGL opens the library, once in a process.
var loadEGL = sync.OnceValue(func() error { return load("libEGL.so.1") })

func load(library string) error {
	name := C.CString(library)
	defer C.free(unsafe.Pointer(name))
	if missing := C.offscreen_load(name); missing != nil {
		return engine.Unavailable(fmt.Errorf("EGL is needed to draw without a window: %s; install libegl1", C.GoString(missing)))
	}
	return nil
}

// unavailable is the one line that says why no platform would do.
func unavailable(reasons []error) error {
	texts := make([]string, len(reasons))
	for i, r := range reasons {
		texts[i] = r.Error()
	}
	return engine.Unavailable(fmt.Errorf("OpenGL 4.1 is needed to draw without a window (%s); install the graphics card's driver, or libgl1-mesa-dri to draw on the processor",
		strings.Join(texts, ", ")))
}

// device is a graphics device that EGL lists.
type device struct {
	handle   unsafe.Pointer // EGLDeviceEXT
	software bool           // Mesa's, on the processor
}

// maxDevices is more than a machine has.
const maxDevices = 32

func devices() []device {
	var handles [maxDevices]unsafe.Pointer
	n := C.offscreen_devices(&handles[0], maxDevices)
	list := make([]device, n)
	for i := range list {
		extensions := C.GoString(C.offscreen_device_extensions(handles[i]))
		list[i] = device{handles[i], strings.Contains(extensions, "EGL_MESA_device_software")}
	}
	return list
}

// platform is a way to a context: a device, or the one that Mesa picks when the
// device is nil.
type platform struct {
	name   string
	kind   C.uint
	device unsafe.Pointer
}

// platforms puts the ways to a context in the order in which they are tried:
// graphics cards, what Mesa picks, the processor. The cards come before Mesa's
// pick because NVIDIA's driver is only found among the devices, and Mesa draws
// on the processor beside it.
func platforms(devices []device, software bool) []platform {
	var cards, processor []platform
	for i, d := range devices {
		p := platform{fmt.Sprintf("device %d", i), C.EGL_PLATFORM_DEVICE_EXT, d.handle}
		switch {
		case d.software:
			processor = append(processor, p)
		case !software:
			cards = append(cards, p)
		}
	}
	mesa := platform{"Mesa surfaceless", C.EGL_PLATFORM_SURFACELESS_MESA, nil}
	return append(append(cards, mesa), processor...)
}

// errOld is EGL's answer to a version that it does not have.
var errOld = errors.New("its OpenGL is older than 4.1")

func (p platform) open() (*Context, error) {
	c := &Context{}
	if err := result("no display", int(C.offscreen_open(p.kind, p.device, &c.display))); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	code := int(C.offscreen_create(c.display, &c.context))
	if code == C.EGL_BAD_MATCH {
		return nil, fmt.Errorf("%s: %w", p.name, errOld)
	}
	if err := result("eglCreateContext", code); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	return c, nil
}

// MakeCurrent implements [engine.Context].
func (c *Context) MakeCurrent() error {
	return result("eglMakeCurrent", int(C.offscreen_use(c.display, c.context)))
}

// ProcAddr implements [engine.Context].
func (c *Context) ProcAddr(name string) unsafe.Pointer {
	s := C.CString(name)
	defer C.free(unsafe.Pointer(s))
	return C.offscreen_address(s)
}

// Close implements [engine.Context].
func (c *Context) Close() error {
	return result("eglDestroyContext", int(C.offscreen_destroy(c.display, c.context)))
}

// codes are EGL's errors, from 0x3001 on (EGL 1.5, section 3.1).
var codes = [...]string{
	"EGL_NOT_INITIALIZED", "EGL_BAD_ACCESS", "EGL_BAD_ALLOC", "EGL_BAD_ATTRIBUTE", "EGL_BAD_CONFIG",
	"EGL_BAD_CONTEXT", "EGL_BAD_CURRENT_SURFACE", "EGL_BAD_DISPLAY", "EGL_BAD_MATCH", "EGL_BAD_NATIVE_PIXMAP",
	"EGL_BAD_NATIVE_WINDOW", "EGL_BAD_PARAMETER", "EGL_BAD_SURFACE", "EGL_CONTEXT_LOST",
}

// result turns an error of EGL into a Go error that says what went wrong.
func result(what string, code int) error {
	if code == C.EGL_SUCCESS {
		return nil
	}
	if i := code - C.EGL_NOT_INITIALIZED; i >= 0 && i < len(codes) {
		return fmt.Errorf("%s: %s", what, codes[i])
	}
	return fmt.Errorf("%s: EGL error %#x", what, code)
}
