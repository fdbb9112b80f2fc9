// Package text turns a TrueType font into an atlas of signed distance fields
// and strings into quads on it. It is pure Go and knows no graphics API.
//
// A texel holds how far its centre lies from the outline of a letter, so one
// atlas serves all sizes from about a quarter of [EmTexels] up, and a halo is
// another threshold. The distances are exact: they are taken from the outline's
// lines and quadratic curves, not from a picture of it. The idea is C. Green's,
// "Improved Alpha-Tested Magnification", SIGGRAPH 2007.
//
// Letters are set one after the other by their advances: the Go fonts, which
// this is made for, have no kerning.
package text

import (
	"crypto/sha256"
	"fmt"
	"image"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

const (
	// EmTexels is how many texels an em measures.
	EmTexels = 40
	// SpreadTexels is the distance from an outline, in texels, at which values
	// reach 0 outside and 255 inside.
	SpreadTexels = 5

	atlasWidth = 512
)

// Atlas holds the letters of a font: printable ASCII, Latin-1, and ′ ″ − ….
// It does not change once it is made and may be shared.
type Atlas struct {
	// Pix holds a byte a texel, rows from the top. 127.5 is the outline and
	// more is inside; values are linear in the distance.
	Pix           []uint8
	Width, Height int
	// XHeight is how high small letters are, CapHeight capitals, in ems.
	XHeight, CapHeight float32

	glyphs [glyphCount]glyph
}

// glyph is a letter. cell is its place in the atlas; the other lengths are in
// ems, from the letter's origin on the baseline, y up.
type glyph struct {
	advance   float32
	cell      image.Rectangle
	left, top float32
}

// extra are the letters beyond Latin-1: minutes, seconds, minus, ellipsis.
var extra = [...]rune{'′', '″', '−', '…'}

// The letters' places in [Atlas.glyphs]: two runs of runes, then extra.
const (
	asciiFirst, asciiLast = ' ', '~'
	latinFirst, latinLast = '\u00a0', '\u00ff'

	latinAt    = asciiLast - asciiFirst + 1
	extraAt    = latinAt + latinLast - latinFirst + 1
	glyphCount = extraAt + len(extra)
)

// indexOf returns a letter's place; that of a question mark for one that the
// atlas lacks.
func indexOf(r rune) int {
	switch {
	case r >= asciiFirst && r <= asciiLast:
		return int(r - asciiFirst)
	case r >= latinFirst && r <= latinLast:
		return int(latinAt + r - latinFirst)
	}
	for i, e := range extra {
		if r == e {
			return int(extraAt) + i
		}
	}
	return '?' - asciiFirst
}

func runeOf(index int) rune {
	switch r := rune(index); {
	case r < latinAt:
		return asciiFirst + r
	case r < extraAt:
		return latinFirst + r - latinAt
	default:
		return extra[r-extraAt]
	}
}

// Cache keeps what is slow to make, by key. What it returns is what was put.
type Cache interface {
	Get(key string) ([]byte, bool)
	Put(key string, data []byte)
}

// NewAtlas draws the atlas of a TrueType font, given as the contents of its
// file. It takes some 50 ms, a tenth of that if the cache, which may be nil, has
// the picture. The same font always gives the same bytes. An error says that ttf
// is no such font or lacks a letter.
func NewAtlas(ttf []byte, cache Cache) (*Atlas, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("parse font: %w", err)
	}
	reader := fontReader{font: f, em: fixed.I(int(f.UnitsPerEm()))}
	a := &Atlas{Width: atlasWidth}
	if err := a.setMetrics(&reader); err != nil {
		return nil, err
	}
	var outlines [glyphCount]outline
	for i := range outlines {
		if outlines[i], a.glyphs[i].advance, err = reader.load(runeOf(i)); err != nil {
			return nil, fmt.Errorf("letter %q of the font: %w", runeOf(i), err)
		}
	}
	a.pack(&outlines)
	a.draw(&outlines, fmt.Sprintf("atlas 1 %x", sha256.Sum256(ttf)), cache)
	return a, nil
}

// draw fills the picture, or takes it from the cache. The key has a number that
// grows when the same outlines come to give other pictures.
func (a *Atlas) draw(outlines *[glyphCount]outline, key string, cache Cache) {
	if cache != nil {
		if pix, ok := cache.Get(key); ok && len(pix) == a.Width*a.Height {
			a.Pix = pix
			return
		}
	}
	a.Pix = make([]uint8, a.Width*a.Height)
	for i, o := range outlines {
		a.render(o, &a.glyphs[i])
	}
	if cache != nil {
		cache.Put(key, a.Pix)
	}
}

func (a *Atlas) setMetrics(r *fontReader) error {
	m, err := r.font.Metrics(&r.buffer, r.em, font.HintingNone)
	if err != nil {
		return fmt.Errorf("metrics of the font: %w", err)
	}
	a.XHeight, a.CapHeight = float32(m.XHeight)/float32(r.em), float32(m.CapHeight)/float32(r.em)
	return nil
}

// pack gives each letter its cell, in rows from the top: the letter's bounds and
// a margin as wide as the field reaches.
func (a *Atlas) pack(outlines *[glyphCount]outline) {
	var pen image.Point
	for i, o := range outlines {
		if len(o) == 0 {
			continue
		}
		g, box := &a.glyphs[i], o.cell()
		if pen.X+box.Dx() > a.Width {
			pen = image.Pt(0, a.Height)
		}
		g.cell = box.Sub(box.Min).Add(pen)
		g.left, g.top = float32(box.Min.X)/EmTexels, -float32(box.Min.Y)/EmTexels
		pen.X += box.Dx()
		a.Height = max(a.Height, g.cell.Max.Y)
	}
}

// render fills a letter's cell.
func (a *Atlas) render(o outline, g *glyph) {
	if len(o) == 0 {
		return
	}
	field := o.field(o.cell())
	w := g.cell.Dx()
	for i, d := range field {
		x, y := g.cell.Min.X+i%w, g.cell.Min.Y+i/w
		a.Pix[y*a.Width+x] = uint8(math.Round(127.5 + 127.5*d/SpreadTexels))
	}
}
