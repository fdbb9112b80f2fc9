package render

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/hud"
	"github.com/spacetime-vr/spacetime/engine/menu"
	"github.com/spacetime-vr/spacetime/render/golden"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// menuHost is a host of menus that are looked at.
type menuHost struct {
	menu.Host
	bindings controls.Bindings
}

func (h *menuHost) Bindings() *controls.Bindings    { return &h.bindings }
func (h *menuHost) Controllers() [][2]string        { return nil }
func (h *menuHost) Label(c controls.Control) string { return c.String() }
func (h *menuHost) Setting(name string) string {
	return map[string]string{"quality": "auto", "samples": "0", "vsync": "on", "size": "1280x720", "mouse-sensitivity": "1", "stick-dead-zone": "0.15", "stick-curve": "1.6", "hud": "true", "resume": "true"}[name]
}

func (h *menuHost) Find(text string) (found []menu.Place) {
	if text == "" {
		found = append(found, menu.Place{Title: "The Moon, rising Earth", Detail: "scene", Scene: "earthrise"})
	}
	for b := range astro.NumBodies {
		if name := b.Info().Name; strings.HasPrefix(name, strings.ToLower(text)) {
			found = append(found, menu.Place{Title: strings.ToUpper(name[:1]) + name[1:], Detail: kindNames[b.Info().Kind], Body: b, Favourite: b == astro.Saturn, Recent: b == astro.Moon})
		}
	}
	return found
}

// menus are the pages, by how to come to them.
var menus = []struct {
	name string
	open func(m *menu.Menu)
}{
	{"root", (*menu.Menu).OpenRoot},
	{"places", (*menu.Menu).OpenPlaces},
	{"places-search", func(m *menu.Menu) { m.OpenPlaces(); hands(m, "", "ti") }},
	{"time", func(m *menu.Menu) { m.OpenRoot(); hands(m, "Down,Down,Enter,Down", "") }},
	{"view", func(m *menu.Menu) { m.OpenRoot(); hands(m, "Down,Down,Down,Enter", "") }},
	{"photo", (*menu.Menu).OpenPhoto},
	{"settings", func(m *menu.Menu) { m.OpenRoot(); hands(m, "End,Up,Up,Up,Enter,Down", "") }},
	{"keys", func(m *menu.Menu) { m.OpenRoot(); hands(m, "End,Up,Up,Enter,Enter,Down,Down", "") }},
	{"help", (*menu.Menu).OpenHelp},
}

// hands presses controls and types, as a display tells it.
func hands(m *menu.Menu, keys, text string) {
	var h controls.Hands
	for _, name := range strings.Split(keys, ",") {
		if c, err := controls.Parse(name); err == nil {
			h.Key(c, controls.EventPress)
		}
	}
	for _, r := range text {
		h.Type(r)
	}
	m.Handle(&h)
}

// withOverlay draws a view under an overlay and captures it.
func (s *studio) withOverlay(v view, wide, high int, o *engine.Overlay) *image.NRGBA {
	s.t.Helper()
	w := v.world(s.t)
	f := v.sized(w, wide, high)
	f.Overlay = o
	s.draw(w, f)
	return s.capture()
}

func menuOver(v view, t *testing.T, open func(*menu.Menu), wide, high int) *engine.Overlay {
	date, err := astro.ParseTime(v.date)
	if err != nil {
		t.Fatal(err)
	}
	state := &scene.State{Clock: scene.Clock{Anchor: date, Rate: 1000}, Layers: v.layers, FOVRad: float64(scene.DefaultFOV)}
	m := menu.New(&menuHost{bindings: controls.Defaults()})
	m.Update(0, state)
	open(m)
	var o engine.Overlay
	m.Draw(&o, wide, high)
	return &o
}

func figuresOver(t *testing.T, v view, wide, high int) *engine.Overlay {
	w := v.world(t)
	var o engine.Overlay
	w.Readout.Rate, w.Readout.SpeedMS = 1000, 12345.6
	hud.Draw(&o, &w.Readout, wide, high)
	return &o
}

