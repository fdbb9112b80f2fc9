/* Suggested bindings: kept for every profile as the program wrote them, until a session binds. */
#include "action.h"

#include <stdlib.h>
#include <string.h>

static void forget(SimSuggestions *suggestions)
{
	for (uint32_t i = 0; i < suggestions->count; i++)
		sim_object_release(suggestions->list[i].action);
	free(suggestions->list);
	*suggestions = (SimSuggestions){0};
}

/* ---- lifetime ---- */

static void note_extensions(SimInstance *instance, const XrInstanceCreateInfo *info)
{
	for (uint32_t i = 0; i < info->enabledExtensionCount; i++) {
		const char *name;
		for (uint32_t j = 0; j < SIM_MAX_PROFILE_EXTENSIONS && (name = sim_profile_extension(j)); j++) {
			if (strcmp(info->enabledExtensionNames[i], name) == 0)
				instance->bindings->extension[j] = true;
		}
	}
}

bool sim_profile_extension_enabled(const SimInstance *instance, const char *name)
{
	const char *known;
	for (uint32_t i = 0; i < SIM_MAX_PROFILE_EXTENSIONS && (known = sim_profile_extension(i)); i++) {
		if (strcmp(known, name) == 0)
			return instance->bindings->extension[i];
	}
	return false;
}

XrResult sim_input_instance_init(SimInstance *instance, const XrInstanceCreateInfo *info)
{
	instance->paths = sim_paths_new();
	instance->bindings = calloc(1, sizeof *instance->bindings);
	if (!instance->paths || !instance->bindings)
		return XR_ERROR_OUT_OF_MEMORY;
	note_extensions(instance, info);
	return XR_SUCCESS;
}

void sim_input_instance_free(SimInstance *instance)
{
	if (instance->bindings) {
		for (uint32_t i = 0; i < sim_profile_count; i++)
			forget(&instance->bindings->suggested[i]);
	}
	free(instance->bindings);
	sim_paths_free(instance->paths);
	instance->bindings = NULL;
	instance->paths = NULL;
}

/* ---- xrSuggestInteractionProfileBindings ---- */

static XrResult read_suggestion(SimInstance *instance, const SimProfile *profile, const XrActionSuggestedBinding *from,
                                SimSuggestion *to)
{
	SIM_FIND(Action, action, from->action);
	SIM_REQUIRE(action->set->instance == instance, XR_ERROR_HANDLE_INVALID, "the action is of another instance");
	SIM_REQUIRE(!action->set->attached, XR_ERROR_ACTIONSETS_ALREADY_ATTACHED, "the set %s of action %s was attached",
	            action->set->name, action->name);
	const char *path = sim_path_text(instance, from->binding);
	SIM_REQUIRE(path, XR_ERROR_PATH_INVALID, "there is no path %llu", (unsigned long long)from->binding);
	SIM_REQUIRE(sim_profile_resolve(instance, profile, path, action->type, to->user, to->component),
	            XR_ERROR_PATH_UNSUPPORTED, "%s%s has no %s", SIM_PROFILES, profile->name, path);
	if (!sim_component_moves(to->component, action->type))
		sim_message(SIM_WARNING, "binding-type", "the action %s cannot be moved by %s: its type is another",
		            action->name, path);
	to->action = action;
	to->path = from->binding;
	return XR_SUCCESS;
}

static XrResult read_suggestions(SimInstance *instance, const XrInteractionProfileSuggestedBinding *from,
                                 SimSuggestions *to)
{
	for (uint32_t i = 0; i < from->countSuggestedBindings; i++) {
		SIM_TRY(read_suggestion(instance, to->profile, &from->suggestedBindings[i], &to->list[i]));
		sim_object_retain(to->list[i].action);
		to->count++;
	}
	return XR_SUCCESS;
}

XrResult sim_SuggestInteractionProfileBindings(XrInstance handle, const XrInteractionProfileSuggestedBinding *suggested)
{
	SIM_FIND(Instance, instance, handle);
	SIM_STRUCT(suggested, XR_TYPE_INTERACTION_PROFILE_SUGGESTED_BINDING);
	SIM_REQUIRE(suggested->countSuggestedBindings > 0 && suggested->suggestedBindings, XR_ERROR_VALIDATION_FAILURE,
	            "there must be at least one suggested binding");
	const char *name = sim_path_text(instance, suggested->interactionProfile);
	SIM_REQUIRE(name, XR_ERROR_PATH_INVALID, "there is no path %llu", (unsigned long long)suggested->interactionProfile);
	const SimProfile *profile = sim_profile_named(name);
	SIM_REQUIRE(profile && sim_profile_available(instance, profile), XR_ERROR_PATH_UNSUPPORTED,
	            "%s is no interaction profile of this instance's version and extensions", name);
	SimSuggestions fresh = {profile, 0, calloc(suggested->countSuggestedBindings, sizeof *fresh.list)};
	if (!fresh.list)
		return XR_ERROR_OUT_OF_MEMORY;
	XrResult result = read_suggestions(instance, suggested, &fresh);
	SimSuggestions *place = &instance->bindings->suggested[profile - sim_profiles];
	forget(XR_SUCCEEDED(result) ? place : &fresh);
	if (XR_SUCCEEDED(result))
		*place = fresh;
	return result;
}

