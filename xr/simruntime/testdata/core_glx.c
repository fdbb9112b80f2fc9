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

static Glx make_window(void)
{
	static const int attributes[] = {GLX_RENDER_TYPE, GLX_RGBA_BIT, GLX_DRAWABLE_TYPE, GLX_WINDOW_BIT, GLX_DOUBLEBUFFER, True, None};
	Glx x = {.display = XOpenDisplay(NULL)};
	if (!x.display) {
		printf("no X server\n");
		exit(1);
	}
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

static Client start_on(const Glx *x)
{
	const char *names[] = {XR_KHR_OPENGL_ENABLE_EXTENSION_NAME};
	Client c = {0};
	MUST(create_instance(XR_CURRENT_API_VERSION, 1, names, &c.instance));
	c.system = head_mounted(c.instance);
	ask_requirements(c.instance, c.system);
	XrGraphicsBindingOpenGLXlibKHR binding = {
		.type = XR_TYPE_GRAPHICS_BINDING_OPENGL_XLIB_KHR,
		.xDisplay = x->display,
		.visualid = (uint32_t)x->visual,
		.glxFBConfig = x->config,
		.glxDrawable = x->window,
		.glxContext = x->context,
	};
	MUST(create_session(c.instance, c.system, &binding, &c.session));
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

int main(void)
{
	Glx x = make_window();
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
	MUST(xrDestroyInstance(c.instance));
	XCloseDisplay(x.display);
	return verdict();
}
