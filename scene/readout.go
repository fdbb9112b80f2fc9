package scene

import (
	"math"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Readout is what a player wants to read: figures of the instant that is drawn.
type Readout struct {
	Date   astro.Time
	Rate   float64 // simulated seconds a second
	Paused bool

	Target    astro.Body
	DistanceM float64 // from the target's mean surface, at least 0
	LightS    float64 // that light takes from its centre
	Shadowed  bool    // the Sun does not shine on its middle: what it moves about is in the way

	Frame     astro.Body // that the ship goes along with
	SpeedMS   float64    // relative to Frame, by the player's clock
	Nearest   astro.Body // whose surface is nearest
	HeightM   float64    // over the mean surface of Nearest, at least 0
	Throttle  float64    // 0.1 to 10
	Course    Course
	CourseTo  astro.Body // of a course other than CourseFree
	TripShare float64    // of the time of CourseTravel, 0 to 1
	Watched   astro.Body // that the pilot keeps in view, if Watching
	Watching  bool

	FOVRad   float64
	Exposure Exposure
	Notice   Notice
}

// inShadow tells whether the middle of a moon is in the full shadow of what it moves
// about: a cone that narrows as that is smaller than the Sun.
func inShadow(e *astro.Ephemeris, moon astro.Body) bool {
	info := moon.Info()
	if info.Kind != astro.KindMoon {
		return false
	}
	planet := e.States[info.Parent].PositionM
	fromSun := planet.Sub(e.States[astro.Sun].PositionM)
	sunM := fromSun.Len()
	from := e.States[moon].PositionM.Sub(planet)
	behind := from.Dot(fromSun) / sunM
	aside := math.Sqrt(math.Max(0, from.Dot(from)-behind*behind))
	radius := info.Parent.Info().MeanRadiusM
	return behind > 0 && aside < radius-behind*(astro.Sun.Info().MeanRadiusM-radius)/sunM
}

// lightMS is the speed of light, by the definition of the metre.
const lightMS = 299_792_458.0

// read fills in what there is to read of s, w being carried to the instant.
func (w *World) read(s *State, ship *Ship, ticks float64) {
	p := &s.Pilot
	toTarget := w.Ephemeris.States[s.Target].PositionM.Sub(w.Ship.PositionM).Len()
	toNearest := w.Ephemeris.States[ship.Nearest].PositionM.Sub(w.Ship.PositionM).Len()
	w.Readout = Readout{
		Date: w.Time(), Rate: s.Clock.Rate, Paused: s.Clock.Paused,
		Target:    s.Target,
		DistanceM: math.Max(0, toTarget-s.Target.Info().MeanRadiusM),
		LightS:    toTarget / lightMS,
		Shadowed:  inShadow(&w.Ephemeris, s.Target),
		Frame:     ship.Frame, SpeedMS: s.Ship.VelocityMS.Len(),
		Nearest: ship.Nearest, HeightM: math.Max(0, toNearest-ship.Nearest.Info().MeanRadiusM),
		Throttle: s.Throttle.Factor(), Course: p.Course, CourseTo: p.Body,
		Watched: p.Gaze.Body, Watching: p.Gaze.Toward == GazeBody,
		FOVRad: w.FOVRad, Exposure: s.Exposure, Notice: s.Notice,
	}
	if p.Course == CourseTravel {
		w.Readout.TripShare = math.Min(1, ticks/float64(p.Trip.Ticks))
	}
}
