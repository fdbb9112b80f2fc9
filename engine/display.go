package engine

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// MaxViews is the largest number of views that a frame has: two eyes.
const MaxViews = 2

// NearM is the distance at which the depth in a target is 1; at infinity it is 0.
// A headset's runtime is told so.
const NearM = 0.05

var (
	// ErrDisplayLost says that a display is gone (a headset unplugged, a session
	// ended by its runtime): open another and call [Engine.Run] again.
	ErrDisplayLost = errors.New("display lost")
	// ErrSwitch says that the player asks for the other display, the headset from a
	// window or the window from a headset. It wraps ErrDisplayLost.
	ErrSwitch = fmt.Errorf("the player changes displays: %w", ErrDisplayLost)
	// ErrUnavailable says that this machine lacks what a display needs. The text
	// that it is wrapped in says what, and what to do.
	ErrUnavailable = errors.New("unavailable")
)

// Unavailable makes err wrap [ErrUnavailable] without a word more.
func Unavailable(err error) error { return unavailableError{err} }

type unavailableError struct{ error }

func (e unavailableError) Unwrap() []error { return []error{e.error, ErrUnavailable} }

// started is the zero of the application's monotonic clock.
var started = time.Now()

// Now reads the application's monotonic clock: the time since the process
// started. It is what [Timing.DisplayTime] is counted in.
func Now() time.Duration { return time.Since(started) }

// Context is an OpenGL 4.1 core context. It belongs to no display and outlives
// each: a headset borrows the window's or the offscreen one. All its methods
// must be called on the thread of the frame.
type Context interface {
	// MakeCurrent makes the context current on the calling thread.
	MakeCurrent() error
	// ProcAddr returns the address of the GL function name, or nil.
	ProcAddr(name string) unsafe.Pointer
	// Close destroys the context and all that was made in it.
	Close() error
}

// Display is where pictures go and what sets the pace: a window, a headset, or
// nothing to look at. The engine calls it on the thread of the frame, in this
// order: Poll, Wait, Begin, End. Every Begin has its End.
type Display interface {
	// Poll handles the events of the window system or the session. It does not
	// wait. It returns false when the user closed the display.
	Poll() (open bool, err error)
	// Wait blocks until it is time for the next frame, then samples the input.
	Wait() (Timing, error)
	// Begin says from where to draw world and into what. The frame belongs to
	// the display and holds until End.
	Begin(t Timing, world *scene.World) (*Frame, error)
	// End shows the frame.
	End(f *Frame) error
	// Info describes the display; it may change from frame to frame.
	Info() DisplayInfo
	// Close lets go of what is the display's own, never of the context.
	Close() error
}

// DisplayInfo describes a display to people and to the API.
type DisplayInfo struct {
	Name      string  `json:"name"`  // "window", "offscreen", or the headset's name
	Width     int     `json:"width"` // pixels of one view
	Height    int     `json:"height"`
	Views     int     `json:"views"`
	RefreshHz float64 `json:"refresh_hz"` // 0 when the display runs as fast as it can
}

// Timing is what a display's wait returns.
type Timing struct {
	// DisplayTime is when the picture will be seen, on the application's
	// monotonic clock. It never goes back.
	DisplayTime time.Duration
	// Period is the time from one frame of this display to the next; 0 when a
	// window waits for nothing, so that no frame is late.
	Period time.Duration
	// Render is false when nobody will see the frame; it is begun and ended
	// all the same.
	Render bool
	// Input is sampled after the wait.
	Input scene.Input
}

// Frame is what [Renderer.Draw] gets: all views of one instant, and where their
// pictures go.
type Frame struct {
	Render bool // copied from the timing
	// Views holds the eyes that count, left first: Views[:ViewCount].
	Views     [MaxViews]scene.View
	ViewCount int
	// Whole is what the one view is a part of, for what depends on all that is to be
	// seen, such as the exposure; nil where the view is the whole.
	Whole  *scene.FOV
	Target Target
	// Hidden says what of a view nobody sees behind the lenses of a headset; nil
	// where nothing is known. Another part is another pointer.
	Hidden [MaxViews]*Mask
	// DepthDrawn is set by [Renderer.Draw]: the depth images of the target hold
	// this frame's depth, infinity where Hidden. A headset shows them to its runtime
	// only then.
	DepthDrawn bool
	// Panel is set by the engine, for the renderer to show in the view; nil for
	// none, and wherever the picture of the frame is taken.
	Panel *Panel
	// Overlay is set by the engine, for the renderer to show over a single view, or on
	// the Sheet before two eyes; nil for none. A picture that is captured of a display's
	// frame never shows it.
	Overlay *Overlay
	Sheet   Sheet
}

