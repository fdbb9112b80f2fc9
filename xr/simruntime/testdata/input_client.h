/* What the clients of the input tests share: checks, an instance, a session without graphics. */
#ifndef INPUT_CLIENT_H
#define INPUT_CLIENT_H

#include <openxr/openxr.h>
#include <openxr/openxr_reflection.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static int failures;

static const char *result_name(XrResult result)
{
	switch (result) {
#define NAME(name, value) \
	case name:            \
		return #name;
		XR_LIST_ENUM_XrResult(NAME)
#undef NAME
	}
	return "unknown result";
}

static inline void check_result(int line, const char *what, XrResult got, XrResult want)
{
	if (got == want)
		return;
	failures++;
	printf("line %d: %s: got %s, want %s\n", line, what, result_name(got), result_name(want));
}

/* A call and the result it must have; and a condition that must hold. */
#define CALL(call, want) check_result(__LINE__, #call, call, want)
#define CHECK(condition, ...)                        \
	do {                                             \
		if (!(condition)) {                          \
			failures++;                              \
			printf("line %d: ", __LINE__);           \
			printf(__VA_ARGS__);                     \
			printf("\n");                            \
		}                                            \
	} while (0)
/* What nothing works without. */
#define MUST(call)                                                                    \
	do {                                                                              \
		XrResult must_ = call;                                                        \
		if (XR_FAILED(must_)) {                                                       \
			printf("line %d: %s: %s\n", __LINE__, #call, result_name(must_));         \
			exit(1);                                                                  \
		}                                                                             \
	} while (0)

static inline XrResult create_instance(XrVersion version, uint32_t count, const char *const *extensions, XrInstance *instance)
{
	XrInstanceCreateInfo info = {.type = XR_TYPE_INSTANCE_CREATE_INFO};
	snprintf(info.applicationInfo.applicationName, XR_MAX_APPLICATION_NAME_SIZE, "input test");
	info.applicationInfo.apiVersion = version;
	info.enabledExtensionCount = count;
	info.enabledExtensionNames = extensions;
	return xrCreateInstance(&info, instance);
}

static inline XrPath path(XrInstance instance, const char *text)
{
	XrPath p = XR_NULL_PATH;
	XrResult result = xrStringToPath(instance, text, &p);
	CHECK(result == XR_SUCCESS, "xrStringToPath(%s): %s", text, result_name(result));
	return p;
}

static inline XrActionSet action_set(XrInstance instance, const char *name, uint32_t priority)
{
	XrActionSetCreateInfo info = {.type = XR_TYPE_ACTION_SET_CREATE_INFO, .priority = priority};
	snprintf(info.actionSetName, sizeof info.actionSetName, "%s", name);
	snprintf(info.localizedActionSetName, sizeof info.localizedActionSetName, "The %s", name);
	XrActionSet set = XR_NULL_HANDLE;
	MUST(xrCreateActionSet(instance, &info, &set));
	return set;
}

static inline XrAction action(XrActionSet set, const char *name, XrActionType type, uint32_t count, const XrPath *subactions)
{
	XrActionCreateInfo info = {.type = XR_TYPE_ACTION_CREATE_INFO, .actionType = type};
	snprintf(info.actionName, sizeof info.actionName, "%s", name);
	snprintf(info.localizedActionName, sizeof info.localizedActionName, "The %s", name);
	info.countSubactionPaths = count;
	info.subactionPaths = subactions;
	XrAction made = XR_NULL_HANDLE;
	MUST(xrCreateAction(set, &info, &made));
	return made;
}

static inline XrResult suggest(XrInstance instance, const char *profile, uint32_t count, const XrActionSuggestedBinding *bindings)
{
	XrInteractionProfileSuggestedBinding info = {XR_TYPE_INTERACTION_PROFILE_SUGGESTED_BINDING, NULL,
	                                             path(instance, profile), count, bindings};
	return xrSuggestInteractionProfileBindings(instance, &info);
}

static inline XrResult attach(XrSession session, uint32_t count, const XrActionSet *sets)
{
	XrSessionActionSetsAttachInfo info = {XR_TYPE_SESSION_ACTION_SETS_ATTACH_INFO, NULL, count, sets};
	return xrAttachSessionActionSets(session, &info);
}

/* An instance with XR_MND_headless, and a session of it that has not begun. */
static inline XrSession headless_session(XrInstance *instance, XrVersion version)
{
	const char *extensions[] = {XR_MND_HEADLESS_EXTENSION_NAME};
	MUST(create_instance(version, 1, extensions, instance));
	XrSystemGetInfo get = {XR_TYPE_SYSTEM_GET_INFO, NULL, XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY};
	XrSystemId system;
	MUST(xrGetSystem(*instance, &get, &system));
	XrSessionCreateInfo create = {XR_TYPE_SESSION_CREATE_INFO, NULL, 0, system};
	XrSession session;
	MUST(xrCreateSession(*instance, &create, &session));
	return session;
}

/* Handles every event that waits; returns how many of that type there were, and the last of them. */
static inline int poll(XrInstance instance, XrStructureType type, XrEventDataBuffer *last)
{
	int n = 0;
	XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
	while (xrPollEvent(instance, &event) == XR_SUCCESS) {
		if (event.type == type) {
			n++;
			if (last)
				*last = event;
		}
		event = (XrEventDataBuffer){.type = XR_TYPE_EVENT_DATA_BUFFER};
	}
	return n;
}

static inline void begin(XrInstance instance, XrSession session)
{
	poll(instance, XR_TYPE_EVENT_DATA_SESSION_STATE_CHANGED, NULL);
	XrSessionBeginInfo info = {XR_TYPE_SESSION_BEGIN_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO};
	MUST(xrBeginSession(session, &info));
}

/* One empty frame; returns when it is shown. */
static inline XrTime frame(XrSession session)
{
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	MUST(xrWaitFrame(session, NULL, &state));
	MUST(xrBeginFrame(session, NULL));
	XrFrameEndInfo end = {XR_TYPE_FRAME_END_INFO, NULL, state.predictedDisplayTime, XR_ENVIRONMENT_BLEND_MODE_OPAQUE, 0, NULL};
	MUST(xrEndFrame(session, &end));
	return state.predictedDisplayTime;
}

static inline XrResult sync_sets(XrSession session, uint32_t count, const XrActiveActionSet *active)
{
	XrActionsSyncInfo info = {XR_TYPE_ACTIONS_SYNC_INFO, NULL, count, active};
	return xrSyncActions(session, &info);
}

static inline XrResult sync_set(XrSession session, XrActionSet set)
{
	XrActiveActionSet active = {set, XR_NULL_PATH};
	return sync_sets(session, 1, &active);
}

static inline XrActionStateBoolean boolean_state(XrSession session, XrAction action, XrPath subaction)
{
	XrActionStateGetInfo get = {XR_TYPE_ACTION_STATE_GET_INFO, NULL, action, subaction};
	XrActionStateBoolean state = {.type = XR_TYPE_ACTION_STATE_BOOLEAN};
	MUST(xrGetActionStateBoolean(session, &get, &state));
	return state;
}

static inline XrActionStateFloat float_state(XrSession session, XrAction action, XrPath subaction)
{
	XrActionStateGetInfo get = {XR_TYPE_ACTION_STATE_GET_INFO, NULL, action, subaction};
	XrActionStateFloat state = {.type = XR_TYPE_ACTION_STATE_FLOAT};
	MUST(xrGetActionStateFloat(session, &get, &state));
	return state;
}

static inline XrActionStateVector2f vector_state(XrSession session, XrAction action, XrPath subaction)
{
	XrActionStateGetInfo get = {XR_TYPE_ACTION_STATE_GET_INFO, NULL, action, subaction};
	XrActionStateVector2f state = {.type = XR_TYPE_ACTION_STATE_VECTOR2F};
	MUST(xrGetActionStateVector2f(session, &get, &state));
	return state;
}

static inline bool pose_is_active(XrSession session, XrAction action, XrPath subaction)
{
	XrActionStateGetInfo get = {XR_TYPE_ACTION_STATE_GET_INFO, NULL, action, subaction};
	XrActionStatePose state = {.type = XR_TYPE_ACTION_STATE_POSE};
	MUST(xrGetActionStatePose(session, &get, &state));
	return state.isActive;
}

static inline int verdict(void)
{
	printf(failures ? "%d failures\n" : "ok\n", failures);
	return failures ? 1 : 0;
}

#endif
