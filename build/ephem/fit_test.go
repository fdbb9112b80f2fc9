package main

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// plutoDE431 is the heliocentric barycentre of Pluto and Charon by JPL DE431.
var plutoDE431 = []row{
	{"pluto", 2379940.503472, mgl64.Vec3{5737650533.0767, -1303357393.1397, -2135296997.819}, mgl64.Vec3{2.246513752, 3.81598948, 0.513625233}},
	{"pluto", 2409751.019676, mgl64.Vec3{3169490569.5965, 6444562493.4048, 1055653623.912}, mgl64.Vec3{-3.370834765, 1.002759504, 1.325328526}},
	{"pluto", 2423256.706019, mgl64.Vec3{-1194395748.6777, 5922013577.2905, 2207166789.6363}, mgl64.Vec3{-3.785207251, -2.063093514, 0.496746666}},
	{"pluto", 2433457.116898, mgl64.Vec3{-4002619674.282, 2962015900.9112, 2130027647.1236}, mgl64.Vec3{-2.175324899, -4.597850336, -0.776623212}},
	{"pluto", 2446034.560185, mgl64.Vec3{-3597221308.3673, -2617854813.048, 266715125.2395}, mgl64.Vec3{3.395739404, -4.457359932, -2.409834222}},
	{"pluto", 2456161.760417, mgl64.Vec3{702100259.162, -4497347983.4896, -1614890087.5748}, mgl64.Vec3{5.470299447, 0.356519022, -1.539130771}},
	{"pluto", 2466957.199074, mgl64.Vec3{4909810870.2362, -2428192463.8501, -2237331918.5404}, mgl64.Vec3{3.211624622, 3.478401805, 0.119751107}},
	{"pluto", 2477943.72338, mgl64.Vec3{6564915054.1579, 1211711105.9122, -1599804918.5608}, mgl64.Vec3{0.351521823, 3.860587863, 1.096243173}},
}

// plutoHeld is more of that, which no orbit here is fitted to.
var plutoHeld = []row{
	{"pluto", 2392514.767361, mgl64.Vec3{6467539556.5932, 2853936428.0061, -1058094311.4146}, mgl64.Vec3{-0.757545145, 3.50226152, 1.319554111}},
	{"pluto", 2428742.05787, mgl64.Vec3{-2879430218.212, 4613654608.2105, 2307072630.9096}, mgl64.Vec3{-3.217731894, -3.463375477, -0.107234518}},
	{"pluto", 2450843.02662, mgl64.Vec3{-1791607530.4193, -4056265530.0782, -725755763.4275}, mgl64.Vec3{5.114253908, -2.313645328, -2.260031457}},
	{"pluto", 2472799.881944, mgl64.Vec3{6128150593.0067, -529771592.8304, -2011403137.2705}, mgl64.Vec3{1.629862254, 3.935620155, 0.738234452}},
}

// An orbit fitted to some rows of DE431 runs through the others.
func TestFitForetellsDE431(t *testing.T) {
	o, err := fit(newField(allPulls(), systemGM(astro.Pluto)), plutoDE431)
	if err != nil {
		t.Fatal(err)
	}
	if km := o.worst(plutoDE431); !(km < 60) {
		t.Errorf("%.1f km from the rows of the fit", km)
	}
	if km := o.worst(plutoHeld); !(km < 60) {
		t.Errorf("%.1f km from rows that it has not seen", km)
	}
}

func TestSolve(t *testing.T) {
	want := [6]float64{3, -1, 4, 1, -5, 9}
	var m [6][7]float64
	for r := range 6 {
		for c := range 6 {
			m[r][c] = 1 / float64(r+c+1) // Hilbert's matrix
			if r == 0 && c == 0 {
				m[r][c] = 0 // needs a pivot
			}
			m[r][6] += m[r][c] * want[c]
		}
	}
	got, err := solve(m)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) < 1e-6) {
			t.Errorf("unknown %d is %v, want %v", i, got[i], want[i])
		}
	}
	if _, err := solve([6][7]float64{}); err == nil {
		t.Error("nothing determines the solution, and no error")
	}
}
