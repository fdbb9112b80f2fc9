package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

const (
	// surveyTicks is how often a ship that is steered looks for the body that it
	// is near to: so often that it cannot get past one between.
	surveyTicks = 6
	// leastInfluence is how far a body's influence reaches at least, in its radii:
	// that of Mars' moons ends near to their ground, and yet one wants to stay by
	// them.
	leastInfluence = 30
	// stay is how much farther the influence reaches of the body that a ship is
	// with already, so that it does not change back and forth.
	stay = 1.15
)

// survey finds the body whose surface is nearest, and takes the frame of
// reference of the one in whose influence the ship is.
func (s *State) survey(e *astro.Ephemeris) {
	s.findNearest(e)
	if frame := s.influence(e); frame != s.Ship.Frame {
		s.reframe(e, frame)
	}
}

// findNearest finds the body whose surface is nearest.
func (s *State) findNearest(e *astro.Ephemeris) {
	at, least := s.heliocentric(e), math.Inf(1)
	for b := range astro.NumBodies {
		if h := at.Sub(e.States[b].PositionM).Len() - b.Info().MeanRadiusM; h < least {
			s.Ship.Nearest, least = b, h
		}
	}
}

// influence returns the body in whose sphere of influence the ship is, the
// smallest that there is; the Sun, if it is in none.
func (s *State) influence(e *astro.Ephemeris) (frame astro.Body) {
	at, least := s.heliocentric(e), math.Inf(1)
	for b := range astro.NumBodies {
		reach := influenceM(e, b)
		if b == s.Ship.Frame {
			reach *= stay
		}
		if reach < least && at.Sub(e.States[b].PositionM).Len() < reach {
			frame, least = b, reach
		}
	}
	return frame
}

// influenceM is how far from a body its moons may go round it: Hill's radius
// a ∛(m/3M). Source: Hamilton & Burns 1992, Icarus 96, p. 44.
func influenceM(e *astro.Ephemeris, b astro.Body) float64 {
	if b == astro.Sun {
		return math.MaxFloat64
	}
	info := b.Info()
	a := e.States[b].PositionM.Sub(e.States[info.Parent].PositionM).Len()
	hill := a * math.Cbrt(info.GMM3S2/(3*info.Parent.Info().GMM3S2))
	return math.Max(hill, leastInfluence*info.MeanRadiusM)
}

// reframe counts the ship's position and velocity from another body. Neither
// jumps as seen from the Sun; only where the bodies pass one another so fast, by
// the rate of time, that the ship could not follow, it comes along at once.
func (s *State) reframe(e *astro.Ephemeris, to astro.Body) {
	from := &e.States[s.Ship.Frame]
	next := &e.States[to]
	s.Ship.PositionM = s.Ship.PositionM.Add(from.PositionM.Sub(next.PositionM))
	if !s.Clock.Paused {
		change := from.VelocityMS.Sub(next.VelocityMS).Mul(s.Clock.Rate)
		if change.Len()*responseS < s.Ship.PositionM.Len()/2 {
			s.Ship.VelocityMS = s.Ship.VelocityMS.Add(change)
		}
	}
	s.Ship.Frame = to
}

// offset is where the centre of the nearest body is, from that of the frame.
func (s *State) offset() mgl64.Vec3 {
	if s.Ship.Nearest == s.Ship.Frame {
		return mgl64.Vec3{}
	}
	t := s.Time()
	return astro.StateAt(s.Ship.Nearest, t).PositionM.Sub(astro.StateAt(s.Ship.Frame, t).PositionM)
}

// heightM is the distance from the nearest surface, at least 0.
func (s *State) heightM() float64 {
	return math.Max(0, s.Ship.PositionM.Sub(s.offset()).Len()-s.Ship.Nearest.Info().MeanRadiusM)
}

// keepOut lifts the ship to the nearest surface where its motion would have taken
// it below.
func (s *State) keepOut() {
	centre := s.offset()
	floor := s.Ship.Nearest.Info().MeanRadiusM * clearance
	up := s.Ship.PositionM.Sub(centre)
	if r := up.Len(); r < floor && r > 0 {
		s.Ship.PositionM = centre.Add(up.Mul(floor / r))
		s.Ship.VelocityMS = mgl64.Vec3{}
	}
}
