package menu

import "github.com/spacetime-vr/spacetime/engine/controls"

// item is a row of a page.
type item struct {
	title   string
	help    string                  // what the footer says while it is selected
	heading bool                    // it is a title over others, and never selected
	marked  bool                    // it has a dot before it
	warn    bool                    // its value is not as it should be
	cell    bool                    // it is selected only where it is a row
	value   func(dst []byte) []byte // what stands on the right; nil for nothing
	more    func(dst []byte) []byte // what stands after it, in columns beside it; nil for nothing
	accept  func()                  // Enter; nil for nothing
	adjust  func(by int)            // left (-1) and right (1); nil for nothing
	mark    func()                  // the key that marks; nil for nothing
}

// page is a list of items.
type page struct {
	title  string
	items  []item
	build  func(p *page) []item // makes the items anew, after each thing done
	sel    int                  // of items
	top    int                  // the first that is shown
	field  *field               // where letters go; nil where they go nowhere
	slim   bool                 // it leaves the sky to be seen
	wide   bool                 // it is in columns where there is room for them
	cells  bool                 // it was drawn so
	leave  func()               // called when the page is left by going back
	caught func(controls.Control)
	wait   bool // it waits for a control, which goes to caught
}

// field is a line of writing.
type field struct {
	hint string // what stands there while it is empty
	text []byte
	done func(text string) // Enter in it; nil where the list has it
}

// maxField bounds what is typed, in bytes.
const maxField = 40

// selectable tells whether an item can be selected.
func (p *page) selectable(i int) bool { return !p.items[i].heading && !(p.cells && p.items[i].cell) }

// refresh makes the items anew and keeps the selection where it can.
func (p *page) refresh() {
	if p.build != nil {
		p.items = p.build(p)
	}
	p.sel = p.nearest(p.sel)
}

// nearest returns the selectable item at i, or the next after it, or the last.
func (p *page) nearest(i int) int {
	for j := max(i, 0); j < len(p.items); j++ {
		if p.selectable(j) {
			return j
		}
	}
	for j := min(i, len(p.items)) - 1; j >= 0; j-- {
		if p.selectable(j) {
			return j
		}
	}
	return -1
}

// move moves the selection by so many items; by one it goes round.
func (p *page) move(by int) {
	if p.sel < 0 {
		return
	}
	step := 1
	if by < 0 {
		step = -1
	}
	for n := by * step; n > 0; n-- {
		next := p.sel + step
		for next >= 0 && next < len(p.items) && !p.selectable(next) {
			next += step
		}
		switch {
		case next >= 0 && next < len(p.items):
			p.sel = next
		case by*step == 1 && step > 0:
			p.sel = p.nearest(0)
		case by*step == 1:
			p.sel = p.nearest(len(p.items) - 1)
		default:
			return
		}
	}
}

// scroll keeps the selection within the rows that are shown, and a heading over the
// first item with it.
func (p *page) scroll(rows int) {
	rows = max(rows, 1)
	first := p.sel
	for first > 0 && p.items[first-1].heading {
		first--
	}
	p.top = max(min(p.top, first), p.sel-rows+1, 0)
	p.top = max(0, min(p.top, len(p.items)-rows))
}
