package render

import (
	"math"
	"testing"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// headset makes textures as a headset's runtime has them, and a frame that asks
// for a picture in them.
type headset struct {
	layout        engine.Layout
	srgb          bool
	kind          uint32
	w, h, layers  int32
	colour, depth []uint32
}

func newHeadset(layout engine.Layout, srgb bool) *headset {
	h := &headset{layout: layout, srgb: srgb, kind: gl.TEXTURE_2D, w: goldenW, h: goldenH, layers: 1}
	images := 1
	switch layout {
	case engine.LayoutLayered:
		h.kind, h.layers = gl.TEXTURE_2D_ARRAY, 2
	case engine.LayoutWide:
		h.w = 2 * goldenW
	case engine.LayoutPerView:
		images = 2
	}
	format := int32(gl.RGBA8)
	if srgb {
		format = gl.SRGB8_ALPHA8
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

func (h *headset) aim(f *engine.Frame) {
	f.Target = engine.Target{Layout: h.layout, SRGB: h.srgb}
	copy(f.Target.Colour[:], h.colour)
	copy(f.Target.Depth[:], h.depth)
	for i := range f.Target.Rect {
		f.Target.Rect[i] = engine.Rect{W: goldenW, H: goldenH}
	}
	if h.layout == engine.LayoutWide {
		f.Target.Rect[1].X = goldenW
	}
}

// read returns what all textures hold, view after view, rows upward: pixels of
// four bytes.
func (h *headset) read(names []uint32, order, numbers uint32) (all []byte) {
	for _, name := range names {
		pix := make([]byte, 4*h.w*h.h*h.layers)
		gl.BindTexture(h.kind, name)
		gl.GetTexImage(h.kind, 0, order, numbers, unsafe.Pointer(&pix[0]))
		all = append(all, pix...)
	}
	return all
}

// offset is where the pixel of a view is in what read returns.
func (h *headset) offset(view, x, y int) int {
	if h.layout == engine.LayoutWide {
		return 4 * (y*2*goldenW + view*goldenW + x)
	}
	return 4 * ((view*goldenH+y)*goldenW + x)
}

var layouts = map[string]engine.Layout{"layered": engine.LayoutLayered, "wide": engine.LayoutWide, "per view": engine.LayoutPerView}

// TestHeadsetImages: the images of a headset hold what a capture shows.
func TestHeadsetImages(t *testing.T) {
	for name, layout := range layouts {
		for _, srgb := range []bool{false, true} {
			s := newStudio(t, Options{})
			want := s.picture(pair)
			h := newHeadset(layout, srgb)
			w := pair.world(t)
			f := pair.frame(w)
			h.aim(f)
			if err := s.Draw(w, f); err != nil {
				t.Fatal(err)
			}
			got, limit, worst := h.read(h.colour, gl.RGBA, gl.UNSIGNED_BYTE), 0.0, 0.0
			if srgb {
				limit = 1 // step, by which hardware may round
			}
			for view := range 2 {
				for y := range goldenH {
					for x := range goldenW {
						g, p := h.offset(view, x, y), want.PixOffset(view*goldenW+x, goldenH-1-y)
						for k := range 4 {
							worst = math.Max(worst, math.Abs(float64(got[g+k])-float64(want.Pix[p+k])))
						}
					}
				}
			}
			if worst > limit {
				t.Errorf("%s, sRGB %v: off by %g steps, at most %g", name, srgb, worst, limit)
			}
			if img := s.capture(); string(img.Pix) != string(want.Pix) {
				t.Errorf("%s, sRGB %v: a capture beside the headset differs", name, srgb)
			}
		}
	}
}

// TestHeadsetDepth: the depth that a compositor gets is that of an infinite,
// reversed projection, 0 in the sky.
func TestHeadsetDepth(t *testing.T) {
	for _, samples := range []int{1, 4} {
		for name, layout := range layouts {
			s := newStudio(t, Options{Samples: samples})
			h := newHeadset(layout, true)
			w := pair.world(t)
			f := pair.frame(w)
			h.aim(f)
			if err := s.Draw(w, f); err != nil {
				t.Fatal(err)
			}
			depth := h.read(h.depth, gl.DEPTH_COMPONENT, gl.FLOAT)
			at := func(view, x, y int) float64 {
				return float64(*(*float32)(unsafe.Pointer(&depth[h.offset(view, x, y)])))
			}
			centreM := w.Ship.PositionM.Sub(w.Ephemeris.States[astro.Saturn].PositionM).Len()
			info := astro.Saturn.Info()
			for view := range 2 {
				seenM := engine.NearM / at(view, goldenW/2, goldenH/2)
				if seenM < centreM-info.EquatorialRadiiM[0] || seenM > centreM-info.PolarRadiusM {
					t.Errorf("%s, %d samples, view %d: Saturn's cloud tops at %.0f km, its centre at %.0f km", name, samples, view, seenM/1e3, centreM/1e3)
				}
				if sky := at(view, 3, 3); sky != 0 {
					t.Errorf("%s, %d samples, view %d: the sky has depth %g", name, samples, view, sky)
				}
			}
		}
	}
}

// TestNoDepthWithoutClipControl: logarithmic depth is not handed over.
func TestNoDepthWithoutClipControl(t *testing.T) {
	s := newStudio(t, Options{Without: []string{extClipControl}})
	h := newHeadset(engine.LayoutLayered, true)
	w := pair.world(t)
	f := pair.frame(w)
	h.aim(f)
	if err := s.Draw(w, f); err != nil {
		t.Fatal(err)
	}
	for _, b := range h.read(h.depth, gl.DEPTH_COMPONENT, gl.FLOAT) {
		if b != 0 {
			t.Fatal("the depth image was written")
		}
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
