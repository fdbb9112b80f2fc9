// What the Go files of this package ask of OpenXR. All handles stay in C, in the
// structs below: runtimes give small numbers for them, which Go's stack must not
// hold as pointers. Structs that hold pointers are allocated here, once, so that
// a frame hands nothing to C but the address of its session.
#ifndef OPENXR_BINDING_H
#define OPENXR_BINDING_H

#include <stdbool.h>
#include <stdint.h>

#define XR_NO_PROTOTYPES
#define XR_USE_GRAPHICS_API_OPENGL
#if __has_include(<openxr/openxr.h>)
#include <openxr/openxr.h>
#include <openxr/openxr_platform.h>
#include <openxr/openxr_reflection.h>
#else // a cross compiler, which is pointed at the folder itself
#include <openxr.h>
#include <openxr_platform.h>
#include <openxr_reflection.h>
#endif

// Newer than the headers of 1.0.20; values from the OpenXR registry 1.1.62.
#define OPENXR_LOCAL_FLOOR 1000426000
#ifndef XR_EXT_user_presence
#define XR_TYPE_EVENT_DATA_USER_PRESENCE_CHANGED_EXT 1000470000
typedef struct XrEventDataUserPresenceChangedEXT {
	XrStructureType type;
	const void *XR_MAY_ALIAS next;
	XrSession session;
	XrBool32 isUserPresent;
} XrEventDataUserPresenceChangedEXT;
#endif

// How a function ended: the result, and where it is an error the call that gave
// it.
struct openxr_outcome {
	XrResult result;
	const char *call;
};

#define OPENXR_FUNCTIONS(F) \
	F(xrDestroyInstance) F(xrGetInstanceProperties) F(xrPollEvent) F(xrGetSystem) F(xrGetSystemProperties) \
	F(xrEnumerateViewConfigurations) F(xrEnumerateViewConfigurationViews) \
	F(xrCreateSession) F(xrDestroySession) F(xrBeginSession) F(xrEndSession) F(xrRequestExitSession) \
	F(xrCreateReferenceSpace) F(xrGetReferenceSpaceBoundsRect) F(xrCreateActionSpace) F(xrLocateSpace) F(xrDestroySpace) \
	F(xrEnumerateSwapchainFormats) F(xrCreateSwapchain) F(xrDestroySwapchain) F(xrEnumerateSwapchainImages) \
	F(xrAcquireSwapchainImage) F(xrWaitSwapchainImage) F(xrReleaseSwapchainImage) \
	F(xrWaitFrame) F(xrBeginFrame) F(xrEndFrame) F(xrLocateViews) \
	F(xrStringToPath) F(xrPathToString) F(xrCreateActionSet) F(xrCreateAction) F(xrSuggestInteractionProfileBindings) \
	F(xrAttachSessionActionSets) F(xrGetCurrentInteractionProfile) F(xrSyncActions) F(xrGetActionStateBoolean) \
	F(xrGetActionStateFloat) F(xrGetActionStateVector2f)

// Of extensions; NULL where the runtime lacks them.
#define OPENXR_EXTENSION_FUNCTIONS(F) \
	F(xrGetOpenGLGraphicsRequirementsKHR) F(xrGetVisibilityMaskKHR) \
	F(xrEnumerateDisplayRefreshRatesFB) F(xrGetDisplayRefreshRateFB) F(xrRequestDisplayRefreshRateFB)

struct openxr_functions {
#define OPENXR_MEMBER(name) PFN_##name name;
	OPENXR_FUNCTIONS(OPENXR_MEMBER)
	OPENXR_EXTENSION_FUNCTIONS(OPENXR_MEMBER)
#undef OPENXR_MEMBER
};

enum {
	OPENXR_VIEWS = 2,
	OPENXR_IMAGES = 8,    // of a swapchain; runtimes have 3
	OPENXR_CONTROLS = 24, // of an instance
	OPENXR_SETS = 4,      // of them
	OPENXR_HANDS = 2,     // aims that are located: left, right
	OPENXR_PLACES = 4,    // that a recording wants: head, aims, base
};

// An action, and what it was in the last frame.
struct openxr_control {
	XrAction action;
	XrActionType type;
	bool active;
	float x, y; // a button is 0 or 1, a float in x
};

