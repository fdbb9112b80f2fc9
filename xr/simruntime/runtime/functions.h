/* Every OpenXR function of the runtime, once: X(Name, NEED, (parameters), (arguments)).
 * NEED says when xrGetInstanceProcAddr gives it out: before any instance (BEFORE), always with an
 * instance (CORE), or only when that extension is on or that API version was asked for. */
#ifndef SPACETIME_SIM_FUNCTIONS_H
#define SPACETIME_SIM_FUNCTIONS_H

#include "sim.h"

enum SimNeed { SIM_NEED_BEFORE = -3, SIM_NEED_CORE = -2, SIM_NEED_1_1 = -1 }; /* else a SimExtension */

#define BEFORE SIM_NEED_BEFORE
#define CORE SIM_NEED_CORE
#define SINCE_1_1 SIM_NEED_1_1
#define EXT(name) SIM_EXT_##name

#define SIM_FUNCTIONS_CORE(X) \
	X(EnumerateInstanceExtensionProperties, BEFORE, \
	  (const char *layer, uint32_t capacity, uint32_t *count, XrExtensionProperties *properties), \
	  (layer, capacity, count, properties)) \
	X(CreateInstance, BEFORE, (const XrInstanceCreateInfo *info, XrInstance *out), (info, out)) \
	X(GetInstanceProcAddr, CORE, (XrInstance instance, const char *name, PFN_xrVoidFunction *function), \
	  (instance, name, function)) \
	X(DestroyInstance, CORE, (XrInstance instance), (instance)) \
	X(GetInstanceProperties, CORE, (XrInstance instance, XrInstanceProperties *properties), (instance, properties)) \
	X(PollEvent, CORE, (XrInstance instance, XrEventDataBuffer *event), (instance, event)) \
	X(ResultToString, CORE, (XrInstance instance, XrResult value, char *text), (instance, value, text)) \
	X(StructureTypeToString, CORE, (XrInstance instance, XrStructureType value, char *text), (instance, value, text)) \
	X(GetSystem, CORE, (XrInstance instance, const XrSystemGetInfo *info, XrSystemId *out), (instance, info, out)) \
	X(GetSystemProperties, CORE, (XrInstance instance, XrSystemId system, XrSystemProperties *properties), \
	  (instance, system, properties)) \
	X(EnumerateEnvironmentBlendModes, CORE, \
	  (XrInstance instance, XrSystemId system, XrViewConfigurationType views, uint32_t capacity, uint32_t *count, \
	   XrEnvironmentBlendMode *modes), \
	  (instance, system, views, capacity, count, modes)) \
	X(CreateSession, CORE, (XrInstance instance, const XrSessionCreateInfo *info, XrSession *out), \
	  (instance, info, out)) \
	X(DestroySession, CORE, (XrSession session), (session)) \
	X(EnumerateReferenceSpaces, CORE, \
	  (XrSession session, uint32_t capacity, uint32_t *count, XrReferenceSpaceType *types), \
	  (session, capacity, count, types)) \
	X(CreateReferenceSpace, CORE, (XrSession session, const XrReferenceSpaceCreateInfo *info, XrSpace *out), \
	  (session, info, out)) \
	X(GetReferenceSpaceBoundsRect, CORE, (XrSession session, XrReferenceSpaceType type, XrExtent2Df *bounds), \
	  (session, type, bounds)) \
	X(CreateActionSpace, CORE, (XrSession session, const XrActionSpaceCreateInfo *info, XrSpace *out), \
	  (session, info, out)) \
	X(LocateSpace, CORE, (XrSpace space, XrSpace base, XrTime time, XrSpaceLocation *location), \
	  (space, base, time, location)) \
	X(DestroySpace, CORE, (XrSpace space), (space)) \
	X(EnumerateViewConfigurations, CORE, \
	  (XrInstance instance, XrSystemId system, uint32_t capacity, uint32_t *count, XrViewConfigurationType *types), \
	  (instance, system, capacity, count, types)) \
	X(GetViewConfigurationProperties, CORE, \
	  (XrInstance instance, XrSystemId system, XrViewConfigurationType type, XrViewConfigurationProperties *properties), \
	  (instance, system, type, properties)) \
	X(EnumerateViewConfigurationViews, CORE, \
	  (XrInstance instance, XrSystemId system, XrViewConfigurationType type, uint32_t capacity, uint32_t *count, \
	   XrViewConfigurationView *views), \
	  (instance, system, type, capacity, count, views)) \
	X(EnumerateSwapchainFormats, CORE, (XrSession session, uint32_t capacity, uint32_t *count, int64_t *formats), \
	  (session, capacity, count, formats)) \
	X(CreateSwapchain, CORE, (XrSession session, const XrSwapchainCreateInfo *info, XrSwapchain *out), \
	  (session, info, out)) \
	X(DestroySwapchain, CORE, (XrSwapchain swapchain), (swapchain)) \
	X(EnumerateSwapchainImages, CORE, \
	  (XrSwapchain swapchain, uint32_t capacity, uint32_t *count, XrSwapchainImageBaseHeader *images), \
	  (swapchain, capacity, count, images)) \
	X(AcquireSwapchainImage, CORE, \
	  (XrSwapchain swapchain, const XrSwapchainImageAcquireInfo *info, uint32_t *index), (swapchain, info, index)) \
	X(WaitSwapchainImage, CORE, (XrSwapchain swapchain, const XrSwapchainImageWaitInfo *info), (swapchain, info)) \
	X(ReleaseSwapchainImage, CORE, (XrSwapchain swapchain, const XrSwapchainImageReleaseInfo *info), \
	  (swapchain, info)) \
	X(BeginSession, CORE, (XrSession session, const XrSessionBeginInfo *info), (session, info)) \
	X(EndSession, CORE, (XrSession session), (session)) \
	X(RequestExitSession, CORE, (XrSession session), (session)) \
	X(WaitFrame, CORE, (XrSession session, const XrFrameWaitInfo *info, XrFrameState *state), (session, info, state)) \
	X(BeginFrame, CORE, (XrSession session, const XrFrameBeginInfo *info), (session, info)) \
	X(EndFrame, CORE, (XrSession session, const XrFrameEndInfo *info), (session, info)) \
	X(LocateViews, CORE, \
	  (XrSession session, const XrViewLocateInfo *info, XrViewState *state, uint32_t capacity, uint32_t *count, \
	   XrView *views), \
	  (session, info, state, capacity, count, views)) \
	X(LocateSpaces, SINCE_1_1, (XrSession session, const XrSpacesLocateInfo *info, XrSpaceLocations *locations), \
	  (session, info, locations))

