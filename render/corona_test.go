package render

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// behindMoon is a view of the Sun in the Moon's shadow, so far aside from its axis.
func behindMoon(asideDeg float64) view {
	return view{date: "2027-08-02T10:06:36Z", camera: scene.SetCamera{
		Place: &scene.Place{Body: astro.Moon, Distance: 3.55e8, Toward: astro.Sun, Angle: scene.Angle(180-asideDeg) * deg},
		Look:  &scene.Look{Target: astro.Sun, Up: scene.UpNorth, FOV: 6 * deg},
	}, layers: scene.LayerBodies | scene.LayerGlare}
}

// TestCorona: in totality the light round the Sun falls as Baumbach had it, the mean
// over all position angles; nothing of it is left when a tenth of the disc shows.
func TestCorona(t *testing.T) {
	s := newStudio(t, Options{Samples: 1})
	s.picture(behindMoon(0))
	light := s.readLight()
	w := behindMoon(0).world(t)
	radius := sunRadiusM / w.Ship.PositionM.Len() * goldenH / 2 / math.Tan(w.FOVRad/2)
	for _, tt := range []struct{ rho, millionths float64 }{
		// 0.0532 r^-2.5 + 1.425 r^-7 + 2.565 r^-17
		{1.3, 0.2837}, {1.6, 0.0703}, {2, 0.02056}, {3, 0.004064}, {4, 0.001750},
	} {
		var sum, n float64
		for y := range goldenH {
			for x := range goldenW {
				if r := math.Hypot(float64(x)+0.5-goldenW/2, float64(y)+0.5-goldenH/2) / radius; math.Abs(r-tt.rho) < 0.04 {
					sum += luminance([3]float32(light[4*(y*goldenW+x):]))
					n++
				}
			}
		}
		want := coronaLight * tt.millionths
		t.Logf("%g radii: %.4f of the formula", tt.rho, sum/n/want)
		if got := sum / n; math.Abs(got/want-1) > 0.25 {
			t.Errorf("%g radii from the centre: %.4f, want %.4f", tt.rho, got, want)
		}
	}
	partial := behindMoon(0.2)
	if fr := looked(t, partial, astro.Sun); fr.sunSeen(0) < 0.1 {
		t.Fatalf("only %.3f of the Sun is seen", fr.sunSeen(0))
	}
	s.drop(func(p pass) bool { _, glares := p.(*glare); return glares })
	s.picture(partial)
	if sum := s.sumAround(s.readLight(), goldenW/2+3*radius, goldenH/2, 3); sum > 1e-6 {
		t.Errorf("beside a partial eclipse there is light: %g", sum)
	}
}

// TestShadowInPicture: the umbra of 2027-08-02 in a picture of the Earth is where the
// published coordinates are, to 20 km.
func TestShadowInPicture(t *testing.T) {
	v := view{date: "2027-08-02T10:06:36Z", camera: scene.SetCamera{
		Place: &scene.Place{Body: astro.Earth, Distance: 3e7, Toward: astro.Sun, Angle: 3 * deg, Position: 90 * deg},
		Look:  &scene.Look{Target: astro.Earth, Up: scene.UpNorth, FOV: 25 * deg},
	}, layers: scene.LayerBodies}
	s := newStudio(t, Options{mostSide: fine, Samples: 1})
	s.picture(v)
	light := s.readLight()
	w := v.world(t)
	var x, y, n float64
	scale := goldenH / 2 / math.Tan(w.FOVRad/2)
	for py := range goldenH {
		for px := range goldenW {
			dx, dy := float64(px)+0.5-goldenW/2, float64(py)+0.5-goldenH/2
			if math.Hypot(dx, dy) < 0.15*scale && luminance([3]float32(light[4*(py*goldenW+px):])) < 1e-4 {
				x, y, n = x+dx, y+dy, n+1
			}
		}
	}
	spot := w.Ephemeris.Orientations[astro.Earth].Rotate(placeOnGround(25.5, 33.2)).Add(w.Ephemeris.States[astro.Earth].PositionM)
	at := w.Ship.Orientation.Conjugate().Rotate(spot.Sub(w.Ship.PositionM))
	want := mgl64.Vec2{at[0] / -at[2] * scale, at[1] / -at[2] * scale}
	km := -at[2] / scale / 1e3 // to a pixel
	if n < 3 {
		t.Fatalf("no umbra: %g dark pixels", n)
	}
	offKm := mgl64.Vec2{x / n, y / n}.Sub(want).Len() * km
	t.Logf("%g dark pixels of %.0f km, their middle %.1f km off", n, km, offKm)
	if offKm > 20 {
		t.Errorf("the umbra is %.0f km off", offKm)
	}
	if across := 2 * math.Sqrt(n/math.Pi) * km; math.Abs(across-258) > 60 {
		t.Errorf("the umbra is %.0f km across, want about 258", across)
	}
}