struct openxr_instance {
	XrInstance handle;
	XrSystemId system;
	struct openxr_functions xr;
	XrInstanceProperties runtime;
	XrSystemProperties headset;
	XrGraphicsRequirementsOpenGLKHR requirements;
	XrViewConfigurationView sizes[OPENXR_VIEWS];
	XrEventDataBuffer event;
	uint32_t set_count, control_count;
	XrActionSet sets[OPENXR_SETS];
	struct openxr_control controls[OPENXR_CONTROLS];
};

struct openxr_swapchain {
	XrSwapchain handle;
	XrSwapchainImageOpenGLKHR images[OPENXR_IMAGES];
	uint32_t index;        // of the image in use
	bool acquired, waited; // how far that is
};

// Where something is in the stage, which of it is known, and which is measured.
struct openxr_place {
	XrPosef pose;
	bool oriented, positioned;
	bool orientation_tracked, position_tracked;
};

struct openxr_session {
	struct openxr_instance *instance;
	XrSession handle;
	XrSpace base, stage, aims[OPENXR_HANDS];
	bool loss_pending; // a call said so
	bool moved;        // the runtime left another GL context current
	bool waited;       // a frame was waited for and is not begun
	bool begun;        // a frame is begun and not ended
	bool ready;        // it has its images and its views

	uint32_t chain_count; // of colour, and where there are any of depth
	struct openxr_swapchain colour[OPENXR_VIEWS], depth[OPENXR_VIEWS];

	float near_m; // the distance of depth 1, in metres; infinity is at depth 0
	XrFrameState frame;
	XrView views[OPENXR_VIEWS]; // as last located where they were valid
	bool tracked; // they were
	XrPosef aim[OPENXR_HANDS];
	bool aim_valid[OPENXR_HANDS];
	float floor; // the stage's height in the base space
	bool floor_valid;

	XrSpace ground, head; // the stage and the head, while places are watched
	struct openxr_place places[OPENXR_PLACES]; // as located when the frame began

	XrCompositionLayerProjection layer;
	XrCompositionLayerProjectionView layer_views[OPENXR_VIEWS];
	XrCompositionLayerDepthInfoKHR layer_depths[OPENXR_VIEWS];
};

// The loader, and what works without an instance.

// Opens the loader's library, once in a process. Returns NULL, or what is wrong.
const char *openxr_load(void);
// Fills names with at most room extensions of the runtime; count is how many
// there are. The first call loads the runtime.
struct openxr_outcome openxr_extensions(XrExtensionProperties *list, uint32_t room, uint32_t *count);
// Creates the instance; the loader allows one at a time.
struct openxr_outcome openxr_create_instance(const char *application, uint32_t version,
	const char *const *extensions, uint32_t extension_count, struct openxr_instance **instance);
// Ends the instance and frees it; it may be NULL.
void openxr_destroy_instance(struct openxr_instance *i);
const char *openxr_result_name(XrResult result); // NULL where it has none

// The instance.

// Moves the next event into i->event, or XR_EVENT_UNAVAILABLE.
struct openxr_outcome openxr_next_event(struct openxr_instance *i);
// Looks for a headset: i->system, headset, sizes.
struct openxr_outcome openxr_find_system(struct openxr_instance *i);
// The GL that the runtime wants: i->requirements. To be called before a session.
struct openxr_outcome openxr_find_requirements(struct openxr_instance *i);
struct openxr_outcome openxr_view_configurations(struct openxr_instance *i, XrViewConfigurationType *kinds, uint32_t room, uint32_t *count);
struct openxr_outcome openxr_view_sizes(struct openxr_instance *i, XrViewConfigurationType kind, XrViewConfigurationView *sizes, uint32_t room, uint32_t *count);
// Adds a set, or a control to the last set.
struct openxr_outcome openxr_add_set(struct openxr_instance *i, const char *name, const char *title);
struct openxr_outcome openxr_add_control(struct openxr_instance *i, const char *name, const char *title, XrActionType type);
// Suggests to bind the controls with these numbers to these paths.
struct openxr_outcome openxr_suggest(struct openxr_instance *i, const char *profile, const uint32_t *controls, const char *const *paths, uint32_t count);

// The session. Its functions but openxr_wait are for the thread on which the GL
// context is current.

