package render

import (
	"math"
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

func TestCovered(t *testing.T) {
	for _, tt := range []struct {
		name                 string
		apart, by, of, share float64
	}{
		{"apart", 3, 1, 1, 0},
		{"touching", 2, 1, 1, 0},
		{"total", 0.1, 1.2, 1, 1},
		{"annular", 0.05, 0.9, 1, 0.81},
		{"equal, one radius apart", 1, 1, 1, 2.0/3 - math.Sqrt(3)/(2*math.Pi)}, // two segments of 120°
		{"half by a straight edge", 1e4, 1e4, 1, 0.5},
	} {
		if got := covered(tt.apart, tt.by, tt.of); math.Abs(got-tt.share) > 1e-4 {
			t.Errorf("%s: %.6f, want %.6f", tt.name, got, tt.share)
		}
	}
}

// TestSunSeen follows the total eclipse of 2026-08-12 to where it was greatest,
// 65.2° N 25.2° W at 17:45:51 UTC (NASA, Espenak), and leaves it on both sides.
func TestSunSeen(t *testing.T) {
	for _, tt := range []struct {
		date      string
		low, high float64
	}{
		{"2026-08-12T16:30:00Z", 0.999, 1},
		{"2026-08-12T17:15:00Z", 0.4, 0.7},
		{"2026-08-12T17:45:51Z", 0, 0},
		{"2026-08-12T18:15:00Z", 0.4, 0.7},
		{"2026-08-12T19:15:00Z", 0.999, 1},
	} {
		fr := seenFrom(t, astro.Earth, tt.date)
		sinLat, cosLat := math.Sincos(65.2 * math.Pi / 180)
		sinLon, cosLon := math.Sincos(-25.2 * math.Pi / 180)
		ground := [3]float64{6_361_000 * cosLat * cosLon, 6_361_000 * cosLat * sinLon, 6_361_000 * sinLat}
		fr.views[0].eyeM = fr.views[0].eyeM.Add(fr.world.Ephemeris.Orientations[astro.Earth].Rotate(ground))
		if got := fr.sunSeen(0); got < tt.low || got > tt.high {
			t.Errorf("%s: %.3f of the Sun is seen, want %g to %g", tt.date, got, tt.low, tt.high)
		}
		fr.world.Layers &^= scene.LayerBodies
		if got := fr.sunSeen(0); got != 1 {
			t.Errorf("%s: without bodies %.3f of the Sun is seen", tt.date, got)
		}
	}
}
