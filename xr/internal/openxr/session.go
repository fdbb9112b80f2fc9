package openxr

/*
#include <stdlib.h>
#include "binding.h"
*/
import "C"

import "unsafe"

// Session is a session on the GL context that was current when it was made.
type Session struct{ c *C.struct_openxr_session }

// NewSession makes a session for the headset that was found; nearM is the
// distance at which the depth of its pictures is 1 (it is 0 at infinity).
func (i *Instance) NewSession(nearM float64) (*Session, error) {
	s := &Session{}
	if err := failure(C.openxr_create_session(i.c, &s.c)); err != nil {
		return nil, err
	}
	s.c.near_m = C.float(nearM)
	return s, nil
}

// Close ends the session in whatever state it is.
func (s *Session) Close() {
	C.openxr_destroy_session(s.c)
	s.c = nil
}

// SetBase says in which reference space views and aims are located.
func (s *Session) SetBase(space Space) error {
	return failure(C.openxr_set_base(s.c, C.XrReferenceSpaceType(space)))
}

// WatchFloor makes each frame locate the stage's floor in the base.
func (s *Session) WatchFloor() error { return failure(C.openxr_set_stage(s.c)) }

// WatchPlaces makes each frame locate head, hands and base in the stage, for
// [Session.Places]. A runtime may have no stage.
func (s *Session) WatchPlaces() error { return failure(C.openxr_watch_places(s.c)) }

// Bounds returns the size of the stage in metres; 0 where it has no bounds.
func (s *Session) Bounds() (widthM, depthM float64, err error) {
	var b C.XrExtent2Df
	err = failure(C.openxr_bounds(s.c, &b))
	return float64(b.width), float64(b.height), err
}

// Attach hands the instance's controls to the session. aims are the controls of
// kind [Aim] for the left and the right hand.
func (s *Session) Attach(aims [2]int) error {
	c := [2]C.uint32_t{C.uint32_t(aims[0]), C.uint32_t(aims[1])}
	return failure(C.openxr_attach(s.c, &c[0]))
}

// Profile returns the interaction profile that a hand ("/user/hand/left") has
// now, "" without one.
func (s *Session) Profile(hand string) (string, error) {
	h, free := cString(hand)
	defer free()
	var path [C.XR_MAX_PATH_LENGTH]C.char
	err := failure(C.openxr_profile(s.c, h, &path[0], C.XR_MAX_PATH_LENGTH))
	return C.GoString(&path[0]), err
}

// Formats lists the formats of swapchains that the runtime offers, by their GL
// names, its favourite first.
func (s *Session) Formats() ([]int64, error) {
	list, err := enumerate(func(list *C.int64_t, room C.uint32_t, count *C.uint32_t) C.struct_openxr_outcome {
		return C.openxr_formats(s.c, list, room, count)
	})
	formats := make([]int64, len(list))
	for i, f := range list {
		formats[i] = int64(f)
	}
	return formats, err
}

// Layout says which images a session has, and where its views are in them.
type Layout struct {
	Colour, Depth int64 // formats; Depth 0 is none
	Width, Height int   // of an image, in pixels
	Layers        int   // of an image
	Chains        int   // how many such images make a frame: 1, or one for each view
	Views         [2]struct {
		Chain, Layer int
		X, Y, W, H   int // in pixels from the lower left corner
	}
}

// SetLayout makes the swapchains, in place of those that there were.
func (s *Session) SetLayout(l *Layout) error {
	C.openxr_destroy_swapchains(s.c)
	for n := range l.Chains {
		err := s.newSwapchain(&s.c.colour[n], l, l.Colour, false)
		if err == nil && l.Depth != 0 {
			err = s.newSwapchain(&s.c.depth[n], l, l.Depth, true)
		}
		if err != nil {
			C.openxr_destroy_swapchains(s.c)
			return err
		}
	}
	for v, p := range l.Views {
		rect := C.XrRect2Di{C.XrOffset2Di{C.int32_t(p.X), C.int32_t(p.Y)}, C.XrExtent2Di{C.int32_t(p.W), C.int32_t(p.H)}}
		C.openxr_place_view(s.c, C.uint32_t(v), C.uint32_t(p.Chain), C.uint32_t(p.Layer), rect)
	}
	return nil
}

