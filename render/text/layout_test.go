package text

import (
	"math"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
)

func TestAdvanceIsThatOfTheFont(t *testing.T) {
	a, r := goRegular(t), newReader(t)
	for _, s := range []string{"", "Jupiter", "Enceladus", "−12° 34′ 56″", "Señor Øre … ×"} {
		want := 0.0
		for _, letter := range s {
			index, err := r.font.GlyphIndex(&r.buffer, letter)
			if err != nil {
				t.Fatal(err)
			}
			w, err := r.font.GlyphAdvance(&r.buffer, index, r.em, font.HintingNone)
			if err != nil {
				t.Fatal(err)
			}
			want += float64(w) / float64(r.em)
		}
		if got := float64(a.Advance(s)); math.Abs(got-want) > 1e-6 {
			t.Errorf("%q is %v ems wide, want %v", s, got, want)
		}
	}
}

// Letters are set by their advances alone because the font kerns no pair.
func TestFontHasNoKerning(t *testing.T) {
	r := newReader(t)
	index := map[rune]sfnt.GlyphIndex{}
	for i := range glyphCount {
		g, err := r.font.GlyphIndex(&r.buffer, runeOf(i))
		if err != nil {
			t.Fatal(err)
		}
		index[runeOf(i)] = g
	}
	for a, left := range index {
		for b, right := range index {
			k, err := r.font.Kern(&r.buffer, left, right, r.em, font.HintingNone)
			if k != 0 || err != nil && err != sfnt.ErrNotFound {
				t.Fatalf("%q before %q: kerning %v, error %v", a, b, k, err)
			}
		}
	}
}

// A bar is 187 to 345 by -296 to 1579 font units, an I 124 to 693 by 0 to 1480
// (table glyf); the bar and a blank advance by 532 and 569 (table hmtx). At 2048
// pixels an em font units are pixels.
func TestLayout(t *testing.T) {
	a := goRegular(t)
	quads := a.Layout(nil, "| I", 10, 20, unitsPerEm)
	if len(quads) != 2 {
		t.Fatalf("%d quads, want one each for bar and I", len(quads))
	}
	const texel, margin = unitsPerEm / float32(EmTexels), unitsPerEm / float32(EmTexels) * (SpreadTexels + 1)
	for i, want := range [][4]float32{
		{10 + 187, 20 - 296, 10 + 345, 20 + 1579},
		{10 + 532 + 569 + 124, 20, 10 + 532 + 569 + 693, 20 + 1480},
	} {
		q := quads[i]
		for k, gap := range [...]float32{want[0] - q.X0, want[1] - q.Y0, q.X1 - want[2], q.Y1 - want[3]} {
			if gap < margin-texel-0.01 || gap > margin+0.01 {
				t.Errorf("quad %d, side %d: %v pixels round the letter, want %v to %v", i, k, gap, margin-texel, margin)
			}
		}
		across, down := (q.X1-q.X0)/texel, (q.Y1-q.Y0)/texel
		if w, h := (q.S1-q.S0)*float32(a.Width), (q.T0-q.T1)*float32(a.Height); differ(w, across) || differ(h, down) {
			t.Errorf("quad %d shows %v by %v texels, want %v by %v", i, w, h, across, down)
		}
	}
	alone := a.Layout(nil, "I", 10, 20, unitsPerEm)[0]
	if got := quads[1].X0 - alone.X0; differ(got, 532+569) {
		t.Errorf("I stands %v font units on, want 532 + 569", got)
	}
}

func differ(got, want float32) bool { return math.Abs(float64(got-want)) > 1e-2 }

func TestLayoutAppends(t *testing.T) {
	a := goRegular(t)
	first := a.Layout(nil, "Io", 0, 0, 16)
	both := a.Layout(first, "中", 50, 0, 16)
	mark := a.Layout(nil, "?", 50, 0, 16)
	if len(both) != 3 || both[0] != first[0] || both[2] != mark[0] {
		t.Errorf("quads %v; want those of Io, then a question mark", both)
	}
}

func TestLayoutDoesNotAllocate(t *testing.T) {
	a := goRegular(t)
	dst := make([]Quad, 0, 32)
	if n := testing.AllocsPerRun(100, func() {
		dst = a.Layout(dst[:0], "Ganymede 3° 12′ 07″", 0, 0, 16)
		a.Advance("Ganymede")
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
