package openxr

import (
	"errors"
	"fmt"
	"testing"
)

func TestResult(t *testing.T) {
	for result, want := range map[Result]string{
		ErrSessionLost:        "XR_ERROR_SESSION_LOST",
		ErrFormFactorAbsent:   "XR_ERROR_FORM_FACTOR_UNAVAILABLE",
		ErrRuntimeUnavailable: "XR_ERROR_RUNTIME_UNAVAILABLE",
		3:                     "XR_SESSION_LOSS_PENDING",
		0:                     "XR_SUCCESS",
		-987654:               "XrResult -987654",
	} {
		if got := result.Error(); got != want {
			t.Errorf("%d: %q, want %q", int32(result), got, want)
		}
	}
}

// The error of a call says which, and is found by its result, also when wrapped.
func TestCallError(t *testing.T) {
	err := error(&CallError{"xrEndFrame", ErrSessionLost})
	if err.Error() != "xrEndFrame: XR_ERROR_SESSION_LOST" {
		t.Errorf("%q", err)
	}
	if wrapped := fmt.Errorf("frame 7: %w", err); !errors.Is(wrapped, ErrSessionLost) || errors.Is(wrapped, ErrInstanceLost) {
		t.Errorf("%v is not what it is", wrapped)
	}
}

func TestVersion(t *testing.T) {
	if v := NewVersion(4, 6, 0); v.String() != "4.6.0" || v <= NewVersion(4, 5, 99) {
		t.Errorf("%v", v)
	}
	if v := Version(1<<48 | 1<<32 | 61); v.String() != "1.1.61" { // XR_MAKE_VERSION of the specification
		t.Errorf("%v", v)
	}
}

func TestState(t *testing.T) {
	for state, want := range map[SessionState]string{StateIdle: "idle", StateFocused: "focused", StateLossPending: "loss pending", StateExiting: "exiting", 99: "unknown", -1: "unknown"} {
		if got := state.String(); got != want {
			t.Errorf("%d: %q, want %q", int(state), got, want)
		}
	}
}
