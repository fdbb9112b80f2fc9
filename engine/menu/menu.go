package menu

import (
	"time"
	"unicode/utf8"

	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Host does what a menu asks for. Its methods are called on the thread of the frame
// and must not wait.
type Host interface {
	// Ask asks the world for a change.
	Ask(c scene.Command)
	// Press presses buttons of the ship or the display.
	Press(b scene.Buttons)
	// Go goes to a place.
	Go(p Place)
	// Find lists the places that a text stands for, the likeliest first; all for an
	// empty text.
	Find(text string) []Place
	// Favourite makes a place one of the player's, or no longer.
	Favourite(p Place)
	// Setting returns what a setting is now, as in the settings file.
	Setting(name string) string
	// Set changes a setting, at once where it can, and in the file.
	Set(name, value string)
	// Bindings are those that hold; the menu changes them and says so with Rebound.
	Bindings() *controls.Bindings
	// Rebound says that an action has other controls.
	Rebound(d controls.Device, a controls.Action)
	// Label is what to call a control.
	Label(c controls.Control) string
	// Controllers lists what the parts of a headset's controllers do, and those parts;
	// nothing where none are in use.
	Controllers() [][2]string
	// Now is today's date.
	Now() astro.Time
	// Shoot takes a picture of width by height pixels; of the window's size for 0.
	Shoot(width, height int)
	// Quit ends the program.
	Quit()
}

// Place is where one can go: a sight of the scene that is shown, a scene, or a
// body.
type Place struct {
	Title     string
	Detail    string // a word or two on the right
	Body      astro.Body
	Scene     string // the slug of a scene; empty for the others
	Sight     int    // its number in the scene, from 1; 0 for the others
	Favourite bool
	Recent    bool
}

// Menu is the menus. Make one with [New].
type Menu struct {
	host  Host
	state *scene.State
	now   time.Duration
	stack []*page // the one shown is the last; none is the closed menu
	frame frame   // where it was drawn
	photo Photo
	note  string        // in the place of help, until the next thing done
	until time.Duration // when a page that waits for a control no longer does
	onPad bool          // a gamepad was the last to do something
}

// New makes a menu that is closed.
func New(h Host) *Menu {
	return &Menu{host: h, state: &scene.State{FOVRad: float64(scene.DefaultFOV)}, photo: Photo{Sizes: defaultSizes}}
}

// Open tells whether a menu is shown, so that hands are not the ship's.
func (m *Menu) Open() bool { return len(m.stack) > 0 }

// Typing tells whether letters go into a field.
func (m *Menu) Typing() bool { return m.Open() && m.page().field != nil }

// Waiting tells whether the next control that is pressed is asked for.
func (m *Menu) Waiting() bool { return m.Open() && m.page().wait }

// Update tells the menu what there is to show, each frame. The state is read until
// the next call.
func (m *Menu) Update(now time.Duration, state *scene.State) {
	m.now, m.state = now, state
	if m.Open() && m.page().wait && now > m.until {
		m.back()
	}
}

func (m *Menu) page() *page { return m.stack[len(m.stack)-1] }

// push shows a page over the one that is shown.
func (m *Menu) push(p *page) {
	p.sel = 0
	p.refresh()
	m.stack = append(m.stack, p)
	m.note = ""
}

// back leaves the page that is shown.
func (m *Menu) back() {
	p := m.page()
	m.stack[len(m.stack)-1] = nil
	m.stack = m.stack[:len(m.stack)-1]
	m.note = ""
	if p.leave != nil {
		p.leave()
	}
	if m.Open() {
		m.page().refresh()
	}
}

// Close leaves all pages.
func (m *Menu) Close() {
	for m.Open() {
		m.back()
	}
}

// key is something that can be asked of a menu, with whatever.
type key uint8

const (
	keyNone key = iota
	keyUp
	keyDown
	keyLeft
	keyRight
	keyAccept
	keyBack
	keyClose
	keyPageUp
	keyPageDown
	keyFirst
	keyLast
	keyErase
	keyMark
)

// waitFor is how long a page waits for a control: long enough to find one, and a way
// out for whoever has only a gamepad.
const waitFor = 8 * time.Second

// pageRows is how many rows a page up or down is.
const pageRows = 8

// press does what a key asks for.
func (m *Menu) press(k key) {
	if !m.Open() {
		return
	}
	p := m.page()
	m.note = ""
	switch k {
	case keyUp:
		p.move(-1)
	case keyDown:
		p.move(1)
	case keyPageUp:
		p.move(-pageRows)
	case keyPageDown:
		p.move(pageRows)
	case keyFirst:
		p.sel = p.nearest(0)
	case keyLast:
		p.sel = p.nearest(len(p.items))
	case keyLeft:
		m.adjust(-1)
	case keyRight:
		m.adjust(1)
	case keyAccept:
		m.accept()
	case keyMark:
		m.mark()
	case keyErase:
		m.erase()
	case keyBack:
		m.back()
	case keyClose:
		m.Close()
	}
}

// selected returns the item that is selected, or nil.
func (m *Menu) selected() *item {
	if p := m.page(); p.sel >= 0 {
		return &p.items[p.sel]
	}
	return nil
}

// do does something of an item; what it does may change the page.
func (m *Menu) do(f func()) {
	p := m.page()
	f()
	if m.Open() && m.page() == p {
		p.refresh()
	}
}

func (m *Menu) accept() {
	p, i := m.page(), m.selected()
	switch {
	case p.field != nil && p.field.done != nil && len(p.field.text) > 0:
		m.do(func() { p.field.done(string(p.field.text)) })
	case i != nil && i.accept != nil:
		m.do(i.accept)
	case i != nil && i.adjust != nil:
		m.do(func() { i.adjust(1) })
	}
}

func (m *Menu) adjust(by int) {
	if i := m.selected(); i != nil && i.adjust != nil {
		m.do(func() { i.adjust(by) })
	}
}

func (m *Menu) mark() {
	if i := m.selected(); i != nil && i.mark != nil {
		m.do(i.mark)
	}
}

// erase takes the last letter away; with none it goes back.
func (m *Menu) erase() {
	f := m.page().field
	if f == nil || len(f.text) == 0 {
		return
	}
	_, n := utf8.DecodeLastRune(f.text)
	f.text = f.text[:len(f.text)-n]
	m.typed()
}

// typeRune takes a letter where there is a field for it.
func (m *Menu) typeRune(r rune) {
	if !m.Open() || m.page().field == nil || r < ' ' || r == utf8.RuneError || r == 0x7f {
		return
	}
	f := m.page().field
	if len(f.text)+utf8.RuneLen(r) > maxField || r == ' ' && len(f.text) == 0 {
		return
	}
	f.text = utf8.AppendRune(f.text, r)
	m.typed()
}

// typed shows what is found by what was typed.
func (m *Menu) typed() {
	p := m.page()
	p.sel, p.top, m.note = 0, 0, ""
	p.refresh()
}
