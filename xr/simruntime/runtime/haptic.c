/* Haptics: nothing shakes; the report tells what would. */
#include <float.h>

#include "action.h"

static XrResult find_haptic(XrSession handle, const XrHapticActionInfo *info, SimSession **found,
                            const SimActionState **state, uint32_t *index)
{
	SIM_LIVE_SESSION(session, handle);
	SIM_STRUCT(info, XR_TYPE_HAPTIC_ACTION_INFO);
	SIM_FIND(Action, action, info->action);
	SIM_REQUIRE(action->type == XR_ACTION_TYPE_VIBRATION_OUTPUT, XR_ERROR_ACTION_TYPE_MISMATCH,
	            "the action %s is no vibration", action->name);
	SIM_TRY(sim_subaction_index(action, info->subactionPath, index));
	*found = session;
	*state = sim_action_state(session, action);
	SIM_REQUIRE(*state, XR_ERROR_ACTIONSET_NOT_ATTACHED, "the set %s is not attached", action->set->name);
	return XR_SUCCESS;
}

static void report(const SimSession *session, const SimActionState *state, uint32_t index, float amplitude,
                   float frequency_hz, XrDuration duration)
{
	const SimInputState *input = session->input;
	for (uint32_t i = 0; i < input->binding_count; i++) {
		const SimBinding *binding = &input->bindings[i];
		if (!binding->heard || &input->actions[binding->action] != state ||
		    !sim_binding_is_under(session, binding, index))
			continue;
		sim_report("haptic",
		           "\"source\":\"%s\",\"output\":\"%s\",\"amplitude\":%g,\"frequency_hz\":%g,\"duration_ns\":%lld",
		           sim_source_name[binding->source], sim_path_text(session->instance, binding->path),
		           (double)amplitude, (double)frequency_hz, (long long)duration);
	}
}

XrResult sim_ApplyHapticFeedback(XrSession handle, const XrHapticActionInfo *info, const XrHapticBaseHeader *haptic)
{
	SimSession *session;
	const SimActionState *state;
	uint32_t index;
	SIM_TRY(find_haptic(handle, info, &session, &state, &index));
	SIM_STRUCT(haptic, XR_TYPE_HAPTIC_VIBRATION);
	const XrHapticVibration *vibration = (const XrHapticVibration *)haptic;
	SIM_REQUIRE(vibration->duration >= 0 || vibration->duration == XR_MIN_HAPTIC_DURATION, XR_ERROR_VALIDATION_FAILURE,
	            "the duration must be 0 or more, or XR_MIN_HAPTIC_DURATION");
	SIM_REQUIRE(vibration->amplitude >= 0 && vibration->amplitude <= 1, XR_ERROR_VALIDATION_FAILURE,
	            "the amplitude is %g, not 0 to 1", (double)vibration->amplitude);
	SIM_REQUIRE(vibration->frequency >= 0 && vibration->frequency <= FLT_MAX, XR_ERROR_VALIDATION_FAILURE,
	            "the frequency is %g, not 0 Hz or more", (double)vibration->frequency);
	if (session->state != XR_SESSION_STATE_FOCUSED)
		return XR_SESSION_NOT_FOCUSED;
	report(session, state, index, vibration->amplitude, vibration->frequency, vibration->duration);
	return XR_SUCCESS;
}

XrResult sim_StopHapticFeedback(XrSession handle, const XrHapticActionInfo *info)
{
	SimSession *session;
	const SimActionState *state;
	uint32_t index;
	SIM_TRY(find_haptic(handle, info, &session, &state, &index));
	if (session->state != XR_SESSION_STATE_FOCUSED)
		return XR_SESSION_NOT_FOCUSED;
	report(session, state, index, 0, 0, 0);
	return XR_SUCCESS;
}
