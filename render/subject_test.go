package render

import (
	"math"
	"slices"
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// TestMeter: what is even has its own light and size, what is dark does not count, and a
// hairline four times as bright as what is a hundred times as large counts for little.
func TestMeter(t *testing.T) {
	for _, tt := range []struct {
		name         string
		parts        [][2]float64 // share, light
		mean, filled float64
	}{
		{"nothing", nil, 0, 0},
		{"even", [][2]float64{{0.1, 0.4}, {0.15, 0.4}}, 0.4, 0.25},
		{"half of it dark", [][2]float64{{0.1, 0.4}, {0.5, 0}}, 0.4, 0.1},
		// sums of light to the powers 1/2 and 3/2: 0.1·0.4 + 0.001·0.8 and 0.1·0.064 + 0.001·0.512
		{"with a hairline", [][2]float64{{0.1, 0.16}, {0.001, 0.64}}, 0.006912 / 0.0408, 0.0408 * math.Sqrt(0.0408/0.006912)},
	} {
		var m meter
		for _, p := range tt.parts {
			m.add(p[0], p[1])
		}
		if got := m.mean(); math.Abs(got-tt.mean) > 1e-12 {
			t.Errorf("%s: light %.4f, want %.4f", tt.name, got, tt.mean)
		}
		if got := m.filled(); math.Abs(got-tt.filled) > 1e-12 {
			t.Errorf("%s: it fills %.4f, want %.4f", tt.name, got, tt.filled)
		}
	}
}

// TestSubject: spheres that follow Lambert's law, without air, from afar. With mu the
// cosine of the zenith distance of the Sun, the mean is that of mu^(3/2) by that of the
// root over the disc: at full phase 0.8/1.12, and at half phase times
// B(5/4, 1/2)/B(3/4, 1/2), the integrals along the equator. Six rows of places make the
// disc 3 % too large.
func TestSubject(t *testing.T) {
	for _, tt := range []struct{ phaseDeg, mean, filled float64 }{
		{0, 5.0 / 7, math.Pow(4.0/5, 1.5) / math.Sqrt(4.0/7)},
		{90, 5.0 / 7 * 1.74804 / 2.39628, 0}, // beta functions
	} {
		v := near(astro.Venus, astro.Venus, 60, tt.phaseDeg, 12)
		v.layers = scene.LayerBodies
		fr := looked(t, v, astro.Venus)
		m := fr.meterBody(astro.Venus)
		if want := tt.mean * 1.5 * astro.Venus.Info().Albedo; math.Abs(m.mean()/want-1) > 0.02 {
			t.Errorf("%g°: light %.4f, want %.4f", tt.phaseDeg, m.mean(), want)
		}
		share := math.Pi / (60 * 60) / fr.views[0].steradians()
		if want := tt.filled * share; want > 0 && math.Abs(m.filled()/want-1) > 0.04 {
			t.Errorf("%g°: it fills %.5f, want %.5f", tt.phaseDeg, m.filled(), want)
		}
	}
	hidden := view{date: "2026-11-22", camera: scene.SetCamera{
		Place: &scene.Place{Body: astro.Moon, Distance: 1e7, Toward: astro.Earth, Angle: 180 * deg},
		Look:  &scene.Look{Target: astro.Earth, Up: scene.UpNorth, FOV: 30 * deg},
	}}
	if m := looked(t, hidden, astro.Earth).meterBody(astro.Earth); m != (meter{}) {
		t.Errorf("behind the Moon the Earth fills %g", m.filled())
	}
}

// TestLitPartShows: by its own exposure the brightest twentieth of what is lit of a body is
// from six to nine tenths of what the display calls white, be the body white or black,
// full or a crescent, and what is drawn of it is what the meter says. Saturn's crescent is
// let go a little further, for its rings.
func TestLitPartShows(t *testing.T) {
	s := newStudio(t, Options{})
	for _, body := range []astro.Body{
		astro.Venus, astro.Earth, astro.Moon, astro.Mars, astro.Jupiter, astro.Saturn, astro.Enceladus, astro.Neptune, astro.Ceres,
	} {
		for _, phaseDeg := range []float64{12, 60, 125} {
			v := near(body, body, 6.2, phaseDeg, 24)
			v.layers = scene.LayerBodies | scene.LayerAir | scene.LayerRings
			if body == astro.Saturn {
				v.camera.Place.Distance *= 2
			}
			pixels := s.lightOf(v)
			var drawn meter
			for _, c := range pixels {
				drawn.add(1/float64(len(pixels)), luma(c))
			}
			var lit []float64
			for _, c := range pixels {
				if x := luma(c); x > 0.2*drawn.mean() {
					lit = append(lit, x)
				}
			}
			slices.Sort(lit)
			most := 0.90
			if body == astro.Saturn && phaseDeg > 90 {
				most = 0.94
			}
			if got := toned(lit[len(lit)*19/20]); got < 0.60 || got > most {
				t.Errorf("%s at %g°: the brightest are %.2f of white", body, phaseDeg, got)
			}
			want := s.frame.meterBody(body)
			light := s.frame.exposure.light(s.frame.sunward(body).Len())
			if got := drawn.mean() / light / want.mean(); got < 0.6 || got > 1.4 {
				t.Errorf("%s at %g°: what is drawn is %.2f of what is metered", body, phaseDeg, got)
			}
		}
	}
}

// toned is what light shows on a display, of its white: the curve that tonemap.frag
// comes close to, in sRGB (IEC 61966-2-1).
func toned(x float64) float64 {
	return 1.055*math.Pow(x*(3.337*x+1.5)/(x*(3.337*x+1.709)+1), 1/2.4) - 0.055
}

// TestRingsCount: against the Sun, the rings of Saturn are the subject, and its hairline
// of a crescent is not.
func TestRingsCount(t *testing.T) {
	v := near(astro.Saturn, astro.Saturn, 20, 168, 20)
	v.camera.Place.Position = 10 * deg
	with := looked(t, v, astro.Saturn)
	v.layers = allLayers &^ scene.LayerRings
	without := looked(t, v, astro.Saturn)
	if got := square(float64(with.exposure / without.exposure)); got < 3 {
		t.Errorf("rings make the picture %.2f times as bright, want 3 at least", got)
	}
}

// TestMeteringDoesNotAllocate: it is done in each frame.
func TestMeteringDoesNotAllocate(t *testing.T) {
	fr := looked(t, saturn, astro.Saturn)
	if n := testing.AllocsPerRun(10, func() { fr.automatic() }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func BenchmarkMetering(b *testing.B) {
	w := saturn.world(b)
	fr := &frame{uniforms: new(uniforms)}
	if err := fr.look(w, saturn.frame(w)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		fr.automatic()
	}
}
