package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/scene/catalog"
)

// shipped is the output that is committed.
const shipped = "../../assets/stars/stars.bin"

func readShipped(t *testing.T) ([]byte, []astro.Star) {
	t.Helper()
	file, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	stars, err := catalog.Read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return file, stars
}

// TestShippedChecksum keeps the committed catalogue what this program made of
// stellarium-data 0.22.2-1 (Debian 12). Where that is installed, it is made again.
func TestShippedChecksum(t *testing.T) {
	const want = "6328683846689fb086b5bc5ff946adfa61b547f3a8a7d6966f5937ad2c260932"
	file, _ := readShipped(t)
	sum := sha256.Sum256(file)
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("SHA-256 of %s is %s, want %s", shipped, got, want)
	}
	again := filepath.Join(t.TempDir(), "stars.bin")
	if err := run("/usr/share/stellarium", again, figuresTXT, true); err != nil {
		t.Fatal(err)
	}
	if made, err := os.ReadFile(again); err == nil && !bytes.Equal(made, file) {
		t.Errorf("made anew, the catalogue is another: run go generate ./build/catalog, look at what changed, and take its SHA-256 here")
	}
	figures, err := os.ReadFile(filepath.Join(filepath.Dir(again), "figures.txt"))
	if err != nil {
		return // no stellarium-data here
	}
	if file, err := os.ReadFile(filepath.Join("..", "..", "assets", "stars", "figures.txt")); err != nil || !bytes.Equal(figures, file) {
		t.Errorf("made anew, the constellations are others (%v): run go generate ./build/catalog", err)
	}
}

