package scene

import (
	"fmt"
	"math"
	"time"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// TickRate is how many ticks the simulation makes in a second, whatever the
// display does: the rate of the commonest headsets.
const TickRate = 90

// MaxRate is the largest rate of simulated time, in seconds a second, in
// either direction.
const MaxRate = 1e7

// Clock maps ticks to the simulated date. The date is computed from an anchor,
// never accumulated, so that it is the same however many frames were drawn.
type Clock struct {
	Anchor     astro.Time // the date at AnchorTick
	AnchorTick uint64
	Rate       float64 // simulated seconds a second, -MaxRate to MaxRate
	Paused     bool
}

// At returns the date at an instant that lies sub after tick. It is clamped to
// the range in which the models hold.
func (c Clock) At(tick uint64, sub time.Duration) astro.Time {
	if c.Paused {
		return c.Anchor
	}
	ticks := tick - c.AnchorTick
	elapsedNS := float64(ticks/TickRate)*1e9 + float64(ticks%TickRate)*(1e9/TickRate) + float64(sub)
	ns := math.Round(c.Rate * elapsedNS)
	switch { // in floats: the range is longer than what a Time can count
	case ns > float64(astro.MaxTime)-float64(c.Anchor):
		return astro.MaxTime
	case ns < float64(astro.MinTime)-float64(c.Anchor):
		return astro.MinTime
	}
	return c.Anchor + astro.Time(ns)
}

// rebase moves the anchor to tick, so that a change of rate is no jump.
func (c *Clock) rebase(tick uint64) {
	c.Anchor, c.AnchorTick = c.At(tick, 0), tick
}

// atEnd tells whether a running clock has come to an end of the models' range.
func (c Clock) atEnd(tick uint64) bool {
	t := c.At(tick, 0)
	return !c.Paused && (c.Rate > 0 && t >= astro.MaxTime || c.Rate < 0 && t <= astro.MinTime)
}

func validateRate(r float64) error {
	if math.IsNaN(r) || math.Abs(r) > MaxRate {
		return fmt.Errorf("rate %g is not between -%g and %g simulated seconds a second", r, MaxRate, MaxRate)
	}
	return nil
}