// emptySky has nothing to see, so that a picture is of the overlay alone.
var emptySky = view{saturn.date, saturn.camera, scene.LayerHUD, 1}

// brightSky is the test picture, for one eye.
var brightSky = view{emptySky.date, emptySky.camera, scene.LayerTestPattern, 1}

func TestGoldenMenus(t *testing.T) {
	s := newStudio(t, Options{})
	for _, tt := range menus {
		golden.Check(t, "menu-"+tt.name, s.withOverlay(emptySky, 640, 360, menuOver(emptySky, t, tt.open, 640, 360)), tight)
	}
	golden.Check(t, "menu-help-large", s.withOverlay(emptySky, 1280, 720, menuOver(emptySky, t, (*menu.Menu).OpenHelp, 1280, 720)), tight)
	golden.Check(t, "hud", s.withOverlay(emptySky, 640, 360, figuresOver(t, emptySky, 640, 360)), tight)
	golden.Check(t, "hud-bright", s.withOverlay(brightSky, 640, 360, figuresOver(t, emptySky, 640, 360)), tight)
	if !golden.Differs(t, "menu-root", s.withOverlay(emptySky, 640, 360, menuOver(emptySky, t, func(m *menu.Menu) { m.OpenRoot(); hands(m, "Down", "") }, 640, 360)), tight) {
		t.Error("another selection passes")
	}
}

// TestOverlayAnySize: from one pixel to 8K nothing goes wrong.
func TestOverlayAnySize(t *testing.T) {
	s := newStudio(t, Options{})
	for _, size := range [][2]int{{1, 1}, {3, 2000}, {2000, 3}, {7680, 4320}} {
		s.withOverlay(emptySky, size[0], size[1], menuOver(emptySky, t, (*menu.Menu).OpenPlaces, size[0], size[1]))
		s.withOverlay(emptySky, size[0], size[1], figuresOver(t, emptySky, size[0], size[1]))
	}
}

// TestOverlayIsNotCaptured: a picture of a frame for a window never shows it.
func TestOverlayIsNotCaptured(t *testing.T) {
	s := newStudio(t, Options{})
	w := emptySky.world(t)
	f := emptySky.sized(w, 64, 36)
	s.draw(w, f)
	bare := s.capture()
	f = emptySky.sized(w, 64, 36)
	gl.GenTextures(1, &f.Target.Colour[0])
	name := f.Target.Colour[0]
	defer gl.DeleteTextures(1, &name)
	gl.BindTexture(gl.TEXTURE_2D, f.Target.Colour[0])
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 64, 36, 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
	f.Target.Layout = engine.LayoutWide
	f.Overlay = &engine.Overlay{Boxes: []engine.Box{{Right: 64, Bottom: 36, Colour: engine.Colour{R: 255, A: 255}}}}
	s.draw(w, f)
	if !bytes.Equal(bare.Pix, s.capture().Pix) {
		t.Error("the picture shows the overlay")
	}
	f.Target = engine.Target{Rect: f.Target.Rect}
	s.draw(w, f)
	if shown := s.capture(); shown.NRGBAAt(32, 18) != (color.NRGBA{255, 0, 0, 255}) {
		t.Errorf("drawn without a display the box is %v", shown.NRGBAAt(32, 18))
	}
}

