/* The simulated device, and what can happen to it. */
#include "functions.h"
#include "internal.h"

/* A recentring that was announced and has not happened yet. */
static struct {
	bool waiting;
	XrTime at;
	XrTime told_at;
	XrPosef local;
} recentre;

static SimMotion at_rest(float x, float y, float z, XrSpaceLocationFlags flags)
{
	return (SimMotion){
		.time = SIM_TIME_ORIGIN,
		.pose = {.orientation = {0, 0, 0, 1}, .position = {x, y, z}},
		.flags = flags,
	};
}

void sim_device_reset(void)
{
	/* A headset without position tracking gives an assumed position: valid, not tracked. */
	XrSpaceLocationFlags head = SIM_TRACKED;
	if (!sim.model->position_tracked)
		head &= ~(XrSpaceLocationFlags)XR_SPACE_LOCATION_POSITION_TRACKED_BIT;
	sim.device = (SimDevice){
		.plugged = true,
		.worn = true,
		.visible = true,
		.focused = true,
		.head = at_rest(0, 1.6f, 0, head),
		.local = {.orientation = {0, 0, 0, 1}, .position = {0, 1.6f, 0}},
		.bounds_known = true,
		.bounds = {3, 2},
		.ipd_m = sim.model->ipd_m,
	};
	for (int hand = SIM_SOURCE_LEFT; hand <= SIM_SOURCE_RIGHT; hand++) {
		float side = hand == SIM_SOURCE_LEFT ? -0.2f : 0.2f;
		sim.device.source[hand] = (SimSource){
			.connected = true,
			.profile = "/interaction_profiles/oculus/touch_controller",
			.grip = at_rest(side, 1.2f, -0.35f, SIM_TRACKED),
			.aim = at_rest(side, 1.2f, -0.4f, SIM_TRACKED),
		};
	}
	sim.rate_hz = sim.model->rates_hz[0];
	recentre.waiting = false;
	recentre.told_at = 0;
}

XrDuration sim_period(void)
{
	return (XrDuration)(SIM_SECOND / (double)sim.rate_hz + 0.5);
}

void sim_idle_step(void)
{
	if (sim.clock.kind == SIM_CLOCK_STEPPED)
		sim_wait_until(sim_now() + sim_period());
	sim_device_advance(sim_now());
	if (sim.session)
		sim_session_follow_device(sim.session);
}

XrPosef sim_local_at(XrTime time)
{
	return recentre.waiting && time >= recentre.at ? recentre.local : sim.device.local;
}

bool sim_recentred_since(XrTime time)
{
	return recentre.told_at > time;
}

static void tell_space_change(XrReferenceSpaceType type, XrPosef moved, bool pose_valid, XrTime at)
{
	XrEventDataReferenceSpaceChangePending event = {
		.type = XR_TYPE_EVENT_DATA_REFERENCE_SPACE_CHANGE_PENDING,
		.session = SIM_HANDLE(Session, sim.session),
		.referenceSpaceType = type,
		.changeTime = at,
		.poseValid = pose_valid,
		.poseInPreviousSpace = pose_valid ? moved : sim_identity,
	};
	sim_event_push(&event, sizeof(event));
}

void sim_device_recentre(XrPosef local_in_world, XrDuration delay, bool pose_valid)
{
	XrPosef before = recentre.waiting ? recentre.local : sim.device.local;
	XrPosef moved = sim_pose_multiply(sim_pose_inverse(before), local_in_world);
	if (recentre.waiting)
		sim.device.local = recentre.local;
	recentre.waiting = true;
	recentre.told_at = sim_now();
	recentre.at = recentre.told_at + delay;
	recentre.local = local_in_world;
	if (!sim.session)
		return;
	tell_space_change(XR_REFERENCE_SPACE_TYPE_LOCAL, moved, pose_valid, recentre.at);
	if (!sim_has_local_floor(sim.instance))
		return;
	XrPosef floor = sim_pose_multiply(sim_pose_inverse(sim_floor_under(before)), sim_floor_under(local_in_world));
	tell_space_change(XR_REFERENCE_SPACE_TYPE_LOCAL_FLOOR, floor, pose_valid, recentre.at);
}

