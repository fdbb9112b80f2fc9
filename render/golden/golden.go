// Package golden holds pictures that tests draw to pictures that a person has
// looked at, in testdata/golden beside the test. Run the test with -update to
// write them anew, then look at each.
package golden

import (
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/spacetime-vr/spacetime/render/flip"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// Options says how much a picture may differ. A mean alone would not notice a
// star that is gone; the limit of a pixel does.
type Options struct {
	MeanLimit     float64 // of FLIP, over all pixels
	PixelLimit    float64 // of FLIP, of one pixel
	PixelsAllowed int     // how many pixels may differ by more than that
}

// folder is where golden pictures lie, beside the test.
const folder = "testdata/golden"

// Check fails the test when got differs from the golden picture of that name by
// more than the options allow, and keeps what was drawn and the difference. With
// -update it writes got as the golden picture.
func Check(t testing.TB, name string, got image.Image, o Options) {
	t.Helper()
	path := filepath.Join(folder, name+".png")
	if *update {
		if err := write(path, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	difference, err := compare(path, got, o)
	if err != nil {
		t.Errorf("%s: %v; %s", name, err, keep(t, name, got, difference))
	}
}

// Differs tells whether Check would fail: a test that takes something out of a
// picture proves with it that the golden picture would notice.
func Differs(t testing.TB, name string, got image.Image, o Options) bool {
	t.Helper()
	_, err := compare(filepath.Join(folder, name+".png"), got, o)
	if err != nil && !errors.Is(err, errDiffers) {
		t.Fatal(err)
	}
	return err != nil
}

var errDiffers = errors.New("the picture differs")

func compare(path string, got image.Image, o Options) (*flip.Result, error) {
	want, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("no golden picture (run the test with -update, then look at it): %w", err)
	}
	d, err := flip.Compare(want, got, flip.PixelsPerDegree)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDiffers, err)
	}
	if n := d.Over(o.PixelLimit); d.Mean > o.MeanLimit || n > o.PixelsAllowed {
		return d, fmt.Errorf("%w: mean %.5f (at most %g), %d pixels over %g (at most %d), worst %.3f",
			errDiffers, d.Mean, o.MeanLimit, n, o.PixelLimit, o.PixelsAllowed, d.Max)
	}
	return d, nil
}

// keep saves what was drawn for a person to look at, and says where.
func keep(t testing.TB, name string, got image.Image, difference *flip.Result) string {
	dir := t.ArtifactDir()
	err := write(filepath.Join(dir, name+"-got.png"), got)
	if difference != nil {
		err = errors.Join(err, write(filepath.Join(dir, name+"-difference.png"), difference.Image()))
	}
	if err != nil {
		return fmt.Sprintf("and what was drawn could not be kept: %v", err)
	}
	return fmt.Sprintf("see %s-got.png in %s (kept with go test -artifacts)", name, dir)
}

func read(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return png.Decode(f)
}

func write(path string, img image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, img), f.Close())
}
