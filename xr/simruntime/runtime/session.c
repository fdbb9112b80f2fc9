/* The session and its states. */
#include "functions.h"
#include "internal.h"

void sim_session_set_state(SimSession *session, XrSessionState state)
{
	session->state = state;
	sim.totals.last_state = state;
	XrEventDataSessionStateChanged event = {
		.type = XR_TYPE_EVENT_DATA_SESSION_STATE_CHANGED,
		.session = SIM_HANDLE(Session, session),
		.state = state,
		.time = sim_now(),
	};
	sim_event_push(&event, sizeof(event));
	sim_report("state", "\"state\":\"%s\"", sim_state_name(state));
}

/* From SYNCHRONIZED to FOCUSED the states are neighbours, and each change goes to a neighbour. */
static void walk_to(SimSession *session, XrSessionState goal)
{
	while (session->state != goal)
		sim_session_set_state(session, session->state < goal ? session->state + 1 : session->state - 1);
}

static XrSessionState goal_when_running(void)
{
	if (!sim.device.visible)
		return XR_SESSION_STATE_SYNCHRONIZED;
	return sim.device.focused ? XR_SESSION_STATE_FOCUSED : XR_SESSION_STATE_VISIBLE;
}

void sim_session_follow_device(SimSession *session)
{
	bool waits = session->state == XR_SESSION_STATE_IDLE && !session->exit_asked;
	if (session->loss_pending || session->lost)
		return;
	if (!session->running && waits && sim.device.plugged)
		sim_session_set_state(session, XR_SESSION_STATE_READY);
	bool synchronized = session->frame_ended || session->graphics.kind == SIM_GRAPHICS_NONE;
	if (session->running && synchronized && session->state <= XR_SESSION_STATE_FOCUSED)
		walk_to(session, goal_when_running());
}

void sim_session_stop(SimSession *session)
{
	session->exit_asked = true;
	if (session->state > XR_SESSION_STATE_FOCUSED)
		return;
	walk_to(session, XR_SESSION_STATE_SYNCHRONIZED);
	sim_session_set_state(session, XR_SESSION_STATE_STOPPING);
}

static void session_destroyed(void *object)
{
	SimSession *session = object;
	sim_event_forget_session(session->handle_given);
	sim_input_session_free(session);
	sim.session = NULL;
	sim_wake();
}

/* A call may still be at work on a destroyed session, and reads its instance. */
static void session_released(void *object)
{
	sim_object_release(((SimSession *)object)->instance);
}

static XrResult check_create(const SimInstance *instance, const XrSessionCreateInfo *info)
{
	SIM_REQUIRE(info->createFlags == 0, XR_ERROR_VALIDATION_FAILURE, "createFlags has no meaning yet");
	SIM_TRY(sim_check_system(instance, info->systemId));
	SIM_REQUIRE(!sim.session, XR_ERROR_LIMIT_REACHED, "there is a session already");
	SIM_REQUIRE(sim.device.plugged, XR_ERROR_FORM_FACTOR_UNAVAILABLE, "the headset is not plugged in");
	return XR_SUCCESS;
}

static XrResult start_session(SimSession *session, const XrSessionCreateInfo *info)
{
	SIM_TRY(sim_gl_bind(session, info));
	SIM_TRY(sim_input_session_init(session));
	sim.session = session;
	session->object.destroy = session_destroyed;
	return XR_SUCCESS;
}

XrResult sim_CreateSession(XrInstance instance, const XrSessionCreateInfo *info, XrSession *out)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(info, XR_TYPE_SESSION_CREATE_INFO);
	SIM_POINTER(out);
	SIM_TRY(check_create(found, info));
	SimSession *session = sim_object_new(SIM_KIND_Session, sizeof(*session), found);
	SIM_REQUIRE(session, XR_ERROR_OUT_OF_MEMORY, "no memory for a session");
	session->instance = found;
	session->object.release = session_released;
	sim_object_retain(found);
	XrResult started = start_session(session, info);
	if (XR_FAILED(started)) {
		sim_object_destroy(session);
		return started;
	}
	sim.totals.sessions++;
	session->handle_given = *out = SIM_HANDLE(Session, session);
	static const char *const graphics[] = { "none", "glx", "egl" };
	sim_report("session", "\"graphics\":\"%s\"", graphics[session->graphics.kind]);
	sim_session_set_state(session, XR_SESSION_STATE_IDLE);
	sim_session_follow_device(session);
	return XR_SUCCESS;
}

XrResult sim_DestroySession(XrSession session)
{
	SIM_FIND(Session, found, session);
	sim_object_destroy(found);
	return XR_SUCCESS;
}

XrResult sim_BeginSession(XrSession session, const XrSessionBeginInfo *info)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(info, XR_TYPE_SESSION_BEGIN_INFO);
	SIM_REQUIRE(!found->running, XR_ERROR_SESSION_RUNNING, "the session runs already");
	SIM_REQUIRE(found->state == XR_SESSION_STATE_READY, XR_ERROR_SESSION_NOT_READY, "the state is %s, not READY",
	            sim_state_name(found->state));
	if (found->graphics.kind != SIM_GRAPHICS_NONE)
		SIM_TRY(sim_check_views(info->primaryViewConfigurationType));
	found->running = true;
	sim_frame_reset(found);
	sim_device_tell_worn();
	sim_session_follow_device(found);
	return XR_SUCCESS;
}

XrResult sim_EndSession(XrSession session)
{
	SIM_LIVE_SESSION(found, session);
	SIM_REQUIRE(found->running, XR_ERROR_SESSION_NOT_RUNNING, "the session does not run");
	SIM_REQUIRE(found->state == XR_SESSION_STATE_STOPPING, XR_ERROR_SESSION_NOT_STOPPING,
	            "the state is %s, not STOPPING", sim_state_name(found->state));
	found->running = false;
	sim_frame_reset(found);
	sim_session_set_state(found, XR_SESSION_STATE_IDLE);
	if (found->exit_asked)
		sim_session_set_state(found, XR_SESSION_STATE_EXITING);
	sim_wake();
	return XR_SUCCESS;
}

XrResult sim_RequestExitSession(XrSession session)
{
	SIM_LIVE_SESSION(found, session);
	SIM_REQUIRE(found->running, XR_ERROR_SESSION_NOT_RUNNING, "the session does not run");
	sim_session_stop(found);
	return XR_SUCCESS;
}
