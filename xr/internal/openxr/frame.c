#include "binding.h"

#include <string.h>

// How long a frame waits for an image before it goes without.
static const XrDuration image_timeout = 1000000000;

static struct openxr_outcome sample_control(struct openxr_session *s, struct openxr_control *c) {
	XrActionStateGetInfo info = {XR_TYPE_ACTION_STATE_GET_INFO, NULL, c->action, XR_NULL_PATH};
	XrActionStateBoolean button = {XR_TYPE_ACTION_STATE_BOOLEAN};
	XrActionStateFloat axis = {XR_TYPE_ACTION_STATE_FLOAT};
	XrActionStateVector2f stick = {XR_TYPE_ACTION_STATE_VECTOR2F};
	c->active = false;
	c->x = c->y = 0;
	switch (c->type) {
	case XR_ACTION_TYPE_BOOLEAN_INPUT:
		OPENXR_TRY_SESSION(s, xrGetActionStateBoolean, s->handle, &info, &button);
		c->active = button.isActive;
		c->x = button.isActive && button.currentState ? 1 : 0;
		break;
	case XR_ACTION_TYPE_FLOAT_INPUT:
		OPENXR_TRY_SESSION(s, xrGetActionStateFloat, s->handle, &info, &axis);
		c->active = axis.isActive;
		if (axis.isActive) c->x = axis.currentState;
		break;
	case XR_ACTION_TYPE_VECTOR2F_INPUT:
		OPENXR_TRY_SESSION(s, xrGetActionStateVector2f, s->handle, &info, &stick);
		c->active = stick.isActive;
		if (stick.isActive) c->x = stick.currentState.x, c->y = stick.currentState.y;
		break;
	default: // poses are located
		break;
	}
	return OPENXR_OK;
}

static struct openxr_outcome sample(struct openxr_session *s) {
	struct openxr_instance *i = s->instance;
	struct openxr_outcome done = OPENXR_OK;
	XrActiveActionSet sets[OPENXR_SETS];
	XrActionsSyncInfo info = {XR_TYPE_ACTIONS_SYNC_INFO, NULL, i->set_count, sets};
	for (uint32_t n = 0; n < i->set_count; n++) sets[n] = (XrActiveActionSet){i->sets[n], XR_NULL_PATH};
	// Without the focus it succeeds, and all controls are inactive.
	OPENXR_TRY_SESSION(s, xrSyncActions, s->handle, &info);
	for (uint32_t n = 0; n < i->control_count && XR_SUCCEEDED(done.result); n++) done = sample_control(s, &i->controls[n]);
	if (XR_FAILED(done.result)) return done;
	for (int hand = 0; hand < OPENXR_HANDS; hand++) {
		XrSpaceLocation at = {XR_TYPE_SPACE_LOCATION};
		OPENXR_TRY_SESSION(s, xrLocateSpace, s->aims[hand], s->base, s->frame.predictedDisplayTime, &at);
		s->aim_valid[hand] = at.locationFlags & XR_SPACE_LOCATION_ORIENTATION_VALID_BIT;
		if (s->aim_valid[hand]) s->aim[hand] = at.pose;
	}
	return OPENXR_OK;
}

struct openxr_outcome openxr_wait(struct openxr_session *s) {
	XrFrameWaitInfo info = {XR_TYPE_FRAME_WAIT_INFO};
	OPENXR_TRY_SESSION(s, xrWaitFrame, s->handle, &info, &s->frame);
	s->waited = true;
	return sample(s);
}

