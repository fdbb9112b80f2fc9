package render

import (
	"image"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The pictures of a sweep.
const (
	sweepW, sweepH = 160, 90
	sweepFOV       = 50 * deg
	// sweepMotion is how far anything may move from one to the next, pixels.
	sweepMotion = 0.45
	// sweepFrame is how long each is thought to be seen, for what fades in.
	sweepFrame = 11 * time.Millisecond
	// sweepJump is how much a pixel may differ from all that were next to it, sRGB
	// values: fades and the brightness of what comes nearer.
	sweepJump = 28
)

// sweepLimb is how far from the middle of the picture the limb of a sphere is that
// has its middle there, pixels.
func sweepLimb(radiusM, distanceM float64) float64 {
	return sweepH / 2 / math.Tan(float64(sweepFOV)/2) * math.Tan(math.Asin(radiusM/distanceM))
}

// sweepDistances are those from the middle of a body, metres, from 1 AU down to
// 100 km over it, so near to one another that nothing moves further than sweepMotion
// from one to the next, and that points become no more than 6 % brighter.
func sweepDistances(radiusM float64) (list []float64) {
	corner := math.Hypot(sweepW, sweepH) / 2
	for d := float64(astro.AUM); d > radiusM+1e5; {
		list = append(list, d)
		next := d / 1.03
		next = math.Max(next, radiusM+(d-radiusM)*(1-sweepMotion/corner)) // the ground
		for sweepLimb(radiusM, d) < corner && sweepLimb(radiusM, next)-sweepLimb(radiusM, d) > sweepMotion {
			next = (next + d) / 2
		}
		d = next
	}
	return list
}

// jump is the largest difference of a pixel from the range of those within a pixel
// of it in the picture before, on a body whose limb lies so many pixels from the
// middle: beyond, others pass by.
func jump(before, now *image.NRGBA, limb float64) (most int, at image.Point) {
	for y := 1; y < sweepH-1; y++ {
		for x := 1; x < sweepW-1; x++ {
			if math.Hypot(float64(x)-sweepW/2, float64(y)-sweepH/2) > limb+3 {
				continue
			}
			for c := range 3 {
				low, high := 255, 0
				for k := range 9 {
					v := int(before.Pix[before.PixOffset(x+k%3-1, y+k/3-1)+c])
					low, high = min(low, v), max(high, v)
				}
				v := int(now.Pix[now.PixOffset(x, y)+c])
				if off := max(low-v, v-high); off > most {
					most, at = off, image.Pt(x, y)
				}
			}
		}
	}
	return most, at
}

// TestSweep flies from 1 AU to 100 km over the Earth. Nothing pops: no pixel changes
// by more than what was within a pixel of it, and a little that fades.
func TestSweep(t *testing.T) {
	s := newStudio(t, Options{Quality: QualityLow})
	s.surfaces.settle = false
	clock := time.Now()
	s.surfaces.now = func() time.Time { clock = clock.Add(sweepFrame); return clock }
	var before *image.NRGBA
	distances := sweepDistances(astro.Earth.Info().MeanRadiusM)
	worst := 0
	for i, d := range distances {
		w := view{date: "2026-11-25", layers: scene.LayerBodies | scene.LayerAir, camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Earth, Distance: scene.Length(d), Toward: astro.Sun, Angle: 40 * deg},
			Look:  &scene.Look{Target: astro.Earth, Up: scene.UpPole, FOV: sweepFOV},
		}}.world(t)
		f := &engine.Frame{Render: true, ViewCount: 1}
		f.Views[0] = scene.View{Pose: scene.Pose{Orientation: mgl64.QuatIdent()}, FOV: engine.FlatFOV(w.FOVRad, sweepW, sweepH)}
		f.Target.Rect[0] = engine.Rect{W: sweepW, H: sweepH}
		if err := s.Draw(w, f); err != nil {
			t.Fatal(err)
		}
		now := s.capture()
		if before != nil {
			most, at := jump(before, now, sweepLimb(astro.Earth.Info().MeanRadiusM, d))
			worst = max(worst, most)
			if most > sweepJump {
				t.Errorf("%d of %d, %.0f km from the middle of the Earth: the pixel at %v jumps by %d", i, len(distances), d/1e3, at, most)
			}
		}
		before = now
	}
	if side := s.surfaces.grounds[astro.Earth].maps.side; side != s.surfaces.limits.side {
		t.Errorf("maps of %d texels a side at last, want %d: the sweep has not seen all", side, s.surfaces.limits.side)
	}
	t.Logf("%d pictures, largest jump %d", len(distances), worst)
}
