package engine

import "github.com/spacetime-vr/spacetime/scene"

// Overlay is what lies over the finished picture of a screen, or before two eyes on
// a [Sheet]: boxes, and writing over all of them. Places are in pixels of the view or
// the sheet, from its upper left corner. It is made anew each frame, in the same
// memory.
type Overlay struct {
	Boxes []Box
	Lines []Line
	Text  []byte // what all lines say, UTF-8
	Menu  bool   // hands are for it, and not for the ship
}

// Colour is one of the screen: sRGB, and how much it covers.
type Colour struct{ R, G, B, A uint8 }

// Fade returns the colour with a share of its cover, 0 to 1.
func (c Colour) Fade(share float32) Colour {
	c.A = uint8(float32(c.A) * max(0, min(1, share)))
	return c
}

// Box is a rectangle with round corners.
type Box struct {
	Left, Top, Right, Bottom float32
	Radius                   float32 // of the corners, up to 255
	Colour                   Colour
	Edge                     uint8 // how much a white hairline covers along its edge
}

// Align says which point of a line X is.
type Align uint8

// The alignments.
const (
	AlignLeft Align = iota
	AlignMiddle
	AlignRight
)

// Line is a line of writing.
type Line struct {
	X, Y    float32 // Y is that of the baseline
	Size    float32 // of an em, pixels
	Widest  float32 // what is wider is cut and ends in …; 0 cuts nothing
	Weight  int8    // of the strokes: in tenths of a hundredth of an em more than the font's, or less
	Align   Align
	Halo    bool // a soft dark edge, for writing on the sky
	Caret   bool // stands after it
	Colour  Colour
	from, n int // in Text
}

// Reset empties the overlay and keeps its memory.
func (o *Overlay) Reset() {
	o.Boxes, o.Lines, o.Text, o.Menu = o.Boxes[:0], o.Lines[:0], o.Text[:0], false
}

// Box adds a box; one that is inside out is not drawn.
func (o *Overlay) Box(b Box) {
	if b.Right > b.Left && b.Bottom > b.Top {
		o.Boxes = append(o.Boxes, b)
	}
}

// Write adds a line that says what has been appended to Text since from, which is
// what len(o.Text) was before.
func (o *Overlay) Write(l Line, from int) {
	if l.from, l.n = from, len(o.Text)-from; l.n > 0 || l.Caret {
		o.Lines = append(o.Lines, l)
	}
}

// Say adds a line that says s.
func (o *Overlay) Say(l Line, s string) {
	from := len(o.Text)
	o.Text = append(o.Text, s...)
	o.Write(l, from)
}

// Says returns what a line of the overlay says.
func (o *Overlay) Says(l *Line) []byte { return o.Text[l.from : l.from+l.n] }

// Cockpit is what the player sees of the program over the world. It is called on
// the thread of the frame, after the world was carried to the instant that is
// drawn, must not wait, and must not allocate while nothing happens.
type Cockpit interface {
	// Overlay returns what to show over a view of width by height pixels, or nil.
	Overlay(world *scene.World, state *scene.State, width, height int) *Overlay
}

// SetCockpit has c shown from the next run on. No picture that is taken shows it.
func (e *Engine) SetCockpit(c Cockpit) { e.cockpit = c }

// showCockpit puts the overlay into a frame that is about to be drawn, where
// somebody looks: what has no images is drawn only for its picture.
func (e *Engine) showCockpit(f *Frame) {
	f.Overlay = nil
	if e.cockpit == nil || !f.Target.Window && f.Target.Colour[0] == 0 {
		return
	}
	width, height := f.Target.Rect[0].W, f.Target.Rect[0].H
	if f.ViewCount > 1 {
		width, height = sheetWidth, sheetHeight
		e.world.Readout.FOVRad = float64(scene.DefaultFOV) // eyes have their own
	}
	f.Overlay = e.cockpit.Overlay(&e.world, &e.state, width, height)
	if f.ViewCount > 1 && f.Overlay != nil {
		f.Sheet = e.hanger.hang(f, f.Overlay.Menu)
	}
}