// Mask is a part of a view: triangles, of three corners each in either
// direction, on the plane one metre ahead of the eye. Do not change it.
type Mask struct {
	Corners   [][2]float32 // right, up, in metres: the tangents of their angles
	Triangles []uint32     // three corners each, by their index
}

// Layout says how the views lie in a target.
type Layout uint8

// The layouts.
const (
	LayoutLayered Layout = iota // one texture array, view i in layer i
	LayoutWide                  // one image, the views side by side in it
	LayoutPerView               // an image for each view
)

// Target describes the images that a frame's picture is wanted in. With
// Window false and Colour zero the display has no images of its own: the
// renderer then keeps the picture in its own target, from which it is captured.
type Target struct {
	Layout Layout
	Window bool             // into framebuffer 0 of the context, not into textures
	Colour [MaxViews]uint32 // GL names of textures; only the first unless LayoutPerView
	Depth  [MaxViews]uint32 // the same for depth, 0 where the display wants none
	Rect   [MaxViews]Rect   // where view i is in its image
	SRGB   bool             // linear light is wanted: the images encode sRGB themselves, or hold light
}

// Rect is a part of an image, in pixels from the lower left corner.
type Rect struct{ X, Y, W, H int }

// Mirror is a window that shows bystanders what a headset shows. The headset
// calls it on the thread of the frame, between its own frames, and draws into
// framebuffer 0 of the context itself.
type Mirror interface {
	// Poll handles the window's events. It returns what keyboard and mouse do, and
	// false when the user closed the window. It does not wait.
	Poll() (in scene.Input, open bool)
	// Size is that of framebuffer 0 in pixels; zero while nobody sees the window.
	Size() (width, height int)
	// Swap shows what was drawn. It does not wait for the screen.
	Swap()
	// Close hides the window.
	Close() error
}

// Renderer draws. The engine calls it on the thread of the frame.
type Renderer interface {
	// Draw draws the world into the target of f, for all views of f. It must
	// not allocate once it has drawn a frame of that size.
	Draw(world *scene.World, f *Frame) error
	// BeginCapture starts an asynchronous copy of the picture last drawn, as it
	// is in the renderer's own tone-mapped target. One copy is under way at most.
	BeginCapture() error
	// EndCapture moves the copy into p once it has arrived; until then it
	// returns false, or waits if wait is true.
	EndCapture(p *Picture, wait bool) (ready bool, err error)
	// Counts returns what the last Draw did.
	Counts() Counts
}

// Counts is what one frame cost in the renderer.
type Counts struct {
	Cull         time.Duration // deciding what to draw
	Submit       time.Duration // handing it to GL
	Calls        int           // GL calls, each of which is one cgo call
	StateChanges int           // of them, those that changed program, target, texture, buffer or mode
	Draws        int           // of them, draw calls
	Triangles    int           // for all views
	UploadBytes  int
	// GPU is what the parts of an earlier frame took the graphics processor, as far
	// as there are any: none on a software renderer, or where it has no clock.
	GPU [MaxGPUParts]GPUTime
}

// MaxGPUParts is how many parts of a frame are timed.
const MaxGPUParts = 16

// GPUTime is how long a part of a frame took the graphics processor.
type GPUTime struct {
	Name string
	Time time.Duration
}

// Picture is a captured frame: 8-bit sRGB, four bytes a pixel (red, green, blue,
// opaque), rows from the bottom up as GL keeps them, views side by side.
type Picture struct {
	Pix           []byte
	Width, Height int // of all views together
	Views         int
	Stamp         Stamp // what it shows; set by the engine
}

// Stamp says what a picture shows.
type Stamp struct {
	Frame  uint64
	Tick   uint64
	Time   astro.Time // the date that is drawn
	Scene  string     // its slug
	Target astro.Body
	// FromTargetM is the ship relative to the centre of Target, on ICRF axes.
	FromTargetM mgl64.Vec3
}