// Takes an image of a swapchain. One that did not come in time stays taken, and
// is waited for again in the next frame.
static struct openxr_outcome take(struct openxr_session *s, struct openxr_swapchain *chain) {
	XrSwapchainImageAcquireInfo acquire = {XR_TYPE_SWAPCHAIN_IMAGE_ACQUIRE_INFO};
	XrSwapchainImageWaitInfo wait = {XR_TYPE_SWAPCHAIN_IMAGE_WAIT_INFO, NULL, image_timeout};
	if (!chain->handle) return OPENXR_OK;
	if (!chain->acquired) {
		OPENXR_TRY_SESSION(s, xrAcquireSwapchainImage, chain->handle, &acquire, &chain->index);
		if (chain->index >= OPENXR_IMAGES) return (struct openxr_outcome){XR_ERROR_LIMIT_REACHED, "xrAcquireSwapchainImage"};
		chain->acquired = true;
	}
	if (chain->waited) return OPENXR_OK;
	XrResult result = s->instance->xr.xrWaitSwapchainImage(chain->handle, &wait);
	if (XR_FAILED(result)) return (struct openxr_outcome){result, "xrWaitSwapchainImage"};
	chain->waited = result != XR_TIMEOUT_EXPIRED;
	return OPENXR_OK;
}

static struct openxr_outcome give(struct openxr_session *s, struct openxr_swapchain *chain) {
	XrSwapchainImageReleaseInfo info = {XR_TYPE_SWAPCHAIN_IMAGE_RELEASE_INFO};
	if (!chain->waited) return OPENXR_OK;
	chain->acquired = chain->waited = false;
	OPENXR_TRY_SESSION(s, xrReleaseSwapchainImage, chain->handle, &info);
	return OPENXR_OK;
}

// Locates the views; where they are not tracked they stay where they were.
static struct openxr_outcome locate(struct openxr_session *s) {
	XrViewLocateInfo info = {XR_TYPE_VIEW_LOCATE_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, s->frame.predictedDisplayTime, s->base};
	XrViewState state = {XR_TYPE_VIEW_STATE};
	XrView views[OPENXR_VIEWS] = {{XR_TYPE_VIEW}, {XR_TYPE_VIEW}};
	uint32_t count;
	OPENXR_TRY_SESSION(s, xrLocateViews, s->handle, &info, &state, OPENXR_VIEWS, &count, views);
	const XrViewStateFlags all = XR_VIEW_STATE_ORIENTATION_VALID_BIT | XR_VIEW_STATE_POSITION_VALID_BIT;
	s->tracked = (state.viewStateFlags & all) == all;
	for (int v = 0; v < OPENXR_VIEWS; v++) {
		s->views[v].fov = views[v].fov;
		if (state.viewStateFlags & XR_VIEW_STATE_ORIENTATION_VALID_BIT) s->views[v].pose.orientation = views[v].pose.orientation;
		if (state.viewStateFlags & XR_VIEW_STATE_POSITION_VALID_BIT) s->views[v].pose.position = views[v].pose.position;
	}
	return OPENXR_OK;
}

static struct openxr_outcome locate_floor(struct openxr_session *s) {
	XrSpaceLocation at = {XR_TYPE_SPACE_LOCATION};
	OPENXR_TRY_SESSION(s, xrLocateSpace, s->stage, s->base, s->frame.predictedDisplayTime, &at);
	if (at.locationFlags & XR_SPACE_LOCATION_POSITION_VALID_BIT) {
		s->floor = at.pose.position.y;
		s->floor_valid = true;
	}
	return OPENXR_OK;
}

// Takes the images of the frame. all tells whether each has come.
static struct openxr_outcome take_all(struct openxr_session *s, bool *all) {
	struct openxr_outcome done = OPENXR_OK;
	*all = true;
	for (uint32_t n = 0; n < s->chain_count && XR_SUCCEEDED(done.result); n++) {
		done = take(s, &s->colour[n]);
		if (XR_SUCCEEDED(done.result)) done = take(s, &s->depth[n]);
		*all = *all && s->colour[n].waited && (s->depth[n].waited || !s->depth[n].handle);
	}
	return done;
}

