/* Prints where the head and the right hand are, and its trigger, every 10 ms: what a trace must play.
 * usage: input_trace COUNT */
#include "input_client.h"

static XrInstance instance;
static XrSession session;

static void print_pose(XrSpace space, XrSpace stage, XrTime time)
{
	XrSpaceLocation l = {.type = XR_TYPE_SPACE_LOCATION};
	MUST(xrLocateSpace(space, stage, time, &l));
	XrPosef p = l.pose;
	printf("%d %.9g %.9g %.9g %.9g %.9g %.9g %.9g ", l.locationFlags != 0, p.position.x, p.position.y, p.position.z, p.orientation.x,
	       p.orientation.y, p.orientation.z, p.orientation.w);
}

int main(int argc, char **argv)
{
	session = headless_session(&instance, XR_MAKE_VERSION(1, 0, 20));
	XrPosef identity = {{0, 0, 0, 1}, {0, 0, 0}};
	XrActionSet set = action_set(instance, "set", 0);
	XrAction aim = action(set, "aim", XR_ACTION_TYPE_POSE_INPUT, 0, NULL);
	XrAction trigger = action(set, "trigger", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrActionSuggestedBinding bindings[] = {{aim, path(instance, "/user/hand/right/input/aim/pose")},
	                                       {trigger, path(instance, "/user/hand/right/input/trigger/value")}};
	CALL(suggest(instance, "/interaction_profiles/oculus/touch_controller", 2, bindings), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	XrReferenceSpaceCreateInfo view_info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, XR_REFERENCE_SPACE_TYPE_VIEW, identity};
	XrReferenceSpaceCreateInfo stage_info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, XR_REFERENCE_SPACE_TYPE_STAGE, identity};
	XrActionSpaceCreateInfo aim_info = {XR_TYPE_ACTION_SPACE_CREATE_INFO, NULL, aim, XR_NULL_PATH, identity};
	XrSpace view, stage, ray;
	MUST(xrCreateReferenceSpace(session, &view_info, &view));
	MUST(xrCreateReferenceSpace(session, &stage_info, &stage));
	MUST(xrCreateActionSpace(session, &aim_info, &ray));
	begin(instance, session);
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	MUST(xrWaitFrame(session, NULL, &state));
	XrTime origin = state.predictedDisplayTime - 2 * state.predictedDisplayPeriod;
	CALL(sync_set(session, set), XR_SUCCESS);
	for (int i = 0; argc > 1 && i < atoi(argv[1]); i++) {
		print_pose(view, stage, origin + i * 10000000LL);
		print_pose(ray, stage, origin + i * 10000000LL);
		printf("%.9g\n", float_state(session, trigger, XR_NULL_PATH).currentState);
	}
	return failures > 0;
}
