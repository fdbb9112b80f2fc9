/* Instance, functions, system, names, events, the two-call idiom, handles and types. */
#include "core_client.h"

static void create_errors(void)
{
	static const struct {
		const char *what, *name, *extension;
		XrVersion version;
		XrResult want;
	} table[] = {
		{"empty name", "", NULL, XR_MAKE_VERSION(1, 0, 0), XR_ERROR_NAME_INVALID},
		{"unknown extension", "a", "XR_EXT_no_such", XR_MAKE_VERSION(1, 0, 0), XR_ERROR_EXTENSION_NOT_PRESENT},
		{"version 2.0", "a", NULL, XR_MAKE_VERSION(2, 0, 0), XR_ERROR_API_VERSION_UNSUPPORTED},
	};
	for (uint32_t i = 0; i < COUNT(table); i++) {
		XrInstanceCreateInfo info = {.type = XR_TYPE_INSTANCE_CREATE_INFO};
		snprintf(info.applicationInfo.applicationName, XR_MAX_APPLICATION_NAME_SIZE, "%s", table[i].name);
		info.applicationInfo.apiVersion = table[i].version;
		info.enabledExtensionCount = table[i].extension ? 1 : 0;
		info.enabledExtensionNames = &table[i].extension;
		XrInstance instance;
		check_result(__LINE__, table[i].what, xrCreateInstance(&info, &instance), table[i].want);
	}
}

static void functions(XrInstance instance)
{
	PFN_xrVoidFunction found;
	CALL(xrGetInstanceProcAddr(instance, "xrNoSuchFunction", &found), XR_ERROR_FUNCTION_UNSUPPORTED);
	CHECK(!found, "an unknown function is not NULL");
	CALL(xrGetInstanceProcAddr(instance, "xrGetDisplayRefreshRateFB", &found), XR_ERROR_FUNCTION_UNSUPPORTED);
	CHECK(!found, "a function of an extension that is off is not NULL");
	CALL(xrGetInstanceProcAddr(instance, "xrGetVisibilityMaskKHR", &found), XR_SUCCESS);
	CHECK(found, "a function of an extension that is on is NULL");
	CALL(xrGetInstanceProcAddr(instance, "xrEndFrame", &found), XR_SUCCESS);
	CALL(xrGetInstanceProcAddr(XR_NULL_HANDLE, "xrEndFrame", &found), XR_ERROR_HANDLE_INVALID);
}

static void properties(XrInstance instance)
{
	XrInstanceProperties properties = {.type = XR_TYPE_INSTANCE_PROPERTIES};
	CALL(xrGetInstanceProperties(instance, &properties), XR_SUCCESS);
	CHECK(strcmp(properties.runtimeName, "SpaceTime simulated headset") == 0, "name %s", properties.runtimeName);
	properties.type = XR_TYPE_SYSTEM_PROPERTIES;
	CALL(xrGetInstanceProperties(instance, &properties), XR_ERROR_VALIDATION_FAILURE);
}

static void names(XrInstance instance)
{
	static const struct {
		int32_t value;
		const char *want;
	} results[] = {
		{0, "XR_SUCCESS"},
		{8, "XR_SESSION_NOT_FOCUSED"},
		{-17, "XR_ERROR_SESSION_LOST"},
		{-1000101000, "XR_ERROR_DISPLAY_REFRESH_RATE_UNSUPPORTED_FB"},
		{-123456, "XR_UNKNOWN_FAILURE_-123456"},
		{123456, "XR_UNKNOWN_SUCCESS_123456"},
	}, structures[] = {
		{0, "XR_TYPE_UNKNOWN"},
		{35, "XR_TYPE_COMPOSITION_LAYER_PROJECTION"},
		{1000023000, "XR_TYPE_GRAPHICS_BINDING_OPENGL_WIN32_KHR"},
		{123456, "XR_UNKNOWN_STRUCTURE_TYPE_123456"},
	};
	char text[XR_MAX_STRUCTURE_NAME_SIZE];
	for (uint32_t i = 0; i < COUNT(results); i++) {
		CALL(xrResultToString(instance, (XrResult)results[i].value, text), XR_SUCCESS);
		CHECK(strcmp(text, results[i].want) == 0, "xrResultToString: got %s, want %s", text, results[i].want);
	}
	for (uint32_t i = 0; i < COUNT(structures); i++) {
		CALL(xrStructureTypeToString(instance, (XrStructureType)structures[i].value, text), XR_SUCCESS);
		CHECK(strcmp(text, structures[i].want) == 0, "xrStructureTypeToString: got %s, want %s", text,
		      structures[i].want);
	}
}

