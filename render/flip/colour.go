package flip

import (
	"image"
	"math"
)

// vec is a colour in some space.
type vec [3]float64

// plane is a picture in some space of colours.
type plane struct {
	w, h int
	pix  []vec
}

// linear is the linear light of a 16-bit sRGB value (IEC 61966-2-1).
func linear(v uint32) float64 {
	x := float64(v) / 0xffff
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

// read takes a picture into YCxCz, a linear space of opponent colours (3.1).
func read(img image.Image) *plane {
	b := img.Bounds()
	p := &plane{b.Dx(), b.Dy(), make([]vec, 0, b.Dx()*b.Dy())}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := img.At(x, y).RGBA()
			p.pix = append(p.pix, opponent(xyzOf(vec{linear(r), linear(g), linear(bl)})))
		}
	}
	return p
}

// The matrices between linear sRGB and XYZ of CIE 1931, for D65, with the digits
// that the publication's authors use.
var (
	toXYZ = [3]vec{
		{0.412386563, 0.357591491, 0.180450491},
		{0.212636822, 0.715182982, 0.072180196},
		{0.019330620, 0.119197164, 0.950372587},
	}
	fromXYZ = [3]vec{
		{3.241003275, -1.537398934, -0.498615861},
		{-0.969224334, 1.875930071, 0.041554224},
		{0.055639423, -0.204011202, 1.057148933},
	}
	white = times(&toXYZ, vec{1, 1, 1})
)

func times(m *[3]vec, v vec) (out vec) {
	for i := range out {
		out[i] = m[i][0]*v[0] + m[i][1]*v[1] + m[i][2]*v[2]
	}
	return out
}

func xyzOf(rgb vec) vec { return times(&toXYZ, rgb) }

// opponent is CIELAB without its cube roots: luminance, red to green, blue to
// yellow.
func opponent(xyz vec) vec {
	x, y, z := xyz[0]/white[0], xyz[1]/white[1], xyz[2]/white[2]
	return vec{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// fromOpponent is the inverse of opponent.
func fromOpponent(c vec) vec {
	y := (c[0] + 16) / 116
	return vec{(y + c[1]/500) * white[0], y * white[1], (y - c[2]/200) * white[2]}
}

// labOf is CIELAB with colourfulness by luminance, after Hunt (3.2).
func labOf(rgb vec) vec {
	xyz := xyzOf(rgb)
	root := func(t float64) float64 {
		const delta = 6.0 / 29
		if t > delta*delta*delta {
			return math.Cbrt(t)
		}
		return t/(3*delta*delta) + 4.0/29
	}
	x, y, z := root(xyz[0]/white[0]), root(xyz[1]/white[1]), root(xyz[2]/white[2])
	l := 116*y - 16
	return vec{l, 0.01 * l * 500 * (x - y), 0.01 * l * 200 * (y - z)}
}

// hyab is the distance of large colour differences (eq. 4).
func hyab(a, b vec) float64 {
	return math.Abs(a[0]-b[0]) + math.Hypot(a[1]-b[1], a[2]-b[2])
}

// The exponent of colour differences, and how they are spread over 0 to 1: what
// lies under 40 % of the largest takes up 95 % (3.2).
const (
	colourExponent = 0.7
	bendAt         = 0.4
	bendTo         = 0.95
)

// largest is the difference between blue and green, the largest in sRGB.
var largest = math.Pow(hyab(labOf(vec{0, 1, 0}), labOf(vec{0, 0, 1})), colourExponent)

// colourDifference compares two filtered pictures, pixel by pixel, 0 to 1.
func colourDifference(a, b *plane) []float64 {
	out := make([]float64, len(a.pix))
	for i := range out {
		d := math.Pow(hyab(perceived(a.pix[i]), perceived(b.pix[i])), colourExponent)
		if bend := bendAt * largest; d < bend {
			out[i] = bendTo / bend * d
		} else {
			out[i] = bendTo + (d-bend)/(largest-bend)*(1-bendTo)
		}
	}
	return out
}

// perceived is the Hunt-adjusted CIELAB of a filtered colour, which may have
// left what a screen can show.
func perceived(c vec) vec {
	rgb := times(&fromXYZ, fromOpponent(c))
	for i, v := range rgb {
		rgb[i] = max(0, min(1, v))
	}
	return labOf(rgb)
}
