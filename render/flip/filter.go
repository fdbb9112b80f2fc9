package flip

import "math"

// gauss is a·√(π/b)·exp(-π²x²/b), x in degrees: the eye's sensitivity to
// contrast, in space instead of frequency.
type gauss struct{ a, b float64 }

// sensitivity has what the eye resolves of luminance, red to green and blue to
// yellow: sums of Gauss curves (table 1).
var sensitivity = [3][]gauss{
	{{1, 0.0047}},
	{{1, 0.0053}},
	{{34.1, 0.04}, {13.5, 0.025}},
}

// widest is the largest b: it gives the radius of all filters.
const widest = 0.04

// filterCSF blurs each channel as an eye does (3.1).
func filterCSF(p *plane, pixelsPerDegree float64) *plane {
	radius := int(math.Ceil(3 * math.Sqrt(widest/(2*math.Pi*math.Pi)) * pixelsPerDegree))
	out := &plane{p.w, p.h, make([]vec, len(p.pix))}
	for channel, curves := range sensitivity {
		sums := make([]float64, len(curves))
		total := 0.0
		kernels := make([][]float64, len(curves))
		for i, g := range curves {
			kernels[i], sums[i] = kernel(radius, func(x float64) float64 {
				x /= pixelsPerDegree
				return math.Exp(-math.Pi * math.Pi * x * x / g.b)
			})
			// The curve is of two dimensions: its sum is that of one, squared.
			sums[i] *= sums[i] * g.a * math.Sqrt(math.Pi/g.b)
			total += sums[i]
		}
		in := p.channel(channel)
		for i := range curves {
			for j, v := range convolve(in, p.w, p.h, kernels[i], kernels[i]) {
				out.pix[j][channel] += v * sums[i] / total
			}
		}
	}
	return out
}

func (p *plane) channel(c int) []float64 {
	out := make([]float64, len(p.pix))
	for i, v := range p.pix {
		out[i] = v[c]
	}
	return out
}

// kernel samples f from -radius to radius and makes it sum to one; it returns
// the sum too.
func kernel(radius int, f func(x float64) float64) (k []float64, sum float64) {
	for x := -radius; x <= radius; x++ {
		k = append(k, f(float64(x)))
		sum += k[len(k)-1]
	}
	for i := range k {
		k[i] /= sum
	}
	return k, sum
}

// balanced makes the positive values of a kernel sum to 1, the negative ones to
// -1.
func balanced(k []float64) []float64 {
	var above, below float64
	for _, v := range k {
		above += max(0, v)
		below -= min(0, v)
	}
	for i, v := range k {
		if v > 0 {
			k[i] = v / above
		} else if v < 0 {
			k[i] = v / below
		}
	}
	return k
}

// convolve filters along rows, then along columns; beyond its edges a picture
// goes on as its last pixels are.
func convolve(in []float64, w, h int, alongX, alongY []float64) []float64 {
	rows := make([]float64, len(in))
	for y := range h {
		for x := range w {
			rows[y*w+x] = weigh(in[y*w:(y+1)*w], x, 1, w, alongX)
		}
	}
	out := make([]float64, len(in))
	for x := range w {
		for y := range h {
			out[y*w+x] = weigh(rows[x:], y, w, h, alongY)
		}
	}
	return out
}

// weigh sums the values around the one at i of n, which lie stride apart.
func weigh(values []float64, i, stride, n int, k []float64) (sum float64) {
	from := i - len(k)/2
	if from >= 0 && from+len(k) <= n {
		at := from * stride
		for _, weight := range k {
			sum += weight * values[at]
			at += stride
		}
		return sum
	}
	for j, weight := range k {
		sum += weight * values[max(0, min(n-1, from+j))*stride]
	}
	return sum
}

// featureWidth is the width in degrees of the edges and points that the eye
// finds; featureExponent raises small ones (3.3).
const (
	featureWidth    = 0.082
	featureExponent = 0.5
)

// featureDifference tells where one picture has an edge or a point that the
// other lacks, 0 to 1 (3.3).
func featureDifference(a, b *plane, pixelsPerDegree float64) []float64 {
	edgesA, pointsA := features(a, pixelsPerDegree)
	edgesB, pointsB := features(b, pixelsPerDegree)
	out := make([]float64, len(edgesA))
	for i := range out {
		d := max(math.Abs(edgesA[i]-edgesB[i]), math.Abs(pointsA[i]-pointsB[i]))
		out[i] = math.Pow(d/math.Sqrt2, featureExponent)
	}
	return out
}

// features returns how strong edges and points are, by the first and the second
// derivatives of luminance.
func features(p *plane, pixelsPerDegree float64) (edges, points []float64) {
	deviation := featureWidth / 2 * pixelsPerDegree
	radius := int(math.Ceil(3 * deviation))
	bell := func(x float64) float64 { return math.Exp(-x * x / (2 * deviation * deviation)) }
	smooth, _ := kernel(radius, bell)
	edge, point := make([]float64, 0, len(smooth)), make([]float64, 0, len(smooth))
	for x := -radius; x <= radius; x++ {
		at := float64(x)
		edge = append(edge, -at*bell(at))
		point = append(point, (at*at/(deviation*deviation)-1)*bell(at))
	}
	luminance := make([]float64, len(p.pix))
	for i, c := range p.pix {
		luminance[i] = (c[0] + 16) / 116
	}
	both := func(k []float64) []float64 {
		across := convolve(luminance, p.w, p.h, balanced(k), smooth)
		for i, v := range convolve(luminance, p.w, p.h, smooth, k) {
			across[i] = math.Hypot(across[i], v)
		}
		return across
	}
	return both(edge), both(point)
}
