/* Making action sets, actions and bindings: every call here has the result that the OpenXR
 * specification gives it. */
#include "input_client.h"

static XrInstance instance;
static XrPath left, right, head, trigger;

static XrResult create_set(const char *name, const char *localized, XrActionSet *set)
{
	XrActionSetCreateInfo info = {.type = XR_TYPE_ACTION_SET_CREATE_INFO};
	snprintf(info.actionSetName, sizeof info.actionSetName, "%s", name);
	snprintf(info.localizedActionSetName, sizeof info.localizedActionSetName, "%s", localized);
	return xrCreateActionSet(instance, &info, set);
}

static XrResult create(XrActionSet set, const char *name, const char *localized, XrActionType type, uint32_t count,
                       const XrPath *subactions, XrAction *made)
{
	XrActionCreateInfo info = {.type = XR_TYPE_ACTION_CREATE_INFO, .actionType = type};
	snprintf(info.actionName, sizeof info.actionName, "%s", name);
	snprintf(info.localizedActionName, sizeof info.localizedActionName, "%s", localized);
	info.countSubactionPaths = count;
	info.subactionPaths = subactions;
	return xrCreateAction(set, &info, made);
}

/* ---- sets ---- */

static void test_sets(void)
{
	static const struct {
		const char *name, *localized;
		XrResult want;
	} cases[] = {
		{"flight", "Flight", XR_SUCCESS},
		{"flight", "Flight again", XR_ERROR_NAME_DUPLICATED},
		{"menu", "Flight", XR_ERROR_LOCALIZED_NAME_DUPLICATED},
		{"", "Empty", XR_ERROR_NAME_INVALID},
		{"other", "", XR_ERROR_LOCALIZED_NAME_INVALID},
		{"Flight", "Capital", XR_ERROR_PATH_FORMAT_INVALID},
		{"a b", "Space", XR_ERROR_PATH_FORMAT_INVALID},
		{"a/b", "Slash", XR_ERROR_PATH_FORMAT_INVALID},
		{"..", "Periods", XR_ERROR_PATH_FORMAT_INVALID},
		{"a-b_c.d0", "Allowed", XR_SUCCESS},
	};
	XrActionSet sets[COUNT(cases)];
	for (uint32_t i = 0; i < COUNT(cases); i++) {
		XrResult got = create_set(cases[i].name, cases[i].localized, &sets[i]);
		CHECK(got == cases[i].want, "set \"%s\" \"%s\": got %s, want %s", cases[i].name, cases[i].localized,
		      result_name(got), result_name(cases[i].want));
	}
	XrActionSetCreateInfo endless = {.type = XR_TYPE_ACTION_SET_CREATE_INFO};
	memset(endless.actionSetName, 'a', sizeof endless.actionSetName);
	snprintf(endless.localizedActionSetName, sizeof endless.localizedActionSetName, "Endless");
	XrActionSet set;
	CALL(xrCreateActionSet(instance, &endless, &set), XR_ERROR_NAME_INVALID);
	endless.type = XR_TYPE_ACTION_CREATE_INFO;
	CALL(xrCreateActionSet(instance, &endless, &set), XR_ERROR_VALIDATION_FAILURE);
	CALL(xrDestroyActionSet(sets[0]), XR_SUCCESS);
	CALL(xrDestroyActionSet(sets[0]), XR_ERROR_HANDLE_INVALID);
	CALL(create_set("flight", "Flight", &set), XR_SUCCESS);
	CALL(xrDestroyActionSet(set), XR_SUCCESS);
	CALL(xrDestroyActionSet(sets[9]), XR_SUCCESS);
}

/* ---- actions ---- */

