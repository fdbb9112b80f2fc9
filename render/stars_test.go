package render

import (
	"math"
	"testing"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// TestStarTableMoves: Barnard's star (ESA SP-1200: 798.7 mas/yr west, 10337.8
// north) is uploaded with its motion, 10.37 arcseconds a year.
func TestStarTableMoves(t *testing.T) {
	const mas = math.Pi / (180 * 3600 * 1000)
	star := astro.Star{
		RARad: 269.45 * math.Pi / 180, DecRad: 4.69 * math.Pi / 180, ParallaxArcsec: 0.549,
		PMRARadPerYear: -798.7 * mas, PMDecRadPerYear: 10337.8 * mas, Magnitude: 9.5,
	}
	motion := starTable([]astro.Star{star})[1]
	got := math.Sqrt(float64(motion[0]*motion[0]+motion[1]*motion[1]+motion[2]*motion[2])) / mas
	if want := math.Hypot(798.7, 10337.8); math.Abs(got-want) > 1 {
		t.Errorf("it moves %.1f mas a year, want %.1f", got, want)
	}
}
