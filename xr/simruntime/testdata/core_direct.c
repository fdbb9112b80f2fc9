/* What a loader of 1.0 hides: which functions the runtime gives out, and what OpenXR 1.1 adds:
 * xrLocateSpaces, and LOCAL_FLOOR without its extension. Linked with input_direct.c in place of the
 * loader. */
#include <math.h>

#include "input_client.h"

#define LOCAL_FLOOR ((XrReferenceSpaceType)1000426000)

/* The commands of OpenXR 1.0, less xrEnumerateApiLayerProperties, which is the loader's. */
static const char *const core_1_0[] = {
	"xrGetInstanceProcAddr", "xrEnumerateInstanceExtensionProperties", "xrCreateInstance", "xrDestroyInstance",
	"xrGetInstanceProperties", "xrPollEvent", "xrResultToString", "xrStructureTypeToString", "xrGetSystem",
	"xrGetSystemProperties", "xrEnumerateEnvironmentBlendModes", "xrCreateSession", "xrDestroySession",
	"xrEnumerateReferenceSpaces", "xrCreateReferenceSpace", "xrGetReferenceSpaceBoundsRect",
	"xrCreateActionSpace", "xrLocateSpace", "xrDestroySpace", "xrEnumerateViewConfigurations",
	"xrGetViewConfigurationProperties", "xrEnumerateViewConfigurationViews", "xrEnumerateSwapchainFormats",
	"xrCreateSwapchain", "xrDestroySwapchain", "xrEnumerateSwapchainImages", "xrAcquireSwapchainImage",
	"xrWaitSwapchainImage", "xrReleaseSwapchainImage", "xrBeginSession", "xrEndSession",
	"xrRequestExitSession", "xrWaitFrame", "xrBeginFrame", "xrEndFrame", "xrLocateViews", "xrStringToPath",
	"xrPathToString", "xrCreateActionSet", "xrDestroyActionSet", "xrCreateAction", "xrDestroyAction",
	"xrSuggestInteractionProfileBindings", "xrAttachSessionActionSets", "xrGetCurrentInteractionProfile",
	"xrGetActionStateBoolean", "xrGetActionStateFloat", "xrGetActionStateVector2f", "xrGetActionStatePose",
	"xrSyncActions", "xrEnumerateBoundSourcesForAction", "xrGetInputSourceLocalizedName",
	"xrApplyHapticFeedback", "xrStopHapticFeedback",
};

/* The structures of 1.1, which the 1.0 headers lack. */
typedef struct LocateInfo {
	XrStructureType type;
	const void *next;
	XrSpace base;
	XrTime time;
	uint32_t count;
	const XrSpace *spaces;
} LocateInfo;

typedef struct Location {
	XrSpaceLocationFlags flags;
	XrPosef pose;
} Location;

typedef struct Locations {
	XrStructureType type;
	void *next;
	uint32_t count;
	Location *locations;
} Locations;

typedef struct Velocity {
	XrSpaceVelocityFlags flags;
	XrVector3f linear, angular;
} Velocity;

typedef struct Velocities {
	XrStructureType type;
	void *next;
	uint32_t count;
	Velocity *velocities;
} Velocities;

typedef XrResult(XRAPI_PTR *LocateSpaces)(XrSession, const LocateInfo *, Locations *);

#define LOCATE_INFO ((XrStructureType)1000471000)
#define LOCATIONS ((XrStructureType)1000471001)
#define VELOCITIES ((XrStructureType)1000471002)

static XrSpace space_of(XrSession session, XrReferenceSpaceType type)
{
	XrReferenceSpaceCreateInfo info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, type, {{0, 0, 0, 1}, {0, 0, 0}}};
	XrSpace space = XR_NULL_HANDLE;
	MUST(xrCreateReferenceSpace(session, &info, &space));
	return space;
}

