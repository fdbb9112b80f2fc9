package menu

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// fakeHost is a world that does what it is asked, and remembers.
type fakeHost struct {
	state    scene.State
	bindings controls.Bindings
	settings map[string]string
	marked   map[string]bool
	log      []string
	held     [][2]string
}

func newFake() *fakeHost {
	date, err := astro.ParseTime("2026-11-22T00:00:00Z")
	if err != nil {
		panic(err)
	}
	return &fakeHost{
		state:    scene.State{Clock: scene.Clock{Anchor: date, Rate: 1}, FOVRad: float64(scene.DefaultFOV), Layers: scene.LayerHUD},
		bindings: controls.Defaults(), settings: map[string]string{"quality": "auto", "fullscreen": "false", "stick-dead-zone": "0.15"}, marked: map[string]bool{},
	}
}

func (f *fakeHost) note(format string, args ...any) {
	f.log = append(f.log, fmt.Sprintf(format, args...))
}

func (f *fakeHost) Ask(c scene.Command) {
	f.note("%T", c)
	if next, err := scene.Apply(f.state, c); err == nil {
		f.state = next
	}
}
func (f *fakeHost) Press(b scene.Buttons)      { f.note("press %d", b) }
func (f *fakeHost) Zoom(fov float64)           { f.state.FOVRad = fov }
func (f *fakeHost) Go(p Place)                 { f.note("go %s", p.Title) }
func (f *fakeHost) Favourite(p Place)          { f.marked[p.Title] = !p.Favourite }
func (f *fakeHost) Setting(name string) string { return f.settings[name] }
func (f *fakeHost) Set(name, value string) {
	f.settings[name] = value
	f.note("set %s %s", name, value)
}
func (f *fakeHost) Bindings() *controls.Bindings    { return &f.bindings }
func (f *fakeHost) Label(c controls.Control) string { return c.String() }
func (f *fakeHost) Controllers() [][2]string        { return f.held }
func (f *fakeHost) Now() astro.Time                 { return astro.J2000 }
func (f *fakeHost) Shoot(w, h int)                  { f.note("shoot %dx%d", w, h) }
func (f *fakeHost) Quit()                           { f.note("quit") }
func (f *fakeHost) Rebound(d controls.Device, a controls.Action) {
	f.note("rebound %s %s %v", d, a, f.bindings.Names(d, a))
}

func (f *fakeHost) Find(text string) (found []Place) {
	for _, name := range []string{"Sun", "Earth", "Moon", "Mars", "Saturn", "Titan", "Titania"} {
		if strings.HasPrefix(strings.ToLower(name), strings.ToLower(text)) {
			found = append(found, Place{Title: name, Favourite: f.marked[name]})
		}
	}
	return found
}

// player works a menu as hands do.
type player struct {
	*Menu
	host *fakeHost
	hand controls.Hands
	t    testing.TB
	now  time.Duration
}

func newPlayer(t testing.TB) *player {
	h := newFake()
	p := &player{Menu: New(h), host: h, t: t}
	p.frameOf(nil)
	return p
}

// frameOf is a frame in which hands do something.
func (p *player) frameOf(do func(h *controls.Hands)) {
	p.now += 16 * time.Millisecond
	p.Update(p.now, &p.host.state)
	if do != nil {
		do(&p.hand)
	}
	p.Handle(&p.hand)
	p.hand.End()
	var o engine.Overlay
	p.Draw(&o, 1280, 720)
}

// keys presses controls, by name, a frame each.
func (p *player) keys(names ...string) {
	for _, name := range names {
		c, err := controls.Parse(name)
		if err != nil {
			p.t.Fatal(err)
		}
		p.frameOf(func(h *controls.Hands) { h.Key(c, controls.EventPress); h.Key(c, controls.EventRelease) })
	}
}

func (p *player) types(text string) {
	for _, r := range text {
		p.frameOf(func(h *controls.Hands) { h.Type(r) })
	}
}

