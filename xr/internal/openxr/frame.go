package openxr

/*
#include "binding.h"
*/
import "C"

import "unsafe"

// Pose is an XrPosef: a position in metres, and a quaternion.
type Pose struct {
	Position    [3]float32
	Orientation [4]float32 // x, y, z, w
}

func pose(p *C.XrPosef) Pose {
	return Pose{
		[3]float32{float32(p.position.x), float32(p.position.y), float32(p.position.z)},
		[4]float32{float32(p.orientation.x), float32(p.orientation.y), float32(p.orientation.z), float32(p.orientation.w)},
	}
}

// View is where an eye is, and the angles of what it sees, in radians from
// straight ahead.
type View struct {
	Pose                  Pose
	Left, Right, Up, Down float32
}

// Begin begins the session, which must be ready.
func (s *Session) Begin() error { return failure(C.openxr_begin_session(s.c)) }

// End ends the session, which must be stopping.
func (s *Session) End() error { return failure(C.openxr_end_session(s.c)) }

// RequestExit asks the runtime to stop the session, which must be running.
func (s *Session) RequestExit() error { return failure(C.openxr_request_exit(s.c)) }

// LossPending tells whether a call has said that the session is about to end.
func (s *Session) LossPending() bool { return bool(s.c.loss_pending) }

// ContextMoved tells whether the runtime left another GL context current than
// the session's, and forgets it.
func (s *Session) ContextMoved() bool {
	moved := bool(s.c.moved)
	s.c.moved = false
	return moved
}

// Frame is what the wait for a frame returns.
type Frame struct {
	DisplayTime int64 // by the runtime's clock, in nanoseconds
	Period      int64 // nanoseconds
	Render      bool  // somebody will see it
}

// WaitFrame waits for the next frame and samples all controls for it. It may
// wait long. It allocates nothing. With an error the frame holds only if it was
// waited for all the same ([Session.Waited]) and the controls alone failed.
func (s *Session) WaitFrame() (Frame, error) {
	err := failure(C.openxr_wait(s.c))
	f := &s.c.frame
	return Frame{int64(f.predictedDisplayTime), int64(f.predictedDisplayPeriod), f.shouldRender != 0}, err
}

// Waited tells whether a frame was waited for and is not begun. A second wait
// would never return.
func (s *Session) Waited() bool { return bool(s.c.waited) }

// Begun tells whether a frame is begun and not ended.
func (s *Session) Begun() bool { return bool(s.c.begun) }

// Control returns what a control was in the last wait: a button 0 or 1 and an
// axis in x, a stick in both. It is inactive, and 0, while nothing works it.
func (s *Session) Control(n int) (x, y float64, active bool) {
	c := &s.c.instance.controls[n]
	return float64(c.x), float64(c.y), bool(c.active)
}

// Aim returns where the left (0) or the right hand (1) pointed to in the last
// wait, along -z, in the base space.
func (s *Session) Aim(hand int) (p Pose, valid bool) {
	return pose(&s.c.aim[hand]), bool(s.c.aim_valid[hand])
}

// BeginFrame begins the frame that was waited for. To render, it takes the
// images and locates the views, as late as may be. It is not ready where an
// image did not come in time: then nothing can be shown. It allocates nothing.
func (s *Session) BeginFrame(render bool) (ready bool, err error) {
	err = failure(C.openxr_begin(s.c, C.bool(render)))
	return bool(s.c.ready), err
}

// View returns where an eye is, left (0) or right (1), as located when the frame
// began; while it is not tracked, where it was last.
func (s *Session) View(v int) View {
	c := &s.c.views[v]
	return View{pose(&c.pose), float32(c.fov.angleLeft), float32(c.fov.angleRight), float32(c.fov.angleUp), float32(c.fov.angleDown)}
}

// Tracked tells whether the views' positions and orientations held when the
// frame began.
func (s *Session) Tracked() bool { return bool(s.c.tracked) }

// Floor returns the height of the stage's floor in the base space, once it was
// located.
func (s *Session) Floor() (heightM float64, known bool) {
	return float64(s.c.floor), bool(s.c.floor_valid)
}

// Tracking is how well it is known where something is.
type Tracking int

// The kinds of tracking.
const (
	TrackingLost        Tracking = iota // not at all
	TrackingOrientation                 // the orientation is measured, the position at most guessed
	TrackingInferred                    // both are guessed
	TrackingFull                        // both are measured
)

// Place is where something is in the stage. Without tracking there is no
// orientation.
type Place struct {
	Pose       Pose
	Tracking   Tracking
	Positioned bool // there is a position
}

// The places that are watched, by their number.
const (
	PlaceHead = iota
	PlaceAimLeft
	PlaceAimRight
	PlaceBase // the origin of the base space
	placeCount
)

// Places is every place that is watched.
type Places [placeCount]Place

// Places returns the places as located when the frame began; false where they
// are not watched.
func (s *Session) Places() (p Places, watched bool) {
	for n := range p {
		c := &s.c.places[n]
		p[n] = Place{pose(&c.pose), tracking(c), bool(c.positioned)}
	}
	return p, *(*uintptr)(unsafe.Pointer(&s.c.ground)) != 0
}

func tracking(p *C.struct_openxr_place) Tracking {
	switch {
	case !bool(p.oriented):
		return TrackingLost
	case bool(p.orientation_tracked && p.position_tracked):
		return TrackingFull
	case bool(p.orientation_tracked):
		return TrackingOrientation
	}
	return TrackingInferred
}

// Images returns the GL names of a swapchain's images of colour and depth that
// belong to this frame; depth is 0 without.
func (s *Session) Images(chain int) (colour, depth uint32) {
	c, d := &s.c.colour[chain], &s.c.depth[chain]
	return uint32(c.images[c.index].image), uint32(d.images[d.index].image)
}

// EndFrame gives the images back and ends the frame: it shows them, or nothing.
// It allocates nothing.
func (s *Session) EndFrame(show, depth bool) error {
	return failure(C.openxr_end(s.c, C.bool(show), C.bool(depth)))
}
