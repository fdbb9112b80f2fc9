package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Trip is the way to a place, in a few seconds whatever the distance.
//
// Near to both its ends it is counted from the centre of a body, as a distance,
// which grows or shrinks by powers, and a direction, which turns: so it leaves and
// arrives at a pace that fits what is to be seen, and goes round the body instead
// of through it. Between, it follows the line from one centre to the other. With ρ
// and r for the distances from the two, D apart, ρ/r = eʷ and ρ + r = D on the
// line; w runs evenly but for its ends.
type Trip struct {
	Frame      astro.Body // in which it begins
	FromM      mgl64.Vec3 // from the centre of Frame, ICRF
	From       mgl64.Quat // the ship's orientation at the start
	Aim        mgl64.Quat // one that looks at the place's body from there, of the sign that is nearer to From
	FromFOVRad float64
	StartTick  uint64
	Ticks      uint64 // that it takes
	TurnTicks  uint64 // that the turn from From to the place's body takes
	LookTicks  uint64 // that the turn from there to Look takes, at the end
	OneCentre  bool   // all of it counts from the place's body: the other is too near to that, or the same
	Place      Place
	Look       Look
}

// How long a trip takes: from the shortest on longer, the more powers of e its
// distances span, up to the longest. Turns that need more get it.
const (
	leastTripS  = 4.0
	mostTripS   = 8.0
	longestSpan = 30.0 // powers of e: from a low orbit of Earth to one of Neptune
)

// twoCentres is how much of the distance between two bodies the ends of a trip may
// be away from them, for both to count.
const twoCentres = 0.5

// goTo begins a trip to a place, or is there at once.
func (s *State) goTo(e *astro.Ephemeris, place Place, look Look, cut bool) {
	if cut {
		s.settle(place, look)
		return
	}
	s.free()
	t := Trip{
		Frame: s.Ship.Frame, FromM: s.Ship.PositionM, From: s.Ship.Orientation, FromFOVRad: s.FOVRad,
		StartTick: s.Tick, Place: place, Look: look,
	}
	apart := e.States[t.Frame].PositionM.Sub(e.States[place.Body].PositionM).Len()
	t.OneCentre = math.Max(t.FromM.Len(), place.distanceM()) > twoCentres*apart
	t.Aim = nearer(t.From, t.ahead(e, &s.Ship))
	t.TurnTicks = easeTicks(angleBetween(t.From, t.Aim))
	arrived := Ship{Frame: place.Body, PositionM: place.position(e)}
	arrived.Orientation = look.orientation(e, arrived.Frame, arrived.PositionM)
	t.LookTicks = easeTicks(angleBetween(t.ahead(e, &arrived), arrived.Orientation))
	first, last := t.span(e)
	sec := leastTripS + (mostTripS-leastTripS)*math.Min(1, math.Abs(last-first)/longestSpan)
	t.Ticks = max(uint64(sec*TickRate), t.TurnTicks*3/2)
	t.Ticks = min(max(t.Ticks, t.LookTicks*3/2), mostTripS*TickRate)
	s.Pilot = Pilot{Course: CourseTravel, Body: place.Body, Trip: t}
	s.Ship.TurnRadS, s.ZoomPerS = mgl64.Vec3{}, 0
	s.Target = place.Body
}

// ahead is the orientation of a ship that looks at the place's body.
func (t *Trip) ahead(e *astro.Ephemeris, ship *Ship) mgl64.Quat {
	look := Look{Target: t.Place.Body, Up: t.Look.Up}
	if look.Up == UpZenith { // which is where one comes from
		look.Up = UpNorth
	}
	return look.orientation(e, ship.Frame, ship.PositionM)
}

// span is what w runs over: the logarithm of ρ/r, or with one centre of 1/r.
func (t *Trip) span(e *astro.Ephemeris) (first, last float64) {
	near := t.Place.distanceM()
	if t.OneCentre {
		return -math.Log(t.start(e).Len()), -math.Log(near)
	}
	apart, from := t.apart(e).Len(), t.FromM.Len()
	return math.Log(from / (apart - from)), math.Log((apart - near) / near)
}

// start is where it began, from the centre of the place's body.
func (t *Trip) start(e *astro.Ephemeris) mgl64.Vec3 { return t.FromM.Sub(t.apart(e)) }

// apart leads from the centre of the frame to that of the place's body.
func (t *Trip) apart(e *astro.Ephemeris) mgl64.Vec3 {
	return e.States[t.Place.Body].PositionM.Sub(e.States[t.Frame].PositionM)
}

