package menu

import (
	"slices"

	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
)

// setting is one that the menu changes: a name of package engine/settings, what it
// may be, and what that is for. The first choice is the default.
type setting struct {
	name, title, help string
	choices           []string
	restart           bool // it counts from the next start on
}

var onOff = []string{"false", "true"}

var settings = []struct {
	heading string
	list    []setting
}{
	{"Picture", []setting{
		{"quality", "Quality", "How much work a picture is", []string{"auto", "low", "medium", "high"}, true},
		{"samples", "Smooth edges", "Samples of a pixel", []string{"0", "1", "2", "4", "8"}, true},
		{"vsync", "Follow the screen", "Or as fast as it can", []string{"on", "off"}, true},
		{"fullscreen", "Fill the screen", "Also at the next start", onOff, false},
		{"size", "Window", "Its size at the start", []string{"1280x720", "1600x900", "1920x1080", "2560x1440"}, true},
	}},
	{"Figures", []setting{
		{"hud", "Figures", "Target, distance, speed and date over the picture", []string{"true", "false"}, false},
	}},
	{"Mouse and gamepad", []setting{
		{"mouse-sensitivity", "Mouse speed", "How far it turns", []string{"1", "0.25", "0.5", "0.75", "1.5", "2", "3"}, false},
		{"mouse-look", "Mouse flies", "It turns the ship without a button held", onOff, false},
		{"invert-look", "Invert look", "Pulling the mouse or the right stick raises the nose", onOff, false},
		{"stick-dead-zone", "Dead zone", "How far a stick moves before it counts", []string{"0.15", "0", "0.05", "0.1", "0.2", "0.3"}, false},
		{"stick-curve", "Stick curve", "More is finer about the middle", []string{"1.6", "1", "1.3", "2", "3"}, false},
	}},
}

func (m *Menu) openSettings() { m.push(&page{title: "Settings", build: m.settingItems}) }

func (m *Menu) settingItems(*page) (items []item) {
	for g := range settings {
		items = append(items, item{title: settings[g].heading, heading: true})
		for i := range settings[g].list {
			items = append(items, m.settingItem(&settings[g].list[i]))
		}
	}
	press := func(b scene.Buttons) func() { return func() { m.Close(); m.host.Press(b) } }
	return append(items,
		item{title: "Headset", heading: true},
		item{title: "Recentre the seat", help: "It moves to where the head is", accept: press(scene.ButtonRecentre)},
		item{title: "Headset on or off", help: "From the window into it, and back", accept: press(scene.ButtonHeadset)})
}

func (m *Menu) settingItem(s *setting) item {
	shown := nameOfChoice(m.host.Setting(s.name))
	if s.name == "samples" && shown == "0" {
		shown = "auto"
	}
	help := s.help
	if s.restart {
		help += " · from the next start"
	}
	sorted := ordered(s.choices)
	return item{title: s.title, help: help, value: says(shown), adjust: func(by int) {
		now := slices.Index(sorted, m.host.Setting(s.name))
		n := len(sorted)
		m.host.Set(s.name, sorted[((now+by)%n+n)%n])
	}}
}

// ordered puts a default among numbers where it belongs.
func ordered(choices []string) []string {
	sorted := slices.Clone(choices)
	if c := choices[0]; c[0] >= '0' && c[0] <= '9' && len(c) < 6 {
		slices.Sort(sorted)
	}
	return sorted
}

func nameOfChoice(value string) string {
	switch value {
	case "true":
		return "on"
	case "false":
		return "off"
	}
	return value
}

// openControls opens the choice of device.
func (m *Menu) openControls() {
	m.push(&page{title: "Controls", build: func(*page) []item {
		return []item{
			{title: "Keyboard and mouse", help: "What keys and buttons do", accept: func() { m.openDevice(controls.Keys) }},
			{title: "Gamepad", help: "What sticks and buttons do", accept: func() { m.openDevice(controls.Gamepad) }},
			{title: "All as at first", help: "Keys, mouse and gamepad", accept: m.resetAll},
		}
	}})
}

func (m *Menu) resetAll() {
	b := m.host.Bindings()
	for d := range controls.NumDevices {
		for a := range controls.NumActions {
			if !b.IsDefault(d, a) {
				b.Reset(d, a)
				m.host.Rebound(d, a)
			}
		}
	}
	m.note = "Everything is as at first"
}

