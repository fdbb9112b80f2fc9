/* Action sets and actions: making and unmaking them. */
#include "action.h"

#include <stdlib.h>
#include <string.h>

const char *const sim_source_user[SIM_SOURCE_COUNT] = {"/user/hand/left", "/user/hand/right", "/user/gamepad"};
const char *const sim_source_name[SIM_SOURCE_COUNT] = {"left", "right", "gamepad"};

/* ---- names ---- */

static XrResult check_name(const char *name, size_t size)
{
	size_t n = strnlen(name, size);
	SIM_REQUIRE(n > 0 && n < size, XR_ERROR_NAME_INVALID, "a name must have 1 to %zu characters", size - 1);
	SIM_REQUIRE(sim_is_path_level(name), XR_ERROR_PATH_FORMAT_INVALID,
	            "the name %s may have a-z, 0-9, '-', '_' and '.' only", name);
	return XR_SUCCESS;
}

static XrResult check_localized_name(const char *name, size_t size)
{
	size_t n = strnlen(name, size);
	SIM_REQUIRE(n > 0 && n < size, XR_ERROR_LOCALIZED_NAME_INVALID, "a localized name must have 1 to %zu bytes",
	            size - 1);
	return XR_SUCCESS;
}

static XrResult check_unused_set_names(const SimInstance *instance, const XrActionSetCreateInfo *info)
{
	for (const SimObject *o = instance->object.first_child; o; o = o->next_sibling) {
		if (o->kind != SIM_KIND_ActionSet || !o->handle)
			continue;
		const SimActionSet *other = (const SimActionSet *)o;
		SIM_REQUIRE(strcmp(other->name, info->actionSetName) != 0, XR_ERROR_NAME_DUPLICATED,
		            "there is an action set %s already", other->name);
		SIM_REQUIRE(strcmp(other->localized_name, info->localizedActionSetName) != 0,
		            XR_ERROR_LOCALIZED_NAME_DUPLICATED, "there is an action set \"%s\" already",
		            other->localized_name);
	}
	return XR_SUCCESS;
}

static XrResult check_unused_action_names(const SimActionSet *set, const XrActionCreateInfo *info)
{
	for (const SimObject *o = set->object.first_child; o; o = o->next_sibling) {
		if (!o->handle)
			continue;
		const SimAction *other = (const SimAction *)o;
		SIM_REQUIRE(strcmp(other->name, info->actionName) != 0, XR_ERROR_NAME_DUPLICATED,
		            "the set %s has an action %s already", set->name, other->name);
		SIM_REQUIRE(strcmp(other->localized_name, info->localizedActionName) != 0,
		            XR_ERROR_LOCALIZED_NAME_DUPLICATED, "the set %s has an action \"%s\" already", set->name,
		            other->localized_name);
	}
	return XR_SUCCESS;
}

/* ---- action sets ---- */

XrResult sim_CreateActionSet(XrInstance handle, const XrActionSetCreateInfo *info, XrActionSet *out)
{
	SIM_FIND(Instance, instance, handle);
	SIM_STRUCT(info, XR_TYPE_ACTION_SET_CREATE_INFO);
	SIM_POINTER(out);
	SIM_TRY(check_name(info->actionSetName, sizeof info->actionSetName));
	SIM_TRY(check_localized_name(info->localizedActionSetName, sizeof info->localizedActionSetName));
	SIM_TRY(check_unused_set_names(instance, info));
	SimActionSet *set = sim_object_new(SIM_KIND_ActionSet, sizeof *set, instance);
	if (!set)
		return XR_ERROR_OUT_OF_MEMORY;
	set->instance = instance;
	strcpy(set->name, info->actionSetName);
	strcpy(set->localized_name, info->localizedActionSetName);
	set->priority = info->priority;
	*out = SIM_HANDLE(ActionSet, set);
	return XR_SUCCESS;
}

XrResult sim_DestroyActionSet(XrActionSet handle)
{
	SIM_FIND(ActionSet, set, handle);
	sim_object_destroy(set);
	return XR_SUCCESS;
}

/* ---- actions ---- */

bool sim_is_user_path(const char *text)
{
	static const char *const known[] = {"/user/hand/left", "/user/hand/right", "/user/head", "/user/gamepad",
	                                    "/user/treadmill", "/user/eyes_ext"};
	for (uint32_t i = 0; i < SIM_COUNT(known); i++) {
		if (strcmp(text, known[i]) == 0)
			return true;
	}
	return false;
}

