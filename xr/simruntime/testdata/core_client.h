/* What the clients of the core tests share beside input_client.h: a GL context without a window,
 * a session on it, frames and swapchains. */
#ifndef CORE_CLIENT_H
#define CORE_CLIENT_H

#include <EGL/egl.h>
#include <EGL/eglext.h>
#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <GL/glx.h>
#include <time.h>

#define XR_USE_GRAPHICS_API_OPENGL
#define XR_USE_PLATFORM_XLIB
#define XR_USE_PLATFORM_EGL
#define XR_USE_TIMESPEC
#include <openxr/openxr.h>
#include <openxr/openxr_platform.h>

#include "input_client.h"

#define GL_FORMAT_SRGB 0x8C43 /* GL_SRGB8_ALPHA8 */

static const XrPosef identity = {{0, 0, 0, 1}, {0, 0, 0}};

typedef struct Context {
	EGLDisplay display;
	EGLConfig config;
	EGLContext context;
} Context;

static inline Context make_context(void)
{
	Context c = {0};
	PFNEGLGETPLATFORMDISPLAYEXTPROC get =
		(PFNEGLGETPLATFORMDISPLAYEXTPROC)(void *)eglGetProcAddress("eglGetPlatformDisplayEXT");
	c.display = get(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL);
	EGLint count, major, minor;
	const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
	const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 1,
	                             EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
	if (!eglInitialize(c.display, &major, &minor) || !eglBindAPI(EGL_OPENGL_API) ||
	    !eglChooseConfig(c.display, wanted, &c.config, 1, &count) || count < 1) {
		printf("no EGL without a window\n");
		exit(1);
	}
	c.context = eglCreateContext(c.display, c.config, EGL_NO_CONTEXT, attributes);
	if (!c.context || !eglMakeCurrent(c.display, EGL_NO_SURFACE, EGL_NO_SURFACE, c.context)) {
		printf("no OpenGL 4.1 context\n");
		exit(1);
	}
	return c;
}

static inline PFN_xrVoidFunction function(XrInstance instance, const char *name)
{
	PFN_xrVoidFunction found = NULL;
	MUST(xrGetInstanceProcAddr(instance, name, &found));
	return found;
}

static inline XrSystemId head_mounted(XrInstance instance)
{
	XrSystemGetInfo get = {XR_TYPE_SYSTEM_GET_INFO, NULL, XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY};
	XrSystemId system = XR_NULL_SYSTEM_ID;
	MUST(xrGetSystem(instance, &get, &system));
	return system;
}

static inline void ask_requirements(XrInstance instance, XrSystemId system)
{
	PFN_xrGetOpenGLGraphicsRequirementsKHR ask =
		(PFN_xrGetOpenGLGraphicsRequirementsKHR)function(instance, "xrGetOpenGLGraphicsRequirementsKHR");
	XrGraphicsRequirementsOpenGLKHR requirements = {.type = XR_TYPE_GRAPHICS_REQUIREMENTS_OPENGL_KHR};
	MUST(ask(instance, system, &requirements));
}

static inline XrGraphicsBindingEGLMNDX binding_of(Context c)
{
	return (XrGraphicsBindingEGLMNDX){
		.type = XR_TYPE_GRAPHICS_BINDING_EGL_MNDX,
		.getProcAddress = eglGetProcAddress,
		.display = c.display,
		.config = c.config,
		.context = c.context,
	};
}

static inline XrResult create_session(XrInstance instance, XrSystemId system, const void *binding, XrSession *session)
{
	XrSessionCreateInfo info = {XR_TYPE_SESSION_CREATE_INFO, binding, 0, system};
	return xrCreateSession(instance, &info, session);
}

/* Whatever a test of rendering needs. */
typedef struct Client {
	Context gl;
	XrInstance instance;
	XrSystemId system;
	XrSession session;
	XrSpace local, view;
} Client;

