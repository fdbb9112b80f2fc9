package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Toward is what a gaze turns the ship to.
type Toward uint8

// What a gaze may turn to. Those that level come to an end by themselves.
const (
	GazeFree     Toward = iota // where the sticks say
	GazeBody                   // at Gaze.Body, and on
	GazeEcliptic               // ahead as it is, rolled so that the ecliptic's north is up
	GazeHorizon                // ahead as it is, rolled so that the zenith is up
)

// Gaze turns the ship, smoothly and never faster than is comfortable.
type Gaze struct {
	Toward    Toward
	Body      astro.Body
	From      mgl64.Quat // the ship's orientation at the start
	StartTick uint64
	Ticks     uint64 // that the turn takes
}

// eclipticNorth is the ecliptic's north pole on ICRF axes: the mean obliquity of
// J2000.0 is 84381.406″ (IAU 2006).
var eclipticNorth = func() mgl64.Vec3 {
	sin, cos := math.Sincos(84381.406 / 3600 * math.Pi / 180)
	return mgl64.Vec3{0, -sin, cos}
}()

// orientation is the ship's, so many ticks after the gaze began. up counts for a
// gaze at a body.
func (g *Gaze) orientation(e *astro.Ephemeris, ship *Ship, up mgl64.Vec3, ticks float64) mgl64.Quat {
	aim := nearer(g.From, g.aim(e, ship, up))
	return turnBetween(g.From, aim, ease(ticks/float64(g.Ticks)))
}

// aim is the orientation that is wanted.
func (g *Gaze) aim(e *astro.Ephemeris, ship *Ship, up mgl64.Vec3) mgl64.Quat {
	forward := g.From.Rotate(mgl64.Vec3{0, 0, -1})
	switch g.Toward {
	case GazeBody:
		eye := e.States[ship.Frame].PositionM.Add(ship.PositionM)
		forward = e.States[g.Body].PositionM.Sub(eye).Normalize()
	case GazeEcliptic:
		up = eclipticNorth
	case GazeHorizon:
		up = ship.PositionM.Normalize()
	}
	return looking(forward, up)
}

// looking is the orientation of a ship that looks forward with up overhead, as
// far as it can be.
func looking(forward, up mgl64.Vec3) mgl64.Quat {
	up = perpendicular(up, forward)
	return basis(forward.Cross(up), up, forward.Mul(-1))
}

// gaze begins to turn the ship.
func (s *State) gaze(e *astro.Ephemeris, toward Toward, body astro.Body) {
	g := &s.Pilot.Gaze
	*g = Gaze{Toward: toward, Body: body, From: s.Ship.Orientation, StartTick: s.Tick}
	g.Ticks = easeTicks(angleBetween(g.From, g.aim(e, &s.Ship, s.Pilot.up())))
	s.Ship.TurnRadS = mgl64.Vec3{}
}

// rest ends a gaze that has come to its end.
func (s *State) rest() {
	g := &s.Pilot.Gaze
	if (g.Toward == GazeEcliptic || g.Toward == GazeHorizon) && s.Tick-g.StartTick >= g.Ticks {
		*g = Gaze{}
	}
}
