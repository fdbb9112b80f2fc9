// Command milkyway draws the light of the Galaxy's unresolved stars, as the Sun
// sees it, from a model of where stars and dust are. It is run at the top of the
// checkout when the model changes:
//
//	go run ./build/milkyway -o assets/stars/milkyway.png
//
// The picture holds the six faces of a cube map on galactic axes (x to the
// centre, y to longitude 90°, z to the north pole), one below the other in the
// order and orientation of OpenGL. A value v of 255 is the linear light
// (v/255)² · [most] in Rec. 709, in units of 20 mag/arcsec² in V. The same model
// gives the same bytes.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"runtime"
	"sync"

	"github.com/go-gl/mathgl/mgl64"
)

// side is the width of a face, in texels of a third of a degree; most the light
// that a texel can hold.
const (
	side = 256
	most = 4.0
)

//go:generate go run . -o ../../assets/stars/milkyway.png

func main() {
	out := flag.String("o", "assets/stars/milkyway.png", "file that the picture is written to")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: milkyway [-o assets/stars/milkyway.png]")
		os.Exit(2)
	}
	if err := write(*out, paint(side)); err != nil {
		fmt.Fprintf(os.Stderr, "milkyway: %v\n", err)
		os.Exit(1)
	}
}

func write(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(f, img); err != nil {
		_ = f.Close()
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Close()
}

// paint draws the six faces, a row of texels at a time on each core.
func paint(side int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, side, 6*side))
	rows := make(chan int)
	var painters sync.WaitGroup
	for range runtime.NumCPU() {
		painters.Go(func() {
			for y := range rows {
				for x := range side {
					img.SetNRGBA(x, y, texel(light(direction(y/side, x, y%side, side))))
				}
			}
		})
	}
	for y := range 6 * side {
		rows <- y
	}
	close(rows)
	painters.Wait()
	return img
}

// direction is where the middle of a texel of a face looks, a unit vector.
//
// Source: OpenGL 4.1, table 3.17.
func direction(face, x, y, side int) mgl64.Vec3 {
	s, t := (2*float64(x)+1)/float64(side)-1, (2*float64(y)+1)/float64(side)-1
	return [6]mgl64.Vec3{
		{1, -t, -s}, {-1, -t, s}, {s, 1, t}, {s, -1, -t}, {s, -t, 1}, {-s, -t, -1},
	}[face].Normalize()
}

func texel(light [3]float64) color.NRGBA {
	var v [3]uint8
	for i, l := range light {
		v[i] = uint8(math.Round(255 * math.Sqrt(min(l/most, 1))))
	}
	return color.NRGBA{v[0], v[1], v[2], 255}
}
