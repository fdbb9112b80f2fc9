package render

import (
	"math"
	"strings"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/text"
)

// The size of a sheet: on a screen a share of the view's height, with modules of
// whole pixels, as many as a camera needs; for two eyes as a share of its own
// width, so that only what its parts are to one another counts.
const (
	sheetHigh    = 0.28
	sheetEdge    = 1.0 / 30 // from the edges of the view, of its height
	leastModule  = 3
	worldModule  = 16
	worldModules = 37 // of a sheet without a code, along its height
	quietModules = 4  // about a code, ISO/IEC 18004
	rowAlign     = 4  // bytes, of the rows of a texture in GL
)

// The writing of a sheet, in ems of its lines.
const (
	titleSize      = 1.4
	titleTracking  = 0.02 // of its own size, between letters; they are bolder
	numberSize     = 2.7
	numberTracking = 0.06
	lineGap        = 0.75 // from the baseline to the capitals below
	largeGap       = 1.05 // the same about titles and numbers
	mostLines      = 7.0  // lines are no larger than if so many ems filled the height
)

// sheet is a panel laid out: a white card in its own units, from its lower left
// corner. They are pixels on a screen.
type sheet struct {
	w, h    float32
	module  float32     // of the code
	quads   []text.Quad // the card, the code if there is one, and letters, large ones first
	letters int         // where letters begin in quads
	soft    int         // where the lines' letters begin
	texels  []uint8     // a module each, with a light one around, rows from the top
	side    int         // texels along an edge; 0 without a code
}

// room is what a sheet has to fit into.
type room struct {
	module float32
	high   float32 // of the code, or what writing alone may fill
	widest float32 // of the whole sheet
	whole  bool    // letters stand on whole units
}

// edge is how far a sheet keeps from the edges of a view, in pixels.
func edge(h int) float32 { return float32(math.Round(sheetEdge * float64(h))) }

func roomFor(p *engine.Panel, fr *frame) room {
	modules := float32(p.Code.Side)
	if modules == 0 {
		modules = worldModules - 2*quietModules
	}
	if fr.n > 1 {
		return room{worldModule, worldModule * modules, float32(math.Inf(1)), false}
	}
	whole, most := modules+2*quietModules, float32(fr.h)-2*edge(fr.h)
	module := max(leastModule, float32(math.Round(float64(sheetHigh*float32(fr.h)/whole))))
	module = max(1, min(module, float32(math.Floor(float64(most/whole)))))
	return room{module, module * modules, float32(fr.w) - 2*edge(fr.h), true}
}

// row is a line of a sheet.
type row struct {
	words    string
	size     float32 // ems of a line
	tracking float32 // added to each advance, of its own size
	gap      float32 // least gap above and below
}

func (r *row) isLarge() bool { return r.size > 1 }

func rowsOf(p *engine.Panel) (rows []row) {
	if p.Title != "" {
		rows = append(rows, row{p.Title, titleSize, titleTracking, largeGap})
	}
	for _, line := range p.Lines {
		if digits := number(line); digits != "" {
			rows = append(rows, row{digits, numberSize, numberTracking, largeGap})
		} else {
			rows = append(rows, row{line, 1, 0, lineGap})
		}
	}
	return rows
}

// number returns a line of nothing but digits and blanks in groups of four, and
// nothing for any other.
func number(line string) string {
	digits := strings.ReplaceAll(line, " ", "")
	if strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	var grouped strings.Builder
	for i, d := range digits {
		if i > 0 && i%4 == 0 {
			grouped.WriteByte(' ')
		}
		grouped.WriteRune(d)
	}
	return grouped.String()
}

// measure returns how wide and high rows are, in ems.
func measure(a *text.Atlas, rows []row) (wide, high float32) {
	for i := range rows {
		r := &rows[i]
		wide = max(wide, r.size*(a.Advance(r.words)+r.tracking*float32(len([]rune(r.words))-1)))
		high += r.size * a.CapHeight
		if i > 0 {
			high += max(r.gap, rows[i-1].gap)
		}
	}
	return wide, high
}

// layOut puts the writing on the left, the code on the right and equal margins
// around both.
func layOut(p *engine.Panel, a *text.Atlas, in room) (s sheet) {
	s.module = in.module
	margin, code := quietModules*in.module, float32(p.Code.Side)*in.module
	fixed := 2 * margin
	if code > 0 {
		fixed += code + margin
	}
	rows := rowsOf(p)
	wide, high := measure(a, rows)
	em := in.em(a, wide, high, in.widest-fixed)
	inner := high * em
	if code > 0 {
		inner = max(inner, in.high)
	}
	if in.whole {
		inner = float32(math.Ceil(float64(inner)))
		wide = float32(math.Ceil(float64(wide*em))) / em
	}
	s.w, s.h = fixed+wide*em, inner+2*margin
	s.addCard()
	if code > 0 {
		s.addCode(&p.Code, s.w-margin-code, float32(math.Floor(float64(s.h-code)/2)))
	}
	s.letters = len(s.quads)
	top := (s.h + high*em) / 2
	s.write(a, rows, true, margin, top, em, in.whole)
	s.soft = len(s.quads)
	s.write(a, rows, false, margin, top, em, in.whole)
	return s
}

// em is the size of lines that are wide by high ems altogether: such that the
// tops of small letters fall on a row of pixels, which keeps them sharp.
func (in room) em(a *text.Atlas, wide, high, widest float32) float32 {
	em := in.high / max(high, mostLines)
	if in.whole {
		em = max(float32(math.Floor(float64(em*a.XHeight)))/a.XHeight, labelMinPixels)
	}
	return min(em, widest/wide)
}

// addCard adds the card with a module around for its edge. Its place is told
// from its middle.
func (s *sheet) addCard() {
	x, y, m := s.w/2, s.h/2, s.module
	s.quads = append(s.quads, text.Quad{X0: -m, Y0: -m, X1: s.w + m, Y1: s.h + m, S0: -x - m, T0: -y - m, S1: x + m, T1: y + m})
}

// addCode adds a code with a light module around, so that its edge is like those
// within. Its place is told in texels.
func (s *sheet) addCode(c *engine.Code, left, low float32) {
	m, far := s.module, float32(c.Side+2)
	s.quads = append(s.quads, text.Quad{
		X0: left - m, Y0: low - m, X1: left - m + far*m, Y1: low - m + far*m,
		T0: far, S1: far,
	})
	s.side = (c.Side + 2 + rowAlign - 1) / rowAlign * rowAlign
	s.texels = make([]uint8, s.side*s.side)
	for i := range s.texels {
		s.texels[i] = math.MaxUint8
	}
	for i, dark := range c.Dark {
		if dark {
			s.texels[(i/c.Side+1)*s.side+i%c.Side+1] = 0
		}
	}
}

// write adds the letters of all rows that are large, or not, from the top of the
// first row's capitals down.
func (s *sheet) write(a *text.Atlas, rows []row, large bool, left, top, em float32, whole bool) {
	for i := range rows {
		r := &rows[i]
		if i > 0 {
			top -= em * max(r.gap, rows[i-1].gap)
		}
		top -= em * r.size * a.CapHeight
		if r.isLarge() != large {
			continue
		}
		base := top
		if whole {
			base = float32(math.Round(float64(top)))
		}
		s.writeRow(a, r, left, base, em*r.size)
	}
}

func (s *sheet) writeRow(a *text.Atlas, r *row, x, base, size float32) {
	for _, letter := range strings.Split(r.words, "") {
		s.quads = a.Layout(s.quads, letter, x, base, size)
		x += size * (a.Advance(letter) + r.tracking)
	}
}
