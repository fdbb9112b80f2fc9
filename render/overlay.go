package render

import (
	"math"
	"unicode/utf8"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/text"
)

// overlay shows [engine.Frame.Overlay] over the finished picture: boxes in their
// order, then the halos of all letters, then the letters, in one draw call a view.
type overlay struct {
	program     *program
	writing     int32 // location of the uniform
	onto        int32 // likewise
	atlas       *text.Atlas
	glyphs      uint32 // the texture of atlas, which is not the overlay's own
	vao, buffer uint32
	parts       []part
	letters     []part                      // of the lines, until all boxes and halos are there
	quad        []text.Quad                 // of one letter
	place       [engine.MaxViews]mgl32.Mat4 // from the overlay's pixels, y up, to clip space
}

// part is an instance of overlay.vert.
type part struct {
	text.Quad
	ink    [4]uint8
	traits [4]uint8
}

// The kinds of parts.
const (
	partBox uint8 = iota
	partHalo
	partLetter
)

// noWeight is the weight in traits that leaves letters as the font has them.
const noWeight = 128

// manyParts is how many there is room for at first: what a full menu has.
const manyParts = 4096

func newOverlay(c *shaders, l *labels) (*overlay, error) {
	program, err := c.program("overlay", "overlay")
	if err != nil {
		return nil, err
	}
	o := &overlay{program: program, atlas: l.atlas, glyphs: l.texture}
	o.writing, o.onto = program.uniform("writing"), program.uniform("onto")
	o.parts, o.letters, o.quad = make([]part, 0, manyParts), make([]part, 0, manyParts), make([]text.Quad, 0, 1)
	o.vao, o.buffer = makePartBuffer()
	return o, nil
}

// makePartBuffer makes a vertex array that takes a part from buffer an instance.
func makePartBuffer() (vao, buffer uint32) {
	gl.GenVertexArrays(1, &vao)
	gl.GenBuffers(1, &buffer)
	gl.BindVertexArray(vao)
	gl.BindBuffer(gl.ARRAY_BUFFER, buffer)
	const stride = int32(unsafe.Sizeof(part{}))
	for i, a := range [...]struct {
		kind       uint32
		normalised bool
		offset     uintptr
	}{
		{gl.FLOAT, false, 0},
		{gl.FLOAT, false, unsafe.Offsetof(text.Quad{}.S0)},
		{gl.UNSIGNED_BYTE, true, unsafe.Offsetof(part{}.ink)},
		{gl.UNSIGNED_BYTE, false, unsafe.Offsetof(part{}.traits)},
	} {
		gl.EnableVertexAttribArray(uint32(i))
		gl.VertexAttribPointerWithOffset(uint32(i), 4, a.kind, a.normalised, stride, a.offset)
		gl.VertexAttribDivisor(uint32(i), 1)
	}
	gl.BindVertexArray(0)
	return vao, buffer
}

func (o *overlay) delete() {
	if o == nil {
		return
	}
	o.program.delete()
	gl.DeleteBuffers(1, &o.buffer)
	gl.DeleteVertexArrays(1, &o.vao)
}

// prepare lays out what is to be shown over a view, or on a sheet before two eyes. It
// calls no GL, and allocates only when there is more than ever before.
func (o *overlay) prepare(fr *frame, f *engine.Frame) {
	o.parts, o.letters = o.parts[:0], o.letters[:0]
	for i := range fr.written {
		fr.written[i] = fr.written[i][:0]
	}
	shown := f.Overlay
	if shown == nil {
		return
	}
	high := o.hang(fr, f)
	for i := range shown.Boxes {
		b := &shown.Boxes[i]
		o.addBox(b, high)
		if b.Colour.A > opaque {
			o.keepOff(fr, box{b.Left, high - b.Bottom, b.Right, high - b.Top})
		}
	}
	for i := range shown.Lines {
		o.addLine(fr, &shown.Lines[i], shown.Says(&shown.Lines[i]), high)
	}
	for i := range o.letters {
		if l := o.letters[i]; l.traits[0] == partHalo {
			o.parts = append(o.parts, l)
		}
	}
	for i := range o.letters {
		l := o.letters[i]
		l.traits[0] = partLetter
		o.parts = append(o.parts, l)
	}
}

// hang finds the place of the overlay in each view, and returns how high it is.
func (o *overlay) hang(fr *frame, f *engine.Frame) (high float32) {
	if fr.n == 1 {
		o.place[0] = mgl32.Mat4{0: 2 / float32(fr.w), 5: 2 / float32(fr.h), 12: -1, 13: -1, 15: 1}
		return float32(fr.h)
	}
	s := &f.Sheet
	at := s.Pose.PositionM
	placed := mgl64.Translate3D(at[0], at[1], at[2]).
		Mul4(s.Pose.Orientation.Mat4()).
		Mul4(mgl64.Scale3D(s.PixelM, s.PixelM, 1)).
		Mul4(mgl64.Translate3D(-float64(s.Width)/2, -float64(s.Height)/2, 0))
	for i := range fr.n {
		o.place[i] = fr.seenBy(i, f, placed)
	}
	return float32(s.Height)
}

