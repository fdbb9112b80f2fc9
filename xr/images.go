package xr

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// Images says how the two views lie in the runtime's images.
type Images int

// The ways. The renderer draws in the same way into all of them, and a frame's
// calls cost the same (begin 5 µs, end 33 µs on the simulated headset, whichever
// the way), so that auto takes what asks least of a runtime: layers, one image a
// frame to get and to give back; where it makes none, an image for each view.
const (
	ImagesAuto    Images = iota
	ImagesLayered        // an image of two layers
	ImagesWide           // a wide image
	ImagesPerView        // an image for each view
)

// ParseImages returns the images that go with a way to draw stereo: "auto",
// "layer", "wide" or "two-pass".
func ParseImages(stereo string) (Images, error) {
	names := []string{"auto", "layer", "wide", "two-pass"}
	if i := slices.Index(names, stereo); i >= 0 {
		return Images(i), nil
	}
	return 0, fmt.Errorf("unknown stereo %q; it may be one of %q", stereo, names)
}

var engineLayouts = [...]engine.Layout{
	ImagesLayered: engine.LayoutLayered, ImagesWide: engine.LayoutWide, ImagesPerView: engine.LayoutPerView,
}

// colours are the formats that pictures are drawn in, the best first. With sRGB
// 8 bits are enough; all others hold light, which takes more.
var colours = []int64{gl.SRGB8_ALPHA8, gl.SRGB8, gl.RGBA16F, gl.RGB10_A2, gl.RGBA8}

// errNoFormat says that a runtime has no format that can be drawn in.
var errNoFormat = errors.New("the runtime offers no format that OpenGL draws in")

// setImages makes the images that frames are drawn in.
func (d *Display) setImages() error {
	formats, err := d.session.Formats()
	if err != nil {
		return err
	}
	colour, ok := choose(colours, formats)
	if !ok {
		return fmt.Errorf("%w: %#x", errNoFormat, formats)
	}
	depth := int64(0)
	if d.options.Depth && slices.Contains(formats, gl.DEPTH_COMPONENT32F) {
		depth = gl.DEPTH_COMPONENT32F
	}
	ways := []Images{d.options.Images}
	if d.options.Images == ImagesAuto {
		ways = []Images{ImagesLayered, ImagesPerView}
	}
	h := d.instance.Headset()
	for _, way := range ways {
		l := layout(way, h, d.options.Scale)
		l.Colour, l.Depth = colour, depth
		if err = d.session.SetLayout(&l); isLoss(err) {
			return err
		}
		if err == nil {
			d.adopt(way, h.Name, &l)
			return nil
		}
	}
	return err
}

// choose returns the first of the wishes that is offered.
func choose(wishes, offered []int64) (int64, bool) {
	for _, f := range wishes {
		if slices.Contains(offered, f) {
			return f, true
		}
	}
	return 0, false
}

// layout places two views of one size, which is the larger that the runtime
// recommends for either, times scale, in images of the runtime.
func layout(way Images, h openxr.Headset, scale float64) (l openxr.Layout) {
	var w, height int
	for _, v := range h.Views {
		w = max(w, scaled(v.Width, scale, v.MaxWidth))
		height = max(height, scaled(v.Height, scale, v.MaxHeight))
	}
	l.Width, l.Height, l.Layers, l.Chains = w, height, 1, 1
	switch way {
	case ImagesLayered:
		l.Layers = engine.MaxViews
	case ImagesWide:
		if most := h.MaxWidth / 2; most > 0 {
			w = min(w, most)
		}
		l.Width = 2 * w
	case ImagesPerView:
		l.Chains = engine.MaxViews
	}
	for i := range l.Views {
		v := &l.Views[i]
		v.W, v.H = w, height
		switch way {
		case ImagesLayered:
			v.Layer = i
		case ImagesWide:
			v.X = i * w
		case ImagesPerView:
			v.Chain = i
		}
	}
	return l
}

// scaled multiplies a length in pixels, and keeps it between 1 and most.
func scaled(n int, by float64, most int) int {
	s := int(math.Round(float64(n) * by))
	if most > 0 {
		s = min(s, most)
	}
	return max(s, 1)
}

// adopt makes the layout the frame's.
func (d *Display) adopt(way Images, name string, l *openxr.Layout) {
	t := engine.Target{Layout: engineLayouts[way], SRGB: true}
	for i, v := range l.Views {
		t.Rect[i] = engine.Rect{X: v.X, Y: v.Y, W: v.W, H: v.H}
	}
	d.frame.Target = t
	d.info.Name, d.info.Width, d.info.Height = name, t.Rect[0].W, t.Rect[0].H
}
