#include "binding.h"

#include <math.h>
#include <stdlib.h>

static const XrPosef no_pose = {{0, 0, 0, 1}, {0, 0, 0}};

struct openxr_outcome openxr_create_session(struct openxr_instance *i, struct openxr_session **session) {
	XrSessionCreateInfo info = {XR_TYPE_SESSION_CREATE_INFO};
	info.next = openxr_graphics_binding();
	info.systemId = i->system;
	if (!info.next) return (struct openxr_outcome){XR_ERROR_GRAPHICS_DEVICE_INVALID, "xrCreateSession"};
	struct openxr_session *s = calloc(1, sizeof *s);
	if (!s) return (struct openxr_outcome){XR_ERROR_OUT_OF_MEMORY, "xrCreateSession"};
	s->instance = i;
	s->frame.type = XR_TYPE_FRAME_STATE;
	for (int v = 0; v < OPENXR_VIEWS; v++) s->views[v] = (XrView){XR_TYPE_VIEW, NULL, no_pose, {-0.7f, 0.7f, 0.7f, -0.7f}};
	XrResult result = i->xr.xrCreateSession(i->handle, &info, &s->handle);
	if (XR_FAILED(result)) {
		free(s);
		return (struct openxr_outcome){result, "xrCreateSession"};
	}
	s->moved = !openxr_context_kept();
	*session = s;
	return OPENXR_OK;
}

void openxr_destroy_session(struct openxr_session *s) {
	if (!s) return;
	// The session's children end with it.
	s->instance->xr.xrDestroySession(s->handle);
	free(s);
}

struct openxr_outcome openxr_begin_session(struct openxr_session *s) {
	XrSessionBeginInfo info = {XR_TYPE_SESSION_BEGIN_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO};
	OPENXR_TRY_SESSION(s, xrBeginSession, s->handle, &info);
	return OPENXR_OK;
}

struct openxr_outcome openxr_end_session(struct openxr_session *s) {
	OPENXR_TRY_SESSION(s, xrEndSession, s->handle);
	return OPENXR_OK;
}

struct openxr_outcome openxr_request_exit(struct openxr_session *s) {
	OPENXR_TRY_SESSION(s, xrRequestExitSession, s->handle);
	return OPENXR_OK;
}

static struct openxr_outcome create_space(struct openxr_session *s, XrReferenceSpaceType kind, XrSpace *space) {
	XrReferenceSpaceCreateInfo info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, kind, no_pose};
	OPENXR_TRY_SESSION(s, xrCreateReferenceSpace, s->handle, &info, space);
	return OPENXR_OK;
}

struct openxr_outcome openxr_set_base(struct openxr_session *s, XrReferenceSpaceType kind) { return create_space(s, kind, &s->base); }

struct openxr_outcome openxr_set_stage(struct openxr_session *s) { return create_space(s, XR_REFERENCE_SPACE_TYPE_STAGE, &s->stage); }

struct openxr_outcome openxr_watch_places(struct openxr_session *s) {
	struct openxr_outcome done = create_space(s, XR_REFERENCE_SPACE_TYPE_VIEW, &s->head);
	return XR_FAILED(done.result) ? done : create_space(s, XR_REFERENCE_SPACE_TYPE_STAGE, &s->ground);
}

struct openxr_outcome openxr_bounds(struct openxr_session *s, XrExtent2Df *bounds) {
	OPENXR_TRY_SESSION(s, xrGetReferenceSpaceBoundsRect, s->handle, XR_REFERENCE_SPACE_TYPE_STAGE, bounds);
	return OPENXR_OK;
}

struct openxr_outcome openxr_formats(struct openxr_session *s, int64_t *formats, uint32_t room, uint32_t *count) {
	OPENXR_TRY_SESSION(s, xrEnumerateSwapchainFormats, s->handle, room, count, formats);
	return OPENXR_OK;
}

