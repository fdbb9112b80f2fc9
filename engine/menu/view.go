package menu

import (
	"math"
	"strconv"

	"github.com/spacetime-vr/spacetime/engine/hud"
	"github.com/spacetime-vr/spacetime/scene"
)

// layers are what a player shows and hides.
var layers = [...]struct {
	layer       scene.Layers
	title, help string
}{
	{scene.LayerHUD, "Figures", "Target, distance, speed, date"},
	{scene.LayerLabels, "Names", "Of planets and moons"},
	{scene.LayerOrbits, "Orbits", "The ways of planets and moons"},
	{scene.LayerConstellations, "Constellations", "Lines between the stars"},
	{scene.LayerMilkyWay, "Milky Way", "The band of faint stars"},
	{scene.LayerAir, "Atmospheres", "Air about planets"},
	{scene.LayerGlare, "Glare", "What bright things do in an eye"},
	{scene.LayerStars, "Stars", ""},
}

func (m *Menu) openView() { m.push(&page{title: "View", build: m.view, slim: true}) }

func (m *Menu) view(*page) []item {
	items := []item{m.zoomItem()}
	items = append(items, m.exposureItems()...)
	items = append(items, item{title: "Shown", heading: true})
	for i := range layers {
		items = append(items, m.layerItem(layers[i].layer, layers[i].title, layers[i].help))
	}
	return items
}

func (m *Menu) layerItem(l scene.Layers, title, help string) item {
	toggle := func() {
		c := scene.SetLayers{Show: l}
		if m.state.Layers.Has(l) {
			c = scene.SetLayers{Hide: l}
		}
		m.ask(c)
	}
	return item{
		title: title, help: help, accept: toggle, adjust: func(int) { toggle() },
		value: func(dst []byte) []byte { return appendSwitch(dst, m.state.Layers.Has(l)) },
	}
}

func appendSwitch(dst []byte, on bool) []byte {
	if on {
		return append(dst, "on"...)
	}
	return append(dst, "off"...)
}

// fovSteps are the steps of the field of view in an octave.
const fovSteps = 6

func (m *Menu) zoomItem() item {
	return item{
		title: "Field of view", help: "From top to bottom; less is as through a telescope",
		value: func(dst []byte) []byte { return hud.AppendAngle(dst, m.state.FOVRad) },
		adjust: func(by int) {
			fov := m.state.FOVRad * math.Exp2(float64(by)/fovSteps)
			m.ask(scene.SetView{FOV: max(scene.MinFOV, min(scene.MaxFOV, scene.Angle(fov)))})
		},
	}
}

// evStep is a step of the exposure, in stops.
const evStep = 0.5

func (m *Menu) exposureItems() []item {
	return []item{
		{
			title: "Exposure", help: "In stops: one more is twice as bright",
			value: func(dst []byte) []byte { return appendStops(dst, m.state.Exposure) },
			adjust: func(by int) {
				e := m.state.Exposure
				e.EV = math.Max(-scene.MaxEV, math.Min(scene.MaxEV, e.EV+evStep*float64(by)))
				m.ask(scene.SetExposure{Exposure: e})
			},
		},
		{
			title: "Usual exposure", help: "For what fills the view",
			accept: func() { m.ask(scene.SetExposure{}) },
		},
	}
}

func appendStops(dst []byte, e scene.Exposure) []byte {
	if e == (scene.Exposure{}) {
		return append(dst, "usual"...)
	}
	sign := "+"
	ev := e.EV
	if ev < 0 {
		sign, ev = "−", -ev
	}
	dst = strconv.AppendFloat(append(dst, sign...), ev, 'f', 1, 64)
	if e.Manual {
		dst = append(dst, " held"...)
	}
	return dst
}

// Photo is the photo mode.
type Photo struct {
	On    bool
	Sizes []Size
	size  int  // of Sizes
	froze bool // it stopped time, which goes on after it
}

// Size is a size of a picture; 0 by 0 is that of the window.
type Size struct {
	Title         string
	Width, Height int
}

var defaultSizes = []Size{{"as the window", 0, 0}, {"4K, 3840 × 2160", 3840, 2160}, {"8K, 7680 × 4320", 7680, 4320}}

// PhotoMode tells whether the photo mode is on, in which figures are hidden, and
// the size of its pictures.
func (m *Menu) PhotoMode() (on bool, width, height int) {
	s := m.photo.Sizes[m.photo.size]
	return m.photo.On, s.Width, s.Height
}

// OpenPhoto opens the photo mode's page.
func (m *Menu) OpenPhoto() {
	m.photo.On = true
	m.push(&page{title: "Photo mode", build: m.photoItems, slim: true, leave: m.leavePhoto})
}

func (m *Menu) photoItems(p *page) []item {
	items := []item{
		{title: "Take the picture", help: "Without the menu and the figures", accept: func() {
			_, w, h := m.PhotoMode()
			m.host.Shoot(w, h)
		}},
		{title: "Compose", help: "Hide this and fly; the key of the menu comes back", accept: func() {
			p.leave = nil
			m.Close()
		}},
		{
			title: "Size", help: "Large ones are drawn in parts, which takes a while",
			value: func(dst []byte) []byte { return append(dst, m.photo.Sizes[m.photo.size].Title...) },
			adjust: func(by int) {
				n := len(m.photo.Sizes)
				m.photo.size = ((m.photo.size+by)%n + n) % n
			},
		},
		{
			title: "Time", help: "Stop it for as long as you compose",
			value: func(dst []byte) []byte { return hud.AppendRate(dst, m.state.Clock.Rate, m.state.Clock.Paused) },
			adjust: func(int) {
				m.photo.froze = !m.state.Clock.Paused
				m.ask(scene.SetTime{Paused: pointer(!m.state.Clock.Paused)})
			},
		},
		m.zoomItem(),
	}
	items = append(items, m.exposureItems()...)
	return append(items,
		m.layerItem(scene.LayerLabels, "Names", "Large pictures have none"),
		item{title: "Done", help: "Leave the photo mode", accept: m.back})
}

// leavePhoto gives back what the photo mode took.
func (m *Menu) leavePhoto() {
	m.photo.On = false
	if m.photo.froze {
		m.photo.froze = false
		m.ask(scene.SetTime{Paused: pointer(false)})
	}
}
