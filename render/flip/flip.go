package flip

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// PixelsPerDegree is what the publication assumes: a 0.7 m wide screen of 3840
// pixels, 0.7 m away.
const PixelsPerDegree = 67

// Result is the difference of two pictures.
type Result struct {
	Mean, P99, Max float64
	Width, Height  int
	Map            []float32 // of each pixel, row by row from the top
}

// Compare returns how different test looks from reference, on a screen that has
// so many pixels per degree of the eye's view. Pictures of different sizes, and
// empty ones, are an error. Colours are taken as sRGB; what is transparent is seen over black.
func Compare(reference, test image.Image, pixelsPerDegree float64) (*Result, error) {
	size := reference.Bounds().Size()
	if other := test.Bounds().Size(); size != other {
		return nil, fmt.Errorf("the pictures differ in size: %v and %v", size, other)
	}
	if size.X == 0 || size.Y == 0 {
		return nil, fmt.Errorf("the pictures are empty")
	}
	if !(pixelsPerDegree >= 1 && pixelsPerDegree <= 1000) {
		return nil, fmt.Errorf("%g pixels per degree are not between 1 and 1000", pixelsPerDegree)
	}
	a, b := read(reference), read(test)
	colours := colourDifference(filterCSF(a, pixelsPerDegree), filterCSF(b, pixelsPerDegree))
	features := featureDifference(a, b, pixelsPerDegree)
	r := &Result{Width: size.X, Height: size.Y, Map: make([]float32, len(colours))}
	for i, c := range colours {
		r.Map[i] = float32(math.Pow(c, 1-features[i])) // eq. 17
	}
	r.summarise()
	return r, nil
}

func (r *Result) summarise() {
	sorted := slices.Clone(r.Map)
	slices.Sort(sorted)
	for _, v := range sorted {
		r.Mean += float64(v) / float64(len(sorted))
	}
	r.P99 = float64(sorted[(99*len(sorted)+99)/100-1])
	r.Max = float64(sorted[len(sorted)-1])
}

// Over returns how many pixels differ by more than limit.
func (r *Result) Over(limit float64) (n int) {
	for _, v := range r.Map {
		if float64(v) > limit {
			n++
		}
	}
	return n
}

// Image draws the differences: black for none, over red and yellow to white.
func (r *Result) Image() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, r.Width, r.Height))
	for i, v := range r.Map {
		part := func(from float64) uint8 { return uint8(255 * max(0, min(1, 3*(float64(v)-from)))) }
		img.SetNRGBA(i%r.Width, i/r.Width, color.NRGBA{part(0), part(1.0 / 3), part(2.0 / 3), 255})
	}
	return img
}
