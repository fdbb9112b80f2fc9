// Package desktop is a window: the OpenGL context in it, a display that shows
// one view, and mouse and keyboard as the controls of the ship.
//
// GLFW wants the main thread; it is the thread of the frame. There is one window
// at a time.
//
// # Controls
//
// Keyboard, mouse and gamepad are told to a [controls.Hands], and a [Pilot] says
// what they mean: which key does what is its business. Keys are where they are on a
// keyboard for American English, whatever is printed on them. A window whose pilot
// is none is flown with the first bindings of package controls, has no menu, and
// is closed from outside.
//
// # Time
//
// A frame waits for the screen, for a rate of its own, or for nothing. The
// buffers are swapped in the wait and not in the end of the frame before it,
// because that is where a driver waits for the screen. When a frame is seen is
// smoothed from when the swaps return ([screenClock]), so that motion is even
// although threads wake unevenly. Where the driver cannot wait for the screen (a
// software renderer, a remote screen), a pacer at the screen's rate does.
//
// # Pixels
//
// The size asked for is in screen coordinates at a scale of 1: where a desktop
// is scaled, the window has as many more pixels. Pictures have the pixels of the
// framebuffer, the mouse moves in screen coordinates. The framebuffer is not
// sRGB: the renderer writes values as the screen wants them.
package desktop
