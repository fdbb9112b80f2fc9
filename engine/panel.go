package engine

// Panel is a notice for whoever looks: a few lines and, beside them, a code for
// a camera. Its parts must not change once it is shown.
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
// It is safe on any goroutine.
func (e *Engine) ShowPanel(p *Panel) { e.panel.Store(p) }

// Panel returns what is shown, or nil. It is safe on any goroutine.
func (e *Engine) Panel() *Panel { return e.panel.Load() }
