// Command coast draws the map of the Earth that surfaces/earth.glsl is made from,
// out of four of Debian's packages. It is run at the top of the checkout, where
// they are installed (build/linux/deps.sh earth):
//
//	go run ./build/coast -from /usr -o assets/surfaces/earth.png
//
// The same data gives the same picture. It is four maps, equirectangular, north up,
// from 180° west to 180° east, whose greys are measures. From the top:
//
//	distance to the coast, 2 km a step, 128 at the coast, more on land; lakes are
//	water, ice shelves land (coast.go)
//	light of cities at night, the root of its share of the brightest (cities.go)
//	and, half as large, side by side,
//	height, 128 at sea level, by roots: 128 + 127 sqrt(h / 6500 m) on land,
//	128 - 128 sqrt(-h / 600 m) below the sea (relief.go)
//	what covers the land: 0 ice; 48 desert, by way of steppe, to 255 forest
//	(cover.go)
//
// render reads it (earth.go there). assets/CREDITS.md says whose facts they are.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
)

//go:generate go run . -if-present -from /usr -o ../../assets/surfaces/earth.png

const (
	width  = 2048
	height = width / 2
)

func main() {
	from := flag.String("from", "/usr", "folder that the packages are installed in")
	out := flag.String("o", "assets/surfaces/earth.png", "file that the map is written to")
	ifPresent := flag.Bool("if-present", false, "do nothing if a package is not there")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: coast [-from /usr] [-o assets/surfaces/earth.png] [-if-present]")
		os.Exit(2)
	}
	err := run(os.DirFS(*from), *out)
	if errors.Is(err, fs.ErrNotExist) && *ifPresent {
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "coast: %v\n", err)
		os.Exit(1)
	}
}

// run writes the map of the data below usr.
func run(usr fs.FS, out string) error {
	picture, err := draw(usr)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, picture); err != nil {
		return err
	}
	return os.WriteFile(out, file.Bytes(), 0o644)
}

// draw returns the map of the data below usr.
func draw(usr fs.FS) (*image.Gray, error) {
	distance, err := readCoast(usr)
	if err != nil {
		return nil, err
	}
	relief, err := readRelief(usr)
	if err != nil {
		return nil, err
	}
	cover, err := readCover(usr, distance)
	if err != nil {
		return nil, err
	}
	lights, err := readCities(usr)
	if err != nil {
		return nil, err
	}
	picture := image.NewGray(image.Rect(0, 0, width, height*5/2))
	for i := range width * height {
		picture.Pix[i] = distance.code(i)
		picture.Pix[width*height+i] = lightCode(lights[i])
	}
	for i := range width * height / 4 {
		x, y := i%(width/2), i/(width/2)
		at := 2*y*width + 2*x
		row := picture.Pix[width*(2*height+y):]
		row[x] = heightCode(quarter(relief, at), quarter(distance, at) > 0)
		row[width/2+x] = coverCode(quarter(cover, at))
	}
	return picture, nil
}

// quarter is the mean of four texels, the first of them given.
func quarter(f field, at int) float32 {
	return (f[at] + f[at+1] + f[at+width] + f[at+width+1]) / 4
}

// field is a value for each texel of the map, north-west first.
type field []float32

func newField() field { return make(field, width*height) }

// latitude is that of the middle of a row, in degrees.
func latitude(y int) float64 { return 90 - (float64(y)+0.5)*180/height }

// longitude is that of the middle of a column, in degrees.
func longitude(x int) float64 { return (float64(x)+0.5)*360/width - 180 }

// step rounds a value to a byte.
func step(v float64) uint8 { return uint8(min(max(v+0.5, 0), 255)) }
