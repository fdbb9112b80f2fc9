// Command flip tells how different two pictures look: 0 is the same, 1 as
// different as can be (package render/flip). It ends with 1 when the mean is
// over -limit:
//
//	go run ./build/flip -limit 0.01 -map difference.png reference.png test.png
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	_ "image/jpeg"
	"image/png"
	"io"
	"os"

	"github.com/spacetime-vr/spacetime/render/flip"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// outcome is what -json prints.
type outcome struct {
	Mean float64 `json:"mean"`
	P99  float64 `json:"p99"`
	Max  float64 `json:"max"`
	Over int     `json:"over"` // pixels that differ by more than a tenth
}

func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("flip", flag.ContinueOnError)
	flags.SetOutput(errs)
	ppd := flags.Float64("ppd", flip.PixelsPerDegree, "pixels per degree of the eye's view")
	picture := flags.String("map", "", "PNG file for the difference of each pixel")
	limit := flags.Float64("limit", 1, "largest mean that is no failure")
	asJSON := flags.Bool("json", false, "print one JSON object")
	if flags.Parse(args) != nil {
		return 2
	}
	if flags.NArg() != 2 {
		fmt.Fprintln(errs, "usage: flip [-ppd N] [-limit MEAN] [-map FILE.png] [-json] REFERENCE TEST")
		return 2
	}
	r, err := compare(flags.Arg(0), flags.Arg(1), *ppd)
	if err == nil && *picture != "" {
		err = write(*picture, r.Image())
	}
	if err != nil {
		fmt.Fprintln(errs, "flip:", err)
		return 2
	}
	o := outcome{r.Mean, r.P99, r.Max, r.Over(0.1)}
	if *asJSON {
		_ = json.NewEncoder(out).Encode(o)
	} else {
		fmt.Fprintf(out, "mean %.6f, 99th percentile %.6f, largest %.6f, %d pixels over 0.1\n", o.Mean, o.P99, o.Max, o.Over)
	}
	if o.Mean > *limit {
		return 1
	}
	return 0
}

func compare(reference, test string, ppd float64) (*flip.Result, error) {
	a, err := read(reference)
	if err != nil {
		return nil, err
	}
	b, err := read(test)
	if err != nil {
		return nil, err
	}
	return flip.Compare(a, b, ppd)
}

func read(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return img, nil
}

func write(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, img), f.Close())
}
