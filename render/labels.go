package render

import (
	"fmt"
	"math"
	"strings"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/text"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Labels in ems, of their letters.
const (
	labelGap    = 0.25 // between a body's disc and its label
	labelMargin = 0.30 // that no other label enters
	moonApart   = 1.6  // least distance of a named moon from its planet's disc
)

// faintestMoon is the magnitude to which moons are named: about what eyes see.
const faintestMoon = 6.5

// The size of labels, but not so small that they cannot be read: on a screen a
// share of the view's height, and between two eyes, whose views span more, an
// angle that capitals have.
const (
	labelsPerView  = 45
	labelCapRad    = 0.8 * math.Pi / 180
	labelMinPixels = 11
)

// The place of the notice: on a screen a share of the height up from the lower
// edge; for two eyes a way from the ship, 15° below ahead.
const (
	noticeUp     = 0.08
	noticeWidest = 0.9 // of the view's width
)

var noticeWay = mgl64.Vec3{0, -math.Sin(math.Pi / 12), -math.Cos(math.Pi / 12)}

// labels writes the names of bodies, and the notice, on the finished picture.
type labels struct {
	program     *program
	writing     int32 // location of the uniform
	atlas       *text.Atlas
	texture     uint32
	vao, buffer uint32
	names       [astro.NumBodies]string
	widths      [astro.NumBodies]float32 // ems
	emPX        float32
	spots       [engine.MaxViews][astro.NumBodies]spot
	sky         []skyName              // constellations, then stars
	taken       [engine.MaxViews][]box // the overlay's writing, names and the notice
	// quads are the letters twice over: first their halos, which would else
	// darken the letters before them, then the letters, the first of which are
	// bright.
	quads   [engine.MaxViews][]text.Quad
	brights [engine.MaxViews]int
}

func newLabels(c *shaders, cache text.Cache) (*labels, error) {
	l, err := newLetters(cache)
	if err != nil {
		return nil, err
	}
	if l.program, err = c.program("labels", "labels"); err != nil {
		return nil, err
	}
	l.writing = l.program.uniform("writing")
	l.uploadAtlas()
	l.vao, l.buffer = makeQuadBuffer()
	return l, nil
}

// newLetters makes what labels are placed by; it calls no GL.
func newLetters(cache text.Cache) (*labels, error) {
	atlas, err := text.NewAtlas(goregular.TTF, cache)
	if err != nil {
		return nil, fmt.Errorf("letters of the labels: %w", err)
	}
	l := &labels{atlas: atlas}
	letters := l.setNames() + longestNotice()
	for i := range l.quads {
		l.quads[i] = make([]text.Quad, 0, 2*letters)
		l.taken[i] = make([]box, 0, astro.NumBodies+1)
	}
	return l, nil
}

// setNames returns how many letters all names have together.
func (l *labels) setNames() (letters int) {
	for body := range astro.NumBodies {
		name := body.Info().Name
		l.names[body] = strings.ToUpper(name[:1]) + name[1:]
		l.widths[body] = l.atlas.Advance(l.names[body])
		letters += len(name)
	}
	return letters
}

func longestNotice() (letters int) {
	for n := range math.MaxUint8 + 1 {
		letters = max(letters, len(scene.Notice(n).String()))
	}
	return letters
}

func (l *labels) uploadAtlas() {
	l.texture = newTexture(gl.TEXTURE_2D)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.R8, int32(l.atlas.Width), int32(l.atlas.Height), 0,
		gl.RED, gl.UNSIGNED_BYTE, unsafe.Pointer(&l.atlas.Pix[0]))
	smooth()
}

// smooth has the bound texture, of one level, read between its texels.
func smooth() {
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
}

// makeQuadBuffer makes a vertex array that takes a quad from buffer an instance.
func makeQuadBuffer() (vao, buffer uint32) {
	gl.GenVertexArrays(1, &vao)
	gl.GenBuffers(1, &buffer)
	gl.BindVertexArray(vao)
	gl.BindBuffer(gl.ARRAY_BUFFER, buffer)
	const stride = int32(unsafe.Sizeof(text.Quad{}))
	for i, offset := range [...]uintptr{0, unsafe.Offsetof(text.Quad{}.S0)} {
		gl.EnableVertexAttribArray(uint32(i))
		gl.VertexAttribPointerWithOffset(uint32(i), 4, gl.FLOAT, false, stride, offset)
		gl.VertexAttribDivisor(uint32(i), 1)
	}
	gl.BindVertexArray(0)
	return vao, buffer
}