// TestOverlayBeforeEyes: on a sheet two metres ahead and 0.2 m below eyes that are 63 mm
// apart, both see a box where it is, at its depth, the same on all ways to draw; a picture
// that is taken does not show it.
func TestOverlayBeforeEyes(t *testing.T) {
	w := pair.world(t)
	bare, worn := pair.frame(w), pair.frame(w)
	worn.Sheet = engine.Sheet{
		Pose:  scene.Pose{PositionM: mgl64.Vec3{0, -0.2, -2}, Orientation: mgl64.QuatIdent()},
		Width: 340, Height: 300, PixelM: 0.004,
	}
	red := engine.Colour{R: 255, A: 255}
	worn.Overlay = &engine.Overlay{Boxes: []engine.Box{{Left: 220, Top: 50, Right: 320, Bottom: 250, Colour: red}}}
	worn.Overlay.Say(engine.Line{X: 20, Y: 150, Size: 40, Colour: red}, "Io")
	var first *image.NRGBA
	for _, path := range []Stereo{StereoTwice, StereoWide, StereoLayer} {
		s := newStudio(t, Options{Stereo: path})
		for name, layout := range layouts {
			h := newHeadset(layout, gl.SRGB8_ALPHA8)
			h.aim(bare)
			h.aim(worn)
			s.draw(w, bare)
			plain := h.picture()
			s.draw(w, worn)
			got, deep := h.picture(), h.depths()
			if first == nil {
				first = got
			}
			same(t, first, got)
			what := fmt.Sprintf("%s, %s", path, name)
			for eye := range 2 {
				sees := func(x, y float64) (color.NRGBA, float32) { // of a place on the sheet
					fov := worn.Views[eye].FOV
					l, r, d, u := math.Tan(fov.LeftRad), math.Tan(fov.RightRad), math.Tan(fov.DownRad), math.Tan(fov.UpRad)
					right := ((x-170)*0.004 + 0.0315 - 0.063*float64(eye)) / 2
					up := ((150-y)*0.004 - 0.2) / 2
					px := int((right-l)/(r-l)*goldenW) + eye*goldenW
					py := int((u - up) / (u - d) * goldenH)
					return got.NRGBAAt(px, py), deep[py*2*goldenW+px]
				}
				for _, at := range [][2]float64{{224, 54}, {316, 54}, {224, 246}, {316, 246}, {270, 150}} {
					c, depth := sees(at[0], at[1])
					if c != (color.NRGBA{255, 0, 0, 255}) || math.Abs(float64(depth)-engine.NearM/2) > 1e-5 {
						t.Errorf("%s, eye %d: %v of the box is %v at depth %g", what, eye, at, c, depth)
					}
				}
				for _, at := range [][2]float64{{214, 150}, {326, 150}, {270, 44}, {270, 256}} {
					if c, _ := sees(at[0], at[1]); c == (color.NRGBA{255, 0, 0, 255}) {
						t.Errorf("%s, eye %d: %v beside the box is red", what, eye, at)
					}
				}
				if c, _ := sees(26, 140); c.R < 150 || c.G > 60 { // the stem of the I
					t.Errorf("%s, eye %d: the letter is %v", what, eye, c)
				}
			}
			if bytes.Equal(plain.Pix, got.Pix) {
				t.Errorf("%s: nothing is shown", what)
			}
		}
		s.draw(w, bare)
		taken := s.capture()
		s.draw(w, worn)
		if !bytes.Equal(taken.Pix, s.capture().Pix) {
			t.Errorf("%s: the picture shows the overlay", path)
		}
	}
}

// TestOverlayCuts: a line that is too wide ends in an ellipsis and is no wider.
func TestOverlayCuts(t *testing.T) {
	l, err := newLetters(nil)
	if err != nil {
		t.Fatal(err)
	}
	o := &overlay{atlas: l.atlas}
	for _, tt := range []struct {
		widest float32
		cut    int
	}{{0, 7}, {100, 7}, {3, 4}, {0.5, 0}} {
		width, cut := o.measure([]byte("Jupiter"), tt.widest)
		if cut != tt.cut || tt.widest >= 1 && width > tt.widest {
			t.Errorf("in %g ems: %d letters, %g wide; want %d", tt.widest, cut, width, tt.cut)
		}
	}
	var shown engine.Overlay
	shown.Say(engine.Line{X: 10, Y: 20, Size: 10, Halo: true, Caret: true}, "Io")
	f, fr := &engine.Frame{Overlay: &shown}, &frame{n: 1, w: 100, h: 100}
	o.prepare(fr, f)
	if n := len(o.parts); n != 5 { // two halos, two letters, the caret
		t.Errorf("%d parts, want 5", n)
	}
	if n := testing.AllocsPerRun(20, func() { o.prepare(fr, f) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

var kindNames = map[astro.Kind]string{astro.KindMoon: "moon", astro.KindPlanet: "planet"}
