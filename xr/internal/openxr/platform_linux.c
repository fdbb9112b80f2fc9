// The loader from the system's libraries, GLX and EGL contexts, and
// CLOCK_MONOTONIC. Nothing of GL is linked: a context that is current has its
// library in the process.
#include <EGL/egl.h>
#include <GL/glx.h>
#include <dlfcn.h>
#include <string.h>
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

struct symbol {
	const char *library, *name;
	void *slot;
};

static const struct symbol glx_symbols[] = {
	{"libGL.so.1", "glXGetCurrentContext", &glx.context},
	{"libGL.so.1", "glXGetCurrentDisplay", &glx.display},
	{"libGL.so.1", "glXGetCurrentDrawable", &glx.drawable},
	{"libGL.so.1", "glXQueryContext", &glx.query},
	{"libGL.so.1", "glXChooseFBConfig", &glx.choose},
	{"libGL.so.1", "glXGetFBConfigAttrib", &glx.attribute},
	{"libX11.so.6", "XFree", &glx.free},
};

static const struct symbol egl_symbols[] = {
	{"libEGL.so.1", "eglGetCurrentContext", &egl.context},
	{"libEGL.so.1", "eglGetCurrentDisplay", &egl.display},
	{"libEGL.so.1", "eglChooseConfig", &egl.choose},
	{"libEGL.so.1", "eglQueryContext", &egl.query},
	{"libEGL.so.1", "eglGetProcAddress", &egl.address},
};

// Finds functions; false where one is missing, or its library is not loaded.
static bool find(const struct symbol *symbols, size_t count) {
	for (size_t n = 0; n < count; n++) {
		void *function = loaded(symbols[n].library, symbols[n].name);
		if (!function) return false;
		memcpy(symbols[n].slot, &function, sizeof function);
	}
	return true;
}

#define FIND(symbols) find(symbols, sizeof symbols / sizeof *symbols)

const char *openxr_context(const char **extension) {
	if (FIND(egl_symbols) && egl.context()) {
		*extension = XR_MNDX_EGL_ENABLE_EXTENSION_NAME;
		return "EGL";
	}
	if (FIND(glx_symbols) && glx.context()) {
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
	// The type of the address differs between versions of the headers.
	binding.egl = (XrGraphicsBindingEGLMNDX){XR_TYPE_GRAPHICS_BINDING_EGL_MNDX, NULL, (void *)egl.address, display, config, context};
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
