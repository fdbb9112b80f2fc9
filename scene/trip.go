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
//
// The view turns to the body that is travelled to, and keeps it where it then is as
// the ship goes round it. It is planned at the start, so that no date and no rate
// of time makes it turn faster than is comfortable: such a turn makes the trip
// longer instead.
type Trip struct {
	Frame      astro.Body // in which it begins
	FromM      mgl64.Vec3 // from the centre of Frame, ICRF
	From       mgl64.Quat // the ship's orientation at the start
	FromFOVRad float64
	To         astro.Body // in whose frame it ends
	EndM       mgl64.Vec3 // from the centre of To, ICRF, as of the arrival
	End        mgl64.Quat // of the sign that makes the turn the shorter one
	EndFOVRad  float64
	Target     astro.Body // that is chosen at the end
	ApartM     mgl64.Vec3 // from the centre of Frame to that of To, as of the start
	StartTick  uint64
	Ticks      uint64 // that it takes
	OneCentre  bool   // all of it counts from To: the other is too near to that, or the same
}

// How long a trip takes: from the shortest on longer, the more powers of e its
// distances span, up to the longest. Turns that need more get it.
const (
	leastTripS  = 4.0
	mostTripS   = 8.0
	longestSpan = 30.0 // powers of e: from a low orbit of Earth to one of Neptune
)

// The shares of a trip's time after which one body is as near as the other, which
// is when the ship begins to go round the one that it comes to; and after which the
// view has turned to that.
const (
	halfway   = 0.4
	turnShare = 0.6
)

// twoCentres is how much of the distance between two bodies the ends of a trip may
// be away from them, for both to count.
const twoCentres = 0.2

// goTo begins a trip to a place, or is there at once.
func (s *State) goTo(e *astro.Ephemeris, place Place, look Look, cut bool) {
	if cut {
		s.settle(place, look)
		return
	}
	s.free()
	t := Trip{
		Frame: s.Ship.Frame, FromM: s.Ship.PositionM, From: s.Ship.Orientation, FromFOVRad: s.FOVRad,
		To: place.Body, EndFOVRad: float64(look.FOV), Target: look.Target,
		ApartM:    e.States[place.Body].PositionM.Sub(e.States[s.Ship.Frame].PositionM),
		StartTick: s.Tick,
	}
	t.OneCentre = math.Max(t.FromM.Len(), place.distanceM()) > twoCentres*t.ApartM.Len()
	t.endAt(e, &place, &look)
	t.Ticks = t.leastTicks() * 101 / 100 // bodies move on until the arrival, and so does what is the best view
	var arrival astro.Ephemeris
	arrival.Update(s.Clock.At(s.Tick+t.Ticks, 0))
	t.endAt(&arrival, &place, &look)
	t.Ticks = max(t.Ticks, t.leastTicks())
	s.Pilot = Pilot{Course: CourseTravel, Body: place.Body, Trip: t}
	s.Ship.TurnRadS, s.ZoomPerS = mgl64.Vec3{}, 0
	s.Target = place.Body
}

// endAt sets the end of the trip as the sky is on arrival.
func (t *Trip) endAt(e *astro.Ephemeris, place *Place, look *Look) {
	t.EndM = place.position(e)
	t.End = look.orientation(e, t.To, t.EndM)
	t.End = nearer(t.swing(0).Conjugate().Mul(t.From), t.End)
}

// leastTicks is how many ticks the trip should take.
func (t *Trip) leastTicks() uint64 {
	first, last := t.span(t.ApartM)
	sec := leastTripS + (mostTripS-leastTripS)*math.Min(1, math.Abs(last-first)/longestSpan)
	const steps = 100
	before := t.orientation(0)
	for i := range steps {
		next := t.orientation(float64(i+1) / steps)
		sec = math.Max(sec, 1.01*angleBetween(before, next)*steps/turnRateRadS)
		before = next
	}
	return uint64(math.Ceil(sec * TickRate))
}

// span is what w runs over: the logarithm of ρ/r, or with one centre of 1/r.
func (t *Trip) span(apart mgl64.Vec3) (first, last float64) {
	near := t.EndM.Len()
	if t.OneCentre {
		return -math.Log(t.FromM.Sub(apart).Len()), -math.Log(near)
	}
	length, from := apart.Len(), t.FromM.Len()
	return math.Log(from / (length - from)), math.Log((length - near) / near)
}

// ship is the ship so many ticks after the start, e being the sky then.
func (t *Trip) ship(e *astro.Ephemeris, ticks float64) Ship {
	share := math.Min(1, ticks/float64(t.Ticks))
	frame, position := t.path(e.States[t.To].PositionM.Sub(e.States[t.Frame].PositionM), share)
	if share < 1 {
		position = t.goRound(e, frame, position)
	}
	return Ship{Frame: frame, Nearest: frame, PositionM: position, Orientation: t.orientation(share)}
}

