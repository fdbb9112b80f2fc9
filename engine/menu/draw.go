package menu

import (
	"math"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/hud"
)

// The inks: dark glass, light writing, one accent.
var (
	glass  = engine.Colour{R: 9, G: 13, B: 19, A: 214}
	well   = engine.Colour{R: 0, G: 0, B: 0, A: 110}
	lit    = engine.Colour{R: 255, G: 255, B: 255, A: 24}
	rule   = engine.Colour{R: 255, G: 255, B: 255, A: 26}
	white  = engine.Colour{R: 246, G: 250, B: 255, A: 255}
	plain  = engine.Colour{R: 206, G: 216, B: 226, A: 255}
	quiet  = engine.Colour{R: 138, G: 154, B: 171, A: 255}
	accent = engine.Colour{R: 118, G: 188, B: 255, A: 255}
	amber  = engine.Colour{R: 255, G: 196, B: 104, A: 255}
)

const glassEdge = 34

// The measures of a page: in ems, and heights in rows.
const (
	pageWide  = 27.0
	pageSlim  = 22.0
	leastWide = 9.0
	aside     = 1.4 // from the view's edges
	inset     = 1.1 // from the page's edges
	rowEms    = 1.85
	titleHigh = 2.0 // rows
	fieldHigh = 1.35
	footHigh  = 1.3
	signsWide = 2.7 // ems, for − and + beside a value
	valueWide = 12.5
	round     = 0.55
)

// The weights and sizes of writing.
const (
	titleSize   = 1.7
	titleWeight = -13
	rowSize     = 1.05
	smallSize   = 0.86
	smallWeight = 4
)

// sketch is a page being drawn.
type sketch struct {
	o      *engine.Overlay
	m      *Menu
	p      *page
	em     float32
	row    float32 // its height
	signs  float32 // ems, for − and + beside values
	count  int     // of columns
	per    int     // cells in each
	size   float32 // of the writing in them
	width  float32 // of the view
	height float32
	f      *frame
}

// Draw adds the page that is shown to an overlay over a view of width by height
// pixels. Where there is no room for one it adds nothing; the menu works all the
// same.
func (m *Menu) Draw(o *engine.Overlay, width, height int) {
	m.frame = frame{}
	if !m.Open() {
		return
	}
	s := sketch{o: o, m: m, p: m.page(), em: hud.Em(width, height), width: float32(width), height: float32(height), f: &m.frame}
	s.row = whole(rowEms * s.em)
	if s.width < (leastWide+2*aside)*s.em || !s.place() {
		return
	}
	o.Box(engine.Box{Left: s.f.left, Top: s.f.top, Right: s.f.right, Bottom: s.f.bottom, Radius: whole(round * s.em), Colour: glass, Edge: glassEdge})
	s.title()
	if s.p.cells {
		s.columns()
	} else {
		s.rows()
	}
	s.foot()
}

func whole(v float32) float32 { return float32(math.Round(float64(v))) }

// place finds the page's place and how many rows have room; none is no page.
func (s *sketch) place() bool {
	f, margin := s.f, whole(aside*s.em)
	wide := float32(pageWide)
	if s.p.slim {
		wide = pageSlim
	}
	f.left, f.top = margin, margin
	f.right = min(margin+whole(wide*s.em), s.width-margin)
	high := float32(titleHigh)
	if s.p.field != nil {
		high += fieldHigh
	}
	f.rowHigh = s.row
	f.rowsTop = f.top + whole(high*s.row)
	foot := whole(footHigh * s.row)
	room := int((s.height - margin - foot - f.rowsTop) / s.row)
	f.rows = min(room, len(s.p.items))
	if s.p.cells = s.p.wide && s.spread(room, s.width-margin); s.p.cells {
		f.rows = s.columnRows()
	}
	if room < 1 {
		*f = frame{}
		return false
	}
	s.p.scroll(f.rows)
	f.bottom = f.rowsTop + float32(f.rows)*s.row + foot
	f.value = f.right - whole((inset+0.9)*s.em)
	f.signs = f.right - whole((inset+1.9)*s.em)
	return true
}

// title writes the title, with the way back before it, and the field.
func (s *sketch) title() {
	f := s.f
	x, base := f.left+inset*s.em, f.top+whole(0.64*titleHigh*s.row)
	if len(s.m.stack) > 1 {
		s.say(engine.Line{X: x, Y: base, Size: titleSize * s.em, Weight: titleWeight, Colour: quiet}, "«")
		x += 1.5 * s.em
	}
	s.say(engine.Line{X: x, Y: base, Size: titleSize * s.em, Weight: titleWeight, Colour: white, Widest: f.right - inset*s.em - x}, s.p.title)
	if s.p.field == nil {
		return
	}
	top := f.top + whole(titleHigh*s.row)
	s.o.Box(engine.Box{
		Left: f.left + whole(0.8*s.em), Right: f.right - whole(0.8*s.em), Top: top, Bottom: top + whole((fieldHigh-0.3)*s.row),
		Radius: whole(0.35 * s.em), Colour: well, Edge: glassEdge,
	})
	line := engine.Line{X: f.left + whole(1.4*s.em), Y: top + whole(0.68*s.row), Size: rowSize * s.em, Colour: white, Widest: f.right - f.left - 3.2*s.em}
	if field := s.p.field; len(field.text) > 0 {
		from := len(s.o.Text)
		s.o.Text = append(s.o.Text, field.text...)
		line.Caret = true
		s.o.Write(line, from)
	} else {
		caret := line
		caret.Caret = true
		s.o.Write(caret, len(s.o.Text))
		line.X += whole(0.45 * s.em)
		line.Colour = quiet.Fade(0.8)
		s.say(line, field.hint)
	}
}

