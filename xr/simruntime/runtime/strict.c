/* Checks of things that software OpenGL and most drivers let pass, and some headsets do not. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "glproc.h"
#include "internal.h"

/* ---- threads and errors ---- */

void sim_strict_thread(SimSession *session, bool current)
{
	if (!sim.config.checks_calls)
		return;
	int thread = gettid();
	if (!current)
		sim_message(SIM_WARNING, "context-not-current",
		            "called on thread %d, where the session's GL context is not current", thread);
	if (thread != session->graphics.owner_thread)
		sim_message(SIM_WARNING, "wrong-thread", "called on thread %d; the session was made on thread %d", thread,
		            session->graphics.owner_thread);
}

/* The runtime has left an error itself. Until it is read, the program's cannot be told from it. */
static bool left_gl_error;

void sim_strict_left_gl_error(void) { left_gl_error = true; }

void sim_strict_gl_error(void)
{
	GLenum error;
	for (int i = 0; i < SIM_GL_ERRORS && (error = sim_gl.GetError()) != GL_NO_ERROR; i++)
		if (sim.config.checks_calls && !left_gl_error)
			sim_message(SIM_ERROR, "gl-error-left", "the program left GL error 0x%04x unread", error);
	left_gl_error = false;
}

/* ---- poses ---- */

void sim_strict_located(SimSession *session, XrTime time, const XrPosef world[2])
{
	SimLocatedViews *slot = &session->located[session->located_next++ % SIM_LOCATED_MEMORY];
	*slot = (SimLocatedViews){
		.display_time = time,
		.located_at = sim_now(),
		.world = {world[0], world[1]},
		.fov = {sim.model->fov[0], sim.model->fov[1]},
	};
}

XrTime sim_strict_located_at(const SimSession *session, XrTime display_time)
{
	XrTime latest = 0;
	for (uint32_t i = 0; i < SIM_LOCATED_MEMORY; i++)
		if (session->located[i].display_time == display_time && session->located[i].located_at > latest)
			latest = session->located[i].located_at;
	return latest;
}

static bool same_pose(XrPosef a, XrPosef b)
{
	XrQuaternionf p = a.orientation, q = b.orientation;
	float cosine = fabsf(p.x * q.x + p.y * q.y + p.z * q.z + p.w * q.w);
	float dx = a.position.x - b.position.x, dy = a.position.y - b.position.y, dz = a.position.z - b.position.z;
	return cosine > 1 - 1e-5f && dx * dx + dy * dy + dz * dz < 1e-6f; /* 0.5 degrees, 1 mm */
}

static bool same_fov(XrFovf a, XrFovf b)
{
	const float difference[] = {a.angleLeft - b.angleLeft, a.angleRight - b.angleRight, a.angleUp - b.angleUp,
	                            a.angleDown - b.angleDown};
	for (uint32_t i = 0; i < SIM_COUNT(difference); i++)
		if (fabsf(difference[i]) > 1e-3f)
			return false;
	return true;
}

static void check_view(const SimSession *session, XrTime time, uint32_t eye, XrPosef world, XrFovf fov)
{
	bool located = false, pose = false, angles = false;
	for (uint32_t i = 0; i < SIM_LOCATED_MEMORY; i++) {
		const SimLocatedViews *views = &session->located[i];
		if (views->display_time != time)
			continue;
		located = true;
		pose |= same_pose(views->world[eye], world);
		angles |= same_fov(views->fov[eye], fov);
	}
	if (!located)
		sim_message(SIM_WARNING, "views-not-located", "a projection layer, but no xrLocateViews for its display time");
	else if (!pose)
		sim_message(SIM_WARNING, "pose-differs", "the pose of view %u is none that was located for this time", eye);
	else if (!angles)
		sim_message(SIM_WARNING, "fov-differs", "the field of view %u is none that was located for this time", eye);
}

