package render

import (
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
)

// coastFile holds the map of the Earth that build/coast drew: four maps in one
// picture, which its doc comment describes.
const (
	coastFile = "surfaces/earth.png"
	coastWide = 2048
	coastHigh = coastWide / 2
)

// coastTexture uploads the map of the Earth, with all its levels, for surfaces/
// earth.glsl: red, the distance to the coast; green, the height; blue, what covers
// the land; alpha, the light of cities, all as build/coast codes them.
func coastTexture(files fs.FS) (name uint32, err error) {
	texels, err := coastTexels(files)
	if err != nil {
		return 0, err
	}
	name = newTexture(gl.TEXTURE_2D)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, coastWide, coastHigh, 0, gl.RGBA, gl.UNSIGNED_BYTE, unsafe.Pointer(&texels[0]))
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.REPEAT)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
	gl.GenerateMipmap(gl.TEXTURE_2D)
	return name, nil
}

// coastTexels reads the map, north-west first, RGBA.
func coastTexels(files fs.FS) ([]uint8, error) {
	file, err := files.Open(coastFile)
	if err != nil {
		return nil, fmt.Errorf("open the map of the Earth: %w", err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", coastFile, err)
	}
	maps, ok := picture.(*image.Gray)
	if !ok || maps.Rect != image.Rect(0, 0, coastWide, coastHigh*5/2) {
		return nil, fmt.Errorf("read %s: not a map as build/coast draws it; make generate does", coastFile)
	}
	const whole = coastWide * coastHigh
	texels := make([]uint8, 4*whole)
	for i := range whole {
		texels[4*i], texels[4*i+3] = maps.Pix[i], maps.Pix[whole+i]
	}
	small := maps.Pix[2*whole:]
	for y := range coastHigh {
		for x := range coastWide {
			at := 4 * (y*coastWide + x)
			texels[at+1], texels[at+2] = doubled(small, x, y), doubled(small[coastWide/2:], x, y)
		}
	}
	return texels, nil
}

// doubled is a texel of one of the two maps that are half as large and lie side by
// side: of the four about it, the nearest has 9 parts in 16, the farthest 1.
func doubled(small []uint8, x, y int) uint8 {
	const wide, high = coastWide / 2, coastHigh / 2
	x0, y0 := x/2, y/2
	x1 := (x0 + wide + x%2*2 - 1) % wide
	y1 := min(max(y0+y%2*2-1, 0), high-1)
	row0, row1 := small[y0*coastWide:], small[y1*coastWide:]
	sum := 9*int(row0[x0]) + 3*int(row0[x1]) + 3*int(row1[x0]) + int(row1[x1])
	return uint8((sum + 8) / 16)
}
