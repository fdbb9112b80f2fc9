package render

import (
	"fmt"
	"image"
	"math"
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// canted is the frame of a headset whose displays are turned outward by 10° and
// see 55° outward, 45° inward, 44° up and 40° down.
func (v view) canted(w *scene.World) *engine.Frame {
	f := v.frame(w)
	for i := range 2 {
		side := float64(1 - 2*i)
		f.Views[i].Pose.Orientation = mgl64.QuatRotate(mgl64.DegToRad(10*side), mgl64.Vec3{0, 1, 0})
		f.Views[i].FOV = scene.FOV{
			LeftRad: mgl64.DegToRad(-50 - 5*side), RightRad: mgl64.DegToRad(50 - 5*side),
			UpRad: mgl64.DegToRad(44), DownRad: mgl64.DegToRad(-40),
		}
	}
	return f
}

// lens hides all outside of an ellipse that touches the sides of a view, in
// triangles of either direction, the outermost far beyond the view.
func lens(fov scene.FOV) *engine.Mask {
	const steps = 48
	left, right, down, up := math.Tan(fov.LeftRad), math.Tan(fov.RightRad), math.Tan(fov.DownRad), math.Tan(fov.UpRad)
	m := new(engine.Mask)
	for i := range steps {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / steps)
		for _, reach := range [...]float64{1, 5} {
			m.Corners = append(m.Corners, [2]float32{
				float32((left + right + reach*cos*(right-left)) / 2),
				float32((down + up + reach*sin*(up-down)) / 2),
			})
		}
		in, out := uint32(2*i), uint32(2*i+1)
		m.Triangles = append(m.Triangles, in, out, (in+2)%(2*steps), out, (in+2)%(2*steps), (out+2)%(2*steps))
	}
	return m
}

// middle hides the middle of a view.
func middle(scene.FOV) *engine.Mask {
	return &engine.Mask{
		Corners:   [][2]float32{{-0.5, -0.4}, {0.5, -0.4}, {0.1, 0.6}},
		Triangles: []uint32{0, 1, 2},
	}
}

// hides tells whether a mask covers a point of the plane one metre ahead.
func hides(m *engine.Mask, right, up float64) bool {
	for t := m.Triangles; len(t) > 0; t = t[3:] {
		var most, least float64
		for k := range 3 {
			a, b := m.Corners[t[k]], m.Corners[t[(k+1)%3]]
			turn := float64(b[0]-a[0])*(up-float64(a[1])) - float64(b[1]-a[1])*(right-float64(a[0]))
			most, least = math.Max(most, turn), math.Min(least, turn)
		}
		if most == 0 || least == 0 {
			return true
		}
	}
	return false
}

// hiddenShares is how much of each pixel of both views is hidden, by its corners:
// 0, 4, or else between; rows downward, left beside right.
func hiddenShares(f *engine.Frame) (share []uint8) {
	share = make([]uint8, 2*goldenW*goldenH)
	for i := range 2 {
		fov := f.Views[i].FOV
		left, right, down, up := math.Tan(fov.LeftRad), math.Tan(fov.RightRad), math.Tan(fov.DownRad), math.Tan(fov.UpRad)
		for y := range goldenH + 1 {
			for x := range goldenW + 1 {
				across, high := float64(x)/goldenW, 1-float64(y)/goldenH
				if hides(f.Hidden[i], left+across*(right-left), down+high*(up-down)) {
					addCorner(share, i, x, y)
				}
			}
		}
	}
	return share
}

// addCorner counts a hidden corner for the pixels of a view about it.
func addCorner(share []uint8, view, x, y int) {
	for k := range 4 {
		if px, py := x-k%2, y-k/2; px >= 0 && px < goldenW && py >= 0 && py < goldenH {
			share[py*2*goldenW+view*goldenW+px]++
		}
	}
}