static void test_actions(void)
{
	XrActionSet set = action_set(instance, "actions", 0);
	XrPath both[] = {left, right}, twice[] = {left, left}, none[] = {trigger}, dead[] = {999999};
	XrAction a;
	const struct {
		const char *name, *localized;
		XrActionType type;
		uint32_t count;
		const XrPath *subactions;
		XrResult want;
	} cases[] = {
		{"throttle", "Throttle", XR_ACTION_TYPE_FLOAT_INPUT, 2, both, XR_SUCCESS},
		{"throttle", "Throttle 2", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL, XR_ERROR_NAME_DUPLICATED},
		{"throttle_2", "Throttle", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL, XR_ERROR_LOCALIZED_NAME_DUPLICATED},
		{"", "Empty", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL, XR_ERROR_NAME_INVALID},
		{"empty", "", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL, XR_ERROR_LOCALIZED_NAME_INVALID},
		{"UPPER", "Upper", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL, XR_ERROR_PATH_FORMAT_INVALID},
		{"twice", "Twice", XR_ACTION_TYPE_FLOAT_INPUT, 2, twice, XR_ERROR_PATH_UNSUPPORTED},
		{"no_user", "No user", XR_ACTION_TYPE_FLOAT_INPUT, 1, none, XR_ERROR_PATH_UNSUPPORTED},
		{"no_path", "No path", XR_ACTION_TYPE_FLOAT_INPUT, 1, dead, XR_ERROR_PATH_INVALID},
		{"null", "Null", XR_ACTION_TYPE_FLOAT_INPUT, 1, NULL, XR_ERROR_VALIDATION_FAILURE},
		{"no_type", "No type", (XrActionType)50, 0, NULL, XR_ERROR_VALIDATION_FAILURE},
		{"rumble", "Rumble", XR_ACTION_TYPE_VIBRATION_OUTPUT, 1, &left, XR_SUCCESS},
		{"gaze", "Gaze", XR_ACTION_TYPE_POSE_INPUT, 1, &head, XR_SUCCESS},
	};
	for (uint32_t i = 0; i < COUNT(cases); i++) {
		XrResult got = create(set, cases[i].name, cases[i].localized, cases[i].type, cases[i].count, cases[i].subactions, &a);
		CHECK(got == cases[i].want, "action \"%s\": got %s, want %s", cases[i].name, result_name(got),
		      result_name(cases[i].want));
	}
	CALL(xrDestroyAction(a), XR_SUCCESS);
	CALL(xrDestroyAction(a), XR_ERROR_HANDLE_INVALID);
	CALL(create(set, "gaze", "Gaze", XR_ACTION_TYPE_POSE_INPUT, 0, NULL, &a), XR_SUCCESS);
	XrActionSet other = action_set(instance, "others", 0);
	XrAction b;
	CALL(create(other, "gaze", "Gaze", XR_ACTION_TYPE_POSE_INPUT, 0, NULL, &b), XR_SUCCESS);
	CALL(xrDestroyActionSet(set), XR_SUCCESS);
	CALL(xrDestroyAction(a), XR_ERROR_HANDLE_INVALID); /* went with its set */
	CALL(create(set, "late", "Late", XR_ACTION_TYPE_POSE_INPUT, 0, NULL, &a), XR_ERROR_HANDLE_INVALID);
	CALL(xrDestroyActionSet(other), XR_SUCCESS);
}

/* ---- suggestions ---- */

