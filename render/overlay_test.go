package render

import (
	"bytes"
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"

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

// TestOverlayIsNotCaptured: a picture of a frame for a window never shows it, and one
// of a frame that has two views neither.
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
	o.prepare(&frame{n: 1, w: 100, h: 100}, &shown)
	if n := len(o.parts); n != 5 { // two halos, two letters, the caret
		t.Errorf("%d parts, want 5", n)
	}
	if n := testing.AllocsPerRun(20, func() { o.prepare(&frame{n: 1, w: 100, h: 100}, &shown) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

var kindNames = map[astro.Kind]string{astro.KindMoon: "moon", astro.KindPlanet: "planet"}