struct openxr_outcome openxr_create_swapchain(struct openxr_session *s, struct openxr_swapchain *chain, XrSwapchainCreateInfo *info, bool depth) {
	uint32_t count;
	info->type = XR_TYPE_SWAPCHAIN_CREATE_INFO;
	// The mirror copies out of colour.
	info->usageFlags = depth ? XR_SWAPCHAIN_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT
		: XR_SWAPCHAIN_USAGE_COLOR_ATTACHMENT_BIT | XR_SWAPCHAIN_USAGE_TRANSFER_SRC_BIT;
	OPENXR_TRY_SESSION(s, xrCreateSwapchain, s->handle, info, &chain->handle);
	for (int n = 0; n < OPENXR_IMAGES; n++) chain->images[n] = (XrSwapchainImageOpenGLKHR){XR_TYPE_SWAPCHAIN_IMAGE_OPENGL_KHR};
	OPENXR_TRY_SESSION(s, xrEnumerateSwapchainImages, chain->handle, OPENXR_IMAGES, &count, (XrSwapchainImageBaseHeader *)chain->images);
	s->moved |= !openxr_context_kept();
	return OPENXR_OK;
}

void openxr_destroy_swapchains(struct openxr_session *s) {
	for (int n = 0; n < OPENXR_VIEWS; n++) {
		if (s->colour[n].handle) s->instance->xr.xrDestroySwapchain(s->colour[n].handle);
		if (s->depth[n].handle) s->instance->xr.xrDestroySwapchain(s->depth[n].handle);
		s->colour[n] = s->depth[n] = (struct openxr_swapchain){0};
	}
	s->chain_count = 0;
	s->moved |= !openxr_context_kept();
}

void openxr_place_view(struct openxr_session *s, uint32_t view, uint32_t chain, uint32_t layer, XrRect2Di rect) {
	s->layer_views[view] = (XrCompositionLayerProjectionView){
		.type = XR_TYPE_COMPOSITION_LAYER_PROJECTION_VIEW,
		.subImage = {s->colour[chain].handle, rect, layer},
	};
	s->layer_depths[view] = (XrCompositionLayerDepthInfoKHR){
		.type = XR_TYPE_COMPOSITION_LAYER_DEPTH_INFO_KHR,
		.subImage = {s->depth[chain].handle, rect, layer},
		.minDepth = 0,
		.maxDepth = 1,
		.nearZ = INFINITY, // greater than farZ: depth is reversed
		.farZ = s->near_m,
	};
	if (s->chain_count <= chain) s->chain_count = chain + 1;
}

// Says that a function of an extension is not there.
#define NEED(s, function) \
	if (!(s)->instance->xr.function) return (struct openxr_outcome){XR_ERROR_FUNCTION_UNSUPPORTED, #function}

struct openxr_outcome openxr_refresh_rates(struct openxr_session *s, float *rates, uint32_t room, uint32_t *count) {
	NEED(s, xrEnumerateDisplayRefreshRatesFB);
	OPENXR_TRY_SESSION(s, xrEnumerateDisplayRefreshRatesFB, s->handle, room, count, rates);
	return OPENXR_OK;
}

struct openxr_outcome openxr_refresh_rate(struct openxr_session *s, float *rate) {
	NEED(s, xrGetDisplayRefreshRateFB);
	OPENXR_TRY_SESSION(s, xrGetDisplayRefreshRateFB, s->handle, rate);
	return OPENXR_OK;
}

struct openxr_outcome openxr_request_refresh_rate(struct openxr_session *s, float rate) {
	NEED(s, xrRequestDisplayRefreshRateFB);
	OPENXR_TRY_SESSION(s, xrRequestDisplayRefreshRateFB, s->handle, rate);
	return OPENXR_OK;
}

struct openxr_outcome openxr_hidden_mask(struct openxr_session *s, uint32_t view, XrVisibilityMaskKHR *mask) {
	NEED(s, xrGetVisibilityMaskKHR);
	OPENXR_TRY_SESSION(s, xrGetVisibilityMaskKHR, s->handle, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, view,
		XR_VISIBILITY_MASK_TYPE_HIDDEN_TRIANGLE_MESH_KHR, mask);
	return OPENXR_OK;
}
