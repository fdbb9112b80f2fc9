package astro

import (
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"
)

// Where polynomials meet, a body may jump by what they leave out.
func TestSpansMeet(t *testing.T) {
	for name, s := range map[string]*spans{"Pluto": &plutoSpans, "Ceres": &ceresSpans} {
		for i := 1; i < spanCount; i++ {
			edge := Time((spansStartDays + float64(i)*spanDays) * dayNS)
			a, b := s.state(edge-1e6), s.state(edge+1e6)
			if jump := arcsecondsBetween(a.PositionM, b.PositionM); !(jump < 0.04) {
				t.Errorf("%s jumps by %.3g″ between spans %d and %d", name, jump, i-1, i)
			}
		}
	}
}

// Out of the range of their polynomials bodies stay where they end.
func TestIntegratedOutOfRange(t *testing.T) {
	first, last := Time(spansStartDays*dayNS), Time((spansStartDays+spanCount*spanDays)*dayNS)
	if first > MinTime || last < MaxTime {
		t.Errorf("spans are from %s to %s", first, last)
	}
	for name, s := range map[string]*spans{"Pluto": &plutoSpans, "Ceres": &ceresSpans} {
		if got, want := s.state(last+1e18).PositionM, s.state(last).PositionM; got.Sub(want).Len() > 1 {
			t.Errorf("%s is at %v, want %v", name, got, want)
		}
		if got, want := s.state(first-1e18).PositionM, s.state(first).PositionM; got.Sub(want).Len() > 1 {
			t.Errorf("%s is at %v, want %v", name, got, want)
		}
	}
}

// osculating is a heliocentric position by elements of the ecliptic J2000.
func osculating(semiMajorAU, e, inclination, node, periapsis, meanAnomaly float64) mgl64.Vec3 {
	k := kepler(semiMajorAU*AUM, e, meanAnomaly*degreeRad, 0)
	return rotationX(84381.448 * arcsecondRad).Mul(rotationZ(node * degreeRad)).
		Mul(rotationX(inclination * degreeRad)).Mul(rotationZ(periapsis * degreeRad)).Rotate(k.PositionM)
}

func TestCeresAgainstJPL(t *testing.T) {
	for _, tt := range []struct {
		jd     float64
		want   mgl64.Vec3
		limit  float64 // arcseconds
		source string
	}{
		{
			2458849.5, osculating(2.769289292143484, 0.07687465013145245, 10.59127767086216, 80.3011901917491, 73.80896808746482, 130.3159688200986),
			0.02, "Horizons, solution of 2021-04-13",
		},
		{2461000.5, osculating(2.7656157, 0.0795763, 10.58789, 80.24963, 73.29975, 231.53975), 0.07, "Small-Body Database, rounded to 0.04″"},
		{
			2461200.5, osculating(2.765552595034094, 0.07969229514816586, 10.58802780183462, 80.24862682043221, 73.29421453021587, 274.4193463761342),
			0.02, "Small-Body Database, solution of 2021-04-13",
		},
	} {
		got := StateAt(Ceres, on(t, tt.jd)).PositionM
		if off := arcsecondsBetween(got, tt.want); !(off < tt.limit) {
			t.Errorf("JD %v: %.4f″ from JPL's %s", tt.jd, off, tt.source)
		}
		if off := math.Abs(got.Len() - tt.want.Len()); !(off < 50e3) {
			t.Errorf("JD %v: %.1f km nearer or farther than in JPL's %s", tt.jd, off/1e3, tt.source)
		}
	}
}

// Swiss Ephemeris 2.09.03 integrates Ceres from elements of five digits. In 2006
// it is 0.17″ from JPL's elements, and its mean motion differs from ours by
// 0.4″ a century.
func TestCeresAgainstSwissEphemeris(t *testing.T) {
	for _, tt := range []struct {
		jd    float64
		au    mgl64.Vec3 // heliocentric, ICRS
		limit float64    // arcseconds
	}{
		{2378772.116541, mgl64.Vec3{1.687403382287, 2.115192058589, 0.623605624861}, 1.3},
		{2394699.875940, mgl64.Vec3{-1.352403891312, -2.263836852711, -0.768009669350}, 1.0},
		{2411176.868421, mgl64.Vec3{-2.360183772512, 0.602583348000, 0.762435553690}, 1.0},
		{2433146.191729, mgl64.Vec3{-2.520173177922, -0.485827681693, 0.287247750826}, 0.5},
		{2455115.515038, mgl64.Vec3{-2.185955215999, -1.465487959285, -0.245345756325}, 0.2},
		{2471592.507519, mgl64.Vec3{-1.597361776978, 1.673754255860, 1.117464104314}, 0.2},
		{2487520.266917, mgl64.Vec3{1.732136163431, -1.998997799202, -1.303575701097}, 0.2},
	} {
		got := StateAt(Ceres, on(t, tt.jd)).PositionM
		if off := arcsecondsBetween(got, tt.au); !(off < tt.limit) {
			t.Errorf("JD %v: %.3f″ off", tt.jd, off)
		}
		if off := math.Abs(got.Len() - tt.au.Len()*AUM); !(off < 300e3) {
			t.Errorf("JD %v: %.0f km nearer or farther", tt.jd, off/1e3)
		}
	}
}

// Piazzi saw a new star of declination 15°37′45.5″ cross the meridian of Palermo
// on 1801-01-01 at 8h 43m 17.8s in the evening, mean time there (Monatliche
// Correspondenz, September 1801). His places are good to some 10″, and nutation,
// which the Earth's orientation leaves out here, was 6″.
func TestPiazziSawCeres(t *testing.T) {
	const longitudeDeg = 13.3533 // of his observatory
	local := time.Date(1801, 1, 1, 20, 43, 17, 800e6, time.UTC)
	at := FromUTC(local.Add(-time.Duration(longitudeDeg * 240 * float64(time.Second))))
	o := Observe(Ceres, Earth, at)
	earth := StateAt(Earth, at).VelocityMS.Mul(1 / lightMS)
	apparent := towards(o.RADeg, o.DecDeg).Add(earth).Normalize() // with aberration
	longitude, dec := directionOf(OrientationAt(Earth, at).Conjugate().Rotate(apparent))
	if off := (longitude - longitudeDeg) * 3600; !(math.Abs(off) < 15) {
		t.Errorf("Ceres is %.1f″ from the meridian", off)
	}
	if off := (dec - (15 + 37./60 + 45.5/3600)) * 3600; !(math.Abs(off) < 15) {
		t.Errorf("its declination is %.1f″ off", off)
	}
}
