package render

import (
	"image"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// headset makes textures as a headset's runtime has them, and a frame that asks
// for a picture in them.
type headset struct {
	layout        engine.Layout
	format        int32
	kind          uint32
	w, h, layers  int32
	colour, depth []uint32
}

func newHeadset(layout engine.Layout, format int32) *headset {
	h := &headset{layout: layout, format: format, kind: gl.TEXTURE_2D, w: goldenW, h: goldenH, layers: 1}
	images := 1
	switch layout {
	case engine.LayoutLayered:
		h.kind, h.layers = gl.TEXTURE_2D_ARRAY, 2
	case engine.LayoutWide:
		h.w = 2 * goldenW
	case engine.LayoutPerView:
		images = 2
	}
	for range images {
		h.colour = append(h.colour, h.texture(format, gl.RGBA, gl.UNSIGNED_BYTE))
		h.depth = append(h.depth, h.texture(gl.DEPTH_COMPONENT32F, gl.DEPTH_COMPONENT, gl.FLOAT))
	}
	return h
}

func (h *headset) texture(format int32, order, numbers uint32) (name uint32) {
	gl.GenTextures(1, &name)
	gl.BindTexture(h.kind, name)
	if h.kind == gl.TEXTURE_2D_ARRAY {
		gl.TexImage3D(h.kind, 0, format, h.w, h.h, h.layers, 0, order, numbers, nil)
	} else {
		gl.TexImage2D(h.kind, 0, format, h.w, h.h, 0, order, numbers, nil)
	}
	gl.TexParameteri(h.kind, gl.TEXTURE_MAX_LEVEL, 0)
	return name
}

// aim has f drawn into the headset. All but RGBA8 take light.
func (h *headset) aim(f *engine.Frame) {
	f.Target = engine.Target{Layout: h.layout, SRGB: h.format != gl.RGBA8}
	copy(f.Target.Colour[:], h.colour)
	copy(f.Target.Depth[:], h.depth)
	for i := range f.Target.Rect {
		f.Target.Rect[i] = engine.Rect{W: goldenW, H: goldenH}
	}
	if h.layout == engine.LayoutWide {
		f.Target.Rect[1].X = goldenW
	}
}

// read returns what all textures hold, view after view, rows upward: parts of
// each pixel.
func read[T any](h *headset, names []uint32, order, numbers uint32, parts int32) (all []T) {
	gl.PixelStorei(gl.PACK_ALIGNMENT, 1)
	for _, name := range names {
		pix := make([]T, parts*h.w*h.h*h.layers)
		gl.BindTexture(h.kind, name)
		gl.GetTexImage(h.kind, 0, order, numbers, unsafe.Pointer(&pix[0]))
		all = append(all, pix...)
	}
	return all
}

// at is where a pixel of a view is in what read returns, x and y rightward and
// upward.
func (h *headset) at(view, x, y int) int {
	if h.layout == engine.LayoutWide {
		return y*2*goldenW + view*goldenW + x
	}
	return (view*goldenH+y)*goldenW + x
}

// picture is what the images show, side by side, in sRGB.
func (h *headset) picture() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 2*goldenW, goldenH))
	light := read[float32](h, h.colour, gl.RGBA, gl.FLOAT, 4)
	for x := range 2 * goldenW {
		for y := range goldenH {
			from, to := 4*h.at(x/goldenW, x%goldenW, y), img.PixOffset(x, goldenH-1-y)
			for k, v := range light[from : from+4] {
				if k < 3 && (h.format == gl.RGBA16F || h.format == gl.RGB10_A2) { // GL hands out sRGB as it lies there
					v = encoded(v)
				}
				img.Pix[to+k] = uint8(math.Round(255 * float64(v)))
			}
		}
	}
	return img
}

// encoded is the sRGB value of light: IEC 61966-2-1.
func encoded(light float32) float32 {
	if light <= 0.0031308 {
		return 12.92 * light
	}
	return float32(1.055*math.Pow(float64(light), 1/2.4) - 0.055)
}

var layouts = map[string]engine.Layout{"layered": engine.LayoutLayered, "wide": engine.LayoutWide, "per view": engine.LayoutPerView}

// TestHeadsetImages: the images of a headset hold what a capture shows.
func TestHeadsetImages(t *testing.T) {
	for name, layout := range layouts {
		for _, format := range []int32{gl.RGBA8, gl.SRGB8_ALPHA8, gl.RGBA16F, gl.RGB10_A2} {
			s := newStudio(t, Options{})
			want := s.picture(pair)
			h := newHeadset(layout, format)
			w := pair.world(t)
			f := pair.frame(w)
			h.aim(f)
			if err := s.Draw(w, f); err != nil {
				t.Fatal(err)
			}
			limit := map[int32]int{gl.RGBA8: 0, gl.SRGB8_ALPHA8: 1, gl.RGBA16F: 1, gl.RGB10_A2: 4}[format] // steps; 10 bits of light are few
			if worst := worstStep(want, h.picture()); worst > limit {
				t.Errorf("%s, format %#x: off by %d steps, at most %d", name, format, worst, limit)
			}
			if img := s.capture(); string(img.Pix) != string(want.Pix) {
				t.Errorf("%s, format %#x: a capture beside the headset differs", name, format)
			}
		}
	}
}

