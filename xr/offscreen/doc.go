// Package offscreen draws with nothing to look at: an OpenGL context without a
// window, on a graphics card or on the processor, and a display that keeps a
// rate or runs as fast as it can. Tests, benchmarks and servers use it.
//
// # Context
//
// On Linux the context comes from EGL without a surface: on a device of
// EGL_EXT_platform_device, or on EGL_MESA_platform_surfaceless. The library is
// opened at run time, so that a program with a window starts without it. On
// Windows, which has no EGL, a window that is never shown holds the context.
//
// # Time
//
// A paced display is seen one period after a frame began, by the clock on the
// wall. A display without a rate has a clock of its own, on which 90 frames are
// a second, so that a run gives the same pictures however long they take.
//
// The display has no images: the renderer keeps the picture in its own target.
package offscreen