// Creates a session on the GL context that is current.
struct openxr_outcome openxr_create_session(struct openxr_instance *i, struct openxr_session **session);
// Ends the session and all in it, and frees it; it may be NULL.
void openxr_destroy_session(struct openxr_session *s);
struct openxr_outcome openxr_formats(struct openxr_session *s, int64_t *formats, uint32_t room, uint32_t *count);
// Creates the space that views are located in, of the kind.
struct openxr_outcome openxr_set_base(struct openxr_session *s, XrReferenceSpaceType kind);
// Creates the space of the stage, for its floor.
struct openxr_outcome openxr_set_stage(struct openxr_session *s);
// Makes each frame locate head, aims and base in the stage.
struct openxr_outcome openxr_watch_places(struct openxr_session *s);
struct openxr_outcome openxr_bounds(struct openxr_session *s, XrExtent2Df *bounds);
// Hands the sets to the session, and makes spaces of the aims with these numbers.
struct openxr_outcome openxr_attach(struct openxr_session *s, const uint32_t aims[OPENXR_HANDS]);
// The profile that a hand ("/user/hand/left") has now; empty without one.
struct openxr_outcome openxr_profile(struct openxr_session *s, const char *hand, char *path, uint32_t room);
// Creates a swapchain of the size and format in info, of colour or of depth.
struct openxr_outcome openxr_create_swapchain(struct openxr_session *s, struct openxr_swapchain *chain, XrSwapchainCreateInfo *info, bool depth);
void openxr_destroy_swapchains(struct openxr_session *s);
// Says which part of which swapchain a view is in.
void openxr_place_view(struct openxr_session *s, uint32_t view, uint32_t chain, uint32_t layer, XrRect2Di rect);
struct openxr_outcome openxr_refresh_rates(struct openxr_session *s, float *rates, uint32_t room, uint32_t *count);
struct openxr_outcome openxr_refresh_rate(struct openxr_session *s, float *rate);
struct openxr_outcome openxr_request_refresh_rate(struct openxr_session *s, float rate);
// The triangles of a view that the lenses hide.
struct openxr_outcome openxr_hidden_mask(struct openxr_session *s, uint32_t view, XrVisibilityMaskKHR *mask);
struct openxr_outcome openxr_begin_session(struct openxr_session *s);
struct openxr_outcome openxr_end_session(struct openxr_session *s);
struct openxr_outcome openxr_request_exit(struct openxr_session *s);

// The frame.

// Waits for the next frame: s->frame. Samples the controls and the aims for its
// display time.
struct openxr_outcome openxr_wait(struct openxr_session *s);
// Begins the frame. To render, it takes an image of each swapchain and locates
// the views, as late as may be.
struct openxr_outcome openxr_begin(struct openxr_session *s, bool render);
// Gives the images back that openxr_begin took.
struct openxr_outcome openxr_release(struct openxr_session *s);
// Ends the frame: shows the images, from where openxr_begin located the views.
struct openxr_outcome openxr_end(struct openxr_session *s, bool show, bool depth);

// The platform.

// Opens a library. Returns NULL and says what is wrong.
void *openxr_library(const char *name, const char **wrong);
void *openxr_symbol(void *library, const char *name);
extern const char *const openxr_loader_name;
// The kind of the GL context that is current ("GLX", "EGL", "WGL") and the
// extension of OpenXR for it; NULL without a context.
const char *openxr_context(const char **extension);
// The binding of the GL context that is current, for XrSessionCreateInfo.next,
// or NULL. There is one session at a time, and so one binding.
const void *openxr_graphics_binding(void);
// Whether the context of the binding is current.
bool openxr_context_kept(void);
// The runtime's clock now; XR_ERROR_FUNCTION_UNSUPPORTED where it does not tell.
struct openxr_outcome openxr_now(struct openxr_instance *i, XrTime *time);
extern const char *const openxr_clock_extension;

// For the other C files.
PFN_xrVoidFunction openxr_function(XrInstance instance, const char *name);

#define OPENXR_OK ((struct openxr_outcome){XR_SUCCESS, NULL})

// Calls a function of the instance i and returns from the caller with its error.
#define OPENXR_TRY(i, function, ...) \
	do { \
		XrResult result_ = (i)->xr.function(__VA_ARGS__); \
		if (XR_FAILED(result_)) return (struct openxr_outcome){result_, #function}; \
	} while (0)

// The same in a session s, which notes that the runtime says it is about to end.
#define OPENXR_TRY_SESSION(s, function, ...) \
	do { \
		XrResult result_ = (s)->instance->xr.function(__VA_ARGS__); \
		if (XR_FAILED(result_)) return (struct openxr_outcome){result_, #function}; \
		if (result_ == XR_SESSION_LOSS_PENDING) (s)->loss_pending = true; \
	} while (0)

#endif
