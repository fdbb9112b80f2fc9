/* XR_EXT_conformance_automation: the program plays the wearer. */
#include "input_client.h"

#include <math.h>

#define TOUCH "/interaction_profiles/oculus/touch_controller"

static XrInstance instance;
static XrSession session;

static PFN_xrVoidFunction get(const char *name)
{
	PFN_xrVoidFunction function = NULL;
	MUST(xrGetInstanceProcAddr(instance, name, &function));
	return function;
}

static void open_session(void)
{
	const char *extensions[] = {XR_MND_HEADLESS_EXTENSION_NAME, XR_EXT_CONFORMANCE_AUTOMATION_EXTENSION_NAME};
	MUST(create_instance(XR_MAKE_VERSION(1, 0, 20), 2, extensions, &instance));
	XrSystemGetInfo system_info = {XR_TYPE_SYSTEM_GET_INFO, NULL, XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY};
	XrSystemId system;
	MUST(xrGetSystem(instance, &system_info, &system));
	XrSessionCreateInfo create = {XR_TYPE_SESSION_CREATE_INFO, NULL, 0, system};
	MUST(xrCreateSession(instance, &create, &session));
}

int main(void)
{
	open_session();
	PFN_xrSetInputDeviceActiveEXT set_active = (PFN_xrSetInputDeviceActiveEXT)get("xrSetInputDeviceActiveEXT");
	PFN_xrSetInputDeviceStateBoolEXT set_bool = (PFN_xrSetInputDeviceStateBoolEXT)get("xrSetInputDeviceStateBoolEXT");
	PFN_xrSetInputDeviceStateFloatEXT set_float = (PFN_xrSetInputDeviceStateFloatEXT)get("xrSetInputDeviceStateFloatEXT");
	PFN_xrSetInputDeviceStateVector2fEXT set_vector = (PFN_xrSetInputDeviceStateVector2fEXT)get("xrSetInputDeviceStateVector2fEXT");
	PFN_xrSetInputDeviceLocationEXT set_location = (PFN_xrSetInputDeviceLocationEXT)get("xrSetInputDeviceLocationEXT");

	XrPath left = path(instance, "/user/hand/left"), right = path(instance, "/user/hand/right");
	XrPath touch = path(instance, TOUCH), pad = path(instance, "/interaction_profiles/microsoft/xbox_controller");
	XrPath trigger = path(instance, "/user/hand/left/input/trigger/value"), x = path(instance, "/user/hand/left/input/x/click");
	XrPath stick = path(instance, "/user/hand/left/input/thumbstick"), aim = path(instance, "/user/hand/left/input/aim/pose");
	XrPath grip = path(instance, "/user/hand/left/input/grip/pose");

	XrActionSet set = action_set(instance, "set", 0);
	XrAction actions[] = {action(set, "number", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL), action(set, "button", XR_ACTION_TYPE_BOOLEAN_INPUT, 0, NULL),
	                      action(set, "stick", XR_ACTION_TYPE_VECTOR2F_INPUT, 0, NULL), action(set, "aim", XR_ACTION_TYPE_POSE_INPUT, 0, NULL),
	                      action(set, "grip", XR_ACTION_TYPE_POSE_INPUT, 0, NULL)};
	XrActionSuggestedBinding bindings[] = {{actions[0], trigger}, {actions[1], x}, {actions[2], stick}, {actions[3], aim}, {actions[4], grip}};
	CALL(suggest(instance, TOUCH, COUNT(bindings), bindings), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	begin(instance, session);

	CALL(set_active(session, touch, left, XR_FALSE), XR_SUCCESS);
	CALL(sync_set(session, set), XR_SUCCESS);
	CHECK(!float_state(session, actions[0], 0).isActive, "a device that was made inactive is active");
	CALL(set_active(session, touch, left, XR_TRUE), XR_SUCCESS);
	CALL(set_float(session, left, trigger, 0.75f), XR_SUCCESS);
	CALL(set_bool(session, left, x, XR_TRUE), XR_SUCCESS);
	CALL(set_vector(session, left, stick, (XrVector2f){-0.5f, 1}), XR_SUCCESS);
	CHECK(!float_state(session, actions[0], 0).isActive, "a state changed before the sync");
	CALL(sync_set(session, set), XR_SUCCESS);
	CHECK(float_state(session, actions[0], 0).currentState == 0.75f, "number %g", float_state(session, actions[0], 0).currentState);
	CHECK(boolean_state(session, actions[1], 0).currentState, "the button is not pressed");
	XrVector2f v = vector_state(session, actions[2], 0).currentState;
	CHECK(v.x == -0.5f && v.y == 1, "stick %g %g", v.x, v.y);

	CALL(set_active(session, pad, left, XR_TRUE), XR_ERROR_PATH_UNSUPPORTED);
	CALL(set_active(session, left, left, XR_TRUE), XR_ERROR_PATH_UNSUPPORTED);
	CALL(set_active(session, 999999, left, XR_TRUE), XR_ERROR_PATH_INVALID);
	CALL(set_active(session, touch, 999999, XR_TRUE), XR_ERROR_PATH_INVALID);
	CALL(set_active(session, touch, path(instance, "/user/treadmill"), XR_TRUE), XR_ERROR_PATH_UNSUPPORTED);
	CALL(set_float(session, left, x, 1), XR_ERROR_PATH_UNSUPPORTED);
	CALL(set_float(session, right, trigger, 1), XR_ERROR_PATH_UNSUPPORTED);
	CALL(set_float(session, left, trigger, 1.5f), XR_ERROR_VALIDATION_FAILURE);
	CALL(set_bool(session, left, trigger, XR_TRUE), XR_ERROR_PATH_UNSUPPORTED);
	CALL(set_bool(session, left, 999999, XR_TRUE), XR_ERROR_PATH_INVALID);
	CALL(set_bool(XR_NULL_HANDLE, left, x, XR_TRUE), XR_ERROR_HANDLE_INVALID);

	/* A place given in LOCAL, which begins 1.6 m above the floor. */
	XrPosef identity = {{0, 0, 0, 1}, {0, 0, 0}}, place = {{0, 0, 0, 1}, {0.5f, -0.25f, -1}}, bad = {{0, 0, 0, 0}, {0, 0, 0}};
	XrReferenceSpaceCreateInfo local_info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, XR_REFERENCE_SPACE_TYPE_LOCAL, identity};
	XrReferenceSpaceCreateInfo stage_info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, XR_REFERENCE_SPACE_TYPE_STAGE, identity};
	XrActionSpaceCreateInfo aim_info = {XR_TYPE_ACTION_SPACE_CREATE_INFO, NULL, actions[3], XR_NULL_PATH, identity};
	XrActionSpaceCreateInfo grip_info = {XR_TYPE_ACTION_SPACE_CREATE_INFO, NULL, actions[4], XR_NULL_PATH, identity};
	XrSpace local, stage, aim_space, grip_space;
	MUST(xrCreateReferenceSpace(session, &local_info, &local));
	MUST(xrCreateReferenceSpace(session, &stage_info, &stage));
	MUST(xrCreateActionSpace(session, &aim_info, &aim_space));
	MUST(xrCreateActionSpace(session, &grip_info, &grip_space));
	CALL(set_location(session, left, aim, local, bad), XR_ERROR_POSE_INVALID);
	CALL(set_location(session, left, trigger, local, place), XR_ERROR_PATH_UNSUPPORTED);
	CALL(set_location(session, left, aim, XR_NULL_HANDLE, place), XR_ERROR_HANDLE_INVALID);
	CALL(set_location(session, left, aim, local, place), XR_SUCCESS);
	XrTime now = frame(session);
	CALL(sync_set(session, set), XR_SUCCESS);
	XrSpaceLocation l = {.type = XR_TYPE_SPACE_LOCATION};
	MUST(xrLocateSpace(aim_space, stage, now, &l));
	CHECK(l.pose.position.x == 0.5f && fabsf(l.pose.position.y - 1.35f) < 1e-6f && l.pose.position.z == -1, "aim at %g %g %g",
	      l.pose.position.x, l.pose.position.y, l.pose.position.z);
	MUST(xrLocateSpace(grip_space, aim_space, now, &l));
	CHECK(fabsf(l.pose.position.z - 0.05f) < 1e-6f, "the grip is %g m behind", l.pose.position.z);
	CALL(set_location(session, left, grip, stage, place), XR_SUCCESS);
	MUST(xrLocateSpace(grip_space, stage, now, &l));
	CHECK(l.pose.position.x == 0.5f && l.pose.position.y == -0.25f, "grip at %g %g", l.pose.position.x, l.pose.position.y);
	MUST(xrLocateSpace(grip_space, aim_space, now, &l));
	CHECK(fabsf(l.pose.position.z - 0.05f) < 1e-6f, "the grip is %g m behind its ray", l.pose.position.z);
	MUST(xrDestroyInstance(instance));

	/* Without the extension there is none of it. */
	MUST(create_instance(XR_MAKE_VERSION(1, 0, 20), 0, NULL, &instance));
	PFN_xrVoidFunction none;
	CALL(xrGetInstanceProcAddr(instance, "xrSetInputDeviceActiveEXT", &none), XR_ERROR_FUNCTION_UNSUPPORTED);
	MUST(xrDestroyInstance(instance));
	return verdict();
}
