package render

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// looked is the frame of a view, with another target than what it looks at.
func looked(t *testing.T, v view, target astro.Body) *frame {
	t.Helper()
	w := v.world(t)
	w.Target = target
	fr := &frame{uniforms: new(uniforms)}
	if err := fr.look(w, v.frame(w)); err != nil {
		t.Fatal(err)
	}
	return fr
}

// near is a view of a body from a distance in its radii, so far from full phase.
func near(body, at astro.Body, radii, phaseDeg float64, fovDeg scene.Angle) view {
	return view{date: "2026-11-22", camera: scene.SetCamera{
		Place: &scene.Place{Body: body, Distance: scene.Length(radii * body.Info().MeanRadiusM), Toward: astro.Sun, Angle: scene.Angle(phaseDeg) * deg},
		Look:  &scene.Look{Target: at, Up: scene.UpNorth, FOV: fovDeg * deg},
	}}
}

// TestExposure: a body that fills the picture is exposed as if it were the
// target; one on the other side of the ship, or dark, or small, is not.
func TestExposure(t *testing.T) {
	away := near(astro.Mars, astro.Jupiter, 1.15, 0, 50)
	away.camera.Place.Toward = astro.Jupiter
	lens := near(astro.Sun, astro.Sun, 210, 0, 1)
	lens.camera.Place.Toward = astro.Earth
	for _, tt := range []struct {
		name   string
		view   view
		target astro.Body
		want   astro.Body // it is as with this target
	}{
		{"Mars from 500 km", near(astro.Mars, astro.Mars, 1.15, 30, 50), astro.Jupiter, astro.Mars},
		{"a crescent", near(astro.Mars, astro.Mars, 4, 110, 30), astro.Jupiter, astro.Mars},
		{"Saturn, Earth being a point before it", near(astro.Saturn, astro.Saturn, 4, 30, 50), astro.Earth, astro.Saturn},
		{"the Sun in a long lens", lens, astro.Jupiter, astro.Sun},
	} {
		got, want := looked(t, tt.view, tt.target).exposure, looked(t, tt.view, tt.want).exposure
		if math.Abs(float64(got/want)-1) > 0.02 {
			t.Errorf("%s: exposed for %.3f au, want %.3f", tt.name, got/astro.AUM, want/astro.AUM)
		}
	}
	dark := near(astro.Mars, astro.Mars, 1.15, 30, 50)
	dark.layers = scene.LayerStars
	for name, v := range map[string]view{
		"the sky over Mars":      away,
		"the night side of Mars": near(astro.Mars, astro.Mars, 1.3, 179, 20),
		"Mars from afar":         near(astro.Mars, astro.Mars, 100, 30, 50),
		"bodies are not drawn":   dark,
	} {
		fr := looked(t, v, astro.Jupiter)
		if got, want := fr.exposure, fr.exposedFor(astro.Jupiter, faceOn(astro.Jupiter)); math.Abs(float64(got/want)-1) > 0.02 {
			t.Errorf("%s: exposed for %.3f au, want %.3f as Jupiter is the target", name, got/astro.AUM, want/astro.AUM)
		}
	}
}

// TestExposureInShadow: a target that no light falls on is exposed as one in the sun, and
// the sky as ever. Enceladus is in Saturn's shadow then.
func TestExposureInShadow(t *testing.T) {
	v := near(astro.Enceladus, astro.Enceladus, 6, 30, 50)
	v.date = "2026-11-26T12:45:00Z"
	fr := looked(t, v, astro.Enceladus)
	if lit := fr.litMean(astro.Enceladus); lit > 1e-6 {
		t.Fatalf("%g of its light is left: it is not in the shadow", lit)
	}
	got, want := fr.exposure, fr.exposedFor(astro.Enceladus, faceOn(astro.Enceladus))
	if got != want || fr.sky != 1 {
		t.Errorf("exposed for %g au, want %g; the sky %g times as bright", got/astro.AUM, want/astro.AUM, fr.sky)
	}
}

// TestGalaxyIsOutshone: sunlit ground leaves little of the Milky Way, night and far
// worlds all of it.
func TestGalaxyIsOutshone(t *testing.T) {
	dark := near(astro.Mars, astro.Mars, 1.15, 30, 50)
	dark.layers = scene.LayerStars
	for _, tt := range []struct {
		name        string
		view        view
		least, most float64
	}{
		{"Mars fills the picture", near(astro.Mars, astro.Mars, 1.15, 30, 50), 0, 0.06},
		{"Mars fills a 30th of it", near(astro.Mars, astro.Mars, 12, 0, 50), 0.35, 0.65},
		{"Mars from afar", near(astro.Mars, astro.Mars, 200, 30, 50), 0.99, 1},
		{"the night side of Mars", near(astro.Mars, astro.Mars, 1.3, 179, 20), 0.99, 1},
		{"bodies are not drawn", dark, 1, 1},
	} {
		if got := looked(t, tt.view, astro.Jupiter).galaxy; got < tt.least || got > tt.most {
			t.Errorf("%s: %.3f of it is left, want %g to %g", tt.name, got, tt.least, tt.most)
		}
	}
}

