package scene

import (
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Course is where a pilot takes the ship.
type Course uint8

// The courses.
const (
	CourseFree   Course = iota // where the sticks say
	CourseTravel               // along Pilot.Trip
	CourseOrbit                // round Pilot.Body, on Pilot.Circle
	CourseFollow               // along with Pilot.Body
	CourseHover                // along with the ground of Pilot.Body, as it turns, at Pilot.Fix
)

// String names the course in a word; nothing for free flight.
func (c Course) String() string {
	return [...]string{"", "travel", "orbit", "follow", "hover"}[c]
}

// Pilot flies the ship while the player does not; the zero value leaves it to
// the player. What a pilot does is a function of the date and of the time since it
// began, so that the ship can be carried to any instant between two ticks.
type Pilot struct {
	Course Course
	Body   astro.Body // that the course is about
	Trip   Trip
	Circle Circle
	Fix    Fix
	Gaze   Gaze
}

// Circle is an orbit without gravity: at the ship's distance, as fast as one
// likes.
type Circle struct {
	Normal   mgl64.Vec3 // ICRF, of length one; the ship goes counterclockwise about it
	RateRadS float64
}

// after carries a ship dt onward on its circle; it turns as it goes, so that the
// body stays where it is in the view but for what the sticks turn.
func (c Circle) after(s Ship, dt time.Duration) Ship {
	turn := mgl64.QuatRotate(c.RateRadS*dt.Seconds(), c.Normal)
	s.PositionM = turn.Rotate(s.PositionM)
	s.VelocityMS = turn.Rotate(s.VelocityMS)
	s.Orientation = turn.Mul(s.turned(dt)).Normalize()
	return s
}

// Fix is a place over a body's ground, on body-fixed axes (x to the prime
// meridian, z to the north pole).
type Fix struct {
	PositionM   mgl64.Vec3
	Orientation mgl64.Quat // ship axes to body-fixed axes
}

// ship is the one that hangs there.
func (f Fix) ship(e *astro.Ephemeris, body astro.Body) Ship {
	axes := e.Orientations[body]
	return Ship{Frame: body, PositionM: axes.Rotate(f.PositionM), Orientation: axes.Mul(f.Orientation).Normalize()}
}

// needsSky tells whether the pilot must know where bodies are.
func (p *Pilot) needsSky() bool {
	return p.Course == CourseTravel || p.Course == CourseHover || p.Gaze.Toward != GazeFree
}

// carried returns the ship as it will be sub after the tick, e being the sky of
// that instant.
func (s *State) carried(e *astro.Ephemeris, sub time.Duration) (ship Ship) {
	switch s.Pilot.Course {
	case CourseTravel:
		ship = s.Pilot.Trip.ship(e, ticksSince(s.Tick, s.Pilot.Trip.StartTick, sub))
	case CourseOrbit:
		ship = s.Pilot.Circle.after(s.Ship, sub)
	case CourseHover:
		ship = s.Pilot.Fix.ship(e, s.Pilot.Body)
	default:
		ship = s.Ship.After(sub)
	}
	if g := &s.Pilot.Gaze; g.Toward != GazeFree {
		ship.Orientation = g.orientation(e, &ship, s.Pilot.up(), ticksSince(s.Tick, g.StartTick, sub))
	}
	return ship
}

// up is what a gaze at a body has overhead: of an orbit its pole, else what the
// ship had.
func (p *Pilot) up() mgl64.Vec3 {
	if p.Course == CourseOrbit {
		return p.Circle.Normal
	}
	return p.Gaze.From.Rotate(mgl64.Vec3{0, 1, 0})
}

// ticksSince is the time from tick start to sub after tick, in ticks.
func ticksSince(tick, start uint64, sub time.Duration) float64 {
	return float64(tick-start) + sub.Seconds()*TickRate
}

// ease runs from 0 to 1 as x does, and begins and ends at rest: 3x² − 2x³. Its
// greatest slope is easeSlope.
func ease(x float64) float64 {
	x = math.Max(0, math.Min(1, x))
	return x * x * (3 - 2*x)
}

const easeSlope = 1.5

// easeTicks is how many ticks an eased turn by an angle takes that is never faster
// than the rate of comfort, and never abrupt.
func easeTicks(angleRad float64) uint64 {
	sec := math.Max(minTurnS, easeSlope*angleRad/turnRateRadS)
	return uint64(math.Ceil(sec * TickRate))
}

// minTurnS is the least time of a turn: 0.3 s each for speeding up and for
// slowing down are what the guides to comfort ask for.
const minTurnS = 0.6

// turnBetween returns the orientation that is a share k of the way from one to
// another, the way that their signs say.
func turnBetween(from, to mgl64.Quat, k float64) mgl64.Quat {
	if k >= 1 {
		return to
	}
	dot := from.Dot(to)
	angle := math.Acos(math.Max(-1, math.Min(1, dot)))
	sin := math.Sin(angle)
	if sin < 1e-9 {
		return from.Scale(1 - k).Add(to.Scale(k)).Normalize()
	}
	return from.Scale(math.Sin((1-k)*angle) / sin).Add(to.Scale(math.Sin(k*angle) / sin)).Normalize()
}

// nearer returns q with the sign that is the shorter way from p.
func nearer(p, q mgl64.Quat) mgl64.Quat {
	if p.Dot(q) < 0 {
		return q.Scale(-1)
	}
	return q
}

// angleBetween is the angle of the turn from one orientation to another.
func angleBetween(p, q mgl64.Quat) float64 {
	return 2 * math.Acos(math.Min(1, math.Abs(p.Dot(q))))
}
