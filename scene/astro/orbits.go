package astro

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

const degreeRad = math.Pi / 180

// ellipse is the precessing ellipse of a moon about its planet. Angles are in
// degrees; mean longitude and longitude of the periapsis are counted from the
// node of the reference plane on the ICRF equator, then of the orbit on the
// reference plane. Rates are by day or by Julian year.
type ellipse struct {
	body                       Body
	semiMajorM, eccentricity   float64
	periapsis, periapsisByYear float64
	longitude, longitudeByDay  float64
	longitudeByCentury2        float64
	inclination                float64
	node, nodeByYear           float64
	poleRA, poleDec            float64 // of the reference plane
	librationAmplitude         float64 // of the longitude, as amplitude·sin(rate·days + phase)
	librationByDay             float64
	librationPhase             float64
	worstDeg                   float64 // against the theory it was fitted to, 1950-2050
}

// state is relative to the planet.

func (e *ellipse) state(t Time) State {
	days := t.Days()
	years, centuries := days/365.25, days/daysCentury
	longitude := e.longitude + math.Mod(e.longitudeByDay*days, 360) + e.longitudeByCentury2*centuries*centuries +
		e.librationAmplitude*math.Sin((e.librationByDay*days+e.librationPhase)*degreeRad)
	longitudeByDay := e.longitudeByDay + 2*e.longitudeByCentury2*centuries/daysCentury +
		e.librationAmplitude*e.librationByDay*degreeRad*math.Cos((e.librationByDay*days+e.librationPhase)*degreeRad)
	periapsis := e.periapsis + e.periapsisByYear*years
	node := e.node + e.nodeByYear*years

	const perSecond = degreeRad / 86_400
	nodeRate, periapsisRate := e.nodeByYear/365.25*perSecond, e.periapsisByYear/365.25*perSecond
	k := kepler(e.semiMajorM, e.eccentricity, (longitude-periapsis)*degreeRad, longitudeByDay*perSecond-periapsisRate)

	// From the perifocal axes to ICRF, outermost rotation first.
	plane := rotationZ(e.poleRA*degreeRad + math.Pi/2).Mul(rotationX(math.Pi/2 - e.poleDec*degreeRad))
	orbit := plane.Mul(rotationZ(node * degreeRad)).Mul(rotationX(e.inclination * degreeRad))
	full := orbit.Mul(rotationZ((periapsis - node) * degreeRad))
	position := full.Rotate(k.PositionM)
	turning := plane.Rotate(mgl64.Vec3{0, 0, nodeRate}).Add(orbit.Rotate(mgl64.Vec3{0, 0, periapsisRate - nodeRate}))
	return State{position, full.Rotate(k.VelocityMS).Add(turning.Cross(position))}
}

// kepler is the state on an ellipse in its own axes, x towards the periapsis, at
// a mean anomaly (rad) that grows by rate (rad/s).
func kepler(semiMajorM, e, meanAnomaly, rate float64) State {
	ecc := eccentricAnomaly(e, meanAnomaly)
	sin, cos := math.Sincos(ecc)
	minor := math.Sqrt(1 - e*e)
	eccRate := rate / (1 - e*cos)
	return State{
		mgl64.Vec3{semiMajorM * (cos - e), semiMajorM * minor * sin, 0},
		mgl64.Vec3{-semiMajorM * sin * eccRate, semiMajorM * minor * cos * eccRate, 0},
	}
}

// eccentricAnomaly solves Kepler's equation E - e·sin E = M for e < 1, by
// Newton's method from Danby's start (Danby 1987, Celest. Mech. 40, 303).
func eccentricAnomaly(e, meanAnomaly float64) float64 {
	m := math.Remainder(meanAnomaly, 2*math.Pi)
	ecc := m + math.Copysign(0.85*e, math.Sin(m))
	for range 30 {
		sin, cos := math.Sincos(ecc)
		step := (ecc - e*sin - m) / (1 - e*cos)
		ecc -= step
		if math.Abs(step) < 1e-15 {
			break
		}
	}
	return ecc
}

func rotationX(rad float64) mgl64.Quat { return mgl64.QuatRotate(rad, mgl64.Vec3{1, 0, 0}) }
func rotationZ(rad float64) mgl64.Quat { return mgl64.QuatRotate(rad, mgl64.Vec3{0, 0, 1}) }

// ceres is an osculating ellipse; away from its epoch the planets pull Ceres off
// it by degrees.
//
// Source: JPL Small-Body Database, 1 Ceres, epoch JD 2461000.5; mean anomaly and
// node are of the ecliptic and equinox J2000.
func ceresState(t Time) State {
	const (
		epochDays     = 2461000.5 - j2000JD
		semiMajorM    = 2.7656157 * AUM
		eccentricity  = 0.0795763
		inclination   = 10.58789
		node          = 80.24963
		periapsis     = 73.29975 // argument
		meanAnomaly   = 231.53975
		obliquity     = 84381.448 / 3600.0
		secondsPerDay = 86_400
	)
	rate := math.Sqrt(facts[Sun].GMM3S2 / (semiMajorM * semiMajorM * semiMajorM))
	m := meanAnomaly*degreeRad + rate*(t.Days()-epochDays)*secondsPerDay
	k := kepler(semiMajorM, eccentricity, m, rate)
	q := rotationX(obliquity * degreeRad).Mul(rotationZ(node * degreeRad)).
		Mul(rotationX(inclination * degreeRad)).Mul(rotationZ(periapsis * degreeRad))
	return State{q.Rotate(k.PositionM), q.Rotate(k.VelocityMS)}
}

// charonState keeps Charon over the prime meridian of Pluto, at the distance of
// its circular orbit.
//
// Source: Brozović & Jacobson 2024, AJ 167, 256 (19 596 km); Archinal et al. 2018.
func charonState(t Time) State {
	const distanceM = 19_596e3
	q := orientation(Pluto, t)
	radius := q.Rotate(mgl64.Vec3{distanceM, 0, 0})
	spin := q.Rotate(mgl64.Vec3{0, 0, rotations[Pluto].w[1] * degreeRad / 86_400})
	return State{radius, spin.Cross(radius)}
}

// circleState is for moons without a theory: the right distance and time, in the
// plane of the planet's equator (Phoebe: of the ecliptic, backward), from an
// arbitrary place at J2000.
//
// Source: JPL, Planetary Satellite Mean Elements.
func circleState(b Body, t Time) State {
	info := &facts[b]
	rate := 2 * math.Pi / (info.periodDays * 86_400)
	plane := poleOf(info.Parent, t)
	if b == Phoebe {
		plane = rotationX(23.4392911 * degreeRad).Mul(rotationX(175.2 * degreeRad))
	}
	k := kepler(info.orbitM, 0, rate*t.Days()*86_400, rate)
	return State{plane.Rotate(k.PositionM), plane.Rotate(k.VelocityMS)}
}