/* The loader would give out trampolines of its own, whether the runtime has a function or not. */
static void functions(XrInstance instance)
{
	static const char *const of_extensions[] = {
		"xrGetOpenGLGraphicsRequirementsKHR", "xrGetVisibilityMaskKHR", "xrGetDisplayRefreshRateFB",
		"xrCreateDebugUtilsMessengerEXT", "xrConvertTimespecTimeToTimeKHR",
	};
	PFN_xrVoidFunction found;
	CHECK(COUNT(core_1_0) == 54, "%u names", COUNT(core_1_0));
	for (uint32_t i = 0; i < COUNT(core_1_0); i++) {
		found = NULL;
		check_result(__LINE__, core_1_0[i], xrGetInstanceProcAddr(instance, core_1_0[i], &found), XR_SUCCESS);
		CHECK(found, "%s is NULL", core_1_0[i]);
		bool before = strcmp(core_1_0[i], "xrCreateInstance") == 0 || strcmp(core_1_0[i], "xrEnumerateInstanceExtensionProperties") == 0;
		check_result(__LINE__, core_1_0[i], xrGetInstanceProcAddr(XR_NULL_HANDLE, core_1_0[i], &found),
		             before ? XR_SUCCESS : XR_ERROR_HANDLE_INVALID);
	}
	for (uint32_t i = 0; i < COUNT(of_extensions); i++) {
		check_result(__LINE__, of_extensions[i], xrGetInstanceProcAddr(instance, of_extensions[i], &found),
		             XR_ERROR_FUNCTION_UNSUPPORTED);
		CHECK(!found, "%s is given out, but its extension is off", of_extensions[i]);
	}
	CALL(xrGetInstanceProcAddr(instance, NULL, &found), XR_ERROR_VALIDATION_FAILURE);
	CALL(xrGetInstanceProcAddr((XrInstance)(uintptr_t)77, "xrEndFrame", &found), XR_ERROR_HANDLE_INVALID);
}

/* What a loader itself would look at first. */
static void extensions_missing(void)
{
	XrInstance instance;
	CALL(create_instance(XR_MAKE_VERSION(1, 0, 0), 1, NULL, &instance), XR_ERROR_VALIDATION_FAILURE);
	CALL(create_instance(XR_MAKE_VERSION(1, 0, 0), 1, (const char *const[]){NULL}, &instance), XR_ERROR_VALIDATION_FAILURE);
}

/* What the program submits comes to its messengers as it is; a loader has messages of its own. */
static const XrDebugUtilsMessageSeverityFlagsEXT verbose = XR_DEBUG_UTILS_MESSAGE_SEVERITY_VERBOSE_BIT_EXT;
static const XrDebugUtilsMessageTypeFlagsEXT performance = XR_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;

static XrBool32 XRAPI_PTR tell_own(XrDebugUtilsMessageSeverityFlagsEXT severity, XrDebugUtilsMessageTypeFlagsEXT type,
                                   const XrDebugUtilsMessengerCallbackDataEXT *data, void *user)
{
	++*(int *)user;
	CHECK(severity == verbose && type == performance, "severity %llx, type %llx", (unsigned long long)severity,
	      (unsigned long long)type);
	CHECK(data->functionName && strcmp(data->functionName, "fly") == 0, "function %s", data->functionName);
	CHECK(strcmp(data->messageId, "own-id") == 0 && strcmp(data->message, "own text") == 0, "%s: %s", data->messageId, data->message);
	CHECK(data->objectCount == 1 && data->objects[0].objectHandle == 4711, "%u objects", data->objectCount);
	return XR_FALSE;
}

static PFN_xrVoidFunction function(XrInstance instance, const char *name)
{
	PFN_xrVoidFunction found = NULL;
	MUST(xrGetInstanceProcAddr(instance, name, &found));
	return found;
}

