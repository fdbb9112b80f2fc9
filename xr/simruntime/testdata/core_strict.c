/* What the strict checks find, and that the runtime itself leaves OpenGL as it was. Every mistake
 * is made in a frame of its own; exactly its message must come, and in a right frame none. */
#include <pthread.h>
#include <unistd.h>

#include "core_client.h"

#define SIZE 64

static Client c;
static XrSwapchain color;
static char heard[16][64]; /* the ids of the messages since the frame began */
static uint32_t heard_count;

static XrBool32 XRAPI_PTR hear(XrDebugUtilsMessageSeverityFlagsEXT severity, XrDebugUtilsMessageTypeFlagsEXT type,
                               const XrDebugUtilsMessengerCallbackDataEXT *data, void *user)
{
	(void)severity;
	(void)type;
	(void)user;
	for (uint32_t i = 0; i < heard_count; i++)
		if (strcmp(heard[i], data->messageId) == 0)
			return XR_FALSE;
	if (heard_count < COUNT(heard))
		snprintf(heard[heard_count++], sizeof(heard[0]), "%s", data->messageId);
	return XR_FALSE;
}

static void listen_to_runtime(void)
{
	PFN_xrCreateDebugUtilsMessengerEXT create =
		(PFN_xrCreateDebugUtilsMessengerEXT)function(c.instance, "xrCreateDebugUtilsMessengerEXT");
	XrDebugUtilsMessengerCreateInfoEXT info = {
		.type = XR_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
		.messageSeverities = XR_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT | XR_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
		                     XR_DEBUG_UTILS_MESSAGE_SEVERITY_INFO_BIT_EXT,
		.messageTypes = XR_DEBUG_UTILS_MESSAGE_TYPE_CONFORMANCE_BIT_EXT,
		.userCallback = hear,
	};
	XrDebugUtilsMessengerEXT messenger;
	MUST(create(c.instance, &info, &messenger));
}

/* ---- mistakes; each may act at four places of a frame ---- */

typedef struct Frame {
	Projection projection;
	XrTime time;
	uint32_t texture, layers;
} Frame;

static void leave_gl_error(Frame *f)
{
	(void)f;
	glEnable((GLenum)0xFFFF);
}

static void draw_after_release(Frame *f)
{
	clear_layer(f->texture, 2, 1, 0.2f, 0.9f, 0.1f, 1);
	glFinish();
}

/* Two images in flight: the newest released one is what the layer shows. */
static void release_two(uint32_t texture[2])
{
	uint32_t index[2];
	for (int i = 0; i < 2; i++) {
		MUST(xrAcquireSwapchainImage(color, NULL, &index[i]));
		texture[i] = texture_of(color, index[i]);
	}
	for (int i = 0; i < 2; i++) {
		MUST(wait_image(color, 0));
		clear_layer(texture[i], 2, 0, 0.3f, 0.3f, 0.3f, 1);
		clear_layer(texture[i], 2, 1, 0.3f, 0.3f, 0.3f, 1);
		MUST(xrReleaseSwapchainImage(color, NULL));
	}
}

static void draw_first_of_two(Frame *f)
{
	(void)f;
	uint32_t texture[2];
	release_two(texture);
	clear_layer(texture[0], 2, 1, 0.2f, 0.9f, 0.1f, 1);
}

static void draw_second_of_two(Frame *f)
{
	(void)f;
	uint32_t texture[2];
	release_two(texture);
	clear_layer(texture[1], 2, 1, 0.2f, 0.9f, 0.1f, 1);
}

static void turn_pose(Frame *f)
{
	f->projection.views[1].pose.orientation = (XrQuaternionf){0, 0.0523f, 0, 0.99863f}; /* 6 degrees */
}

static void shift_pose(Frame *f)
{
	f->projection.views[0].pose.position.x += 0.01f;
}

static void widen_fov(Frame *f)
{
	f->projection.views[0].fov.angleRight += 0.01f;
}

static void later_time(Frame *f)
{
	f->time += 1000;
	XrView views[2];
	locate_views(c.session, c.local, f->time, views);
}

static void no_layer(Frame *f)
{
	f->layers = 0;
}

static void free_context(Frame *f)
{
	(void)f;
	eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
}

typedef void (*Act)(Frame *);

