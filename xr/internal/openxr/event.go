package openxr

/*
#include "binding.h"
*/
import "C"

import "unsafe"

// EventKind says what happened.
type EventKind int

// The kinds of events.
const (
	EventOther EventKind = iota // of an extension that nobody asked for
	EventsLost
	EventInstanceLoss
	EventSessionState
	EventRecentred
	EventProfile
	EventMask
	EventRefreshRate
	EventPresence
)

// SessionState is an XrSessionState.
type SessionState int

// The states of a session.
const (
	StateUnknown      SessionState = C.XR_SESSION_STATE_UNKNOWN
	StateIdle         SessionState = C.XR_SESSION_STATE_IDLE
	StateReady        SessionState = C.XR_SESSION_STATE_READY
	StateSynchronized SessionState = C.XR_SESSION_STATE_SYNCHRONIZED
	StateVisible      SessionState = C.XR_SESSION_STATE_VISIBLE
	StateFocused      SessionState = C.XR_SESSION_STATE_FOCUSED
	StateStopping     SessionState = C.XR_SESSION_STATE_STOPPING
	StateLossPending  SessionState = C.XR_SESSION_STATE_LOSS_PENDING
	StateExiting      SessionState = C.XR_SESSION_STATE_EXITING
)

var stateNames = [...]string{"unknown", "idle", "ready", "synchronized", "visible", "focused", "stopping", "loss pending", "exiting"}

// String returns the name of the state.
func (s SessionState) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return "unknown"
	}
	return stateNames[s]
}

// Space is an XrReferenceSpaceType.
type Space int

// The reference spaces.
const (
	SpaceLocal      Space = C.XR_REFERENCE_SPACE_TYPE_LOCAL
	SpaceLocalFloor Space = C.OPENXR_LOCAL_FLOOR
)

// Event is something that the runtime tells. Which fields hold depends on the
// kind.
type Event struct {
	Kind    EventKind
	Lost    int          // EventsLost: how many
	Time    int64        // EventInstanceLoss, EventRecentred: when, by the runtime's clock
	State   SessionState // EventSessionState
	Session bool         // EventSessionState, EventRecentred: it is about the session asked for
	Space   Space        // EventRecentred
	Valid   bool         // EventRecentred: Pose holds
	Pose    Pose         // EventRecentred: the new origin in the space as it was
	View    int          // EventMask
	Hz      float32      // EventRefreshRate: the new rate
	Present bool         // EventPresence: somebody wears the headset
}

// NextEvent takes the next event off the runtime's queue; false where it is
// empty. s is the session that is alive, or nil.
func (i *Instance) NextEvent(e *Event, s *Session) (bool, error) {
	o := C.openxr_next_event(i.c)
	if err := failure(o); err != nil {
		return false, err
	}
	if o.result == C.XR_EVENT_UNAVAILABLE {
		return false, nil
	}
	e.read(&i.c.event, s)
	return true, nil
}

// read takes over what is in the buffer.
func (e *Event) read(buffer *C.XrEventDataBuffer, s *Session) {
	*e = Event{}
	at := unsafe.Pointer(buffer)
	switch buffer._type {
	case C.XR_TYPE_EVENT_DATA_EVENTS_LOST:
		e.Kind, e.Lost = EventsLost, int((*C.XrEventDataEventsLost)(at).lostEventCount)
	case C.XR_TYPE_EVENT_DATA_INSTANCE_LOSS_PENDING:
		e.Kind, e.Time = EventInstanceLoss, int64((*C.XrEventDataInstanceLossPending)(at).lossTime)
	case C.XR_TYPE_EVENT_DATA_SESSION_STATE_CHANGED:
		d := (*C.XrEventDataSessionStateChanged)(at)
		e.Kind, e.State = EventSessionState, SessionState(d.state)
		e.Session = s.is(unsafe.Pointer(&d.session))
	case C.XR_TYPE_EVENT_DATA_REFERENCE_SPACE_CHANGE_PENDING:
		d := (*C.XrEventDataReferenceSpaceChangePending)(at)
		e.Kind, e.Space, e.Time = EventRecentred, Space(d.referenceSpaceType), int64(d.changeTime)
		e.Valid, e.Pose = d.poseValid != 0, pose(&d.poseInPreviousSpace)
		e.Session = s.is(unsafe.Pointer(&d.session))
	case C.XR_TYPE_EVENT_DATA_INTERACTION_PROFILE_CHANGED:
		e.Kind = EventProfile
	case C.XR_TYPE_EVENT_DATA_VISIBILITY_MASK_CHANGED_KHR:
		e.Kind, e.View = EventMask, int((*C.XrEventDataVisibilityMaskChangedKHR)(at).viewIndex)
	case C.XR_TYPE_EVENT_DATA_DISPLAY_REFRESH_RATE_CHANGED_FB:
		e.Kind, e.Hz = EventRefreshRate, float32((*C.XrEventDataDisplayRefreshRateChangedFB)(at).toDisplayRefreshRate)
	case C.XR_TYPE_EVENT_DATA_USER_PRESENCE_CHANGED_EXT:
		e.Kind, e.Present = EventPresence, (*C.XrEventDataUserPresenceChangedEXT)(at).isUserPresent != 0
	}
}

// is tells whether the session's handle is the one at that address. Handles are
// numbers to Go: a runtime may give small ones, which no Go pointer may hold.
func (s *Session) is(handle unsafe.Pointer) bool {
	return s != nil && *(*uintptr)(handle) == *(*uintptr)(unsafe.Pointer(&s.c.handle))
}
