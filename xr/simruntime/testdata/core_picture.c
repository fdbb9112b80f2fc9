/* Submits pictures whose composition is known; core_linux_test.go reads the files.
 *   frame 2   one colour for each eye, depth 0.25 and 0.75; before both eyes a half transparent panel,
 *             red below and green above; lower down a blue mark that only the left eye sees
 *   frame 3   the same layer said to be drawn for a head turned 90 degrees: nothing of it is seen
 *   frame 4   four colours in the quarters of an image, in linear RGBA16F
 *   frame 5   the same, said to be drawn for a head turned 10 degrees to the left */
#include "core_client.h"

#define SIZE 512

static Client c;
static XrSwapchain color, depth, panel, mark, linear;

static uint32_t acquire(XrSwapchain swapchain)
{
	uint32_t index;
	MUST(xrAcquireSwapchainImage(swapchain, NULL, &index));
	MUST(wait_image(swapchain, XR_INFINITE_DURATION));
	return texture_of(swapchain, index);
}

static void draw_eyes(void)
{
	uint32_t texture = acquire(color);
	clear_layer(texture, 2, 0, 0.5f, 0.25f, 0, 1);
	clear_layer(texture, 2, 1, 0, 0.25f, 0.5f, 1);
	MUST(xrReleaseSwapchainImage(color, NULL));
}

static void draw_depth(void)
{
	uint32_t texture = acquire(depth);
	GLuint framebuffer;
	glGenFramebuffers(1, &framebuffer);
	glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer);
	for (int layer = 0; layer < 2; layer++) {
		glFramebufferTextureLayer(GL_DRAW_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, texture, 0, layer);
		glClearDepth(layer == 0 ? 0.25 : 0.75);
		glClear(GL_DEPTH_BUFFER_BIT);
	}
	glDeleteFramebuffers(1, &framebuffer);
	MUST(xrReleaseSwapchainImage(depth, NULL));
}

static void add_depth(Projection *p, XrCompositionLayerDepthInfoKHR info[2])
{
	for (uint32_t eye = 0; eye < 2; eye++) {
		info[eye] = (XrCompositionLayerDepthInfoKHR){
			.type = XR_TYPE_COMPOSITION_LAYER_DEPTH_INFO_KHR,
			.subImage = {depth, {{0, 0}, {SIZE, SIZE}}, eye},
			.maxDepth = 1,
			.nearZ = 0.1f,
			.farZ = 100,
		};
		p->views[eye].next = &info[eye];
	}
}

static void draw_panel(void)
{
	uint32_t texture = acquire(panel);
	clear_layer(texture, 1, 0, 1, 0, 0, 0.5f);
	glEnable(GL_SCISSOR_TEST);
	glScissor(0, 32, 64, 32);
	clear_layer(texture, 1, 0, 0, 1, 0, 0.5f);
	glDisable(GL_SCISSOR_TEST);
	MUST(xrReleaseSwapchainImage(panel, NULL));
}

/* 40 cm wide, 1 m before the eyes. */
static XrCompositionLayerQuad panel_quad(void)
{
	return (XrCompositionLayerQuad){
		.type = XR_TYPE_COMPOSITION_LAYER_QUAD,
		.layerFlags = XR_COMPOSITION_LAYER_BLEND_TEXTURE_SOURCE_ALPHA_BIT | XR_COMPOSITION_LAYER_UNPREMULTIPLIED_ALPHA_BIT,
		.space = c.view,
		.subImage = {panel, {{0, 0}, {64, 64}}, 0},
		.pose = {{0, 0, 0, 1}, {0, 0, -1}},
		.size = {0.4f, 0.4f},
	};
}

/* Half a metre lower. No blending was asked for, so its alpha of 0 means nothing. */
static XrCompositionLayerQuad mark_quad(void)
{
	return (XrCompositionLayerQuad){
		.type = XR_TYPE_COMPOSITION_LAYER_QUAD,
		.space = c.view,
		.eyeVisibility = XR_EYE_VISIBILITY_LEFT,
		.subImage = {mark, {{0, 0}, {64, 64}}, 0},
		.pose = {{0, 0, 0, 1}, {0, -0.5f, -1}},
		.size = {0.2f, 0.2f},
	};
}