/* One frame in FOCUSED. locate: whether views are located for the time submitted. */
static void one_frame(Act before_release, Act before_end, bool locate)
{
	Frame f = {.layers = 1};
	heard_count = 0;
	f.time = wait_and_begin(c.session).predictedDisplayTime;
	XrView views[2];
	locate_views(c.session, c.local, locate ? f.time : f.time + 7, views);
	uint32_t index;
	MUST(xrAcquireSwapchainImage(color, NULL, &index));
	MUST(wait_image(color, XR_INFINITE_DURATION));
	f.texture = texture_of(color, index);
	clear_layer(f.texture, 2, 0, 0.1f, 0.2f, 0.3f, 1);
	clear_layer(f.texture, 2, 1, 0.1f, 0.2f, 0.3f, 1);
	if (before_release)
		before_release(&f);
	MUST(xrReleaseSwapchainImage(color, NULL));
	fill_projection(&f.projection, c.local, color, SIZE, views);
	if (before_end)
		before_end(&f);
	const XrCompositionLayerBaseHeader *layers[] = {(XrCompositionLayerBaseHeader *)&f.projection.layer};
	CALL(end_frame(c.session, f.time, f.layers, layers), XR_SUCCESS);
}

static void expect_heard(const char *what, const char *want)
{
	bool right = want ? heard_count == 1 && strcmp(heard[0], want) == 0 : heard_count == 0;
	CHECK(right, "%s: %u messages, the first %s; want %s", what, heard_count, heard_count ? heard[0] : "-",
	      want ? want : "none");
}

static void mistakes(void)
{
	static const struct {
		const char *what;
		Act before_release, before_end;
		bool not_located;
		const char *want;
	} table[] = {
		{"a right frame", NULL, NULL, false, NULL},
		{"a GL error before the release", leave_gl_error, NULL, false, "gl-error-left"},
		{"a GL error before the end", NULL, leave_gl_error, false, "gl-error-left"},
		{"drawn before the release", draw_after_release, NULL, false, NULL},
		{"drawn after the release", NULL, draw_after_release, false, "image-written-after-release"},
		{"drawn into an older image", NULL, draw_first_of_two, false, NULL},
		{"drawn into the newest of two", NULL, draw_second_of_two, false, "image-written-after-release"},
		{"a pose turned by 6 degrees", NULL, turn_pose, false, "pose-differs"},
		{"a pose shifted by 1 cm", NULL, shift_pose, false, "pose-differs"},
		{"another field of view", NULL, widen_fov, false, "fov-differs"},
		{"views not located", NULL, NULL, true, "views-not-located"},
		{"another display time", NULL, later_time, false, "display-time-differs"},
		{"no layer", NULL, no_layer, false, "not-rendered"},
		{"the context not current at the end", NULL, free_context, false, "context-not-current"},
		{"a right frame again", NULL, NULL, false, NULL},
	};
	for (uint32_t i = 0; i < COUNT(table); i++) {
		one_frame(table[i].before_release, table[i].before_end, !table[i].not_located);
		expect_heard(table[i].what, table[i].want);
		eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, c.gl.context);
	}
}

/* The first frame says shouldRender 0; this one has a layer nevertheless. */
static void render_in_vain(void)
{
	one_frame(NULL, NULL, true);
	expect_heard("a layer though shouldRender is 0", "rendered-in-vain");
}

static void linear_format(void)
{
	static const struct {
		int64_t format;
		const char *want;
	} table[] = {{GL_RGBA8, "linear-8-bit"}, {GL_SRGB8_ALPHA8, NULL}, {GL_RGBA16F, NULL}};
	for (uint32_t i = 0; i < COUNT(table); i++) {
		heard_count = 0;
		MUST(xrDestroySwapchain(make_swapchain(c.session, table[i].format, 16, 1)));
		expect_heard("a swapchain", table[i].want);
	}
}

/* ---- threads ---- */

static void *release_elsewhere(void *want)
{
	heard_count = 0;
	XrResult result = xrReleaseSwapchainImage(color, NULL);
	check_result(__LINE__, "xrReleaseSwapchainImage on another thread", result, *(XrResult *)want);
	return NULL;
}

static bool was_heard(const char *id)
{
	for (uint32_t i = 0; i < heard_count; i++)
		if (strcmp(heard[i], id) == 0)
			return true;
	return false;
}

static void release_on_thread(XrResult want)
{
	pthread_t thread;
	pthread_create(&thread, NULL, release_elsewhere, &want);
	pthread_join(thread, NULL);
}

static void other_threads(void)
{
	uint32_t index;
	MUST(xrAcquireSwapchainImage(color, NULL, &index));
	MUST(wait_image(color, 0));
	release_on_thread(XR_ERROR_RUNTIME_FAILURE);
	CHECK(was_heard("context-on-two-threads") && was_heard("wrong-thread"), "a context on two threads went unnoticed");
	/* The image is still to be released. */
	eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
	release_on_thread(XR_SUCCESS);
	CHECK(was_heard("wrong-thread") && !was_heard("context-on-two-threads"), "another thread went unnoticed");
	eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, c.gl.context);
}

