// The loader from the system's libraries, GLX and EGL contexts, and
// CLOCK_MONOTONIC. Nothing of GL is linked: a context that is current has its
// library in the process.
#include <EGL/egl.h>
#include <GL/glx.h>
#include <dlfcn.h>
#include <time.h>

#define XR_USE_PLATFORM_XLIB
#define XR_USE_PLATFORM_EGL
#define XR_USE_TIMESPEC
#include "binding.h"

const char *const openxr_loader_name = "libopenxr_loader.so.1";
const char *const openxr_clock_extension = XR_KHR_CONVERT_TIMESPEC_TIME_EXTENSION_NAME;

void *openxr_library(const char *name, const char **wrong) {
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!library) *wrong = dlerror();
	return library;
}

void *openxr_symbol(void *library, const char *name) { return dlsym(library, name); }

// The function of a library that is loaded already, or NULL.
static void *loaded(const char *library, const char *name) {
	void *handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
	void *function = handle ? dlsym(handle, name) : NULL;
	if (handle) dlclose(handle); // only the reference that dlopen counted
	return function;
}

static struct {
	GLXContext (*context)(void);
	Display *(*display)(void);
	GLXDrawable (*drawable)(void);
	int (*query)(Display *, GLXContext, int, int *);
	GLXFBConfig *(*choose)(Display *, int, const int *, int *);
	int (*attribute)(Display *, GLXFBConfig, int, int *);
	int (*free)(void *);
} glx;

static struct {
	EGLContext (*context)(void);
	EGLDisplay (*display)(void);
	EGLBoolean (*choose)(EGLDisplay, const EGLint *, EGLConfig *, EGLint, EGLint *);
	EGLBoolean (*query)(EGLDisplay, EGLContext, EGLint, EGLint *);
	PFNEGLGETPROCADDRESSPROC address;
} egl;

static bool find_glx(void) {
	glx.context = (GLXContext(*)(void))loaded("libGL.so.1", "glXGetCurrentContext");
	glx.display = (Display * (*)(void)) loaded("libGL.so.1", "glXGetCurrentDisplay");
	glx.drawable = (GLXDrawable(*)(void))loaded("libGL.so.1", "glXGetCurrentDrawable");
	glx.query = (int (*)(Display *, GLXContext, int, int *))loaded("libGL.so.1", "glXQueryContext");
	glx.choose = (GLXFBConfig * (*)(Display *, int, const int *, int *)) loaded("libGL.so.1", "glXChooseFBConfig");
	glx.attribute = (int (*)(Display *, GLXFBConfig, int, int *))loaded("libGL.so.1", "glXGetFBConfigAttrib");
	glx.free = (int (*)(void *))loaded("libX11.so.6", "XFree");
	return glx.context && glx.display && glx.drawable && glx.query && glx.choose && glx.attribute && glx.free;
}

static bool find_egl(void) {
	egl.context = (EGLContext(*)(void))loaded("libEGL.so.1", "eglGetCurrentContext");
	egl.display = (EGLDisplay(*)(void))loaded("libEGL.so.1", "eglGetCurrentDisplay");
	egl.choose = (EGLBoolean(*)(EGLDisplay, const EGLint *, EGLConfig *, EGLint, EGLint *))loaded("libEGL.so.1", "eglChooseConfig");
	egl.query = (EGLBoolean(*)(EGLDisplay, EGLContext, EGLint, EGLint *))loaded("libEGL.so.1", "eglQueryContext");
	egl.address = (PFNEGLGETPROCADDRESSPROC)loaded("libEGL.so.1", "eglGetProcAddress");
	return egl.context && egl.display && egl.choose && egl.query && egl.address;
}

const char *openxr_context(const char **extension) {
	if (find_egl() && egl.context()) {
		*extension = XR_MNDX_EGL_ENABLE_EXTENSION_NAME;
		return "EGL";
	}
	if (find_glx() && glx.context()) {
		*extension = XR_KHR_OPENGL_ENABLE_EXTENSION_NAME;
		return "GLX";
	}
	return NULL;
}

static union {
	XrStructureType type;
	XrGraphicsBindingOpenGLXlibKHR glx;
	XrGraphicsBindingEGLMNDX egl;
} binding;

static const void *bind_egl(void) {
	EGLDisplay display = egl.display();
	EGLContext context = egl.context();
	// Our contexts have no config, which makes them fit to any (EGL_KHR_no_config_context);
	// OpenXR wants one.
	EGLint id = 0, count = 0;
	EGLConfig config = NULL;
	egl.query(display, context, EGL_CONFIG_ID, &id);
	const EGLint same[] = {EGL_CONFIG_ID, id, EGL_NONE};
	const EGLint any[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_SURFACE_TYPE, EGL_DONT_CARE, EGL_NONE};
	egl.choose(display, id ? same : any, &config, 1, &count);
	binding.egl = (XrGraphicsBindingEGLMNDX){XR_TYPE_GRAPHICS_BINDING_EGL_MNDX, NULL, egl.address, display, config, context};
	return &binding;
}

static const void *bind_glx(void) {
	Display *display = glx.display();
	GLXContext context = glx.context();
	int screen = 0, id = 0, count = 0, visual = 0;
	glx.query(display, context, GLX_SCREEN, &screen);
	glx.query(display, context, GLX_FBCONFIG_ID, &id);
	const int same[] = {GLX_FBCONFIG_ID, id, None};
	GLXFBConfig *configs = glx.choose(display, screen, same, &count);
	if (!configs || count == 0) return NULL;
	glx.attribute(display, configs[0], GLX_VISUAL_ID, &visual);
	binding.glx = (XrGraphicsBindingOpenGLXlibKHR){XR_TYPE_GRAPHICS_BINDING_OPENGL_XLIB_KHR, NULL, display, (uint32_t)visual, configs[0], glx.drawable(), context};
	glx.free(configs);
	return &binding;
}

const void *openxr_graphics_binding(void) {
	const char *extension;
	const char *kind = openxr_context(&extension);
	if (!kind) return NULL;
	return kind[0] == 'E' ? bind_egl() : bind_glx();
}

bool openxr_context_kept(void) {
	if (binding.type == XR_TYPE_GRAPHICS_BINDING_EGL_MNDX) return egl.context() == binding.egl.context;
	return glx.context() == binding.glx.glxContext && glx.drawable() == binding.glx.glxDrawable;
}

struct openxr_outcome openxr_now(struct openxr_instance *i, XrTime *time) {
	PFN_xrConvertTimespecTimeToTimeKHR convert = (PFN_xrConvertTimespecTimeToTimeKHR)
		openxr_function(i->handle, "xrConvertTimespecTimeToTimeKHR");
	if (!convert) return (struct openxr_outcome){XR_ERROR_FUNCTION_UNSUPPORTED, "xrConvertTimespecTimeToTimeKHR"};
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct openxr_outcome){convert(i->handle, &now, time), "xrConvertTimespecTimeToTimeKHR"};
}
