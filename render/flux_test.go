package render

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/scene/catalog"
)

// readLight reads the linear light of the picture drawn last, before its tone is
// mapped: RGBA by rows, from below.
func (s *studio) readLight() []float32 {
	s.t.Helper()
	light := make([]float32, 4*s.light.w*s.light.h)
	gl.BindTexture(s.light.kind(), s.light.colour)
	gl.GetTexImage(s.light.kind(), 0, gl.RGBA, gl.FLOAT, gl.Ptr(light))
	if code := gl.GetError(); code != 0 {
		s.t.Fatalf("OpenGL error %#x", code)
	}
	return light
}

// sumAround adds up the luminance of the light within so many pixels of a place.
func (s *studio) sumAround(light []float32, x, y float64, reach int) (sum float64) {
	for py := int(y) - reach; py <= int(y)+reach; py++ {
		for px := int(x) - reach; px <= int(x)+reach; px++ {
			if px >= 0 && py >= 0 && px < s.light.w && py < s.light.h {
				i := 4 * (py*s.light.w + px)
				sum += luminance([3]float32{light[i], light[i+1], light[i+2]})
			}
		}
	}
	return sum
}

// starsOnly replaces the studio's catalogue.
func (s *studio) starsOnly(list []astro.Star) {
	s.t.Helper()
	var file bytes.Buffer
	if err := catalog.Write(&file, list); err != nil {
		s.t.Fatal(err)
	}
	s.Renderer.Close()
	r, err := New(s.context, catalogFS{assets.FS, file.Bytes()}, Options{CheckErrors: true})
	if err != nil {
		s.t.Fatal(err)
	}
	s.Renderer = r
}

// TestStarFlux: the light of a star, summed over its pixels, is that of its magnitude
// within 2 %, wherever it lies between pixels, in three resolutions: 10^(-0.4 m) times
// the pixels to a steradian, which is more away from the axis.
func TestStarFlux(t *testing.T) {
	var list []astro.Star
	for m := -1; m <= 6; m++ {
		list = append(list, astro.Star{
			HIP: uint32(m + 2), RARad: 0.4 * float64(m+1), DecRad: 0.3 * math.Sin(float64(m)),
			Magnitude: float32(m), BV: 0.2 * float32(m+1),
		})
	}
	s := newStudio(t, Options{Samples: 1})
	s.starsOnly(list)
	w := view{date: "2000-01-01T12:00:00Z", camera: orion.camera, layers: scene.LayerStars}.world(t)
	w.FOVRad = 50 * math.Pi / 180
	rng := rand.New(rand.NewPCG(5, 2027))
	worst := 0.0
	for _, size := range [][2]int{{640, 360}, {1280, 720}, {2560, 1440}} {
		for i := range list {
			for range 3 {
				star := &list[i]
				at, _ := astro.StarAt(star, w.Time())
				turn := mgl64.QuatBetweenVectors(mgl64.Vec3{0, 0, -1}, at)
				aside := mgl64.QuatRotate(0.5*(rng.Float64()-0.5), mgl64.Vec3{0, 1, 0}).Mul(mgl64.QuatRotate(0.5*(rng.Float64()-0.5), mgl64.Vec3{1, 0, 0}))
				w.Ship.Orientation = turn.Mul(aside).Normalize()
				f := &engine.Frame{Render: true, ViewCount: 1}
				f.Views[0] = scene.View{Pose: scene.Pose{Orientation: mgl64.QuatIdent()}, FOV: engine.FlatFOV(w.FOVRad, size[0], size[1])}
				f.Target.Rect[0] = engine.Rect{W: size[0], H: size[1]}
				if err := s.Draw(w, f); err != nil {
					t.Fatal(err)
				}
				v := w.Ship.Orientation.Conjugate().Rotate(at)
				perUnit := float64(size[1]) / 2 / math.Tan(w.FOVRad/2)
				tx, ty := v[0]/-v[2], v[1]/-v[2]
				x, y := float64(size[0])/2+perUnit*tx, float64(size[1])/2+perUnit*ty
				got := s.sumAround(s.readLight(), x, y, 40)
				// p² (1 + tan²)^(3/2) pixels measure a steradian.
				want := starLight * math.Pow(10, -0.4*float64(star.Magnitude)) * square(perUnit/referencePerRadian) * math.Pow(1+tx*tx+ty*ty, 1.5)
				off := got/want - 1
				worst = math.Max(worst, math.Abs(off))
				if !(math.Abs(off) < 0.02) {
					t.Errorf("magnitude %g in %d by %d pixels at %.2f, %.2f: light %.5g, want %.5g (%+.1f %%)", star.Magnitude, size[0], size[1], x, y, got, want, 100*off)
				}
			}
		}
	}
	t.Logf("at most %.2f %% off", 100*worst)
}