// masked are views that have stars, bodies, rings, points and glare where they
// are hidden.
var masked = []struct {
	name string
	view
	hide func(scene.FOV) *engine.Mask
}{
	{"stars", orion, lens},
	{"surface", view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Moon, Altitude: 3e4, Toward: astro.Sun, Angle: 20 * deg},
			Look:  &scene.Look{Target: astro.Moon, Up: scene.UpNorth, FOV: 40 * deg},
		},
		layers: scene.LayerBodies,
	}, lens},
	{"rings", view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Saturn, Distance: 1e8, Toward: astro.Sun, Angle: 35 * deg, Position: 140 * deg},
			Look:  &scene.Look{Target: astro.Saturn, Up: scene.UpPole, FOV: 40 * deg},
		},
		layers: scene.LayerBodies | scene.LayerRings,
	}, lens},
	{"point", view{
		date: "2026-11-22T00:00:00Z",
		camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Earth, Distance: 7e6, Toward: astro.Venus, Angle: 10 * deg},
			Look:  &scene.Look{Target: astro.Venus, Up: scene.UpNorth, FOV: 40 * deg},
		},
		layers: scene.LayerBodies,
	}, middle},
	{"glare", sun, middle},
}

// TestMask: what is hidden is black whatever would be drawn there, and what is
// not is as without a mask, to the byte, for all ways to draw two eyes.
func TestMask(t *testing.T) {
	shares := make(map[string][]uint8)
	for _, o := range []Options{
		{Stereo: StereoTwice},
		{Stereo: StereoWide},
		{Stereo: StereoLayer},
		{Stereo: StereoWide, Without: []string{extClipControl}},
		{Stereo: StereoLayer, Without: []string{extClipControl}, Samples: 4},
		{Stereo: StereoTwice, Samples: 4},
	} {
		t.Run(fmt.Sprintf("%s %d samples %v", o.Stereo, o.Samples, o.Without), func(t *testing.T) {
			s := newStudio(t, o)
			for _, tt := range masked {
				tt.eyes = 2
				w := tt.world(t)
				f := tt.canted(w)
				s.draw(w, f)
				bare := s.capture()
				for i := range 2 {
					f.Hidden[i] = tt.hide(f.Views[i].FOV)
				}
				if shares[tt.name] == nil {
					shares[tt.name] = hiddenShares(f)
				}
				s.draw(w, f)
				got := s.capture()
				t.Run(tt.name, func(t *testing.T) {
					compareMasked(t, shares[tt.name], bare, got)
				})
			}
		})
	}
}

func compareMasked(t *testing.T, shares []uint8, bare, got *image.NRGBA) {
	t.Helper()
	var hid, kept int
	for i, share := range shares {
		was, is := [4]byte(bare.Pix[4*i:]), [4]byte(got.Pix[4*i:])
		lights := was != [4]byte{3: 255}
		switch {
		case share == 4 && is != [4]byte{3: 255}:
			t.Fatalf("pixel %d, %d is hidden and %v", i%(2*goldenW), i/(2*goldenW), is)
		case share == 0 && is != was:
			t.Fatalf("pixel %d, %d is %v, and %v without a mask", i%(2*goldenW), i/(2*goldenW), is, was)
		case share == 4 && lights:
			hid++
		case share == 0 && lights:
			kept++
		}
	}
	if hid < 20 || kept < 20 {
		t.Errorf("nothing is tested: of what shines, %d pixels are hidden and %d seen", hid, kept)
	}
}

// TestHeadsetPathsAgree: for two canted eyes behind lenses, all ways to draw and
// all kinds of images show the same, and the same depth: that of the body where it
// is seen, and as far as can be where it is hidden.
func TestHeadsetPathsAgree(t *testing.T) {
	v := masked[2].view
	v.eyes, v.layers = 2, allLayers
	w := v.world(t)
	f := v.canted(w)
	for i := range 2 {
		f.Hidden[i] = lens(f.Views[i].FOV)
	}
	shares := hiddenShares(f)
	for _, format := range []int32{gl.SRGB8_ALPHA8, gl.RGBA16F} {
		var want *image.NRGBA
		var deep []float32
		for _, path := range []Stereo{StereoTwice, StereoWide, StereoLayer} {
			t.Run(fmt.Sprintf("%s %#x", path, format), func(t *testing.T) {
				s := newStudio(t, Options{Stereo: path})
				var first *image.NRGBA
				for name, layout := range layouts {
					h := newHeadset(layout, format)
					h.aim(f)
					s.draw(w, f)
					got, depth := h.picture(), h.depths()
					switch {
					case want == nil:
						want, deep = got, depth
						checkLensDepth(t, shares, depth)
					case first == nil:
						same(t, want, got)
					case string(first.Pix) != string(got.Pix):
						t.Errorf("%s, %s, format %#x: another picture than in other images", path, name, format)
					}
					first = got
					if n := farApart(deep, depth); n > 4 || !f.DepthDrawn {
						t.Errorf("%s, %s, format %#x: depth drawn %v, and another at %d pixels", path, name, format, f.DepthDrawn, n)
					}
				}
			})
		}
	}
}

