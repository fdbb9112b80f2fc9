package render

import (
	"bytes"
	"image"
	"io/fs"
	"math"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/render/flip"
	"github.com/spacetime-vr/spacetime/render/golden"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/scene/catalog"
)

// tight is for one machine's pictures drawn again: they come out the same to the
// byte, and other processors round a few pixels otherwise.
var tight = golden.Options{MeanLimit: 0.001, PixelLimit: 0.1, PixelsAllowed: 4}

func TestGoldenPictures(t *testing.T) {
	for _, tt := range []struct {
		name string
		view
		options Options
	}{
		{"orion", orion, Options{}},
		{"saturn", saturn, Options{}},
		{"saturn-without-clip-control", saturn, Options{Without: []string{extClipControl}}},
		{"saturn-four-samples", saturn, Options{Samples: 4}},
		{"crescent", crescent, Options{}},
		{"gibbous", gibbous, Options{}},
		{"jupiter", jupiter, Options{}},
		{"sun", sun, Options{}},
		{"pair", pair, Options{}},
		{"pair", pair, Options{Stereo: StereoLayer}},
		{"pair", pair, Options{Without: []string{extLayerARB, extLayerAMD}, Stereo: StereoWide}},
		{"pair", pair, Options{Without: []string{extClipControl, extLayerARB}, Stereo: StereoLayer}},
		{"test-pattern", pattern, Options{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.options.mostSide = fine
			golden.Check(t, tt.name, newStudio(t, tt.options).picture(tt.view), tight)
		})
	}
}

// TestGoldenPicturesNotice proves that the limits find one thing that is gone.
func TestGoldenPicturesNotice(t *testing.T) {
	s := newStudio(t, Options{mostSide: fine})
	ringless := saturn
	ringless.layers = allLayers &^ scene.LayerRings
	if !golden.Differs(t, "saturn", s.picture(ringless), tight) {
		t.Error("Saturn without rings passes")
	}
	dark := sun
	dark.layers = allLayers &^ scene.LayerGlare
	if !golden.Differs(t, "sun", s.picture(dark), tight) {
		t.Error("the Sun without glare passes")
	}
	full := crescent
	place := *full.camera.Place
	place.Angle -= 2 * deg
	full.camera.Place = &place
	if !golden.Differs(t, "crescent", s.picture(full), tight) {
		t.Error("a crescent that is 2° wider passes")
	}
	if !golden.Differs(t, "orion", s.without(belt[1]).picture(orion), tight) {
		t.Error("Orion without Alnilam passes")
	}
}

// without replaces the studio's stars by all but one of them, by its Hipparcos
// number.
func (s *studio) without(hip uint32) *studio {
	s.t.Helper()
	stars := slices.DeleteFunc(readStars(s.t), func(star astro.Star) bool { return star.HIP == hip })
	var file bytes.Buffer
	if err := catalog.Write(&file, stars); err != nil {
		s.t.Fatal(err)
	}
	files := catalogFS{assets.FS, file.Bytes()}
	s.Renderer.Close()
	r, err := New(s.context, files, Options{CheckErrors: true, Settle: true, mostSide: fine})
	if err != nil {
		s.t.Fatal(err)
	}
	s.Renderer = r
	return s
}

// catalogFS is files with another star catalogue.
type catalogFS struct {
	fs.FS
	stars []byte
}

func (c catalogFS) Open(name string) (fs.File, error) {
	if name == starFile {
		return fstest.MapFS{starFile: {Data: c.stars}}.Open(name)
	}
	return c.FS.Open(name)
}