// ship is the ship so many ticks after the start, e being the sky then.
func (t *Trip) ship(e *astro.Ephemeris, ticks float64) Ship {
	frame, position := t.path(e, ease(ticks/float64(t.Ticks)))
	s := Ship{Frame: frame, Nearest: frame, PositionM: position}
	ahead := nearer(t.Aim, t.ahead(e, &s)) // as if nothing were in the way: going round must not turn the view
	if ticks < float64(t.Ticks) {
		s.PositionM = t.goRound(e, frame, position)
	}
	s.Orientation = turnBetween(t.From, ahead, ease(ticks/float64(t.TurnTicks)))
	if left := float64(t.Ticks) - ticks; left < float64(t.LookTicks) {
		look := nearer(s.Orientation, t.Look.orientation(e, frame, s.PositionM))
		s.Orientation = turnBetween(s.Orientation, look, ease(1-left/float64(t.LookTicks)))
	}
	return s
}

// path is where the trip has come to, by its share: relative to the centre of the
// body that is the nearer one there.
func (t *Trip) path(e *astro.Ephemeris, share float64) (astro.Body, mgl64.Vec3) {
	end := t.Place.position(e)
	first, last := t.span(e)
	w := first + (last-first)*share
	if t.OneCentre {
		start := t.start(e)
		direction := between(start.Normalize(), end.Normalize(), share)
		return t.Place.Body, direction.Mul(math.Exp(-w))
	}
	apart := t.apart(e)
	length := apart.Len()
	line := apart.Mul(1 / length)
	if w < 0 {
		turned := ease((w - first) / (0 - first))
		return t.Frame, between(t.FromM.Normalize(), line, turned).Mul(length / (1 + math.Exp(-w)))
	}
	turned := ease(w / last)
	return t.Place.Body, between(line.Mul(-1), end.Normalize(), turned).Mul(length / (1 + math.Exp(w)))
}

// fovRad is the vertical field of view so many ticks after the start.
func (t *Trip) fovRad(ticks float64) float64 {
	k := ease(ticks / float64(t.Ticks))
	return math.Exp((1-k)*math.Log(t.FromFOVRad) + k*math.Log(float64(t.Look.FOV)))
}

// between is the direction that is a share k of the way from a to b, all of length
// one.
func between(a, b mgl64.Vec3, k float64) mgl64.Vec3 {
	axis := a.Cross(b)
	angle := math.Atan2(axis.Len(), a.Dot(b))
	if axis.Len() < 1e-12 {
		axis = perpendicular(mgl64.Vec3{0, 0, 1}, a)
	}
	return mgl64.QuatRotate(k*angle, axis.Normalize()).Rotate(a)
}

// roundFrom is from how far, in its radii, a trip gives way to a body.
const roundFrom = 4.0

// goRound leads a trip round the bodies that are in its way: what would come to
// within reach is pushed outward, the more the nearer it would come. The reach ends
// short of both ends of the trip, so that those stay.
func (t *Trip) goRound(e *astro.Ephemeris, frame astro.Body, position mgl64.Vec3) mgl64.Vec3 {
	start := e.States[t.Frame].PositionM.Add(t.FromM)
	end := e.States[t.Place.Body].PositionM.Add(t.Place.position(e))
	origin := e.States[frame].PositionM
	for b := range astro.NumBodies {
		centre := e.States[b].PositionM
		radius := b.Info().MeanRadiusM
		away := position.Sub(centre.Sub(origin))
		r := away.Len()
		if r > roundFrom*radius {
			continue
		}
		reach := math.Min(roundFrom*radius, math.Min(start.Sub(centre).Len(), end.Sub(centre).Len()))
		floor := radius*clearance + (reach-radius*clearance)/4
		if r < reach && reach > floor && r > 0 {
			pushed := floor + (reach-floor)*math.Pow(r/reach, reach/(reach-floor))
			position = centre.Sub(origin).Add(away.Mul(pushed / r))
		}
	}
	return position
}

// travel takes the ship along its trip, and ends it.
func (s *State) travel(e *astro.Ephemeris) {
	t := s.Pilot.Trip
	ticks := float64(s.Tick - t.StartTick)
	s.Ship = t.ship(e, ticks)
	s.FOVRad = t.fovRad(ticks)
	if ticks >= float64(t.Ticks) {
		s.FOVRad = float64(t.Look.FOV)
		s.Target = t.Look.Target
		s.Pilot = Pilot{}
		s.findNearest(e)
		return
	}
	before := t.ship(e, ticks-1)
	from := e.States[before.Frame].PositionM.Sub(e.States[s.Ship.Frame].PositionM).Add(before.PositionM)
	s.Ship.VelocityMS = s.Ship.PositionM.Sub(from).Mul(TickRate)
}

// land breaks a trip off: the ship comes to rest as if the sticks had brought it
// here.
func (s *State) land(e *astro.Ephemeris) {
	if s.Pilot.Course != CourseTravel {
		return
	}
	s.free()
	s.findNearest(e)
	most := math.Max(minSpeedMS, s.heightM()*speedPerSecond)
	if v := s.Ship.VelocityMS.Len(); v > most {
		s.Ship.VelocityMS = s.Ship.VelocityMS.Mul(most / v)
	}
}
