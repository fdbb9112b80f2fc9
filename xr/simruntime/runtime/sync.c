/* The state of actions: taken from the device in xrSyncActions, and nowhere else. */
#include "action.h"

#include <math.h>
#include <string.h>

/* A real number is a button pressed from here on, and let go from there on, so that a trigger
 * held halfway does not flicker. */
#define PRESSED_FROM 0.55f
#define RELEASED_FROM 0.45f

/* ---- which bindings are heard ---- */

static XrResult check_active_set(const SimSession *session, const XrActiveActionSet *active)
{
	SIM_FIND(ActionSet, set, active->actionSet);
	bool attached = false, declared = active->subactionPath == XR_NULL_PATH;
	for (uint32_t i = 0; i < session->input->set_count; i++)
		attached |= session->input->sets[i] == set;
	SIM_REQUIRE(attached, XR_ERROR_ACTIONSET_NOT_ATTACHED, "the set %s is not attached", set->name);
	if (declared)
		return XR_SUCCESS;
	SIM_TRY(sim_check_user_path(session->instance, active->subactionPath));
	for (uint32_t i = 0; i < session->input->action_count; i++) {
		const SimAction *action = session->input->actions[i].action;
		for (uint32_t j = 0; action->set == set && j < action->subaction_count; j++)
			declared |= action->subactions[j] == active->subactionPath;
	}
	SIM_REQUIRE(declared, XR_ERROR_PATH_UNSUPPORTED, "no action of the set %s has the subaction path %s", set->name,
	            sim_path_text(session->instance, active->subactionPath));
	return XR_SUCCESS;
}

static const SimAction *action_of(const SimInputState *input, const SimBinding *binding)
{
	return input->actions[binding->action].action;
}

/* Whether the program made the binding's set active, for the user the binding is of. */
static bool is_asked_for(const SimSession *session, const SimBinding *binding, const XrActionsSyncInfo *info)
{
	const SimActionSet *set = action_of(session->input, binding)->set;
	for (uint32_t i = 0; i < info->countActiveActionSets; i++) {
		const XrActiveActionSet *active = &info->activeActionSets[i];
		if (sim_find(SIM_KIND_ActionSet, (uint64_t)(uintptr_t)active->actionSet) != set)
			continue;
		if (active->subactionPath == XR_NULL_PATH ||
		    strcmp(sim_path_text(session->instance, active->subactionPath), binding->user) == 0)
			return true;
	}
	return false;
}

/* Whether a set of higher priority uses the same input, whatever its component. */
static bool is_taken(const SimInputState *input, const SimBinding *binding)
{
	uint32_t priority = action_of(input, binding)->set->priority;
	if (binding->type == XR_ACTION_TYPE_VIBRATION_OUTPUT)
		return false;
	for (uint32_t i = 0; i < input->binding_count; i++) {
		const SimBinding *other = &input->bindings[i];
		if (other->heard && other->input == binding->input && action_of(input, other)->set->priority > priority)
			return true;
	}
	return false;
}

static void choose_heard(const SimSession *session, const XrActionsSyncInfo *info)
{
	SimInputState *input = session->input;
	for (uint32_t i = 0; i < input->binding_count; i++)
		input->bindings[i].heard = is_asked_for(session, &input->bindings[i], info);
	/* A binding taken away here can only hide ones that the binding which took it hides as well. */
	for (uint32_t i = 0; i < input->binding_count; i++) {
		if (input->bindings[i].heard && is_taken(input, &input->bindings[i]))
			input->bindings[i].heard = false;
	}
}

/* ---- values ---- */

static float component(const SimBinding *binding, int index)
{
	return index >= 0 ? sim_binding_source(binding)->component[index] : 0;
}

