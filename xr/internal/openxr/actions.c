#include "binding.h"

#include <stdlib.h>
#include <string.h>

struct openxr_outcome openxr_add_set(struct openxr_instance *i, const char *name, const char *title) {
	XrActionSetCreateInfo info = {XR_TYPE_ACTION_SET_CREATE_INFO};
	strncpy(info.actionSetName, name, XR_MAX_ACTION_SET_NAME_SIZE - 1);
	strncpy(info.localizedActionSetName, title, XR_MAX_LOCALIZED_ACTION_SET_NAME_SIZE - 1);
	if (i->set_count == OPENXR_SETS) return (struct openxr_outcome){XR_ERROR_LIMIT_REACHED, "xrCreateActionSet"};
	OPENXR_TRY(i, xrCreateActionSet, i->handle, &info, &i->sets[i->set_count]);
	i->set_count++;
	return OPENXR_OK;
}

struct openxr_outcome openxr_add_control(struct openxr_instance *i, const char *name, const char *title, XrActionType type) {
	XrActionCreateInfo info = {XR_TYPE_ACTION_CREATE_INFO};
	strncpy(info.actionName, name, XR_MAX_ACTION_NAME_SIZE - 1);
	strncpy(info.localizedActionName, title, XR_MAX_LOCALIZED_ACTION_NAME_SIZE - 1);
	info.actionType = type;
	if (i->control_count == OPENXR_CONTROLS || i->set_count == 0) return (struct openxr_outcome){XR_ERROR_LIMIT_REACHED, "xrCreateAction"};
	struct openxr_control *c = &i->controls[i->control_count];
	OPENXR_TRY(i, xrCreateAction, i->sets[i->set_count - 1], &info, &c->action);
	c->type = type;
	i->control_count++;
	return OPENXR_OK;
}

struct openxr_outcome openxr_suggest(struct openxr_instance *i, const char *profile, const uint32_t *controls, const char *const *paths, uint32_t count) {
	XrActionSuggestedBinding bindings[4 * OPENXR_CONTROLS];
	XrInteractionProfileSuggestedBinding info = {XR_TYPE_INTERACTION_PROFILE_SUGGESTED_BINDING};
	if (count > sizeof bindings / sizeof *bindings) return (struct openxr_outcome){XR_ERROR_LIMIT_REACHED, "xrSuggestInteractionProfileBindings"};
	OPENXR_TRY(i, xrStringToPath, i->handle, profile, &info.interactionProfile);
	for (uint32_t n = 0; n < count; n++) {
		bindings[n].action = i->controls[controls[n]].action;
		OPENXR_TRY(i, xrStringToPath, i->handle, paths[n], &bindings[n].binding);
	}
	info.countSuggestedBindings = count;
	info.suggestedBindings = bindings;
	OPENXR_TRY(i, xrSuggestInteractionProfileBindings, i->handle, &info);
	return OPENXR_OK;
}

struct openxr_outcome openxr_attach(struct openxr_session *s, const uint32_t aims[OPENXR_HANDS]) {
	struct openxr_instance *i = s->instance;
	XrSessionActionSetsAttachInfo info = {XR_TYPE_SESSION_ACTION_SETS_ATTACH_INFO};
	info.countActionSets = i->set_count;
	info.actionSets = i->sets;
	OPENXR_TRY_SESSION(s, xrAttachSessionActionSets, s->handle, &info);
	for (int hand = 0; hand < OPENXR_HANDS; hand++) {
		XrActionSpaceCreateInfo space = {XR_TYPE_ACTION_SPACE_CREATE_INFO};
		space.action = i->controls[aims[hand]].action;
		space.poseInActionSpace.orientation.w = 1;
		OPENXR_TRY_SESSION(s, xrCreateActionSpace, s->handle, &space, &s->aims[hand]);
	}
	return OPENXR_OK;
}

struct openxr_outcome openxr_profile(struct openxr_session *s, const char *hand, char *path, uint32_t room) {
	struct openxr_instance *i = s->instance;
	XrInteractionProfileState state = {XR_TYPE_INTERACTION_PROFILE_STATE};
	XrPath user;
	uint32_t length;
	path[0] = 0;
	OPENXR_TRY(i, xrStringToPath, i->handle, hand, &user);
	OPENXR_TRY_SESSION(s, xrGetCurrentInteractionProfile, s->handle, user, &state);
	if (state.interactionProfile != XR_NULL_PATH)
		OPENXR_TRY(i, xrPathToString, i->handle, state.interactionProfile, room, &length, path);
	return OPENXR_OK;
}
