/* Extensions, the instance, and starting and ending with it. */
#include <stdio.h>
#include <string.h>

#include "functions.h"
#include "internal.h"

static const XrExtensionProperties extensions[SIM_EXT_COUNT] = {
#define OFFER(id, name, version) \
	[SIM_EXT_##id] = {.type = XR_TYPE_EXTENSION_PROPERTIES, .extensionName = name, .extensionVersion = version}
	OFFER(opengl_enable, XR_KHR_OPENGL_ENABLE_EXTENSION_NAME, 10),
	OFFER(egl_enable, XR_MNDX_EGL_ENABLE_EXTENSION_NAME, 2),
	OFFER(headless, XR_MND_HEADLESS_EXTENSION_NAME, 2),
	OFFER(layer_depth, XR_KHR_COMPOSITION_LAYER_DEPTH_EXTENSION_NAME, 6),
	OFFER(visibility_mask, XR_KHR_VISIBILITY_MASK_EXTENSION_NAME, 2),
	OFFER(refresh_rate, XR_FB_DISPLAY_REFRESH_RATE_EXTENSION_NAME, 1),
	OFFER(debug_utils, XR_EXT_DEBUG_UTILS_EXTENSION_NAME, 4),
	OFFER(user_presence, XR_EXT_USER_PRESENCE_EXTENSION_NAME, 1),
	OFFER(local_floor, XR_EXT_LOCAL_FLOOR_EXTENSION_NAME, 1),
	OFFER(timespec_time, XR_KHR_CONVERT_TIMESPEC_TIME_EXTENSION_NAME, 1),
	OFFER(conformance_automation, XR_EXT_CONFORMANCE_AUTOMATION_EXTENSION_NAME, 3),
#undef OFFER
};

/* Those that only add interaction profiles; input.h keeps track of them. */
static uint32_t count_profile_extensions(void)
{
	uint32_t count = 0;
	while (sim_profile_extension(count))
		count++;
	return count;
}

XrResult sim_EnumerateInstanceExtensionProperties(const char *layer, uint32_t capacity, uint32_t *count,
                                                  XrExtensionProperties *properties)
{
	SIM_REQUIRE(!layer || !layer[0], XR_ERROR_API_LAYER_NOT_PRESENT, "the runtime has no layers");
	uint32_t available = SIM_EXT_COUNT + count_profile_extensions();
	SIM_TRY(sim_two_call(capacity, count, properties, available));
	for (uint32_t i = 0; i < available && capacity > 0; i++) {
		SIM_STRUCT(&properties[i], XR_TYPE_EXTENSION_PROPERTIES);
		bool own = i < SIM_EXT_COUNT;
		snprintf(properties[i].extensionName, XR_MAX_EXTENSION_NAME_SIZE, "%s",
		         own ? extensions[i].extensionName : sim_profile_extension(i - SIM_EXT_COUNT));
		properties[i].extensionVersion = own ? extensions[i].extensionVersion : 1;
	}
	return XR_SUCCESS;
}

static XrResult enable(const char *name, bool enabled[SIM_EXT_COUNT])
{
	SIM_POINTER(name);
	for (uint32_t i = 0; i < SIM_EXT_COUNT; i++) {
		if (strcmp(extensions[i].extensionName, name) == 0) {
			enabled[i] = true;
			return XR_SUCCESS;
		}
	}
	for (uint32_t i = 0; sim_profile_extension(i); i++)
		if (strcmp(sim_profile_extension(i), name) == 0)
			return XR_SUCCESS;
	return sim_reject(XR_ERROR_EXTENSION_NOT_PRESENT, "no extension %s", name);
}

static XrResult check_application(const XrApplicationInfo *application)
{
	SIM_REQUIRE(application->applicationName[0], XR_ERROR_NAME_INVALID, "applicationName is empty");
	SIM_REQUIRE(memchr(application->applicationName, 0, XR_MAX_APPLICATION_NAME_SIZE) &&
	                memchr(application->engineName, 0, XR_MAX_ENGINE_NAME_SIZE),
	            XR_ERROR_NAME_INVALID, "applicationName or engineName does not end");
	SIM_REQUIRE(XR_VERSION_MAJOR(application->apiVersion) == 1 && XR_VERSION_MINOR(application->apiVersion) <= 1,
	            XR_ERROR_API_VERSION_UNSUPPORTED, "API version %u.%u: 1.0 and 1.1 are known",
	            (unsigned)XR_VERSION_MAJOR(application->apiVersion), (unsigned)XR_VERSION_MINOR(application->apiVersion));
	return XR_SUCCESS;
}

static XrResult start_simulation(void)
{
	if (sim.model) /* the first start goes on with the counts since the library was loaded */
		sim_fault_clear();
	sim.model = sim_model_by_name(sim.config.model);
	sim.totals = (SimTotals){0};
	sim.frame_now = 0;
	sim_clock_start(sim.config.clock);
	sim_device_reset();
	SIM_TRY(sim_report_open());
	return sim_script_start();
}

/* A program that makes its instance again finds the headset as it left it, script and all; one
 * that has set other variables since finds it as new. */
static XrResult prepare_simulation(void)
{
	bool changed;
	SIM_TRY(sim_config_load(&changed));
	if (!changed && sim.model)
		return XR_SUCCESS;
	XrResult started = start_simulation();
	if (XR_FAILED(started))
		sim.model = NULL; /* so that the next attempt starts afresh */
	return started;
}

static void instance_destroyed(void *object)
{
	(void)object;
	sim_report_summary();
	sim_event_clear();
	sim.instance = NULL;
}

static void instance_released(void *object)
{
	sim_input_instance_free(object);
}

static void report_instance(const SimInstance *instance, const XrApplicationInfo *application)
{
	char name[300], engine[300], list[1024] = "";
	for (uint32_t i = 0; i < SIM_EXT_COUNT; i++)
		if (instance->extension[i])
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s\"%s\"", list[0] ? "," : "",
			         extensions[i].extensionName);
	sim_report("instance",
	           "\"application\":%s,\"engine\":%s,\"api\":\"%u.%u.%u\",\"extensions\":[%s],\"clock\":\"%s\",\"model\":\"%s\"",
	           sim_json_string(name, sizeof(name), application->applicationName),
	           sim_json_string(engine, sizeof(engine), application->engineName),
	           (unsigned)XR_VERSION_MAJOR(application->apiVersion), (unsigned)XR_VERSION_MINOR(application->apiVersion),
	           (unsigned)XR_VERSION_PATCH(application->apiVersion), list,
	           sim.clock.kind == SIM_CLOCK_STEPPED ? "stepped" : "real", sim.model->name);
}

