/* A session on GLX, and a program that destroys its window and its context before its session. */
#include <X11/Xlib.h>

#include "core_client.h"

typedef struct Glx {
	Display *display;
	Window window;
	GLXFBConfig config;
	GLXContext context;
	VisualID visual;
} Glx;

static int errors;

static int count_error(Display *display, XErrorEvent *event)
{
	(void)display;
	(void)event;
	return ++errors;
}

static Glx make_window(Display *display)
{
	static const int attributes[] = {GLX_RENDER_TYPE, GLX_RGBA_BIT, GLX_DRAWABLE_TYPE, GLX_WINDOW_BIT, GLX_DOUBLEBUFFER, True, None};
	Glx x = {.display = display};
	int count, screen = DefaultScreen(x.display);
	GLXFBConfig *configs = glXChooseFBConfig(x.display, screen, attributes, &count);
	x.config = configs[0];
	XVisualInfo *visual = glXGetVisualFromFBConfig(x.display, x.config);
	XSetWindowAttributes set = {
		.colormap = XCreateColormap(x.display, RootWindow(x.display, screen), visual->visual, AllocNone),
	};
	x.visual = visual->visualid;
	x.window = XCreateWindow(x.display, RootWindow(x.display, screen), 0, 0, 64, 64, 0, visual->depth, InputOutput,
	                         visual->visual, CWColormap, &set);
	x.context = glXCreateNewContext(x.display, x.config, GLX_RGBA_TYPE, NULL, True);
	glXMakeCurrent(x.display, x.window, x.context);
	XFree(visual);
	XFree(configs);
	return x;
}

static void open_session(Client *c, const Glx *x)
{
	XrGraphicsBindingOpenGLXlibKHR binding = {
		.type = XR_TYPE_GRAPHICS_BINDING_OPENGL_XLIB_KHR,
		.xDisplay = x->display,
		.visualid = (uint32_t)x->visual,
		.glxFBConfig = x->config,
		.glxDrawable = x->window,
		.glxContext = x->context,
	};
	MUST(create_session(c->instance, c->system, &binding, &c->session));
}

static Client start_on(const Glx *x)
{
	const char *names[] = {XR_KHR_OPENGL_ENABLE_EXTENSION_NAME};
	Client c = {0};
	MUST(create_instance(XR_CURRENT_API_VERSION, 1, names, &c.instance));
	c.system = head_mounted(c.instance);
	ask_requirements(c.instance, c.system);
	open_session(&c, x);
	MUST(create_space(c.session, XR_REFERENCE_SPACE_TYPE_LOCAL, identity, &c.local));
	begin(c.instance, c.session);
	return c;
}

static void one_frame(const Client *c, XrSwapchain swapchain)
{
	XrTime time = wait_and_begin(c->session).predictedDisplayTime;
	XrView views[2];
	locate_views(c->session, c->local, time, views);
	fill_next(swapchain, 2, 0.5f, 0.5f, 0.5f, 1);
	Projection p;
	fill_projection(&p, c->local, swapchain, 64, views);
	const XrCompositionLayerBaseHeader *layers[] = {(XrCompositionLayerBaseHeader *)&p.layer};
	CALL(end_frame(c->session, time, 1, layers), XR_SUCCESS);
}

/* The session's context cannot be made current on what is no drawable: the one that was stays. */
static void not_to_be_made_current(Client *c, Display *display)
{
	Glx broken = make_window(display), own = make_window(display);
	broken.window = 0x1234567;
	open_session(c, &broken);
	XSetErrorHandler(count_error); /* to the end: Mesa frees what it never got for that drawable */
	XrSwapchainCreateInfo info = swapchain_info(GL_FORMAT_SRGB, 64, 1);
	XrSwapchain swapchain;
	CALL(xrCreateSwapchain(c->session, &info, &swapchain), XR_ERROR_RUNTIME_FAILURE);
	CHECK(glXGetCurrentContext() == own.context && glXGetCurrentDrawable() == own.window,
	      "the program's context is not current again");
	CHECK(errors == 0, "%d errors of X came to the program", errors);
	CALL(xrDestroySession(c->session), XR_SUCCESS);
}

int main(void)
{
	Display *display = XOpenDisplay(NULL);
	if (!display) {
		printf("no X server\n");
		return 1;
	}
	Glx x = make_window(display);
	Client c = start_on(&x);
	XrSwapchain swapchain = make_swapchain(c.session, GL_FORMAT_SRGB, 64, 2);
	frame(c.session);
	for (int i = 0; i < 3; i++)
		one_frame(&c, swapchain);
	/* The context not current: the runtime makes it so, and lets go of it again. */
	glXMakeCurrent(x.display, None, NULL);
	XrSwapchain another = make_swapchain(c.session, GL_FORMAT_SRGB, 64, 1);
	CHECK(!glXGetCurrentContext(), "the runtime left its context current");
	MUST(xrDestroySwapchain(another));
	glXDestroyContext(x.display, x.context);
	XDestroyWindow(x.display, x.window);
	XSync(x.display, False);
	CALL(xrDestroySession(c.session), XR_SUCCESS);
	not_to_be_made_current(&c, display);
	MUST(xrDestroyInstance(c.instance));
	XCloseDisplay(x.display);
	return verdict();
}
