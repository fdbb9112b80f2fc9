package render

import (
	"math"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
)

// The Sun's limb darkening at 650, 550 and 450 nm, as a quadratic law in the cosine
// mu of the angle at which its surface is seen: 1 - u (1 - mu) - v (1 - mu²).
// shadows.glsl has the same figures, for the disc itself.
//
// Source: Allen 1973, Astrophysical Quantities, section 81.
var (
	limbU = [3]float64{0.88, 0.93, 0.98}
	limbV = [3]float64{-0.23, -0.23, -0.20}
)

// photosphere is how bright the Sun is, in colour k, where it is seen under the cosine mu,
// by the middle of its disc; photosphereMean is the mean over the disc.
func photosphere(k int, mu float64) float64 { return 1 - limbU[k]*(1-mu) - limbV[k]*(1-mu*mu) }
func photosphereMean(k int) float64         { return 1 - limbU[k]/3 - limbV[k]/2 }

// gauss3 are the places and weights of Gauss's quadrature of three on 0 to 1.
var gauss3 = [3][2]float64{{0.1127016654, 5.0 / 18}, {0.5, 8.0 / 18}, {0.8872983346, 5.0 / 18}}

// sunLeft is the share of the Sun's light that a disc of radius by leaves whose edge
// is gap from the Sun's centre, negative where it lies over it, both in radii of the
// Sun, as linear RGB: the Sun is redder towards its edge.
//
// A disc that is darker towards its edge is a pile of even discs that grow from
// nothing to its own size. Each hides by the closed form; the pile is summed at
// three heights and at the edge.
func sunLeft(gap, by float64) (left [3]float64) {
	if gap >= 1 {
		return [3]float64{1, 1, 1}
	}
	edge := hidden(gap, by, 1)
	var pile [3]float64
	for i, g := range gauss3 {
		pile[i] = g[1] * (1 - g[0]*g[0]) * hidden(gap, by, math.Sqrt(1-g[0]*g[0]))
	}
	for k := range left {
		u, v := limbU[k], limbV[k]
		lost := (1 - u - v) * edge
		for i, g := range gauss3 {
			lost += (u + 2*v*g[0]) * pile[i]
		}
		left[k] = math.Max(0, 1-lost/photosphereMean(k))
	}
	return left
}

// hidden is the share of an even disc of radius r that a disc of radius by hides
// whose edge is gap from its centre. It keeps its digits where
// by is many times r.
func hidden(gap, by, r float64) float64 {
	switch {
	case gap >= r:
		return 0
	case gap+2*by <= r:
		return by * by / (r * r)
	case gap <= -r:
		return 1
	}
	apart := gap + by
	x := (gap*(apart+by) + r*r) / (2 * apart) // where the edges cross, from the middle
	h := math.Sqrt(math.Max(0, r*r-x*x))
	own := r*r*math.Atan2(h, x) - x*h
	other := 2 * h * h * h / (3 * by)
	if by < 30*r {
		other = by*by*math.Atan2(h, apart-x) - (apart-x)*h
	}
	return (own + other) / (math.Pi * r * r)
}

// The shaders read [sunLeft] from a table, by the gap from -1 to 1 and by/(1 + by) from
// 0 to 1, as a software renderer would pay for each arc at each pixel. One more row has
// the light in the Earth's shadow ([refracted]).
const (
	penumbraGaps = 128
	penumbraRows = 65 // odd, so that equal discs have a row of their own
)

// penumbraTable makes the table.
func penumbraTable() []vec4 {
	table := make([]vec4, 0, penumbraGaps*(penumbraRows+1))
	for row := range penumbraRows {
		u := math.Min(float64(row)/(penumbraRows-1), 0.9999)
		for i := range penumbraGaps {
			c := [3]float64{1, 1, 1}
			if u > 0 {
				by := u / (1 - u)
				c = sunLeft(math.Max(2*float64(i)/(penumbraGaps-1)-1, -by), by)
			}
			table = append(table, vec4{float32(c[0]), float32(c[1]), float32(c[2])})
		}
	}
	for i := range penumbraGaps {
		c := refracted.at(refractedReach * float64(i) / (penumbraGaps - 1))
		table = append(table, vec4{float32(c[0]), float32(c[1]), float32(c[2])})
	}
	return table
}

// penumbraTexture uploads the table.
func penumbraTexture() (name uint32) {
	table := penumbraTable()
	name = newTexture(gl.TEXTURE_2D)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGBA16F, penumbraGaps, penumbraRows+1, 0, gl.RGBA, gl.FLOAT, unsafe.Pointer(&table[0]))
	smooth()
	return name
}