/* A binding's value as that of an action of some type. */
static void read_binding(SimBinding *binding, XrActionType type, float *x, float *y)
{
	*x = component(binding, binding->x);
	*y = component(binding, binding->y);
	binding->pressed = *x >= PRESSED_FROM || (binding->pressed && *x > RELEASED_FROM);
	if (type == XR_ACTION_TYPE_BOOLEAN_INPUT || binding->type == XR_ACTION_TYPE_BOOLEAN_INPUT)
		*x = binding->pressed ? 1 : 0;
}

/* merge adds one binding to an action's new value: buttons by or, numbers and sticks by the
 * greatest length, poses by who came first. */
static void merge(SimActionValue *value, const SimInputState *input, const SimBinding *binding, float x, float y)
{
	value->active = true;
	if (value->pose < 0)
		value->pose = (int32_t)(binding - input->bindings);
	if (hypotf(x, y) > hypotf(value->x, value->y)) {
		value->x = x;
		value->y = y;
	}
}

/* settle replaces an action's old value by the new one and notes whether it changed. */
static void settle(SimActionValue *old, SimActionValue fresh)
{
	if (fresh.active) {
		fresh.changed = fresh.x != old->x || fresh.y != old->y;
		fresh.changed_at = fresh.changed ? sim_now() : old->changed_at;
	}
	*old = fresh;
}

static void update(SimSession *session, SimActionState *state)
{
	SimInputState *input = session->input;
	SimActionValue fresh[1 + SIM_MAX_SUBACTIONS] = {0};
	for (uint32_t k = 0; k <= state->action->subaction_count; k++)
		fresh[k].pose = -1;
	for (uint32_t i = 0; i < input->binding_count; i++) {
		SimBinding *binding = &input->bindings[i];
		if (!binding->heard || &input->actions[binding->action] != state)
			continue;
		float x, y;
		read_binding(binding, state->action->type, &x, &y);
		for (uint32_t k = 0; k <= state->action->subaction_count; k++) {
			if (sim_binding_is_under(session, binding, k))
				merge(&fresh[k], input, binding, x, y);
		}
	}
	for (uint32_t k = 0; k <= state->action->subaction_count; k++)
		settle(&state->value[k], fresh[k]);
}

static void silence(SimInputState *input)
{
	for (uint32_t i = 0; i < input->binding_count; i++)
		input->bindings[i].heard = false;
	for (uint32_t i = 0; i < input->action_count; i++) {
		for (uint32_t k = 0; k <= SIM_MAX_SUBACTIONS; k++)
			input->actions[i].value[k] = (SimActionValue){.pose = -1};
	}
}

XrResult sim_SyncActions(XrSession handle, const XrActionsSyncInfo *info)
{
	SIM_LIVE_SESSION(session, handle);
	SIM_STRUCT(info, XR_TYPE_ACTIONS_SYNC_INFO);
	SIM_REQUIRE(info->countActiveActionSets == 0 || info->activeActionSets, XR_ERROR_VALIDATION_FAILURE,
	            "activeActionSets must not be NULL when countActiveActionSets is %u", info->countActiveActionSets);
	for (uint32_t i = 0; i < info->countActiveActionSets; i++)
		SIM_TRY(check_active_set(session, &info->activeActionSets[i]));
	if (session->state != XR_SESSION_STATE_FOCUSED) {
		silence(session->input);
		return XR_SESSION_NOT_FOCUSED;
	}
	XrResult bound = sim_bind(session);
	if (XR_FAILED(bound)) {
		silence(session->input);
		return bound;
	}
	choose_heard(session, info);
	for (uint32_t i = 0; i < session->input->action_count; i++)
		update(session, &session->input->actions[i]);
	return XR_SUCCESS;
}

/* ---- reading ---- */

