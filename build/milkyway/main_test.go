package main

import (
	"image"
	"image/color"
	_ "image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// s10 is light in units of one star of magnitude 10 in V a square degree, of
// which 27.78 mag/arcsec² is one.
func s10(light float64) float64 { return light * math.Pow(10, 0.4*(27.78-20)) }

// around is the mean light of a patch 3° wide.
func around(lDeg, bDeg float64) float64 {
	sum := 0.0
	for dl := -1.0; dl <= 1; dl += 0.5 {
		for db := -1.0; db <= 1; db += 0.5 {
			sum += light(towards(lDeg+dl, bDeg+db))[1] / 25
		}
	}
	return sum
}

// TestBrightness holds the model to round figures for the light of unresolved
// stars, within a factor of two, since dust is patchy. They are of the size that
// Leinert et al. 1998 (A&AS 127, 1, section 10) discuss: some 50 at the poles, 150
// to 400 along the plane, more in the direction of Sagittarius.
func TestBrightness(t *testing.T) {
	for _, tt := range []struct {
		l, b, want float64 // degrees; [s10]
	}{
		{120, 0, 200},
		{180, 0, 140},
		{240, 0, 190},
		{285, 0, 320},
		{180, -30, 60},
		{120, 30, 60},
		{0, -60, 45},
		{0, -5, 600},
	} {
		if got := s10(around(tt.l, tt.b)); got < tt.want/2 || got > tt.want*2 {
			t.Errorf("l %g, b %g: %.0f S10, want about %.0f", tt.l, tt.b, got, tt.want)
		}
	}
}

// TestDarkClouds: the eye sees a hole where each cloud is.
func TestDarkClouds(t *testing.T) {
	for _, tt := range []struct {
		name         string
		l, b         float64
		beside, with float64 // galactic coordinates of a clear place
	}{
		{"Coalsack", 303, -0.5, 308, -3},
		{"Pipe", 0, 5, 0, -5},
		{"Aquila Rift", 28, 4, 28, -4},
	} {
		if dark, clear := around(tt.l, tt.b), around(tt.beside, tt.with); dark > 0.7*clear {
			t.Errorf("%s: %.0f S10 beside %.0f", tt.name, s10(dark), s10(clear))
		}
	}
}

// TestGalaxies: the light of each sums to its magnitude.
func TestGalaxies(t *testing.T) {
	for i := range galaxies {
		g := &galaxies[i]
		sum, step := 0.0, g.wideDeg/6
		reach := 7 * g.longDeg
		at := towards(g.lDeg, g.bDeg)
		east := mgl64.Vec3{0, 0, 1}.Cross(at).Normalize()
		north := at.Cross(east)
		for x := -reach; x < reach; x += step {
			for y := -reach; y < reach; y += step {
				way := at.Add(east.Mul(x * math.Pi / 180)).Add(north.Mul(y * math.Pi / 180)).Normalize()
				sum += galaxyAt(way) * step * step * 3600 * 3600
			}
		}
		// The lumps have no mean of exactly one.
		if got := 20 - 2.5*math.Log10(sum); math.Abs(got-g.magnitude) > 0.4 {
			t.Errorf("%s: magnitude %.2f, want %.2f", g.name, got, g.magnitude)
		}
	}
}

// TestDirection: the middles of the faces, and a corner that three faces share.
func TestDirection(t *testing.T) {
	for face, want := range []mgl64.Vec3{{1}, {-1}, {0, 1}, {0, -1}, {0, 0, 1}, {0, 0, -1}} {
		if got := direction(face, 50, 50, 101); !got.ApproxEqualThreshold(want, 1e-12) {
			t.Errorf("the middle of face %d looks to %v", face, got)
		}
	}
	const side = 4096
	a, b, c := direction(0, 0, 0, side), direction(2, side-1, side-1, side), direction(4, side-1, 0, side)
	corner := mgl64.Vec3{1, 1, 1}.Normalize()
	for _, v := range []mgl64.Vec3{a, b, c} {
		if v.Sub(corner).Len() > 1e-3 {
			t.Errorf("a corner lies at %v", v)
		}
	}
}

// TestPictureIsOfThisModel draws a few texels of the picture that is shipped.
func TestPictureIsOfThisModel(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "assets", "stars", "milkyway.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		h := hash(int64(i), 7, 7)
		x, y := int(h%side), int(h>>16%(6*side))
		want := texel(light(direction(y/side, x, y%side, side)))
		if got := color.NRGBAModel.Convert(img.At(x, y)); got != want {
			t.Fatalf("texel %d, %d is %v and the model has %v: run go generate ./build/milkyway", x, y, got, want)
		}
	}
}
