/* Bindings in force: which profile every source has, and what of it moves which action. */
#include "action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

SimActionState *sim_action_state(const SimSession *session, const SimAction *action)
{
	for (uint32_t i = 0; i < session->input->action_count; i++) {
		if (session->input->actions[i].action == action)
			return &session->input->actions[i];
	}
	return NULL;
}

const SimSource *sim_binding_source(const SimBinding *binding)
{
	return &sim.device.source[binding->source];
}

bool sim_binding_is_under(const SimSession *session, const SimBinding *binding, uint32_t index)
{
	if (index == 0)
		return true;
	XrPath subaction = session->input->actions[binding->action].action->subactions[index - 1];
	return strcmp(sim_path_text(session->instance, subaction), binding->user) == 0;
}

/* ---- the choice of a profile ---- */

static const SimSuggestions *suggestions_for(const SimInputState *input, const char *name)
{
	const SimProfile *profile = sim_profile_named(name);
	if (!profile)
		return NULL;
	const SimSuggestions *suggestions = &input->suggested[profile - sim_profiles];
	return suggestions->profile ? suggestions : NULL;
}

/* What a source is used as: its own profile where the program suggested for it, else the simple
 * controller, which every pair of controllers can stand in for; else nothing. */
static const SimSuggestions *choose(const SimInputState *input, SimSourceKind kind)
{
	const SimSource *source = &sim.device.source[kind];
	if (!source->connected)
		return NULL;
	const SimSuggestions *own = suggestions_for(input, source->profile);
	if (own || kind == SIM_SOURCE_GAMEPAD)
		return own;
	return suggestions_for(input, SIM_PROFILES "khr/simple_controller");
}

/* ---- what the simple controller is on another one ---- */

static const char *const stand_ins[][8] = {
	{"select/click", "trigger/value", "trigger/click", "select/value", "pinch_ext/value", "primary/click", "a/click", NULL},
	{"menu/click", "b/click", "y/click", "back/click", "secondary/click", "shoulder/click", NULL},
};

/* The device's own component behind one of the profile in use; -1 when it has none. */
static int own_component(const SimProfile *own, const char *user, const char *component)
{
	int index = sim_profile_component(own, user, component);
	for (uint32_t i = 0; i < SIM_COUNT(stand_ins) && index < 0; i++) {
		if (strcmp(stand_ins[i][0], component) != 0)
			continue;
		for (const char *const *other = stand_ins[i] + 1; *other && index < 0; other++)
			index = sim_profile_component(own, user, *other);
	}
	return index;
}

/* ---- binding ---- */

static bool append(SimInputState *input, const SimBinding *binding)
{
	if (input->binding_count == input->binding_room) {
		uint32_t room = input->binding_room ? 2 * input->binding_room : 64;
		SimBinding *bindings = realloc(input->bindings, room * sizeof *bindings);
		if (!bindings)
			return false;
		input->bindings = bindings;
		input->binding_room = room;
	}
	input->bindings[input->binding_count++] = *binding;
	return true;
}

/* The indices behind a component: one of a button or axis, two of a stick. */
static void find_components(SimBinding *binding, const SimProfile *own, const char *component)
{
	binding->x = binding->y = -1;
	if (binding->type != XR_ACTION_TYPE_VECTOR2F_INPUT) {
		binding->x = own_component(own, binding->user, component);
		return;
	}
	char axis[SIM_NAME_SIZE + 2];
	snprintf(axis, sizeof axis, "%s/x", component);
	binding->x = own_component(own, binding->user, axis);
	snprintf(axis, sizeof axis, "%s/y", component);
	binding->y = own_component(own, binding->user, axis);
}

static bool is_pose_of_the_ray(const char *component)
{
	return strcmp(component, "aim/pose") == 0 || strcmp(component, "pinch_ext/pose") == 0 ||
	       strcmp(component, "poke_ext/pose") == 0;
}