/* The layer's space may have moved between locating and submitting, which is nobody's mistake. */
static void check_projection(const SimSession *session, const SimFrame *frame, XrTime time,
                             const XrCompositionLayerProjection *layer)
{
	if (sim_recentred_since(frame->begun_at))
		return;
	const SimSpace *space = sim_find(SIM_KIND_Space, (uint64_t)(uintptr_t)layer->space);
	SimMotion base = sim_space_motion(space, time);
	for (uint32_t eye = 0; eye < layer->viewCount; eye++) {
		XrPosef world = sim_pose_multiply(base.pose, layer->views[eye].pose);
		check_view(session, time, eye, world, layer->views[eye].fov);
	}
}

/* ---- images ---- */

void sim_strict_release(SimSwapchain *swapchain, uint32_t image)
{
	if (sim.config.checks_images)
		swapchain->checksum = sim_capture_checksum(swapchain, image);
}

static void check_image(const XrSwapchainSubImage *image)
{
	SimSwapchain *swapchain = sim_find(SIM_KIND_Swapchain, (uint64_t)(uintptr_t)image->swapchain);
	if (!swapchain)
		return;
	sim_object_retain(swapchain); /* another thread may destroy it meanwhile */
	uint32_t released = swapchain->released_image;
	if (swapchain->checksum != sim_capture_checksum(swapchain, released))
		sim_message(SIM_ERROR, "image-written-after-release",
		            "image %u of a swapchain changed after xrReleaseSwapchainImage", released);
	sim_object_release(swapchain);
}

static void check_view_images(const SimSession *session, const XrCompositionLayerProjectionView *view)
{
	const XrCompositionLayerDepthInfoKHR *depth = sim_chain(view->next, XR_TYPE_COMPOSITION_LAYER_DEPTH_INFO_KHR);
	check_image(&view->subImage);
	if (depth && session->instance->extension[SIM_EXT_layer_depth])
		check_image(&depth->subImage);
}

static void check_images(const SimSession *session, const XrCompositionLayerBaseHeader *layer)
{
	if (layer->type == XR_TYPE_COMPOSITION_LAYER_QUAD) {
		check_image(&((const XrCompositionLayerQuad *)layer)->subImage);
		return;
	}
	const XrCompositionLayerProjection *projection = (const XrCompositionLayerProjection *)layer;
	check_view_images(session, &projection->views[0]);
	if (projection->views[1].subImage.swapchain != projection->views[0].subImage.swapchain)
		check_view_images(session, &projection->views[1]);
}

/* ---- the frame ---- */

static void check_frame(const SimSession *session, const SimFrame *frame, const XrFrameEndInfo *info)
{
	if (info->displayTime != frame->display_time)
		sim_message(SIM_WARNING, "display-time-differs", "displayTime %lld, predicted was %lld",
		            (long long)info->displayTime, (long long)frame->display_time);
	if (info->layerCount > 0 && !frame->should_render)
		sim_message(SIM_WARNING, "rendered-in-vain", "%u layers, though shouldRender was false", info->layerCount);
	if (info->layerCount == 0 && frame->should_render)
		sim_message(SIM_WARNING, "not-rendered", "no layer, though shouldRender was true");
	for (uint32_t i = 0; i < info->layerCount; i++)
		if (info->layers[i]->type == XR_TYPE_COMPOSITION_LAYER_PROJECTION)
			check_projection(session, frame, info->displayTime, (const XrCompositionLayerProjection *)info->layers[i]);
}

XrResult sim_strict_end_frame(SimSession *session, const SimFrame *frame, const XrFrameEndInfo *info)
{
	if (sim.config.checks_calls)
		check_frame(session, frame, info);
	SimGlScope scope;
	SIM_TRY(sim_gl_enter(session, &scope));
	for (uint32_t i = 0; i < info->layerCount && sim.config.checks_images; i++)
		check_images(session, info->layers[i]);
	sim_gl_leave(&scope);
	return XR_SUCCESS;
}
