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
	earthrise := view{date: "1968-12-24T16:39:39Z", camera: scene.SetCamera{ // as in assets/scenes
		Place: &scene.Place{Body: astro.Moon, Altitude: 1.1e5, Toward: astro.Earth, Angle: 105 * deg, Position: 90 * deg},
		Look:  &scene.Look{Target: astro.Earth, Up: scene.UpZenith, Raise: -2 * deg, FOV: 22 * deg},
	}}
	away := near(astro.Mars, astro.Jupiter, 1.15, 0, 50)
	away.camera.Place.Toward = astro.Jupiter
	for _, tt := range []struct {
		name   string
		view   view
		target astro.Body
		want   astro.Body
	}{
		{"Mars from 500 km", near(astro.Mars, astro.Mars, 1.15, 30, 50), astro.Jupiter, astro.Mars},
		{"the sky over Mars", away, astro.Jupiter, astro.Jupiter},
		{"the night side of Mars", near(astro.Mars, astro.Mars, 3, 179, 50), astro.Jupiter, astro.Jupiter},
		{"Mars from afar", near(astro.Mars, astro.Mars, 100, 30, 50), astro.Jupiter, astro.Jupiter},
		{"Saturn, Earth being a point before it", near(astro.Saturn, astro.Saturn, 4, 30, 50), astro.Earth, astro.Saturn},
		{"Saturn itself", near(astro.Saturn, astro.Saturn, 4, 30, 50), astro.Saturn, astro.Saturn},
		{"the Moon, Earth rising over it", earthrise, astro.Earth, astro.Earth},
		{"the Sun beside the dark Earth", sun, astro.Sun, astro.Sun},
		{"the Sun in a long lens", view{date: sun.date, camera: scene.SetCamera{
			Place: sun.camera.Place, Look: &scene.Look{Target: astro.Sun, Up: scene.UpNorth, FOV: 1 * deg},
		}}, astro.Jupiter, astro.Sun},
	} {
		fr := looked(t, tt.view, tt.target)
		if got, want := fr.exposure, fr.exposureOf(tt.want); math.Abs(float64(got/want)-1) > 0.01 {
			t.Errorf("%s: exposed for %.3f au, want %.3f, for %s", tt.name, got/astro.AUM, want/astro.AUM, tt.want)
		}
	}
	mars := looked(t, near(astro.Mars, astro.Mars, 1.15, 30, 50), astro.Jupiter)
	if got := luminance(mars.lightOf(astro.Mars)); math.Abs(got-exposedTo) > 0.01 {
		t.Errorf("the middle of Mars shows %.2f, want %.2f", got, exposedTo)
	}
	without := near(astro.Mars, astro.Mars, 1.15, 30, 50)
	without.layers = scene.LayerStars
	if fr := looked(t, without, astro.Jupiter); fr.exposure != fr.exposureOf(astro.Jupiter) {
		t.Error("a body that is not drawn counts")
	}
}

// TestExposureGlides: as the head turns from the sky to Mars, no degree changes
// the light of the picture by more than the half, and it only ever falls.
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
		if light := math.Pow(float64(fr.exposure/last), 2); last != 0 && (light > 1 || light < math.Pow(0.5, 0.25)) {
			t.Errorf("%g° from Mars the light changes by the factor %.3f", turn, light)
		}
		last = fr.exposure
	}
	if want := fr.exposureOf(astro.Mars); last != want {
		t.Errorf("exposed for %.3f au, want %.3f", last/astro.AUM, want/astro.AUM)
	}
}

// TestFilled: a view that spans tangents of 2 both ways is as large as a circle of
// tangent 2/√π.
func TestFilled(t *testing.T) {
	even, aside := [4]float64{-1, 1, -1, 1}, [4]float64{0, 2, -2, 0}
	radius := math.Atan(2 / math.Sqrt(math.Pi))
	for _, tt := range []struct {
		name          string
		tangents      [4]float64
		centre        mgl64.Vec3
		radiusM, want float64
	}{
		{"all", even, mgl64.Vec3{0, 0, -1}, 0.9999, 1},
		{"behind", even, mgl64.Vec3{0, 0, 10}, 1, 0},
		{"half as wide", even, mgl64.Vec3{0, 0, -1}, math.Sin(radius / 2), 0.25},
		{"half as wide, off the axis", aside, mgl64.Vec3{1, -1, -1}, math.Sqrt(3) * math.Sin(radius/2), 0.25},
		{"its edge in the middle", even, mgl64.Vec3{math.Sin(1.5), 0, -math.Cos(1.5)}, math.Sin(1.5), 0.43},
	} {
		v := viewpoint{axes: mgl64.Ident3(), tangents: tt.tangents}
		if got := v.filled(tt.centre, tt.radiusM); math.Abs(got-tt.want) > 0.01 {
			t.Errorf("%s: %.3f, want %.2f", tt.name, got, tt.want)
		}
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