static bool bind_one(SimSession *session, SimSourceKind kind, const SimSuggestion *suggestion)
{
	SimActionState *state = sim_action_state(session, suggestion->action);
	XrActionType type = sim_component_type(suggestion->component);
	if (!state || strcmp(suggestion->user, sim_source_user[kind]) != 0 ||
	    !sim_component_moves(suggestion->component, suggestion->action->type) ||
	    sim_component_is_reserved(suggestion->component))
		return true;
	SimBinding binding = {.action = (uint32_t)(state - session->input->actions), .source = kind,
	                      .user = sim_source_user[kind], .type = type};
	bool output = type == XR_ACTION_TYPE_VIBRATION_OUTPUT;
	const char *component = suggestion->component + (output ? strlen(SIM_OUTPUT) : 0);
	char text[3 * SIM_NAME_SIZE];
	int head = snprintf(text, sizeof text, "%s/%s/", binding.user, output ? "output" : "input");
	snprintf(text + head, sizeof text - (size_t)head, "%s", component);
	binding.path = sim_path(session->instance, text);
	text[head + (int)strcspn(component, "/")] = '\0';
	binding.input = sim_path(session->instance, text);
	binding.aim = is_pose_of_the_ray(component);
	find_components(&binding, sim_profile_named(sim.device.source[kind].profile), suggestion->component);
	return append(session->input, &binding);
}

static XrResult bind_source(SimSession *session, SimSourceKind kind, const SimSuggestions *suggestions)
{
	for (uint32_t i = 0; suggestions && i < suggestions->count; i++) {
		if (!bind_one(session, kind, &suggestions->list[i]))
			return XR_ERROR_OUT_OF_MEMORY;
	}
	return XR_SUCCESS;
}

static const char *device_profile(SimSourceKind kind)
{
	const SimSource *source = &sim.device.source[kind];
	return source->connected ? source->profile : "";
}

static bool device_changed(const SimInputState *input)
{
	for (int kind = 0; kind < SIM_SOURCE_COUNT; kind++) {
		if (strcmp(input->bound_to[kind], device_profile(kind)) != 0)
			return true;
	}
	return false;
}

static void tell_of_change(SimSession *session)
{
	XrEventDataInteractionProfileChanged event = {XR_TYPE_EVENT_DATA_INTERACTION_PROFILE_CHANGED, NULL,
	                                              SIM_HANDLE(Session, session)};
	sim_event_push(&event, sizeof event);
}

XrResult sim_bind(SimSession *session)
{
	SimInputState *input = session->input;
	if (!input->attached || !device_changed(input))
		return XR_SUCCESS;
	bool changed = false;
	input->binding_count = 0;
	for (int kind = 0; kind < SIM_SOURCE_COUNT; kind++) {
		const SimSuggestions *suggestions = choose(input, kind);
		const SimProfile *profile = suggestions ? suggestions->profile : NULL;
		changed |= profile != input->profile[kind];
		input->profile[kind] = profile;
		snprintf(input->bound_to[kind], sizeof input->bound_to[kind], "%s", device_profile(kind));
		SIM_TRY(bind_source(session, kind, suggestions));
	}
	if (changed)
		tell_of_change(session);
	return XR_SUCCESS;
}

/* ---- questions about bindings ---- */

XrResult sim_GetCurrentInteractionProfile(XrSession handle, XrPath user, XrInteractionProfileState *state)
{
	SIM_LIVE_SESSION(session, handle);
	SIM_STRUCT(state, XR_TYPE_INTERACTION_PROFILE_STATE);
	SIM_TRY(sim_check_user_path(session->instance, user));
	SIM_REQUIRE(session->input->attached, XR_ERROR_ACTIONSET_NOT_ATTACHED, "no action sets are attached yet");
	state->interactionProfile = XR_NULL_PATH;
	for (int kind = 0; kind < SIM_SOURCE_COUNT; kind++) {
		const SimProfile *profile = session->input->profile[kind];
		if (!profile || strcmp(sim_source_user[kind], sim_path_text(session->instance, user)) != 0)
			continue;
		char text[sizeof((SimSource *)0)->profile];
		snprintf(text, sizeof text, "%s%s", SIM_PROFILES, profile->name);
		state->interactionProfile = sim_path(session->instance, text);
	}
	return XR_SUCCESS;
}

static uint32_t bound_sources(const SimInputState *input, const SimActionState *state, XrPath *sources)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < input->binding_count; i++) {
		if (&input->actions[input->bindings[i].action] != state)
			continue;
		if (sources)
			sources[n] = input->bindings[i].path;
		n++;
	}
	return n;
}