// depths are those of both views, row after row downward, each row left then
// right.
func (h *headset) depths() (all []float32) {
	depth := read[float32](h, h.depth, gl.DEPTH_COMPONENT, gl.FLOAT, 1)
	for y := range goldenH {
		for x := range 2 * goldenW {
			all = append(all, depth[h.at(x/goldenW, x%goldenW, goldenH-1-y)])
		}
	}
	return all
}

func checkLensDepth(t *testing.T, shares []uint8, depth []float32) {
	t.Helper()
	var hidden, near int
	for i, d := range depth {
		if shares[i] == 4 {
			hidden++
			if d != 0 {
				t.Fatalf("pixel %d, %d is hidden and has depth %g", i%(2*goldenW), i/(2*goldenW), d)
			}
		}
		if d != 0 {
			near++
		}
	}
	if hidden < 50000 || near < 50000 {
		t.Errorf("nothing is tested: %d pixels are hidden, %d have a depth", hidden, near)
	}
}

// farApart counts the depths that differ by more than rounding does. On the last
// pixel of a limb they may, where a body turns away most.
func farApart(a, b []float32) (n int) {
	for i := range a {
		if math.Abs(float64(a[i]-b[i])) > 1e-4*float64(a[i]) && a[i] != 0 && b[i] != 0 {
			n++
		}
	}
	return n
}

// TestCantedEyes: bright stars are at the pixels of either eye that its angles
// say, by the centre of their light.
func TestCantedEyes(t *testing.T) {
	v := orion
	v.eyes = 2
	w := v.world(t)
	f := v.canted(w)
	for _, path := range []Stereo{StereoTwice, StereoWide, StereoLayer} {
		t.Run(string(path), func(t *testing.T) {
			s := newStudio(t, Options{Stereo: path})
			for name, layout := range layouts {
				h := newHeadset(layout, gl.RGBA16F)
				h.aim(f)
				s.draw(w, f)
				img := h.picture()
				for hip, star := range bright {
					for i := range 2 {
						x, y := cantedPixel(t, w, hip, i)
						gotX, gotY := centreOfLight(img, float64(i*goldenW)+x, y)
						if d := math.Hypot(gotX-float64(i*goldenW)-x, gotY-y); !(d < 0.25) {
							t.Errorf("%s, %s, eye %d: %s is at %.2f, %.2f, want %.2f, %.2f", path, name, i, star, gotX-float64(i*goldenW), gotY, x, y)
						}
					}
				}
			}
		})
	}
}

// bright are stars round Orion that both eyes see, by their Hipparcos numbers.
var bright = map[uint32]string{32349: "Sirius", 27989: "Betelgeuse", 24436: "Rigel", 21421: "Aldebaran", 37279: "Procyon"}

// cantedPixel is where a star is in an eye of a canted frame, from its place in
// the catalogue and the angles of the headset, and nothing of the renderer.
func cantedPixel(t *testing.T, w *scene.World, hip uint32, eye int) (x, y float64) {
	t.Helper()
	tan := func(degrees float64) float64 { return math.Tan(degrees * math.Pi / 180) }
	stars := readStars(t)
	for i := range stars {
		if stars[i].HIP != hip {
			continue
		}
		direction, _ := astro.StarAt(&stars[i], w.Time())
		v := w.Ship.Orientation.Conjugate().Rotate(direction)
		right := math.Atan2(v[0], -v[2]) // of the ship's bow
		up := v[1] / math.Hypot(v[0], v[2])
		cant, left, rightmost := -10*math.Pi/180, tan(-55), tan(45)
		if eye == 1 {
			cant, left, rightmost = -cant, tan(-45), tan(55)
		}
		across := math.Tan(right - cant)
		up /= math.Cos(right - cant)
		return (across - left) / (rightmost - left) * goldenW, (tan(44) - up) / (tan(44) - tan(-40)) * goldenH
	}
	t.Fatalf("no star HIP %d", hip)
	return 0, 0
}

