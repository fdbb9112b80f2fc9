package menu

// frame is where the menu was drawn, in pixels from the view's upper left corner:
// the pointer points at what is seen.
type frame struct {
	left, top, right, bottom float32
	rowsTop, rowHigh         float32
	rows                     int
	signs, value             float32 // where the signs begin that change a value, and between them
}

// row returns which item is at a place, -1 for none.
func (m *Menu) row(x, y float32) int {
	f, p := &m.frame, m.page()
	if f.rowHigh <= 0 || x < f.left || x >= f.right || y < f.rowsTop {
		return -1
	}
	n := int((y - f.rowsTop) / f.rowHigh)
	if i := p.top + n; n < f.rows && i < len(p.items) && p.selectable(i) {
		return i
	}
	return -1
}

// point selects what the pointer is on.
func (m *Menu) point(x, y float32) {
	if i := m.row(x, y); i >= 0 {
		m.page().sel = i
	}
}

// click does what is clicked at: an item, or its − and +; on the title it goes
// back.
func (m *Menu) click(x, y float32) {
	f := &m.frame
	i := m.row(x, y)
	switch p := m.page(); {
	case i < 0 && x >= f.left && x < f.right && y >= f.top && y < f.top+titleHigh*f.rowHigh:
		m.press(keyBack)
	case i < 0:
	case x >= f.signs && x < f.value && p.items[i].accept == nil:
		p.sel = i
		m.press(keyLeft)
	case p.items[i].accept == nil:
		p.sel = i
		m.press(keyRight)
	default:
		p.sel, m.note = i, ""
		m.do(p.items[i].accept)
	}
}

// wheel scrolls, and the selection goes along.
func (m *Menu) wheel(by int) {
	p := m.page()
	if p.top+by >= 0 && p.top+by <= len(p.items)-m.frame.rows {
		p.top += by
		p.sel = p.nearest(max(p.top, min(p.sel, p.top+m.frame.rows-1)))
	}
}
