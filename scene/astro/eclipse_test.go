package astro

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// apparent is where the Earth sees a body: light time, and aberration to the
// first order, which is enough for bodies that stand close together.
func apparent(b Body, t Time) mgl64.Vec3 {
	earth := StateAt(Earth, t)
	seen, seconds := lightTime(b, earth.PositionM, t)
	return seen.Add(earth.VelocityMS.Mul(seconds))
}

// least finds the instant within half an hour of a guess at which f, which has
// one valley there, is least, to a millisecond.
func least(guess Time, f func(Time) float64) (Time, float64) {
	low, high := guess-1800e9, guess+1800e9
	for high-low > 1e6 {
		third := (high - low) / 3
		if f(low+third) < f(high-third) {
			high -= third
		} else {
			low += third
		}
	}
	return (low + high) / 2, f((low + high) / 2)
}

func TestSolarEclipses(t *testing.T) {
	for _, tt := range []struct {
		jd    float64 // greatest eclipse, TT
		gamma float64 // distance of the shadow's axis from the centre, in radii of the Earth
	}{
		// Espenak & Meeus 2006, Five Millennium Canon of Solar Eclipses, NASA/TP-2006-214141; times to 1 s.
		{2417088.046829, 0.5708},  // 1905-08-30 13:07:26
		{2422108.047859, -0.2955}, // 1919-05-29 13:08:55
		{2428693.361829, -0.2253}, // 1937-06-08 20:41:02
		{2437345.847083, 0.8830},  // 1961-02-15 08:19:48
		{2441863.985197, -0.0785}, // 1973-06-30 11:38:41
		{2448449.296539, -0.0041}, // 1991-07-11 19:07:01
		{2451401.961215, 0.5062},  // 1999-08-11 11:04:09
		{2457987.268519, 0.4367},  // 2017-08-21 18:26:40
		{2460409.262836, 0.3431},  // 2024-04-08 18:18:29
		{2468205.237951, 0.2116},  // 2045-08-12 17:42:39
	} {
		published := on(t, tt.jd)
		axis := func(at Time) mgl64.Vec3 { // from the centre of the Earth to the nearest point of the axis
			moon := apparent(Moon, at)
			along := moon.Sub(apparent(Sun, at)).Normalize()
			return moon.Sub(along.Mul(moon.Dot(along)))
		}
		got, distance := least(published, func(at Time) float64 { return axis(at).Len() })
		if off := float64(got-published) / 1e9; !(math.Abs(off) < 1) {
			t.Errorf("eclipse at JD %v: greatest %.2f s off", tt.jd, off)
		}
		north := OrientationAt(Earth, got).Rotate(mgl64.Vec3{0, 0, 1})
		gamma := math.Copysign(distance/Earth.Info().EquatorialRadiiM[0], axis(got).Dot(north))
		if !(math.Abs(gamma-tt.gamma) < 1.2e-4) {
			t.Errorf("eclipse at JD %v: gamma %.5f, want %v", tt.jd, gamma, tt.gamma)
		}
	}
}

func TestTransits(t *testing.T) {
	for _, tt := range []struct {
		body    Body
		jd      float64 // greatest transit, TT
		seconds float64 // to which that is known
		arcsec  float64 // least geocentric distance of the centres
	}{
		// Espenak, Six Millennium Catalog of Venus Transits: 2012-06-06 about 01:30 UT.
		{Venus, 2456084.5630, 30, 554.4},
		// Espenak, Observer's Handbook 2016 and Seven Century Catalog of Mercury Transits: 14:57:26 and 15:19:48 UT,
		// with Delta T 68.2 s and 69.4 s.
		{Mercury, 2457518.1240069, 2, 318.5},
		{Mercury, 2458799.1395532, 2, 75.9},
	} {
		published := on(t, tt.jd)
		got, angle := least(published, func(at Time) float64 { return arcsecondsBetween(apparent(tt.body, at), apparent(Sun, at)) })
		if off := float64(got-published) / 1e9; !(math.Abs(off) < tt.seconds) {
			t.Errorf("%s at JD %v: %.1f s off", tt.body, tt.jd, off)
		}
		if !(math.Abs(angle-tt.arcsec) < 0.06) {
			t.Errorf("%s at JD %v: %.3f″ from the Sun's centre, want %v″", tt.body, tt.jd, angle, tt.arcsec)
		}
	}
}
