package astro

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

const degreeRad = math.Pi / 180

// ellipse is the precessing ellipse of a moon about its planet, at J2000.0.
// Angles are in degrees; longitudes of the periapsis and of the moon's mean place
// are counted in the reference plane from its ascending node on the ICRF equator
// to the node of the orbit, and from there in the orbit. Rates are by day or by
// Julian year.
type ellipse struct {
	body                       Body
	semiMajorM, eccentricity   float64
	periapsis, periapsisByYear float64
	longitude, longitudeByDay  float64
	longitudeByCentury2        float64
	inclination                float64 // to the reference plane
	node, nodeByYear           float64 // of the orbit on the reference plane
	poleRA, poleDec            float64 // of the reference plane
	librationAmplitude         float64 // the longitude has amplitude·sin(rate·days + phase) besides
	librationByDay             float64
	librationPhase             float64
	worstDeg                   float64 // against the theory that it was fitted to, 1950-2050
}

// state is relative to the planet, on ICRF axes.
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

// charonState keeps Charon above the prime meridian of Pluto, at the distance of
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

// amalthea has JPL's mean elements of 1995-10-10, reckoned to J2000.0.
//
// Source: JPL JUP250.
var amalthea = ellipse{
	body:       Amalthea,
	semiMajorM: 181_365_551, eccentricity: 0.0030806,
	periapsis: 94.8751, periapsisByYear: 917.9006,
	longitude: 53.5804, longitudeByDay: 722.6317140819,
	inclination: 0.38808, node: 286.3172, nodeByYear: -914.7832,
	poleRA: 268.0573, poleDec: 64.49434,
}

// proteus has JPL's mean elements of J2000.0. Its plane is in truth not quite at
// rest: Triton makes it turn with Neptune's equator, 0.7° from 1800 to 2100.
//
// Source: JPL NEP081, Jacobson 2009, AJ 137, 4322.
var proteus = ellipse{
	body:       Proteus,
	semiMajorM: 117_646e3, eccentricity: 0.00051,
	periapsis: 23.0994, periapsisByYear: 28.1362,
	longitude: 274.0371, longitudeByDay: 320.7656245,
	inclination: 0.0749, node: 315.1314, nodeByYear: -28.2873,
	poleRA: 299.4058, poleDec: 42.4317,
}

// phoebeState goes round in the right time at the right distance, backward in
// the ecliptic, from an arbitrary place at J2000.0.
//
// Source: JPL, Planetary Satellite Mean Elements.
func phoebeState(t Time) State {
	const distanceM, periodDays, inclination = 12_947_780e3, 550.30391, 175.2
	rate := 2 * math.Pi / (periodDays * 86_400)
	k := kepler(distanceM, 0, rate*t.Days()*86_400, rate)
	plane := rotationX(23.4392911 * degreeRad).Mul(rotationX(inclination * degreeRad))
	return State{plane.Rotate(k.PositionM), plane.Rotate(k.VelocityMS)}
}
