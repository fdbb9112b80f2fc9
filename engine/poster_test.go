package engine

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"math"
	"runtime"
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
)

// wayRenderer draws where each pixel looks: red grows to the right, green upward,
// as the tangents do.
type wayRenderer struct {
	fakeRenderer
	f       Frame // last drawn
	copied  Frame // the one that is captured
	wide    int   // the widest picture that was drawn
	names   bool
	drawErr error
}

func (r *wayRenderer) Draw(w *scene.World, f *Frame) error {
	r.f = *f
	if f.Whole != nil {
		r.wide = max(r.wide, f.Target.Rect[0].W)
		r.names = r.names || w.Layers.Has(scene.LayerLabels)
		return r.drawErr
	}
	return nil
}

func (r *wayRenderer) BeginCapture() error {
	r.copied = r.f
	return r.fakeRenderer.BeginCapture()
}

func (r *wayRenderer) EndCapture(p *Picture, wait bool) (bool, error) {
	if ready, err := r.fakeRenderer.EndCapture(p, wait); !ready || err != nil {
		return ready, err
	}
	rect, fov := r.copied.Target.Rect[0], r.copied.Views[0].FOV
	p.Width, p.Height, p.Views = rect.W, rect.H, 1
	p.Pix = make([]byte, 4*rect.W*rect.H)
	for y := range rect.H {
		for x := range rect.W {
			across := between(fov.LeftRad, fov.RightRad, x, rect.W)
			up := between(fov.DownRad, fov.UpRad, y, rect.H)
			copy(p.Pix[4*(y*rect.W+x):], []byte{wayColour(across), wayColour(up), 0, 255})
		}
	}
	return true, nil
}

func between(from, to float64, i, n int) float64 {
	a, b := math.Tan(from), math.Tan(to)
	return a + (b-a)*(float64(i)+0.5)/float64(n)
}

func wayColour(tangent float64) byte {
	return byte(math.Round(127.5 + 100*math.Max(-1.2, math.Min(1.2, tangent))))
}

// poster flies until a poster of that size is there.
func poster(t *testing.T, e *Engine, r Renderer, width, height int) (img image.Image, shares []float64, err error) {
	t.Helper()
	p, err := e.CapturePoster(width, height)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var out bytes.Buffer
	done := make(chan error, 1)
	go func() {
		done <- p.WritePNG(context.Background(), &out, func(share float64) { shares = append(shares, share) })
		cancel()
	}()
	display := &fakeDisplay{hz: 90, beforeWait: func(int) { runtime.Gosched() }}
	if err := e.Run(ctx, display, r, 100_000); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		return nil, nil, err
	}
	img, err = png.Decode(&out)
	return img, shares, err
}

// TestPoster: every pixel of the parts looks where that of the whole does, whatever
// the sizes.
func TestPoster(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {224, 224}, {225, 223}, {700, 500}, {1000, 300}} {
		e := flying(t)
		r := &wayRenderer{}
		img, shares, err := poster(t, e, r, size[0], size[1])
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds() != image.Rect(0, 0, size[0], size[1]) {
			t.Fatalf("%v: %v", size, img.Bounds())
		}
		whole := FlatFOV(e.state.FOVRad, size[0], size[1])
		for y := range size[1] {
			for x := range size[0] {
				red, green, _, _ := img.At(x, y).RGBA()
				wantRed := wayColour(between(whole.LeftRad, whole.RightRad, x, size[0]))
				wantGreen := wayColour(between(whole.UpRad, whole.DownRad, y, size[1]))
				if math.Abs(float64(red>>8)-float64(wantRed)) > 1 || math.Abs(float64(green>>8)-float64(wantGreen)) > 1 {
					t.Fatalf("%v at %d, %d: %d and %d, want %d and %d", size, x, y, red>>8, green>>8, wantRed, wantGreen)
				}
			}
		}
		if n := len(shares); n == 0 || shares[n-1] != 1 {
			t.Errorf("%v: progress %v", size, shares)
		}
		if r.wide > leastPart || r.names {
			t.Errorf("%v: parts of %d pixels, names %t", size, r.wide, r.names)
		}
	}
}

// TestPosterAmongPictures: both are served.
func TestPosterAmongPictures(t *testing.T) {
	e := flying(t)
	small, err := e.Capture()
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan error, 1)
	go func() {
		taken <- small.Use(context.Background(), func(p *Picture) error {
			if p.Width > leastPart {
				return errors.New("the picture is a part of the poster")
			}
			return nil
		})
	}()
	if _, _, err := poster(t, e, &wayRenderer{}, 600, 600); err != nil {
		t.Error(err)
	}
	if err := <-taken; err != nil {
		t.Error(err)
	}
}

// TestPosterFails: whoever waits is told, and another can be taken.
func TestPosterFails(t *testing.T) {
	for _, size := range [][2]int{{0, 1}, {1, -1}, {16385, 1}} {
		if _, err := flying(t).CapturePoster(size[0], size[1]); err == nil {
			t.Errorf("%v is a size", size)
		}
	}
	broken := errors.New("no memory for it")
	e := flying(t)
	if _, _, err := poster(t, e, &wayRenderer{drawErr: broken}, 600, 600); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, _, err := poster(t, e, &wayRenderer{fakeRenderer: fakeRenderer{endErr: broken}}, 600, 600); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, _, err := poster(t, e, &wayRenderer{}, 600, 600); err != nil {
		t.Errorf("then %v", err)
	}
}

// TestPosterEnds: with the run, and with whoever asked.
func TestPosterEnds(t *testing.T) {
	e := flying(t)
	p, err := e.CapturePoster(5000, 5000)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.CapturePoster(1, 1); !errors.Is(err, ErrBusy) {
		t.Errorf("a second one: %v", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.WritePNG(context.Background(), new(bytes.Buffer), nil) }()
	fly(t, e, &fakeDisplay{hz: 90}, &wayRenderer{}, 5)
	if err := <-ended; !errors.Is(err, ErrNoPicture) {
		t.Errorf("the run ends: %v", err)
	}

	if p, err = e.CapturePoster(5000, 5000); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.WritePNG(ctx, new(bytes.Buffer), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
	fly(t, e, &fakeDisplay{hz: 90}, &wayRenderer{}, 3)
	if _, _, err := poster(t, e, &wayRenderer{}, 300, 300); err != nil {
		t.Errorf("the next: %v", err)
	}
}
