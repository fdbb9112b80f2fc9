// Package menu is the program's menus as a state machine: pages of items, a
// selection, and what the keys do. It is pure: it knows no window and no graphics,
// is told what hands do, asks its [Host] for what the player wants, and draws into
// an [engine.Overlay].
//
// # One way through
//
// Everything can be done with a mouse alone, with keys alone and with a gamepad
// alone. There is always a selection, back always leads towards the way out, and
// nothing is asked for that cannot be taken back.
//
//	keys     arrows, Enter, Escape; letters search, Backspace erases; Tab marks
//	gamepad  D-pad or left stick, A, B; bumpers by the page; Y marks; Start leaves
//	mouse    point and click; the wheel scrolls; the right button or the title go
//	         back; the middle one marks
//
// It is for one thread, that of the frame, and allocates only when something is
// done.
package menu
