package render

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// eclipsed is the world of 2027-08-02 at greatest eclipse, and the axis of the Moon's
// shadow: where it comes nearest to the Earth's centre, and its direction to the Sun.
func eclipsed(t *testing.T) (w *scene.World, foot, sunward mgl64.Vec3) {
	v := view{date: "2027-08-02T10:06:36Z", camera: scene.SetCamera{
		Place: &scene.Place{Body: astro.Earth, Distance: 3e7, Toward: astro.Sun, Angle: 3 * deg, Position: 90 * deg},
		Look:  &scene.Look{Target: astro.Earth, Up: scene.UpNorth, FOV: 25 * deg},
	}, layers: scene.LayerBodies | scene.LayerAir}
	w = v.world(t)
	earth, moon := &w.Ephemeris.States[astro.Earth], &w.Ephemeris.States[astro.Moon]
	at := moon.PositionM.Sub(moon.VelocityMS.Mul(moon.PositionM.Sub(earth.PositionM).Len() / lightMS)) // as [shadows.consider] has it
	sunward = at.Mul(-1).Normalize()
	foot = at.Sub(earth.PositionM)
	return w, foot.Sub(sunward.Mul(foot.Dot(sunward))), sunward
}

// aim points the ship.
func aim(w *scene.World, direction mgl64.Vec3) {
	w.Ship.Orientation = mgl64.QuatBetweenVectors(mgl64.Vec3{0, 0, -1}, direction.Normalize())
}

// middleLight is the light in the middle of the picture of a world.
func (s *studio) middleLight(w *scene.World) float64 {
	s.t.Helper()
	s.draw(w, view{}.frame(w))
	return luma(s.lightPixels()[goldenH/2*goldenW+goldenW/2]) / s.frame.exposure.light(astro.AUM)
}

// TestEclipseDarkensAir: ground and air under the Moon's shadow have the share of their
// light that geometry says, against a picture without the Moon. The Moon's edge goes
// through the Sun's middle where the shadow's axis is as far away as the Moon's radius,
// less what the Sun's nearness makes of it, a 430th. The Moon is 1.068 times as large as the
// Sun for the ground there; disc by disc, 0.595 of the Sun's light are then left.
func TestEclipseDarkensAir(t *testing.T) {
	const moonM = 1737.4e3 * (1 - 1.0/430)
	const half = 0.595 // leftOf(1.068, 1.068) has 0.5952 in green
	s := newStudio(t, Options{Samples: 1})
	for _, tt := range []struct {
		name              string
		asideM, want, off float64
		altitudeM         float64 // of the eye; 0 is far outside, looking at the ground
	}{
		{"the ground in the umbra", 0, 0, 1e-3, 0},
		{"the ground under half a Sun", moonM, half, 0.03, 0},
		{"the ground beyond the shadow", 3.9e6, 1, 1e-3, 0},
		{"the sky in the umbra", 0, totalSky, 1e-4, 2e3},
		{"the sky under half a Sun", moonM, half, 0.03, 2e3},
		{"the sky beyond the shadow", 3.9e6, 1, 1e-3, 2e3},
	} {
		w, foot, sunward := eclipsed(t)
		earth := w.Ephemeris.States[astro.Earth].PositionM
		// Westward and a little south, where the Sun is still up.
		aside := sunward.Cross(mgl64.Vec3{0.5, 0, 1}).Normalize()
		point := foot.Add(aside.Mul(tt.asideM))
		radiusM := astro.Earth.Info().MeanRadiusM + tt.altitudeM
		point = point.Add(sunward.Mul(math.Sqrt(radiusM*radiusM - point.LenSqr())))
		if tt.altitudeM > 0 {
			w.Ship.PositionM = earth.Add(point)
			aim(w, point.Add(sunward.Cross(point)))
		} else {
			w.Ship.PositionM = earth.Add(point).Add(sunward.Mul(1e7))
			aim(w, sunward.Mul(-1))
		}
		with := s.middleLight(w)
		w.Ephemeris.States[astro.Moon].PositionM = earth.Sub(sunward.Mul(1e9))
		without := s.middleLight(w)
		t.Logf("%s: %.5f of %.3f, want %.4f", tt.name, with/without, without, tt.want)
		if got := with / without; math.Abs(got-tt.want) > tt.off {
			t.Errorf("%s has %.5f of its light, want %.4f", tt.name, got, tt.want)
		}
	}
}

// TestSurfaceKeepsLight: Jupiter has the same light as a ball of one colour and with its
// surface, by day, as a crescent and under the shadows of its moons.
func TestSurfaceKeepsLight(t *testing.T) {
	for _, tt := range []struct {
		date     string
		phaseDeg float64
	}{{"2026-11-25", 12}, {"2026-11-25", 110}, {"2015-01-24T05:30:00Z", 12}} {
		v := near(astro.Jupiter, astro.Jupiter, 8, tt.phaseDeg, 20)
		v.date, v.layers = tt.date, scene.LayerBodies|scene.LayerAir
		s := newStudio(t, Options{mostSide: 512})
		sum := func() (light float64) {
			for _, c := range s.lightOf(v) {
				light += luma(c)
			}
			return light
		}
		with := sum()
		if !s.surfaces.has(astro.Jupiter) {
			t.Fatal("there is no surface")
		}
		s.surfaces.grounds[astro.Jupiter].maps.delete()
		s.surfaces.settle, s.surfaces.limits.work = false, 0
		without := sum()
		if s.surfaces.has(astro.Jupiter) {
			t.Fatal("there is a surface")
		}
		t.Logf("%s, %g°: %.3f", tt.date, tt.phaseDeg, with/without)
		if got := with / without; math.Abs(got-1) > 0.05 {
			t.Errorf("%s, %g°: with its surface Jupiter has %.3f of its light", tt.date, tt.phaseDeg, got)
		}
	}
}