/* ---- what the runtime leaves ---- */

static const struct {
	GLenum name;
	const char *text;
} kept[] = {
	{GL_TEXTURE_BINDING_2D, "TEXTURE_BINDING_2D"},
	{GL_TEXTURE_BINDING_2D_ARRAY, "TEXTURE_BINDING_2D_ARRAY"},
	{GL_READ_FRAMEBUFFER_BINDING, "READ_FRAMEBUFFER_BINDING"},
	{GL_DRAW_FRAMEBUFFER_BINDING, "DRAW_FRAMEBUFFER_BINDING"},
	{GL_PIXEL_PACK_BUFFER_BINDING, "PIXEL_PACK_BUFFER_BINDING"},
	{GL_PIXEL_UNPACK_BUFFER_BINDING, "PIXEL_UNPACK_BUFFER_BINDING"},
	{GL_PACK_ALIGNMENT, "PACK_ALIGNMENT"},
	{GL_PACK_ROW_LENGTH, "PACK_ROW_LENGTH"},
	{GL_PACK_SKIP_ROWS, "PACK_SKIP_ROWS"},
	{GL_PACK_SKIP_PIXELS, "PACK_SKIP_PIXELS"},
	{GL_ACTIVE_TEXTURE, "ACTIVE_TEXTURE"},
	{GL_SCISSOR_TEST, "SCISSOR_TEST"},
	{GL_FRAMEBUFFER_SRGB, "FRAMEBUFFER_SRGB"},
};

static void set_unusual_state(void)
{
	GLuint textures[2], framebuffers[2], buffers[2];
	glGenTextures(2, textures);
	glGenFramebuffers(2, framebuffers);
	glGenBuffers(2, buffers);
	glActiveTexture(GL_TEXTURE3);
	glBindTexture(GL_TEXTURE_2D, textures[0]);
	glBindTexture(GL_TEXTURE_2D_ARRAY, textures[1]);
	glBindFramebuffer(GL_READ_FRAMEBUFFER, framebuffers[0]);
	glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffers[1]);
	glBindBuffer(GL_PIXEL_PACK_BUFFER, buffers[0]);
	glBindBuffer(GL_PIXEL_UNPACK_BUFFER, buffers[1]);
	glPixelStorei(GL_PACK_ALIGNMENT, 2);
	glPixelStorei(GL_PACK_ROW_LENGTH, 77);
	glPixelStorei(GL_PACK_SKIP_ROWS, 3);
	glPixelStorei(GL_PACK_SKIP_PIXELS, 5);
	glEnable(GL_SCISSOR_TEST);
}

static void set_plain_state(void)
{
	glBindFramebuffer(GL_FRAMEBUFFER, 0);
	glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
	glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
	glPixelStorei(GL_PACK_ALIGNMENT, 4);
	glPixelStorei(GL_PACK_ROW_LENGTH, 0);
	glPixelStorei(GL_PACK_SKIP_ROWS, 0);
	glPixelStorei(GL_PACK_SKIP_PIXELS, 0);
	glDisable(GL_SCISSOR_TEST);
}

static void state_is_kept(void)
{
	GLint before[COUNT(kept)], after;
	set_unusual_state();
	for (uint32_t i = 0; i < COUNT(kept); i++)
		glGetIntegerv(kept[i].name, &before[i]);
	XrSwapchain another = make_swapchain(c.session, GL_FORMAT_SRGB, 32, 2);
	one_frame(NULL, NULL, true);
	MUST(xrDestroySwapchain(another));
	for (uint32_t i = 0; i < COUNT(kept); i++) {
		glGetIntegerv(kept[i].name, &after);
		CHECK(after == before[i], "%s was %d, is %d", kept[i].text, before[i], after);
	}
	set_plain_state();
	CHECK(glGetError() == GL_NO_ERROR, "the runtime left a GL error");
}

/* A context of the program's own, current while the runtime works, stays current. */
static void context_is_kept(void)
{
	const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 1, EGL_NONE};
	EGLContext own = eglCreateContext(c.gl.display, c.gl.config, EGL_NO_CONTEXT, attributes);
	eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, own);
	XrSwapchain swapchain = make_swapchain(c.session, GL_FORMAT_SRGB, 32, 1);
	CHECK(eglGetCurrentContext() == own, "xrCreateSwapchain changed the current context");
	MUST(xrDestroySwapchain(swapchain));
	CHECK(eglGetCurrentContext() == own, "xrDestroySwapchain changed the current context");
	eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
	swapchain = make_swapchain(c.session, GL_FORMAT_SRGB, 32, 1);
	CHECK(eglGetCurrentContext() == EGL_NO_CONTEXT, "xrCreateSwapchain left its context current");
	MUST(xrDestroySwapchain(swapchain));
	eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, c.gl.context);
	eglDestroyContext(c.gl.display, own);
}

