/* Frames: the order of the calls, times, what may be submitted, and two threads. */
#include <pthread.h>
#include <unistd.h>

#include "core_client.h"

static void order(XrSession session)
{
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	CALL(xrBeginFrame(session, NULL), XR_ERROR_CALL_ORDER_INVALID);
	CALL(end_frame(session, 1, 0, NULL), XR_ERROR_CALL_ORDER_INVALID);
	CALL(xrWaitFrame(session, NULL, &state), XR_SUCCESS);
	CALL(end_frame(session, state.predictedDisplayTime, 0, NULL), XR_ERROR_CALL_ORDER_INVALID);
	CALL(xrBeginFrame(session, NULL), XR_SUCCESS);
	CALL(xrBeginFrame(session, NULL), XR_ERROR_CALL_ORDER_INVALID);
	CALL(xrWaitFrame(session, NULL, &state), XR_SUCCESS);
	CALL(xrBeginFrame(session, NULL), XR_FRAME_DISCARDED);
	CALL(end_frame(session, 0, 0, NULL), XR_ERROR_TIME_INVALID);
	CALL(xrWaitFrame(session, NULL, &state), XR_SUCCESS);
	CALL(xrBeginFrame(session, NULL), XR_FRAME_DISCARDED); /* as the last one failed to end */
	CALL(end_frame(session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS);
	CALL(end_frame(session, state.predictedDisplayTime, 0, NULL), XR_ERROR_CALL_ORDER_INVALID);
	XrFrameWaitInfo wrong = {.type = XR_TYPE_FRAME_END_INFO};
	CALL(xrWaitFrame(session, &wrong, &state), XR_ERROR_VALIDATION_FAILURE);
	state.type = XR_TYPE_FRAME_END_INFO;
	CALL(xrWaitFrame(session, NULL, &state), XR_ERROR_VALIDATION_FAILURE);
}

static void times(XrSession session)
{
	XrTime before = 0;
	for (int i = 0; i < 10; i++) {
		XrFrameState state = wait_and_begin(session);
		CHECK(state.predictedDisplayTime > before, "display time does not rise");
		CHECK(state.predictedDisplayPeriod == 13888889, "period %lld, want 1/72 s", (long long)state.predictedDisplayPeriod);
		before = state.predictedDisplayTime;
		CALL(end_frame(session, before, 0, NULL), XR_SUCCESS);
	}
}

/* ---- what may be submitted ---- */

typedef struct Submission {
	Projection projection;
	XrCompositionLayerQuad quad;
	XrCompositionLayerDepthInfoKHR depth;
	const XrCompositionLayerBaseHeader *layers[20];
	XrFrameEndInfo info;
} Submission;

static XrSwapchain color, fresh, depth_images;

static void prepare(Submission *s, const Client *c, XrTime time)
{
	XrView views[2];
	locate_views(c->session, c->local, time, views);
	fill_projection(&s->projection, c->local, color, 64, views);
	s->quad = (XrCompositionLayerQuad){
		.type = XR_TYPE_COMPOSITION_LAYER_QUAD,
		.space = c->local,
		.subImage = {color, {{0, 0}, {64, 64}}, 1},
		.pose = {{0, 0, 0, 1}, {0, 0, -1}},
		.size = {1, 1},
	};
	s->depth = (XrCompositionLayerDepthInfoKHR){
		.type = XR_TYPE_COMPOSITION_LAYER_DEPTH_INFO_KHR,
		.subImage = {depth_images, {{0, 0}, {64, 64}}, 0},
		.maxDepth = 1,
		.nearZ = 0.1f,
		.farZ = 100,
	};
	s->projection.views[0].next = &s->depth;
	for (uint32_t i = 0; i < COUNT(s->layers); i++)
		s->layers[i] = (const XrCompositionLayerBaseHeader *)&s->quad;
	s->layers[0] = (const XrCompositionLayerBaseHeader *)&s->projection.layer;
	s->info = (XrFrameEndInfo){XR_TYPE_FRAME_END_INFO, NULL, time, XR_ENVIRONMENT_BLEND_MODE_OPAQUE, 2, s->layers};
}

#define SPOIL(name, change)                              \
	static void name(Submission *s, const Client *c)     \
	{                                                    \
		(void)c;                                         \
		(void)s;                                         \
		change;                                          \
	}
SPOIL(nothing, )
SPOIL(no_layer, s->info.layerCount = 0)
SPOIL(wrong_type, s->info.type = XR_TYPE_FRAME_WAIT_INFO)
SPOIL(no_time, s->info.displayTime = 0)
SPOIL(negative_time, s->info.displayTime = -1)
SPOIL(additive, s->info.environmentBlendMode = XR_ENVIRONMENT_BLEND_MODE_ADDITIVE)
SPOIL(no_such_blend_mode, s->info.environmentBlendMode = (XrEnvironmentBlendMode)77)
SPOIL(sixteen_layers, s->info.layerCount = 16)
SPOIL(seventeen_layers, s->info.layerCount = 17)
SPOIL(null_layers, s->info.layers = NULL)
SPOIL(null_layer, s->layers[1] = NULL)
SPOIL(unknown_layer, s->quad.type = XR_TYPE_COMPOSITION_LAYER_CUBE_KHR)
SPOIL(no_space, s->quad.space = XR_NULL_HANDLE)
SPOIL(session_as_space, s->quad.space = (XrSpace)c->session)
SPOIL(one_view, s->projection.layer.viewCount = 1)
SPOIL(null_views, s->projection.layer.views = NULL)
SPOIL(view_type, s->projection.views[1].type = XR_TYPE_VIEW)
SPOIL(long_quaternion, s->projection.views[1].pose.orientation.w = 3)
SPOIL(zero_quaternion, s->quad.pose.orientation.w = 0)
SPOIL(no_swapchain, s->projection.views[0].subImage.swapchain = XR_NULL_HANDLE)
SPOIL(never_released, s->quad.subImage.swapchain = fresh)
SPOIL(layer_outside, s->projection.views[0].subImage.imageArrayIndex = 2)
SPOIL(rect_left, s->quad.subImage.imageRect.offset.x = -1)
SPOIL(rect_wide, s->quad.subImage.imageRect.extent.width = 65)
SPOIL(rect_shifted, s->quad.subImage.imageRect.offset.y = 1)
SPOIL(rect_empty, s->quad.subImage.imageRect.extent.height = 0)
SPOIL(quad_flat, s->quad.size.height = 0)
SPOIL(quad_eyes, s->quad.eyeVisibility = (XrEyeVisibility)9)
SPOIL(fov_wide, s->projection.views[0].fov.angleLeft = -1.6f)
SPOIL(fov_empty, s->projection.views[0].fov.angleLeft = s->projection.views[0].fov.angleRight)
SPOIL(depth_range, s->depth.maxDepth = 2)
SPOIL(depth_reversed_range, (s->depth.minDepth = 0.5f, s->depth.maxDepth = 0.2f))
SPOIL(near_is_far, s->depth.farZ = s->depth.nearZ)
SPOIL(reversed_z, (s->depth.nearZ = 100, s->depth.farZ = 0.1f))
SPOIL(color_as_depth, s->depth.subImage.swapchain = color)
SPOIL(depth_rect, s->depth.subImage.imageRect.extent.width = 65)

static void submissions(const Client *c)
{
	static const struct {
		const char *what;
		void (*spoil)(Submission *, const Client *);
		XrResult want;
	} table[] = {
		{"two right layers", nothing, XR_SUCCESS},
		{"no layer", no_layer, XR_SUCCESS},
		{"wrong type", wrong_type, XR_ERROR_VALIDATION_FAILURE},
		{"displayTime 0", no_time, XR_ERROR_TIME_INVALID},
		{"displayTime -1", negative_time, XR_ERROR_TIME_INVALID},
		{"ADDITIVE", additive, XR_ERROR_ENVIRONMENT_BLEND_MODE_UNSUPPORTED},
		{"blend mode 77", no_such_blend_mode, XR_ERROR_VALIDATION_FAILURE},
		{"16 layers", sixteen_layers, XR_SUCCESS},
		{"17 layers", seventeen_layers, XR_ERROR_LAYER_LIMIT_EXCEEDED},
		{"layers NULL", null_layers, XR_ERROR_VALIDATION_FAILURE},
		{"a layer NULL", null_layer, XR_ERROR_LAYER_INVALID},
		{"a layer of unknown type", unknown_layer, XR_ERROR_LAYER_INVALID},
		{"a layer without space", no_space, XR_ERROR_HANDLE_INVALID},
		{"a session as a space", session_as_space, XR_ERROR_HANDLE_INVALID},
		{"one view", one_view, XR_ERROR_VALIDATION_FAILURE},
		{"views NULL", null_views, XR_ERROR_VALIDATION_FAILURE},
		{"a view of wrong type", view_type, XR_ERROR_VALIDATION_FAILURE},
		{"a view's quaternion of length 3", long_quaternion, XR_ERROR_POSE_INVALID},
		{"a quad's quaternion of length 0", zero_quaternion, XR_ERROR_POSE_INVALID},
		{"no swapchain", no_swapchain, XR_ERROR_HANDLE_INVALID},
		{"a swapchain never released", never_released, XR_ERROR_LAYER_INVALID},
		{"array index beyond", layer_outside, XR_ERROR_VALIDATION_FAILURE},
		{"rectangle left of the image", rect_left, XR_ERROR_SWAPCHAIN_RECT_INVALID},
		{"rectangle too wide", rect_wide, XR_ERROR_SWAPCHAIN_RECT_INVALID},
		{"rectangle shifted out", rect_shifted, XR_ERROR_SWAPCHAIN_RECT_INVALID},
		{"rectangle empty", rect_empty, XR_ERROR_SWAPCHAIN_RECT_INVALID},
		{"a quad of no height", quad_flat, XR_ERROR_VALIDATION_FAILURE},
		{"eyeVisibility 9", quad_eyes, XR_ERROR_VALIDATION_FAILURE},
		{"more than 180 degrees", fov_wide, XR_ERROR_VALIDATION_FAILURE},
		{"an empty field of view", fov_empty, XR_ERROR_VALIDATION_FAILURE},
		{"maxDepth 2", depth_range, XR_ERROR_VALIDATION_FAILURE},
		{"minDepth above maxDepth", depth_reversed_range, XR_ERROR_VALIDATION_FAILURE},
		{"nearZ equal to farZ", near_is_far, XR_ERROR_VALIDATION_FAILURE},
		{"reversed depth", reversed_z, XR_SUCCESS},
		{"colour as depth", color_as_depth, XR_ERROR_VALIDATION_FAILURE},
		{"depth rectangle too wide", depth_rect, XR_ERROR_SWAPCHAIN_RECT_INVALID},
	};
	for (uint32_t i = 0; i < COUNT(table); i++) {
		XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
		MUST(xrWaitFrame(c->session, NULL, &state));
		MUST(xrBeginFrame(c->session, NULL));
		fill_next(color, 2, 0.5f, 0.5f, 0.5f, 1);
		Submission s;
		prepare(&s, c, state.predictedDisplayTime);
		table[i].spoil(&s, c);
		check_result(__LINE__, table[i].what, xrEndFrame(c->session, &s.info), table[i].want);
	}
}

/* ---- two threads ---- */

static XrSession shared;
static volatile bool second_returned;

static void *second_wait(void *unused)
{
	(void)unused;
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	CALL(xrWaitFrame(shared, NULL, &state), XR_SUCCESS);
	second_returned = true;
	return NULL;
}

static void second_wait_blocks(XrSession session)
{
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	pthread_t thread;
	shared = session;
	MUST(xrWaitFrame(session, NULL, &state));
	pthread_create(&thread, NULL, second_wait, NULL);
	usleep(100000);
	CHECK(!second_returned, "the second xrWaitFrame did not wait for xrBeginFrame");
	CALL(xrBeginFrame(session, NULL), XR_SUCCESS);
	pthread_join(thread, NULL);
	CALL(end_frame(session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS);
	CALL(xrBeginFrame(session, NULL), XR_SUCCESS);
	CALL(end_frame(session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS);
}

static void *wait_for_the_end(void *unused)
{
	(void)unused;
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	XrResult result = xrWaitFrame(shared, NULL, &state);
	CHECK(result == XR_ERROR_HANDLE_INVALID, "xrWaitFrame while its session is destroyed: %s", result_name(result));
	return NULL;
}

static void destroy_during_wait(XrSession session)
{
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	pthread_t thread;
	MUST(xrWaitFrame(session, NULL, &state));
	pthread_create(&thread, NULL, wait_for_the_end, NULL);
	usleep(50000);
	CALL(xrDestroySession(session), XR_SUCCESS);
	pthread_join(thread, NULL);
}

int main(void)
{
	const char *extensions[] = {XR_KHR_COMPOSITION_LAYER_DEPTH_EXTENSION_NAME};
	Client c = start_client_with(1, extensions);
	begin(c.instance, c.session);
	color = make_swapchain(c.session, GL_FORMAT_SRGB, 64, 2);
	fresh = make_swapchain(c.session, GL_FORMAT_SRGB, 64, 2);
	depth_images = make_swapchain(c.session, GL_DEPTH_COMPONENT32F, 64, 1);
	uint32_t index;
	MUST(xrAcquireSwapchainImage(depth_images, NULL, &index));
	MUST(wait_image(depth_images, 0));
	MUST(xrReleaseSwapchainImage(depth_images, NULL));
	order(c.session);
	times(c.session);
	submissions(&c);
	wait_and_begin(c.session);
	CALL(end_frame(c.session, 1, 0, NULL), XR_SUCCESS);
	second_wait_blocks(c.session);
	destroy_during_wait(c.session);
	CHECK(glGetError() == GL_NO_ERROR, "the runtime left a GL error");
	MUST(xrDestroyInstance(c.instance));
	return verdict();
}