static void system_errors(XrInstance instance)
{
	static const struct {
		int32_t form_factor;
		XrResult want;
	} table[] = {
		{XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY, XR_SUCCESS},
		{XR_FORM_FACTOR_HANDHELD_DISPLAY, XR_ERROR_FORM_FACTOR_UNSUPPORTED},
		{77, XR_ERROR_VALIDATION_FAILURE},
	};
	XrSystemId system;
	for (uint32_t i = 0; i < COUNT(table); i++) {
		XrSystemGetInfo get = {XR_TYPE_SYSTEM_GET_INFO, NULL, (XrFormFactor)table[i].form_factor};
		CALL(xrGetSystem(instance, &get, &system), table[i].want);
	}
	XrSystemGetInfo wrong = {XR_TYPE_SYSTEM_PROPERTIES, NULL, XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY};
	CALL(xrGetSystem(instance, &wrong, &system), XR_ERROR_VALIDATION_FAILURE);
	XrSystemProperties properties = {.type = XR_TYPE_SYSTEM_PROPERTIES};
	CALL(xrGetSystemProperties(instance, 4711, &properties), XR_ERROR_SYSTEM_INVALID);
	CALL(xrGetSystemProperties(instance, system, &properties), XR_SUCCESS);
	CHECK(properties.graphicsProperties.maxLayerCount >= 16, "layers %u", properties.graphicsProperties.maxLayerCount);
	CHECK(properties.trackingProperties.positionTracking, "no position tracking");
}

/* Each enumeration: what it counts, how it refuses too little room. */
static void two_calls(XrInstance instance, XrSystemId system)
{
	const XrViewConfigurationType stereo = XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO;
	uint32_t count = 99;
	XrViewConfigurationView views[3];
	for (int i = 0; i < 3; i++)
		views[i] = (XrViewConfigurationView){.type = XR_TYPE_VIEW_CONFIGURATION_VIEW};
	CALL(xrEnumerateViewConfigurationViews(instance, system, stereo, 0, &count, NULL), XR_SUCCESS);
	CHECK(count == 2, "views %u", count);
	CALL(xrEnumerateViewConfigurationViews(instance, system, stereo, 1, &count, views), XR_ERROR_SIZE_INSUFFICIENT);
	CHECK(count == 2 && views[0].recommendedImageRectWidth == 0, "count %u; filled without room", count);
	CALL(xrEnumerateViewConfigurationViews(instance, system, stereo, 3, &count, views), XR_SUCCESS);
	CHECK(count == 2 && views[1].recommendedImageRectWidth == 512 && views[2].recommendedImageRectWidth == 0,
	      "count %u, width %u, beyond %u", count, views[1].recommendedImageRectWidth,
	      views[2].recommendedImageRectWidth);
	CALL(xrEnumerateViewConfigurationViews(instance, system, stereo, 2, NULL, views), XR_ERROR_VALIDATION_FAILURE);
	CALL(xrEnumerateViewConfigurationViews(instance, system, stereo, 2, &count, NULL), XR_ERROR_VALIDATION_FAILURE);
	views[0].type = XR_TYPE_VIEW;
	CALL(xrEnumerateViewConfigurationViews(instance, system, stereo, 2, &count, views), XR_ERROR_VALIDATION_FAILURE);
	CALL(xrEnumerateViewConfigurationViews(instance, system, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_MONO, 0, &count, NULL),
	     XR_ERROR_VIEW_CONFIGURATION_TYPE_UNSUPPORTED);
	CALL(xrEnumerateViewConfigurationViews(instance, system, (XrViewConfigurationType)77, 0, &count, NULL),
	     XR_ERROR_VALIDATION_FAILURE);
	XrViewConfigurationType types[2];
	CALL(xrEnumerateViewConfigurations(instance, system, 2, &count, types), XR_SUCCESS);
	CHECK(count == 1 && types[0] == stereo, "view configurations %u", count);
	CALL(xrEnumerateViewConfigurations(instance, 99, 0, &count, NULL), XR_ERROR_SYSTEM_INVALID);
	XrEnvironmentBlendMode modes[2];
	CALL(xrEnumerateEnvironmentBlendModes(instance, system, stereo, 2, &count, modes), XR_SUCCESS);
	CHECK(count == 1 && modes[0] == XR_ENVIRONMENT_BLEND_MODE_OPAQUE, "blend modes %u", count);
}

static void events(XrInstance instance)
{
	XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
	CALL(xrPollEvent(instance, &event), XR_EVENT_UNAVAILABLE);
	event.type = XR_TYPE_UNKNOWN;
	CALL(xrPollEvent(instance, &event), XR_ERROR_VALIDATION_FAILURE);
	CALL(xrPollEvent(instance, NULL), XR_ERROR_VALIDATION_FAILURE);
}