static inline XrResult create_space(XrSession session, XrReferenceSpaceType type, XrPosef pose, XrSpace *space)
{
	XrReferenceSpaceCreateInfo info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, type, pose};
	return xrCreateReferenceSpace(session, &info, space);
}

static inline void start_session(Client *c)
{
	XrGraphicsBindingEGLMNDX binding = binding_of(c->gl);
	MUST(create_session(c->instance, c->system, &binding, &c->session));
	MUST(create_space(c->session, XR_REFERENCE_SPACE_TYPE_LOCAL, identity, &c->local));
	MUST(create_space(c->session, XR_REFERENCE_SPACE_TYPE_VIEW, identity, &c->view));
}

static inline Client start_client_with(uint32_t more, const char *const *extensions)
{
	Client c = {.gl = make_context()};
	const char *names[16] = {XR_KHR_OPENGL_ENABLE_EXTENSION_NAME, XR_MNDX_EGL_ENABLE_EXTENSION_NAME};
	for (uint32_t i = 0; i < more; i++)
		names[2 + i] = extensions[i];
	MUST(create_instance(XR_CURRENT_API_VERSION, 2 + more, names, &c.instance));
	c.system = head_mounted(c.instance);
	ask_requirements(c.instance, c.system);
	start_session(&c);
	return c;
}

static inline Client start_client(void)
{
	return start_client_with(0, NULL);
}

static inline XrSwapchainCreateInfo swapchain_info(int64_t format, uint32_t size, uint32_t layers)
{
	return (XrSwapchainCreateInfo){
		.type = XR_TYPE_SWAPCHAIN_CREATE_INFO,
		.usageFlags = XR_SWAPCHAIN_USAGE_COLOR_ATTACHMENT_BIT,
		.format = format,
		.sampleCount = 1,
		.width = size,
		.height = size,
		.faceCount = 1,
		.arraySize = layers,
		.mipCount = 1,
	};
}

static inline XrSwapchain make_swapchain(XrSession session, int64_t format, uint32_t size, uint32_t layers)
{
	XrSwapchainCreateInfo info = swapchain_info(format, size, layers);
	XrSwapchain swapchain = XR_NULL_HANDLE;
	MUST(xrCreateSwapchain(session, &info, &swapchain));
	return swapchain;
}

static inline XrResult wait_image(XrSwapchain swapchain, XrDuration timeout)
{
	XrSwapchainImageWaitInfo info = {XR_TYPE_SWAPCHAIN_IMAGE_WAIT_INFO, NULL, timeout};
	return xrWaitSwapchainImage(swapchain, &info);
}

static inline uint32_t texture_of(XrSwapchain swapchain, uint32_t index)
{
	XrSwapchainImageOpenGLKHR images[8];
	uint32_t count = 0;
	for (uint32_t i = 0; i < COUNT(images); i++)
		images[i] = (XrSwapchainImageOpenGLKHR){.type = XR_TYPE_SWAPCHAIN_IMAGE_OPENGL_KHR};
	MUST(xrEnumerateSwapchainImages(swapchain, COUNT(images), &count, (XrSwapchainImageBaseHeader *)images));
	return images[index].image;
}

/* Clears one layer of a texture; the framebuffer bound before is bound again. */
static inline void clear_layer(uint32_t texture, int layers, int layer, float r, float g, float b, float a)
{
	GLuint framebuffer;
	GLint before;
	glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &before);
	glGenFramebuffers(1, &framebuffer);
	glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer);
	if (layers > 1)
		glFramebufferTextureLayer(GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, texture, 0, layer);
	else
		glFramebufferTexture2D(GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
	glEnable(GL_FRAMEBUFFER_SRGB);
	glClearColor(r, g, b, a);
	glClear(GL_COLOR_BUFFER_BIT);
	glDisable(GL_FRAMEBUFFER_SRGB);
	glBindFramebuffer(GL_DRAW_FRAMEBUFFER, (GLuint)before);
	glDeleteFramebuffers(1, &framebuffer);
}

