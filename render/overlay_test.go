package render

import (
	"image"
	"strings"
	"testing"

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

func TestGoldenMenus(t *testing.T) {
	s := newStudio(t, Options{})
	for _, tt := range menus {
		golden.Check(t, "menu-"+tt.name, s.withOverlay(saturn, 640, 360, menuOver(saturn, t, tt.open, 640, 360)), tight)
	}
	golden.Check(t, "hud", s.withOverlay(saturn, 640, 360, figuresOver(t, saturn, 640, 360)), tight)
}

var kindNames = map[astro.Kind]string{astro.KindMoon: "moon", astro.KindPlanet: "planet"}