/* The input side: path.c, profile.c, action.c. */
#define SIM_FUNCTIONS_INPUT(X) \
	X(StringToPath, CORE, (XrInstance instance, const char *text, XrPath *path), (instance, text, path)) \
	X(PathToString, CORE, (XrInstance instance, XrPath path, uint32_t capacity, uint32_t *count, char *buffer), \
	  (instance, path, capacity, count, buffer)) \
	X(CreateActionSet, CORE, (XrInstance instance, const XrActionSetCreateInfo *info, XrActionSet *out), \
	  (instance, info, out)) \
	X(DestroyActionSet, CORE, (XrActionSet set), (set)) \
	X(CreateAction, CORE, (XrActionSet set, const XrActionCreateInfo *info, XrAction *out), (set, info, out)) \
	X(DestroyAction, CORE, (XrAction action), (action)) \
	X(SuggestInteractionProfileBindings, CORE, \
	  (XrInstance instance, const XrInteractionProfileSuggestedBinding *suggested), (instance, suggested)) \
	X(AttachSessionActionSets, CORE, (XrSession session, const XrSessionActionSetsAttachInfo *info), (session, info)) \
	X(GetCurrentInteractionProfile, CORE, (XrSession session, XrPath user, XrInteractionProfileState *profile), \
	  (session, user, profile)) \
	X(GetActionStateBoolean, CORE, (XrSession session, const XrActionStateGetInfo *info, XrActionStateBoolean *state), \
	  (session, info, state)) \
	X(GetActionStateFloat, CORE, (XrSession session, const XrActionStateGetInfo *info, XrActionStateFloat *state), \
	  (session, info, state)) \
	X(GetActionStateVector2f, CORE, \
	  (XrSession session, const XrActionStateGetInfo *info, XrActionStateVector2f *state), (session, info, state)) \
	X(GetActionStatePose, CORE, (XrSession session, const XrActionStateGetInfo *info, XrActionStatePose *state), \
	  (session, info, state)) \
	X(SyncActions, CORE, (XrSession session, const XrActionsSyncInfo *info), (session, info)) \
	X(EnumerateBoundSourcesForAction, CORE, \
	  (XrSession session, const XrBoundSourcesForActionEnumerateInfo *info, uint32_t capacity, uint32_t *count, \
	   XrPath *sources), \
	  (session, info, capacity, count, sources)) \
	X(GetInputSourceLocalizedName, CORE, \
	  (XrSession session, const XrInputSourceLocalizedNameGetInfo *info, uint32_t capacity, uint32_t *count, \
	   char *buffer), \
	  (session, info, capacity, count, buffer)) \
	X(ApplyHapticFeedback, CORE, \
	  (XrSession session, const XrHapticActionInfo *info, const XrHapticBaseHeader *haptic), (session, info, haptic)) \
	X(StopHapticFeedback, CORE, (XrSession session, const XrHapticActionInfo *info), (session, info))

