package menu

import (
	"math"

	"github.com/spacetime-vr/spacetime/engine"
)

// The measures of a page of columns: in ems of its writing, and of a line's height.
const (
	columnWide  = 31.0
	columnGap   = 2.0
	titleWide   = 0.375 // of a column, beside what is bound
	keysWide    = 0.40
	mostColumns = 4
	lineHigh    = 1.42
	largest     = 0.95 // of the em of other pages
	leastSize   = 10.5 // in pixels: less is not read; the page is a list then
)

// spread makes the page as wide as its columns need, of as large letters as there is
// room for in so many rows and up to so far right, and tells whether they can be read.
func (s *sketch) spread(rooms int, right float32) bool {
	inside, high := right-s.f.left-2*inset*s.em, (float32(rooms)-1.3)*s.row
	for count := 1; count <= mostColumns; count++ {
		per := leastPer(s.p.items[1:], count)
		size := min(largest*s.em, high/(lineHigh*float32(per)), (inside+columnGap)/(columnWide*float32(count)))
		if size > s.size {
			s.count, s.per, s.size = count, per, size
		}
	}
	if s.size < leastSize {
		return false
	}
	s.f.right = min(right, s.f.left+whole(float32(s.count)*columnWide*s.size-columnGap*s.size+2*inset*s.em))
	return true
}

// columnBreak tells whether a new column begins with an item, of those that have so
// many lines of which row are full: one does rather than to part a group.
func columnBreak(list []item, n, row, per int) bool {
	if row == 0 || !list[n].heading {
		return row == per
	}
	group := 1
	for n+group < len(list) && !list[n+group].heading {
		group++
	}
	return row+group > per
}

// leastPer is the least number of lines with which the items fit into so many columns.
func leastPer(list []item, count int) int {
	for per := max(1, (len(list)+count-1)/count); ; per++ {
		columns, row := 1, 0
		for n := range list {
			if columnBreak(list, n, row, per) {
				columns, row = columns+1, 0
			}
			row++
		}
		if columns <= count {
			return per
		}
	}
}

func (s *sketch) lineHigh() float32 { return float32(math.Floor(float64(lineHigh * s.size))) }

// columnRows is how many rows the columns need, with the first item over them.
func (s *sketch) columnRows() int {
	return 1 + int(math.Ceil(float64(float32(s.per)*s.lineHigh()/s.row+0.3)))
}

// columns writes headings and what stands under them side by side; the first item
// stands above.
func (s *sketch) columns() {
	s.item(&s.p.items[0], s.f.rowsTop, s.p.sel == 0)
	wide := columnWide * s.size
	column, row := 0, 0
	list := s.p.items[1:]
	for n := range list {
		if columnBreak(list, n, row, s.per) {
			column, row = column+1, 0
		}
		row++
		s.cell(&list[n], s.f.left+inset*s.em+float32(column)*wide, wide-columnGap*s.size, s.f.rowsTop+s.row+whole(float32(row)*s.lineHigh()))
	}
}

// cell writes an item: its title, and beside it, each in its own column, the keys and
// the buttons of a gamepad.
func (s *sketch) cell(i *item, x, wide, base float32) {
	title := engine.Line{X: x, Y: base, Size: s.size, Colour: plain, Widest: titleWide*wide - 0.5*s.size}
	keys, pad := x+titleWide*wide, x+(titleWide+keysWide)*wide
	if i.heading {
		title.Size, title.Weight, title.Colour = 0.9*s.size, smallWeight, quiet
	}
	s.say(title, i.title)
	s.append(engine.Line{X: keys, Y: base, Size: title.Size, Weight: title.Weight, Colour: inkOf(i, accent), Widest: keysWide*wide - 0.5*s.size}, i.value)
	s.append(engine.Line{X: pad, Y: base, Size: title.Size, Weight: title.Weight, Colour: inkOf(i, plain), Widest: x + wide - pad}, i.more)
}

func inkOf(i *item, ink engine.Colour) engine.Colour {
	if i.heading {
		return quiet
	}
	return ink
}

// append writes what a value is, if there is one.
func (s *sketch) append(l engine.Line, value func([]byte) []byte) {
	if value != nil {
		from := len(s.o.Text)
		s.o.Text = value(s.o.Text)
		s.o.Write(l, from)
	}
}

// between puts a mark after what has been written since from, if that is something.
func (s *sketch) between(from int) []byte {
	if len(s.o.Text) > from {
		s.o.Text = append(s.o.Text, " · "...)
	}
	return s.o.Text
}
