package render

import (
	"math"
	"testing"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// TestBelts: zones leave no gap from pole to pole, their tint fits the texture
// and is 1 on the whole, and the dark belts lie where they should.
func TestBelts(t *testing.T) {
	for _, row := range beltRows {
		last := -90.0
		var mean float64
		for _, z := range row.zones {
			if z.southDeg != last || z.northDeg <= z.southDeg {
				t.Errorf("%s: a zone from %g to %g after %g", row.body, z.southDeg, z.northDeg, last)
			}
			last = z.northDeg
		}
		if last != 90 {
			t.Errorf("%s: the last zone ends at %g", row.body, last)
		}
		for _, tint := range tints(row.zones, row.blurDeg) {
			for _, c := range tint {
				if c > maxBeltTint || c < 0 {
					t.Fatalf("%s: tint %v", row.body, tint)
				}
			}
			mean += luma(tint) / beltTexels
		}
		if math.Abs(mean-1) > 1e-9 {
			t.Errorf("%s: mean tint %.3f", row.body, mean)
		}
	}
	blue := func(lat float64) float64 { return tintAt(jupiterZones, lat, 1.5)[2] }
	if !(blue(12) < 0.6*blue(0) && blue(-10) < 0.6*blue(0) && blue(-23) > blue(-10)) {
		t.Error("Jupiter's equatorial belts do not stand out")
	}
	if beltRow(astro.Jupiter) != 0 || beltRow(astro.Saturn) != 1 || beltRow(astro.Uranus) != -1 {
		t.Error("rows")
	}
}