static XrResult find_value(XrSession handle, const XrActionStateGetInfo *info, XrActionType type,
                           const SimActionValue **value)
{
	SIM_LIVE_SESSION(session, handle);
	SIM_STRUCT(info, XR_TYPE_ACTION_STATE_GET_INFO);
	SIM_FIND(Action, action, info->action);
	SIM_REQUIRE(action->type == type, XR_ERROR_ACTION_TYPE_MISMATCH, "the action %s is of another type", action->name);
	uint32_t index;
	SIM_TRY(sim_subaction_index(action, info->subactionPath, &index));
	const SimActionState *state = sim_action_state(session, action);
	SIM_REQUIRE(state, XR_ERROR_ACTIONSET_NOT_ATTACHED, "the set %s is not attached", action->set->name);
	*value = &state->value[index];
	return XR_SUCCESS;
}

/* What three of the four states share. */
#define FILL(state, value, current)                            \
	do {                                                       \
		(state)->currentState = current;                       \
		(state)->changedSinceLastSync = (value)->changed;      \
		(state)->lastChangeTime = (value)->changed_at;         \
		(state)->isActive = (value)->active;                   \
	} while (0)

XrResult sim_GetActionStateBoolean(XrSession session, const XrActionStateGetInfo *info, XrActionStateBoolean *state)
{
	const SimActionValue *value;
	SIM_STRUCT(state, XR_TYPE_ACTION_STATE_BOOLEAN);
	SIM_TRY(find_value(session, info, XR_ACTION_TYPE_BOOLEAN_INPUT, &value));
	FILL(state, value, value->x != 0);
	return XR_SUCCESS;
}

XrResult sim_GetActionStateFloat(XrSession session, const XrActionStateGetInfo *info, XrActionStateFloat *state)
{
	const SimActionValue *value;
	SIM_STRUCT(state, XR_TYPE_ACTION_STATE_FLOAT);
	SIM_TRY(find_value(session, info, XR_ACTION_TYPE_FLOAT_INPUT, &value));
	FILL(state, value, value->x);
	return XR_SUCCESS;
}

XrResult sim_GetActionStateVector2f(XrSession session, const XrActionStateGetInfo *info,
                                    XrActionStateVector2f *state)
{
	const SimActionValue *value;
	SIM_STRUCT(state, XR_TYPE_ACTION_STATE_VECTOR2F);
	SIM_TRY(find_value(session, info, XR_ACTION_TYPE_VECTOR2F_INPUT, &value));
	XrVector2f stick = {value->x, value->y};
	FILL(state, value, stick);
	return XR_SUCCESS;
}

XrResult sim_GetActionStatePose(XrSession session, const XrActionStateGetInfo *info, XrActionStatePose *state)
{
	const SimActionValue *value;
	SIM_STRUCT(state, XR_TYPE_ACTION_STATE_POSE);
	SIM_TRY(find_value(session, info, XR_ACTION_TYPE_POSE_INPUT, &value));
	state->isActive = value->active;
	return XR_SUCCESS;
}

/* ---- poses of actions ---- */

XrResult sim_input_action_space(const SimSession *session, const XrActionSpaceCreateInfo *info, SimAction **action)
{
	SIM_FIND(Action, found, info->action);
	SIM_REQUIRE(found->set->instance == session->instance, XR_ERROR_HANDLE_INVALID, "the action is of another instance");
	SIM_REQUIRE(found->type == XR_ACTION_TYPE_POSE_INPUT, XR_ERROR_ACTION_TYPE_MISMATCH, "the action %s is no pose",
	            found->name);
	uint32_t index;
	SIM_TRY(sim_subaction_index(found, info->subactionPath, &index));
	*action = found;
	return XR_SUCCESS;
}

SimMotion sim_input_action_motion(const SimSession *session, const SimAction *action, XrPath subaction, XrTime time)
{
	SimMotion nowhere = {.time = time, .pose = sim_identity};
	const SimActionState *state = sim_action_state(session, action);
	uint32_t index;
	if (!state || XR_FAILED(sim_subaction_index(action, subaction, &index)) || !state->value[index].active)
		return nowhere;
	const SimBinding *binding = &session->input->bindings[state->value[index].pose];
	if (!sim_binding_source(binding)->connected)
		return nowhere;
	return sim_hand_motion(binding->source, binding->aim, time);
}