static void eyes_depth_and_quad(void)
{
	XrTime time = wait_and_begin(c.session).predictedDisplayTime;
	XrView views[2];
	locate_views(c.session, c.local, time, views);
	draw_eyes();
	draw_depth();
	draw_panel();
	fill_next(mark, 1, 0, 0, 1, 0);
	Projection p;
	XrCompositionLayerDepthInfoKHR info[2];
	fill_projection(&p, c.local, color, SIZE, views);
	add_depth(&p, info);
	XrCompositionLayerQuad q = panel_quad(), m = mark_quad();
	const XrCompositionLayerBaseHeader *layers[] = {(XrCompositionLayerBaseHeader *)&p.layer, (XrCompositionLayerBaseHeader *)&q,
	                                                (XrCompositionLayerBaseHeader *)&m};
	CALL(end_frame(c.session, time, 3, layers), XR_SUCCESS);
}

static void drawn_for_another_pose(void)
{
	XrTime time = wait_and_begin(c.session).predictedDisplayTime;
	XrView views[2];
	locate_views(c.session, c.local, time, views);
	draw_eyes();
	Projection p;
	fill_projection(&p, c.local, color, SIZE, views);
	p.views[0].pose.orientation = p.views[1].pose.orientation = (XrQuaternionf){0, 0.70710678f, 0, 0.70710678f};
	const XrCompositionLayerBaseHeader *layers[] = {(XrCompositionLayerBaseHeader *)&p.layer};
	CALL(end_frame(c.session, time, 1, layers), XR_SUCCESS);
}

static void draw_quarters(uint32_t texture)
{
	static const struct {
		int x, y;
		float r, g, b;
	} quarters[] = {{0, 0, 1, 0, 0}, {1, 0, 0, 1, 0}, {0, 1, 0, 0, 0.5f}, {1, 1, 1, 1, 1}};
	glEnable(GL_SCISSOR_TEST);
	for (uint32_t i = 0; i < COUNT(quarters); i++) {
		glScissor(quarters[i].x * SIZE / 2, quarters[i].y * SIZE / 2, SIZE / 2, SIZE / 2);
		clear_layer(texture, 2, 0, quarters[i].r, quarters[i].g, quarters[i].b, 1);
		clear_layer(texture, 2, 1, quarters[i].r, quarters[i].g, quarters[i].b, 1);
	}
	glDisable(GL_SCISSOR_TEST);
}

static void quarters_in_linear_light(const XrQuaternionf *drawn_for)
{
	XrTime time = wait_and_begin(c.session).predictedDisplayTime;
	XrView views[2];
	locate_views(c.session, c.local, time, views);
	draw_quarters(acquire(linear));
	MUST(xrReleaseSwapchainImage(linear, NULL));
	Projection p;
	fill_projection(&p, c.local, linear, SIZE, views);
	if (drawn_for)
		p.views[0].pose.orientation = p.views[1].pose.orientation = *drawn_for;
	const XrCompositionLayerBaseHeader *layers[] = {(XrCompositionLayerBaseHeader *)&p.layer};
	CALL(end_frame(c.session, time, 1, layers), XR_SUCCESS);
}

int main(void)
{
	const char *extensions[] = {XR_KHR_COMPOSITION_LAYER_DEPTH_EXTENSION_NAME};
	c = start_client_with(1, extensions);
	begin(c.instance, c.session);
	color = make_swapchain(c.session, GL_FORMAT_SRGB, SIZE, 2);
	depth = make_swapchain(c.session, GL_DEPTH_COMPONENT32F, SIZE, 2);
	panel = make_swapchain(c.session, GL_FORMAT_SRGB, 64, 1);
	mark = make_swapchain(c.session, GL_FORMAT_SRGB, 64, 1);
	linear = make_swapchain(c.session, GL_RGBA16F, SIZE, 2);
	frame(c.session);
	eyes_depth_and_quad();
	drawn_for_another_pose();
	quarters_in_linear_light(NULL);
	quarters_in_linear_light(&(XrQuaternionf){0, 0.0871557f, 0, 0.9961947f});
	MUST(xrDestroyInstance(c.instance));
	return verdict();
}