static XrResult make_instance(const XrInstanceCreateInfo *info, const bool enabled[SIM_EXT_COUNT])
{
	SimInstance *instance = sim_object_new(SIM_KIND_Instance, sizeof(*instance), NULL);
	SIM_REQUIRE(instance, XR_ERROR_OUT_OF_MEMORY, "no memory for an instance");
	instance->api_version = info->applicationInfo.apiVersion;
	memcpy(instance->extension, enabled, sizeof(instance->extension));
	XrResult input = sim_input_instance_init(instance, info);
	if (XR_FAILED(input)) {
		sim_object_destroy(instance);
		return input;
	}
	instance->object.destroy = instance_destroyed;
	instance->object.release = instance_released;
	sim.instance = instance;
	sim.totals.instances++;
	return XR_SUCCESS;
}

XrResult sim_CreateInstance(const XrInstanceCreateInfo *info, XrInstance *out)
{
	SIM_STRUCT(info, XR_TYPE_INSTANCE_CREATE_INFO);
	SIM_POINTER(out);
	SIM_REQUIRE(info->createFlags == 0, XR_ERROR_VALIDATION_FAILURE, "createFlags has no meaning yet");
	SIM_REQUIRE(!sim.instance, XR_ERROR_LIMIT_REACHED, "there is an instance already");
	SIM_TRY(check_application(&info->applicationInfo));
	SIM_REQUIRE(info->enabledExtensionCount == 0 || info->enabledExtensionNames, XR_ERROR_VALIDATION_FAILURE,
	            "enabledExtensionNames is NULL");
	bool enabled[SIM_EXT_COUNT] = {false};
	for (uint32_t i = 0; i < info->enabledExtensionCount; i++)
		SIM_TRY(enable(info->enabledExtensionNames[i], enabled));
	SIM_TRY(prepare_simulation());
	SIM_TRY(make_instance(info, enabled));
	report_instance(sim.instance, &info->applicationInfo);
	const XrDebugUtilsMessengerCreateInfoEXT *messenger =
		sim_chain(info->next, XR_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT);
	XrResult result = XR_SUCCESS;
	if (messenger && enabled[SIM_EXT_debug_utils])
		result = sim_debug_messenger_new(sim.instance, messenger, NULL);
	if (XR_FAILED(result)) {
		sim_object_destroy(sim.instance);
		return result;
	}
	*out = SIM_HANDLE(Instance, sim.instance);
	return XR_SUCCESS;
}

XrResult sim_DestroyInstance(XrInstance instance)
{
	SIM_FIND(Instance, found, instance);
	sim_object_destroy(found);
	sim_wake();
	return XR_SUCCESS;
}

XrResult sim_GetInstanceProperties(XrInstance instance, XrInstanceProperties *properties)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(properties, XR_TYPE_INSTANCE_PROPERTIES);
	properties->runtimeVersion = XR_MAKE_VERSION(1, 0, 0);
	snprintf(properties->runtimeName, XR_MAX_RUNTIME_NAME_SIZE, "SpaceTime simulated headset");
	return XR_SUCCESS;
}