// opaque is how much a box covers under which no name can be read.
const opaque = 127

// keepOff has names keep off a part of the overlay, in each view.
func (o *overlay) keepOff(fr *frame, part box) {
	for i := range fr.n {
		fr.written[i] = append(fr.written[i], fr.bounds(i, &o.place[i], part))
	}
}

func (o *overlay) addBox(b *engine.Box, high float32) {
	w, h := (b.Right-b.Left)/2+1, (b.Bottom-b.Top)/2+1
	o.parts = append(o.parts, part{
		text.Quad{X0: b.Left - 1, Y0: high - b.Bottom - 1, X1: b.Right + 1, Y1: high - b.Top + 1, S0: -w, T0: -h, S1: w, T1: h},
		bytesOf(b.Colour),
		[4]uint8{partBox, uint8(max(0, min(b.Radius, w-1, h-1, math.MaxUint8))), noWeight, b.Edge},
	})
}

func bytesOf(c engine.Colour) [4]uint8 { return [4]uint8{c.R, c.G, c.B, c.A} }

// ellipsis stands for what a line has no room for.
const ellipsis = '…'

// addLine adds the letters of a line. Its beginning is on a whole pixel, which
// keeps figures from trembling.
func (o *overlay) addLine(fr *frame, l *engine.Line, says []byte, high float32) {
	width, cut := o.measure(says, l.Widest/max(l.Size, 1))
	x := l.X
	switch l.Align {
	case engine.AlignMiddle:
		x -= width * l.Size / 2
	case engine.AlignRight:
		x -= width * l.Size
	}
	x = float32(math.Round(float64(x)))
	y := high - float32(math.Round(float64(l.Y)))
	if l.Halo { // others stand on a box
		o.keepOff(fr, box{x, y - 0.3*l.Size, x + width*l.Size, y + o.atlas.CapHeight*l.Size})
	}
	for i := 0; i < cut; {
		r, n := utf8.DecodeRune(says[i:])
		x, i = o.addLetter(l, r, x, y), i+n
	}
	if cut < len(says) {
		x = o.addLetter(l, ellipsis, x, y)
	}
	if l.Caret {
		o.addCaret(l, x, high)
	}
}

func (o *overlay) addLetter(l *engine.Line, r rune, x, y float32) float32 {
	o.quad = o.atlas.Letter(o.quad[:0], r, x, y, l.Size)
	kind := partLetter
	if l.Halo {
		kind = partHalo
	}
	if len(o.quad) > 0 {
		o.letters = append(o.letters, part{o.quad[0], bytesOf(l.Colour), [4]uint8{kind, 0, uint8(noWeight + int(l.Weight)), 0}})
	}
	return x + o.atlas.AdvanceOf(r)*l.Size
}

// addCaret puts a stroke after a line, as high as its capitals and a little more.
func (o *overlay) addCaret(l *engine.Line, x, high float32) {
	over, wide := 0.18*l.Size, max(1, float32(math.Round(float64(0.07*l.Size))))
	x += wide
	o.addBox(&engine.Box{Left: x, Right: x + wide, Top: l.Y - o.atlas.CapHeight*l.Size - over, Bottom: l.Y + over, Colour: l.Colour}, high)
}

// measure returns how wide a line is in ems, and how many of its bytes have room:
// all, or as many as leave room for an ellipsis.
func (o *overlay) measure(says []byte, widest float32) (width float32, cut int) {
	for i := 0; i < len(says); {
		r, n := utf8.DecodeRune(says[i:])
		width, i = width+o.atlas.AdvanceOf(r), i+n
	}
	if widest <= 0 || width <= widest {
		return width, len(says)
	}
	width = o.atlas.AdvanceOf(ellipsis)
	for cut < len(says) {
		r, n := utf8.DecodeRune(says[cut:])
		if width+o.atlas.AdvanceOf(r) > widest {
			break
		}
		width, cut = width+o.atlas.AdvanceOf(r), cut+n
	}
	return width, cut
}

// shows tells whether there is anything to draw.
func (o *overlay) shows() bool { return len(o.parts) > 0 }

// draw draws the overlay over the picture of one view that [tonemap.draw] has just
// made in the same place, with its depth if the picture has one.
func (o *overlay) draw(s *state, view int, to destination) {
	s.drawTo(to, blendOver)
	s.bindTexture(unitGlyphs, gl.TEXTURE_2D, o.glyphs)
	if view == 0 {
		s.upload(gl.ARRAY_BUFFER, o.buffer, unsafe.Pointer(&o.parts[0]), len(o.parts)*int(unsafe.Sizeof(o.parts[0])))
	}
	s.bindVAO(o.vao)
	s.useProgram(o.program)
	s.uniform4(o.writing, flag(to.srgb), 0, 0, 0)
	s.uniformMatrix(o.onto, &o.place[view])
	s.views = 1
	s.drawQuads(len(o.parts))
}