#define SIM_FUNCTIONS_EXTENSIONS(X) \
	X(GetOpenGLGraphicsRequirementsKHR, EXT(opengl_enable), \
	  (XrInstance instance, XrSystemId system, XrGraphicsRequirementsOpenGLKHR *requirements), \
	  (instance, system, requirements)) \
	X(ConvertTimespecTimeToTimeKHR, EXT(timespec_time), \
	  (XrInstance instance, const struct timespec *timespec, XrTime *time), (instance, timespec, time)) \
	X(ConvertTimeToTimespecTimeKHR, EXT(timespec_time), \
	  (XrInstance instance, XrTime time, struct timespec *timespec), (instance, time, timespec)) \
	X(GetVisibilityMaskKHR, EXT(visibility_mask), \
	  (XrSession session, XrViewConfigurationType views, uint32_t view, XrVisibilityMaskTypeKHR type, \
	   XrVisibilityMaskKHR *mask), \
	  (session, views, view, type, mask)) \
	X(EnumerateDisplayRefreshRatesFB, EXT(refresh_rate), \
	  (XrSession session, uint32_t capacity, uint32_t *count, float *rates), (session, capacity, count, rates)) \
	X(GetDisplayRefreshRateFB, EXT(refresh_rate), (XrSession session, float *rate), (session, rate)) \
	X(RequestDisplayRefreshRateFB, EXT(refresh_rate), (XrSession session, float rate), (session, rate)) \
	X(CreateDebugUtilsMessengerEXT, EXT(debug_utils), \
	  (XrInstance instance, const XrDebugUtilsMessengerCreateInfoEXT *info, XrDebugUtilsMessengerEXT *out), \
	  (instance, info, out)) \
	X(DestroyDebugUtilsMessengerEXT, EXT(debug_utils), (XrDebugUtilsMessengerEXT messenger), (messenger)) \
	X(SubmitDebugUtilsMessageEXT, EXT(debug_utils), \
	  (XrInstance instance, XrDebugUtilsMessageSeverityFlagsEXT severity, XrDebugUtilsMessageTypeFlagsEXT types, \
	   const XrDebugUtilsMessengerCallbackDataEXT *data), \
	  (instance, severity, types, data)) \
	X(SetDebugUtilsObjectNameEXT, EXT(debug_utils), \
	  (XrInstance instance, const XrDebugUtilsObjectNameInfoEXT *info), (instance, info)) \
	X(SessionBeginDebugUtilsLabelRegionEXT, EXT(debug_utils), \
	  (XrSession session, const XrDebugUtilsLabelEXT *label), (session, label)) \
	X(SessionEndDebugUtilsLabelRegionEXT, EXT(debug_utils), (XrSession session), (session)) \
	X(SessionInsertDebugUtilsLabelEXT, EXT(debug_utils), \
	  (XrSession session, const XrDebugUtilsLabelEXT *label), (session, label)) \
	X(SetInputDeviceActiveEXT, EXT(conformance_automation), \
	  (XrSession session, XrPath profile, XrPath user, XrBool32 active), (session, profile, user, active)) \
	X(SetInputDeviceStateBoolEXT, EXT(conformance_automation), \
	  (XrSession session, XrPath user, XrPath source, XrBool32 state), (session, user, source, state)) \
	X(SetInputDeviceStateFloatEXT, EXT(conformance_automation), \
	  (XrSession session, XrPath user, XrPath source, float state), (session, user, source, state)) \
	X(SetInputDeviceStateVector2fEXT, EXT(conformance_automation), \
	  (XrSession session, XrPath user, XrPath source, XrVector2f state), (session, user, source, state)) \
	X(SetInputDeviceLocationEXT, EXT(conformance_automation), \
	  (XrSession session, XrPath user, XrPath source, XrSpace space, XrPosef pose), (session, user, source, space, pose))

#define SIM_FUNCTIONS(X) SIM_FUNCTIONS_CORE(X) SIM_FUNCTIONS_INPUT(X) SIM_FUNCTIONS_EXTENSIONS(X)

#define SIM_DECLARE(name, need, parameters, arguments) XrResult sim_##name parameters;
SIM_FUNCTIONS(SIM_DECLARE)
#undef SIM_DECLARE

#endif
