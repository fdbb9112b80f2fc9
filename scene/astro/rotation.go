package astro

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// rotation holds the IAU elements of a body's pole and prime meridian: right
// ascension and declination of the pole by centuries, the meridian by days, all
// in degrees, and periodic terms.
type rotation struct {
	known   bool
	ra, dec [2]float64
	w       [3]float64
	raSin   [][4]float64 // amplitude, and its argument's coefficients by days
	decCos  [][4]float64
	wSin    [][4]float64
}

// angles returns right ascension and declination of the pole and the prime
// meridian's angle, in degrees, not reduced.
func (r *rotation) angles(days float64) (ra, dec, w float64) {
	c := days / daysCentury
	ra = r.ra[0] + r.ra[1]*c
	dec = r.dec[0] + r.dec[1]*c
	w = r.w[0] + r.w[1]*days + r.w[2]*days*days
	for i := range r.raSin {
		ra += periodic(&r.raSin[i], days, 0)
	}
	for i := range r.decCos {
		dec += periodic(&r.decCos[i], days, math.Pi/2)
	}
	for i := range r.wSin {
		w += periodic(&r.wSin[i], days, 0)
	}
	return ra, dec, w
}

func periodic(term *[4]float64, days, quarter float64) float64 {
	argument := term[1] + math.Mod(term[2]*days, 360) + term[3]*days*days
	return term[0] * math.Sin(argument*degreeRad+quarter)
}

// OrientationAt returns the rotation from the axes fixed to b into ICRF axes.
// Moons without IAU elements turn one side to their planet.
func OrientationAt(b Body, t Time) mgl64.Quat {
	if b != Earth && !rotations[b].known {
		s := relativeState(b, t)
		return locked(s.PositionM, poleOf(b.Info().Parent, t))
	}
	return orientation(b, t)
}

// orientation is for the Earth and for bodies with IAU elements.
func orientation(b Body, t Time) mgl64.Quat {
	if b == Earth {
		return earthOrientation(t)
	}
	ra, dec, w := rotations[b].angles(t.Days())
	return fromPole(ra, dec).Mul(rotationZ(math.Mod(w, 360) * degreeRad))
}

// fromPole turns the axes of a plane (x to its ascending node on the ICRF
// equator, z to its pole) into ICRF axes.
func fromPole(raDeg, decDeg float64) mgl64.Quat {
	return rotationZ((raDeg + 90) * degreeRad).Mul(rotationX((90 - decDeg) * degreeRad))
}

// poleOf is the plane of a body's equator.
func poleOf(b Body, t Time) mgl64.Quat {
	ra, dec, _ := rotations[b].angles(t.Days())
	return fromPole(ra, dec)
}

// locked turns a moon's prime meridian towards the planet, which lies opposite
// to position, and its pole to that of the planet's equator.
func locked(position mgl64.Vec3, plane mgl64.Quat) mgl64.Quat {
	flat := plane.Conjugate().Rotate(position.Mul(-1))
	return plane.Mul(rotationZ(math.Atan2(flat[1], flat[0])))
}

// earthOrientation is mean sidereal time and precession, without nutation (up to
// 17″) and polar motion (0.5″).
//
// Source: IAU 2006 precession, Capitaine, Wallace & Chapront 2003, A&A 412, 567;
// Earth rotation angle, IAU 2000 resolution B1.8; mean sidereal time, Capitaine,
// Wallace & McCarthy 2005, A&A 432, 355.
func earthOrientation(t Time) mgl64.Quat {
	c := t.Centuries()
	zeta := polynomial(c, 2.650545, 2306.083227, 0.2988499, 0.01801828, -5.971e-6, -3.173e-7) * arcsecondRad
	z := polynomial(c, -2.650545, 2306.077181, 1.0927348, 0.01826837, -2.8596e-5, -2.904e-7) * arcsecondRad
	theta := polynomial(c, 0, 2004.191903, -0.4294934, -0.04182264, -7.089e-6, -1.274e-7) * arcsecondRad
	toDate := rotationZ(z).Mul(mgl64.QuatRotate(-theta, mgl64.Vec3{0, 1, 0})).Mul(rotationZ(zeta))

	ut1Days := t.Days() - ttMinusUT1(t)/86_400
	turns := 0.7790572732640 + 0.00273781191135448*ut1Days + math.Mod(ut1Days, 1)
	sidereal := 2*math.Pi*math.Mod(turns, 1) +
		polynomial(c, 0.014506, 4612.156534, 1.3915817, -4.4e-7, -2.9956e-5)*arcsecondRad
	return toDate.Conjugate().Mul(rotationZ(sidereal))
}

// ut1Kept is the date up to which UTC is known to keep within 0.9 s of UT1.
const ut1Kept = 2027.0

// ttMinusUT1 is in seconds. While UTC is kept within 0.9 s of UT1 it is TT-UTC;
// from then on it grows as the polynomials have it.
func ttMinusUT1(t Time) float64 {
	year := 2000 + t.Days()/365.25
	day := dayOf(t)
	switch {
	case day < leapDays[0]:
		return DeltaT(year)
	case year < ut1Kept:
		return float64(aheadOfUTC(day)) / 1e9
	}
	const lastKnown = 32.184 + 37
	return lastKnown + DeltaT(year) - DeltaT(ut1Kept)
}