static void submitted_messages(void)
{
	XrInstance instance;
	MUST(create_instance(XR_MAKE_VERSION(1, 0, 0), 1, (const char *const[]){XR_EXT_DEBUG_UTILS_EXTENSION_NAME}, &instance));
	PFN_xrCreateDebugUtilsMessengerEXT create =
		(PFN_xrCreateDebugUtilsMessengerEXT)function(instance, "xrCreateDebugUtilsMessengerEXT");
	PFN_xrSubmitDebugUtilsMessageEXT submit =
		(PFN_xrSubmitDebugUtilsMessageEXT)function(instance, "xrSubmitDebugUtilsMessageEXT");
	int heard = 0, others = 0;
	XrDebugUtilsMessengerCreateInfoEXT info = {
		.type = XR_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
		.messageSeverities = verbose,
		.messageTypes = performance | XR_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT,
		.userCallback = tell_own,
		.userData = &heard,
	};
	XrDebugUtilsMessengerEXT messengers[3];
	MUST(create(instance, &info, &messengers[0]));
	info.userData = &others;
	info.messageTypes = XR_DEBUG_UTILS_MESSAGE_TYPE_CONFORMANCE_BIT_EXT;
	MUST(create(instance, &info, &messengers[1]));
	info.messageTypes = performance;
	info.messageSeverities = XR_DEBUG_UTILS_MESSAGE_SEVERITY_INFO_BIT_EXT;
	MUST(create(instance, &info, &messengers[2]));
	XrDebugUtilsObjectNameInfoEXT object = {XR_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT, NULL, XR_OBJECT_TYPE_SPACE, 4711, "own space"};
	XrDebugUtilsMessengerCallbackDataEXT data = {
		.type = XR_TYPE_DEBUG_UTILS_MESSENGER_CALLBACK_DATA_EXT,
		.messageId = "own-id",
		.functionName = "fly",
		.message = "own text",
		.objectCount = 1,
		.objects = &object,
	};
	CALL(submit(instance, verbose, performance, &data), XR_SUCCESS);
	CHECK(heard == 1 && others == 0, "told %d times, want 1, and %d where another kind is wanted", heard, others);
	CALL(submit(instance, 0, performance, &data), XR_ERROR_VALIDATION_FAILURE);
	data.message = NULL;
	CALL(submit(instance, verbose, performance, &data), XR_ERROR_VALIDATION_FAILURE);
	PFN_xrDestroyDebugUtilsMessengerEXT destroy =
		(PFN_xrDestroyDebugUtilsMessengerEXT)function(instance, "xrDestroyDebugUtilsMessengerEXT");
	for (uint32_t i = 0; i < COUNT(messengers); i++)
		MUST(destroy(messengers[i]));
	MUST(xrDestroyInstance(instance));
}

static void in_1_0(void)
{
	XrInstance instance;
	PFN_xrVoidFunction found;
	XrSession session = headless_session(&instance, XR_MAKE_VERSION(1, 0, 40));
	functions(instance);
	CALL(xrGetInstanceProcAddr(instance, "xrLocateSpaces", &found), XR_ERROR_FUNCTION_UNSUPPORTED);
	XrReferenceSpaceCreateInfo info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, LOCAL_FLOOR, {{0, 0, 0, 1}, {0, 0, 0}}};
	XrSpace space;
	CALL(xrCreateReferenceSpace(session, &info, &space), XR_ERROR_REFERENCE_SPACE_UNSUPPORTED);
	MUST(xrDestroyInstance(instance));
}

