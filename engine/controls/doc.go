// Package controls says what keys, mouse and gamepad do: the actions that there
// are, what is bound to them, and how what hands do becomes a [scene.Input]. It
// knows no window system: a display tells [Hands] what happens, and whoever flies
// reads it once a frame.
//
// # Names
//
// A control has an English name by where it is: keys as on a keyboard for
// American English, the buttons of a pad as on the commonest one. Files keep those
// names, so that they mean the same on any keyboard; a display may show what is
// printed on the key instead.
//
// # Halves
//
// Every control is at rest at 0 and fully pressed at 1, and each half of a stick's
// axis is a control of its own. So a key, a trigger and half a stick can do the
// same thing, an axis is inverted by binding its halves the other way round, and
// nothing else needs to know what sort of control it was.
package controls