// to selects the item of that title.
func (p *player) to(title string) {
	for range 200 {
		if i := p.selected(); i != nil && i.title == title {
			return
		}
		p.keys("Down")
	}
	p.t.Fatalf("%s has no %s", p.page().title, title)
}

func (p *player) where() string {
	if !p.Open() {
		return ""
	}
	return p.page().title
}

func (p *player) last() string {
	if len(p.host.log) == 0 {
		return ""
	}
	return p.host.log[len(p.host.log)-1]
}

func (p *player) value(title string) string {
	p.to(title)
	return string(p.selected().value(nil))
}

func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		name        string
		do          func(p *player)
		where, last string
	}{
		{"resume", func(p *player) { p.keys("Enter") }, "", ""},
		{"escape", func(p *player) { p.keys("Escape") }, "", ""},
		{"up goes round", func(p *player) { p.keys("Up", "Enter") }, "Quit", ""},
		{"quit", func(p *player) { p.keys("Up", "Enter", "Down", "Enter") }, "Quit", "quit"},
		{"stay", func(p *player) { p.keys("Up", "Enter", "Enter") }, "SpaceTime", ""},
		{"travel by search", func(p *player) { p.to("Places"); p.keys("Enter"); p.types("titan"); p.keys("Down", "Enter") }, "", "go Titania"},
		{"search, erase", func(p *player) { p.to("Places"); p.keys("Enter"); p.types("titz"); p.keys("Backspace", "Enter") }, "", "go Titan"},
		{"nothing found", func(p *player) { p.to("Places"); p.keys("Enter"); p.types("qq"); p.keys("Enter") }, "Places", ""},
		{"a pad alone", func(p *player) { p.keys("D-Pad Down", "Pad A", "D-Pad Down", "Left Stick Down", "Pad A") }, "", "go Moon"},
		{"pad leaves", func(p *player) { p.keys("D-Pad Down", "Pad A", "Pad Start") }, "", ""},
		{"pad goes back", func(p *player) { p.keys("D-Pad Down", "Pad A", "Pad B") }, "SpaceTime", ""},
		{"right button goes back", func(p *player) { p.to("Time"); p.keys("Enter", "Right Button") }, "SpaceTime", ""},
		{"stop time", func(p *player) { p.to("Time"); p.keys("Enter", "Enter") }, "Time", "scene.SetTime"},
		{"shoot", func(p *player) {
			p.to("Photo mode")
			p.keys("Enter")
			p.to("Size")
			p.keys("Right", "Up", "Up", "Enter")
		}, "Photo mode", "shoot 3840x2160"},
		{"setting", func(p *player) { p.to("Settings"); p.keys("Enter"); p.to("Dead zone"); p.keys("Left") }, "Settings", "set stick-dead-zone 0.1"},
		{"setting by Enter", func(p *player) { p.to("Settings"); p.keys("Enter"); p.to("Fill the screen"); p.keys("Enter") }, "Settings", "set fullscreen true"},
		{"help", func(p *player) { p.to("Help"); p.keys("Enter") }, "Help", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlayer(t)
			p.OpenRoot()
			tt.do(p)
			if p.where() != tt.where || p.last() != tt.last {
				t.Errorf("at %q after %q, want %q and %q", p.where(), p.last(), tt.where, tt.last)
			}
		})
	}
}

