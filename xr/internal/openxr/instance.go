package openxr

/*
#include "binding.h"
*/
import "C"

import "unsafe"

// Instance is a connection to the runtime.
type Instance struct{ c *C.struct_openxr_instance }

// NewInstance connects to the runtime as an application of OpenXR 1.0, which
// runtimes of 1.1 take too. Version is the application's own.
func NewInstance(application string, version uint32, extensions []string) (*Instance, error) {
	name, freeName := cString(application)
	defer freeName()
	names, freeNames := cStrings(extensions)
	defer freeNames()
	i := &Instance{}
	err := failure(C.openxr_create_instance(name, C.uint32_t(version), names, C.uint32_t(len(extensions)), &i.c))
	if err != nil {
		return nil, err
	}
	return i, nil
}

// Close ends the connection, and with it all that hangs on it. The loader
// unloads the runtime.
func (i *Instance) Close() {
	C.openxr_destroy_instance(i.c)
	i.c = nil
}

// Runtime returns the name and the version of the runtime.
func (i *Instance) Runtime() (name string, version Version) {
	return C.GoString(&i.c.runtime.runtimeName[0]), Version(i.c.runtime.runtimeVersion)
}

// FindHeadset looks for a headset: ErrFormFactorAbsent while none is plugged in
// or it is off, ErrFormFactorUnknown where the runtime never has one.
func (i *Instance) FindHeadset() error { return failure(C.openxr_find_system(i.c)) }

// Headset is what the runtime says about the headset that was found.
type Headset struct {
	Name                string
	MaxWidth, MaxHeight int         // of a swapchain, in pixels
	Views               [2]ViewSize // left, right
}

// ViewSize is the size of a view's picture in pixels.
type ViewSize struct {
	Width, Height       int // that the runtime recommends
	MaxWidth, MaxHeight int
}

// Headset describes the headset that was found.
func (i *Instance) Headset() Headset {
	p := &i.c.headset
	h := Headset{
		Name:     C.GoString(&p.systemName[0]),
		MaxWidth: int(p.graphicsProperties.maxSwapchainImageWidth), MaxHeight: int(p.graphicsProperties.maxSwapchainImageHeight),
	}
	for v := range h.Views {
		h.Views[v] = viewSize(&i.c.sizes[v])
	}
	return h
}

func viewSize(v *C.XrViewConfigurationView) ViewSize {
	return ViewSize{
		int(v.recommendedImageRectWidth), int(v.recommendedImageRectHeight),
		int(v.maxImageRectWidth), int(v.maxImageRectHeight),
	}
}

// Requirements returns the versions of GL that the runtime takes. It must be
// called before a session is made.
func (i *Instance) Requirements() (least, most Version, err error) {
	err = failure(C.openxr_find_requirements(i.c))
	return Version(i.c.requirements.minApiVersionSupported), Version(i.c.requirements.maxApiVersionSupported), err
}

// ViewConfiguration is a way to show views, by OpenXR's number for its kind.
type ViewConfiguration struct {
	Kind  int
	Views []ViewSize
}

// StereoViews is the kind of the view configuration of two eyes, MonoViews that
// of one.
const (
	MonoViews   = int(C.XR_VIEW_CONFIGURATION_TYPE_PRIMARY_MONO)
	StereoViews = int(C.XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO)
)

// ViewConfigurations lists the view configurations of the headset that was
// found.
func (i *Instance) ViewConfigurations() ([]ViewConfiguration, error) {
	kinds, err := enumerate(func(list *C.XrViewConfigurationType, room C.uint32_t, count *C.uint32_t) C.struct_openxr_outcome {
		return C.openxr_view_configurations(i.c, list, room, count)
	})
	if err != nil {
		return nil, err
	}
	configurations := make([]ViewConfiguration, len(kinds))
	for n, kind := range kinds {
		views, err := enumerate(func(list *C.XrViewConfigurationView, room C.uint32_t, count *C.uint32_t) C.struct_openxr_outcome {
			return C.openxr_view_sizes(i.c, kind, list, room, count)
		})
		if err != nil {
			return nil, err
		}
		configurations[n].Kind = int(kind)
		for v := range views {
			configurations[n].Views = append(configurations[n].Views, viewSize(&views[v]))
		}
	}
	return configurations, nil
}

// Kind is what a control gives.
type Kind int

// The kinds of controls.
const (
	Button Kind = C.XR_ACTION_TYPE_BOOLEAN_INPUT
	Axis   Kind = C.XR_ACTION_TYPE_FLOAT_INPUT
	Stick  Kind = C.XR_ACTION_TYPE_VECTOR2F_INPUT
	Aim    Kind = C.XR_ACTION_TYPE_POSE_INPUT
)

// AddSet adds an action set; title is what players read.
func (i *Instance) AddSet(name, title string) error {
	n, freeName := cString(name)
	defer freeName()
	t, freeTitle := cString(title)
	defer freeTitle()
	return failure(C.openxr_add_set(i.c, n, t))
}

// AddControl adds an action to the set that was added last. Controls are counted
// from 0 over all sets.
func (i *Instance) AddControl(name, title string, kind Kind) error {
	n, freeName := cString(name)
	defer freeName()
	t, freeTitle := cString(title)
	defer freeTitle()
	return failure(C.openxr_add_control(i.c, n, t, C.XrActionType(kind)))
}

// Binding says by which part of a controller a control is worked.
type Binding struct {
	Control int
	Path    string // "/user/hand/left/input/trigger/value"
}

// Suggest suggests bindings for an interaction profile. A runtime refuses all of
// them for one that it does not know.
func (i *Instance) Suggest(profile string, bindings []Binding) error {
	name, freeName := cString(profile)
	defer freeName()
	controls := make([]C.uint32_t, len(bindings))
	list := make([]string, len(bindings))
	for n, b := range bindings {
		controls[n], list[n] = C.uint32_t(b.Control), b.Path
	}
	paths, freePaths := cStrings(list)
	defer freePaths()
	return failure(C.openxr_suggest(i.c, name, unsafe.SliceData(controls), paths, C.uint32_t(len(bindings))))
}