// worstStep is the largest difference of two pictures, in steps of 255.
func worstStep(a, b *image.NRGBA) (worst int) {
	for i := range a.Pix {
		worst = max(worst, int(a.Pix[i])-int(b.Pix[i]), int(b.Pix[i])-int(a.Pix[i]))
	}
	return worst
}

// TestHeadsetDepth: the depth that a compositor gets is that of an infinite,
// reversed projection, 0 in the sky.
func TestHeadsetDepth(t *testing.T) {
	for _, samples := range []int{1, 4} {
		for name, layout := range layouts {
			s := newStudio(t, Options{Samples: samples})
			h := newHeadset(layout, gl.SRGB8_ALPHA8)
			w := pair.world(t)
			f := pair.frame(w)
			h.aim(f)
			if err := s.Draw(w, f); err != nil {
				t.Fatal(err)
			}
			if !f.DepthDrawn {
				t.Errorf("%s, %d samples: the frame does not tell of its depth", name, samples)
			}
			depth := read[float32](h, h.depth, gl.DEPTH_COMPONENT, gl.FLOAT, 1)
			centreM := w.Ship.PositionM.Sub(w.Ephemeris.States[astro.Saturn].PositionM).Len()
			info := astro.Saturn.Info()
			for view := range 2 {
				seenM := engine.NearM / float64(depth[h.at(view, goldenW/2, goldenH/2)])
				if seenM < centreM-info.EquatorialRadiiM[0] || seenM > centreM-info.PolarRadiusM {
					t.Errorf("%s, %d samples, view %d: Saturn's cloud tops at %.0f km, its centre at %.0f km", name, samples, view, seenM/1e3, centreM/1e3)
				}
				if sky := depth[h.at(view, 3, 3)]; sky != 0 {
					t.Errorf("%s, %d samples, view %d: the sky has depth %g", name, samples, view, sky)
				}
			}
		}
	}
}

// TestDepthDrawn: a frame tells of depth only where all its depth images hold it,
// and others are left alone.
func TestDepthDrawn(t *testing.T) {
	for _, tt := range []struct {
		name    string
		layout  engine.Layout
		without []string
		spoil   func(*engine.Frame)
		layers  scene.Layers
		want    bool
	}{
		{"as wanted", engine.LayoutLayered, nil, func(*engine.Frame) {}, 0, true},
		{"an image for each view", engine.LayoutPerView, nil, func(*engine.Frame) {}, 0, true},
		{"no images", engine.LayoutLayered, nil, func(f *engine.Frame) { f.Target.Depth[0] = 0 }, 0, false},
		{"none for the right eye", engine.LayoutPerView, nil, func(f *engine.Frame) { f.Target.Depth[1] = 0 }, 0, false},
		{"logarithmic", engine.LayoutLayered, []string{extClipControl}, func(*engine.Frame) {}, 0, false},
		{"a test picture", engine.LayoutWide, nil, func(*engine.Frame) {}, scene.LayerTestPattern, false},
		{"the renderer's own picture", engine.LayoutWide, nil, func(f *engine.Frame) { f.Target.Colour[0] = 0 }, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, v := newStudio(t, Options{Without: tt.without}), pair
			v.layers = tt.layers
			h, w := newHeadset(tt.layout, gl.SRGB8_ALPHA8), v.world(t)
			f := v.frame(w)
			h.aim(f)
			tt.spoil(f)
			f.DepthDrawn = !tt.want
			if err := s.Draw(w, f); err != nil {
				t.Fatal(err)
			}
			depth := read[float32](h, h.depth, gl.DEPTH_COMPONENT, gl.FLOAT, 1)
			if drawn := slices.Max(depth) > 0; f.DepthDrawn != tt.want || drawn != tt.want {
				t.Errorf("depth drawn: told %v, done %v, want %v", f.DepthDrawn, drawn, tt.want)
			}
		})
	}
}

// TestSlowCapture: the way of graphics processors, by a buffer and a fence,
// gives the same picture as the short one, and does not wait unless asked.
func TestSlowCapture(t *testing.T) {
	s := newStudio(t, Options{})
	want := s.picture(saturn)
	s.readback.direct = false
	for range 2 {
		if err := s.BeginCapture(); err != nil {
			t.Fatal(err)
		}
		s.drawn(orion) // drawn while the copy is under way
		var p engine.Picture
		ready, err := false, error(nil)
		for range 1000 {
			if ready, err = s.EndCapture(&p, false); ready || err != nil {
				break
			}
			gl.Flush()
		}
		if !ready || err != nil {
			t.Fatalf("ready %v, %v", ready, err)
		}
		if img := p.Image(); string(img.Pix) != string(want.Pix) {
			t.Fatal("another picture")
		}
		s.drawn(saturn)
	}
}

// drawn draws a view and does not capture it.
func (s *studio) drawn(v view) {
	s.t.Helper()
	w := v.world(s.t)
	if err := s.Draw(w, v.frame(w)); err != nil {
		s.t.Fatal(err)
	}
}
