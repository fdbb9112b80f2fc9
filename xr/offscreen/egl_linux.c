#include "egl_linux.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <dlfcn.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stddef.h>
#include <string.h>

static struct {
	PFNEGLGETERRORPROC get_error;
	PFNEGLGETPROCADDRESSPROC get_proc_address;
	PFNEGLQUERYSTRINGPROC query_string;
	PFNEGLINITIALIZEPROC initialize;
	PFNEGLBINDAPIPROC bind_api;
	PFNEGLCREATECONTEXTPROC create_context;
	PFNEGLDESTROYCONTEXTPROC destroy_context;
	PFNEGLMAKECURRENTPROC make_current;
	PFNEGLRELEASETHREADPROC release_thread;
	// Extensions; NULL where the library has none.
	PFNEGLGETPLATFORMDISPLAYEXTPROC get_platform_display;
	PFNEGLQUERYDEVICESEXTPROC query_devices;
	PFNEGLQUERYDEVICESTRINGEXTPROC query_device_string;
} egl;

static const struct {
	const char *name;
	void *slot;
} core[] = {
	{"eglGetError", &egl.get_error},
	{"eglGetProcAddress", &egl.get_proc_address},
	{"eglQueryString", &egl.query_string},
	{"eglInitialize", &egl.initialize},
	{"eglBindAPI", &egl.bind_api},
	{"eglCreateContext", &egl.create_context},
	{"eglDestroyContext", &egl.destroy_context},
	{"eglMakeCurrent", &egl.make_current},
	{"eglReleaseThread", &egl.release_thread},
};

const char *offscreen_load(const char *library) {
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	if (!handle) return dlerror();
	for (size_t i = 0; i < sizeof core / sizeof *core; i++) {
		void *function = dlsym(handle, core[i].name);
		if (!function) return core[i].name;
		memcpy(core[i].slot, &function, sizeof function);
	}
	egl.get_platform_display = (PFNEGLGETPLATFORMDISPLAYEXTPROC)egl.get_proc_address("eglGetPlatformDisplayEXT");
	egl.query_devices = (PFNEGLQUERYDEVICESEXTPROC)egl.get_proc_address("eglQueryDevicesEXT");
	egl.query_device_string = (PFNEGLQUERYDEVICESTRINGEXTPROC)egl.get_proc_address("eglQueryDeviceStringEXT");
	return NULL;
}

void *offscreen_address(const char *function) {
	return (void *)egl.get_proc_address(function);
}

int offscreen_devices(void **devices, int room) {
	EGLint n = 0;
	if (!egl.query_devices || !egl.query_device_string) return 0;
	return egl.query_devices(room, devices, &n) ? n : 0;
}

const char *offscreen_device_extensions(void *device) {
	const char *names = egl.query_device_string(device, EGL_EXTENSIONS);
	return names ? names : "";
}

static int result(EGLBoolean ok) {
	return ok ? EGL_SUCCESS : egl.get_error();
}

int offscreen_open(unsigned platform, void *device, void **display) {
	if (!egl.get_platform_display) return EGL_BAD_PARAMETER;
	*display = egl.get_platform_display(platform, device, NULL);
	if (*display == EGL_NO_DISPLAY) return egl.get_error();
	return result(egl.initialize(*display, NULL, NULL));
}

int offscreen_create(void *display, void **context) {
	static const EGLint attributes[] = {
		EGL_CONTEXT_MAJOR_VERSION, 4,
		EGL_CONTEXT_MINOR_VERSION, 1,
		EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
		EGL_NONE,
	};
	if (!egl.bind_api(EGL_OPENGL_API)) return egl.get_error();
	*context = egl.create_context(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
	return result(*context != EGL_NO_CONTEXT);
}

int offscreen_use(void *display, void *context) {
	if (!egl.bind_api(EGL_OPENGL_API)) return egl.get_error();
	return result(egl.make_current(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context));
}

int offscreen_destroy(void *display, void *context) {
	// A context lives on while it is current.
	int error = offscreen_use(display, EGL_NO_CONTEXT);
	if (error != EGL_SUCCESS) return error;
	error = result(egl.destroy_context(display, context));
	egl.release_thread();
#ifdef __GLIBC__
	// glibc keeps what is freed for the thread that asked for it: 100 MB of a
	// software renderer's programs, for each thread that ever had a context.
	malloc_trim(0);
#endif
	return error;
}
