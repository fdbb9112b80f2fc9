/* The frame loop: when a frame is woken, what time its picture is shown, and what became of it.
 *
 * Wake-ups lie on a grid of display periods. A frame is shown two periods after its wake-up:
 * one for the program, one for the compositor and the display. A program that comes late is
 * woken at the next point of the grid. */
#include <stdio.h>

#include "functions.h"
#include "internal.h"

#define PERIODS_AHEAD 2
#define COMPOSITOR_NS (SIM_SECOND / 1000) /* the compositor takes a frame so long before it shows it */

void sim_frame_reset(SimSession *session)
{
	session->frame_waited = session->frame_begun = session->frame_ended = false;
	session->last_wake = 0;
	session->last_shown_time = 0;
}

/* ---- waiting ---- */

static XrTime next_wake(const SimSession *session)
{
	XrDuration period = sim_period();
	XrTime now = sim_now();
	if (session->last_wake == 0)
		return now;
	XrTime due = session->last_wake + period;
	if (now > due)
		due += (now - due + period - 1) / period * period;
	return due;
}

static XrResult check_running(const SimSession *session)
{
	SIM_REQUIRE(session->object.handle, XR_ERROR_HANDLE_INVALID, "the session was destroyed");
	SIM_REQUIRE(!session->instance->lost, XR_ERROR_INSTANCE_LOST, "the instance is lost");
	SIM_REQUIRE(!session->lost, XR_ERROR_SESSION_LOST, "the session is lost");
	SIM_REQUIRE(session->running, XR_ERROR_SESSION_NOT_RUNNING, "the session does not run");
	return XR_SUCCESS;
}

/* Sleeps until the frame before has begun and the display wants another. */
static XrResult wait_for_turn(SimSession *session, XrTime *wake)
{
	do {
		SIM_TRY(check_running(session));
		while (session->frame_waited) {
			sim_wait_for_change();
			SIM_TRY(check_running(session));
		}
		*wake = next_wake(session);
		sim_wait_until(*wake);
	} while (session->frame_waited); /* another thread was quicker */
	return check_running(session);
}

static void note_loss(SimSession *session)
{
	if (session->loss_pending && sim_now() >= session->lost_at)
		session->lost = true;
}

static bool should_render(const SimSession *session)
{
	return session->graphics.kind != SIM_GRAPHICS_NONE && session->state >= XR_SESSION_STATE_VISIBLE &&
	       session->state <= XR_SESSION_STATE_FOCUSED;
}

static void start_frame(SimSession *session, XrTime wake)
{
	XrTime shown = wake + PERIODS_AHEAD * sim_period();
	if (shown <= session->last_display_time)
		shown = session->last_display_time + 1;
	session->last_wake = wake;
	session->last_display_time = shown;
	session->waited = (SimFrame){
		.number = ++sim.frame_now,
		.display_time = shown,
		.period = sim.device.period_overridden ? sim.device.period_override : sim_period(),
		.woken_at = wake,
	};
	session->frame_waited = true;
	sim_device_advance(sim_now());
	sim_session_follow_device(session);
	session->waited.should_render = should_render(session);
}

static XrResult with_loss(const SimSession *session)
{
	return session->loss_pending ? XR_SESSION_LOSS_PENDING : XR_SUCCESS;
}

static XrResult wait_frame(SimSession *session, XrFrameState *state)
{
	XrTime wake;
	SIM_TRY(wait_for_turn(session, &wake));
	note_loss(session);
	SIM_TRY(check_running(session));
	start_frame(session, wake);
	SIM_TRY(check_running(session)); /* the script may have ended it */
	state->predictedDisplayTime = session->waited.display_time;
	state->predictedDisplayPeriod = session->waited.period;
	state->shouldRender = session->waited.should_render;
	return with_loss(session);
}

XrResult sim_WaitFrame(XrSession session, const XrFrameWaitInfo *info, XrFrameState *state)
{
	SIM_LIVE_SESSION(found, session);
	SIM_REQUIRE(!info || info->type == XR_TYPE_FRAME_WAIT_INFO, XR_ERROR_VALIDATION_FAILURE,
	            "info must be NULL or of type XR_TYPE_FRAME_WAIT_INFO");
	SIM_STRUCT(state, XR_TYPE_FRAME_STATE);
	sim_object_retain(found); /* another thread may destroy it meanwhile */
	XrResult result = wait_frame(found, state);
	sim_object_release(found);
	return result;
}

/* ---- beginning ---- */

