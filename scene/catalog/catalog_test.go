package catalog

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// barnard has the values of the Hipparcos Catalogue (ESA SP-1200, 1997), HIP
// 87937, its place moved to J2000.0; radial velocity of Nidever et al. 2002.
var barnard = astro.Star{
	HIP: 87937, RARad: 4.702825, DecRad: 0.081915, PMRARadPerYear: -3.8680e-6, PMDecRadPerYear: 5.00659e-5,
	ParallaxArcsec: 0.54901, RadialVelocityKmS: -110.506, Magnitude: 9.54, BV: 1.57, Name: "Barnard's Star",
}

func write(t testing.TB, stars ...astro.Star) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := Write(&file, stars); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestBytes holds the format itself: the bytes were put together by hand from
// the package comment.
func TestBytes(t *testing.T) {
	star := astro.Star{
		HIP: 0x010203, RARad: math.Pi, DecRad: -math.Pi / 4,
		PMRARadPerYear: -1 * microRad, PMDecRadPerYear: 258 * microRad,
		ParallaxArcsec: 0.5, RadialVelocityKmS: -0.002, Magnitude: -1.46, BV: 0.009, Name: "Sōl",
	}
	want := "53545652535441520100000001000000" + "04000000" + "crc_____" +
		"0302010000000080000000e0ffffffff0201000020a10700feffffff4cfa09000400" + "53c58d6c"
	got := hex.EncodeToString(write(t, star))
	if got = got[:40] + "crc_____" + got[48:]; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestChecksum: RFC 3720, B.4 has the CRC-32C of 32 bytes of zero. The four that
// hold the checksum itself don't count.
func TestChecksum(t *testing.T) {
	file := make([]byte, 36)
	put32(crcAt, 0x12345678)(file)
	if got, want := checksum(file), uint32(0x8a9136aa); got != want {
		t.Errorf("got %08x, want %08x", got, want)
	}
}

func TestRoundTrip(t *testing.T) {
	got, err := Read(bytes.NewReader(write(t, barnard)))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 {
		t.Fatalf("%d stars, want 1", len(got))
	}
	expectClose(t, got[0], barnard)
}

// expectClose allows half a unit of each field.
func expectClose(t *testing.T, got, want astro.Star) {
	t.Helper()
	turn := math.Abs(got.RARad - want.RARad)
	for _, tt := range []struct {
		what           string
		got, want, tol float64
	}{
		{"right ascension", min(turn, 2*math.Pi-turn), 0, angleRad / 2},
		{"declination", got.DecRad, want.DecRad, angleRad / 2},
		{"motion in right ascension", got.PMRARadPerYear, want.PMRARadPerYear, microRad / 2},
		{"motion in declination", got.PMDecRadPerYear, want.PMDecRadPerYear, microRad / 2},
		{"parallax", got.ParallaxArcsec, want.ParallaxArcsec, 0.5e-6},
		{"radial velocity", got.RadialVelocityKmS, want.RadialVelocityKmS, 0.5e-3},
		{"magnitude", float64(got.Magnitude), float64(want.Magnitude), 0.5e-3},
		{"B-V", float64(got.BV), float64(want.BV), 0.5e-3},
	} {
		if math.Abs(tt.got-tt.want) > tt.tol*1.001 {
			t.Errorf("HIP %d: %s: got %.12g, want %.12g ± %g", want.HIP, tt.what, tt.got, tt.want, tt.tol)
		}
	}
	if got.HIP != want.HIP || got.Name != want.Name {
		t.Errorf("got HIP %d %q, want HIP %d %q", got.HIP, got.Name, want.HIP, want.Name)
	}
}

// TestPositionPrecision: a position is good to 0.151 mas, right up to the ends of
// its range.
func TestPositionPrecision(t *testing.T) {
	const tolRad = 0.151 * math.Pi / (180 * 3600e3)
	for _, ra := range []float64{0, 1e-9, 1, math.Pi, math.Nextafter(2*math.Pi, 0)} {
		for _, dec := range []float64{-math.Pi / 2, -1e-9, 0, 0.7, math.Pi / 2} {
			got, err := Read(bytes.NewReader(write(t, astro.Star{RARad: ra, DecRad: dec})))
			if err != nil {
				t.Fatal(err)
			}
			turn := math.Abs(got[0].RARad - ra)
			if min(turn, 2*math.Pi-turn) > tolRad || math.Abs(got[0].DecRad-dec) > tolRad {
				t.Errorf("%g, %g came back as %g, %g", ra, dec, got[0].RARad, got[0].DecRad)
			}
			if got[0].RARad >= 2*math.Pi {
				t.Errorf("right ascension %g, want under a turn", got[0].RARad)
			}
		}
	}
}

// randomStar is anywhere that the format reaches.
func randomStar(r *rand.Rand) astro.Star {
	wide := func() float64 { return float64(int32(r.Uint32())) }
	narrow := func() float32 { return float32(int16(r.Uint32())) / 1000 }
	star := astro.Star{
		HIP: r.Uint32(), RARad: r.Float64() * 2 * math.Pi, DecRad: (r.Float64() - 0.5) * math.Pi,
		PMRARadPerYear: wide() * microRad, PMDecRadPerYear: wide() * microRad,
		ParallaxArcsec: wide() / 1e6, RadialVelocityKmS: wide() / 1000,
		Magnitude: narrow(), BV: narrow(),
	}
	if r.IntN(3) == 0 {
		star.Name = strings.Repeat("ōx", r.IntN(9))
	}
	return star
}

// TestRandomStars: any stars survive, come back brightest first, and the file of
// what was read is the file that it was read from.
func TestRandomStars(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		stars := make([]astro.Star, r.IntN(40))
		byHIP := map[uint32]astro.Star{}
		for i := range stars {
			stars[i] = randomStar(r)
			byHIP[stars[i].HIP] = stars[i]
		}
		file := write(t, stars...)
		got, err := Read(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		for i, star := range got {
			expectClose(t, star, byHIP[star.HIP])
			if i > 0 && star.Magnitude < got[i-1].Magnitude {
				t.Fatalf("star %d of magnitude %g follows one of %g", i, star.Magnitude, got[i-1].Magnitude)
			}
		}
		if again := write(t, got...); len(got) != len(stars) || !bytes.Equal(again, file) {
			t.Fatalf("%d stars came back of %d, or other bytes", len(got), len(stars))
		}
	}
}

// TestWriteLeavesTheStars: the order in memory is the caller's.
func TestWriteLeavesTheStars(t *testing.T) {
	stars := []astro.Star{{HIP: 1, Magnitude: 5}, {HIP: 2, Magnitude: 1}, {HIP: 3, Magnitude: 5}}
	got, err := Read(bytes.NewReader(write(t, stars...)))
	if err != nil {
		t.Fatal(err)
	}
	if got[0].HIP != 2 || got[1].HIP != 1 || got[2].HIP != 3 {
		t.Errorf("order %d %d %d, want 2 1 3", got[0].HIP, got[1].HIP, got[2].HIP)
	}
	if stars[0].HIP != 1 || stars[1].HIP != 2 {
		t.Error("the stars given were sorted")
	}
}

// TestEqualMagnitudes: what rounds to one millimagnitude keeps its order.
func TestEqualMagnitudes(t *testing.T) {
	stars := make([]astro.Star, 300)
	for i := range stars {
		stars[i] = astro.Star{HIP: uint32(i), Magnitude: float32(i*7%3) + 0.0001*float32(i%4)}
	}
	got, err := Read(bytes.NewReader(write(t, stars...)))
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Magnitude == got[i-1].Magnitude && got[i].HIP < got[i-1].HIP {
			t.Fatalf("HIP %d comes after %d", got[i].HIP, got[i-1].HIP)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, tt := range []struct {
		want string
		star astro.Star
	}{
		{"right ascension", astro.Star{RARad: 2 * math.Pi}},
		{"right ascension", astro.Star{RARad: -1e-12}},
		{"right ascension", astro.Star{RARad: math.NaN()}},
		{"beyond a pole", astro.Star{DecRad: 1.5708}},
		{"beyond a pole", astro.Star{DecRad: math.Inf(-1)}},
		{"declination of NaN", astro.Star{DecRad: math.NaN()}},
		{"proper motion in right ascension", astro.Star{PMRARadPerYear: 0.0105}},
		{"proper motion in declination", astro.Star{PMDecRadPerYear: math.NaN()}},
		{"parallax", astro.Star{ParallaxArcsec: 2147.484}},
		{"parallax", astro.Star{ParallaxArcsec: -2147.484}},
		{"radial velocity", astro.Star{RadialVelocityKmS: math.Inf(1)}},
		{"magnitude 32.768", astro.Star{Magnitude: 32.768}},
		{"B-V NaN", astro.Star{BV: float32(math.NaN())}},
		{"not UTF-8", astro.Star{Name: "\xff"}},
		{"name of 65536 bytes", astro.Star{Name: strings.Repeat("a", 65536)}},
	} {
		tt.star.HIP = 77
		var file bytes.Buffer
		err := Write(&file, []astro.Star{{HIP: 1}, tt.star})
		if err == nil || !strings.Contains(err.Error(), "HIP 77: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want one about HIP 77 and %q", tt.star, err, tt.want)
		}
		if file.Len() > 0 {
			t.Errorf("%s: %d bytes were written", tt.want, file.Len())
		}
	}
}

func TestWriteTooMany(t *testing.T) {
	if err := Write(io.Discard, make([]astro.Star, MaxStars+1)); err == nil || !strings.Contains(err.Error(), "200001 stars") {
		t.Errorf("error %v, want one about 200001 stars", err)
	}
	named := make([]astro.Star, 49)
	for i := range named {
		named[i].Name = strings.Repeat("a", math.MaxUint16)
	}
	if err := Write(io.Discard, named); err == nil || !strings.Contains(err.Error(), "bytes of names") {
		t.Errorf("error %v, want one about bytes of names", err)
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriteFails(t *testing.T) {
	if err := Write(fullDisk{}, []astro.Star{barnard}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

// resealed alters a file and gives it the checksum of what it is then.
func resealed(file []byte, alter func(file []byte)) []byte {
	file = bytes.Clone(file)
	alter(file)
	binary.LittleEndian.PutUint32(file[crcAt:], checksum(file))
	return file
}

func put32(at int, value uint32) func([]byte) {
	return func(file []byte) { binary.LittleEndian.PutUint32(file[at:], value) }
}

func TestReadRefuses(t *testing.T) {
	file := write(t, astro.Star{Magnitude: 1}, barnard)
	for _, tt := range []struct {
		name, want string
		file       []byte
	}{
		{"empty", "cut short: 0 bytes of 24", nil},
		{"cut in the header", "cut short: 23 bytes of 24", file[:23]},
		{"cut in the records", "cut short: 60 bytes of 106", file[:60]},
		{"cut in the names", "cut short: 105 bytes of 106", file[:105]},
		{"longer", "more after the 106 bytes", append(bytes.Clone(file), 0)},
		{"another file", `begins with "XTVRSTAR": not a star catalogue`, resealed(file, func(f []byte) { f[0] = 'X' })},
		{"another version", "version 2: this program reads version 1", resealed(file, put32(8, 2))},
		{"too many stars", "200001 stars: at most 200000", resealed(file, put32(12, MaxStars+1))},
		{"too many names", "3200001 bytes of names: at most 3200000", resealed(file, put32(16, maxNamesBytes+1))},
		{"the most stars, and none there", "cut short: 106 bytes of 6800038", resealed(file, put32(12, MaxStars))},
		{"damaged record", "checksum", func() []byte { f := bytes.Clone(file); f[40] ^= 1; return f }()},
		{"damaged checksum", "checksum", func() []byte { f := bytes.Clone(file); f[crcAt] ^= 1; return f }()},
		{"over the pole", "star 1: declination", resealed(file, put32(headerBytes+recordBytes+8, 1<<30+1))},
		{"name not UTF-8", "star 1: name", resealed(file, func(f []byte) { f[len(f)-1] = 0xff })},
		{"name too long", "star 1: its name goes past the end", resealed(file, func(f []byte) { f[headerBytes+2*recordBytes-2]++ })},
		{"name too short", "1 bytes of names belong to no star", resealed(file, func(f []byte) { f[headerBytes+2*recordBytes-2]-- })},
		{"out of order", "star 1 is brighter than the one before it", resealed(file, func(f []byte) { f[headerBytes+29] = 0x7f })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stars, err := Read(bytes.NewReader(tt.file))
			if err == nil || !strings.HasPrefix(err.Error(), "read star catalogue: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if stars != nil {
				t.Errorf("%d stars with an error", len(stars))
			}
		})
	}
}

// TestEveryBitCounts: no single bit can change unnoticed.
func TestEveryBitCounts(t *testing.T) {
	file := write(t, barnard)
	for bit := range len(file) * 8 {
		file[bit/8] ^= 1 << (bit % 8)
		if _, err := Read(bytes.NewReader(file)); err == nil {
			t.Errorf("bit %d changed, and no error", bit)
		}
		file[bit/8] ^= 1 << (bit % 8)
	}
}

func TestReadFails(t *testing.T) {
	file := write(t, barnard)
	for _, at := range []int{0, 10, headerBytes, 50, len(file)} {
		r := io.MultiReader(bytes.NewReader(file[:at]), iotest.ErrReader(errFull))
		if _, err := Read(r); !errors.Is(err, errFull) {
			t.Errorf("reader that fails after %d bytes: error %v, want %v", at, err, errFull)
		}
	}
	if _, err := Read(iotest.OneByteReader(bytes.NewReader(file))); err != nil {
		t.Errorf("one byte at a time: %v", err)
	}
}

// TestReadTakesLittleMemory: a header that promises much is not believed before
// it comes.
func TestReadTakesLittleMemory(t *testing.T) {
	liar := resealed(write(t, barnard), func(f []byte) { put32(12, MaxStars)(f); put32(16, maxNamesBytes)(f) })
	const reads, most = 100, 8 << 10
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range reads {
		if _, err := Read(bytes.NewReader(liar)); err == nil {
			t.Fatal("no error")
		}
	}
	runtime.ReadMemStats(&after)
	if got := (after.TotalAlloc - before.TotalAlloc) / reads; got > most {
		t.Errorf("%d bytes for a file of %d, want at most %d", got, len(liar), most)
	}
}

func BenchmarkRead(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	stars := make([]astro.Star, 9000)
	for i := range stars {
		stars[i] = randomStar(r)
	}
	file := write(b, stars...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}
