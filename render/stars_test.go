package render

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// TestStarTable does what stars.vert does with the table, in single precision,
// and compares it with where the models have the star.
func TestStarTable(t *testing.T) {
	const masPerYear = math.Pi / 180 / 3600e3
	for _, star := range []astro.Star{
		{ // Barnard's star, the fastest: SIMBAD
			Name: "Barnard", RARad: 4.70312, DecRad: 0.081909, PMRARadPerYear: -801.551 * masPerYear, PMDecRadPerYear: 10362.394 * masPerYear,
			ParallaxArcsec: 0.5469759, RadialVelocityKmS: -110.47, Magnitude: 9.511, BV: 1.73,
		},
		{ // Sirius: ESA SP-1200
			Name: "Sirius", RARad: 1.767794, DecRad: -0.291751, PMRARadPerYear: -546.01 * masPerYear, PMDecRadPerYear: -1223.08 * masPerYear,
			ParallaxArcsec: 0.37921, RadialVelocityKmS: -5.5, Magnitude: -1.44, BV: 0.009,
		},
		{Name: "far", RARad: 1, DecRad: 1.2, Magnitude: 3, BV: -0.1},
	} {
		table := starTable([]astro.Star{star})
		if len(table) != starTexels {
			t.Fatalf("%d texels, want %d", len(table), starTexels)
		}
		for _, years := range []float64{-200, -50, 0, 26.9, 100} {
			here, motion := mgl32.Vec3(table[0][:3]), mgl32.Vec3(table[1][:3])
			from := here.Add(motion.Mul(float32(years)))
			want, wantPC := astro.StarAt(&star, astro.J2000+astro.Time(years*yearSeconds*1e9))
			got := mgl64.Vec3{float64(from[0]), float64(from[1]), float64(from[2])}
			if off := angle(got, want) * 180 / math.Pi * 3600; off > 0.05 {
				t.Errorf("%s in %g years: %.3f arcseconds off", star.Name, years, off)
			}
			_, startPC := astro.StarAt(&star, astro.J2000)
			light := float64(table[0][3]) / got.Dot(got)
			if wanted := math.Pow(10, -0.4*float64(star.Magnitude)) * math.Pow(startPC/wantPC, 2); math.Abs(light/wanted-1) > 1e-5 {
				t.Errorf("%s in %g years: light %g, want %g", star.Name, years, light, wanted)
			}
		}
		if luma := luminance([3]float32(table[2][:3])); math.Abs(luma-1) > 1e-3 {
			t.Errorf("%s: its colour has luminance %g", star.Name, luma)
		}
	}
}

// TestStarColours: hot stars are bluish, cool ones reddish.
func TestStarColours(t *testing.T) {
	for _, tt := range []struct {
		bv        float32
		low, high float32 // red over blue
	}{
		{-0.2, 0.4, 0.75}, {0.65, 1.05, 1.4}, {1.6, 2.5, 8},
	} {
		c := starColour(tt.bv)
		if ratio := c[0] / c[2]; ratio < tt.low || ratio > tt.high {
			t.Errorf("B-V %g: red over blue %.2f, want %g to %g", tt.bv, ratio, tt.low, tt.high)
		}
	}
}

// TestSkyGain: a picture twice as fine has four times the light of a point, in
// four times the pixels, up to a limit.
func TestSkyGain(t *testing.T) {
	at := func(perUnit float64) float64 { return skyGain(&viewpoint{perUnit: perUnit}) }
	if r := at(1000) / at(500); math.Abs(r-4) > 1e-9 {
		t.Errorf("twice as fine: %g", r)
	}
	if at(1e6) != at(1e5) || math.Abs(at(1e6)/at(referencePerRadian)-maxMagnify*maxMagnify) > 1e-9 {
		t.Errorf("through a long lens: %g", at(1e6)/at(referencePerRadian))
	}
}
