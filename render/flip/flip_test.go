package flip

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

func filled(w, h int, c color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.SetNRGBA(i%w, i/w, c)
	}
	return img
}

func compare(t *testing.T, a, b image.Image) *Result {
	t.Helper()
	r, err := Compare(a, b, PixelsPerDegree)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestFlatColours has pairs whose difference follows from the publication's
// equations by hand: no filter changes a flat picture, and it has no features.
func TestFlatColours(t *testing.T) {
	black, white := color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}
	for _, tt := range []struct {
		name string
		a, b color.NRGBA
		want float64
		tol  float64
	}{
		{"the same", white, white, 0, 0},
		// The largest difference that there is.
		{"green and blue", color.NRGBA{0, 255, 0, 255}, color.NRGBA{0, 0, 255, 255}, 1, 1e-6},
		// L* differs by 100: 100^0.7 = 25.119 of 41.2760 (the 308.2 of green to blue, to 0.7), above the bend at 40 %.
		{"black and white", black, white, 0.966, 0.003},
		// One step of 8 bits in the middle of the greys: L* differs by 0.4019, whose 0.7th power is 0.528 of 16.5.
		{"one step of grey", color.NRGBA{128, 128, 128, 255}, color.NRGBA{129, 129, 129, 255}, 0.0304, 0.001},
	} {
		r := compare(t, filled(20, 10, tt.a), filled(20, 10, tt.b))
		if math.Abs(r.Mean-tt.want) > tt.tol || r.Max-r.Mean > 1e-6 {
			t.Errorf("%s: mean %.5f, largest %.5f; want %g", tt.name, r.Mean, r.Max, tt.want)
		}
	}
}

func TestLargest(t *testing.T) {
	green, blue := labOf(vec{0, 1, 0}), labOf(vec{0, 0, 1})
	// CIELAB of sRGB's green and blue (Lindbloom): 87.737 -86.185 83.181, and 32.303 79.197 -107.864.
	for i, want := range []float64{87.737, -86.185 * 0.87737, 83.181 * 0.87737} {
		if math.Abs(green[i]-want) > 0.02 {
			t.Errorf("green %v, want %g at %d", green, want, i)
		}
	}
	for i, want := range []float64{32.303, 79.197 * 0.32303, -107.864 * 0.32303} {
		if math.Abs(blue[i]-want) > 0.02 {
			t.Errorf("blue %v, want %g at %d", blue, want, i)
		}
	}
}

// TestFeatures: of two changes of equal colour difference, a point is worse than
// a flat one, and what is fine matters less than what is coarse.
func TestFeatures(t *testing.T) {
	grey := color.NRGBA{100, 100, 100, 255}
	base := filled(64, 64, grey)
	point := filled(64, 64, grey)
	point.SetNRGBA(32, 32, color.NRGBA{255, 255, 255, 255})
	r := compare(t, base, point)
	at := r.Map[32*64+32]
	if at < 0.3 || float64(at) != r.Max {
		t.Errorf("a white pixel on grey: %g there, %g at most", at, r.Max)
	}
	if r.Map[0] != 0 {
		t.Errorf("%g in a corner where nothing changed", r.Map[0])
	}
	if n := r.Over(0.1); n < 1 || n > 150 {
		t.Errorf("%d pixels differ by more than 0.1", n)
	}
	board := filled(64, 64, grey)
	for i := range 64 * 64 {
		if (i%64+i/64)%2 == 0 {
			board.SetNRGBA(i%64, i/64, color.NRGBA{110, 110, 110, 255})
		}
	}
	fine, flat := compare(t, base, board).Mean, compare(t, base, filled(64, 64, color.NRGBA{110, 110, 110, 255})).Mean
	if fine >= flat {
		t.Errorf("a fine pattern is worth %g, its full change %g", fine, flat)
	}
}

// TestNoise: more of it is worse; order does not matter; all lies between 0 and 1.
func TestNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	base := filled(48, 32, color.NRGBA{})
	for i := range base.Pix {
		base.Pix[i] = uint8(random.UintN(256))
	}
	last := 0.0
	for _, amount := range []int{2, 8, 32, 128} {
		noisy := filled(48, 32, color.NRGBA{})
		for i, v := range base.Pix {
			noisy.Pix[i] = uint8(max(0, min(255, int(v)+random.IntN(2*amount+1)-amount)))
		}
		r := compare(t, base, noisy)
		if r.Mean <= last || r.Max > 1 || r.P99 > r.Max || r.Mean > r.P99 {
			t.Errorf("noise of %d: mean %g after %g, 99th percentile %g, largest %g", amount, r.Mean, last, r.P99, r.Max)
		}
		if back := compare(t, noisy, base); back.Mean != r.Mean {
			t.Errorf("the other way round it is %g instead of %g", back.Mean, r.Mean)
		}
		last = r.Mean
	}
}

func TestMistakes(t *testing.T) {
	a := filled(4, 4, color.NRGBA{})
	for _, tt := range []struct {
		b   image.Image
		ppd float64
	}{
		{filled(4, 5, color.NRGBA{}), 67},
		{a, 0},
		{a, math.NaN()},
	} {
		if _, err := Compare(a, tt.b, tt.ppd); err == nil {
			t.Errorf("no error for %v at %g", tt.b.Bounds(), tt.ppd)
		}
	}
	if _, err := Compare(image.NewNRGBA(image.Rect(0, 0, 0, 0)), image.NewNRGBA(image.Rect(0, 0, 0, 0)), 67); err == nil {
		t.Error("no error for empty pictures")
	}
}

func TestImage(t *testing.T) {
	r := &Result{Width: 4, Height: 1, Map: []float32{0, 1.0 / 3, 0.5, 1}}
	img := r.Image()
	for x, want := range []color.NRGBA{{0, 0, 0, 255}, {255, 0, 0, 255}, {255, 127, 0, 255}, {255, 255, 255, 255}} {
		if got := img.At(x, 0); got != want {
			t.Errorf("%g is drawn as %v, want %v", r.Map[x], got, want)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	x, y := filled(640, 360, color.NRGBA{10, 20, 30, 255}), filled(640, 360, color.NRGBA{12, 20, 30, 255})
	for b.Loop() {
		if _, err := Compare(x, y, PixelsPerDegree); err != nil {
			b.Fatal(err)
		}
	}
}
