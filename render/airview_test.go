package render

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// TestThrough: a few steps give what many even ones give, and what is not in the air
// is not dimmed.
func TestThrough(t *testing.T) {
	for i := range atmospheres {
		a := &atmospheres[i]
		radiusM := a.body.Info().MeanRadiusM
		for _, altitude := range []float64{0, 0.1, 0.5} {
			for _, zenithDeg := range []float64{0, 60, 85, 90} {
				h := altitude * a.topM
				sin, cos := math.Sincos(zenithDeg * math.Pi / 180)
				got, depth := a.through(mgl64.Vec3{0, 0, radiusM + h}, mgl64.Vec3{sin, 0, cos}), a.depthOf(h, zenithDeg)
				for k := range got {
					if want := math.Exp(-depth[k]); math.Abs(got[k]-want) > 0.004 {
						t.Errorf("%s, %.0f km, %g°, colour %d: %.4f, want %.4f", a.body, h/1e3, zenithDeg, k, got[k], want)
					}
				}
			}
		}
		up := mgl64.Vec3{0, 0, 1}
		for name, got := range map[string][3]float64{
			"over the air":    a.through(mgl64.Vec3{0, 0, radiusM + a.topM + 1}, up),
			"past it":         a.through(mgl64.Vec3{radiusM + a.topM + 1, 0, -1e10}, up),
			"away from it":    a.through(mgl64.Vec3{0, 0, 1e10}, up),
			"on the far side": a.through(mgl64.Vec3{0, 0, -1e10}, up.Mul(-1)),
		} {
			if got != grey(1) {
				t.Errorf("%s, %s: %v", a.body, name, got)
			}
		}
	}
}

// TestSunColoured: the glare of the Sun is white from space and red through the air
// near the ground, on both sides of the Earth's disc.
func TestSunColoured(t *testing.T) {
	for _, tt := range []struct {
		name              string
		altitudeM, angle  float64
		layers            scene.Layers
		redLeast, redMost float64 // red over blue
		least             float64
	}{
		{"by day, from space", 4e5, 60, scene.LayerBodies | scene.LayerAir, 1, 1, 1},
		// From 400 km the horizon is 109.8° from the zenith; 0.3° over it is 12 km.
		{"rising, from space", 4e5, 109.5, scene.LayerBodies | scene.LayerAir, 10, 1000, 0.01},
		{"rising, without air", 4e5, 109.5, scene.LayerBodies, 1, 1, 1},
		{"setting, from 9 km", 9e3, 90, scene.LayerBodies | scene.LayerAir, 10, 500, 0.01},
		{"high, from 9 km", 9e3, 30, scene.LayerBodies | scene.LayerAir, 1, 1.2, 0.9},
	} {
		v := over(astro.Earth, tt.altitudeM, tt.angle, astro.Sun, 0, 40)
		v.layers = tt.layers
		w := v.world(t)
		fr := frame{uniforms: new(uniforms)}
		if err := fr.look(w, v.frame(w)); err != nil {
			t.Fatal(err)
		}
		c := fr.sunColoured()
		if red := float64(c[0] / c[2]); red < tt.redLeast || red > tt.redMost || float64(c[0]) < tt.least {
			t.Errorf("%s: %.4f", tt.name, c)
		}
	}
}

// TestStarsSeen: stars are drowned by day within the air, and seen by night and over
// it.
func TestStarsSeen(t *testing.T) {
	for _, tt := range []struct {
		name             string
		body             astro.Body
		altitudeM, angle float64
		least, most      float64
	}{
		{"space", astro.Earth, 4e5, 10, 1, 1},
		{"an airliner by day", astro.Earth, 1e4, 40, 0, 0.05},
		{"an airliner by night", astro.Earth, 1e4, 120, 0.99, 1},
		{"an airliner at the end of civil twilight", astro.Earth, 1e4, 96, 0.5, 0.99},
		{"90 km by day", astro.Earth, 9e4, 40, 0.9, 1},
		{"Titan's haze by day", astro.Titan, 1e5, 40, 0, 0.01},
		{"the Moon by day", astro.Moon, 1e4, 40, 1, 1},
	} {
		v := over(tt.body, tt.altitudeM, tt.angle, astro.Sun, 0, 40)
		w := v.world(t)
		fr := frame{uniforms: new(uniforms)}
		if err := fr.look(w, v.frame(w)); err != nil {
			t.Fatal(err)
		}
		if fr.starry < tt.least || fr.starry > tt.most {
			t.Errorf("%s: %.4f, want %g to %g", tt.name, fr.starry, tt.least, tt.most)
		}
	}
}
