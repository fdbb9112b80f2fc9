package render

import (
	"math"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// zone is a stretch of planetographic latitudes, from south to north, with its
// colour against about the mean of the planet.
type zone struct {
	southDeg, northDeg float64
	tint               [3]float64
}

// The belts and zones of Jupiter and Saturn, which hold their latitudes while
// their shades come and go: what is drawn is a usual year.
//
// Source: latitudes: Rogers 1995, The Giant Planet Jupiter, table 3.1; Del Genio
// et al. 2009 in Saturn from Cassini-Huygens, ch. 6. Tints: to the eye, after
// Cassini's pictures in natural colour.
var (
	jupiterZones = []zone{
		{-90, -53, [3]float64{0.84, 0.86, 0.90}},
		{-53, -43, [3]float64{0.92, 0.92, 0.92}},
		{-43, -37, [3]float64{0.95, 0.92, 0.89}}, // south south temperate belt
		{-37, -32, [3]float64{1.03, 1.02, 1.00}},
		{-32, -27, [3]float64{0.90, 0.85, 0.79}}, // south temperate belt
		{-27, -20, [3]float64{1.08, 1.09, 1.10}}, // south tropical zone
		{-20, -16, [3]float64{0.79, 0.66, 0.52}}, // south equatorial belt, in two parts
		{-16, -13, [3]float64{0.93, 0.84, 0.74}},
		{-13, -7, [3]float64{0.80, 0.67, 0.53}},
		{-7, 7, [3]float64{1.10, 1.10, 1.07}},  // equatorial zone
		{7, 17, [3]float64{0.76, 0.60, 0.45}},  // north equatorial belt
		{17, 24, [3]float64{1.07, 1.08, 1.08}}, // north tropical zone
		{24, 29, [3]float64{0.92, 0.83, 0.71}}, // north temperate belt
		{29, 36, [3]float64{1.02, 1.01, 0.99}},
		{36, 40, [3]float64{0.94, 0.91, 0.87}}, // north north temperate belt
		{40, 48, [3]float64{0.96, 0.95, 0.95}},
		{48, 90, [3]float64{0.85, 0.86, 0.89}},
	}
	saturnZones = []zone{
		{-90, -78, [3]float64{0.86, 0.88, 0.90}},
		{-78, -62, [3]float64{0.93, 0.94, 0.93}},
		{-62, -48, [3]float64{0.97, 0.96, 0.93}},
		{-48, -38, [3]float64{1.00, 0.99, 0.97}},
		{-38, -28, [3]float64{0.96, 0.94, 0.90}},
		{-28, -18, [3]float64{1.01, 1.00, 0.97}},
		{-18, -9, [3]float64{0.97, 0.94, 0.88}},
		{-9, 9, [3]float64{1.06, 1.06, 1.06}},
		{9, 18, [3]float64{0.98, 0.95, 0.90}},
		{18, 28, [3]float64{1.02, 1.01, 0.99}},
		{28, 38, [3]float64{0.97, 0.95, 0.92}},
		{38, 48, [3]float64{1.00, 0.99, 0.97}},
		{48, 62, [3]float64{0.96, 0.96, 0.94}},
		{62, 78, [3]float64{0.93, 0.94, 0.93}},
		{78, 90, [3]float64{0.84, 0.87, 0.90}}, // within the hexagon
	}
)

// beltRows are the rows of the texture.
var beltRows = [...]struct {
	body    astro.Body
	zones   []zone
	blurDeg float64 // over which neighbours run into each other
}{{astro.Jupiter, jupiterZones, 1.5}, {astro.Saturn, saturnZones, 5}}

// beltRow returns the row of a body, or -1.
func beltRow(body astro.Body) float64 {
	for row := range beltRows {
		if beltRows[row].body == body {
			return float64(row)
		}
	}
	return -1
}

const (
	beltTexels  = 512 // over the sine of the latitude, south to north
	maxBeltTint = 1.25
)

// beltTexture makes the texture of all belts.
func beltTexture() (name uint32) {
	var texels [][4]uint16
	for _, row := range beltRows {
		for _, tint := range tints(row.zones, row.blurDeg) {
			texels = append(texels, [4]uint16{unit16(tint[0] / maxBeltTint), unit16(tint[1] / maxBeltTint), unit16(tint[2] / maxBeltTint)})
		}
	}
	name = newTexture(gl.TEXTURE_1D_ARRAY)
	gl.TexImage2D(gl.TEXTURE_1D_ARRAY, 0, gl.RGBA16, beltTexels, int32(len(beltRows)), 0, gl.RGBA, gl.UNSIGNED_SHORT, unsafe.Pointer(&texels[0]))
	gl.GenerateMipmap(gl.TEXTURE_1D_ARRAY)
	gl.TexParameteri(gl.TEXTURE_1D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	gl.TexParameteri(gl.TEXTURE_1D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
	return name
}

// tints are those of all texels, so that the mean luminance of the planet is 1, as that of
// a surface is (surfaces.block).
func tints(zones []zone, blurDeg float64) (list [beltTexels][3]float64) {
	mean := 0.0
	for i := range list {
		lat := math.Asin(2*(float64(i)+0.5)/beltTexels-1) * 180 / math.Pi
		list[i] = tintAt(zones, lat, blurDeg)
		mean += luma(list[i]) / beltTexels
	}
	for i := range list {
		for k := range list[i] {
			list[i][k] /= mean
		}
	}
	return list
}

// tintAt is the tint at a latitude, each border between zones blurred.
func tintAt(zones []zone, latDeg, blurDeg float64) (tint [3]float64) {
	tint = zones[0].tint
	for _, z := range zones[1:] {
		share := smoothstep(z.southDeg-blurDeg/2, z.southDeg+blurDeg/2, latDeg)
		for k := range tint {
			tint[k] += share * (z.tint[k] - tint[k])
		}
	}
	return tint
}

func unit16(x float64) uint16 { return uint16(math.Round(65535 * math.Min(math.Max(x, 0), 1))) }