var deviceTitles = [controls.NumDevices]string{"Keyboard and mouse", "Gamepad"}

func (m *Menu) openDevice(d controls.Device) {
	m.push(&page{title: deviceTitles[d], build: func(*page) (items []item) {
		group := controls.Group("")
		for a := range controls.NumActions {
			info := a.Info()
			if info.Group != group {
				group = info.Group
				items = append(items, item{title: string(group), heading: true})
			}
			items = append(items, m.actionItem(d, a))
		}
		return items
	}})
}

func (m *Menu) actionItem(d controls.Device, a controls.Action) item {
	i := item{title: a.Info().Title, value: m.bound(d, a, m.host.Label), help: m.acceptName() + " changes it", accept: func() { m.openAction(d, a) }}
	if others := m.conflicts(d, a); len(others) > 0 {
		i.warn, i.help = true, "Also: "+others[0].Info().Title
	}
	return i
}

// conflicts lists what the controls of an action do besides.
func (m *Menu) conflicts(d controls.Device, a controls.Action) (others []controls.Action) {
	b := m.host.Bindings()
	for _, c := range b.Of(d, a) {
		if c != controls.None {
			others = append(others, b.Others(a, c)...)
		}
	}
	return others
}

// openAction opens what can be done with the controls of an action.
func (m *Menu) openAction(d controls.Device, a controls.Action) {
	m.push(&page{title: a.Info().Title, build: func(*page) []item {
		b := m.host.Bindings()
		ask, help := "Press a key …", "The next key or button that is pressed does it"
		if d == controls.Gamepad {
			ask, help = "Press a button …", "The next button that is pressed or stick that is moved does it"
		}
		items := []item{{title: ask, help: help, accept: func() { m.wait(d, a) }}}
		for _, c := range b.Of(d, a) {
			if c == controls.None {
				continue
			}
			items = append(items, item{title: "Take away", value: says(m.host.Label(c)), help: "It no longer does this", accept: func() {
				b.Unbind(a, c)
				m.host.Rebound(d, a)
			}})
		}
		return append(items, item{title: "As at first", help: "What a plain start has", accept: func() {
			b.Reset(d, a)
			m.host.Rebound(d, a)
		}})
	}})
}

// wait waits for the control that is to do a.
func (m *Menu) wait(d controls.Device, a controls.Action) {
	m.until = m.now + waitFor
	hint := "Press a key for it"
	if d == controls.Gamepad {
		hint = "Press a button for it, or move a stick"
	}
	m.push(&page{title: a.Info().Title, wait: true, build: func(*page) []item {
		return []item{{title: hint, help: "Escape leaves it, and so does waiting", accept: m.back}}
	}, caught: func(c controls.Control) { m.bind(d, a, c) }})
}

// bind gives a its control, and asks what to do if that does something already.
func (m *Menu) bind(d controls.Device, a controls.Action, c controls.Control) {
	b := m.host.Bindings()
	switch {
	case controls.DeviceOf(c) != d:
		m.note = c.String() + " is not of the " + deviceTitles[d]
		return
	case b.Has(a, c):
		return
	}
	others := b.Others(a, c)
	if len(others) == 0 {
		m.give(d, a, c)
		return
	}
	m.push(&page{title: m.host.Label(c), build: func(*page) []item {
		return []item{
			{title: "Take it", value: says(others[0].Info().Title), help: "It no longer is for: " + others[0].Info().Title, accept: func() {
				for _, other := range others {
					b.Unbind(other, c)
					m.host.Rebound(d, other)
				}
				m.back()
				m.give(d, a, c)
			}},
			{title: "Both", help: "It is for both", accept: func() { m.back(); m.give(d, a, c) }},
			{title: "Leave it", help: "Nothing changes", accept: m.back},
		}
	}})
}

func (m *Menu) give(d controls.Device, a controls.Action, c controls.Control) {
	if err := m.host.Bindings().Bind(a, c); err != nil {
		m.note = err.Error()
		return
	}
	m.host.Rebound(d, a)
	if m.Open() {
		m.page().refresh()
	}
}