func TestTime(t *testing.T) {
	p := newPlayer(t)
	p.OpenRoot()
	p.to("Time")
	p.keys("Enter")
	p.to("Rate")
	p.keys("Right", "Right", "Right")
	if got := p.host.state.Clock.Rate; got != 1000 {
		t.Errorf("rate %g, want 1000", got)
	}
	p.keys("Left", "Left", "Left", "Left", "Left")
	if got := p.value("Rate"); got != "× −10" {
		t.Errorf("rate %s", got)
	}
	p.to("Stop")
	p.keys("Enter")
	for _, step := range []struct{ item, key, want string }{
		{"Year", "Right", "2027-11-22T00:00:00Z"},
		{"Month", "Left", "2027-10-22T00:00:00Z"},
		{"Day", "Left", "2027-10-21T00:00:00Z"},
		{"Hour", "Left", "2027-10-20T23:00:00Z"},
	} {
		p.to(step.item)
		p.keys(step.key)
		if got := p.host.state.Time().String(); got != step.want {
			t.Errorf("%s %s: %s, want %s", step.item, step.key, got, step.want)
		}
	}
	p.to("Now")
	p.keys("Enter")
	if p.host.state.Time() != astro.J2000 {
		t.Errorf("now is %s", p.host.state.Time())
	}
}

func TestDateIsTyped(t *testing.T) {
	for _, tt := range []struct{ text, date, note string }{
		{"2027-08-02 10:07", "2027-08-02T10:07:00Z", ""},
		{"2027-08-02 10:07:30", "2027-08-02T10:07:30Z", ""},
		{"2027-08-02", "2027-08-02T00:00:00Z", ""},
		{"1066-10-14", "", "from 1800"},
		{"yesterday", "", "such as 2027-08-02 10:07"},
	} {
		p := newPlayer(t)
		p.OpenRoot()
		p.to("Time")
		p.keys("Enter")
		p.to("Date")
		p.keys("Enter")
		p.types(tt.text)
		p.keys("Enter")
		if tt.note != "" {
			if p.where() != "Date" || !strings.Contains(p.Menu.note, tt.note) {
				t.Errorf("%q: at %q, %q", tt.text, p.where(), p.Menu.note)
			}
			continue
		}
		if got := p.host.state.Time().String(); got != tt.date || p.where() != "Time" {
			t.Errorf("%q: %s at %q", tt.text, got, p.where())
		}
	}
}

