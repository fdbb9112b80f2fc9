// Command catalog packs the star catalogue that the program ships, and the lines of
// the constellations (figures.txt) beside it, from the star
// files of Debian's package stellarium-data 0.22. It is run at the top of the
// checkout, where that package is installed:
//
//	go run ./build/catalog -from /usr/share/stellarium -o assets/stars/stars.bin
//
// The same data gives the same bytes. What is taken are facts: numbers from
// Hipparcos and later catalogues, and names that the IAU has approved;
// assets/CREDITS.md says whose. What that data has wrong is put right from
// corrections.tsv.
//
// # Which stars
//
// All of V 6.5 and brighter that have a Hipparcos number, and the fainter of
// those within ten parsecs. The data's stars without such a number are left out:
// at this brightness they are the cores of globular clusters, galaxies, and the
// components of doubles that are in it a second time.
//
// A Hipparcos number is one star here. Where the data has its components, which
// are at most 25 arcseconds apart, the star has their light together and the
// place and colour of the brightest, as the human eye sees it.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/scene/catalog"
)

//go:generate go run . -if-present -from /usr/share/stellarium -o ../../assets/stars/stars.bin

func main() {
	from := flag.String("from", "", "folder of Stellarium's data, as /usr/share/stellarium")
	out := flag.String("o", "assets/stars/stars.bin", "file that the catalogue is written to")
	ifPresent := flag.Bool("if-present", false, "do nothing if the folder is not there")
	flag.Parse()
	if *from == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: catalog -from DIR [-o assets/stars/stars.bin] [-if-present]")
		os.Exit(2)
	}
	if err := run(*from, *out, figuresTXT, *ifPresent); err != nil {
		fmt.Fprintf(os.Stderr, "catalog: %v\n", err)
		os.Exit(1)
	}
}

// run writes the catalogue of the data in the folder from, and the constellations
// beside it.
func run(from, out, constellations string, ifPresent bool) error {
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		if ifPresent {
			return nil
		}
		return fmt.Errorf("there is no %s: install Debian's stellarium-data, or say with -from where it is", from)
	}
	stars, err := pack(os.DirFS(from))
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := catalog.Write(&file, stars); err != nil {
		return err
	}
	designations, err := readDesignations(os.DirFS(from))
	if err != nil {
		return err
	}
	figures, err := packFigures(constellations, designations)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(out), "figures.txt"), figures, 0o644); err != nil {
		return err
	}
	return os.WriteFile(out, file.Bytes(), 0o644)
}

// pack returns the stars to ship, in the order of their Hipparcos numbers.
func pack(data fs.FS) ([]astro.Star, error) {
	entries, err := readEntries(data)
	if err != nil {
		return nil, err
	}
	motions, err := readMotions(data)
	if err != nil {
		return nil, err
	}
	names, err := readNames(data)
	if err != nil {
		return nil, err
	}
	corrections, err := parseCorrections(correctionsTSV)
	if err != nil {
		return nil, err
	}
	return selected(complete(merge(entries), motions, names, corrections)), nil
}
