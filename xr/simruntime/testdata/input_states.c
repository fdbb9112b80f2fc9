/* What actions and spaces tell while a script moves the device, in stepped time. Each test has an
 * instance of its own; a change of SPACETIME_SIM_STEPS makes the headset new.
 * usage: input_states [TEST] */
#include "input_client.h"

#include <math.h>

#define TOUCH "/interaction_profiles/oculus/touch_controller"
#define INDEX "/interaction_profiles/valve/index_controller"
#define SIMPLE "/interaction_profiles/khr/simple_controller"
#define XBOX "/interaction_profiles/microsoft/xbox_controller"
#define MAX_FRAMES 400

static XrInstance instance;
static XrSession session;
static XrPath left, right, hands[2];

static void start(const char *steps)
{
	setenv("SPACETIME_SIM_STEPS", steps, 1);
	session = headless_session(&instance, XR_MAKE_VERSION(1, 0, 20));
	left = hands[0] = path(instance, "/user/hand/left");
	right = hands[1] = path(instance, "/user/hand/right");
}

static void stop(void)
{
	MUST(xrDestroyInstance(instance));
}

static XrActionSuggestedBinding bind(XrAction action, const char *text)
{
	return (XrActionSuggestedBinding){action, path(instance, text)};
}

/* ---- numbers, buttons, sticks ---- */