static void test_suggestions(void)
{
	const char *touch = "/interaction_profiles/oculus/touch_controller";
	XrActionSet set = action_set(instance, "suggestions", 0);
	XrAction squeeze = action(set, "squeeze", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrActionSuggestedBinding good = {squeeze, trigger};
	XrActionSuggestedBinding pair[] = {good, {squeeze, path(instance, "/user/hand/left/input/nonsense")}};
	XrActionSuggestedBinding dead = {squeeze, 999999}, nobody = {XR_NULL_HANDLE, trigger};
	CALL(suggest(instance, touch, 1, &good), XR_SUCCESS);
	CALL(suggest(instance, touch, 0, &good), XR_ERROR_VALIDATION_FAILURE);
	CALL(suggest(instance, touch, 1, NULL), XR_ERROR_VALIDATION_FAILURE);
	CALL(suggest(instance, touch, 2, pair), XR_ERROR_PATH_UNSUPPORTED);
	CALL(suggest(instance, touch, 1, &dead), XR_ERROR_PATH_INVALID);
	CALL(suggest(instance, touch, 1, &nobody), XR_ERROR_HANDLE_INVALID);
	CALL(suggest(instance, "/interaction_profiles/acme/unknown", 1, &good), XR_ERROR_PATH_UNSUPPORTED);
	CALL(suggest(instance, "/user/hand/left", 1, &good), XR_ERROR_PATH_UNSUPPORTED);
	XrInteractionProfileSuggestedBinding info = {XR_TYPE_INTERACTION_PROFILE_SUGGESTED_BINDING, NULL, 999999, 1, &good};
	CALL(xrSuggestInteractionProfileBindings(instance, &info), XR_ERROR_PATH_INVALID);
	CALL(suggest(instance, touch, 1, &good), XR_SUCCESS); /* again: it replaces the first */
	CALL(xrDestroyActionSet(set), XR_SUCCESS);
	CALL(suggest(instance, touch, 1, &good), XR_ERROR_HANDLE_INVALID);
}

/* ---- attaching ---- */

static void test_attach(XrSession session)
{
	XrActionSet set = action_set(instance, "attached", 0), loose = action_set(instance, "loose", 0);
	XrAction squeeze = action(set, "squeeze", XR_ACTION_TYPE_FLOAT_INPUT, 1, &left);
	XrAction rumble = action(set, "rumble", XR_ACTION_TYPE_VIBRATION_OUTPUT, 0, NULL);
	XrAction free_action = action(loose, "free", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	XrActionSuggestedBinding binding = {squeeze, trigger}, free_binding = {free_action, trigger};
	XrInteractionProfileState profile = {.type = XR_TYPE_INTERACTION_PROFILE_STATE};
	uint32_t n;
	char text[256];
	XrPath paths[8];
	XrInputSourceLocalizedNameGetInfo name = {XR_TYPE_INPUT_SOURCE_LOCALIZED_NAME_GET_INFO, NULL, trigger,
	                                          XR_INPUT_SOURCE_LOCALIZED_NAME_COMPONENT_BIT};
	XrBoundSourcesForActionEnumerateInfo bound = {XR_TYPE_BOUND_SOURCES_FOR_ACTION_ENUMERATE_INFO, NULL, squeeze};
	CALL(suggest(instance, "/interaction_profiles/oculus/touch_controller", 1, &binding), XR_SUCCESS);

	CALL(xrGetCurrentInteractionProfile(session, left, &profile), XR_ERROR_ACTIONSET_NOT_ATTACHED);
	CALL(sync_set(session, set), XR_ERROR_ACTIONSET_NOT_ATTACHED);
	CALL(xrEnumerateBoundSourcesForAction(session, &bound, 0, &n, NULL), XR_ERROR_ACTIONSET_NOT_ATTACHED);
	CALL(xrGetInputSourceLocalizedName(session, &name, sizeof text, &n, text), XR_ERROR_ACTIONSET_NOT_ATTACHED);
	CALL(attach(session, 0, &set), XR_ERROR_VALIDATION_FAILURE);
	XrActionSet dead = XR_NULL_HANDLE;
	CALL(attach(session, 1, &dead), XR_ERROR_HANDLE_INVALID);
	CALL(attach(session, 1, &set), XR_SUCCESS);
	CALL(attach(session, 1, &set), XR_ERROR_ACTIONSETS_ALREADY_ATTACHED);
	CALL(attach(session, 1, &loose), XR_ERROR_ACTIONSETS_ALREADY_ATTACHED);
	XrAction a;
	CALL(create(set, "late", "Late", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL, &a), XR_ERROR_ACTIONSETS_ALREADY_ATTACHED);
	CALL(create(loose, "late", "Late", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL, &a), XR_SUCCESS);
	CALL(suggest(instance, "/interaction_profiles/oculus/touch_controller", 1, &binding), XR_ERROR_ACTIONSETS_ALREADY_ATTACHED);
	CALL(suggest(instance, "/interaction_profiles/oculus/touch_controller", 1, &free_binding), XR_SUCCESS);

	profile.interactionProfile = 77;
	CALL(xrGetCurrentInteractionProfile(session, left, &profile), XR_SUCCESS);
	CHECK(profile.interactionProfile == XR_NULL_PATH, "there is a profile before the first sync");
	CALL(xrGetCurrentInteractionProfile(session, trigger, &profile), XR_ERROR_PATH_UNSUPPORTED);
	CALL(xrGetCurrentInteractionProfile(session, XR_NULL_PATH, &profile), XR_ERROR_PATH_INVALID);
	CALL(xrGetCurrentInteractionProfile(session, 999999, &profile), XR_ERROR_PATH_INVALID);
	CALL(xrEnumerateBoundSourcesForAction(session, &bound, 0, &n, NULL), XR_SUCCESS);
	CHECK(n == 0, "%u sources are bound before the first sync", n);
	bound.action = free_action;
	CALL(xrEnumerateBoundSourcesForAction(session, &bound, 8, &n, paths), XR_ERROR_ACTIONSET_NOT_ATTACHED);
	name.whichComponents = 0;
	CALL(xrGetInputSourceLocalizedName(session, &name, sizeof text, &n, text), XR_ERROR_VALIDATION_FAILURE);
	name.whichComponents = 64;
	CALL(xrGetInputSourceLocalizedName(session, &name, sizeof text, &n, text), XR_ERROR_VALIDATION_FAILURE);

	XrActionStateGetInfo get = {XR_TYPE_ACTION_STATE_GET_INFO, NULL, squeeze, XR_NULL_PATH};
	XrActionStateFloat number = {.type = XR_TYPE_ACTION_STATE_FLOAT};
	XrActionStateBoolean button = {.type = XR_TYPE_ACTION_STATE_BOOLEAN};
	XrActionStatePose pose = {.type = XR_TYPE_ACTION_STATE_POSE};
	CALL(xrGetActionStateFloat(session, &get, &number), XR_SUCCESS);
	CHECK(!number.isActive, "an action is active before the first sync");
	CALL(xrGetActionStateBoolean(session, &get, &button), XR_ERROR_ACTION_TYPE_MISMATCH);
	CALL(xrGetActionStatePose(session, &get, &pose), XR_ERROR_ACTION_TYPE_MISMATCH);
	get.subactionPath = left;
	CALL(xrGetActionStateFloat(session, &get, &number), XR_SUCCESS);
	get.subactionPath = right;
	CALL(xrGetActionStateFloat(session, &get, &number), XR_ERROR_PATH_UNSUPPORTED);
	get.subactionPath = 999999;
	CALL(xrGetActionStateFloat(session, &get, &number), XR_ERROR_PATH_INVALID);
	get = (XrActionStateGetInfo){XR_TYPE_ACTION_STATE_GET_INFO, NULL, free_action, XR_NULL_PATH};
	CALL(xrGetActionStateFloat(session, &get, &number), XR_ERROR_ACTIONSET_NOT_ATTACHED);
	get.action = XR_NULL_HANDLE;
	CALL(xrGetActionStateFloat(session, &get, &number), XR_ERROR_HANDLE_INVALID);

	XrHapticVibration vibration = {XR_TYPE_HAPTIC_VIBRATION, NULL, XR_MIN_HAPTIC_DURATION, 0, 0.5f};
	XrHapticActionInfo haptic = {XR_TYPE_HAPTIC_ACTION_INFO, NULL, rumble, XR_NULL_PATH};
	CALL(xrApplyHapticFeedback(session, &haptic, (XrHapticBaseHeader *)&vibration), XR_SESSION_NOT_FOCUSED);
	CALL(xrStopHapticFeedback(session, &haptic), XR_SESSION_NOT_FOCUSED);
	haptic.action = squeeze;
	CALL(xrApplyHapticFeedback(session, &haptic, (XrHapticBaseHeader *)&vibration), XR_ERROR_ACTION_TYPE_MISMATCH);
	haptic = (XrHapticActionInfo){XR_TYPE_HAPTIC_ACTION_INFO, NULL, rumble, left};
	CALL(xrApplyHapticFeedback(session, &haptic, (XrHapticBaseHeader *)&vibration), XR_ERROR_PATH_UNSUPPORTED);

	XrPosef identity = {{0, 0, 0, 1}, {0, 0, 0}};
	XrActionSpaceCreateInfo space = {XR_TYPE_ACTION_SPACE_CREATE_INFO, NULL, squeeze, XR_NULL_PATH, identity};
	XrSpace made;
	CALL(xrCreateActionSpace(session, &space, &made), XR_ERROR_ACTION_TYPE_MISMATCH);
	CALL(sync_set(session, loose), XR_ERROR_ACTIONSET_NOT_ATTACHED);
	CALL(sync_set(session, set), XR_SESSION_NOT_FOCUSED);
	CALL(sync_sets(session, 0, NULL), XR_SESSION_NOT_FOCUSED);
	CALL(sync_sets(session, 1, NULL), XR_ERROR_VALIDATION_FAILURE);
}

int main(void)
{
	XrSession session = headless_session(&instance, XR_MAKE_VERSION(1, 0, 20));
	left = path(instance, "/user/hand/left");
	right = path(instance, "/user/hand/right");
	head = path(instance, "/user/head");
	trigger = path(instance, "/user/hand/left/input/trigger/value");
	test_sets();
	test_actions();
	test_suggestions();
	test_attach(session);
	MUST(xrDestroyInstance(instance));
	return verdict();
}
