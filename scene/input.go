package scene

import "github.com/spacetime-vr/spacetime/scene/astro"

// Input is what the player does, sampled once a frame after the display's
// wait. It is a value of fixed size, so that a frame copies it and keeps
// nothing. Axes run from -1 to 1 in ship axes; the zero value does nothing.
type Input struct {
	Tick    uint64     // the tick from which it holds; set by the engine
	Move    [3]float64 // right, up, backward
	Turn    [3]float64 // about right (nose up), up (nose left), backward (roll left)
	Zoom    float64    // of a flat display: in above zero, out below
	Today   astro.Time // the date outside, for ButtonNow; set by the engine
	Buttons Buttons
}

// steers tells whether a stick is moved.
func (in *Input) steers() bool { return in.moves() || in.turns() }
func (in *Input) moves() bool  { return in.Move != [3]float64{} }
func (in *Input) turns() bool  { return in.Turn != [3]float64{} }

// Buttons is a set of pressed buttons.
type Buttons uint64

// The buttons that a display reports; each is set in the one frame in which it
// went down.
const (
	ButtonPause      Buttons = 1 << iota // stop or go on with time
	ButtonFaster                         // one decade onward of -1e7 … -10, -1, 1, 10 … 1e7
	ButtonSlower                         // one decade back
	ButtonScreenshot                     // take a picture
	ButtonLabels                         // show or hide labels
	ButtonFullscreen                     // handled by a window, not by the simulation
	ButtonHeadset                        // from the window into the headset, or back; handled by displays
	ButtonRecentre                       // move the seat to where the head is; handled by a headset

	ButtonReverse  // turn time round
	ButtonRealTime // a second a second, onward
	ButtonNow      // today, in real time

	ButtonOrbits
	ButtonConstellations
	ButtonHUD
	ButtonExposureUp   // half a stop brighter
	ButtonExposureDown // half a stop darker
	ButtonExposureAuto // as the renderer exposes by itself

	ButtonThrottleUp   // a quarter of a decade faster
	ButtonThrottleDown // a quarter of a decade slower
	ButtonNextTarget
	ButtonPreviousTarget
	ButtonTravel // to the target, or break off
	ButtonOrbit  // round the target, or leave it
	ButtonFollow // the target, or leave it
	ButtonLookAt // the target, or look away
	ButtonLevelEcliptic
	ButtonLevelHorizon
	ButtonNextBookmark // of the scene; handled by the engine, which knows them

	ButtonMenu  // handled by menus, not by the simulation
	ButtonPhoto // likewise
)
