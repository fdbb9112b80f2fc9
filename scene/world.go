package scene

import (
	"time"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// World is what one frame draws: the tick state carried to the instant at which
// the picture will be seen. It is large; make one and carry it again each frame.
type World struct {
	Tick      uint64
	Ship      Pose            // heliocentric ICRF, metres
	Ephemeris astro.Ephemeris // all bodies at Ephemeris.Time, heliocentric ICRF
	Target    astro.Body
	Layers    Layers
	FOVRad    float64 // vertical field of view of flat displays
	Exposure  Exposure
	Notice    Notice // to show the player
	Readout   Readout
}

// Time returns the date that is drawn.
func (w *World) Time() astro.Time { return w.Ephemeris.Time }

// Carry sets w to s as it will be sub after its tick. It allocates nothing.
func (w *World) Carry(s *State, sub time.Duration) {
	w.Ephemeris.Update(s.Clock.At(s.Tick, sub))
	ship := s.carried(&w.Ephemeris, sub)
	w.Tick = s.Tick
	w.Ship = Pose{
		PositionM:   w.Ephemeris.States[ship.Frame].PositionM.Add(ship.PositionM),
		Orientation: ship.Orientation,
	}
	w.Target, w.Layers, w.FOVRad = s.Target, s.Layers, s.FOVRad
	w.Exposure, w.Notice = s.Exposure, s.Notice
	ticks := ticksSince(s.Tick, s.Pilot.Trip.StartTick, sub)
	switch {
	case s.Pilot.Course == CourseTravel:
		w.FOVRad = s.Pilot.Trip.fovRad(ticks)
	case s.ZoomPerS != 0:
		w.FOVRad = zoomed(s.FOVRad, s.ZoomPerS, sub)
	}
	w.read(s, &ship, ticks)
}