func (l *labels) delete() {
	if l == nil {
		return
	}
	l.program.delete()
	gl.DeleteTextures(1, &l.texture)
	gl.DeleteBuffers(1, &l.buffer)
	gl.DeleteVertexArrays(1, &l.vao)
}

// prepare places the notice and the names, the most important first. It calls no
// GL and does not allocate.
func (l *labels) prepare(fr *frame) {
	for i := range l.quads {
		l.quads[i], l.taken[i] = l.quads[i][:0], append(l.taken[i][:0], fr.written[i]...)
	}
	if fr.world.Layers.Has(scene.LayerTestPattern) {
		return
	}
	l.emPX = l.size(fr)
	l.announce(fr)
	named := fr.world.Layers.Has(scene.LayerLabels | scene.LayerBodies)
	if !named {
		l.spots = [engine.MaxViews][astro.NumBodies]spot{}
	} else {
		l.find(fr)
		l.placeTarget(fr)
	}
	for i, letters := range l.quads {
		l.brights[i] = len(letters)
	}
	if named {
		l.placeOthers(fr)
	}
	l.placeSky(fr)
	for i, letters := range l.quads {
		l.quads[i] = append(letters, letters...)
	}
}

// size is the size of an em.
func (l *labels) size(fr *frame) float32 {
	if fr.n == 1 {
		return labelSize(fr.h, l.atlas.XHeight)
	}
	return max(labelCapRad*float32(fr.views[0].perUnit)/l.atlas.CapHeight, labelMinPixels)
}

// labelSize is the size of an em in a view h pixels high: such that the tops of
// small letters fall on a row of pixels, which keeps them sharp.
func labelSize(h int, xHeight float32) float32 {
	rows := math.Round(float64(h) / labelsPerView * float64(xHeight))
	return float32(math.Max(rows, math.Ceil(labelMinPixels*float64(xHeight)))) / xHeight
}

// announce writes the notice: for eyes as if it stood infinitely far off and moved
// with the ship, since writing that follows the head is hard to read.
func (l *labels) announce(fr *frame) {
	line := fr.world.Notice.String()
	if line == "" {
		return
	}
	width := l.atlas.Advance(line)
	emPX := min(l.emPX, noticeWidest*float32(fr.w)/width)
	for i := range fr.n {
		if s := fr.noticeSpot(i); s.ahead {
			b := l.boxAt(&s, width, emPX, [2]float32{}, fr.n == 1)
			if fr.n == 1 && b.meets(fr.covered[i]) {
				s.y += fr.covered[i].high
				b = l.boxAt(&s, width, emPX, [2]float32{}, true)
			}
			l.write(i, b, line, emPX)
		}
	}
}

func (fr *frame) noticeSpot(view int) (s spot) {
	if fr.n == 1 {
		return spot{x: 0.5 * float32(fr.w), y: noticeUp * float32(fr.h), ahead: true}
	}
	p := fr.views[view].axes.Mul3x1(fr.world.Ship.Orientation.Rotate(noticeWay))
	if s.ahead = p[2] < 0; s.ahead {
		s.x, s.y = fr.pixel(view, -p[0]/p[2], -p[1]/p[2])
	}
	return s
}

// write takes up a box for what is written in it.
func (l *labels) write(view int, b box, line string, emPX float32) {
	l.taken[view] = append(l.taken[view], b)
	l.quads[view] = l.atlas.Layout(l.quads[view], line, b.left+labelMargin*emPX, b.low+labelMargin*emPX, emPX)
}

// isMinor tells moons from what moves about the Sun, and our Moon.
func isMinor(body astro.Body) bool {
	return body.Info().Kind == astro.KindMoon && body != astro.Moon
}

// find looks up where all bodies are and which of them want a name.
func (l *labels) find(fr *frame) {
	for i := range fr.n {
		spots := &l.spots[i]
		for body := range astro.NumBodies {
			spots[body] = fr.spotOf(i, body)
		}
		for body := range astro.NumBodies {
			s := &spots[body]
			s.named = s.shown && (body == fr.world.Target || l.deserves(fr, s, &spots[body.Info().Parent], body))
		}
	}
}

// deserves tells whether a body is bright enough for a name, if it is a minor
// one, and far enough from what it moves about.
func (l *labels) deserves(fr *frame, s, parent *spot, body astro.Body) bool {
	if isMinor(body) && fr.magnitude(body) > faintestMoon {
		return false
	}
	if body.Info().Kind != astro.KindMoon || !parent.ahead {
		return true
	}
	away := math.Hypot(float64(s.x-parent.x), float64(s.y-parent.y))
	return away > float64(parent.radius+moonApart*l.emPX)
}