static void report_discarded(const SimFrame *frame)
{
	sim.totals.discarded++;
	sim_report("frame", "\"frame\":%llu,\"woken\":%lld,\"begun\":%lld,\"predicted\":%lld,\"shown\":null,\"missed\":0,"
	                    "\"pose_age_ns\":null,\"should_render\":%s,\"layers\":0,\"discarded\":true",
	           (unsigned long long)frame->number, (long long)frame->woken_at, (long long)frame->begun_at,
	           (long long)frame->display_time, frame->should_render ? "true" : "false");
}

XrResult sim_BeginFrame(XrSession session, const XrFrameBeginInfo *info)
{
	SIM_LIVE_SESSION(found, session);
	SIM_REQUIRE(!info || info->type == XR_TYPE_FRAME_BEGIN_INFO, XR_ERROR_VALIDATION_FAILURE,
	            "info must be NULL or of type XR_TYPE_FRAME_BEGIN_INFO");
	SIM_TRY(check_running(found));
	SIM_REQUIRE(found->frame_waited, XR_ERROR_CALL_ORDER_INVALID, "xrBeginFrame without xrWaitFrame before it");
	bool discards = found->frame_begun;
	if (discards)
		report_discarded(&found->begun);
	found->begun = found->waited;
	found->begun.begun_at = sim_now();
	found->frame_waited = false;
	found->frame_begun = true;
	sim_wake();
	return discards ? XR_FRAME_DISCARDED : with_loss(found);
}

/* ---- ending ---- */

/* How many refreshes of the display showed an older picture, because this one was not there. */
static uint32_t missed_before(SimSession *session, XrTime shown)
{
	XrDuration period = sim_period();
	XrTime before = session->last_shown_time;
	session->last_shown_time = shown;
	if (before == 0 || shown <= before)
		return 0;
	int64_t refreshes = (shown - before + period / 2) / period; /* 0 where the rate has just changed */
	return refreshes > 1 ? (uint32_t)refreshes - 1 : 0;
}

static XrTime time_shown(const SimFrame *frame)
{
	XrDuration period = sim_period();
	XrTime ready = frame->ended_at + COMPOSITOR_NS;
	if (sim.clock.kind == SIM_CLOCK_STEPPED || ready <= frame->display_time)
		ready = frame->display_time;
	return frame->display_time + (ready - frame->display_time + period - 1) / period * period;
}

static void report_frame(SimSession *session, const SimFrame *frame, uint32_t layers)
{
	XrTime shown = time_shown(frame);
	uint32_t missed = missed_before(session, shown);
	XrTime located = sim_strict_located_at(session, frame->display_time);
	char age[24] = "null";
	if (located > 0 && layers > 0) {
		XrDuration pose_age = shown - located;
		if (pose_age > sim.totals.pose_age_max)
			sim.totals.pose_age_max = pose_age;
		snprintf(age, sizeof(age), "%lld", (long long)pose_age);
	}
	sim.totals.frames++;
	sim.totals.missed += missed;
	sim_report("frame", "\"frame\":%llu,\"woken\":%lld,\"begun\":%lld,\"predicted\":%lld,\"shown\":%lld,\"missed\":%u,"
	                    "\"pose_age_ns\":%s,\"should_render\":%s,\"layers\":%u,\"discarded\":false",
	           (unsigned long long)frame->number, (long long)frame->woken_at, (long long)frame->begun_at,
	           (long long)frame->display_time, (long long)shown, missed, age, frame->should_render ? "true" : "false",
	           layers);
}

/* Checking and composing read images back, with the mutex free meanwhile; other threads go on. */
static XrResult show_frame(SimSession *session, const SimFrame *frame, const XrFrameEndInfo *info, SimPictures *pictures)
{
	SIM_TRY(sim_strict_end_frame(session, frame, info));
	SIM_TRY(sim_pictures_draw(session, frame, info, pictures));
	SIM_TRY(check_running(session));
	report_frame(session, frame, info->layerCount);
	session->frame_ended = true;
	sim_session_follow_device(session);
	return with_loss(session);
}

XrResult sim_EndFrame(XrSession session, const XrFrameEndInfo *info)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(info, XR_TYPE_FRAME_END_INFO);
	SIM_TRY(check_running(found));
	SIM_REQUIRE(found->frame_begun, XR_ERROR_CALL_ORDER_INVALID, "xrEndFrame without xrBeginFrame before it");
	SIM_TRY(sim_check_end_frame(found, info));
	SimFrame frame = found->begun;
	SimPictures pictures = {0};
	frame.ended_at = sim_now();
	found->frame_begun = false;
	sim_object_retain(found);
	XrResult result = show_frame(found, &frame, info, &pictures);
	if (XR_FAILED(result))
		found->frame_begun = true; /* so that the next xrBeginFrame discards it */
	sim_object_release(found);
	sim_pictures_write(&pictures);
	return result;
}
