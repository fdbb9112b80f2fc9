package engine

// Panel is a notice for whoever looks: a few lines and, beside them, a code for
// a camera. A line of nothing but digits and blanks is a number to type, which is
// written large and in groups of four. Its parts must not change once it is shown.
type Panel struct {
	Title string
	Lines []string // of at most 40 letters each, at most 6
	Code  Code
}

// Code is a square of dark and light modules, such as a QR code; the zero value
// is none.
type Code struct {
	Side int    // modules along an edge, without the quiet zone
	Dark []bool // Side * Side, row by row from the top
}

// ShowPanel shows p from the next frame on, until another call; nil shows none.
// Frames whose picture is taken do not show it. It is safe on any goroutine.
func (e *Engine) ShowPanel(p *Panel) { e.panel.Store(p) }

// Panel returns what is shown, or nil. It is safe on any goroutine.
func (e *Engine) Panel() *Panel { return e.panel.Load() }

// showPanel puts the panel into a frame that is about to be drawn, unless its
// picture is wanted.
func (e *Engine) showPanel(f *Frame) {
	f.Panel = nil
	if !e.captures.wants() {
		f.Panel = e.panel.Load()
	}
}
