// The loader from the program's folder or the system's, WGL contexts, and the
// performance counter.
#include <windows.h>

#define XR_USE_PLATFORM_WIN32
#include "binding.h"

const char *const openxr_loader_name = "openxr_loader.dll";
const char *const openxr_clock_extension = XR_KHR_WIN32_CONVERT_PERFORMANCE_COUNTER_TIME_EXTENSION_NAME;

void *openxr_library(const char *name, const char **wrong) {
	// Never from the working folder, where anybody may have put one.
	HMODULE library = LoadLibraryExA(name, NULL, LOAD_LIBRARY_SEARCH_APPLICATION_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
	if (!library) *wrong = "openxr_loader.dll is not there";
	return (void *)library;
}

void *openxr_symbol(void *library, const char *name) { return (void *)GetProcAddress((HMODULE)library, name); }

static XrGraphicsBindingOpenGLWin32KHR binding;

const char *openxr_context(const char **extension) {
	if (!wglGetCurrentContext()) return NULL;
	*extension = XR_KHR_OPENGL_ENABLE_EXTENSION_NAME;
	return "WGL";
}

const void *openxr_graphics_binding(void) {
	binding = (XrGraphicsBindingOpenGLWin32KHR){XR_TYPE_GRAPHICS_BINDING_OPENGL_WIN32_KHR, NULL, wglGetCurrentDC(), wglGetCurrentContext()};
	return binding.hGLRC ? &binding : NULL;
}

bool openxr_context_kept(void) {
	return wglGetCurrentContext() == binding.hGLRC && wglGetCurrentDC() == binding.hDC;
}

struct openxr_outcome openxr_now(struct openxr_instance *i, XrTime *time) {
	PFN_xrConvertWin32PerformanceCounterToTimeKHR convert = (PFN_xrConvertWin32PerformanceCounterToTimeKHR)
		openxr_function(i->handle, "xrConvertWin32PerformanceCounterToTimeKHR");
	if (!convert) return (struct openxr_outcome){XR_ERROR_FUNCTION_UNSUPPORTED, "xrConvertWin32PerformanceCounterToTimeKHR"};
	LARGE_INTEGER now;
	QueryPerformanceCounter(&now);
	return (struct openxr_outcome){convert(i->handle, &now, time), "xrConvertWin32PerformanceCounterToTimeKHR"};
}