func readStars(t testing.TB) []astro.Star {
	t.Helper()
	f, err := assets.FS.Open(starFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	stars, err := catalog.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return stars
}

// belt are the Hipparcos numbers of Mintaka, Alnilam and Alnitak.
var belt = [3]uint32{25930, 26311, 26727}

// beltPixels predicts where the belt's stars are in a golden picture, from their
// places in the catalogue and nothing of the renderer.
func beltPixels(t *testing.T, w *scene.World) (at [3][2]float64) {
	t.Helper()
	stars := readStars(t)
	for i := range stars {
		for k, hip := range belt {
			if stars[i].HIP == hip {
				direction, _ := astro.StarAt(&stars[i], w.Time())
				v := w.Ship.Orientation.Conjugate().Rotate(direction)
				scale := goldenH / 2 / math.Tan(w.FOVRad/2)
				at[k] = [2]float64{goldenW/2 + scale*v[0]/-v[2], goldenH/2 - scale*v[1]/-v[2]}
			}
		}
	}
	return at
}

// TestBelt: the three stars of Orion's belt are where the sky has them, to a
// pixel, by the centre of their light.
func TestBelt(t *testing.T) {
	img := newStudio(t, Options{}).picture(orion)
	for k, want := range beltPixels(t, orion.world(t)) {
		var sum, x, y float64
		for dy := -3; dy <= 3; dy++ {
			for dx := -3; dx <= 3; dx++ {
				px, py := int(want[0])+dx, int(want[1])+dy
				light := float64(img.NRGBAAt(px, py).G)
				sum += light
				x += light * (float64(px) + 0.5)
				y += light * (float64(py) + 0.5)
			}
		}
		if sum < 200 {
			t.Errorf("star %d: hardly any light (%g) near %.1f, %.1f", k, sum, want[0], want[1])
			continue
		}
		if d := math.Hypot(x/sum-want[0], y/sum-want[1]); d > 0.5 {
			t.Errorf("star %d is at %.2f, %.2f, want %.2f, %.2f: %.2f pixels off", k, x/sum, y/sum, want[0], want[1], d)
		}
	}
}

// TestStereoPathsAgree: one pass into layers, one pass side by side, two passes:
// the same picture. Left and right are consistent: what is far is at the same
// place in both.
func TestStereoPathsAgree(t *testing.T) {
	closer := pair // the rings reach over both sides of each view
	look := *closer.camera.Look
	look.FOV = 15 * deg
	closer.camera.Look = &look
	twice := newStudio(t, Options{Stereo: StereoTwice})
	want, wantCloser := twice.picture(pair), twice.picture(closer)
	for _, path := range []Stereo{StereoLayer, StereoWide} {
		t.Run(string(path), func(t *testing.T) {
			s := newStudio(t, Options{Stereo: path})
			same(t, want, s.picture(pair))
			same(t, wantCloser, s.picture(closer))
		})
	}
	left, right := want.SubImage(image.Rect(0, 0, goldenW, goldenH)), want.SubImage(image.Rect(goldenW, 0, 2*goldenW, goldenH))
	d, err := flip.Compare(left, right, flip.PixelsPerDegree)
	if err != nil {
		t.Fatal(err)
	}
	if d.Mean > 0.001 { // Saturn is 300 000 km away: 63 mm are no parallax
		t.Errorf("left and right differ by %g", d.Mean)
	}
}

// same fails the test unless two pictures can hardly be told apart.
func same(t *testing.T, want, got image.Image) {
	t.Helper()
	d, err := flip.Compare(want, got, flip.PixelsPerDegree)
	if err != nil {
		t.Fatal(err)
	}
	if d.Mean > 0.002 || d.Over(0.2) > 0 {
		t.Errorf("mean difference %g (at most 0.002), %d pixels over 0.2", d.Mean, d.Over(0.2))
	}
}

// TestHiddenMoon: Titan straight behind Saturn does not show through it, with
// either kind of depth.
func TestHiddenMoon(t *testing.T) {
	v := view{date: "2026-11-22", camera: saturn.camera, layers: scene.LayerBodies}
	w := v.world(t)
	at := w.Ephemeris.States[astro.Saturn].PositionM
	ahead := w.Ephemeris.States[astro.Titan].PositionM.Sub(at).Normalize()
	w.Ship.PositionM = at.Sub(ahead.Mul(4e8))
	w.Ship.Orientation = mgl64.QuatBetweenVectors(mgl64.Vec3{0, 0, -1}, ahead)
	for _, without := range [][]string{nil, {extClipControl}} {
		s := newStudio(t, Options{Without: without})
		if err := s.Draw(w, v.frame(w)); err != nil {
			t.Fatal(err)
		}
		img := s.capture()
		middle, beside := img.NRGBAAt(goldenW/2, goldenH/2).G, img.NRGBAAt(goldenW/2+6, goldenH/2).G
		if int(middle) > int(beside)+20 {
			t.Errorf("without %v: %d in the middle of Saturn, %d beside it", without, middle, beside)
		}
	}
}

// TestParallax: a body ahead of two eyes stands at other places
// for each, by the angle that geometry says.
func TestParallax(t *testing.T) {
	v := view{date: "2026-11-22", camera: saturn.camera, layers: scene.LayerBodies, eyes: 2}
	w := v.world(t)
	ahead := w.Ship.Orientation.Rotate([3]float64{0, 0, -1})
	// Bodies are large, so the eyes are 10 000 km apart.
	w.Ship.PositionM = w.Ephemeris.States[astro.Moon].PositionM.Sub(ahead.Mul(1e8))
	f := v.frame(w)
	for i := range 2 {
		f.Views[i].Pose.PositionM[0] = 1e7 * (float64(i) - 0.5)
	}
	s := newStudio(t, Options{})
	if err := s.Draw(w, f); err != nil {
		t.Fatal(err)
	}
	img := s.capture()
	left, right := brightCentre(img, 0), brightCentre(img, goldenW)
	want := 0.1 * goldenH / 2 / math.Tan(w.FOVRad/2) // 10 000 km at 100 000 km
	if got := left - right; math.Abs(got-want) > 0.02*want {
		t.Errorf("the Moon is %.1f pixels further right for the left eye, want %.1f", got, want)
	}
}

// brightCentre is the column of the centre of light in half of a picture.
func brightCentre(img *image.NRGBA, from int) float64 {
	var sum, x float64
	for py := range goldenH {
		for px := range goldenW {
			if g := float64(img.NRGBAAt(from+px, py).G); g > 60 {
				sum += g
				x += g * float64(px)
			}
		}
	}
	return x / sum
}

// TestSameBytes: the same world twice, on one renderer, on another, and on
// another context.
func TestSameBytes(t *testing.T) {
	s := newStudio(t, Options{})
	first := s.picture(saturn)
	s.picture(orion)
	if again := s.picture(saturn); !bytes.Equal(first.Pix, again.Pix) {
		t.Error("drawn again, after another view, the picture has other bytes")
	}
	s.Renderer.Close()
	rebuilt, err := New(s.context, assets.FS, Options{CheckErrors: true, Settle: true, mostSide: coarse})
	if err != nil {
		t.Fatal(err)
	}
	s.Renderer = rebuilt
	if again := s.picture(saturn); !bytes.Equal(first.Pix, again.Pix) {
		t.Error("a rebuilt renderer draws other bytes")
	}
	if other := newStudio(t, Options{}).picture(saturn); !bytes.Equal(first.Pix, other.Pix) {
		t.Error("a renderer on another context draws other bytes")
	}
}
