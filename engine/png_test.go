package engine

import (
	"bytes"
	"errors"
	"image/color"
	"image/png"
	"io"
	"runtime"
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

// TestPNGInPlace: writing makes no copy of the picture, of 8 MB here, and leaves
// it as it was.
func TestPNGInPlace(t *testing.T) {
	p := &Picture{Pix: make([]byte, 4*1920*1080), Width: 1920, Height: 1080, Views: 1}
	for i := range p.Pix {
		p.Pix[i] = byte(i / 4096)
	}
	before := bytes.Clone(p.Pix)
	write := func() {
		if err := p.WritePNG(io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	write() // the encoder's own buffers are kept
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	write()
	runtime.ReadMemStats(&b)
	if got := b.TotalAlloc - a.TotalAlloc; got > 4<<20 {
		t.Errorf("writing took %d KB", got>>10)
	}
	if !bytes.Equal(p.Pix, before) {
		t.Error("writing changed the picture")
	}
}

// TestPNGTellsOfErrors: a file that takes only so much fails the write.
func TestPNGTellsOfErrors(t *testing.T) {
	p := &Picture{Pix: make([]byte, 16), Width: 2, Height: 2, Views: 1}
	var whole bytes.Buffer
	if err := p.WritePNG(&whole); err != nil {
		t.Fatal(err)
	}
	for room := range whole.Len() {
		if err := p.WritePNG(&full{room}); !errors.Is(err, io.ErrShortWrite) {
			t.Fatalf("room for %d bytes of %d: %v", room, whole.Len(), err)
		}
	}
}

// full is a file on a disk with room for so many bytes.
type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.room {
		return f.room, io.ErrShortWrite
	}
	f.room -= len(b)
	return len(b), nil
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
