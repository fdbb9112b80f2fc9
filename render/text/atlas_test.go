package text

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// unitsPerEm is that of the Go fonts (their head table).
const unitsPerEm = 2048

func goRegular(t testing.TB) *Atlas {
	t.Helper()
	a, err := NewAtlas(goregular.TTF, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newReader(t *testing.T) *fontReader {
	t.Helper()
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	return &fontReader{font: f, em: fixed.I(unitsPerEm)}
}

// The font units are those of Go Regular 2.010: tables OS/2, hmtx and glyf.
func TestMetrics(t *testing.T) {
	a := goRegular(t)
	if x, c := a.XHeight*unitsPerEm, a.CapHeight*unitsPerEm; x != 1086 || c != 1480 {
		t.Errorf("x height %v, cap height %v font units; want 1086 and 1480", x, c)
	}
	for _, c := range []struct {
		letter    rune
		advance   float32
		left, top float64 // of the outline, font units
	}{
		{' ', 569, 0, 0},
		{'|', 532, 187, 1579},
		{'I', 817, 124, 1480},
		{'j', 519, -84, 1500},
		{'Å', 1366, 19, 1935},
		{'°', 819, 114, 1517},
		{'′', 384, 22, 1579},
		{'″', 725, 21, 1579},
		{'−', 1196, 100, 666},
		{'×', 1196, 108, 1082},
		{'…', 2048, 188, 257},
	} {
		g := a.glyphs[indexOf(c.letter)]
		if got := g.advance * unitsPerEm; got != c.advance {
			t.Errorf("advance of %q: %v font units, want %v", c.letter, got, c.advance)
		}
		if c.letter == ' ' {
			continue
		}
		const toTexels = EmTexels / float64(unitsPerEm)
		left, top := math.Floor(c.left*toTexels)-SpreadTexels, math.Ceil(c.top*toTexels)+SpreadTexels
		if x, y := float64(g.left)*EmTexels, float64(g.top)*EmTexels; math.Abs(x-left) > 1e-5 || math.Abs(y-top) > 1e-5 {
			t.Errorf("cell of %q begins at %v, %v texels; want %v, %v", c.letter, x, y, left, top)
		}
	}
}

// A minus is a box of 100 to 1096 by 518 to 666 font units (table glyf), a bar
// one of 187 to 345 by -296 to 1579; the distance from a box is known.
func TestFieldOfBox(t *testing.T) {
	a := goRegular(t)
	for letter, box := range map[rune][4]float64{
		'−': {100, 518, 1096, 666},
		'|': {187, -296, 345, 1579},
	} {
		for i := range box {
			box[i] *= EmTexels / float64(unitsPerEm)
		}
		g := a.glyphs[indexOf(letter)]
		for y := g.cell.Min.Y; y < g.cell.Max.Y; y++ {
			for x := g.cell.Min.X; x < g.cell.Max.X; x++ {
				px := float64(g.left)*EmTexels + float64(x-g.cell.Min.X) + 0.5
				py := float64(g.top)*EmTexels - float64(y-g.cell.Min.Y) - 0.5
				want := math.Round(127.5 + 127.5*clamp(inBox(box, px, py)/SpreadTexels, -1, 1))
				if got := float64(a.Pix[y*a.Width+x]); math.Abs(got-want) > 1 {
					t.Fatalf("%q at %.2f, %.2f texels: %v, want %v", letter, px, py, got, want)
				}
			}
		}
	}
}

// inBox is the distance of a place from the edge of a box (left, low, right,
// high), inside positive.
func inBox(b [4]float64, x, y float64) float64 {
	dx, dy := math.Max(b[0]-x, x-b[2]), math.Max(b[1]-y, y-b[3])
	if dx <= 0 && dy <= 0 {
		return -math.Max(dx, dy)
	}
	return -math.Hypot(math.Max(dx, 0), math.Max(dy, 0))
}

func TestCells(t *testing.T) {
	a := goRegular(t)
	if len(a.Pix) != a.Width*a.Height {
		t.Fatalf("%d bytes for %d by %d texels", len(a.Pix), a.Width, a.Height)
	}
	seen := make([]bool, len(a.Pix))
	for i, g := range a.glyphs {
		r := runeOf(i)
		if blank := r == ' ' || r == '\u00a0'; blank != g.cell.Empty() {
			t.Errorf("%q: blank is %v", r, !blank)
		}
		if !g.cell.In(image.Rect(0, 0, a.Width, a.Height)) {
			t.Errorf("%q: %v is not in the atlas", r, g.cell)
		}
		for y := g.cell.Min.Y; y < g.cell.Max.Y; y++ {
			for x := g.cell.Min.X; x < g.cell.Max.X; x++ {
				if seen[y*a.Width+x] {
					t.Fatalf("%q lies on another letter at %d, %d", r, x, y)
				}
				seen[y*a.Width+x] = true
			}
		}
	}
}

func TestSameBytes(t *testing.T) {
	a := goRegular(t)
	if !bytes.Equal(a.Pix, goRegular(t).Pix) {
		t.Error("two atlases of one font differ")
	}
	sum := sha256.Sum256(a.Pix)
	const want = "32a5135af6f691aa902490ebfd25e886ca75b12477f1815c7791e03b2289f646"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("SHA-256 of the texels is %s, want %s", got, want)
	}
}

func TestIndex(t *testing.T) {
	for i := range glyphCount {
		if got := indexOf(runeOf(i)); got != i {
			t.Errorf("letter %d, %q, is found at %d", i, runeOf(i), got)
		}
	}
	for _, r := range "中\u007f\n\u0100" {
		if got := indexOf(r); got != '?'-' ' {
			t.Errorf("%q is found at %d, want the question mark", r, got)
		}
	}
}

func TestBadFonts(t *testing.T) {
	// With every byte of table glyf set, letters are composites without end.
	spoilt := bytes.Clone(goregular.TTF)
	for i := range 126326 {
		spoilt[1676+i] = 0xff
	}
	for _, c := range []struct {
		name, want string
		ttf        []byte
	}{
		{"nothing", "parse font", nil},
		{"text", "parse font", []byte("no font at all, only a few words")},
		{"spoilt", "letter '!' of the font", spoilt},
	} {
		if _, err := NewAtlas(c.ttf, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, _, err := newReader(t).load('中'); err != errMissing {
		t.Errorf("a letter that the font lacks: error %v, want %v", err, errMissing)
	}
}

func BenchmarkNewAtlas(b *testing.B) {
	for b.Loop() {
		goRegular(b)
	}
}

// memory is a cache in a map.
type memory map[string][]byte

func (m memory) Get(key string) ([]byte, bool) { data, ok := m[key]; return data, ok }
func (m memory) Put(key string, data []byte)   { m[key] = data }

func TestCache(t *testing.T) {
	m := memory{}
	first, err := NewAtlas(goregular.TTF, m)
	if err != nil {
		t.Fatal(err)
	}
	if len(m) != 1 {
		t.Fatalf("%d pictures were kept, want 1", len(m))
	}
	for key := range m {
		m[key] = slices.Clone(first.Pix)
		m[key][0] ^= 0xff // a mark, to know it again
	}
	if again, err := NewAtlas(goregular.TTF, m); err != nil || again.Pix[0] == first.Pix[0] || again.glyphs != first.glyphs {
		t.Errorf("the kept picture was not taken, or the letters differ (%v)", err)
	}
	for key := range m {
		m[key] = m[key][1:]
	}
	if again, err := NewAtlas(goregular.TTF, m); err != nil || !slices.Equal(again.Pix, first.Pix) {
		t.Errorf("a picture of another size was taken (%v)", err)
	}
}