func (s *Session) newSwapchain(chain *C.struct_openxr_swapchain, l *Layout, format int64, depth bool) error {
	info := C.XrSwapchainCreateInfo{
		format: C.int64_t(format), sampleCount: 1,
		width: C.uint32_t(l.Width), height: C.uint32_t(l.Height), faceCount: 1, arraySize: C.uint32_t(l.Layers), mipCount: 1,
	}
	return failure(C.openxr_create_swapchain(s.c, chain, &info, C.bool(depth)))
}

// RefreshRates lists the rates that the headset can have, in hertz.
func (s *Session) RefreshRates() ([]float32, error) {
	list, err := enumerate(func(list *C.float, room C.uint32_t, count *C.uint32_t) C.struct_openxr_outcome {
		return C.openxr_refresh_rates(s.c, list, room, count)
	})
	rates := make([]float32, len(list))
	for i, r := range list {
		rates[i] = float32(r)
	}
	return rates, err
}

// RefreshRate returns the rate that the headset has, in hertz.
func (s *Session) RefreshRate() (float32, error) {
	var rate C.float
	err := failure(C.openxr_refresh_rate(s.c, &rate))
	return float32(rate), err
}

// RequestRefreshRate asks for a rate; an event tells when it holds.
func (s *Session) RequestRefreshRate(hz float32) error {
	return failure(C.openxr_request_refresh_rate(s.c, C.float(hz)))
}

// HiddenMask returns the triangles of a view that the lenses hide, as corners on
// the plane one metre ahead of the eye (x right, y up); empty where the runtime
// says nothing.
func (s *Session) HiddenMask(view int) (corners [][2]float32, triangles []uint32, err error) {
	mask := C.XrVisibilityMaskKHR{_type: C.XR_TYPE_VISIBILITY_MASK_KHR}
	if err := failure(C.openxr_hidden_mask(s.c, C.uint32_t(view), &mask)); err != nil {
		return nil, nil, err
	}
	if mask.vertexCountOutput == 0 || mask.indexCountOutput == 0 {
		return nil, nil, nil
	}
	vertices := C.malloc(C.size_t(mask.vertexCountOutput) * C.sizeof_XrVector2f)
	indices := C.malloc(C.size_t(mask.indexCountOutput) * C.sizeof_uint32_t)
	defer C.free(vertices)
	defer C.free(indices)
	mask.vertexCapacityInput, mask.vertices = mask.vertexCountOutput, (*C.XrVector2f)(vertices)
	mask.indexCapacityInput, mask.indices = mask.indexCountOutput, (*C.uint32_t)(indices)
	if err := failure(C.openxr_hidden_mask(s.c, C.uint32_t(view), &mask)); err != nil {
		return nil, nil, err
	}
	for _, v := range unsafe.Slice(mask.vertices, mask.vertexCountOutput) {
		corners = append(corners, [2]float32{float32(v.x), float32(v.y)})
	}
	for _, n := range unsafe.Slice(mask.indices, mask.indexCountOutput) {
		if n >= C.uint32_t(mask.vertexCountOutput) {
			return nil, nil, &CallError{"xrGetVisibilityMaskKHR", ErrRuntimeFailure}
		}
		triangles = append(triangles, uint32(n))
	}
	return corners, triangles, nil
}

// Now reads the runtime's clock, in nanoseconds; an error without the
// extension for it.
func (i *Instance) Now() (int64, error) {
	var t C.XrTime
	err := failure(C.openxr_now(i.c, &t))
	return int64(t), err
}