// TestExposureGlides: as the head turns from the sky to Mars, no degree changes
// the light of the picture by more than the half, and it never rises again to speak of.
func TestExposureGlides(t *testing.T) {
	v := near(astro.Mars, astro.Mars, 1.15, 30, 50)
	w := v.world(t)
	w.Target = astro.Jupiter
	fr := &frame{uniforms: new(uniforms)}
	aimed, last := w.Ship.Orientation, exposure(0)
	for turn := 180.0; turn >= 0; turn -= 0.25 {
		w.Ship.Orientation = aimed.Mul(mgl64.QuatRotate(turn*math.Pi/180, mgl64.Vec3{0, 1, 0}))
		if err := fr.look(w, v.frame(w)); err != nil {
			t.Fatal(err)
		}
		if light := math.Pow(float64(fr.exposure/last), 2); last != 0 && (light > 1.01 || light < math.Pow(0.5, 0.25)) {
			t.Errorf("%g° from Mars the light changes by the factor %.3f", turn, light)
		}
		last = fr.exposure
	}
	if want := looked(t, v, astro.Mars).exposure; math.Abs(float64(last/want)-1) > 0.001 {
		t.Errorf("exposed for %.3f au, want %.3f", last/astro.AUM, want/astro.AUM)
	}
}

// TestManualExposure: a stop doubles all light, that of the stars too; by hand a white
// surface at 1 au shows as 1 at 0 EV, and where that is what the automatic exposure
// is, the picture is the same.
func TestManualExposure(t *testing.T) {
	v := near(astro.Mars, astro.Mars, 3, 30, 50)
	w := v.world(t)
	at := func(e scene.Exposure) *frame {
		w.Exposure = e
		fr := &frame{uniforms: new(uniforms)}
		if err := fr.look(w, v.frame(w)); err != nil {
			t.Fatal(err)
		}
		return fr
	}
	auto, more, hand := at(scene.Exposure{}), at(scene.Exposure{EV: 1}), at(scene.Exposure{Manual: true})
	if auto.sky != 1 || math.Abs(more.sky-2) > 1e-9 {
		t.Errorf("the sky is %g times as bright, and %g with a stop more", auto.sky, more.sky)
	}
	if got := luminance(more.lightOf(astro.Mars)) / luminance(auto.lightOf(astro.Mars)); math.Abs(got-2) > 1e-5 {
		t.Errorf("Mars is %g times as bright with a stop more", got)
	}
	if got := more.uniforms.frame.sky[0] / auto.uniforms.frame.sky[0]; math.Abs(float64(got)-2) > 1e-5 {
		t.Errorf("stars are %g times as bright with a stop more", got)
	}
	if got := hand.exposure.light(astro.AUM); math.Abs(got-1) > 1e-9 {
		t.Errorf("by hand, at 0 EV, a white surface at 1 au shows %g", got)
	}
	same := at(scene.Exposure{Manual: true, EV: 2 * math.Log2(float64(auto.exposure)/astro.AUM)})
	if math.Abs(same.sky-1) > 1e-9 || math.Abs(float64(same.exposure/auto.exposure)-1) > 1e-9 {
		t.Errorf("the automatic exposure by hand: %g of it, a sky of %g", same.exposure/auto.exposure, same.sky)
	}
}

// TestFullestExposure: no light is so much that a picture of it has pixels of no
// number: the Sun is white, and the stars behind a dark Moon are covered.
func TestFullestExposure(t *testing.T) {
	night := near(astro.Moon, astro.Moon, 3.8, 178, 40)
	night.layers = scene.LayerStars | scene.LayerBodies
	for _, samples := range []int{1, 4} {
		s := newStudio(t, Options{Samples: samples})
		brightest := func(v view, reach int) (g uint8) {
			w := v.world(t)
			w.Exposure.EV = scene.MaxEV
			if err := s.Draw(w, v.frame(w)); err != nil {
				t.Fatal(err)
			}
			if samples == 1 {
				for i, light := range s.readLight() {
					if !(light < 6e4) {
						t.Fatalf("light %g at pixel %d", light, i/4)
					}
				}
			}
			img := s.capture()
			for y := -reach; y <= reach; y++ {
				for x := -reach; x <= reach; x++ {
					g = max(g, img.NRGBAAt(goldenW/2+x, goldenH/2+y).G)
				}
			}
			return g
		}
		if got := brightest(sun, 3); got < 250 {
			t.Errorf("%d samples: the Sun is %d", samples, got)
		}
		if got := brightest(night, 60); got > 1 {
			t.Errorf("%d samples: %d on the night side of the Moon", samples, got)
		}
	}
}
