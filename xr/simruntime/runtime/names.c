/* The names of results and structure types, from the lists of the installed OpenXR headers and
 * those newer values which this runtime knows. */
#include <openxr/openxr_reflection.h>
#include <stdio.h>
#include <string.h>

#include "functions.h"

typedef struct Named {
	int32_t value;
	const char *name;
} Named;

#define NAMED(name, value) {(int32_t)(value), #name},

static const Named results[] = {
	XR_LIST_ENUM_XrResult(NAMED)
	{-1000710000, "XR_ERROR_PERMISSION_INSUFFICIENT"},
	{-1000710001, "XR_ERROR_EXTENSION_DEPENDENCY_NOT_ENABLED"},
};

static const Named structures[] = {
	XR_LIST_ENUM_XrStructureType(NAMED)
	{1000470000, "XR_TYPE_EVENT_DATA_USER_PRESENCE_CHANGED_EXT"},
	{1000470001, "XR_TYPE_SYSTEM_USER_PRESENCE_PROPERTIES_EXT"},
	{1000471000, "XR_TYPE_SPACES_LOCATE_INFO"},
	{1000471001, "XR_TYPE_SPACE_LOCATIONS"},
	{1000471002, "XR_TYPE_SPACE_VELOCITIES"},
};

static const Named states[] = {XR_LIST_ENUM_XrSessionState(NAMED)};

static const char *name_of(const Named *list, uint32_t count, int32_t value)
{
	for (uint32_t i = 0; i < count; i++)
		if (list[i].value == value)
			return list[i].name;
	return NULL;
}

const char *sim_result_name(XrResult result)
{
	return name_of(results, SIM_COUNT(results), result);
}

bool sim_result_by_name(const char *name, XrResult *result)
{
	for (uint32_t i = 0; i < SIM_COUNT(results); i++) {
		if (strcmp(results[i].name, name) == 0) {
			*result = (XrResult)results[i].value;
			return true;
		}
	}
	return false;
}

const char *sim_state_name(XrSessionState state)
{
	const char *name = name_of(states, SIM_COUNT(states), state);
	return name ? name + strlen("XR_SESSION_STATE_") : "UNKNOWN";
}

XrResult sim_ResultToString(XrInstance instance, XrResult value, char *text)
{
	SIM_FIND(Instance, found, instance);
	SIM_POINTER(text);
	const char *name = sim_result_name(value);
	if (name)
		snprintf(text, XR_MAX_RESULT_STRING_SIZE, "%s", name);
	else
		snprintf(text, XR_MAX_RESULT_STRING_SIZE, "XR_UNKNOWN_%s_%d", XR_FAILED(value) ? "FAILURE" : "SUCCESS", value);
	return XR_SUCCESS;
}

XrResult sim_StructureTypeToString(XrInstance instance, XrStructureType value, char *text)
{
	SIM_FIND(Instance, found, instance);
	SIM_POINTER(text);
	const char *name = name_of(structures, SIM_COUNT(structures), (int32_t)value);
	if (name)
		snprintf(text, XR_MAX_STRUCTURE_NAME_SIZE, "%s", name);
	else
		snprintf(text, XR_MAX_STRUCTURE_NAME_SIZE, "XR_UNKNOWN_STRUCTURE_TYPE_%d", value);
	return XR_SUCCESS;
}
