// Package xr is a headset, by OpenXR: a display that draws two eyes into the
// runtime's images, keeps the runtime's pace, and takes head and hands.
//
// # Context
//
// A headset has no GL context of its own. It borrows the window's (GLX, WGL) or
// the offscreen one (EGL): whichever is current when [Open] is called. A runtime
// may leave another context current and errors in it; both are put right before
// the renderer's next call.
//
// # Time
//
// Frames have the display time that the runtime predicts, on the application's
// clock; simulation, controllers and eyes all use it. The offset between the two
// clocks is taken once for each session, so that the steps of the display time
// are the runtime's own, to the nanosecond.
//
// # Coming and going
//
// A headset that is unplugged, a session or a runtime that is lost: the display
// goes on at 90 frames a second that nobody draws, so that the flight goes on,
// and tries again after 1, 2, 4 and then every 5 seconds. It is the display that
// does so, and not who opened it, because most losses are short (a runtime that
// restarts, another program that takes over) and engine, renderer and mirror can
// stay as they are. Only after [Options.Patience], or when the runtime says that
// the player ended VR, it gives up with [engine.ErrDisplayLost].
//
// # Space
//
// The ship's seat is the origin of the runtime's LOCAL space: where the player's
// head was when the headset was put on or recentred. Standing, the ship's origin
// is on the floor below. Sticks held down for a second, and [Display.Recentre],
// move the seat to where the head is, by position and heading and never tilted;
// a recentring by the runtime takes the place of that.
//
// # Controls
//
//	left stick           fly right, left, forward, backward
//	right stick          turn, nose up and down
//	right trigger        fly to where the right hand points
//	left trigger         turn to where the left hand points
//	grips                roll left, roll right
//	X, Y; A, B; menu     pause, picture; slower, faster; menu
//	both sticks held     recentre
//
// Controllers that lack some of these have the next best (profiles.go); with
// nothing but a trigger, a menu button and aim, the player flies and turns by
// pointing, the left menu button opens the menu and the right one, held, recentres.
//
// While a menu is open a hand that points at it is a mouse, whose button is its
// trigger, and the rest is a gamepad: sticks choose, A takes, B goes back, X marks,
// grips page, and the menu button leaves. Of a menu that opens the ship hears nothing
// until all is let go (menu.go, [Pilot]).
package xr