static void test_values(void)
{
	start("left trigger/value 0.8; left thumbstick 0.25 -0.5; left x/click on; 100ms left trigger/value 0.5;"
	      "200ms left trigger/value 0.4; 300ms left trigger/value 0.5; 400ms left x/click off");
	XrActionSet set = action_set(instance, "set", 0);
	XrAction number = action(set, "number", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrAction button = action(set, "button", XR_ACTION_TYPE_BOOLEAN_INPUT, 0, NULL);
	XrAction of_click = action(set, "of_click", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrAction stick = action(set, "stick", XR_ACTION_TYPE_VECTOR2F_INPUT, 0, NULL);
	XrAction axis = action(set, "axis", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrAction odd = action(set, "odd", XR_ACTION_TYPE_VECTOR2F_INPUT, 0, NULL);
	XrAction unbound = action(set, "unbound", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrActionSuggestedBinding bindings[] = {
		bind(number, "/user/hand/left/input/trigger/value"), bind(button, "/user/hand/left/input/trigger"),
		bind(of_click, "/user/hand/left/input/x/click"),     bind(stick, "/user/hand/left/input/thumbstick"),
		bind(axis, "/user/hand/left/input/thumbstick/y"),    bind(odd, "/user/hand/left/input/trigger/value"),
	};
	CALL(suggest(instance, TOUCH, COUNT(bindings), bindings), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	begin(instance, session);
	CALL(sync_set(session, set), XR_SUCCESS);
	XrActionStateFloat first = float_state(session, number, 0);
	CHECK(first.isActive && first.currentState == 0.8f && first.changedSinceLastSync && first.lastChangeTime > 0,
	      "number: active %d, %g, changed %d, at %lld", first.isActive, first.currentState, first.changedSinceLastSync,
	      (long long)first.lastChangeTime);
	CHECK(boolean_state(session, button, 0).currentState, "a trigger at 0.8 is not pressed");
	CHECK(float_state(session, of_click, 0).currentState == 1, "a click is not 1");
	XrActionStateVector2f v = vector_state(session, stick, 0);
	CHECK(v.isActive && v.currentState.x == 0.25f && v.currentState.y == -0.5f, "stick %g %g", v.currentState.x, v.currentState.y);
	CHECK(float_state(session, axis, 0).currentState == -0.5f, "axis %g", float_state(session, axis, 0).currentState);
	CHECK(!vector_state(session, odd, 0).isActive, "a stick bound to a trigger is active");
	CHECK(!float_state(session, unbound, 0).isActive, "an unbound action is active");

	/* Without a change: the same time, and not changed. State moves in sync only. */
	frame(session);
	frame(session); /* time passes with the second */
	CALL(sync_set(session, set), XR_SUCCESS);
	XrActionStateFloat second = float_state(session, number, 0);
	CHECK(second.currentState == 0.8f && !second.changedSinceLastSync && second.lastChangeTime == first.lastChangeTime,
	      "unchanged number: %g, changed %d", second.currentState, second.changedSinceLastSync);

	/* 0.8, 0.5, 0.4, 0.5: a button with hysteresis stays pressed at 0.5 on the way down only. */
	static const float numbers[] = {0.5f, 0.4f, 0.5f};
	static const bool pressed[] = {true, false, false};
	for (uint32_t i = 0; i < COUNT(numbers); i++) {
		int n = 0;
		float before = float_state(session, number, 0).currentState;
		for (; n < MAX_FRAMES && float_state(session, number, 0).currentState == before; n++) {
			frame(session);
			CHECK(float_state(session, number, 0).currentState == before, "the number changed outside of a sync");
			CALL(sync_set(session, set), XR_SUCCESS);
		}
		XrActionStateFloat f = float_state(session, number, 0);
		CHECK(f.currentState == numbers[i] && f.changedSinceLastSync && f.lastChangeTime > second.lastChangeTime,
		      "number %g, changed %d", f.currentState, f.changedSinceLastSync);
		CHECK(boolean_state(session, button, 0).currentState == pressed[i], "pressed at %g: %d", numbers[i], !pressed[i]);
		second = f;
	}
	/* No set active: everything is inactive and zero. */
	CALL(sync_sets(session, 0, NULL), XR_SUCCESS);
	XrActionStateFloat off = float_state(session, number, 0);
	CHECK(!off.isActive && off.currentState == 0 && !off.changedSinceLastSync && off.lastChangeTime == 0, "inactive: %g", off.currentState);
	stop();
}

/* ---- several sources of one action ---- */

static void test_merge(void)
{
	start("left trigger/value -0.2; right trigger/value 0.1; left thumbstick 0.1 0.1; right thumbstick -0.6 0; left x/click on");
	XrActionSet set = action_set(instance, "set", 0);
	XrAction number = action(set, "number", XR_ACTION_TYPE_FLOAT_INPUT, 2, hands);
	XrAction stick = action(set, "stick", XR_ACTION_TYPE_VECTOR2F_INPUT, 2, hands);
	XrAction button = action(set, "button", XR_ACTION_TYPE_BOOLEAN_INPUT, 2, hands);
	XrActionSuggestedBinding bindings[] = {
		bind(number, "/user/hand/left/input/trigger/value"), bind(number, "/user/hand/right/input/trigger/value"),
		bind(stick, "/user/hand/left/input/thumbstick"),     bind(stick, "/user/hand/right/input/thumbstick"),
		bind(button, "/user/hand/left/input/x/click"),       bind(button, "/user/hand/right/input/a/click"),
	};
	CALL(suggest(instance, TOUCH, COUNT(bindings), bindings), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	/* What is suggested for another set afterwards takes nothing away from this one. */
	XrActionSuggestedBinding later = bind(action(action_set(instance, "later", 0), "later", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL),
	                                      "/user/hand/left/input/squeeze/value");
	CALL(suggest(instance, TOUCH, 1, &later), XR_SUCCESS);
	begin(instance, session);
	CALL(sync_set(session, set), XR_SUCCESS);
	CHECK(float_state(session, number, 0).currentState == -0.2f, "the greatest number is %g", float_state(session, number, 0).currentState);
	CHECK(float_state(session, number, left).currentState == -0.2f, "left %g", float_state(session, number, left).currentState);
	CHECK(float_state(session, number, right).currentState == 0.1f, "right %g", float_state(session, number, right).currentState);
	CHECK(vector_state(session, stick, 0).currentState.x == -0.6f, "the longest stick is %g", vector_state(session, stick, 0).currentState.x);
	CHECK(vector_state(session, stick, left).currentState.x == 0.1f, "left stick %g", vector_state(session, stick, left).currentState.x);
	CHECK(boolean_state(session, button, 0).currentState, "either button is not enough");
	CHECK(boolean_state(session, button, left).currentState, "the left button is not pressed");
	CHECK(!boolean_state(session, button, right).currentState, "the right button is pressed");

	/* A set made active for one hand hears that hand only. */
	XrActiveActionSet only_right = {set, right};
	CALL(sync_sets(session, 1, &only_right), XR_SUCCESS);
	CHECK(float_state(session, number, 0).currentState == 0.1f, "right hand only: %g", float_state(session, number, 0).currentState);
	CHECK(!float_state(session, number, left).isActive, "the left hand is active");
	CHECK(float_state(session, number, right).isActive, "the right hand is not active");
	XrActiveActionSet nobody = {set, path(instance, "/user/gamepad")}, no_path = {set, 999999};
	CALL(sync_sets(session, 1, &nobody), XR_ERROR_PATH_UNSUPPORTED);
	CALL(sync_sets(session, 1, &no_path), XR_ERROR_PATH_INVALID);
	stop();
}

/* ---- priorities ---- */

static void test_priorities(void)
{
	start("left trigger/value 0.7; left thumbstick 1 0; left squeeze/value 0.9");
	XrActionSet sets[] = {action_set(instance, "low", 1), action_set(instance, "high", 7), action_set(instance, "same", 7)};
	XrAction low_trigger = action(sets[0], "trigger", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrAction low_stick = action(sets[0], "stick", XR_ACTION_TYPE_VECTOR2F_INPUT, 0, NULL);
	XrAction low_squeeze = action(sets[0], "squeeze", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrAction low_either = action(sets[0], "either", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrAction high_trigger = action(sets[1], "trigger", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrAction high_touch = action(sets[1], "touch", XR_ACTION_TYPE_BOOLEAN_INPUT, 0, NULL);
	XrAction same_trigger = action(sets[2], "trigger", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrActionSuggestedBinding bindings[] = {
		bind(low_trigger, "/user/hand/left/input/trigger/value"), bind(low_stick, "/user/hand/left/input/thumbstick"),
		bind(low_squeeze, "/user/hand/left/input/squeeze/value"), bind(low_either, "/user/hand/left/input/trigger/value"),
		bind(low_either, "/user/hand/left/input/squeeze/value"),  bind(high_trigger, "/user/hand/left/input/trigger/value"),
		bind(high_touch, "/user/hand/left/input/thumbstick/touch"), bind(same_trigger, "/user/hand/left/input/trigger/value"),
	};
	CALL(suggest(instance, TOUCH, COUNT(bindings), bindings), XR_SUCCESS);
	CALL(attach(session, 3, sets), XR_SUCCESS);
	begin(instance, session);
	XrActiveActionSet all[] = {{sets[0], 0}, {sets[1], 0}, {sets[2], 0}};
	CALL(sync_sets(session, 1, all), XR_SUCCESS);
	CHECK(float_state(session, low_trigger, 0).currentState == 0.7f, "alone, the low set is not heard");
	CHECK(float_state(session, low_either, 0).currentState == 0.9f, "alone: %g", float_state(session, low_either, 0).currentState);
	CHECK(!float_state(session, high_trigger, 0).isActive, "a set that is not active has active actions");
	CALL(sync_sets(session, 3, all), XR_SUCCESS);
	CHECK(!float_state(session, low_trigger, 0).isActive, "the low set's trigger is heard beside the high one's");
	CHECK(!vector_state(session, low_stick, 0).isActive, "the stick is heard although the high set has its touch");
	CHECK(float_state(session, low_squeeze, 0).currentState == 0.9f, "an input that nobody else uses is not heard");
	XrActionStateFloat either = float_state(session, low_either, 0);
	CHECK(either.isActive && either.currentState == 0.9f, "the other binding of an action: %g", either.currentState);
	CHECK(float_state(session, high_trigger, 0).currentState == 0.7f, "the high set is not heard");
	CHECK(float_state(session, same_trigger, 0).currentState == 0.7f, "a set of the same priority is not heard");
	stop();
}

/* ---- focus ---- */

static void test_focus(void)
{
	start("left x/click on; 200ms session visible; 400ms session focused");
	XrActionSet set = action_set(instance, "set", 0);
	XrAction button = action(set, "button", XR_ACTION_TYPE_BOOLEAN_INPUT, 0, NULL);
	XrAction rumble = action(set, "rumble", XR_ACTION_TYPE_VIBRATION_OUTPUT, 2, hands);
	XrActionSuggestedBinding bindings[] = {
		bind(button, "/user/hand/left/input/x/click"),
		bind(rumble, "/user/hand/left/output/haptic"),
		bind(rumble, "/user/hand/right/output/haptic"),
	};
	CALL(suggest(instance, TOUCH, COUNT(bindings), bindings), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	begin(instance, session);
	CALL(sync_set(session, set), XR_SUCCESS);
	CHECK(boolean_state(session, button, 0).isActive, "the button is not active");
	XrHapticVibration vibration = {XR_TYPE_HAPTIC_VIBRATION, NULL, 20000000, 160, 0.5f};
	XrHapticActionInfo both = {XR_TYPE_HAPTIC_ACTION_INFO, NULL, rumble, XR_NULL_PATH};
	XrHapticActionInfo one = {XR_TYPE_HAPTIC_ACTION_INFO, NULL, rumble, right};
	CALL(xrApplyHapticFeedback(session, &both, (XrHapticBaseHeader *)&vibration), XR_SUCCESS);
	CALL(xrApplyHapticFeedback(session, &one, (XrHapticBaseHeader *)&vibration), XR_SUCCESS);
	CALL(xrStopHapticFeedback(session, &one), XR_SUCCESS);
	vibration.amplitude = 1.5f;
	CALL(xrApplyHapticFeedback(session, &one, (XrHapticBaseHeader *)&vibration), XR_ERROR_VALIDATION_FAILURE);
	vibration = (XrHapticVibration){XR_TYPE_HAPTIC_VIBRATION, NULL, -5, 160, 0.5f};
	CALL(xrApplyHapticFeedback(session, &one, (XrHapticBaseHeader *)&vibration), XR_ERROR_VALIDATION_FAILURE);
	int lost = 0, found = 0;
	for (int n = 0; n < 60; n++) {
		frame(session);
		XrResult result = sync_set(session, set);
		bool active = boolean_state(session, button, 0).isActive;
		CHECK(active == (result == XR_SUCCESS), "%s, and the button is %sactive", result_name(result), active ? "" : "not ");
		lost += result == XR_SESSION_NOT_FOCUSED;
		found += result == XR_SUCCESS && lost > 0;
	}
	CHECK(lost > 10 && found > 10, "%d frames without focus, %d with it again", lost, found);
	stop();
}

/* ---- profiles ---- */

static int profile_events(void)
{
	XrEventDataBuffer event;
	return poll(instance, XR_TYPE_EVENT_DATA_INTERACTION_PROFILE_CHANGED, &event);
}

static void check_profile(XrPath user, const char *want)
{
	XrInteractionProfileState state = {.type = XR_TYPE_INTERACTION_PROFILE_STATE};
	CALL(xrGetCurrentInteractionProfile(session, user, &state), XR_SUCCESS);
	char text[XR_MAX_PATH_LENGTH] = "";
	uint32_t n;
	if (state.interactionProfile != XR_NULL_PATH)
		MUST(xrPathToString(instance, state.interactionProfile, sizeof text, &n, text));
	CHECK(strcmp(text, want) == 0, "the profile is \"%s\", want \"%s\"", text, want);
}

static void sync_until_event(XrActionSet set)
{
	for (int n = 0; n < MAX_FRAMES; n++) {
		frame(session);
		CALL(sync_set(session, set), XR_SUCCESS);
		if (profile_events() > 0)
			return;
	}
	CHECK(false, "no change of profile in %d frames", MAX_FRAMES);
}

static void check_sources(XrAction action, uint32_t count, const char *const *want)
{
	XrBoundSourcesForActionEnumerateInfo info = {XR_TYPE_BOUND_SOURCES_FOR_ACTION_ENUMERATE_INFO, NULL, action};
	XrPath sources[8];
	uint32_t n = 0;
	CALL(xrEnumerateBoundSourcesForAction(session, &info, 0, &n, NULL), XR_SUCCESS);
	CHECK(n == count, "%u sources, want %u", n, count);
	if (count > 1)
		CALL(xrEnumerateBoundSourcesForAction(session, &info, count - 1, &n, sources), XR_ERROR_SIZE_INSUFFICIENT);
	CALL(xrEnumerateBoundSourcesForAction(session, &info, 8, &n, sources), XR_SUCCESS);
	for (uint32_t i = 0; i < n && i < count; i++)
		CHECK(sources[i] == path(instance, want[i]), "source %u is not %s", i, want[i]);
}

static void check_name(const char *source, XrInputSourceLocalizedNameFlags parts, const char *want)
{
	XrInputSourceLocalizedNameGetInfo info = {XR_TYPE_INPUT_SOURCE_LOCALIZED_NAME_GET_INFO, NULL, path(instance, source), parts};
	char text[256] = "";
	uint32_t n = 0;
	CALL(xrGetInputSourceLocalizedName(session, &info, 0, &n, NULL), XR_SUCCESS);
	CHECK(n == strlen(want) + 1, "the name needs %u bytes, want %zu", n, strlen(want) + 1);
	CALL(xrGetInputSourceLocalizedName(session, &info, sizeof text, &n, text), XR_SUCCESS);
	CHECK(strcmp(text, want) == 0, "the name is \"%s\", want \"%s\"", text, want);
}

static void test_profiles(void)
{
	start("gamepad on; 300ms profile valve/index_controller; 600ms left off; 900ms left on; 1200ms profile htc/vive_controller");
	XrActionSet set = action_set(instance, "set", 0);
	XrAction select = action(set, "select", XR_ACTION_TYPE_BOOLEAN_INPUT, 2, hands);
	XrAction pad = action(set, "pad", XR_ACTION_TYPE_BOOLEAN_INPUT, 0, NULL);
	XrActionSuggestedBinding touch[] = {bind(select, "/user/hand/left/input/trigger/value"),
	                                    bind(select, "/user/hand/right/input/a/click")};
	XrActionSuggestedBinding index[] = {bind(select, "/user/hand/left/input/trigger/click")};
	XrActionSuggestedBinding xbox[] = {bind(pad, "/user/gamepad/input/a/click")};
	CALL(suggest(instance, TOUCH, 2, touch), XR_SUCCESS);
	CALL(suggest(instance, INDEX, 1, index), XR_SUCCESS);
	CALL(suggest(instance, XBOX, 1, xbox), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	begin(instance, session);
	CHECK(profile_events() == 0, "the profile changed before the first sync");
	check_profile(left, "");
	CALL(sync_set(session, set), XR_SUCCESS);
	CHECK(profile_events() == 1, "no event, or more than one, after the first sync");
	check_profile(left, TOUCH);
	check_profile(right, TOUCH);
	check_profile(path(instance, "/user/head"), "");
	const char *const sources[] = {"/user/hand/left/input/trigger/value", "/user/hand/right/input/a/click"};
	check_sources(select, 2, sources);
	check_name(sources[0], XR_INPUT_SOURCE_LOCALIZED_NAME_COMPONENT_BIT, "Trigger Value");
	check_name(sources[1], XR_INPUT_SOURCE_LOCALIZED_NAME_USER_PATH_BIT | XR_INPUT_SOURCE_LOCALIZED_NAME_INTERACTION_PROFILE_BIT |
	                           XR_INPUT_SOURCE_LOCALIZED_NAME_COMPONENT_BIT, "Right Hand Oculus Touch Controller A Click");

	sync_until_event(set);
	check_profile(left, INDEX);
	const char *const index_source[] = {"/user/hand/left/input/trigger/click"};
	check_sources(select, 1, index_source);
	CHECK(!boolean_state(session, select, right).isActive, "the right hand is bound without a suggestion");
	sync_until_event(set);
	check_profile(left, ""); /* switched off */
	CHECK(!boolean_state(session, select, left).isActive, "a controller that is off is active");
	check_profile(right, INDEX);
	check_profile(path(instance, "/user/gamepad"), XBOX);
	CHECK(boolean_state(session, pad, 0).isActive, "the gamepad is not active");
	sync_until_event(set);
	check_profile(left, INDEX);
	sync_until_event(set);
	check_profile(left, ""); /* nothing was suggested for it, nor for the simple controller */
	check_sources(select, 0, NULL);
	stop();
}

/* A program that knows only the simple controller, on another: the trigger selects. */
static void test_simple(void)
{
	start("left trigger/value 0.9; right b/click on; 200ms left trigger/value 0;"
	      "400ms profile valve/index_controller; left trigger/value 1");
	XrActionSet set = action_set(instance, "set", 0);
	XrAction select = action(set, "select", XR_ACTION_TYPE_BOOLEAN_INPUT, 2, hands);
	XrAction menu = action(set, "menu", XR_ACTION_TYPE_BOOLEAN_INPUT, 2, hands);
	XrActionSuggestedBinding bindings[] = {
		bind(select, "/user/hand/left/input/select/click"), bind(select, "/user/hand/right/input/select/click"),
		bind(menu, "/user/hand/left/input/menu/click"), bind(menu, "/user/hand/right/input/menu/click"),
	};
	CALL(suggest(instance, SIMPLE, COUNT(bindings), bindings), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	begin(instance, session);
	CALL(sync_set(session, set), XR_SUCCESS);
	check_profile(left, SIMPLE);
	CHECK(boolean_state(session, select, left).currentState, "the trigger does not select");
	CHECK(!boolean_state(session, select, right).currentState, "the right trigger selects");
	CHECK(boolean_state(session, menu, right).currentState, "b is not the menu of the right hand");
	int n = 0;
	for (; n < MAX_FRAMES && boolean_state(session, select, left).currentState; n++) {
		frame(session);
		CALL(sync_set(session, set), XR_SUCCESS);
	}
	CHECK(n < MAX_FRAMES, "select is never let go");
	/* The controllers become others; for this program they stay what they were. */
	CHECK(profile_events() == 1, "not one event for the first profile");
	for (n = 0; n < MAX_FRAMES && !boolean_state(session, select, left).currentState; n++) {
		frame(session);
		CALL(sync_set(session, set), XR_SUCCESS);
	}
	CHECK(n < MAX_FRAMES, "the other controller's trigger does not select");
	CHECK(profile_events() == 0, "an event, and the same profile as before");
	check_profile(left, SIMPLE);
	stop();
}

/* ---- every component ---- */

/* The script holds each input of the Touch controllers at a value of its own; each must come
 * through to the action bound to it, and to no other. */
static void test_every_component(void)
{
	static const struct {
		const char *user, *component;
		float value;
	} inputs[] = {
		{"left", "x/click", 1},          {"left", "x/touch", 0},       {"left", "y/click", 0},        {"left", "y/touch", 1},
		{"left", "menu/click", 1},       {"right", "a/click", 0},      {"right", "a/touch", 1},       {"right", "b/click", 1},
		{"right", "b/touch", 0},         {"left", "squeeze/value", 0.1f}, {"right", "squeeze/value", 0.2f},
		{"left", "trigger/value", 0.3f}, {"right", "trigger/value", 0.4f}, {"left", "trigger/touch", 1}, {"right", "trigger/touch", 0},
		{"left", "thumbstick/x", 0.5f},  {"right", "thumbstick/x", 0.6f}, {"left", "thumbstick/y", -0.7f}, {"right", "thumbstick/y", -0.8f},
		{"left", "thumbstick/click", 0}, {"right", "thumbstick/click", 1}, {"left", "thumbstick/touch", 1},
		{"right", "thumbstick/touch", 0}, {"left", "thumbrest/touch", 0}, {"right", "thumbrest/touch", 1},
	};
	char steps[2000] = "";
	for (uint32_t i = 0; i < COUNT(inputs); i++) {
		bool number = strstr(inputs[i].component, "/value") || strstr(inputs[i].component, "/x") || strstr(inputs[i].component, "/y");
		if (strncmp(inputs[i].component, "x/", 2) == 0 || strncmp(inputs[i].component, "y/", 2) == 0)
			number = false;
		char value[16];
		snprintf(value, sizeof value, "%g", inputs[i].value);
		snprintf(steps + strlen(steps), sizeof steps - strlen(steps), "%s %s %s;", inputs[i].user, inputs[i].component,
		         number ? value : inputs[i].value ? "on" : "off");
	}
	start(steps);
	XrActionSet set = action_set(instance, "set", 0);
	XrAction actions[COUNT(inputs)];
	XrActionSuggestedBinding bindings[COUNT(inputs)];
	for (uint32_t i = 0; i < COUNT(inputs); i++) {
		char name[32], text[128];
		snprintf(name, sizeof name, "action_%u", i);
		actions[i] = action(set, name, XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
		snprintf(text, sizeof text, "/user/hand/%s/input/%s", inputs[i].user, inputs[i].component);
		bindings[i] = bind(actions[i], text);
	}
	CALL(suggest(instance, TOUCH, COUNT(bindings), bindings), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	begin(instance, session);
	CALL(sync_set(session, set), XR_SUCCESS);
	for (uint32_t i = 0; i < COUNT(inputs); i++) {
		XrActionStateFloat f = float_state(session, actions[i], 0);
		CHECK(f.isActive && f.currentState == inputs[i].value, "%s %s: %g, want %g", inputs[i].user, inputs[i].component,
		      f.currentState, inputs[i].value);
	}
	stop();
}

/* ---- poses ---- */

static void check_vector(const char *what, XrVector3f got, float x, float y, float z)
{
	CHECK(fabsf(got.x - x) < 1e-4f && fabsf(got.y - y) < 1e-4f && fabsf(got.z - z) < 1e-4f,
	      "%s: %g %g %g, want %g %g %g", what, got.x, got.y, got.z, x, y, z);
}

static XrSpaceLocation locate(XrSpace space, XrSpace base, XrTime time, XrSpaceVelocity *velocity)
{
	*velocity = (XrSpaceVelocity){.type = XR_TYPE_SPACE_VELOCITY};
	XrSpaceLocation location = {.type = XR_TYPE_SPACE_LOCATION, .next = velocity};
	MUST(xrLocateSpace(space, base, time, &location));
	return location;
}

static XrSpace reference_space(XrReferenceSpaceType type)
{
	XrReferenceSpaceCreateInfo info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, type, {{0, 0, 0, 1}, {0, 0, 0}}};
	XrSpace space = XR_NULL_HANDLE;
	MUST(xrCreateReferenceSpace(session, &info, &space));
	return space;
}

static XrSpace action_space(XrAction action, XrPath subaction)
{
	XrActionSpaceCreateInfo info = {XR_TYPE_ACTION_SPACE_CREATE_INFO, NULL, action, subaction, {{0, 0, 0, 1}, {0, 0, 0}}};
	XrSpace space = XR_NULL_HANDLE;
	MUST(xrCreateActionSpace(session, &info, &space));
	return space;
}

static void test_poses(void)
{
	/* The head walks 2 m to the right in a second and turns 90 degrees left in two; the aim of the
	 * right hand is turned right by 90 degrees. */
	start("head at 0 1.5 0; right at 0.3 1.2 -0.4 turn -90 0 0; 1s head at 2 1.5 0 over 1s; head turn 90 0 0 over 2s;"
	      "left quaternion 0 -0.3826834 0 -0.9238795 over 2s; 4s right tracking lost; 5s right tracking inferred");
	XrActionSet set = action_set(instance, "set", 0);
	XrAction aim = action(set, "aim", XR_ACTION_TYPE_POSE_INPUT, 2, hands);
	XrAction grip = action(set, "grip", XR_ACTION_TYPE_POSE_INPUT, 2, hands);
	XrActionSuggestedBinding bindings[] = {
		bind(aim, "/user/hand/right/input/aim/pose"), bind(grip, "/user/hand/right/input/grip/pose"),
		bind(aim, "/user/hand/left/input/aim/pose"),
	};
	CALL(suggest(instance, TOUCH, COUNT(bindings), bindings), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	XrSpace view = reference_space(XR_REFERENCE_SPACE_TYPE_VIEW), stage = reference_space(XR_REFERENCE_SPACE_TYPE_STAGE);
	XrSpace left_space = action_space(aim, left), aim_space = action_space(aim, right), grip_space = action_space(grip, right);
	begin(instance, session);

	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	MUST(xrWaitFrame(session, NULL, &state));
	XrTime origin = state.predictedDisplayTime - 2 * state.predictedDisplayPeriod; /* when the session began */
	const XrTime s = 1000000000;
	XrSpaceVelocity v;
	CHECK(locate(aim_space, stage, origin + s, &v).locationFlags == 0, "a pose action is located before a sync");
	MUST(xrBeginFrame(session, NULL));
	XrFrameEndInfo end = {XR_TYPE_FRAME_END_INFO, NULL, state.predictedDisplayTime, XR_ENVIRONMENT_BLEND_MODE_OPAQUE, 0, NULL};
	MUST(xrEndFrame(session, &end));
	CALL(sync_set(session, set), XR_SUCCESS);
	CHECK(pose_is_active(session, aim, right) && pose_is_active(session, aim, left) && !pose_is_active(session, grip, left),
	      "pose actions are not active as they were bound");

	XrSpaceLocation l = locate(view, stage, origin + s, &v);
	check_vector("head at 1 s", l.pose.position, 0, 1.5f, 0);
	l = locate(view, stage, origin + 3 * s / 2, &v);
	check_vector("head at 1.5 s", l.pose.position, 1, 1.5f, 0);
	check_vector("its velocity", v.linearVelocity, 2, 0, 0);
	check_vector("its turning", v.angularVelocity, 0, (float)M_PI / 4, 0);
	CHECK(fabsf(l.pose.orientation.y - sinf((float)M_PI / 16)) < 1e-4f, "head at 1.5 s is turned by %g", l.pose.orientation.y);
	CHECK(v.velocityFlags == (XR_SPACE_VELOCITY_LINEAR_VALID_BIT | XR_SPACE_VELOCITY_ANGULAR_VALID_BIT), "velocities are not valid");
	l = locate(view, stage, origin + 5 * s / 2, &v);
	check_vector("head at 2.5 s", l.pose.position, 2, 1.5f, 0);
	check_vector("its velocity at rest", v.linearVelocity, 0, 0, 0);
	check_vector("its turning, which goes on", v.angularVelocity, 0, (float)M_PI / 4, 0);
	l = locate(view, stage, origin + 9 * s, &v);
	check_vector("its turning at the end", v.angularVelocity, 0, 0, 0);
	CHECK(fabsf(l.pose.orientation.y - sinf((float)M_PI / 4)) < 1e-4f, "the head is turned by %g at last", l.pose.orientation.y);

	/* -q is the same orientation as q: 45 degrees to the left, of which half are done. */
	l = locate(left_space, stage, origin + 2 * s, &v);
	CHECK(fabsf(l.pose.orientation.y / l.pose.orientation.w - tanf((float)M_PI / 16)) < 1e-4f, "the left hand is turned by %g, %g",
	      l.pose.orientation.y, l.pose.orientation.w);
	check_vector("its turning", v.angularVelocity, 0, (float)M_PI / 8, 0);

	l = locate(aim_space, stage, origin + s, &v);
	check_vector("aim", l.pose.position, 0.3f, 1.2f, -0.4f);
	CHECK(l.locationFlags == 15, "flags of aim: %llu", (unsigned long long)l.locationFlags);
	l = locate(grip_space, aim_space, origin + s, &v);
	check_vector("grip as seen from aim", l.pose.position, 0, 0, 0.05f);
	CHECK(fabsf(l.pose.orientation.x - sinf(0.349f)) < 1e-3f, "the grip is tilted by %g", l.pose.orientation.x);

	XrTime now = 0;
	int lost = 0, inferred = 0;
	for (int n = 0; n < 900 && now < origin + 6 * s; n++) {
		now = frame(session);
		CALL(sync_set(session, set), XR_SUCCESS);
		XrSpaceLocationFlags flags = locate(aim_space, stage, now, &v).locationFlags;
		lost += flags == 0;
		inferred += flags == (XR_SPACE_LOCATION_ORIENTATION_VALID_BIT | XR_SPACE_LOCATION_POSITION_VALID_BIT);
	}
	CHECK(lost > 30 && inferred > 30, "%d frames without tracking, %d with inferred poses", lost, inferred);
	stop();
}

/* Yaw, pitch and roll are applied in this order, each about the axes as the one before left them. */
static void test_turn(void)
{
	start("right turn 90 30 10");
	XrActionSet set = action_set(instance, "set", 0);
	XrAction aim = action(set, "aim", XR_ACTION_TYPE_POSE_INPUT, 0, NULL);
	XrActionSuggestedBinding binding = bind(aim, "/user/hand/right/input/aim/pose");
	CALL(suggest(instance, TOUCH, 1, &binding), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	XrSpace stage = reference_space(XR_REFERENCE_SPACE_TYPE_STAGE), space = action_space(aim, XR_NULL_PATH);
	begin(instance, session);
	XrTime now = frame(session);
	CALL(sync_set(session, set), XR_SUCCESS);
	XrSpaceVelocity v;
	XrQuaternionf q = locate(space, stage, now, &v).pose.orientation;
	/* Hamilton's product of (0, sin 45, 0, cos 45), (sin 15, 0, 0, cos 15), (0, 0, sin 5, cos 5). */
	CHECK(fabsf(q.x - 0.2418448f) < 1e-6f && fabsf(q.y - 0.6644630f) < 1e-6f && fabsf(q.z - -0.1227878f) < 1e-6f && fabsf(q.w - 0.6963642f) < 1e-6f,
	      "turned to %g %g %g %g", q.x, q.y, q.z, q.w);
	stop();
}

/* ---- holding ---- */

/* A button held for 200 ms, and later for 100 ms, at 72 frames a second. */
static void test_hold(void)
{
	start("right a/click on for 200ms; 400ms right a/click on for 100ms");
	XrActionSet set = action_set(instance, "set", 0);
	XrAction button = action(set, "button", XR_ACTION_TYPE_BOOLEAN_INPUT, 0, NULL);
	XrActionSuggestedBinding binding = bind(button, "/user/hand/right/input/a/click");
	CALL(suggest(instance, TOUCH, 1, &binding), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	begin(instance, session);
	int pressed = 0, changes = 0;
	for (int n = 0; n < 72; n++) {
		frame(session);
		CALL(sync_set(session, set), XR_SUCCESS);
		XrActionStateBoolean state = boolean_state(session, button, 0);
		pressed += state.currentState != 0;
		changes += state.changedSinceLastSync != 0;
	}
	CHECK(pressed >= 21 && pressed <= 23, "pressed in %d frames, want 0.3 s of 72 Hz", pressed);
	CHECK(changes == 4, "%d changes, want 4", changes);
	stop();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(void);
	} tests[] = {
		{"values", test_values},     {"merge", test_merge},   {"priorities", test_priorities}, {"focus", test_focus},
		{"profiles", test_profiles}, {"simple", test_simple}, {"components", test_every_component}, {"poses", test_poses},
		{"turn", test_turn}, {"hold", test_hold},
	};
	setenv("SPACETIME_SIM_CLOCK", "stepped", 1);
	for (uint32_t i = 0; i < COUNT(tests); i++)
		if (argc < 2 || strcmp(argv[1], tests[i].name) == 0)
			tests[i].test();
	return verdict();
}