XrResult sim_EnumerateBoundSourcesForAction(XrSession handle, const XrBoundSourcesForActionEnumerateInfo *info,
                                            uint32_t capacity, uint32_t *count, XrPath *sources)
{
	SIM_LIVE_SESSION(session, handle);
	SIM_STRUCT(info, XR_TYPE_BOUND_SOURCES_FOR_ACTION_ENUMERATE_INFO);
	SIM_FIND(Action, action, info->action);
	const SimActionState *state = sim_action_state(session, action);
	SIM_REQUIRE(state, XR_ERROR_ACTIONSET_NOT_ATTACHED, "the set %s is not attached", action->set->name);
	SIM_TRY(sim_two_call(capacity, count, sources, bound_sources(session->input, state, NULL)));
	if (capacity > 0)
		bound_sources(session->input, state, sources);
	return XR_SUCCESS;
}

/* ---- names for people ---- */

static const SimBinding *binding_with_path(const SimInputState *input, XrPath path)
{
	for (uint32_t i = 0; i < input->binding_count; i++) {
		if (input->bindings[i].path == path)
			return &input->bindings[i];
	}
	return NULL;
}

/* "trigger/value" becomes "Trigger Value". */
static void make_title(char *text)
{
	bool start = true;
	for (; *text; text++) {
		if (*text == '_' || *text == '/')
			*text = ' ';
		if (start && *text >= 'a' && *text <= 'z')
			*text = (char)(*text - 'a' + 'A');
		start = *text == ' ';
	}
}

static void describe(const SimSession *session, const SimBinding *binding, XrInputSourceLocalizedNameFlags parts,
                     char *text, size_t size)
{
	static const char *const users[SIM_SOURCE_COUNT] = {"Left Hand", "Right Hand", "Gamepad"};
	const char *words[3];
	int n = 0;
	char component[SIM_NAME_SIZE];
	/* The path goes on with "/input/" or "/output/" after the user. */
	const char *tail = strchr(sim_path_text(session->instance, binding->path) + strlen(binding->user) + 1, '/') + 1;
	snprintf(component, sizeof component, "%s", tail);
	make_title(component);
	if (parts & XR_INPUT_SOURCE_LOCALIZED_NAME_USER_PATH_BIT)
		words[n++] = users[binding->source];
	if (parts & XR_INPUT_SOURCE_LOCALIZED_NAME_INTERACTION_PROFILE_BIT)
		words[n++] = session->input->profile[binding->source]->title;
	if (parts & XR_INPUT_SOURCE_LOCALIZED_NAME_COMPONENT_BIT)
		words[n++] = component;
	size_t used = 0;
	text[0] = '\0';
	for (int i = 0; i < n && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? " " : "", words[i]);
}

#define ALL_PARTS                                                                                              \
	(XR_INPUT_SOURCE_LOCALIZED_NAME_USER_PATH_BIT | XR_INPUT_SOURCE_LOCALIZED_NAME_INTERACTION_PROFILE_BIT | \
	 XR_INPUT_SOURCE_LOCALIZED_NAME_COMPONENT_BIT)

XrResult sim_GetInputSourceLocalizedName(XrSession handle, const XrInputSourceLocalizedNameGetInfo *info,
                                         uint32_t capacity, uint32_t *count, char *buffer)
{
	SIM_LIVE_SESSION(session, handle);
	SIM_STRUCT(info, XR_TYPE_INPUT_SOURCE_LOCALIZED_NAME_GET_INFO);
	SIM_REQUIRE(info->whichComponents != 0 && (info->whichComponents & ~(XrFlags64)ALL_PARTS) == 0,
	            XR_ERROR_VALIDATION_FAILURE, "whichComponents must be one or more of the three known flags");
	const char *path = sim_path_text(session->instance, info->sourcePath);
	SIM_REQUIRE(path, XR_ERROR_PATH_INVALID, "there is no path %llu", (unsigned long long)info->sourcePath);
	SIM_REQUIRE(session->input->attached, XR_ERROR_ACTIONSET_NOT_ATTACHED, "no action sets are attached yet");
	const SimBinding *binding = binding_with_path(session->input, info->sourcePath);
	SIM_REQUIRE(binding, XR_ERROR_PATH_UNSUPPORTED, "%s is bound to no action", path);
	char text[3 * XR_MAX_PATH_LENGTH];
	describe(session, binding, info->whichComponents, text, sizeof text);
	return sim_two_call_copy(capacity, count, buffer, text, (uint32_t)strlen(text) + 1, 1);
}