// labelSides are where a name may stand beside its body, in order of preference:
// right and up.
var labelSides = [...][2]float32{{0, -1}, {0, 1}, {1, 0}, {-1, 0}}

// placeTarget names the target. If it must, its name covers other bodies.
func (l *labels) placeTarget(fr *frame) {
	if !l.place(fr, fr.world.Target, false) {
		l.place(fr, fr.world.Target, true)
	}
}

// placeOthers names the planets, then the moons.
func (l *labels) placeOthers(fr *frame) {
	for _, minor := range [...]bool{false, true} {
		for body := range astro.NumBodies {
			if isMinor(body) == minor && body != fr.world.Target {
				l.place(fr, body, false)
			}
		}
	}
}

// place writes a body's name beside it, both eyes' on the same side, and tells
// whether it did in some view.
func (l *labels) place(fr *frame, body astro.Body, cover bool) bool {
	for _, side := range labelSides {
		if l.placeAt(fr, body, side, cover) {
			return true
		}
	}
	return false
}

// placeAt writes a body's name on one side of it, unless it would meet a panel,
// what is written or, if it may not cover them, a body in any view.
func (l *labels) placeAt(fr *frame, body astro.Body, side [2]float32, cover bool) (placed bool) {
	var boxes [engine.MaxViews]box
	for i := range fr.n {
		boxes[i] = l.boxAt(&l.spots[i][body], l.widths[body], l.emPX, side, fr.n == 1)
		if l.spots[i][body].named && (boxes[i].meets(fr.covered[i]) || l.meetsWriting(i, boxes[i]) || !cover && l.meetsWorld(fr, i, body, boxes[i])) {
			return false
		}
	}
	for i, b := range boxes[:fr.n] {
		if l.spots[i][body].named && b.within(fr.w, fr.h) {
			l.write(i, b, l.names[body], l.emPX)
			placed = true
		}
	}
	return placed
}

func (l *labels) meetsWriting(view int, b box) bool {
	for _, o := range l.taken[view] {
		if b.meets(o) {
			return true
		}
	}
	return false
}

// meetsWorld tells whether a body's name would meet another body that wants one,
// or the rings of what it moves about.
func (l *labels) meetsWorld(fr *frame, view int, body astro.Body, b box) bool {
	return l.meetsBodies(view, b, body) || fr.meetsRings(view, body.Info().Parent, b)
}

// meetsBodies tells whether a box would cover a body that wants a name, but for one of them.
func (l *labels) meetsBodies(view int, b box, but astro.Body) bool {
	for body := range astro.NumBodies {
		if s := &l.spots[view][body]; s.named && body != but && b.meetsDisc(s) {
			return true
		}
	}
	return false
}

// boxAt is where a line of the given width (ems) goes, with its margin. A flat
// picture has its letters on whole pixels; between two eyes, rounding would
// shift them in depth.
func (l *labels) boxAt(s *spot, width, emPX float32, side [2]float32, whole bool) box {
	margin := labelMargin * emPX
	w, h := width*emPX+2*margin, l.atlas.CapHeight*emPX+2*margin
	away := s.radius + labelGap*emPX
	left, low := s.x+side[0]*(away+w/2)-w/2, s.y+side[1]*(away+h/2)-h/2
	if whole {
		left = float32(math.Round(float64(left+margin))) - margin
		low = float32(math.Round(float64(low+margin))) - margin
	}
	return box{left, low, left + w, low + h}
}

// draw writes names and notice over the picture of one view that [tonemap.draw] has
// just made in the same place.
func (l *labels) draw(s *state, view int, to destination) {
	quads := l.quads[view]
	if len(quads) == 0 {
		return
	}
	to.deep = false // it stays that of what is named
	s.drawTo(to, blendOver)
	s.bindTexture(unitGlyphs, gl.TEXTURE_2D, l.texture)
	s.upload(gl.ARRAY_BUFFER, l.buffer, unsafe.Pointer(&quads[0]), len(quads)*int(unsafe.Sizeof(quads[0])))
	s.bindVAO(l.vao)
	s.useProgram(l.program)
	s.uniform4(l.writing, int32(len(quads)/2), int32(l.brights[view]), flag(to.srgb), 0)
	s.views = 1
	s.drawQuads(len(quads))
}