static int told;

static XrBool32 XRAPI_PTR tell(XrDebugUtilsMessageSeverityFlagsEXT severity, XrDebugUtilsMessageTypeFlagsEXT type,
                               const XrDebugUtilsMessengerCallbackDataEXT *data, void *user)
{
	(void)type;
	(void)user;
	if (severity & XR_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT && strcmp(data->messageId, "call-refused") == 0 &&
	    strcmp(data->functionName, "xrGetSystemProperties") == 0 && strstr(data->message, "XR_ERROR_SYSTEM_INVALID"))
		told++;
	return XR_FALSE;
}

static void debug_utils(XrInstance instance)
{
	PFN_xrCreateDebugUtilsMessengerEXT create =
		(PFN_xrCreateDebugUtilsMessengerEXT)function(instance, "xrCreateDebugUtilsMessengerEXT");
	PFN_xrDestroyDebugUtilsMessengerEXT destroy =
		(PFN_xrDestroyDebugUtilsMessengerEXT)function(instance, "xrDestroyDebugUtilsMessengerEXT");
	XrDebugUtilsMessengerCreateInfoEXT info = {
		.type = XR_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
		.messageSeverities = XR_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
		.messageTypes = XR_DEBUG_UTILS_MESSAGE_TYPE_CONFORMANCE_BIT_EXT,
		.userCallback = tell,
	};
	XrDebugUtilsMessengerEXT messenger;
	XrSystemProperties properties = {.type = XR_TYPE_SYSTEM_PROPERTIES};
	CALL(create(instance, &info, &messenger), XR_SUCCESS);
	CALL(xrGetSystemProperties(instance, 4711, &properties), XR_ERROR_SYSTEM_INVALID);
	CHECK(told == 1, "the messenger was told %d times, want 1", told);
	CALL(destroy(messenger), XR_SUCCESS);
	CALL(xrGetSystemProperties(instance, 4711, &properties), XR_ERROR_SYSTEM_INVALID);
	CHECK(told == 1, "a destroyed messenger was told");
}

/* In stepped time the machine's clock goes on between the two calls, and the headset's stands. */
static void timespec(XrInstance instance)
{
	const char *clock = getenv("SPACETIME_SIM_CLOCK");
	bool stepped = clock && strcmp(clock, "stepped") == 0;
	PFN_xrConvertTimespecTimeToTimeKHR to =
		(PFN_xrConvertTimespecTimeToTimeKHR)function(instance, "xrConvertTimespecTimeToTimeKHR");
	PFN_xrConvertTimeToTimespecTimeKHR from =
		(PFN_xrConvertTimeToTimespecTimeKHR)function(instance, "xrConvertTimeToTimespecTimeKHR");
	struct timespec now, back;
	XrTime time = 0;
	clock_gettime(CLOCK_MONOTONIC, &now);
	CALL(to(instance, &now, &time), XR_SUCCESS);
	CALL(from(instance, time, &back), XR_SUCCESS);
	int64_t late = (back.tv_sec - now.tv_sec) * 1000000000ll + back.tv_nsec - now.tv_nsec;
	CHECK(late >= 0 && late < (stepped ? 1000000000 : 1), "the time comes back %lld ns later", (long long)late);
	CHECK(time > 1000000000 - 10000000 && time < 20000000000, "now is %lld", (long long)time); /* not far from the start */
	CALL(from(instance, 0, &back), XR_ERROR_TIME_INVALID);
	CALL(from(instance, -5, &back), XR_ERROR_TIME_INVALID);
}

int main(void)
{
	create_errors();
	const char *extensions[] = {XR_MND_HEADLESS_EXTENSION_NAME, XR_KHR_VISIBILITY_MASK_EXTENSION_NAME,
	                            XR_EXT_DEBUG_UTILS_EXTENSION_NAME, XR_KHR_CONVERT_TIMESPEC_TIME_EXTENSION_NAME};
	XrInstance instance, second;
	MUST(create_instance(XR_CURRENT_API_VERSION, COUNT(extensions), extensions, &instance));
	CALL(create_instance(XR_CURRENT_API_VERSION, 0, NULL, &second), XR_ERROR_LIMIT_REACHED);
	functions(instance);
	properties(instance);
	names(instance);
	system_errors(instance);
	two_calls(instance, head_mounted(instance));
	events(instance);
	debug_utils(instance);
	timespec(instance);
	for (int i = 0; i < 3; i++) {
		MUST(xrDestroyInstance(instance));
		MUST(create_instance(XR_CURRENT_API_VERSION, 1, extensions, &instance));
	}
	MUST(xrDestroyInstance(instance));
	return verdict();
}
