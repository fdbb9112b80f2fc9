// Package desktop is a window: the OpenGL context in it, a display that shows
// one view, and mouse and keyboard as the controls of the ship.
//
// GLFW wants the main thread; it is the thread of the frame. There is one window
// at a time.
//
// # Controls
//
//	W S A D R F        fly forward, backward, left, right, up, down
//	arrow keys, Q E    turn, roll
//	drag the mouse     turn: the farther from where it was pressed, the faster
//	space              stop time, or go on
//	. ,                ten times the rate of time, a tenth of it
//	L                  labels
//	F11, Escape        fill the screen or not, no longer fill it
//	F12                picture
//	V                  into the headset, or back from it
//	Home               in a headset: the seat moves to where the head is
//
// Keys are where they are on a keyboard for American English, whatever is
// printed on them.
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
