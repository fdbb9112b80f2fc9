package engine

import (
	"math"
	"testing"
)

func TestFlatFOV(t *testing.T) {
	for _, tt := range []struct {
		name                       string
		verticalRad                float64
		width, height              int
		rightRad, upRad, tolerance float64
	}{
		// Angles by the C library's atan.
		{"square", math.Pi / 2, 500, 500, math.Pi / 4, math.Pi / 4, 1e-15},
		{"16:9", math.Pi / 2, 1280, 720, 1.0584069, math.Pi / 4, 1e-6},
		{"upright", math.Pi / 3, 300, 600, 0.28103490, math.Pi / 6, 1e-7}, // atan(tan(30°)/2)
		{"through a telescope", 1e-4, 2000, 1000, 1e-4, 5e-5, 1e-12},
		{"so wide that its height gives way", math.Pi / 2, 16384, 1, 1.5, 8.6066e-4, 1e-7}, // atan(tan(1.5)/16384)
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := FlatFOV(tt.verticalRad, tt.width, tt.height)
			if math.Abs(got.RightRad-tt.rightRad) > tt.tolerance || math.Abs(got.UpRad-tt.upRad) > tt.tolerance {
				t.Errorf("right %.9g up %.9g, want %.9g %.9g", got.RightRad, got.UpRad, tt.rightRad, tt.upRad)
			}
			if got.LeftRad != -got.RightRad || got.DownRad != -got.UpRad {
				t.Errorf("%+v is not symmetric", got)
			}
			if r := math.Tan(got.RightRad) / math.Tan(got.UpRad) * float64(tt.height) / float64(tt.width); math.Abs(r-1) > 1e-9 {
				t.Errorf("pixels are %g as wide as high", r)
			}
		})
	}
}
