#include "binding.h"

#include <stdlib.h>
#include <string.h>

static PFN_xrGetInstanceProcAddr get_function;

const char *openxr_load(void) {
	const char *wrong = NULL;
	void *library;
	if (get_function) return NULL;
	library = openxr_library(openxr_loader_name, &wrong);
	if (!library) return wrong;
	void *function = openxr_symbol(library, "xrGetInstanceProcAddr");
	if (!function) return "xrGetInstanceProcAddr is missing in the loader";
	memcpy(&get_function, &function, sizeof function);
	return NULL;
}

PFN_xrVoidFunction openxr_function(XrInstance instance, const char *name) {
	PFN_xrVoidFunction function = NULL;
	if (XR_FAILED(get_function(instance, name, &function))) return NULL;
	return function;
}

static struct openxr_outcome missing(const char *function) {
	return (struct openxr_outcome){XR_ERROR_FUNCTION_UNSUPPORTED, function};
}

const char *openxr_result_name(XrResult result) {
	// No switch: newer headers list some values twice, by their older names too.
#define NAME(name, value) \
	if (result == (XrResult)(value)) return #name;
	XR_LIST_ENUM_XrResult(NAME)
#undef NAME
	return NULL;
}

struct openxr_outcome openxr_extensions(XrExtensionProperties *list, uint32_t room, uint32_t *count) {
	PFN_xrEnumerateInstanceExtensionProperties enumerate = (PFN_xrEnumerateInstanceExtensionProperties)
		openxr_function(XR_NULL_HANDLE, "xrEnumerateInstanceExtensionProperties");
	if (!enumerate) return missing("xrEnumerateInstanceExtensionProperties");
	for (uint32_t n = 0; n < room; n++) list[n] = (XrExtensionProperties){XR_TYPE_EXTENSION_PROPERTIES};
	return (struct openxr_outcome){enumerate(NULL, room, count, list), "xrEnumerateInstanceExtensionProperties"};
}

// Finds the functions of an instance. Returns NULL, or the one that is missing.
static const char *find_functions(struct openxr_instance *i) {
#define FIND(name) i->xr.name = (PFN_##name)openxr_function(i->handle, #name);
#define REQUIRE(name) if (!i->xr.name) return #name;
	OPENXR_FUNCTIONS(FIND)
	OPENXR_EXTENSION_FUNCTIONS(FIND)
	OPENXR_FUNCTIONS(REQUIRE)
#undef FIND
#undef REQUIRE
	return NULL;
}

struct openxr_outcome openxr_create_instance(const char *application, uint32_t version,
	const char *const *extensions, uint32_t extension_count, struct openxr_instance **instance) {
	PFN_xrCreateInstance create = (PFN_xrCreateInstance)openxr_function(XR_NULL_HANDLE, "xrCreateInstance");
	if (!create) return missing("xrCreateInstance");
	XrInstanceCreateInfo info = {XR_TYPE_INSTANCE_CREATE_INFO};
	strncpy(info.applicationInfo.applicationName, application, XR_MAX_APPLICATION_NAME_SIZE - 1);
	strncpy(info.applicationInfo.engineName, application, XR_MAX_ENGINE_NAME_SIZE - 1);
	info.applicationInfo.applicationVersion = version;
	info.applicationInfo.engineVersion = version;
	// The lowest patch: a runtime of any 1.x takes it.
	info.applicationInfo.apiVersion = XR_MAKE_VERSION(1, 0, 0);
	info.enabledExtensionCount = extension_count;
	info.enabledExtensionNames = extensions;

	struct openxr_instance *i = calloc(1, sizeof *i);
	if (!i) return (struct openxr_outcome){XR_ERROR_OUT_OF_MEMORY, "xrCreateInstance"};
	XrResult result = create(&info, &i->handle);
	if (XR_FAILED(result)) {
		free(i);
		return (struct openxr_outcome){result, "xrCreateInstance"};
	}
	const char *absent = find_functions(i);
	if (!absent) {
		i->runtime.type = XR_TYPE_INSTANCE_PROPERTIES;
		result = i->xr.xrGetInstanceProperties(i->handle, &i->runtime);
		if (XR_FAILED(result)) absent = "xrGetInstanceProperties";
	} else {
		result = XR_ERROR_FUNCTION_UNSUPPORTED;
	}
	if (absent) {
		openxr_destroy_instance(i);
		return (struct openxr_outcome){result, absent};
	}
	*instance = i;
	return OPENXR_OK;
}

void openxr_destroy_instance(struct openxr_instance *i) {
	if (!i) return;
	if (i->xr.xrDestroyInstance) i->xr.xrDestroyInstance(i->handle);
	free(i);
}

struct openxr_outcome openxr_next_event(struct openxr_instance *i) {
	i->event = (XrEventDataBuffer){XR_TYPE_EVENT_DATA_BUFFER};
	return (struct openxr_outcome){i->xr.xrPollEvent(i->handle, &i->event), "xrPollEvent"};
}

struct openxr_outcome openxr_find_system(struct openxr_instance *i) {
	XrSystemGetInfo info = {XR_TYPE_SYSTEM_GET_INFO, NULL, XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY};
	i->system = XR_NULL_SYSTEM_ID;
	OPENXR_TRY(i, xrGetSystem, i->handle, &info, &i->system);
	i->headset = (XrSystemProperties){XR_TYPE_SYSTEM_PROPERTIES};
	OPENXR_TRY(i, xrGetSystemProperties, i->handle, i->system, &i->headset);
	uint32_t count;
	return openxr_view_sizes(i, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, i->sizes, OPENXR_VIEWS, &count);
}

struct openxr_outcome openxr_find_requirements(struct openxr_instance *i) {
	if (!i->xr.xrGetOpenGLGraphicsRequirementsKHR) return missing("xrGetOpenGLGraphicsRequirementsKHR");
	i->requirements = (XrGraphicsRequirementsOpenGLKHR){XR_TYPE_GRAPHICS_REQUIREMENTS_OPENGL_KHR};
	OPENXR_TRY(i, xrGetOpenGLGraphicsRequirementsKHR, i->handle, i->system, &i->requirements);
	return OPENXR_OK;
}

struct openxr_outcome openxr_view_configurations(struct openxr_instance *i, XrViewConfigurationType *kinds, uint32_t room, uint32_t *count) {
	OPENXR_TRY(i, xrEnumerateViewConfigurations, i->handle, i->system, room, count, kinds);
	return OPENXR_OK;
}

struct openxr_outcome openxr_view_sizes(struct openxr_instance *i, XrViewConfigurationType kind, XrViewConfigurationView *sizes, uint32_t room, uint32_t *count) {
	for (uint32_t n = 0; n < room; n++) sizes[n] = (XrViewConfigurationView){XR_TYPE_VIEW_CONFIGURATION_VIEW};
	OPENXR_TRY(i, xrEnumerateViewConfigurationViews, i->handle, i->system, kind, room, count, sizes);
	return OPENXR_OK;
}
