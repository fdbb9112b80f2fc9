/* XR_EXT_conformance_automation: a program under test moves its controllers itself. Of the program
 * and the script, who sets a component or switches a controller last is right; but a place that the
 * program sets holds to the end, as a script says at every moment where the hands are. */
#include "action.h"

#include <stdio.h>
#include <string.h>

/* ---- which device, and which part of it ---- */

static XrResult find_source(const SimSession *session, XrPath user, SimSource **source)
{
	SIM_TRY(sim_check_user_path(session->instance, user));
	const char *text = sim_path_text(session->instance, user);
	for (int kind = 0; kind < SIM_SOURCE_COUNT; kind++) {
		if (strcmp(sim_source_user[kind], text) != 0)
			continue;
		*source = &sim.device.source[kind];
		return XR_SUCCESS;
	}
	return sim_reject(XR_ERROR_PATH_UNSUPPORTED, "there is nothing to move at %s", text);
}

/* find_component takes ".../input/trigger/value" to "trigger/value", which must be of that type. */
static XrResult find_component(const SimSession *session, XrPath user, XrPath path, XrActionType type,
                               SimSource **source, char component[SIM_NAME_SIZE])
{
	SIM_TRY(find_source(session, user, source));
	const char *text = sim_path_text(session->instance, path);
	SIM_REQUIRE(text, XR_ERROR_PATH_INVALID, "there is no path %llu", (unsigned long long)path);
	const SimProfile *profile = sim_profile_named((*source)->profile);
	char owner[SIM_NAME_SIZE];
	SIM_REQUIRE(profile && sim_profile_resolve(session->instance, profile, text, type, owner, component) &&
	                sim_component_type(component) == type && strcmp(owner, sim_path_text(session->instance, user)) == 0,
	            XR_ERROR_PATH_UNSUPPORTED, "%s has no %s of that type", (*source)->profile, text);
	return XR_SUCCESS;
}

static XrResult set_component(SimSource *source, XrPath user, const SimSession *session, const char *component, float value)
{
	int index = sim_profile_component(sim_profile_named(source->profile), sim_path_text(session->instance, user), component);
	SIM_REQUIRE(index >= 0, XR_ERROR_PATH_UNSUPPORTED, "%s has no %s", source->profile, component);
	SIM_REQUIRE(value >= -1 && value <= 1, XR_ERROR_VALIDATION_FAILURE, "%g is not from -1 to 1", (double)value);
	source->component[index] = value;
	return XR_SUCCESS;
}

/* ---- the extension ---- */

XrResult sim_SetInputDeviceActiveEXT(XrSession handle, XrPath profile, XrPath user, XrBool32 active)
{
	SIM_LIVE_SESSION(session, handle);
	const char *name = sim_path_text(session->instance, profile);
	SIM_REQUIRE(name, XR_ERROR_PATH_INVALID, "there is no path %llu", (unsigned long long)profile);
	const SimProfile *known = sim_profile_named(name);
	SimSource *source;
	SIM_TRY(find_source(session, user, &source));
	SIM_REQUIRE(known && strstr(known->users, sim_path_text(session->instance, user)), XR_ERROR_PATH_UNSUPPORTED,
	            "%s is no profile of that user", name);
	if (strcmp(source->profile, name) != 0) {
		snprintf(source->profile, sizeof source->profile, "%s", name);
		memset(source->component, 0, sizeof source->component);
	}
	source->connected = active;
	return XR_SUCCESS;
}

static XrResult set_scalar(XrSession handle, XrPath user, XrPath path, XrActionType type, float value)
{
	SIM_LIVE_SESSION(session, handle);
	SimSource *source;
	char component[SIM_NAME_SIZE];
	SIM_TRY(find_component(session, user, path, type, &source, component));
	return set_component(source, user, session, component, value);
}

XrResult sim_SetInputDeviceStateBoolEXT(XrSession session, XrPath user, XrPath path, XrBool32 state)
{
	return set_scalar(session, user, path, XR_ACTION_TYPE_BOOLEAN_INPUT, state ? 1 : 0);
}

XrResult sim_SetInputDeviceStateFloatEXT(XrSession session, XrPath user, XrPath path, float state)
{
	return set_scalar(session, user, path, XR_ACTION_TYPE_FLOAT_INPUT, state);
}

XrResult sim_SetInputDeviceStateVector2fEXT(XrSession handle, XrPath user, XrPath path, XrVector2f state)
{
	SIM_LIVE_SESSION(session, handle);
	SimSource *source;
	char component[SIM_NAME_SIZE], axis[SIM_NAME_SIZE + 2];
	SIM_TRY(find_component(session, user, path, XR_ACTION_TYPE_VECTOR2F_INPUT, &source, component));
	snprintf(axis, sizeof axis, "%s/x", component);
	SIM_TRY(set_component(source, user, session, axis, state.x));
	snprintf(axis, sizeof axis, "%s/y", component);
	return set_component(source, user, session, axis, state.y);
}

/* Grip and aim are one piece: placing either places both. */
XrResult sim_SetInputDeviceLocationEXT(XrSession handle, XrPath user, XrPath path, XrSpace space_handle, XrPosef pose)
{
	SIM_LIVE_SESSION(session, handle);
	SIM_FIND(Space, space, space_handle);
	SIM_REQUIRE(sim_pose_valid(&pose), XR_ERROR_POSE_INVALID, "the orientation is no unit quaternion");
	SimSource *source;
	char component[SIM_NAME_SIZE];
	SIM_TRY(find_component(session, user, path, XR_ACTION_TYPE_POSE_INPUT, &source, component));
	SimMotion base = sim_space_motion(space, sim_now()), here = {.time = sim_now(), .flags = base.flags};
	here.pose = sim_pose_multiply(base.pose, pose);
	source->placed = true;
	source->aim = source->grip = here;
	if (strcmp(component, "aim/pose") == 0)
		source->grip = sim_motion_offset(&here, sim_grip_in_aim());
	else
		source->aim = sim_motion_offset(&here, sim_pose_inverse(sim_grip_in_aim()));
	return XR_SUCCESS;
}
