package menu

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/hud"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// OpenRoot opens the first page, or closes the menu; in photo mode it comes back to
// that.
func (m *Menu) OpenRoot() {
	switch {
	case m.Open():
		m.Close()
	case m.photo.On:
		m.OpenPhoto()
	default:
		m.push(&page{title: "SpaceTime", build: m.root})
	}
}

func (m *Menu) root(*page) []item {
	opens := func(title, help string, open func()) item { return item{title: title, help: help, accept: open} }
	return []item{
		opens("Resume", "Back to the flight", m.Close),
		opens("Places", "Travel to a body, or begin a scene", m.OpenPlaces),
		opens("Time", "Stop it, hurry it, turn it round, or set the date", m.openTime),
		opens("View", "What is shown, and how bright", m.openView),
		opens("Photo mode", "Compose a picture and take it, up to 8K", m.OpenPhoto),
		opens("Settings", "Kept in the settings file", m.openSettings),
		opens("Controls", "What keys, mouse and gamepad do", m.openControls),
		opens("Help", "The keys on one page", m.OpenHelp),
		opens("Quit", "The flight goes on from here next time", m.openQuit),
	}
}

func (m *Menu) openQuit() {
	m.push(&page{title: "Quit", build: func(*page) []item {
		return []item{
			{title: "Stay", help: "Back to the menu", accept: m.back},
			{title: "Quit", help: "The flight goes on from here next time", accept: m.host.Quit},
		}
	}})
}

// OpenPlaces opens the list of places, with a field to search in.
func (m *Menu) OpenPlaces() {
	m.push(&page{title: "Places", build: m.places, field: &field{hint: "Search"}})
}

func (m *Menu) places(p *page) []item {
	text := strings.TrimSpace(string(p.field.text))
	found := m.host.Find(text)
	if len(found) == 0 {
		return []item{{title: "Nothing is called that", help: "Backspace takes the last letter away", accept: func() { p.field.text = p.field.text[:0] }}}
	}
	if text != "" {
		return m.placeItems(nil, "", found, func(*Place) bool { return true })
	}
	items := m.placeItems(nil, "Favourites", found, func(p *Place) bool { return p.Favourite })
	items = m.placeItems(items, "Visited", found, func(p *Place) bool { return p.Recent && !p.Favourite })
	items = m.placeItems(items, "Sights of this scene", found, func(p *Place) bool { return p.Sight > 0 })
	items = m.placeItems(items, "Scenes", found, func(p *Place) bool { return p.Scene != "" && !p.Favourite && !p.Recent })
	return m.placeItems(items, "Bodies", found, func(p *Place) bool { return p.Scene == "" && p.Sight == 0 && !p.Favourite && !p.Recent })
}

// placeItems appends those places that are wanted, under a heading.
func (m *Menu) placeItems(items []item, heading string, places []Place, wanted func(*Place) bool) []item {
	begun := heading == ""
	for i := range places {
		p := places[i]
		if !wanted(&p) {
			continue
		}
		if !begun {
			begun, items = true, append(items, item{title: heading, heading: true})
		}
		help := m.acceptName() + " travels there · " + m.markName() + " makes it a favourite"
		if p.Favourite {
			help = m.acceptName() + " travels there · " + m.markName() + ": no longer a favourite"
		}
		mark := func() { m.host.Favourite(p) }
		if p.Sight > 0 {
			mark, help = nil, m.acceptName()+" goes there"
		}
		items = append(items, item{
			title: p.Title, marked: p.Favourite, help: help, value: says(p.Detail),
			accept: func() { m.Close(); m.host.Go(p) },
			mark:   mark,
		})
	}
	return items
}

func says(s string) func([]byte) []byte {
	if s == "" {
		return nil
	}
	return func(dst []byte) []byte { return append(dst, s...) }
}

// openTime opens what time can be told.
func (m *Menu) openTime() {
	m.push(&page{title: "Time", build: m.clock})
}

func (m *Menu) clock(*page) []item {
	clock := &m.state.Clock
	date := func(dst []byte) []byte { return append(hud.AppendDate(dst, m.state.Time()), " UTC"...) }
	shift := func(years, months, days, hours int) func(int) {
		return func(by int) {
			t := m.state.Time().UTC()
			day := t.Day()
			moved := t.AddDate(years*by, months*by, days*by)
			if years+months != 0 && moved.Day() != day { // the 31st of a month of 30 days
				moved = moved.AddDate(0, 0, -moved.Day())
			}
			m.setDate(astro.FromUTC(moved).Add(time.Duration(hours*by) * time.Hour))
		}
	}
	paused := "Go on"
	if !m.state.Clock.Paused {
		paused = "Stop"
	}
	return []item{
		{title: paused, help: "Time stops and goes on", accept: func() { m.ask(scene.SetTime{Paused: pointer(!m.state.Clock.Paused)}) }},
		{title: "Rate", help: "Ten times faster, a tenth; through real time it turns round", value: func(dst []byte) []byte { return hud.AppendRate(dst, clock.Rate, clock.Paused) }, adjust: func(by int) {
			m.ask(scene.SetTime{Rate: pointer(nextRate(m.state.Clock.Rate, by)), Paused: pointer(false)})
		}},
		{title: "Real time", help: "A second a second", accept: func() { m.ask(scene.SetTime{Rate: pointer(1.0), Paused: pointer(false)}) }},
		{title: "Now", help: "The date of this moment", accept: func() { m.setDate(m.host.Now()) }},
		{title: "Date", help: "Enter lets you type it", value: date, accept: m.openDate},
		{title: "Year", help: "Left and right", value: func(dst []byte) []byte { return date(dst)[:len(dst)+4] }, adjust: shift(1, 0, 0, 0)},
		{title: "Month", help: "Left and right", value: func(dst []byte) []byte { return cut(date(dst), len(dst), 5, 7) }, adjust: shift(0, 1, 0, 0)},
		{title: "Day", help: "Left and right", value: func(dst []byte) []byte { return cut(date(dst), len(dst), 8, 10) }, adjust: shift(0, 0, 1, 0)},
		{title: "Hour", help: "Left and right", value: func(dst []byte) []byte { return cut(date(dst), len(dst), 11, 16) }, adjust: shift(0, 0, 0, 1)},
	}
}

