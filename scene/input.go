package scene

// Input is what the player does, sampled once a frame after the display's
// wait. It is a value of fixed size, so that a frame copies it and keeps
// nothing. Axes run from -1 to 1 in ship axes; the zero value does nothing.
type Input struct {
	Tick    uint64     // the tick from which it holds; set by the engine
	Move    [3]float64 // right, up, backward
	Turn    [3]float64 // about right (nose up), up (nose left), backward (roll left)
	Buttons Buttons
}

// Buttons is a set of pressed buttons.
type Buttons uint32

// The buttons that a display reports; each is set in the one frame in which it
// went down.
const (
	ButtonPause      Buttons = 1 << iota // stop or go on with time
	ButtonFaster                         // ten times the rate of time
	ButtonSlower                         // a tenth of the rate of time
	ButtonScreenshot                     // take a picture
	ButtonLabels                         // show or hide labels
	ButtonFullscreen                     // handled by a window, not by the simulation
	ButtonHeadset                        // from the window into the headset, or back; handled by displays
	ButtonRecentre                       // move the seat to where the head is; handled by a headset
)