// path is where the trip has come to after a share of its time, if nothing is in
// the way: relative to the centre of the body that is the nearer one there. apart
// leads from the centre of Frame to that of To.
func (t *Trip) path(apart mgl64.Vec3, share float64) (astro.Body, mgl64.Vec3) {
	if share >= 1 {
		return t.To, t.EndM
	}
	first, last := t.span(apart)
	if t.OneCentre {
		w := first + (last-first)*ease(share)
		return t.To, t.round(apart).direction(roundShare(share)).Mul(math.Exp(-w))
	}
	length := apart.Len()
	pace := easeSlope * math.Min(-first/halfway, last/(1-halfway)) // of w, halfway
	if share < halfway {
		w := first + cubic(share/halfway, -first, pace*halfway)
		leave := arcBetween(t.FromM, apart)
		return t.Frame, leave.direction(ease(share / halfway)).Mul(length / (1 + math.Exp(-w)))
	}
	left := (1 - share) / (1 - halfway)
	w := last - cubic(left, last, pace*(1-halfway))
	return t.To, t.round(apart).direction(roundShare(share)).Mul(length / (1 + math.Exp(w)))
}

// cubic runs from 0 at rest to so much, where its slope is pace, as x runs from 0 to
// 1.
func cubic(x, so, pace float64) float64 { return x * x * (3*so - pace + x*(pace-2*so)) }

// orientation is the ship's after a share of the time.
func (t *Trip) orientation(share float64) mgl64.Quat {
	if share >= 1 {
		return t.End
	}
	from := t.swing(0).Conjugate().Mul(t.From)
	return t.swing(share).Mul(turnBetween(from, t.End, ease(share/turnShare))).Normalize()
}

// swing turns the view at the end of the trip to where it must look after a share of
// the time to have To at the same place in it, and without a roll.
func (t *Trip) swing(share float64) mgl64.Quat {
	turn := t.round(t.ApartM).turn(roundShare(share) - 1)
	if t.OneCentre || share >= halfway {
		return turn
	}
	_, position := t.path(t.ApartM, share)
	return arcBetween(t.ApartM, t.ApartM.Sub(position)).turn(1).Mul(turn)
}

// round is the arc on which the trip goes round To.
func (t *Trip) round(apart mgl64.Vec3) arc {
	if t.OneCentre {
		return arcBetween(t.FromM.Sub(apart), t.EndM)
	}
	return arcBetween(apart.Mul(-1), t.EndM)
}

// roundShare is how much of that arc is done after a share of the time.
func roundShare(share float64) float64 { return ease((share - halfway) / (1 - halfway)) }

// arc is a turn of a direction to another, the short way.
type arc struct {
	from, axis mgl64.Vec3 // of length one
	angleRad   float64
}

func arcBetween(from, to mgl64.Vec3) arc {
	from, to = from.Normalize(), to.Normalize()
	axis := from.Cross(to)
	angle := math.Atan2(axis.Len(), from.Dot(to))
	if axis.Len() < 1e-12 {
		axis = perpendicular(mgl64.Vec3{0, 0, 1}, from)
	}
	return arc{from, axis.Normalize(), angle}
}

// turn is a share k of the turn.
func (a arc) turn(k float64) mgl64.Quat { return mgl64.QuatRotate(k*a.angleRad, a.axis) }

// direction is where a share k of the turn leads.
func (a arc) direction(k float64) mgl64.Vec3 { return a.turn(k).Rotate(a.from) }

// fovRad is the vertical field of view so many ticks after the start.
func (t *Trip) fovRad(ticks float64) float64 {
	k := ease(ticks / float64(t.Ticks))
	return math.Exp((1-k)*math.Log(t.FromFOVRad) + k*math.Log(t.EndFOVRad))
}

// roundFrom is from how far, in its radii, a trip gives way to a body.
const roundFrom = 4.0

// goRound leads a trip round the bodies that are in its way: what would come to
// within reach is pushed outward, the more the nearer it would come. The reach ends
// short of both ends of the trip, so that those stay.
func (t *Trip) goRound(e *astro.Ephemeris, frame astro.Body, position mgl64.Vec3) mgl64.Vec3 {
	start := e.States[t.Frame].PositionM.Add(t.FromM)
	end := e.States[t.To].PositionM.Add(t.EndM)
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
		s.FOVRad = t.EndFOVRad
		s.Target = t.Target
		s.Pilot = Pilot{}
		s.findNearest(e)
		return
	}
	before := t.ship(e, ticks-1)
	from := e.States[before.Frame].PositionM.Sub(e.States[s.Ship.Frame].PositionM).Add(before.PositionM)
	s.Ship.VelocityMS = s.Ship.PositionM.Sub(from).Mul(TickRate)
	s.Ship.TurnRadS = before.Orientation.Conjugate().Mul(nearer(before.Orientation, s.Ship.Orientation)).V.Mul(2 * TickRate)
}

// land breaks a trip off: the ship comes to rest as if the sticks had brought and
// turned it here.
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
