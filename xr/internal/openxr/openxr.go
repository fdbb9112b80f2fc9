// Package openxr is the part of OpenXR 1.0 that a headset needs, for one
// instance and one session at a time, which is all that the loader allows.
//
// It is a binding and decides nothing: which extensions, formats and spaces are
// taken, and what follows on an error, is for package xr.
//
// # C
//
// The loader is opened at run time, so that the program starts where there is
// none. Handles and all structs that hold pointers stay in C (binding.h). A
// frame is three calls: [Session.WaitFrame], [Session.BeginFrame] and
// [Session.EndFrame], and allocates nothing.
//
// # Errors
//
// An error is a [*CallError], the call with its [Result]; errors.Is finds the
// result. Results above zero are successes: what matters of them is in the
// functions' own results.
//
// # Threads
//
// Nothing here is safe for use by several goroutines. All but
// [Session.WaitFrame] may use the GL context, which must be current on the
// calling thread.
package openxr

/*
#cgo linux LDFLAGS: -ldl
#cgo linux CFLAGS: -D_GNU_SOURCE
#cgo windows CFLAGS: -I/usr/include/openxr
#cgo windows LDFLAGS: -lopengl32
#cgo CFLAGS: -std=c11 -Wall -Wextra -Wno-missing-field-initializers -Wno-cast-function-type
#include <stdlib.h>
#include "binding.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"
)

// ErrNoLoader says that the OpenXR loader is not on this machine.
var ErrNoLoader = errors.New("no OpenXR loader")

// LoaderName is the file name of the loader's library.
func LoaderName() string { return C.GoString(C.openxr_loader_name) }

// ClockExtension is the extension that lets [Instance.Now] tell the time.
func ClockExtension() string { return C.GoString(C.openxr_clock_extension) }

// Load opens the loader, once in a process. Errors wrap [ErrNoLoader].
func Load() error {
	if wrong := C.openxr_load(); wrong != nil {
		return fmt.Errorf("%w: %s", ErrNoLoader, C.GoString(wrong))
	}
	return nil
}

// Context tells the kind of the GL context that is current on the calling
// thread ("GLX", "EGL", "WGL"; "" without one), and the extension of OpenXR that
// a session on it needs.
func Context() (kind, extension string) {
	var needs *C.char
	if k := C.openxr_context(&needs); k != nil {
		return C.GoString(k), C.GoString(needs)
	}
	return "", ""
}

// Version is a version of OpenXR, a runtime or a GL.
type Version uint64

// NewVersion makes a version.
func NewVersion(major, minor, patch int) Version {
	return Version(uint64(major)<<48 | uint64(minor)<<32 | uint64(uint32(patch)))
}

// String returns the version as in "1.0.34".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v>>48, v>>32&0xffff, uint32(v)) }

// Result is an XrResult. As an error it is what errors.Is finds in a
// [*CallError].
type Result int32

// The results that decide something.
const (
	ErrRuntimeFailure      Result = C.XR_ERROR_RUNTIME_FAILURE
	ErrInitialisation      Result = C.XR_ERROR_INITIALIZATION_FAILED
	ErrInstanceLost        Result = C.XR_ERROR_INSTANCE_LOST
	ErrSessionLost         Result = C.XR_ERROR_SESSION_LOST
	ErrFormFactorAbsent    Result = C.XR_ERROR_FORM_FACTOR_UNAVAILABLE
	ErrFormFactorUnknown   Result = C.XR_ERROR_FORM_FACTOR_UNSUPPORTED
	ErrExtensionNotPresent Result = C.XR_ERROR_EXTENSION_NOT_PRESENT
	// These two are newer than the headers.
	ErrRuntimeUnavailable            Result = -51
	ErrExtensionDependencyNotEnabled Result = -1000710001
)

// Error returns the name of the result.
func (r Result) Error() string {
	if name := C.openxr_result_name(C.XrResult(r)); name != nil {
		return C.GoString(name)
	}
	switch r {
	case ErrRuntimeUnavailable:
		return "XR_ERROR_RUNTIME_UNAVAILABLE"
	case ErrExtensionDependencyNotEnabled:
		return "XR_ERROR_EXTENSION_DEPENDENCY_NOT_ENABLED"
	}
	return fmt.Sprintf("XrResult %d", int32(r))
}

// CallError is an error of OpenXR.
type CallError struct {
	Call   string // "xrEndFrame"
	Result Result
}

// Error returns the error as in "xrEndFrame: XR_ERROR_SESSION_LOST".
func (e *CallError) Error() string { return e.Call + ": " + e.Result.Error() }

// Unwrap returns the result.
func (e *CallError) Unwrap() error { return e.Result }

// failure returns the error of an outcome, nil for a success.
func failure(o C.struct_openxr_outcome) error {
	if o.result >= 0 {
		return nil
	}
	return &CallError{C.GoString(o.call), Result(o.result)}
}

// enumerate gets a list from OpenXR: first its length, then what is in it.
func enumerate[T any](get func(list *T, room C.uint32_t, count *C.uint32_t) C.struct_openxr_outcome) ([]T, error) {
	var count C.uint32_t
	if err := failure(get(nil, 0, &count)); err != nil || count == 0 {
		return nil, err
	}
	list := make([]T, count)
	err := failure(get(&list[0], count, &count))
	return list[:min(int(count), len(list))], err // more where it has grown meanwhile, which is an error
}

// Extensions lists the extensions of the runtime and the loader. It loads the
// runtime: ErrRuntimeUnavailable where none is registered or it does not load.
func Extensions() ([]string, error) {
	list, err := enumerate(func(list *C.XrExtensionProperties, room C.uint32_t, count *C.uint32_t) C.struct_openxr_outcome {
		return C.openxr_extensions(list, room, count)
	})
	names := make([]string, len(list))
	for i := range list {
		names[i] = C.GoString(&list[i].extensionName[0])
	}
	return names, err
}

// cStrings makes a C array of C strings; free lets go of it.
func cStrings(list []string) (array **C.char, free func()) {
	texts := unsafe.Slice((**C.char)(C.calloc(C.size_t(len(list)+1), C.size_t(unsafe.Sizeof(*array)))), len(list)+1)
	for i, s := range list {
		texts[i] = C.CString(s)
	}
	return &texts[0], func() {
		for _, text := range texts {
			C.free(unsafe.Pointer(text))
		}
		C.free(unsafe.Pointer(&texts[0]))
	}
}

func cString(s string) (text *C.char, free func()) {
	text = C.CString(s)
	return text, func() { C.free(unsafe.Pointer(text)) }
}
