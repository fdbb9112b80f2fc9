package render

import (
	"math"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/text"
)

// The place of a panel before two eyes: it moves with the head and faces it.
const (
	panelWideM   = 0.35
	panelAheadM  = 1.2
	panelDownRad = 20 * math.Pi / 180 // below the line of sight
)

// panel shows [engine.Frame.Panel] over the finished picture, so that it looks the
// same at any exposure. A screen has it in the lower right corner.
type panel struct {
	program     *program
	onto, inks  int32 // locations of the uniforms
	atlas       *text.Atlas
	glyphs      uint32 // the texture of atlas, which is not the panel's own
	code        uint32 // texture
	vao, buffer uint32

	shown    *engine.Panel // what sheet is of, for n views of w by h pixels
	w, h, n  int
	sheet    sheet
	uploaded bool                        // whether GL has the sheet
	place    [engine.MaxViews]mgl32.Mat4 // from the sheet to clip space
}

// newPanel makes what draws panels with the letters of l, which must outlive it.
func newPanel(c *shaders, l *labels) (*panel, error) {
	program, err := c.program("panel", "panel")
	if err != nil {
		return nil, err
	}
	p := &panel{program: program, atlas: l.atlas, glyphs: l.texture}
	p.onto, p.inks = program.uniform("onto"), program.uniform("inks")
	p.code = newTexture(gl.TEXTURE_2D)
	smooth()
	p.vao, p.buffer = makeQuadBuffer()
	return p, nil
}

func (p *panel) delete() {
	if p == nil {
		return
	}
	p.program.delete()
	gl.DeleteTextures(1, &p.code)
	gl.DeleteBuffers(1, &p.buffer)
	gl.DeleteVertexArrays(1, &p.vao)
}

// prepare lays the panel of f out if it or its views are other than before, and
// finds its place in each view, which it tells fr. It calls no GL and allocates
// only for another panel.
func (p *panel) prepare(fr *frame, f *engine.Frame) {
	if p.shown != f.Panel || p.w != fr.w || p.h != fr.h || p.n != fr.n {
		p.shown, p.w, p.h, p.n, p.uploaded = f.Panel, fr.w, fr.h, fr.n, false
		if p.shown != nil {
			p.sheet = layOut(p.shown, p.atlas, roomFor(p.shown, fr))
		}
	}
	fr.covered = [engine.MaxViews]box{}
	if p.shown == nil {
		return
	}
	if fr.n == 1 {
		p.place[0] = p.inCorner()
	} else {
		p.placeBeforeEyes(fr, f)
	}
	for i := range fr.n {
		fr.covered[i] = fr.bounds(i, &p.place[i], box{right: p.sheet.w, high: p.sheet.h})
	}
}

// bounds is the box, in pixels of a view, about a part of what place takes to the clip
// space of that view.
func (fr *frame) bounds(view int, place *mgl32.Mat4, part box) (b box) {
	for i := range 4 {
		x, y := part.left, part.low
		if i&1 != 0 {
			x = part.right
		}
		if i>>1 != 0 {
			y = part.high
		}
		at := place.Mul4x1(mgl32.Vec4{x, y, 0, 1})
		x, y = (at[0]/at[3]+1)/2*float32(fr.w), (at[1]/at[3]+1)/2*float32(fr.h)
		if at[3] <= 0 { // behind the eye
			return box{}
		}
		if i == 0 {
			b = box{x, y, x, y}
		}
		b = box{min(b.left, x), min(b.low, y), max(b.right, x), max(b.high, y)}
	}
	return b
}

// inCorner puts the sheet, whose units are pixels, into the lower right corner.
func (p *panel) inCorner() mgl32.Mat4 {
	x, y, low := 2/float32(p.w), 2/float32(p.h), edge(p.h)
	left := float32(p.w) - low - p.sheet.w
	return mgl32.Mat4{0: x, 5: y, 12: left*x - 1, 13: low*y - 1, 15: 1}
}

// placeBeforeEyes hangs the sheet up before the middle of the two eyes.
func (p *panel) placeBeforeEyes(fr *frame, f *engine.Frame) {
	left, right := f.Views[0].Pose, f.Views[1].Pose
	if left.Orientation.Dot(right.Orientation) < 0 {
		right.Orientation = right.Orientation.Scale(-1)
	}
	head := left.PositionM.Add(right.PositionM).Mul(0.5)
	perUnit := panelWideM / float64(p.sheet.w)
	hung := mgl64.Translate3D(head[0], head[1], head[2]).
		Mul4(left.Orientation.Add(right.Orientation).Normalize().Mat4()).
		Mul4(mgl64.HomogRotate3DX(-panelDownRad)).
		Mul4(mgl64.Translate3D(-panelWideM/2, -perUnit*float64(p.sheet.h)/2, -panelAheadM)).
		Mul4(mgl64.Scale3D(perUnit, perUnit, 1))
	for i := range fr.n {
		p.place[i] = fr.seenBy(i, f, hung)
	}
}

// seenBy takes what is placed in the ship to the clip space of a view. It goes by where
// the eye is in the ship: far from the Sun its place there has steps that would be seen
// so near.
func (fr *frame) seenBy(view int, f *engine.Frame, placed mgl64.Mat4) mgl32.Mat4 {
	eye := &f.Views[view].Pose
	at := eye.PositionM
	toEye := eye.Orientation.Normalize().Conjugate().Mat4().Mul4(mgl64.Translate3D(-at[0], -at[1], -at[2]))
	return single4(fr.views[view].projection().Mul4(toEye).Mul4(placed))
}

// draw draws the panel over the picture of one view that [tonemap.draw] has just
// made in the same place, with its depth if the picture has one.
func (p *panel) draw(s *state, view int, to destination) {
	if p.shown == nil {
		return
	}
	s.drawTo(to, blendOver)
	s.bindTexture(unitGlyphs, gl.TEXTURE_2D, p.glyphs)
	s.bindTexture(unitPanel, gl.TEXTURE_2D, p.code)
	p.upload(s)
	s.bindVAO(p.vao)
	s.useProgram(p.program)
	s.uniform4(p.inks, int32(p.sheet.letters), int32(p.sheet.soft), flag(to.srgb), int32(p.sheet.module))
	s.uniformMatrix(p.onto, &p.place[view])
	s.views = 1
	s.drawQuads(len(p.sheet.quads))
}

// upload hands the sheet to GL, once.
func (p *panel) upload(s *state) {
	if p.uploaded {
		return
	}
	p.uploaded = true
	sheet := &p.sheet
	s.upload(gl.ARRAY_BUFFER, p.buffer, unsafe.Pointer(&sheet.quads[0]), len(sheet.quads)*int(unsafe.Sizeof(sheet.quads[0])))
	if sheet.side > 0 {
		s.uploadTexture(sheet.side, sheet.texels)
	}
}