// Locates what a recording wants. A place that cannot be located is lost, which
// costs no picture: an error is only that the session or the instance is gone.
static struct openxr_outcome locate_places(struct openxr_session *s) {
	const XrSpace spaces[OPENXR_PLACES] = {s->head, s->aims[0], s->aims[1], s->base};
	for (int n = 0; n < OPENXR_PLACES; n++) {
		XrSpaceLocation at = {XR_TYPE_SPACE_LOCATION};
		XrResult result = s->instance->xr.xrLocateSpace(spaces[n], s->ground, s->frame.predictedDisplayTime, &at);
		if (result == XR_SESSION_LOSS_PENDING) s->loss_pending = true;
		if (result == XR_ERROR_SESSION_LOST || result == XR_ERROR_INSTANCE_LOST) return (struct openxr_outcome){result, "xrLocateSpace"};
		if (XR_FAILED(result)) at.locationFlags = 0;
		s->places[n] = (struct openxr_place){
			at.pose,
			at.locationFlags & XR_SPACE_LOCATION_ORIENTATION_VALID_BIT,
			at.locationFlags & XR_SPACE_LOCATION_POSITION_VALID_BIT,
			at.locationFlags & XR_SPACE_LOCATION_ORIENTATION_TRACKED_BIT,
			at.locationFlags & XR_SPACE_LOCATION_POSITION_TRACKED_BIT,
		};
	}
	return OPENXR_OK;
}

struct openxr_outcome openxr_begin(struct openxr_session *s, bool render) {
	XrFrameBeginInfo info = {XR_TYPE_FRAME_BEGIN_INFO};
	struct openxr_outcome done = OPENXR_OK;
	bool all = false;
	s->ready = false;
	// A frame that was given up before is discarded here, which is a success.
	OPENXR_TRY_SESSION(s, xrBeginFrame, s->handle, &info);
	s->waited = false;
	s->begun = true;
	if (render) done = take_all(s, &all);
	if (all && s->stage && XR_SUCCEEDED(done.result)) done = locate_floor(s);
	if (all && XR_SUCCEEDED(done.result)) done = locate(s);
	s->ready = all && XR_SUCCEEDED(done.result);
	if (s->ground && XR_SUCCEEDED(done.result)) done = locate_places(s);
	s->moved |= !openxr_context_kept();
	return done;
}

struct openxr_outcome openxr_release(struct openxr_session *s) {
	struct openxr_outcome first = OPENXR_OK;
	for (uint32_t n = 0; n < s->chain_count; n++) {
		struct openxr_outcome colour = give(s, &s->colour[n]), depth = give(s, &s->depth[n]);
		if (XR_SUCCEEDED(first.result)) first = colour;
		if (XR_SUCCEEDED(first.result)) first = depth;
	}
	return first;
}

// Puts the views that were drawn into the layer.
static void fill_layer(struct openxr_session *s, bool depth) {
	s->layer = (XrCompositionLayerProjection){XR_TYPE_COMPOSITION_LAYER_PROJECTION, NULL, 0, s->base, OPENXR_VIEWS, s->layer_views};
	for (int v = 0; v < OPENXR_VIEWS; v++) {
		s->layer_views[v].pose = s->views[v].pose;
		s->layer_views[v].fov = s->views[v].fov;
		s->layer_views[v].next = depth ? &s->layer_depths[v] : NULL;
	}
}

struct openxr_outcome openxr_end(struct openxr_session *s, bool show, bool depth) {
	const XrCompositionLayerBaseHeader *layers[] = {(const XrCompositionLayerBaseHeader *)&s->layer};
	XrFrameEndInfo info = {XR_TYPE_FRAME_END_INFO, NULL, s->frame.predictedDisplayTime, XR_ENVIRONMENT_BLEND_MODE_OPAQUE, show ? 1 : 0, show ? layers : NULL};
	struct openxr_outcome done = openxr_release(s);
	s->begun = false;
	if (show) fill_layer(s, depth);
	if (XR_SUCCEEDED(done.result)) {
		XrResult result = s->instance->xr.xrEndFrame(s->handle, &info);
		if (result == XR_SESSION_LOSS_PENDING) s->loss_pending = true;
		if (XR_FAILED(result)) done = (struct openxr_outcome){result, "xrEndFrame"};
	}
	s->moved |= !openxr_context_kept();
	return done;
}