// centreOfLight is that of the pixels within 3 of a place.
func centreOfLight(img *image.NRGBA, atX, atY float64) (x, y float64) {
	var sum float64
	for py := int(atY) - 3; py <= int(atY)+3; py++ {
		for px := int(atX) - 3; px <= int(atX)+3; px++ {
			light := float64(img.NRGBAAt(px, py).G)
			sum += light
			x += light * (float64(px) + 0.5)
			y += light * (float64(py) + 0.5)
		}
	}
	return x / sum, y / sum
}

// TestMaskCosts: a mask is handed over when it is another, and then drawn; none,
// or one without triangles, costs nothing.
func TestMaskCosts(t *testing.T) {
	for _, path := range []Stereo{StereoTwice, StereoWide, StereoLayer} {
		t.Run(string(path), func(t *testing.T) {
			s := newStudio(t, Options{Stereo: path})
			w := pair.world(t)
			f := pair.canted(w)
			counts := func() engine.Counts {
				s.draw(w, f)
				c := s.Counts()
				c.Cull, c.Submit = 0, 0
				return c
			}
			counts() // in which surfaces are made
			bare := counts()
			f.Hidden = [2]*engine.Mask{new(engine.Mask), nil}
			if got := counts(); got != bare {
				t.Errorf("%s: an empty mask costs %+v, none %+v", path, got, bare)
			}
			f.Hidden = [2]*engine.Mask{lens(f.Views[0].FOV), middle(f.Views[1].FOV)}
			want, passes := bare, 1
			if path == StereoTwice {
				passes = 2
			}
			want.Triangles += 96 + 1
			want.Draws += passes
			want.Calls += 5 * passes // vertex array, program, colour off and on, draw
			want.StateChanges += 4 * passes
			first := want
			first.UploadBytes += 3 * 97 * 12
			first.Calls += 2
			first.StateChanges += 2
			if got := counts(); got != first {
				t.Errorf("%s: the first frame with a mask costs %+v, want %+v", path, got, first)
			}
			if got := counts(); got != want {
				t.Errorf("%s: the second frame with a mask costs %+v, want %+v", path, got, want)
			}
			f.Hidden[1] = middle(f.Views[1].FOV)
			if got := counts(); got != first {
				t.Errorf("%s: another mask costs %+v, want %+v", path, got, first)
			}
			f.ViewCount = 1 // whose right eye's mask is none of it
			if got := counts(); got.Triangles != bare.Triangles/2+96 {
				t.Errorf("%s: one view has %d triangles, want %d", path, got.Triangles, bare.Triangles/2+96)
			}
			f.ViewCount, f.Hidden = 2, [2]*engine.Mask{}
			if got := counts(); got != bare {
				t.Errorf("%s: without the mask again a frame costs %+v, at first %+v", path, got, bare)
			}
		})
	}
}

// BenchmarkMask times what lenses hide, drawn to the end: 21 % of the view.
func BenchmarkMask(b *testing.B) {
	for _, v := range masked[:3] {
		for _, name := range []string{"bare", "masked"} {
			b.Run(v.name+" "+name, func(b *testing.B) {
				s := newStudio(b, Options{})
				v.eyes = 2
				w := v.world(b)
				f := v.canted(w)
				for i := range 2 {
					f.Target.Rect[i].W, f.Target.Rect[i].H = 1000, 1000
					if name == "masked" {
						f.Hidden[i] = lens(f.Views[i].FOV)
					}
				}
				for b.Loop() {
					s.draw(w, f)
					gl.Finish()
				}
			})
		}
	}
}

// draw draws a frame or fails the test.
func (s *studio) draw(w *scene.World, f *engine.Frame) {
	s.t.Helper()
	if err := s.Draw(w, f); err != nil {
		s.t.Fatal(err)
	}
}
