package engine

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"sync/atomic"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
)

// Poster is a picture larger than the display. It is drawn in parts as large as a
// view, one every other frame, of a world that stands still meanwhile, and written
// as it comes: no more of it is in memory than two bands of its width, as high as a
// view.
//
// Parts overlap by partMargin, so that what spreads over pixels has room. They have
// no names, which would be placed anew in each.
type Poster struct {
	Width, Height int
	stamp         Stamp
	bands         chan band
	spare         chan []byte // for bands, which the writer gives back
	gone          atomic.Bool // nobody wants it any more
}

// band is a part of a poster as wide as it, from the top down.
type band struct {
	pix  []byte // red, green, blue, opaque; rows from the top
	rows int
	err  error
}

// The sides of a poster, and of its parts. The parts begin at multiples of
// partAlign, the size of the pattern by which the renderer dithers.
const (
	maxPoster  = 16384
	leastPart  = 256
	partMargin = 16
	partAlign  = 8
)

// CapturePoster asks for a picture of width by height pixels of the next frame. One
// may be asked for at a time; another is ErrBusy. It is safe on any goroutine and
// does not wait: whoever asks must call [Poster.WritePNG].
func (e *Engine) CapturePoster(width, height int) (*Poster, error) {
	if width < 1 || height < 1 || width > maxPoster || height > maxPoster {
		return nil, fmt.Errorf("a picture of %d by %d pixels: sides run from 1 to %d", width, height, maxPoster)
	}
	p := &Poster{Width: width, Height: height, bands: make(chan band, 3), spare: make(chan []byte, 2)}
	for range cap(p.spare) {
		p.spare <- nil
	}
	select {
	case e.posters.asked <- p:
		return p, nil
	default:
		return nil, ErrBusy
	}
}

// WritePNG writes the poster as it is drawn, as [Picture.WritePNG] does, and calls
// progress, unless that is nil, with the share that is done. It waits for frames.
// ErrNoPicture: the run ended before it was there.
func (p *Poster) WritePNG(ctx context.Context, w io.Writer, progress func(share float64)) error {
	defer p.gone.Store(true)
	reader := &bandReader{poster: p, done: ctx.Done(), progress: progress}
	if reader.next(); reader.err != nil { // the stamp comes with the first
		return reader.err
	}
	if err := writePNG(reader.guard(w), reader, &p.stamp); reader.err == nil {
		return err
	}
	return reader.err
}