/* ---- xrAttachSessionActionSets ---- */

static uint32_t count_actions(const SimActionSet *set)
{
	uint32_t n = 0;
	for (const SimObject *o = set->object.first_child; o; o = o->next_sibling)
		n += o->kind == SIM_KIND_Action && o->handle;
	return n;
}

/* A session keeps what was suggested until now: later suggestions are for other sets. */
static bool keep_suggestions(const SimInstance *instance, SimInputState *input)
{
	for (uint32_t i = 0; i < sim_profile_count; i++) {
		const SimSuggestions *from = &instance->bindings->suggested[i];
		if (from->count == 0)
			continue;
		SimSuggestion *list = malloc(from->count * sizeof *list);
		if (!list)
			return false;
		memcpy(list, from->list, from->count * sizeof *list);
		for (uint32_t j = 0; j < from->count; j++)
			sim_object_retain(list[j].action);
		input->suggested[i] = (SimSuggestions){from->profile, from->count, list};
	}
	return true;
}

static bool is_among(const SimInputState *input, const SimActionSet *set)
{
	for (uint32_t i = 0; i < input->set_count; i++) {
		if (input->sets[i] == set)
			return true;
	}
	return false;
}

static void attach(SimInputState *input, SimActionSet *set)
{
	if (is_among(input, set))
		return;
	sim_object_retain(set);
	set->attached = true;
	input->sets[input->set_count++] = set;
	for (SimObject *o = set->object.first_child; o; o = o->next_sibling) {
		if (o->kind != SIM_KIND_Action || !o->handle)
			continue;
		sim_object_retain(o);
		input->actions[input->action_count++].action = (SimAction *)o;
	}
}

XrResult sim_AttachSessionActionSets(XrSession handle, const XrSessionActionSetsAttachInfo *info)
{
	SIM_LIVE_SESSION(session, handle);
	SIM_STRUCT(info, XR_TYPE_SESSION_ACTION_SETS_ATTACH_INFO);
	SIM_REQUIRE(info->countActionSets > 0 && info->actionSets, XR_ERROR_VALIDATION_FAILURE,
	            "there must be at least one action set");
	SimInputState *input = session->input;
	SIM_REQUIRE(!input->attached, XR_ERROR_ACTIONSETS_ALREADY_ATTACHED, "the session has its action sets already");
	uint32_t actions = 0;
	for (uint32_t i = 0; i < info->countActionSets; i++) {
		SIM_FIND(ActionSet, set, info->actionSets[i]);
		actions += count_actions(set);
	}
	input->sets = calloc(info->countActionSets, sizeof *input->sets);
	input->actions = calloc(actions + 1, sizeof *input->actions);
	if (!input->sets || !input->actions || !keep_suggestions(session->instance, input))
		return XR_ERROR_OUT_OF_MEMORY;
	for (uint32_t i = 0; i < info->countActionSets; i++)
		attach(input, sim_find(SIM_KIND_ActionSet, (uint64_t)(uintptr_t)info->actionSets[i]));
	input->attached = true;
	return XR_SUCCESS;
}

XrResult sim_input_session_init(SimSession *session)
{
	session->input = calloc(1, sizeof *session->input);
	return session->input ? XR_SUCCESS : XR_ERROR_OUT_OF_MEMORY;
}

void sim_input_session_free(SimSession *session)
{
	SimInputState *input = session->input;
	if (!input)
		return;
	for (uint32_t i = 0; i < sim_profile_count; i++)
		forget(&input->suggested[i]);
	for (uint32_t i = 0; i < input->action_count; i++)
		sim_object_release(input->actions[i].action);
	for (uint32_t i = 0; i < input->set_count; i++)
		sim_object_release(input->sets[i]);
	free(input->bindings);
	free(input->actions);
	free(input->sets);
	free(input);
	session->input = NULL;
}
