package main

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

func ceres(t *testing.T) *orbit {
	t.Helper()
	o, err := ceresOrbit(newField(allPulls(), systemGM(astro.Ceres)), "")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func arcsecondsBetween(a, b mgl64.Vec3) float64 {
	return math.Atan2(a.Cross(b).Len(), a.Dot(b)) / degreeRad * 3600
}

// Elements that JPL published for other dates are on the orbit.
func TestCeresAgainstLaterElements(t *testing.T) {
	o := ceres(t)
	for _, tt := range []struct {
		jd       float64
		elements elements
	}{
		// JPL Horizons and JPL Small-Body Database, solution of 2021-04-13.
		{2458849.5, elements{2.769289292143484, 0.07687465013145245, 10.59127767086216, 80.3011901917491, 73.80896808746482, 130.3159688200986}},
		{2461200.5, elements{2.765552595034094, 0.07969229514816586, 10.58802780183462, 80.24862682043221, 73.29421453021587, 274.4193463761342}},
	} {
		want, wantV := tt.elements.state(0)
		days := tt.jd - 2451545
		if off := arcsecondsBetween(o.at(days), want); !(off < 0.015) {
			t.Errorf("JD %v: %.4f″ off", tt.jd, off)
		}
		const second = 1 / dayS
		if off := o.at(days + 500*second).Sub(o.at(days - 500*second)).Mul(1e-3).Sub(wantV).Len(); !(off < 1e-5) {
			t.Errorf("JD %v: %.2g km/s off", tt.jd, off)
		}
	}
}

func TestStartOfCeresIsAStep(t *testing.T) {
	if got := dayOf(stepAt(ceresEpochDays)); got != ceresEpochDays {
		t.Errorf("the step begins %v days after J2000.0, want %v", got, ceresEpochDays)
	}
	x, v := ceresElements.state(0)
	wantX := mgl64.Vec3{2.732616683194, -0.773484649771, -0.920760080688}.Mul(astro.AUM / kilometreM) // au: Swiss Ephemeris
	wantV := mgl64.Vec3{0.003368600337, 0.008330863048, 0.003238409590}.Mul(astro.AUM / kilometreM / dayS)
	if x.Sub(wantX).Len() > 500 || v.Sub(wantV).Len() > 1e-4 {
		t.Errorf("%v km and %v km/s, want %v km and %v km/s", x, v, wantX, wantV)
	}
}

// The polynomials leave out what Mercury and Venus make the Sun do in less than
// a span: 0.02″ from Ceres.
func TestPolynomialsFollowTheOrbit(t *testing.T) {
	o := ceres(t)
	worst := 0.0
	for from := startDays; from < endDays; from += spanDays {
		for axis := range 3 {
			f := func(days float64) float64 { return o.at(days)[axis] }
			c := chebyshev(f, from)
			for x := -1.0; x <= 1; x += 0.02 {
				worst = max(worst, math.Abs(sum(c, x)-f(from+spanDays/2*(1+x))))
			}
		}
	}
	if !(worst < 40) {
		t.Errorf("%.1f km", worst)
	}
}

// sum is that of a series of Chebyshev polynomials.
func sum(c []float64, x float64) float64 {
	s, before, last := c[0]+c[1]*x, 1.0, x
	for _, k := range c[2:] {
		before, last = last, 2*x*last-before
		s += k * last
	}
	return s
}

func TestChebyshev(t *testing.T) {
	f := func(days float64) float64 { x := days / 1000; return 1e9 + 3e8*x - 2e7*x*x + 5e6*math.Sin(x) }
	c := chebyshev(f, 300)
	for x := -1.0; x <= 1; x += 0.05 {
		if off := math.Abs(sum(c, x) - f(300+spanDays/2*(1+x))); !(off < 1e-3) {
			t.Errorf("at %.2f: %g km off", x, off)
		}
	}
}
