/* The eyes: where they are, and how far each sees. */
#include "functions.h"
#include "internal.h"

XrPosef sim_eye_in_head(uint32_t eye)
{
	float side = eye == 0 ? -1 : 1;
	return (XrPosef){
		.orientation = sim_quaternion_axis_angle((XrVector3f){0, 1, 0}, -side * sim.model->cant_rad),
		.position = {side * sim.device.ipd_m / 2, 0, 0},
	};
}

static XrViewStateFlags state_flags(XrSpaceLocationFlags flags)
{
	XrViewStateFlags state = 0;
	if (flags & XR_SPACE_LOCATION_ORIENTATION_VALID_BIT)
		state |= XR_VIEW_STATE_ORIENTATION_VALID_BIT;
	if (flags & XR_SPACE_LOCATION_POSITION_VALID_BIT)
		state |= XR_VIEW_STATE_POSITION_VALID_BIT;
	if (flags & XR_SPACE_LOCATION_ORIENTATION_TRACKED_BIT)
		state |= XR_VIEW_STATE_ORIENTATION_TRACKED_BIT;
	if (flags & XR_SPACE_LOCATION_POSITION_TRACKED_BIT)
		state |= XR_VIEW_STATE_POSITION_TRACKED_BIT;
	return state;
}

static XrResult check_locate(const XrViewLocateInfo *info)
{
	SIM_TRY(sim_check_views(info->viewConfigurationType));
	SIM_REQUIRE(info->displayTime > 0, XR_ERROR_TIME_INVALID, "displayTime %lld is not positive",
	            (long long)info->displayTime);
	return XR_SUCCESS;
}

XrResult sim_LocateViews(XrSession session, const XrViewLocateInfo *info, XrViewState *state, uint32_t capacity,
                         uint32_t *count, XrView *views)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(info, XR_TYPE_VIEW_LOCATE_INFO);
	SIM_STRUCT(state, XR_TYPE_VIEW_STATE);
	SIM_FIND(Space, base, info->space);
	SIM_TRY(check_locate(info));
	SIM_TRY(sim_two_call(capacity, count, views, 2));
	SimMotion head = sim_head_motion(info->displayTime);
	SimMotion here = sim_space_motion(base, info->displayTime);
	state->viewStateFlags = state_flags(head.flags & here.flags);
	XrPosef world[2];
	for (uint32_t i = 0; i < 2 && capacity > 0; i++) {
		SIM_STRUCT(&views[i], XR_TYPE_VIEW);
		world[i] = sim_pose_multiply(head.pose, sim_eye_in_head(i));
		views[i].pose = sim_pose_multiply(sim_pose_inverse(here.pose), world[i]);
		views[i].fov = sim.model->fov[i];
	}
	if (capacity > 0)
		sim_strict_located(found, info->displayTime, world);
	return XR_SUCCESS;
}
