package engine

import (
	"bytes"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

func TestPNG(t *testing.T) {
	date, err := astro.ParseTime("2026-11-22T00:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	p := &Picture{
		Pix:   []byte{1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255},
		Width: 2, Height: 2, Views: 1,
		Stamp: Stamp{Time: date, Scene: "saturn", Target: astro.Saturn, FromTargetM: mgl64.Vec3{0, 1.2e9, 0}},
	}
	var b, again bytes.Buffer
	if err := p.WritePNG(&b); err != nil {
		t.Fatal(err)
	}
	if err := p.WritePNG(&again); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the same picture gave other bytes")
	}
	img, err := png.Decode(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	// Rows come from the bottom up: the first pixel is the lower left one.
	if got := color.NRGBAModel.Convert(img.At(0, 1)); got != (color.NRGBA{1, 2, 3, 255}) {
		t.Errorf("lower left is %v", got)
	}
	if got := color.NRGBAModel.Convert(img.At(1, 0)); got != (color.NRGBA{10, 11, 12, 255}) {
		t.Errorf("upper right is %v", got)
	}
	for _, want := range []string{
		"Description\x00\x00\x00\x00\x001.2e+06 km from the centre of saturn, 2026-11-22T00:00:00Z",
		"Software\x00\x00\x00\x00\x00SpaceTime VR " + Version, "Scene\x00\x00\x00\x00\x00saturn",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no text %q in the file", want)
		}
	}
}

func TestPlace(t *testing.T) {
	far := Stamp{Target: astro.Sun, FromTargetM: mgl64.Vec3{3.4 * astro.AUM, 0, 0}}
	if got := far.place(); got != "3.4 au from the centre of sun" {
		t.Errorf("got %q", got)
	}
}

func TestBuild(t *testing.T) {
	if s := ThisBuild().String(); !strings.HasPrefix(s, "SpaceTime VR "+Version+" (commit "+Commit) {
		t.Errorf("got %q", s)
	}
}
