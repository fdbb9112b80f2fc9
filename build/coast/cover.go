package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
)

// naturalEarth is where python-cartopy-data has Natural Earth I: land cover in
// idealised colours, with shaded relief, at half a degree.
const naturalEarth = "share/cartopy/data/raster/natural_earth/50-natural-earth-1-downsampled.png"

const ice = -1

// readCover returns how green the land is, from 0 in a desert to 1 in a forest, or
// ice. The sea has what the nearest coast has.
func readCover(usr fs.FS, distance field) (field, error) {
	file, err := usr.Open(naturalEarth)
	if err != nil {
		return nil, fmt.Errorf("read python-cartopy-data: %w", err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", naturalEarth, err)
	}
	size := picture.Bounds().Size()
	known := make([]float64, size.X*size.Y)
	for i := range known {
		x, y := i%size.X, i/size.X
		known[i] = unknown
		if y > size.Y*5/6 { // south of 60° S
			known[i] = ice
		} else if km := distance[(2*y+1)*height/(2*size.Y)*width+(2*x+1)*width/(2*size.X)]; km > 45 {
			known[i] = greenness(picture.At(x, y), y < size.Y/5)
		}
	}
	spread(known, size)
	cover := newField()
	for i := range cover {
		cover[i] = float32(between(known, size, i%width, i/width))
	}
	return cover, nil
}

const unknown = -2

// greenness reads a colour of Natural Earth. The greener than red, the more grows
// there; but seas of sand, as green as red, are paler than steppe. North of 54° what
// is bluer than red is ice and what is pale is tundra; glaciers farther south are too
// narrow to tell from shaded slopes. The shading of relief changes little of this.
func greenness(c color.Color, arctic bool) float64 {
	r, g, b, _ := c.RGBA()
	red, green, blue := float64(r>>8), float64(g>>8), float64(b>>8)
	grown := min(max((16-(red-green))/42, 0), 1)
	switch {
	case arctic && blue-red > 8 && green-red < 14:
		return ice
	case !arctic && green-red < 6:
		return grown * min(max((0.89-blue/red)/0.05, 0), 1)
	}
	return grown
}

// spread gives what is unknown the mean of its known neighbours, again and again.
func spread(v []float64, size image.Point) {
	for range 40 {
		last := append([]float64(nil), v...)
		for i := range v {
			if last[i] != unknown {
				continue
			}
			sum, n := 0.0, 0.0
			for k := range 9 {
				x, y := (i%size.X+k%3-1+size.X)%size.X, i/size.X+k/3-1
				if y >= 0 && y < size.Y && last[y*size.X+x] != unknown {
					sum += last[y*size.X+x]
					n++
				}
			}
			if n > 0 {
				v[i] = sum / n
			}
		}
	}
	for i := range v {
		if v[i] == unknown {
			v[i] = 0.4
		}
	}
}

// between is the value at a texel of the map, from the four about it.
func between(v []float64, size image.Point, x, y int) float64 {
	fx := (float64(x)+0.5)*float64(size.X)/width - 0.5 + float64(size.X)
	fy := min(max((float64(y)+0.5)*float64(size.Y)/height-0.5, 0), float64(size.Y)-1.001)
	ix, iy := int(fx), int(fy)
	at := func(dx, dy int) float64 { return v[(iy+dy)*size.X+(ix+dx)%size.X] }
	tx, ty := fx-float64(ix), fy-float64(iy)
	return (at(0, 0)*(1-tx)+at(1, 0)*tx)*(1-ty) + (at(0, 1)*(1-tx)+at(1, 1)*tx)*ty
}

// coverCode is how a texel holds what covers it: ice 0, desert 48, forest 255.
func coverCode(cover float32) uint8 {
	if cover < 0 {
		return step(48 + 48*float64(cover))
	}
	return step(48 + 207*float64(cover))
}