XrResult sim_check_user_path(const SimInstance *instance, XrPath path)
{
	const char *text = sim_path_text(instance, path);
	SIM_REQUIRE(text, XR_ERROR_PATH_INVALID, "there is no path %llu", (unsigned long long)path);
	SIM_REQUIRE(sim_is_user_path(text), XR_ERROR_PATH_UNSUPPORTED, "%s is not a top level user path", text);
	return XR_SUCCESS;
}

XrResult sim_subaction_index(const SimAction *action, XrPath subaction, uint32_t *index)
{
	*index = 0;
	if (subaction == XR_NULL_PATH)
		return XR_SUCCESS;
	const char *text = sim_path_text(action->set->instance, subaction);
	SIM_REQUIRE(text, XR_ERROR_PATH_INVALID, "there is no path %llu", (unsigned long long)subaction);
	for (uint32_t i = 0; i < action->subaction_count; i++) {
		if (action->subactions[i] == subaction)
			*index = i + 1;
	}
	SIM_REQUIRE(*index > 0, XR_ERROR_PATH_UNSUPPORTED, "the action %s has no subaction path %s", action->name, text);
	return XR_SUCCESS;
}

static XrResult check_subactions(const SimInstance *instance, const XrActionCreateInfo *info)
{
	SIM_REQUIRE(info->countSubactionPaths == 0 || info->subactionPaths, XR_ERROR_VALIDATION_FAILURE,
	            "subactionPaths must not be NULL when countSubactionPaths is %u", info->countSubactionPaths);
	for (uint32_t i = 0; i < info->countSubactionPaths; i++) {
		SIM_TRY(sim_check_user_path(instance, info->subactionPaths[i]));
		for (uint32_t j = 0; j < i; j++) {
			SIM_REQUIRE(info->subactionPaths[i] != info->subactionPaths[j], XR_ERROR_PATH_UNSUPPORTED,
			            "%s is twice among the subaction paths", sim_path_text(instance, info->subactionPaths[i]));
		}
	}
	SIM_REQUIRE(info->countSubactionPaths <= SIM_MAX_SUBACTIONS, XR_ERROR_PATH_UNSUPPORTED,
	            "an action may have %d subaction paths", SIM_MAX_SUBACTIONS);
	return XR_SUCCESS;
}

static bool is_action_type(XrActionType type)
{
	return (type >= XR_ACTION_TYPE_BOOLEAN_INPUT && type <= XR_ACTION_TYPE_POSE_INPUT) ||
	       type == XR_ACTION_TYPE_VIBRATION_OUTPUT;
}

static void release_action(void *object)
{
	SimAction *action = object;
	free(action->subactions);
	sim_object_release(action->set);
}

static SimAction *new_action(SimActionSet *set, const XrActionCreateInfo *info)
{
	SimAction *action = sim_object_new(SIM_KIND_Action, sizeof *action, set);
	if (!action)
		return NULL;
	sim_object_retain(set);
	action->set = set;
	action->object.release = release_action;
	action->type = info->actionType;
	strcpy(action->name, info->actionName);
	strcpy(action->localized_name, info->localizedActionName);
	if (info->countSubactionPaths == 0)
		return action;
	action->subactions = calloc(info->countSubactionPaths, sizeof *action->subactions);
	if (!action->subactions) {
		sim_object_destroy(action);
		return NULL;
	}
	action->subaction_count = info->countSubactionPaths;
	memcpy(action->subactions, info->subactionPaths, info->countSubactionPaths * sizeof *action->subactions);
	return action;
}

XrResult sim_CreateAction(XrActionSet handle, const XrActionCreateInfo *info, XrAction *out)
{
	SIM_FIND(ActionSet, set, handle);
	SIM_STRUCT(info, XR_TYPE_ACTION_CREATE_INFO);
	SIM_POINTER(out);
	SIM_REQUIRE(!set->attached, XR_ERROR_ACTIONSETS_ALREADY_ATTACHED, "the set %s was attached; it stays as it is",
	            set->name);
	SIM_TRY(check_name(info->actionName, sizeof info->actionName));
	SIM_TRY(check_localized_name(info->localizedActionName, sizeof info->localizedActionName));
	SIM_REQUIRE(is_action_type(info->actionType), XR_ERROR_VALIDATION_FAILURE, "there is no action type %d",
	            (int)info->actionType);
	SIM_TRY(check_subactions(set->instance, info));
	SIM_TRY(check_unused_action_names(set, info));
	SimAction *action = new_action(set, info);
	if (!action)
		return XR_ERROR_OUT_OF_MEMORY;
	*out = SIM_HANDLE(Action, action);
	return XR_SUCCESS;
}

XrResult sim_DestroyAction(XrAction handle)
{
	SIM_FIND(Action, action, handle);
	sim_object_destroy(action);
	return XR_SUCCESS;
}