/* ---- another OpenGL ---- */

/* In a compatibility profile binding a name makes a texture of it, also of one that is gone. */
static void deleted_images_stay_deleted(void)
{
	const EGLint attributes[] = {EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_COMPATIBILITY_PROFILE_BIT, EGL_NONE};
	Client old = c;
	c.gl.context = eglCreateContext(c.gl.display, c.gl.config, EGL_NO_CONTEXT, attributes);
	eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, c.gl.context);
	start_session(&c);
	for (int layers = 1; layers <= 2; layers++) {
		XrSwapchain swapchain = make_swapchain(c.session, GL_FORMAT_SRGB, 16, (uint32_t)layers);
		GLuint texture = texture_of(swapchain, 1);
		GLint bound;
		glBindTexture(layers > 1 ? GL_TEXTURE_2D_ARRAY : GL_TEXTURE_2D, texture);
		MUST(xrDestroySwapchain(swapchain));
		glGetIntegerv(layers > 1 ? GL_TEXTURE_BINDING_2D_ARRAY : GL_TEXTURE_BINDING_2D, &bound);
		CHECK(bound == 0 && !glIsTexture(texture), "a deleted image of %d layers is bound again, as texture %d", layers, bound);
	}
	MUST(xrDestroySession(c.session));
	eglMakeCurrent(c.gl.display, EGL_NO_SURFACE, EGL_NO_SURFACE, old.gl.context);
	eglDestroyContext(c.gl.display, c.gl.context);
	c = old;
}

static GLenum APIENTRY context_lost(void)
{
	return GL_CONTEXT_LOST;
}

static void (*lost_proc(const char *name))(void)
{
	return strcmp(name, "glGetError") == 0 ? (void (*)(void))context_lost : eglGetProcAddress(name);
}

/* glGetError of a lost context never comes to an end. */
static void endless_errors(void)
{
	XrGraphicsBindingEGLMNDX binding = binding_of(c.gl);
	binding.getProcAddress = lost_proc;
	MUST(create_session(c.instance, c.system, &binding, &c.session));
	XrSwapchainCreateInfo info = swapchain_info(GL_FORMAT_SRGB, 16, 1);
	XrSwapchain swapchain;
	heard_count = 0;
	alarm(10);
	CALL(xrCreateSwapchain(c.session, &info, &swapchain), XR_ERROR_RUNTIME_FAILURE);
	alarm(0);
	CHECK(was_heard("gl-error-left"), "the lost context went unnoticed");
	MUST(xrDestroySession(c.session));
}

static GLenum APIENTRY unsupported(GLenum target)
{
	(void)target;
	return GL_FRAMEBUFFER_UNSUPPORTED;
}

static void (*unreadable_proc(const char *name))(void)
{
	return strcmp(name, "glCheckFramebufferStatus") == 0 ? (void (*)(void))unsupported : eglGetProcAddress(name);
}

/* An OpenGL that cannot read images back: that is told once, and no picture is made up. The first
 * frame is empty, and has one. */
static void unreadable_images(void)
{
	XrGraphicsBindingEGLMNDX binding = binding_of(c.gl);
	binding.getProcAddress = unreadable_proc;
	MUST(create_session(c.instance, c.system, &binding, &c.session));
	MUST(create_space(c.session, XR_REFERENCE_SPACE_TYPE_LOCAL, identity, &c.local));
	begin(c.instance, c.session);
	color = make_swapchain(c.session, GL_FORMAT_SRGB, SIZE, 2);
	frame(c.session);
	one_frame(NULL, NULL, true);
	CHECK(was_heard("image-not-readable"), "an image that cannot be read back went unnoticed");
	CHECK(!getenv("SPACETIME_SIM_OUT") == !was_heard("picture-not-written"), "%u messages", heard_count);
	one_frame(NULL, NULL, true);
	CHECK(!was_heard("image-not-readable"), "it is told again");
	MUST(xrDestroySession(c.session));
}

int main(void)
{
	const char *extensions[] = {XR_EXT_DEBUG_UTILS_EXTENSION_NAME};
	c = start_client_with(1, extensions);
	listen_to_runtime();
	begin(c.instance, c.session);
	color = make_swapchain(c.session, GL_FORMAT_SRGB, SIZE, 2);
	render_in_vain();
	mistakes();
	linear_format();
	other_threads();
	state_is_kept();
	context_is_kept();
	MUST(xrDestroySession(c.session));
	deleted_images_stay_deleted();
	endless_errors();
	unreadable_images();
	MUST(xrDestroyInstance(c.instance));
	return verdict();
}