/* The head goes to the right at 2 m/s, 1.6 m above the floor. */
static void locate(XrInstance instance, XrSession session, XrTime time)
{
	PFN_xrVoidFunction found = NULL;
	MUST(xrGetInstanceProcAddr(instance, "xrLocateSpaces", &found));
	LocateSpaces locate_spaces = (LocateSpaces)found;
	XrSpace spaces[] = {space_of(session, XR_REFERENCE_SPACE_TYPE_VIEW), space_of(session, XR_REFERENCE_SPACE_TYPE_LOCAL)};
	LocateInfo info = {LOCATE_INFO, NULL, space_of(session, LOCAL_FLOOR), time, 2, spaces};
	Location location[2] = {{0}};
	Velocity velocity[2] = {{0}};
	Velocities velocities = {VELOCITIES, NULL, 2, velocity};
	Locations locations = {LOCATIONS, &velocities, 2, location};
	CALL(locate_spaces(session, &info, &locations), XR_SUCCESS);
	for (int i = 0; i < 2; i++)
		CHECK(location[i].flags == 0xF && fabsf(location[i].pose.position.y - 1.6f) < 1e-5f, "space %d: flags %llx, %g m high",
		      i, (unsigned long long)location[i].flags, location[i].pose.position.y);
	CHECK(velocity[0].flags == 3 && fabsf(velocity[0].linear.x - 2) < 1e-4f && velocity[1].linear.x == 0,
	      "velocities %g and %g m/s, want 2 and 0", velocity[0].linear.x, velocity[1].linear.x);
	info.time = 0;
	CALL(locate_spaces(session, &info, &locations), XR_ERROR_TIME_INVALID);
	info.time = time;
	info.count = 0;
	CALL(locate_spaces(session, &info, &locations), XR_ERROR_VALIDATION_FAILURE);
	info.count = 2;
	velocities.count = 1;
	CALL(locate_spaces(session, &info, &locations), XR_ERROR_VALIDATION_FAILURE);
	velocities.count = 2;
	spaces[1] = XR_NULL_HANDLE;
	CALL(locate_spaces(session, &info, &locations), XR_ERROR_HANDLE_INVALID);
}

/* Calls count since the library was loaded, those before the first instance too; and anew from an
 * xrCreateInstance on that found other settings. This comes first, while all counts are known. */
static void counted_from_the_start(void)
{
	setenv("SPACETIME_SIM_STEPS", "fault xrEnumerateInstanceExtensionProperties call 3 returns XR_ERROR_OUT_OF_MEMORY;"
	                              "fault xrCreateInstance call 2 returns XR_ERROR_OUT_OF_MEMORY", 1);
	uint32_t count;
	XrInstance instance;
	PFN_xrVoidFunction found = NULL;
	MUST(xrGetInstanceProcAddr(XR_NULL_HANDLE, "xrEnumerateInstanceExtensionProperties", &found));
	PFN_xrEnumerateInstanceExtensionProperties enumerate = (PFN_xrEnumerateInstanceExtensionProperties)found;
	for (int settings = 0; settings < 2; settings++) {
		if (settings == 0) {
			CALL(enumerate(NULL, 0, &count, NULL), XR_SUCCESS);
			CALL(enumerate(NULL, 0, &count, NULL), XR_SUCCESS);
		}
		MUST(create_instance(XR_MAKE_VERSION(1, 0, 0), 0, NULL, &instance));
		for (int i = 0; i < 2 && settings == 1; i++)
			CALL(enumerate(NULL, 0, &count, NULL), XR_SUCCESS);
		CALL(enumerate(NULL, 0, &count, NULL), XR_ERROR_OUT_OF_MEMORY);
		MUST(xrDestroyInstance(instance));
		CALL(create_instance(XR_MAKE_VERSION(1, 0, 0), 0, NULL, &instance), XR_ERROR_OUT_OF_MEMORY);
		setenv("SPACETIME_SIM_CLOCK", "stepped", 1);
	}
}

int main(void)
{
	counted_from_the_start();
	submitted_messages();
	extensions_missing();
	setenv("SPACETIME_SIM_CLOCK", "stepped", 1);
	setenv("SPACETIME_SIM_STEPS", "0s head at 20 1.6 0 over 10s", 1);
	in_1_0();
	XrInstance instance;
	XrSession session = headless_session(&instance, XR_MAKE_VERSION(1, 1, 36));
	begin(instance, session);
	XrReferenceSpaceType types[8];
	uint32_t count;
	CALL(xrEnumerateReferenceSpaces(session, 8, &count, types), XR_SUCCESS);
	CHECK(count == 4, "%u reference spaces, want LOCAL_FLOOR too", count);
	locate(instance, session, frame(session));
	MUST(xrDestroyInstance(instance));
	CALL(create_instance(XR_MAKE_VERSION(1, 2, 0), 0, NULL, &instance), XR_ERROR_API_VERSION_UNSUPPORTED);
	return verdict();
}
