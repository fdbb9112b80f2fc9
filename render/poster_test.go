package render

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	"image/png"
	"io/fs"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// easel is a display with nothing to look at, which keeps the world that it shows.
type easel struct {
	wide, high int
	world      scene.World
	n          time.Duration
	frame      engine.Frame
}

func (d *easel) Poll() (bool, error) { return true, nil }
func (d *easel) Wait() (engine.Timing, error) {
	d.n++
	return engine.Timing{DisplayTime: d.n * time.Second / 90, Period: time.Second / 90, Render: true}, nil
}

func (d *easel) Begin(_ engine.Timing, w *scene.World) (*engine.Frame, error) {
	d.world = *w
	d.frame = engine.Frame{Render: true, ViewCount: 1}
	d.frame.Views[0] = scene.View{Pose: scene.Pose{Orientation: mgl64.QuatIdent()}, FOV: engine.FlatFOV(w.FOVRad, d.wide, d.high)}
	d.frame.Target.Rect[0] = engine.Rect{W: d.wide, H: d.high}
	return &d.frame, nil
}
func (d *easel) End(*engine.Frame) error  { return nil }
func (d *easel) Info() engine.DisplayInfo { return engine.DisplayInfo{} }
func (d *easel) Close() error             { return nil }

// TestPosterHasNoSeam: a picture in parts is the one that is drawn at once, also
// where the Sun's glare lies over the seams, and where the exposure is for a body
// that not all parts show.
func TestPosterHasNoSeam(t *testing.T) {
	const wide, high = 700, 500
	for _, slug := range []string{"saturn", "inner-planets", "earthrise"} {
		s := newStudio(t, Options{Samples: 1})
		parts, d := s.poster(slug, wide, high)
		d.world.Layers &^= scene.LayerLabels
		d.wide, d.high = wide, high
		world := d.world
		frame, err := d.Begin(engine.Timing{}, &world)
		if err != nil {
			t.Fatal(err)
		}
		s.draw(&world, frame)
		whole := s.capture()
		worst := 0.0
		for i := range whole.Pix {
			worst = math.Max(worst, math.Abs(float64(whole.Pix[i])-float64(parts.Pix[i])))
		}
		if worst > 2 {
			t.Errorf("%s: values of the parts are apart from the whole's by up to %g", slug, worst)
		}
	}
}

// poster takes one of a scene that stands still.
func (s *studio) poster(slug string, wide, high int) (*image.NRGBA, *easel) {
	s.t.Helper()
	files, err := fs.Sub(assets.FS, "scenes")
	if err != nil {
		s.t.Fatal(err)
	}
	scenes, err := engine.ReadScenes(files)
	if err != nil {
		s.t.Fatal(err)
	}
	e := engine.New(scenes)
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := e.LoadScene(ctx, slug, nil, nil); err != nil {
		s.t.Fatal(err)
	}
	stopped := true
	if _, err := e.Submit(ctx, engine.Request{Command: scene.SetTime{Paused: &stopped}}); err != nil {
		s.t.Fatal(err)
	}
	p, err := e.CapturePoster(wide, high)
	if err != nil {
		s.t.Fatal(err)
	}
	var out bytes.Buffer
	done := make(chan error, 1)
	go func() { done <- p.WritePNG(ctx, &out, nil); cancel() }()
	d := &easel{wide: 300, high: 260}
	if err := e.Run(ctx, d, s.Renderer, 10_000); err != nil {
		s.t.Fatal(err)
	}
	if err := <-done; err != nil {
		s.t.Fatal(err)
	}
	decoded, err := png.Decode(&out)
	if err != nil {
		s.t.Fatal(err)
	}
	img := image.NewNRGBA(decoded.Bounds())
	draw.Draw(img, img.Bounds(), decoded, image.Point{}, draw.Src)
	return img, d
}
