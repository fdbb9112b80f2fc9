/* Spaces: reference spaces, and where things are in them. */
#include <math.h>

#include "functions.h"
#include "internal.h"

bool sim_has_local_floor(const SimInstance *instance)
{
	return instance->extension[SIM_EXT_local_floor] || instance->api_version >= XR_MAKE_VERSION(1, 1, 0);
}

static uint32_t offered_types(const SimInstance *instance, XrReferenceSpaceType types[4])
{
	uint32_t count = 0;
	types[count++] = XR_REFERENCE_SPACE_TYPE_VIEW;
	types[count++] = XR_REFERENCE_SPACE_TYPE_LOCAL;
	if (sim_has_local_floor(instance))
		types[count++] = XR_REFERENCE_SPACE_TYPE_LOCAL_FLOOR;
	types[count++] = XR_REFERENCE_SPACE_TYPE_STAGE;
	return count;
}

static XrResult check_type(const SimInstance *instance, XrReferenceSpaceType type)
{
	XrReferenceSpaceType types[4];
	uint32_t count = offered_types(instance, types);
	for (uint32_t i = 0; i < count; i++)
		if (types[i] == type)
			return XR_SUCCESS;
	return sim_reject(XR_ERROR_REFERENCE_SPACE_UNSUPPORTED, "reference space type %d is not offered", type);
}

XrPosef sim_floor_under(XrPosef local)
{
	XrVector3f ahead = sim_rotate(local.orientation, (XrVector3f){0, 0, -1});
	float yaw = atan2f(-ahead.x, -ahead.z);
	return (XrPosef){
		.orientation = sim_quaternion_axis_angle((XrVector3f){0, 1, 0}, yaw),
		.position = {local.position.x, 0, local.position.z},
	};
}

static SimMotion reference_motion(XrReferenceSpaceType type, XrTime time)
{
	SimMotion still = {.time = time, .pose = sim_identity, .flags = SIM_TRACKED};
	switch ((int32_t)type) { /* LOCAL_FLOOR is newer than the enumeration */
	case XR_REFERENCE_SPACE_TYPE_VIEW:
		return sim_head_motion(time);
	case XR_REFERENCE_SPACE_TYPE_LOCAL:
		still.pose = sim_local_at(time);
		return still;
	case XR_REFERENCE_SPACE_TYPE_LOCAL_FLOOR:
		still.pose = sim_floor_under(sim_local_at(time));
		return still;
	default:
		return still; /* STAGE is the world */
	}
}

SimMotion sim_space_motion(const SimSpace *space, XrTime time)
{
	SimMotion base = space->action ? sim_input_action_motion(space->session, space->action, space->subaction, time)
	                               : reference_motion(space->reference, time);
	return sim_motion_offset(&base, space->offset);
}

static void space_released(void *object)
{
	SimSpace *space = object;
	if (space->action)
		sim_object_release(space->action);
}

static XrResult make_space(SimSession *session, XrPosef offset, XrSpace *out, SimSpace **made)
{
	SIM_POINTER(out);
	SIM_REQUIRE(sim_pose_valid(&offset), XR_ERROR_POSE_INVALID, "the pose in the space is no rigid pose");
	SimSpace *space = sim_object_new(SIM_KIND_Space, sizeof(*space), session);
	SIM_REQUIRE(space, XR_ERROR_OUT_OF_MEMORY, "no memory for a space");
	space->session = session;
	space->offset = offset;
	space->object.release = space_released;
	*out = SIM_HANDLE(Space, space);
	*made = space;
	return XR_SUCCESS;
}

XrResult sim_EnumerateReferenceSpaces(XrSession session, uint32_t capacity, uint32_t *count, XrReferenceSpaceType *types)
{
	SIM_LIVE_SESSION(found, session);
	XrReferenceSpaceType offered[4];
	uint32_t available = offered_types(found->instance, offered);
	return sim_two_call_copy(capacity, count, types, offered, available, sizeof(*types));
}

XrResult sim_CreateReferenceSpace(XrSession session, const XrReferenceSpaceCreateInfo *info, XrSpace *out)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(info, XR_TYPE_REFERENCE_SPACE_CREATE_INFO);
	SIM_TRY(check_type(found->instance, info->referenceSpaceType));
	SimSpace *space;
	SIM_TRY(make_space(found, info->poseInReferenceSpace, out, &space));
	space->reference = info->referenceSpaceType;
	return XR_SUCCESS;
}

XrResult sim_CreateActionSpace(XrSession session, const XrActionSpaceCreateInfo *info, XrSpace *out)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(info, XR_TYPE_ACTION_SPACE_CREATE_INFO);
	SimAction *action;
	SIM_TRY(sim_input_action_space(found, info, &action));
	SimSpace *space;
	SIM_TRY(make_space(found, info->poseInActionSpace, out, &space));
	space->action = action;
	space->subaction = info->subactionPath;
	sim_object_retain(action);
	return XR_SUCCESS;
}

