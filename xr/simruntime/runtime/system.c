/* The system: one headset, stereo, opaque. */
#include <stdio.h>
#include <string.h>

#include "functions.h"
#include "internal.h"

#define SYSTEM_ID 1

XrResult sim_check_system(const SimInstance *instance, XrSystemId system)
{
	SIM_REQUIRE(instance->system != XR_NULL_SYSTEM_ID && instance->system == system, XR_ERROR_SYSTEM_INVALID,
	            "system %llu was not given out", (unsigned long long)system);
	return XR_SUCCESS;
}

XrResult sim_check_views(XrViewConfigurationType type)
{
	switch (type) {
	case XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO:
		return XR_SUCCESS;
	case XR_VIEW_CONFIGURATION_TYPE_PRIMARY_MONO:
	case XR_VIEW_CONFIGURATION_TYPE_PRIMARY_QUAD_VARJO:
	case XR_VIEW_CONFIGURATION_TYPE_SECONDARY_MONO_FIRST_PERSON_OBSERVER_MSFT:
		return sim_reject(XR_ERROR_VIEW_CONFIGURATION_TYPE_UNSUPPORTED, "only PRIMARY_STEREO is supported");
	default:
		return sim_reject(XR_ERROR_VALIDATION_FAILURE, "view configuration type %d does not exist", type);
	}
}

XrResult sim_GetSystem(XrInstance instance, const XrSystemGetInfo *info, XrSystemId *out)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(info, XR_TYPE_SYSTEM_GET_INFO);
	SIM_POINTER(out);
	SIM_REQUIRE(info->formFactor == XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY ||
	                info->formFactor == XR_FORM_FACTOR_HANDHELD_DISPLAY,
	            XR_ERROR_VALIDATION_FAILURE, "form factor %d does not exist", info->formFactor);
	SIM_REQUIRE(info->formFactor == XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY, XR_ERROR_FORM_FACTOR_UNSUPPORTED,
	            "only a head-mounted display is simulated");
	if (!sim.session)
		sim_idle_step();
	SIM_REQUIRE(sim.device.plugged, XR_ERROR_FORM_FACTOR_UNAVAILABLE, "the headset is not plugged in");
	found->system = SYSTEM_ID;
	*out = SYSTEM_ID;
	return XR_SUCCESS;
}

XrResult sim_GetSystemProperties(XrInstance instance, XrSystemId system, XrSystemProperties *properties)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(properties, XR_TYPE_SYSTEM_PROPERTIES);
	SIM_TRY(sim_check_system(found, system));
	properties->systemId = system;
	properties->vendorId = 0;
	snprintf(properties->systemName, XR_MAX_SYSTEM_NAME_SIZE, "SpaceTime simulated headset, model %s", sim.model->name);
	properties->graphicsProperties = (XrSystemGraphicsProperties){SIM_MAX_IMAGE_SIZE, SIM_MAX_IMAGE_SIZE, SIM_MAX_LAYERS};
	properties->trackingProperties = (XrSystemTrackingProperties){XR_TRUE, sim.model->position_tracked};
	XrSystemUserPresencePropertiesEXT *presence =
		(void *)sim_chain(properties->next, XR_TYPE_SYSTEM_USER_PRESENCE_PROPERTIES_EXT);
	if (presence && found->extension[SIM_EXT_user_presence])
		presence->supportsUserPresence = XR_TRUE;
	return XR_SUCCESS;
}

XrResult sim_EnumerateEnvironmentBlendModes(XrInstance instance, XrSystemId system, XrViewConfigurationType views,
                                            uint32_t capacity, uint32_t *count, XrEnvironmentBlendMode *modes)
{
	static const XrEnvironmentBlendMode opaque = XR_ENVIRONMENT_BLEND_MODE_OPAQUE;
	SIM_FIND(Instance, found, instance);
	SIM_TRY(sim_check_system(found, system));
	SIM_TRY(sim_check_views(views));
	return sim_two_call_copy(capacity, count, modes, &opaque, 1, sizeof(opaque));
}

XrResult sim_EnumerateViewConfigurations(XrInstance instance, XrSystemId system, uint32_t capacity, uint32_t *count,
                                         XrViewConfigurationType *types)
{
	static const XrViewConfigurationType stereo = XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO;
	SIM_FIND(Instance, found, instance);
	SIM_TRY(sim_check_system(found, system));
	return sim_two_call_copy(capacity, count, types, &stereo, 1, sizeof(stereo));
}

XrResult sim_GetViewConfigurationProperties(XrInstance instance, XrSystemId system, XrViewConfigurationType type,
                                            XrViewConfigurationProperties *properties)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(properties, XR_TYPE_VIEW_CONFIGURATION_PROPERTIES);
	SIM_TRY(sim_check_system(found, system));
	SIM_TRY(sim_check_views(type));
	properties->viewConfigurationType = type;
	properties->fovMutable = XR_TRUE;
	return XR_SUCCESS;
}

XrResult sim_EnumerateViewConfigurationViews(XrInstance instance, XrSystemId system, XrViewConfigurationType type,
                                             uint32_t capacity, uint32_t *count, XrViewConfigurationView *views)
{
	SIM_FIND(Instance, found, instance);
	SIM_TRY(sim_check_system(found, system));
	SIM_TRY(sim_check_views(type));
	SIM_TRY(sim_two_call(capacity, count, views, 2));
	for (uint32_t i = 0; i < 2 && capacity > 0; i++) {
		SIM_STRUCT(&views[i], XR_TYPE_VIEW_CONFIGURATION_VIEW);
		views[i].recommendedImageRectWidth = sim.model->width;
		views[i].recommendedImageRectHeight = sim.model->height;
		views[i].maxImageRectWidth = SIM_MAX_IMAGE_SIZE;
		views[i].maxImageRectHeight = SIM_MAX_IMAGE_SIZE;
		views[i].recommendedSwapchainSampleCount = 1;
		views[i].maxSwapchainSampleCount = 1;
	}
	return XR_SUCCESS;
}

XrResult sim_GetOpenGLGraphicsRequirementsKHR(XrInstance instance, XrSystemId system,
                                              XrGraphicsRequirementsOpenGLKHR *requirements)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(requirements, XR_TYPE_GRAPHICS_REQUIREMENTS_OPENGL_KHR);
	SIM_TRY(sim_check_system(found, system));
	requirements->minApiVersionSupported = XR_MAKE_VERSION(3, 3, 0);
	requirements->maxApiVersionSupported = XR_MAKE_VERSION(4, 6, 0);
	found->requirements_asked = true;
	return XR_SUCCESS;
}
