package render

import (
	"image"
	"math"
	"testing"

	"github.com/spacetime-vr/spacetime/render/golden"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The galactic centre and the south galactic pole from Earth, and the inner
// Solar System from above.
var (
	galacticCentre = view{
		date: "2026-07-01T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Earth, Distance: 4e8, Toward: astro.Sun, Angle: 90 * deg},
			Look:  &scene.Look{AtStars: true, RA: 266.4 * deg, Dec: -28.9 * deg, Up: scene.UpNorth, FOV: 90 * deg},
		},
		layers: scene.LayerMilkyWay,
	}
	constellations = view{
		date: "2026-07-01T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Earth, Distance: 4e8, Toward: astro.Sun, Angle: 90 * deg},
			Look:  &scene.Look{AtStars: true, RA: 83 * deg, Dec: 5 * deg, Up: scene.UpNorth, FOV: 60 * deg},
		},
		layers: scene.LayerStars | scene.LayerConstellations,
	}
	orbiting = view{
		date: "2026-07-01T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Sun, Distance: 3 * astro.AUM, Toward: astro.Earth, Angle: 60 * deg},
			Look:  &scene.Look{Target: astro.Sun, Up: scene.UpNorth, FOV: 60 * deg},
		},
		layers: scene.LayerOrbits,
	}
)

func TestGoldenSky(t *testing.T) {
	s := newStudio(t, Options{})
	golden.Check(t, "milky-way", s.picture(galacticCentre), tight)
	golden.Check(t, "constellations", s.picture(constellations), tight)
	golden.Check(t, "orbits", s.picture(orbiting), tight)
}

// TestMilkyWayLiesInTheSky: the Galaxy is bright at its bulge below the centre,
// dark at its pole, and a turn of the ship turns it with the stars.
func TestMilkyWayLiesInTheSky(t *testing.T) {
	s := newStudio(t, Options{})
	look := func(raDeg, decDeg float64) float64 {
		v := galacticCentre
		at := *v.camera.Look
		at.RA, at.Dec, at.FOV = scene.Angle(raDeg)*deg, scene.Angle(decDeg)*deg, 6*deg
		v.camera.Look = &at
		return meanLuma(s.picture(v))
	}
	// Baade's window, the South Galactic Pole, and the Large Magellanic Cloud beside
	// a place 12° away.
	bulge, pole := look(270.9, -30.0), look(12.86, -27.13)
	if bulge < 4*pole {
		t.Errorf("the bulge has %.4f and the pole %.4f", bulge, pole)
	}
	if cloud, beside := look(80.9, -69.8), look(80.9, -57.8); cloud < 1.5*beside {
		t.Errorf("the Large Magellanic Cloud has %.4f beside %.4f", cloud, beside)
	}
}

// meanLuma is the mean of a picture, linear.
func meanLuma(img *image.NRGBA) (sum float64) {
	for i := 0; i < len(img.Pix); i += 4 {
		for c, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
			sum += weight * math.Pow(float64(img.Pix[i+c])/255, 2.2)
		}
	}
	return sum / float64(len(img.Pix)/4)
}