/* Acquires, waits for, fills and releases the next image; returns its texture. */
static inline uint32_t fill_next(XrSwapchain swapchain, int layers, float r, float g, float b, float a)
{
	uint32_t index;
	MUST(xrAcquireSwapchainImage(swapchain, NULL, &index));
	MUST(wait_image(swapchain, XR_INFINITE_DURATION));
	uint32_t texture = texture_of(swapchain, index);
	for (int layer = 0; layer < layers; layer++)
		clear_layer(texture, layers, layer, r, g, b, a);
	MUST(xrReleaseSwapchainImage(swapchain, NULL));
	return texture;
}

static inline XrFrameState wait_and_begin(XrSession session)
{
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	MUST(xrWaitFrame(session, NULL, &state));
	MUST(xrBeginFrame(session, NULL));
	return state;
}

static inline XrResult end_frame(XrSession session, XrTime time, uint32_t count, const XrCompositionLayerBaseHeader *const *layers)
{
	XrFrameEndInfo info = {XR_TYPE_FRAME_END_INFO, NULL, time, XR_ENVIRONMENT_BLEND_MODE_OPAQUE, count, layers};
	return xrEndFrame(session, &info);
}

static inline void locate_views(XrSession session, XrSpace space, XrTime time, XrView views[2])
{
	XrViewLocateInfo info = {XR_TYPE_VIEW_LOCATE_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, time, space};
	XrViewState state = {.type = XR_TYPE_VIEW_STATE};
	uint32_t count;
	views[0] = views[1] = (XrView){.type = XR_TYPE_VIEW};
	MUST(xrLocateViews(session, &info, &state, 2, &count, views));
}

/* A projection layer on one 2-layer swapchain. Fields may be spoilt before it is submitted. */
typedef struct Projection {
	XrCompositionLayerProjection layer;
	XrCompositionLayerProjectionView views[2];
} Projection;

static inline void fill_projection(Projection *p, XrSpace space, XrSwapchain swapchain, int size, const XrView views[2])
{
	*p = (Projection){.layer = {XR_TYPE_COMPOSITION_LAYER_PROJECTION, NULL, 0, space, 2, p->views}};
	for (uint32_t eye = 0; eye < 2; eye++)
		p->views[eye] = (XrCompositionLayerProjectionView){
			.type = XR_TYPE_COMPOSITION_LAYER_PROJECTION_VIEW,
			.pose = views[eye].pose,
			.fov = views[eye].fov,
			.subImage = {swapchain, {{0, 0}, {size, size}}, eye},
		};
}

/* Frames without layers until the session has that state. */
static inline XrSessionState reach(XrInstance instance, XrSession session, XrSessionState wanted)
{
	XrSessionState state = XR_SESSION_STATE_UNKNOWN;
	for (int i = 0; i < 20 && state != wanted; i++) {
		frame(session);
		XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
		while (state != wanted && xrPollEvent(instance, &event) == XR_SUCCESS) {
			if (event.type == XR_TYPE_EVENT_DATA_SESSION_STATE_CHANGED)
				state = ((XrEventDataSessionStateChanged *)&event)->state;
			event = (XrEventDataBuffer){.type = XR_TYPE_EVENT_DATA_BUFFER};
		}
	}
	return state;
}

/* The state of the next state event; 0 when no event waits. */
static inline XrSessionState next_state(XrInstance instance)
{
	XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
	while (xrPollEvent(instance, &event) == XR_SUCCESS) {
		if (event.type == XR_TYPE_EVENT_DATA_SESSION_STATE_CHANGED)
			return ((XrEventDataSessionStateChanged *)&event)->state;
		event = (XrEventDataBuffer){.type = XR_TYPE_EVENT_DATA_BUFFER};
	}
	return XR_SESSION_STATE_UNKNOWN;
}

#endif