void sim_device_plug(bool plugged)
{
	if (sim.device.plugged && !plugged)
		sim_device_lose_session(true);
	sim.device.plugged = plugged;
}

void sim_device_set_visibility(bool visible, bool focused)
{
	sim.device.visible = visible;
	sim.device.focused = focused;
	if (sim.session)
		sim_session_follow_device(sim.session);
}

void sim_device_tell_worn(void)
{
	if (!sim.session || !sim.instance->extension[SIM_EXT_user_presence])
		return;
	XrEventDataUserPresenceChangedEXT event = {
		.type = XR_TYPE_EVENT_DATA_USER_PRESENCE_CHANGED_EXT,
		.session = SIM_HANDLE(Session, sim.session),
		.isUserPresent = sim.device.worn,
	};
	sim_event_push(&event, sizeof(event));
}

void sim_device_set_worn(bool worn)
{
	if (sim.device.worn == worn)
		return;
	sim.device.worn = worn;
	if (sim.session && sim.session->running)
		sim_device_tell_worn();
}

#define LOSS_NOTICE (SIM_SECOND / 2) /* how long what is going to be lost still works */

void sim_device_lose_session(bool with_warning)
{
	SimSession *session = sim.session;
	if (!session || session->loss_pending || session->lost)
		return;
	session->loss_pending = with_warning;
	session->lost = !with_warning;
	session->lost_at = sim_now() + LOSS_NOTICE;
	if (with_warning)
		sim_session_set_state(session, XR_SESSION_STATE_LOSS_PENDING);
	sim_wake();
}

static void instance_is_lost(void)
{
	sim.instance->lost = true;
	sim_wake();
}

void sim_device_lose_instance(bool with_warning)
{
	if (!sim.instance || (with_warning && sim.instance->lost_at > 0))
		return;
	if (!with_warning) {
		instance_is_lost();
		return;
	}
	sim.instance->lost_at = sim_now() + LOSS_NOTICE;
	XrEventDataInstanceLossPending event = {
		.type = XR_TYPE_EVENT_DATA_INSTANCE_LOSS_PENDING,
		.lossTime = sim.instance->lost_at,
	};
	sim_event_push(&event, sizeof(event));
}

static void settle_recentring(XrTime now)
{
	if (recentre.waiting && now >= recentre.at) {
		sim.device.local = recentre.local;
		recentre.waiting = false;
	}
}

/* Once the change of a space is past, older times are answered in the new one as well. */
void sim_device_settle(XrTime now)
{
	settle_recentring(now);
	if (sim.instance && !sim.instance->lost && sim.instance->lost_at > 0 && now >= sim.instance->lost_at)
		instance_is_lost();
}

void sim_device_ask_exit(void)
{
	if (sim.session && sim.session->running)
		sim_session_stop(sim.session);
}

bool sim_device_set_rate(float hz)
{
	for (uint32_t i = 0; i < SIM_COUNT(sim.model->rates_hz); i++)
		if (sim.model->rates_hz[i] == hz && hz > 0) {
			sim_rate_change(hz);
			return true;
		}
	return false;
}

void sim_device_visibility_mask_changed(void)
{
	if (!sim.session || !sim.instance->extension[SIM_EXT_visibility_mask])
		return;
	for (uint32_t view = 0; view < 2; view++) {
		XrEventDataVisibilityMaskChangedKHR event = {
			.type = XR_TYPE_EVENT_DATA_VISIBILITY_MASK_CHANGED_KHR,
			.session = SIM_HANDLE(Session, sim.session),
			.viewConfigurationType = XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO,
			.viewIndex = view,
		};
		sim_event_push(&event, sizeof(event));
	}
}