// cut keeps from dst[:at] and of what follows from first to last.
func cut(dst []byte, at, first, last int) []byte {
	return append(dst[:at], dst[at+first:at+last]...)
}

// rates are those that left and right go through.
var rates = [...]float64{-1e7, -1e6, -1e5, -1e4, -1000, -100, -10, -1, 1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7}

// nextRate returns the rate after r, in the direction by, of those in the list.
func nextRate(r float64, by int) float64 {
	next := r
	for _, candidate := range rates {
		if by > 0 && candidate > r {
			return candidate
		}
		if by < 0 && candidate < r {
			next = candidate
		}
	}
	return next
}

// openDate lets one type a date.
func (m *Menu) openDate() {
	f := &field{hint: "2027-08-02 10:07"}
	f.done = func(text string) {
		date, err := parseDate(text)
		switch {
		case errors.Is(err, astro.ErrRange):
			m.note = "The models hold from 1800 to the end of 2099"
			return
		case err != nil: // what is wrong with it would have no room
			m.note = "Type a date such as " + f.hint
			return
		}
		m.back()
		m.setDate(date)
	}
	m.push(&page{title: "Date", field: f, build: func(*page) []item {
		return []item{{title: "Leave it", help: "Year, month and day; hours and minutes if you like; UTC", accept: m.back}}
	}})
}

// parseDate reads a date as people type it, UTC where they say no zone.
func parseDate(text string) (astro.Time, error) {
	text = strings.TrimSpace(text)
	if day, clock, ok := strings.Cut(text, " "); ok {
		clock = strings.TrimSpace(clock)
		if utf8.RuneCountInString(clock) == len("15:04") {
			clock += ":00"
		}
		text = day + "T" + clock
		if !strings.HasSuffix(text, "Z") {
			text += "Z"
		}
	} else if len(text) == len("2006-01-02") {
		text += "T00:00:00Z"
	}
	return astro.ParseTime(text)
}

// setDate asks for a date, the nearest one that the models hold for.
func (m *Menu) setDate(t astro.Time) {
	m.ask(scene.SetTime{Date: pointer(max(astro.MinTime, min(astro.MaxTime, t)))})
}

// ask asks for a change, and remembers it until the world tells what came of it, so
// that two presses in a frame are two.
func (m *Menu) ask(c scene.Command) {
	m.host.Ask(c)
	if next, err := scene.Apply(*m.state, c); err == nil {
		m.state = &next
	}
}

// OpenHelp opens the page of keys.
func (m *Menu) OpenHelp() {
	m.push(&page{title: "Help", wide: true, build: m.help})
}

// help lists what is bound to what: of a headset's controllers what they do, if they
// are in use, and keys and buttons.
func (m *Menu) help(*page) []item {
	items := []item{{title: "Back", help: "Change keys and buttons under Controls", accept: m.back}}
	if held := m.host.Controllers(); len(held) > 0 {
		items = append(items, item{title: "Controllers", heading: true})
		for _, use := range held {
			items = append(items, item{title: use[0], cell: true, help: "The headset's own settings can change it", value: says(use[1])})
		}
	}
	group := controls.Group("")
	for a := range controls.NumActions {
		info := a.Info()
		if info.Group != group {
			group = info.Group
			items = append(items, item{title: string(group), heading: true, value: says("keys, mouse"), more: says("gamepad")})
		}
		items = append(items, item{
			title: info.Title, cell: true, help: "Change it under Controls",
			value: m.bound(controls.Keys, a, m.host.Label), more: m.bound(controls.Gamepad, a, shortName),
		})
	}
	return items
}

// shortNames makes the names of a gamepad's parts short.
var shortNames = strings.NewReplacer(
	"Left Stick", "LS", "Right Stick", "RS", "Left Bumper", "LB", "Right Bumper", "RB", "Left Trigger", "LT", "Right Trigger", "RT",
	"D-Pad", "D-Pad", "Pad ", "",
)

func shortName(c controls.Control) string { return shortNames.Replace(c.String()) }

// bound says what is bound to an action, by the names that are given; it is made once,
// not in each frame.
func (m *Menu) bound(d controls.Device, a controls.Action, name func(controls.Control) string) func([]byte) []byte {
	var names []string
	for _, c := range m.host.Bindings().Of(d, a) {
		switch {
		case c == controls.None:
		case c.IsMotion():
			names = append(names, "mouse")
		default:
			names = append(names, name(c))
		}
	}
	return says(strings.Join(names, ", "))
}

func pointer[T any](v T) *T { return &v }