// guard returns w, which takes nothing more once no more is there to be read: the
// encoder asks for pixels without asking whether that went well.
func (r *bandReader) guard(w io.Writer) io.Writer {
	return writerFunc(func(b []byte) (int, error) {
		if r.err != nil {
			return 0, r.err
		}
		return w.Write(b)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// bandReader is a poster as the encoder reads it: rows from the top, each once.
type bandReader struct {
	poster   *Poster
	done     <-chan struct{} // of the caller's context
	progress func(share float64)
	band     band
	first    int // row of band
	err      error
}

// next waits for the next band.
func (r *bandReader) next() {
	if r.band.pix != nil {
		r.first += r.band.rows
		r.poster.spare <- r.band.pix
		r.band = band{}
	}
	select {
	case r.band = <-r.poster.bands:
		r.err = r.band.err
	case <-r.done:
		r.err = context.Canceled
	}
	if r.err == nil && r.progress != nil {
		r.progress(float64(r.first+r.band.rows) / float64(r.poster.Height))
	}
}

// ColorModel implements [image.Image].
func (r *bandReader) ColorModel() color.Model { return color.RGBAModel }

// Bounds implements [image.Image].
func (r *bandReader) Bounds() image.Rectangle {
	return image.Rect(0, 0, r.poster.Width, r.poster.Height)
}

// Opaque tells the encoder so before it would look.
func (r *bandReader) Opaque() bool { return true }

// At implements [image.Image]. Once something has gone wrong all is black.
func (r *bandReader) At(x, y int) color.Color {
	for r.err == nil && y >= r.first+r.band.rows {
		r.next()
	}
	if r.err != nil {
		return color.RGBA{A: math.MaxUint8}
	}
	p := r.band.pix[4*((y-r.first)*r.poster.Width+x):]
	return color.RGBA{p[0], p[1], p[2], math.MaxUint8}
}

// posters draws them, on the thread of the frame.
type posters struct {
	asked   chan *Poster // of capacity one
	now     *Poster
	world   scene.World // that stands still
	whole   scene.FOV
	frame   Frame
	w, h    int // of a part, with its margins
	x, y    int // of the part under way, in the poster, from its upper left corner
	tile    Picture
	pix     []byte // of the band under way; nil where the writer has all
	copying bool   // the part is drawn and its copy is under way
}

// step goes on with a poster: a part is drawn in one frame and taken in a later one.
func (p *posters) step(e *Engine, r Renderer) {
	if p.now == nil && !p.begin(e) {
		return
	}
	switch {
	case p.copying:
		p.collect(r)
	case p.now.gone.Load():
		p.now, p.pix = nil, nil
	case p.ready():
		p.draw(r)
	}
}

// begin takes a poster on, of the frame last drawn.
func (p *posters) begin(e *Engine) bool {
	select {
	case p.now = <-p.asked:
	default:
		return false
	}
	p.world = e.world
	p.world.Layers &^= scene.LayerLabels
	p.world.Notice = scene.NoticeNone
	p.now.stamp = e.stamp()
	p.whole = FlatFOV(p.world.FOVRad, p.now.Width, p.now.Height)
	view := e.captures.drawn.Target.Rect[0]
	p.w, p.h = partSide(view.W), partSide(view.H)
	p.x, p.y = 0, 0
	return true
}

// partSide is the side of parts for a view's: such that they begin where they should.
func partSide(view int) int {
	return (max(view, leastPart)-2*partMargin)/partAlign*partAlign + 2*partMargin
}

// ready gets memory for the band, if the writer has given some back.
func (p *posters) ready() bool {
	if p.pix != nil {
		return true
	}
	select {
	case pix := <-p.now.spare:
		if pix == nil {
			pix = make([]byte, 4*p.now.Width*(p.h-2*partMargin))
		}
		p.pix = pix
		return true
	default:
		return false
	}
}

// draw draws the part at x, y and starts its copy.
func (p *posters) draw(r Renderer) {
	f := &p.frame
	*f = Frame{Render: true, ViewCount: 1, Whole: &p.whole}
	f.Views[0] = scene.View{Pose: scene.Pose{Orientation: mgl64.QuatIdent()}, FOV: p.part()}
	f.Target.Rect[0] = Rect{W: p.w, H: p.h}
	err := r.Draw(&p.world, f)
	if err == nil {
		err = r.BeginCapture()
	}
	if p.copying = err == nil; !p.copying {
		p.fail(err)
	}
}

// part is the field of view of the part at x, y.
func (p *posters) part() scene.FOV {
	left, up := math.Tan(p.whole.LeftRad), math.Tan(p.whole.UpRad)
	across := (math.Tan(p.whole.RightRad) - left) / float64(p.now.Width)
	down := (up - math.Tan(p.whole.DownRad)) / float64(p.now.Height)
	at := func(x int) float64 { return math.Atan(left + across*float64(x)) }
	above := func(y int) float64 { return math.Atan(up - down*float64(y)) }
	x, y := p.x-partMargin, p.y-partMargin
	return scene.FOV{LeftRad: at(x), RightRad: at(x + p.w), UpRad: above(y), DownRad: above(y + p.h)}
}

// collect takes the part if its copy has arrived, and goes on to the next.
func (p *posters) collect(r Renderer) {
	ready, err := r.EndCapture(&p.tile, false)
	if err != nil {
		p.copying = false
		p.fail(err)
		return
	}
	if !ready {
		return
	}
	p.copying = false
	p.place()
	if p.x += p.w - 2*partMargin; p.x < p.now.Width {
		return
	}
	rows := min(p.h-2*partMargin, p.now.Height-p.y)
	p.now.bands <- band{pix: p.pix, rows: rows} // there is room: no more are out than there is memory for
	p.pix, p.x = nil, 0
	if p.y += rows; p.y >= p.now.Height {
		p.now = nil
	}
}

// place copies the part without its margins into the band.
func (p *posters) place() {
	wide := min(p.w-2*partMargin, p.now.Width-p.x)
	for row := range min(p.h-2*partMargin, p.now.Height-p.y) {
		from := 4 * ((p.h-1-partMargin-row)*p.w + partMargin) // from the bottom up
		copy(p.pix[4*(row*p.now.Width+p.x):][:4*wide], p.tile.Pix[from:])
	}
}

// fail tells whoever waits for the poster why there is none.
func (p *posters) fail(err error) {
	p.now.bands <- band{err: err} // there is room, after the two bands that may be out
	p.now, p.pix = nil, nil
}

// finish tells that no more parts come.
func (p *posters) finish(r Renderer) {
	if p.copying {
		_, _ = r.EndCapture(&p.tile, true)
		p.copying = false
	}
	if p.now != nil {
		p.fail(ErrNoPicture)
	}
	select {
	case p.now = <-p.asked:
		p.fail(ErrNoPicture)
	default:
	}
}
