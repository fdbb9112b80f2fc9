package render

import (
	"image/png"
	"os"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

func TestSurfaceLook(t *testing.T) {
	out := os.Getenv("LOOK")
	if out == "" {
		return
	}
	start := time.Now()
	s := newStudio(t, Options{Settle: true, Quality: Quality(os.Getenv("Q"))})
	t.Logf("new %v", time.Since(start))
	for _, name := range []string{"moon"} {
		body, err := astro.ParseBody(name)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		v := view{date: "2026-11-22T00:00:00Z", camera: scene.SetCamera{
			Place: &scene.Place{Body: body, Distance: scene.Length(6 * body.Info().MeanRadiusM), Toward: astro.Sun, Angle: 50 * deg, Position: 90 * deg},
			Look:  &scene.Look{Target: body, Up: scene.UpNorth, FOV: 22 * deg},
		}}
		img := s.picture(v)
		t.Logf("%s %v", name, time.Since(start))
		f, err := os.Create(out + "/" + name + ".png")
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, img); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
}
