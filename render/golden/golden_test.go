package golden

import (
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sky is black with bright stars of two by two pixels.
func sky(stars int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 640, 360))
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	for s := range stars {
		for i := range 4 {
			img.SetNRGBA(30+60*s+i%2, 50+25*s+i/2, color.NRGBA{255, 255, 255, 255})
		}
	}
	return img
}

var options = Options{MeanLimit: 0.01, PixelLimit: 0.2, PixelsAllowed: 2}

// recorder takes the failures of a test within a test.
type recorder struct {
	testing.TB
	errors []string
	fatal  bool
	dir    string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, a ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, a...))
}
func (r *recorder) Fatal(a ...any)      { r.fatal = true; panic(r) }
func (r *recorder) ArtifactDir() string { return r.dir }

func check(t *testing.T, name string, img image.Image) (r *recorder) {
	t.Helper()
	r = &recorder{TB: t, dir: t.TempDir()}
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
	}()
	Check(r, name, img, options)
	return r
}

func TestCheck(t *testing.T) {
	t.Chdir(t.TempDir())
	*update = true
	if r := check(t, "sky", sky(5)); len(r.errors) != 0 {
		t.Fatalf("writing: %v", r.errors)
	}
	*update = false
	if r := check(t, "sky", sky(5)); len(r.errors) != 0 {
		t.Errorf("the same picture: %v", r.errors)
	}
	r := check(t, "sky", sky(4))
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "mean 0.000") {
		t.Errorf("a star is gone, which only the limit of a pixel can tell: %v", r.errors)
	}
	for _, name := range []string{"sky-got.png", "sky-difference.png"} {
		if _, err := os.Stat(filepath.Join(r.dir, name)); err != nil {
			t.Error(err)
		}
	}
	if !Differs(t, "sky", sky(4), options) || Differs(t, "sky", sky(5), options) {
		t.Error("Differs does not tell what Check does")
	}
	if r := check(t, "other", sky(5)); len(r.errors) != 1 || !strings.Contains(r.errors[0], "-update") {
		t.Errorf("no golden picture: %v", r.errors)
	}
	small := image.NewNRGBA(image.Rect(0, 0, 10, 10))
	if r := check(t, "sky", small); len(r.errors) != 1 || !strings.Contains(r.errors[0], "size") {
		t.Errorf("another size: %v", r.errors)
	}
	grey := sky(5)
	for i := range grey.Pix {
		if i%4 != 3 {
			grey.Pix[i] = max(grey.Pix[i], 30)
		}
	}
	if !Differs(t, "sky", grey, Options{MeanLimit: 0.01, PixelLimit: 1, PixelsAllowed: 0}) {
		t.Error("a grey veil over all is not noticed by the mean")
	}
}

func TestNowhereToWrite(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("testdata", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	*update = true
	defer func() { *update = false }()
	if r := check(t, "sky", sky(1)); !r.fatal {
		t.Error("a golden picture that cannot be written does not fail the test")
	}
	r := &recorder{TB: t, dir: filepath.Join("testdata", "below")}
	if text := keep(r, "sky", sky(1), nil); !strings.Contains(text, "could not be kept") {
		t.Errorf("got %q", text)
	}
}
