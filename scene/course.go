package scene

import (
	"errors"
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Free ends whatever the pilot does; the ship comes to rest where it is.
type Free struct{}

// Validate implements [Command].
func (Free) Validate() error { return nil }

func (Free) apply(s *State) error {
	e := s.sky()
	s.land(&e)
	s.free()
	return nil
}

// Travel flies to a body, in four to nine seconds whatever the distance, turning the
// view no faster than is comfortable, and arrives in a good view of it: the sunlit
// side, 30 to 45° beside the Sun. A stick breaks it off. Cut is there at once.
type Travel struct {
	To  astro.Body
	Cut bool
}

// Validate implements [Command].
func (c Travel) Validate() error { return validateBody(c.To) }

func (c Travel) apply(s *State) error {
	e := s.sky()
	place, look := goodView(&e, c.To, s.heliocentric(&e))
	s.goTo(&e, place, look, c.Cut)
	return nil
}

// Arrival is where [Travel] to a body would take the ship now.
func (s *State) Arrival(b astro.Body) SetCamera {
	e := s.sky()
	place, look := goodView(&e, b, s.heliocentric(&e))
	return SetCamera{Place: &place, Look: &look}
}

// Orbit circles a body at the ship's present distance. Moving on changes the
// distance, up and down the plane, and sideways the speed.
type Orbit struct {
	Body    astro.Body
	PeriodS float64 // of one round, by the player's clock; 0 is a pleasant one, below zero is westward
}

// pleasantPeriodS is the period of an orbit where none is asked for: four degrees
// a second.
const pleasantPeriodS = 90

// Validate implements [Command].
func (c Orbit) Validate() error {
	if p := math.Abs(c.PeriodS); p != 0 && !(p >= 10 && p <= 86400) {
		return fmt.Errorf("a period of %g s is not between 10 and 86400 s", c.PeriodS)
	}
	return validateBody(c.Body)
}

func (c Orbit) apply(s *State) error {
	e := s.sky()
	s.free()
	s.reframe(&e, c.Body)
	s.Ship.VelocityMS = mgl64.Vec3{}
	period := c.PeriodS
	if period == 0 {
		period = pleasantPeriodS
	}
	s.Pilot.Course, s.Pilot.Body = CourseOrbit, c.Body
	s.Pilot.Circle = Circle{perpendicular(e.Pole(c.Body), s.Ship.PositionM.Normalize()), 2 * math.Pi / period}
	s.keepOut()
	s.gaze(&e, GazeBody, c.Body)
	s.Target = c.Body
	return nil
}

// Follow keeps the ship where it is relative to a body as that moves; Ground, also
// as it turns, over one point of its ground. Moving on ends it.
type Follow struct {
	Body   astro.Body
	Ground bool
}

// Validate implements [Command].
func (c Follow) Validate() error { return validateBody(c.Body) }

func (c Follow) apply(s *State) error {
	e := s.sky()
	s.free()
	s.reframe(&e, c.Body)
	s.Ship.VelocityMS, s.Ship.TurnRadS = mgl64.Vec3{}, mgl64.Vec3{}
	s.Pilot.Course, s.Pilot.Body = CourseFollow, c.Body
	if c.Ground {
		fixed := e.Orientations[c.Body].Conjugate()
		s.Pilot.Course = CourseHover
		s.Pilot.Fix = Fix{fixed.Rotate(s.Ship.PositionM), fixed.Mul(s.Ship.Orientation).Normalize()}
	}
	s.Target = c.Body
	return nil
}

// LookAt turns the ship to a body and keeps it in view, wherever the ship goes,
// until a stick turns it away.
type LookAt struct{ Body astro.Body }

// Validate implements [Command].
func (c LookAt) Validate() error { return validateBody(c.Body) }

func (c LookAt) apply(s *State) error {
	e := s.sky()
	s.land(&e)
	s.gaze(&e, GazeBody, c.Body)
	s.Target = c.Body
	return nil
}

// Level rolls the ship until what it names is overhead: GazeEcliptic or
// GazeHorizon.
type Level struct{ To Toward }

// Validate implements [Command].
func (c Level) Validate() error {
	if c.To != GazeEcliptic && c.To != GazeHorizon {
		return errors.New("a ship is levelled to the ecliptic or to the horizon")
	}
	return nil
}

func (c Level) apply(s *State) error {
	e := s.sky()
	s.land(&e)
	s.gaze(&e, c.To, 0)
	return nil
}

// SetTarget chooses the body that the figures are about and that buttons travel
// to.
type SetTarget struct{ Body astro.Body }

// Validate implements [Command].
func (c SetTarget) Validate() error { return validateBody(c.Body) }

func (c SetTarget) apply(s *State) error {
	s.Target = c.Body
	return nil
}

// SetView sets the vertical field of view of flat displays.
type SetView struct{ FOV Angle }

// Validate implements [Command].
func (c SetView) Validate() error { return validateFOV(c.FOV) }

func (c SetView) apply(s *State) error {
	s.FOVRad, s.ZoomPerS = float64(c.FOV), 0
	return nil
}

func validateBody(b astro.Body) error {
	if b >= astro.NumBodies {
		return fmt.Errorf("there is no %s", b)
	}
	return nil
}

// sky is where all bodies are at the tick.
func (s *State) sky() (e astro.Ephemeris) {
	e.Update(s.Time())
	return e
}

// heliocentric is where the ship is, from the Sun's centre.
func (s *State) heliocentric(e *astro.Ephemeris) mgl64.Vec3 {
	return e.States[s.Ship.Frame].PositionM.Add(s.Ship.PositionM)
}

// free ends what the pilot does.
func (s *State) free() {
	if s.Pilot.Course == CourseOrbit {
		s.Ship.VelocityMS = mgl64.Vec3{} // the sticks did not ask for it
	}
	s.Pilot = Pilot{}
}