func (s *sketch) say(l engine.Line, text string) { s.o.Say(l, text) }

// rows writes the items that have room, and where in the list they are.
func (s *sketch) rows() {
	f, p := s.f, s.p
	for i := range p.items {
		if it := &p.items[i]; it.adjust != nil && it.accept == nil {
			s.signs = signsWide
		}
	}
	for n := range f.rows {
		if i := p.top + n; i < len(p.items) {
			s.item(&p.items[i], f.rowsTop+float32(n)*s.row, i == p.sel)
		}
	}
	if len(p.items) <= f.rows {
		return
	}
	high := float32(f.rows) * s.row
	per := high / float32(len(p.items))
	wide := max(2, whole(0.16*s.em))
	x := f.right - whole(0.45*s.em)
	s.o.Box(engine.Box{
		Left: x, Right: x + wide, Top: f.rowsTop + whole(float32(p.top)*per), Bottom: f.rowsTop + whole(float32(p.top+f.rows)*per),
		Radius: wide / 2, Colour: quiet.Fade(0.6),
	})
}

func (s *sketch) item(i *item, top float32, selected bool) {
	f := s.f
	left, right := f.left+whole(inset*s.em), f.right-whole((inset+s.signs)*s.em)
	base := top + whole(0.5*s.row+0.36*s.em)
	if i.heading {
		s.say(engine.Line{X: left, Y: base + whole(0.15*s.em), Size: smallSize * s.em, Weight: smallWeight, Colour: quiet, Widest: right - left}, i.title)
		return
	}
	ink, valueInk := plain, quiet
	if selected {
		ink, valueInk = white, accent
		s.o.Box(engine.Box{Left: f.left + whole(0.5*s.em), Right: f.right - whole(0.75*s.em), Top: top + 1, Bottom: top + s.row - 1, Radius: whole(0.35 * s.em), Colour: lit})
		s.o.Box(engine.Box{Left: f.left + whole(0.5*s.em), Right: f.left + whole(0.5*s.em) + max(2, whole(0.16*s.em)), Top: top + whole(0.22*s.row), Bottom: top + whole(0.78*s.row), Radius: 1, Colour: accent})
	}
	if i.warn {
		valueInk = amber
	}
	x, widest := left, right-left
	if i.marked {
		d := whole(0.42 * s.em)
		s.o.Box(engine.Box{Left: x, Right: x + d, Top: base - whole(0.57*s.em), Bottom: base - whole(0.57*s.em) + d, Radius: d / 2, Colour: amber})
		x += whole(0.9 * s.em)
	}
	if i.value != nil {
		s.value(i, base, right, selected, valueInk)
		widest = min(widest, right-left-5.2*s.em)
	}
	s.say(engine.Line{X: x, Y: base, Size: rowSize * s.em, Colour: ink, Widest: widest}, i.title)
}

// value writes an item's value, between − and + where it can be changed.
func (s *sketch) value(i *item, base, right float32, selected bool, ink engine.Colour) {
	from := len(s.o.Text)
	s.o.Text = i.value(s.o.Text)
	if i.more != nil {
		s.o.Text = i.more(s.between(from))
	}
	s.o.Write(engine.Line{X: right, Y: base, Size: s.em, Align: engine.AlignRight, Colour: ink, Widest: valueWide * s.em}, from)
	if selected && i.adjust != nil && i.accept == nil {
		s.say(engine.Line{X: s.f.right - whole((inset+1.5)*s.em), Y: base, Size: s.em, Align: engine.AlignMiddle, Colour: accent}, "−")
		s.say(engine.Line{X: s.f.right - whole((inset+0.3)*s.em), Y: base, Size: s.em, Align: engine.AlignMiddle, Colour: accent}, "+")
	}
}

// foot writes what the selected item is for, or what came of the last thing done.
func (s *sketch) foot() {
	f := s.f
	top := f.bottom - whole(footHigh*s.row)
	s.o.Box(engine.Box{Left: f.left + whole(inset*s.em), Right: f.right - whole(inset*s.em), Top: top + whole(0.18*s.row), Bottom: top + whole(0.18*s.row) + 1, Colour: rule})
	line := engine.Line{X: f.left + whole(inset*s.em), Y: f.bottom - whole(0.42*s.row), Size: smallSize * s.em, Colour: quiet, Widest: f.right - f.left - 2*inset*s.em}
	text := s.m.note
	if text != "" {
		line.Colour = amber
	} else if i := s.m.selected(); i != nil {
		text = i.help
	}
	s.say(line, text)
}