XrResult sim_GetReferenceSpaceBoundsRect(XrSession session, XrReferenceSpaceType type, XrExtent2Df *bounds)
{
	SIM_LIVE_SESSION(found, session);
	SIM_POINTER(bounds);
	*bounds = (XrExtent2Df){0, 0};
	SIM_TRY(check_type(found->instance, type));
	if (type != XR_REFERENCE_SPACE_TYPE_STAGE || !sim.device.bounds_known)
		return XR_SPACE_BOUNDS_UNAVAILABLE;
	*bounds = sim.device.bounds;
	return XR_SUCCESS;
}

/* A position needs to know how the base is turned. */
static XrSpaceLocationFlags usable(XrSpaceLocationFlags flags)
{
	if (!(flags & XR_SPACE_LOCATION_ORIENTATION_VALID_BIT))
		flags = 0;
	if (!(flags & XR_SPACE_LOCATION_POSITION_VALID_BIT))
		flags &= ~(XrSpaceLocationFlags)XR_SPACE_LOCATION_POSITION_TRACKED_BIT;
	return flags;
}

static SimMotion locate(const SimSpace *space, const SimSpace *base, XrTime time)
{
	SimMotion there = sim_space_motion(space, time);
	SimMotion here = sim_space_motion(base, time);
	SimMotion relative = sim_motion_relative(&there, &here);
	relative.flags = usable(relative.flags);
	if (!relative.flags)
		relative.pose = sim_identity;
	return relative;
}

static XrSpaceVelocityFlags velocity_flags(XrSpaceLocationFlags flags)
{
	return (flags & XR_SPACE_LOCATION_POSITION_VALID_BIT ? XR_SPACE_VELOCITY_LINEAR_VALID_BIT : 0) |
	       (flags & XR_SPACE_LOCATION_ORIENTATION_VALID_BIT ? XR_SPACE_VELOCITY_ANGULAR_VALID_BIT : 0);
}

XrResult sim_LocateSpace(XrSpace space, XrSpace base, XrTime time, XrSpaceLocation *location)
{
	SIM_FIND(Space, found, space);
	SIM_FIND(Space, found_base, base);
	SIM_STRUCT(location, XR_TYPE_SPACE_LOCATION);
	SIM_REQUIRE(!found->session->lost, XR_ERROR_SESSION_LOST, "the session is lost");
	SIM_REQUIRE(time > 0, XR_ERROR_TIME_INVALID, "time %lld is not positive", (long long)time);
	SimMotion relative = locate(found, found_base, time);
	location->locationFlags = relative.flags;
	location->pose = relative.pose;
	XrSpaceVelocity *velocity = (void *)sim_chain(location->next, XR_TYPE_SPACE_VELOCITY);
	if (velocity) {
		velocity->velocityFlags = velocity_flags(relative.flags);
		velocity->linearVelocity = relative.linear_velocity;
		velocity->angularVelocity = relative.angular_velocity;
	}
	return XR_SUCCESS;
}

static XrResult check_located(const XrSpacesLocateInfo *info, const XrSpaceLocations *locations,
                              const XrSpaceVelocities *velocities)
{
	SIM_REQUIRE(info->time > 0, XR_ERROR_TIME_INVALID, "time %lld is not positive", (long long)info->time);
	SIM_REQUIRE(info->spaceCount > 0 && info->spaces, XR_ERROR_VALIDATION_FAILURE, "there is no space to locate");
	SIM_REQUIRE(locations->locationCount == info->spaceCount && locations->locations, XR_ERROR_VALIDATION_FAILURE,
	            "locationCount %u for %u spaces", locations->locationCount, info->spaceCount);
	SIM_REQUIRE(!velocities || (velocities->velocityCount == info->spaceCount && velocities->velocities),
	            XR_ERROR_VALIDATION_FAILURE, "velocityCount differs from spaceCount %u", info->spaceCount);
	return XR_SUCCESS;
}

XrResult sim_LocateSpaces(XrSession session, const XrSpacesLocateInfo *info, XrSpaceLocations *locations)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(info, XR_TYPE_SPACES_LOCATE_INFO);
	SIM_STRUCT(locations, XR_TYPE_SPACE_LOCATIONS);
	SIM_FIND(Space, base, info->baseSpace);
	XrSpaceVelocities *velocities = (void *)sim_chain(locations->next, XR_TYPE_SPACE_VELOCITIES);
	SIM_TRY(check_located(info, locations, velocities));
	for (uint32_t i = 0; i < info->spaceCount; i++) {
		SIM_FIND(Space, space, info->spaces[i]);
		SimMotion relative = locate(space, base, info->time);
		locations->locations[i] = (XrSpaceLocationData){relative.flags, relative.pose};
		if (velocities)
			velocities->velocities[i] = (XrSpaceVelocityData){velocity_flags(relative.flags), relative.linear_velocity,
			                                                  relative.angular_velocity};
	}
	return XR_SUCCESS;
}

XrResult sim_DestroySpace(XrSpace space)
{
	SIM_FIND(Space, found, space);
	sim_object_destroy(found);
	return XR_SUCCESS;
}