// TestMonthsEnd: a month on from the 31st is not two.
func TestMonthsEnd(t *testing.T) {
	p := newPlayer(t)
	p.host.state.Clock = scene.Clock{Paused: true}
	date, err := astro.ParseTime("2027-01-31T12:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	p.host.state.Clock.Anchor = date
	p.OpenRoot()
	p.to("Time")
	p.keys("Enter")
	p.to("Month")
	p.keys("Right")
	if got := p.host.state.Time().String(); got != "2027-02-28T12:00:00Z" {
		t.Error(got)
	}
}

// TestRatesAreALadder: from any rate, also one that is not in the list.
func TestRates(t *testing.T) {
	for _, tt := range []struct {
		from float64
		by   int
		want float64
	}{{1, 1, 10}, {1, -1, -1}, {-1, 1, 1}, {1e7, 1, 1e7}, {-1e7, -1, -1e7}, {3600, 1, 1e4}, {3600, -1, 1000}, {0, 1, 1}, {0, -1, -1}} {
		if got := nextRate(tt.from, tt.by); got != tt.want {
			t.Errorf("%g by %d: %g, want %g", tt.from, tt.by, got, tt.want)
		}
	}
}

func TestRebind(t *testing.T) {
	open := func(t *testing.T, device, action string) *player {
		p := newPlayer(t)
		p.OpenRoot()
		p.to("Controls")
		p.keys("Enter")
		p.to(device)
		p.keys("Enter")
		p.to(action)
		p.keys("Enter", "Enter") // Press a key …
		return p
	}
	t.Run("a free key", func(t *testing.T) {
		p := open(t, "Keyboard and mouse", "Forward")
		p.keys("I")
		if p.last() != "rebound keys forward [I W]" || p.where() != "Forward" {
			t.Errorf("%s at %s", p.last(), p.where())
		}
		p.to("Take away")
		p.keys("Down", "Enter")
		if p.last() != "rebound keys forward [I]" {
			t.Error(p.last())
		}
		p.to("As at first")
		p.keys("Enter")
		if p.last() != "rebound keys forward [W]" {
			t.Error(p.last())
		}
	})
	t.Run("one that is taken", func(t *testing.T) {
		for choice, want := range map[string][]string{
			"Take it":  {"rebound keys orbit []", "rebound keys forward [O W]"},
			"Both":     {"rebound keys forward [O W]"},
			"Leave it": {},
		} {
			p := open(t, "Keyboard and mouse", "Forward")
			p.keys("O")
			if p.where() != "O" || !strings.Contains(p.selected().help, "Orbit the target") {
				t.Errorf("at %s: %+v", p.where(), p.selected())
			}
			p.to(choice)
			p.keys("Enter")
			if !slices.Equal(p.host.log, want) && len(p.host.log)+len(want) > 0 || p.where() != "Forward" {
				t.Errorf("%s: %v at %s", choice, p.host.log, p.where())
			}
			if conflict := p.host.bindings.Conflict(controls.Keys, controls.FlyForward); conflict != (choice == "Both") {
				t.Errorf("%s: conflict %t", choice, conflict)
			}
			p.keys("Escape")
			if warn := p.selected().warn; warn != (choice == "Both") {
				t.Errorf("%s: shown as a conflict: %t", choice, warn)
			}
		}
	})
	t.Run("escape, or nothing", func(t *testing.T) {
		p := open(t, "Keyboard and mouse", "Forward")
		p.keys("Escape")
		if len(p.host.log) > 0 || p.where() != "Forward" {
			t.Errorf("%v at %s", p.host.log, p.where())
		}
		p = open(t, "Gamepad", "Forward")
		p.now += waitFor
		p.frameOf(nil)
		if p.page().wait {
			t.Error("it waits for ever")
		}
	})
	t.Run("the wrong device", func(t *testing.T) {
		p := open(t, "Gamepad", "Forward")
		p.keys("I")
		if len(p.host.log) > 0 || p.Menu.note == "" {
			t.Errorf("%v, %q", p.host.log, p.Menu.note)
		}
	})
	t.Run("all as at first", func(t *testing.T) {
		p := open(t, "Gamepad", "Forward")
		p.keys("Pad Guide", "Escape", "Escape")
		p.to("All as at first")
		p.keys("Enter")
		if p.host.bindings != controls.Defaults() || p.last() != "rebound gamepad forward [Left Stick Up]" {
			t.Error(p.last())
		}
	})
}

func TestFavourite(t *testing.T) {
	p := newPlayer(t)
	p.OpenPlaces()
	p.to("Mars")
	p.keys("Tab")
	if !p.host.marked["Mars"] || p.page().items[0].title != "Favourites" || p.page().items[1].title != "Mars" {
		t.Errorf("%v", p.page().items[:2])
	}
}

// TestMouse: what is seen can be clicked, − and + too, and the title leads back.
func TestMouse(t *testing.T) {
	p := newPlayer(t)
	p.OpenRoot()
	p.frameOf(nil)
	at := func(title string, x float32) (float64, float64) {
		for i := range p.page().items {
			if p.page().items[i].title == title {
				return float64(x), float64(p.frame.rowsTop + (float32(i-p.page().top)+0.5)*p.frame.rowHigh)
			}
		}
		t.Fatalf("no %s", title)
		return 0, 0
	}
	click := func(x, y float64) {
		p.frameOf(func(h *controls.Hands) { h.Move(x, y); h.Key(controls.LeftButton, controls.EventPress) })
		p.frameOf(func(h *controls.Hands) { h.Key(controls.LeftButton, controls.EventRelease) })
	}
	x, y := at("Time", p.frame.left+20)
	p.frameOf(func(h *controls.Hands) { h.Move(x, y) })
	if p.selected().title != "Time" {
		t.Errorf("pointed at Time, selected %s", p.selected().title)
	}
	click(x, y)
	if p.where() != "Time" {
		t.Fatalf("at %q", p.where())
	}
	click(at("Rate", p.frame.value+3))
	click(at("Rate", p.frame.value+3))
	click(at("Rate", p.frame.value-3))
	if got := p.host.state.Clock.Rate; got != 10 {
		t.Errorf("rate %g, want 10", got)
	}
	click(1200, 600) // beside it
	if p.where() != "Time" {
		t.Errorf("at %q", p.where())
	}
	click(float64(p.frame.left)+30, float64(p.frame.top)+10)
	if p.where() != "SpaceTime" {
		t.Errorf("at %q", p.where())
	}
	p.to("Controls")
	p.keys("Enter", "Enter")
	p.frameOf(func(h *controls.Hands) { h.Wheel(-3) })
	if p.page().top != 3 {
		t.Errorf("three notches: the first row is %d", p.page().top)
	}
}

// TestPhoto: the mode gives back what it took, and stays while one composes.
func TestPhoto(t *testing.T) {
	p := newPlayer(t)
	p.OpenPhoto()
	p.to("Time")
	p.keys("Right")
	p.to("Compose")
	p.keys("Enter")
	if on, _, _ := p.PhotoMode(); !on || p.Open() || !p.host.state.Clock.Paused {
		t.Errorf("composing: on %t, open %t", on, p.Open())
	}
	p.OpenRoot()
	if p.where() != "Photo mode" {
		t.Errorf("at %q", p.where())
	}
	p.keys("Escape")
	if on, _, _ := p.PhotoMode(); on || p.Open() || p.host.state.Clock.Paused {
		t.Errorf("left: on %t, paused %t", on, p.host.state.Clock.Paused)
	}
}

// TestAnyHands: whatever is pressed, typed and clicked, nothing panics, there is a
// selection, and going back leads out.
func TestAnyHands(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := newPlayer(t)
		for range rapid.IntRange(1, 120).Draw(rt, "steps") {
			switch rapid.IntRange(0, 6).Draw(rt, "kind") {
			case 0:
				p.frameOf(func(h *controls.Hands) { h.Type(rapid.Rune().Draw(rt, "rune")) })
			case 1:
				p.frameOf(func(h *controls.Hands) {
					h.Move(rapid.Float64Range(-50, 1400).Draw(rt, "x"), rapid.Float64Range(-50, 800).Draw(rt, "y"))
					h.Key(controls.LeftButton, controls.EventPress)
				})
			case 2:
				p.frameOf(func(h *controls.Hands) { h.Wheel(float64(rapid.IntRange(-5, 5).Draw(rt, "notches"))) })
			case 3:
				rapid.SampledFrom([]func(){p.OpenRoot, p.OpenPlaces, p.OpenHelp, p.OpenPhoto}).Draw(rt, "open")()
			default:
				p.frameOf(func(h *controls.Hands) {
					h.Key(controls.Control(rapid.IntRange(1, controls.NumControls-1).Draw(rt, "control")), controls.EventPress)
				})
			}
			if p.Open() && (p.selected() == nil || p.selected().heading && p.page().title != "Help") {
				rt.Fatalf("%s has no selection", p.page().title)
			}
			var o engine.Overlay
			p.Draw(&o, rapid.IntRange(1, 2000).Draw(rt, "width"), rapid.IntRange(1, 1200).Draw(rt, "height"))
			if rows := p.frame.rows; p.Open() && rows > 0 && !p.page().wide && (p.page().sel < p.page().top || p.page().sel >= p.page().top+rows) {
				rt.Fatalf("%s: item %d is selected, shown are %d from %d on", p.page().title, p.page().sel, rows, p.page().top)
			}
		}
		for n := 0; p.Open(); n++ {
			if n > 200 {
				rt.Fatalf("no way out of %s", p.where())
			}
			p.keys("Escape")
		}
	})
}
