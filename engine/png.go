package engine

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"sync"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Image copies the picture with its rows from the top down.
func (p *Picture) Image() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	for y := range p.Height {
		copy(img.Pix[y*img.Stride:], p.row(p.Height-1-y))
	}
	return img
}

func (p *Picture) row(y int) []byte { return p.Pix[4*p.Width*y:][:4*p.Width] }

// flip turns the picture upside down where it lies.
func (p *Picture) flip() {
	for low, high := 0, p.Height-1; low < high; low, high = low+1, high-1 {
		a, b := p.row(low), p.row(high)
		for i, v := range a {
			a[i], b[i] = b[i], v
		}
	}
}

// encoder lends its buffers of a megabyte to one picture after another.
var encoder = png.Encoder{BufferPool: new(encoderBuffers)}

type encoderBuffers struct{ sync.Pool }

func (b *encoderBuffers) Get() *png.EncoderBuffer {
	e, _ := b.Pool.Get().(*png.EncoderBuffer)
	return e
}

func (b *encoderBuffers) Put(e *png.EncoderBuffer) { b.Pool.Put(e) }

// WritePNG writes the picture with what it shows in text chunks: date, place
// and program. The same picture gives the same bytes. It makes no copy: meanwhile
// the picture is upside down, and nobody else may look at it.
func (p *Picture) WritePNG(w io.Writer) error {
	p.flip()
	defer p.flip()
	img := &image.NRGBA{Pix: p.Pix, Stride: 4 * p.Width, Rect: image.Rect(0, 0, p.Width, p.Height)}
	return writePNG(w, img, &p.Stamp)
}

// headerLen is the length of a PNG's signature and of its chunk IHDR, after which
// texts may stand.
const headerLen = 8 + 4 + 4 + 13 + 4

func writePNG(w io.Writer, img image.Image, s *Stamp) error {
	t := &texting{w: w, left: headerLen}
	for _, text := range s.texts() {
		t.texts = appendText(t.texts, text[0], text[1])
	}
	if err := encoder.Encode(t, img); err != nil {
		return fmt.Errorf("encode picture: %w", err)
	}
	return nil
}

// texting writes a PNG on with texts after its header.
type texting struct {
	w     io.Writer
	left  int // of the header
	texts []byte
}

func (t *texting) Write(b []byte) (n int, err error) {
	if t.left > 0 {
		n, err = t.w.Write(b[:min(len(b), t.left)])
		if t.left -= n; err != nil || t.left > 0 {
			return n, err
		}
		if _, err = t.w.Write(t.texts); err != nil {
			return n, err
		}
	}
	rest, err := t.w.Write(b[n:])
	return n + rest, err
}

// texts are the keywords and texts of the PNG; "Title", "Description" and
// "Software" are those that the PNG specification registers.
func (s Stamp) texts() [][2]string {
	texts := [][2]string{
		{"Description", s.String()},
		{"Software", "SpaceTime VR " + Version},
		{"Date", s.Time.String()},
		{"Place", s.place()},
	}
	if s.Scene != "" {
		texts = append(texts, [2]string{"Scene", s.Scene})
	}
	return texts
}

// String says in a line what the picture shows.
func (s Stamp) String() string { return fmt.Sprintf("%s, %s", s.place(), s.Time) }

// place says where the picture was taken from.
func (s Stamp) place() string {
	const kmPerAU = astro.AUM / 1e3
	km := s.FromTargetM.Len() / 1e3
	if km > kmPerAU/10 {
		return fmt.Sprintf("%.4g au from the centre of %s", km/kmPerAU, s.Target)
	}
	return fmt.Sprintf("%.6g km from the centre of %s", km, s.Target)
}

// appendText appends a chunk iTXt: plain UTF-8 text under a keyword.
//
// Source: PNG specification, third edition, 11.3.3.4.
func appendText(out []byte, keyword, text string) []byte {
	data := append([]byte("iTXt"+keyword), 0, 0, 0, 0, 0)
	data = append(data, text...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)-4))
	out = append(out, data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(data))
}

// stamp says what a picture of the world shows.
func (e *Engine) stamp() Stamp {
	w := &e.world
	return Stamp{
		Frame: e.frame, Tick: w.Tick, Time: w.Time(), Scene: e.state.Slug, Target: w.Target,
		FromTargetM: w.Ship.PositionM.Sub(w.Ephemeris.States[w.Target].PositionM),
	}
}
