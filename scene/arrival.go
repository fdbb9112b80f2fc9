package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

const (
	// arrivalShare is how much of a picture's height a body fills that one has
	// travelled to, its rings included.
	arrivalShare = 0.45
	// sunShare is that of the Sun: 7.5 degrees, from 0.07 au.
	sunShare = 0.14
	// The phase angles of an arrival: round, and yet in relief.
	leastPhase, mostPhase = 30 * degree, 45 * degree
)

const degree = math.Pi / 180

// angleOf is the angle between two unit vectors.
func angleOf(a, b mgl64.Vec3) float64 { return math.Acos(math.Max(-1, math.Min(1, a.Dot(b)))) }

// reachM is how far a body and its rings reach from its centre.
func reachM(b astro.Body) float64 {
	info := b.Info()
	if n := len(info.Rings); n > 0 {
		return info.Rings[n-1].OuterM
	}
	return info.MeanRadiusM
}

// arrivalM is how far from a body one arrives that shall fill a share of the
// height of a view.
func arrivalM(b astro.Body, share float64, fov Angle) float64 {
	return reachM(b) / math.Sin(math.Atan(share*math.Tan(float64(fov)/2)))
}

// goodView is a place from which a body looks well, for one who comes from a
// heliocentric position: of those that are equally good the one that is least out
// of the way.
func goodView(e *astro.Ephemeris, b astro.Body, from mgl64.Vec3) (Place, Look) {
	look := Look{Target: b, Up: arrivalUp(e, b), FOV: DefaultFOV}
	if b == astro.Sun {
		return sunView(e, from), look
	}
	best, least := Place{}, math.Inf(1)
	for _, phase := range [...]Angle{leastPhase, (leastPhase + mostPhase) / 2, mostPhase} {
		for i := range 72 {
			p := Place{
				Body: b, Distance: Length(arrivalM(b, arrivalShare, DefaultFOV)),
				Toward: astro.Sun, Angle: phase, Position: Angle(i) * 5 * degree,
			}
			if cost := demerit(e, &p, from); cost < least {
				best, least = p, cost
			}
		}
	}
	return best, look
}

// arrivalUp is the body's own north, as it is known from maps and photographs, but for
// those that lie on their side, as Uranus and Pluto do: they are shown lying.
func arrivalUp(e *astro.Ephemeris, b astro.Body) Up {
	if e.Pole(b).Dot(eclipticNorth) > 0.5 {
		return UpPole
	}
	return UpNorth
}

// sunView looks at the Sun from where one comes, but not from over its poles.
func sunView(e *astro.Ephemeris, from mgl64.Vec3) Place {
	p := Place{Body: astro.Sun, Distance: Length(arrivalM(astro.Sun, sunShare, DefaultFOV)), Toward: astro.Earth}
	toward := e.States[astro.Earth].PositionM.Normalize()
	north := perpendicular(e.Pole(astro.Sun), toward)
	side := perpendicular(from.Normalize(), eclipticNorth)
	p.Angle = Angle(angleOf(side, toward))
	p.Position = Angle(math.Atan2(side.Dot(north.Cross(toward)), side.Dot(north)))
	return p
}

const (
	// openRings is how far one should stand above the plane of rings, and ringCost
	// what each radian less counts, in radians out of the way.
	openRings = 18 * degree
	ringCost  = 20.0
	// parentGain is what a moon's planet is worth in the background, likewise.
	parentGain = 1.0
)

// demerit is how much worse a place is than the best there could be: by how far one
// must go round the body, by rings that are seen edge-on or from their dark side,
// and without a planet behind its moon.
func demerit(e *astro.Ephemeris, p *Place, from mgl64.Vec3) float64 {
	direction := p.position(e).Normalize()
	body := e.States[p.Body].PositionM
	way := from.Sub(body).Normalize()
	cost := angleOf(direction, way)
	info := p.Body.Info()
	if len(info.Rings) > 0 {
		pole := e.Pole(p.Body)
		sun := e.States[astro.Sun].PositionM.Sub(body).Normalize()
		opening := math.Asin(pole.Dot(direction)) * math.Copysign(1, pole.Dot(sun))
		cost += ringCost * math.Max(0, openRings-opening)
	}
	if info.Kind == astro.KindMoon {
		cost -= parentGain * behind(e, p, direction)
	}
	return cost
}

// behind is 1 where a moon's planet stands wholly beside it in the view, and less
// where it is hidden or out of the picture.
func behind(e *astro.Ephemeris, p *Place, direction mgl64.Vec3) float64 {
	eye := e.States[p.Body].PositionM.Add(direction.Mul(p.distanceM()))
	planet := e.States[p.Body.Info().Parent].PositionM.Sub(eye).Normalize()
	off := angleOf(planet.Mul(-1), direction)
	return math.Exp(-math.Pow((off-22*degree)/(8*degree), 2))
}
