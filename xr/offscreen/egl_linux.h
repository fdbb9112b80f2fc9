// What context_linux.go asks of EGL. Each function is one EGL call with its
// error, because EGL keeps errors by thread and a goroutine may change threads
// between two calls into C.
#ifndef OFFSCREEN_EGL_H
#define OFFSCREEN_EGL_H

// Opens the library of that name and finds its functions, once in a process.
// Returns NULL, or what is missing.
const char *offscreen_load(const char *library);

// The address of a function of GL, or NULL.
void *offscreen_address(const char *function);

// Fills devices with at most room graphics devices and returns how many there
// are; 0 where EGL cannot list them.
int offscreen_devices(void **devices, int room);

// The extensions of a device, separated by blanks.
const char *offscreen_device_extensions(void *device);

// The following return EGL_SUCCESS or the EGL error.

// Opens a display on a platform (an EGLenum): on a device, or on NULL.
int offscreen_open(unsigned platform, void *device, void **display);

// Creates a context of OpenGL 4.1 core, or of a later version that holds it.
int offscreen_create(void *display, void **context);

// Makes a context current on this thread without a surface.
int offscreen_use(void *display, void *context);

// Destroys a context that is current on this thread or on none.
int offscreen_destroy(void *display, void *context);

#endif
