package desktop

import (
	"slices"
	"time"

	"github.com/go-gl/glfw/v3.3/glfw"
)

// defaultHz is the rate of a screen that does not say its own.
const defaultHz = 60

// place is where a window is and how large, in screen coordinates.
type place struct{ x, y, w, h int }

func placeOf(w *glfw.Window) (p place) {
	p.x, p.y = w.GetPos()
	p.w, p.h = w.GetSize()
	return p
}

// overlap returns how much of p lies in q.
func (p place) overlap(q place) int {
	w := min(p.x+p.w, q.x+q.w) - max(p.x, q.x)
	h := min(p.y+p.h, q.y+q.h) - max(p.y, q.y)
	return max(w, 0) * max(h, 0)
}

// mostlyOn returns which of the screens holds most of p: the first where none
// does.
func (p place) mostlyOn(screens []place) int {
	best := 0
	for i, s := range screens {
		if p.overlap(s) > p.overlap(screens[best]) {
			best = i
		}
	}
	return best
}

// monitorOf returns the monitor that most of the window is on, nil where there
// is none.
func monitorOf(w *glfw.Window) *glfw.Monitor {
	monitors := glfw.GetMonitors()
	monitors = slices.DeleteFunc(monitors, func(m *glfw.Monitor) bool { return m.GetVideoMode() == nil })
	if len(monitors) == 0 {
		return nil
	}
	screens := make([]place, len(monitors))
	for i, m := range monitors {
		mode := m.GetVideoMode()
		screens[i].x, screens[i].y = m.GetPos()
		screens[i].w, screens[i].h = mode.Width, mode.Height
	}
	return monitors[placeOf(w).mostlyOn(screens)]
}

// screenHz returns the rate of the window's screen.
func screenHz(w *glfw.Window) float64 {
	if m := monitorOf(w); m != nil && m.GetVideoMode().RefreshRate > 0 {
		return float64(m.GetVideoMode().RefreshRate)
	}
	return defaultHz
}

// swapWaits tells whether the driver of the current context can wait for the
// screen.
func swapWaits() bool {
	return slices.ContainsFunc([]string{
		"GLX_EXT_swap_control", "GLX_MESA_swap_control", "GLX_SGI_swap_control", "WGL_EXT_swap_control",
	}, glfw.ExtensionSupported)
}

// screenClock tells when frames are seen on a screen that swaps wait for. It is
// an alpha-beta filter: the swap of a frame returns about when that is seen, so
// that the time of each return corrects the time and the period that the ones
// before it let expect. A screen's rate is known to a hertz at best; the observed
// one counts.
type screenClock struct {
	period time.Duration // from one refresh to the next
	seen   time.Duration // when the last frame is seen
}

// The shares of an error by which the next frame's time and the period are
// corrected: critically damped (beta = alpha²/4), over some twenty frames.
const (
	alpha = 8   // an eighth
	beta  = 256 // a two hundred and fifty-sixth
)

// advance takes the time at which the last frame's swap returned, and returns
// when the next one will be seen.
func (c *screenClock) advance(now time.Duration) time.Duration {
	off := now - c.seen
	if off < -c.period/2 || off > c.period/2 {
		// Refreshes were missed, which says nothing about their period.
		c.seen = now + c.period
		return c.seen
	}
	c.seen += c.period + off/alpha
	c.period += off / beta
	return c.seen
}