// TestShippedCounts: the Bright Star Catalogue (Hoffleit & Warren 1991) has 5 080
// stars of V 6.00 or brighter and 8 404 of 6.50, where its components count apart,
// and 334 that the IAU had named by April 2022; the extended Hipparcos compilation
// (Anderson & Francis 2012) has 5 044 and 8 874. The data's steps let in stars to
// 6.54.
func TestShippedCounts(t *testing.T) {
	_, stars := readShipped(t)
	var bright, near, named, distant int
	seen := map[uint32]bool{}
	for _, s := range stars {
		if s.HIP == 0 || s.HIP > 120_404 || seen[s.HIP] {
			t.Errorf("HIP %d is no number of Hipparcos, or is there twice", s.HIP)
		}
		seen[s.HIP] = true
		bright += count(s.Magnitude <= 6.0)
		near += count(s.ParallaxArcsec >= 0.2)
		named += count(s.Name != "")
		distant += count(s.ParallaxArcsec <= 0)
	}
	for _, tt := range []struct {
		what             string
		got, least, most int
	}{
		{"stars", len(stars), 9000, 9600},
		{"stars to V 6.0", bright, 4950, 5090},
		{"stars within 5 parsecs", near, 36, 40},
		{"names", named, 330, 350},
		{"stars of unknown distance", distant, 1, 15},
	} {
		if tt.got < tt.least || tt.got > tt.most {
			t.Errorf("%s: %d, want %d to %d", tt.what, tt.got, tt.least, tt.most)
		}
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// TestShippedBrightStars has places of the Hipparcos Catalogue (ESA SP-1200,
// 1997) moved to J2000.0, motions and parallaxes of van Leeuwen 2007, and V and
// B-V of the Bright Star Catalogue (Hoffleit & Warren 1991). The tolerances are
// what stellarium-data keeps of them.
func TestShippedBrightStars(t *testing.T) {
	_, stars := readShipped(t)
	byName := map[string]astro.Star{}
	for _, s := range stars {
		byName[s.Name] = s
	}
	for _, tt := range []struct {
		name             string
		hip              uint32
		raDeg, decDeg    float64
		pmRAMas, pmDec   float64
		parallaxMas      float64
		v, bv, tolMag    float64
		tolPlaceMas      float64
		tolMotionMasYear float64
	}{
		{"Sirius", 32349, 101.287155, -16.716116, -546.01, -1223.07, 379.21, -1.46, 0.00, 0.04, 10, 0.1},
		{"Arcturus", 69673, 213.915300, 19.182410, -1093.39, -2000.06, 88.83, -0.04, 1.23, 0.01, 20, 0.1},
		{"Vega", 91262, 279.234735, 38.783692, 200.94, 286.23, 130.23, 0.03, 0.00, 0.03, 10, 0.1},
		{"Capella", 24608, 79.172329, 45.997991, 75.25, -426.89, 76.20, 0.08, 0.80, 0.03, 10, 0.1},
		{"Rigel", 24436, 78.634468, -8.201641, 1.31, 0.50, 3.78, 0.12, -0.03, 0.06, 10, 0.1},
		{"Procyon", 37279, 114.825493, 5.224993, -714.59, -1036.80, 284.56, 0.38, 0.42, 0.05, 10, 3},
		{"Achernar", 7588, 24.428527, -57.236757, 87.00, -38.24, 23.39, 0.46, -0.16, 0.03, 10, 0.1},
		{"Altair", 97649, 297.695829, 8.868322, 536.23, 385.29, 194.95, 0.77, 0.22, 0.03, 10, 0.1},
		{"Aldebaran", 21421, 68.980161, 16.509301, 63.45, -188.94, 48.94, 0.85, 1.54, 0.03, 20, 0.1},
		{"Spica", 65474, 201.298247, -11.161322, -42.35, -30.67, 13.06, 0.98, -0.23, 0.03, 10, 0.1},
		{"Deneb", 102098, 310.357978, 45.280338, 2.01, 1.85, 2.31, 1.25, 0.09, 0.03, 10, 0.1},
		{"Regulus", 49669, 152.092961, 11.967207, -248.73, 5.59, 41.13, 1.35, -0.11, 0.05, 20, 0.1},
		{"Polaris", 11767, 37.954516, 89.264110, 44.48, -11.85, 7.54, 2.02, 0.60, 0.06, 20, 0.1},
		// Places that are at Tycho-2's epoch in the data.
		{"Proxima Centauri", 70890, 217.428942, -62.679490, -3775.75, 765.54, 771.64, 11.05, 1.81, 0.05, 400, 3},
		{"Caph", 746, 2.294526, 59.149782, 523.50, -179.77, 59.58, 2.27, 0.34, 0.06, 100, 0.1},
	} {
		got := byName[tt.name]
		east := (got.RARad - mgl64.DegToRad(tt.raDeg)) * math.Cos(got.DecRad) / masRad
		north := (got.DecRad - mgl64.DegToRad(tt.decDeg)) / masRad
		motion := math.Hypot(got.PMRARadPerYear/masRad-tt.pmRAMas, got.PMDecRadPerYear/masRad-tt.pmDec)
		if got.HIP != tt.hip || !(math.Hypot(east, north) <= tt.tolPlaceMas) || !(motion <= tt.tolMotionMasYear) {
			t.Errorf("%s: HIP %d, %.1f mas east, %.1f north, motion %.2f mas/yr off", tt.name, got.HIP, east, north, motion)
		}
		if v, bv := float64(got.Magnitude)-tt.v, float64(got.BV)-tt.bv; math.Abs(v) > tt.tolMag || math.Abs(bv) > tt.tolMag+0.02 {
			t.Errorf("%s: V %.3f off, B-V %.3f off, want within %g", tt.name, v, bv, tt.tolMag)
		}
		if plx := got.ParallaxArcsec * 1000; math.Abs(plx-tt.parallaxMas) > 0.01*tt.parallaxMas {
			t.Errorf("%s: parallax %.2f mas, want %.2f", tt.name, plx, tt.parallaxMas)
		}
	}
}

// TestShippedBarnard: Barnard's star goes 10.36 arcseconds a year (Hipparcos),
// and so nearly 18 arcminutes in the century from 1900 to 2000; it comes nearer
// meanwhile.
func TestShippedBarnard(t *testing.T) {
	_, stars := readShipped(t)
	var fastest astro.Star
	motion := func(s astro.Star) float64 { return math.Hypot(s.PMRARadPerYear, s.PMDecRadPerYear) / arcsecondRad }
	for _, s := range stars {
		if motion(s) > motion(fastest) {
			fastest = s
		}
	}
	if fastest.Name != "Barnard's Star" || fastest.HIP != 87937 || math.Abs(motion(fastest)-10.358) > 0.005 {
		t.Errorf("the fastest is %q, HIP %d, %.3f arcsec a year, want Barnard's Star, 10.358", fastest.Name, fastest.HIP, motion(fastest))
	}
	century := -astro.Time(36_525 * 86_400e9)
	then, thenPc := astro.StarAt(&fastest, century)
	now, nowPc := astro.StarAt(&fastest, astro.J2000)
	arcsec := math.Acos(then.Dot(now)) / arcsecondRad
	if math.Abs(arcsec-1030) > 3 || thenPc-nowPc < 0.010 || thenPc-nowPc > 0.0125 {
		t.Errorf("in a century %.1f arcsec and %.4f pc, want 1030 and 0.0113", arcsec, thenPc-nowPc)
	}
}

// TestShippedDoubles: one star for a Hipparcos number, with all of its light
// (Bright Star Catalogue: Castor 1.98 and 2.88, Mizar 2.27 and 3.95, Acrux 1.33
// and 1.73), and two where there are two numbers.
func TestShippedDoubles(t *testing.T) {
	_, stars := readShipped(t)
	v := map[uint32]float64{}
	for _, s := range stars {
		v[s.HIP] = float64(s.Magnitude)
	}
	for _, tt := range []struct {
		name string
		hip  uint32
		want float64
	}{
		{"Castor", 36850, 1.58},
		{"Mizar", 65378, 2.06},
		{"Acrux", 60718, 0.76},
		{"Alpha Centauri A", 71683, -0.01},
		{"Alpha Centauri B", 71681, 1.33},
		{"Albireo A", 95947, 3.08},
		{"Albireo B", 95951, 5.11},
	} {
		if got, ok := v[tt.hip]; !ok || math.Abs(got-tt.want) > 0.12 {
			t.Errorf("%s: V %.2f, want %.2f", tt.name, got, tt.want)
		}
	}
	if _, ok := v[115125]; ok {
		t.Error("HIP 115125 is there, whose light is that of 115126")
	}
}

func TestRun(t *testing.T) {
	const lines = "Tst Test; α-β"
	dir := t.TempDir()
	gone, out := filepath.Join(dir, "gone"), filepath.Join(dir, "stars.bin")
	if err := run(gone, out, lines, true); err != nil {
		t.Errorf("absent, and it may be: %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("something was written from nothing")
	}
	if err := run(gone, out, lines, false); err == nil || !strings.Contains(err.Error(), "install Debian's stellarium-data") {
		t.Errorf("absent, and it may not be: error %v", err)
	}
	from := filepath.Join(dir, "data")
	if err := os.CopyFS(from, data(astro.Star{HIP: 300001, Magnitude: 1.02})); err != nil {
		t.Fatal(err)
	}
	if err := run(from, filepath.Join(gone, "stars.bin"), lines, false); err == nil {
		t.Error("no error for a folder that is not there")
	}
	if err := run(from, out, lines, false); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if stars, err := catalog.Read(file); err != nil || len(stars) != 1 || stars[0].Name != "Alpha" {
		t.Errorf("read back %v, error %v", stars, err)
	}
	figures, err := os.ReadFile(filepath.Join(dir, "figures.txt"))
	if err != nil || !strings.HasSuffix(string(figures), "Tst Test; 300001-300002\n") {
		t.Errorf("constellations %q, error %v", figures, err)
	}
}
