package scene

import (
	"fmt"
	"math"
)

// Exposure says how bright the picture is made. The zero value leaves it to the
// renderer, which exposes for what fills the view.
type Exposure struct {
	// Manual holds one exposure whatever comes into view.
	Manual bool
	// EV is in stops, brighter above zero, -MaxEV to MaxEV. It counts from what
	// the renderer would choose; if Manual, from the exposure at which a white
	// surface shows as 1 that faces the Sun from one astronomical unit.
	EV float64
}

// MaxEV is the largest exposure, in stops, in either direction: enough to go
// from the Sun's disc to the night side of Pluto.
const MaxEV = 24

// SetExposure changes how bright the picture is made.
type SetExposure struct{ Exposure Exposure }

// Validate implements [Command].
func (c SetExposure) Validate() error {
	if !(math.Abs(c.Exposure.EV) <= MaxEV) {
		return fmt.Errorf("exposure %g is not between -%d and %d stops", c.Exposure.EV, MaxEV, MaxEV)
	}
	return nil
}

func (c SetExposure) apply(s *State) error {
	s.Exposure = c.Exposure
	return nil
}