// TestEllipses: on its ellipse each body is where it is; the sizes of some are
// published ones: NASA planetary fact sheets, semi-major axis and eccentricity.
func TestEllipses(t *testing.T) {
	w := orbiting.world(t)
	for body := range astro.NumBodies {
		if body == astro.Sun {
			continue
		}
		e, ok := ellipseOf(w, body)
		if !ok {
			t.Errorf("%s is on no ellipse", body)
			continue
		}
		r := w.Ephemeris.States[body].PositionM.Sub(w.Ephemeris.States[body.Info().Parent].PositionM)
		a := e.major.Len()
		ecc := math.Sqrt(math.Max(0, 1-math.Pow(e.minor.Len()/a, 2)))
		focus := e.major.Mul(ecc)
		at := e.major.Mul(e.cos).Add(e.minor.Mul(e.sin)).Sub(focus)
		if at.Sub(r).Len() > 1e-6*a {
			t.Errorf("%s is %g km off its ellipse", body, at.Sub(r).Len()/1e3)
		}
	}
	for _, tt := range []struct {
		body     astro.Body
		axis     float64 // km
		ecc, tol float64
	}{
		{astro.Mercury, 57.909e6, 0.2056, 0.001},
		{astro.Earth, 149.598e6, 0.0167, 0.01}, // about the Sun, and moved by the Moon
		{astro.Mars, 227.956e6, 0.0935, 0.001},
		{astro.Io, 421.8e3, 0.004, 0.01},
		{astro.Titan, 1221.87e3, 0.029, 0.01},
	} {
		e, _ := ellipseOf(w, tt.body)
		a := e.major.Len()
		ecc := math.Sqrt(math.Max(0, 1-math.Pow(e.minor.Len()/a, 2)))
		if math.Abs(a/1e3/tt.axis-1) > tt.tol || math.Abs(ecc-tt.ecc) > 0.01 {
			t.Errorf("%s: half axis %.4g km, eccentricity %.4f; want %.4g, %.4f", tt.body, a/1e3, ecc, tt.axis, tt.ecc)
		}
	}
}

// TestOrbitLeadsToWhereTheBodyWillBe: half a year on, Earth is on the line that
// was drawn before.
func TestOrbitLeadsToWhereTheBodyWillBe(t *testing.T) {
	s := newStudio(t, Options{})
	img := s.picture(orbiting)
	now := orbiting.world(t)
	later := orbiting
	for _, later.date = range []string{"2026-07-01", "2026-09-01", "2026-12-01", "2027-03-01"} {
		at := later.world(t).Ephemeris.States[astro.Earth].PositionM
		eye := now.Ship.Orientation.Conjugate().Rotate(at.Sub(now.Ship.PositionM))
		scale := goldenH / 2 / math.Tan(now.FOVRad/2)
		x, y := goldenW/2+scale*eye[0]/-eye[2], goldenH/2-scale*eye[1]/-eye[2]
		if brightest(img, x, y, 2) < 30 {
			t.Errorf("on %s Earth will be at %.1f, %.1f, where no line is", later.date, x, y)
		}
	}
	empty := orbiting
	empty.layers = scene.LayerBodies
	if got := meanLuma(s.picture(empty)); got >= meanLuma(img) {
		t.Error("a sky without orbits is as bright")
	}
}

// brightest is the largest value within r pixels of a place.
func brightest(img *image.NRGBA, x, y float64, r int) (most uint8) {
	for dy := -r; dy <= r; dy++ {
		for dx := -r; dx <= r; dx++ {
			c := img.NRGBAAt(int(x)+dx, int(y)+dy)
			most = max(most, c.R, c.G, c.B)
		}
	}
	return most
}

// TestOrbitsFade: those that look small are not drawn, nor those of far systems.
func TestOrbitsFade(t *testing.T) {
	s := newStudio(t, Options{})
	s.picture(orbiting)
	fr := &s.Renderer.frame
	e, _ := ellipseOf(fr.world, astro.Moon)
	if got := fr.orbitOpacity(astro.Moon, e.major.Len()); got != 0 {
		t.Errorf("from 2 au the Moon's orbit has opacity %g", got)
	}
	if got := fr.orbitOpacity(astro.Earth, astro.AUM); got != 1 {
		t.Errorf("Earth's orbit has opacity %g", got)
	}
}

// TestSkyNames: what is written in the picture of Orion stands apart from all else.
func TestSkyNames(t *testing.T) {
	s := newStudio(t, Options{})
	s.picture(constellations)
	taken := s.Renderer.labels.taken[0]
	if len(taken) < 10 {
		t.Fatalf("%d names", len(taken))
	}
	for i, a := range taken {
		for _, b := range taken[:i] {
			if a.meets(b) {
				t.Errorf("the names at %v and %v meet", a, b)
			}
		}
	}
	plain := constellations
	plain.layers = scene.LayerStars
	s.picture(plain)
	if n := len(s.Renderer.labels.taken[0]); n != 0 {
		t.Errorf("%d names without the layer", n)
	}
}
