package xr

import (
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

func TestLayout(t *testing.T) {
	size := openxr.ViewSize{Width: 1000, Height: 1100, MaxWidth: 4096, MaxHeight: 4096}
	larger := openxr.ViewSize{Width: 1200, Height: 1000, MaxWidth: 4096, MaxHeight: 4096}
	type view struct{ chain, layer, x, w, h int }
	for _, tt := range []struct {
		name          string
		way           Images
		headset       openxr.Headset
		scale         float64
		width, height int
		layers        int
		chains        int
		right         view
	}{
		{"layered", ImagesLayered, openxr.Headset{Views: [2]openxr.ViewSize{size, size}}, 1, 1000, 1100, 2, 1, view{0, 1, 0, 1000, 1100}},
		{"wide", ImagesWide, openxr.Headset{Views: [2]openxr.ViewSize{size, size}}, 1, 2000, 1100, 1, 1, view{0, 0, 1000, 1000, 1100}},
		{"per view", ImagesPerView, openxr.Headset{Views: [2]openxr.ViewSize{size, size}}, 1, 1000, 1100, 1, 2, view{1, 0, 0, 1000, 1100}},
		{"unequal eyes", ImagesLayered, openxr.Headset{Views: [2]openxr.ViewSize{size, larger}}, 1, 1200, 1100, 2, 1, view{0, 1, 0, 1200, 1100}},
		{"smaller", ImagesPerView, openxr.Headset{Views: [2]openxr.ViewSize{size, size}}, 0.5, 500, 550, 1, 2, view{1, 0, 0, 500, 550}},
		{"too large", ImagesLayered, openxr.Headset{Views: [2]openxr.ViewSize{size, size}}, 9, 4096, 4096, 2, 1, view{0, 1, 0, 4096, 4096}},
		{"too wide", ImagesWide, openxr.Headset{MaxWidth: 1500, Views: [2]openxr.ViewSize{size, size}}, 1, 1500, 1100, 1, 1, view{0, 0, 750, 750, 1100}},
		{"nothing", ImagesLayered, openxr.Headset{Views: [2]openxr.ViewSize{size, size}}, 1e-9, 1, 1, 2, 1, view{0, 1, 0, 1, 1}},
	} {
		l := layout(tt.way, tt.headset, tt.scale)
		r := l.Views[1]
		if l.Width != tt.width || l.Height != tt.height || l.Layers != tt.layers || l.Chains != tt.chains ||
			(view{r.Chain, r.Layer, r.X, r.W, r.H}) != tt.right {
			t.Errorf("%s: %+v", tt.name, l)
		}
	}
}

func TestChooseFormat(t *testing.T) {
	for _, tt := range []struct {
		name    string
		offered []int64
		want    int64
	}{
		{"Monado's order", []int64{gl.RGBA16, gl.RGBA16F, gl.SRGB8_ALPHA8, gl.RGBA8}, gl.SRGB8_ALPHA8},
		{"SteamVR on Linux", []int64{gl.SRGB8, gl.SRGB8_ALPHA8}, gl.SRGB8_ALPHA8}, // SteamVR-for-Linux issue 546
		{"no sRGB", []int64{gl.RGBA8, gl.RGB10_A2, gl.RGBA16F}, gl.RGBA16F},
		{"least", []int64{gl.DEPTH_COMPONENT16, gl.RGBA8}, gl.RGBA8},
		{"none", []int64{gl.DEPTH_COMPONENT32F, gl.RGBA16}, 0},
		{"nothing", nil, 0},
	} {
		if got, ok := choose(colours, tt.offered); got != tt.want || ok != (tt.want != 0) {
			t.Errorf("%s: %#x, want %#x", tt.name, got, tt.want)
		}
	}
}

func TestParseImages(t *testing.T) {
	for text, want := range map[string]Images{"auto": ImagesAuto, "layer": ImagesLayered, "wide": ImagesWide, "two-pass": ImagesPerView} {
		if got, err := ParseImages(text); got != want || err != nil {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := ParseImages("multiview"); err == nil {
		t.Error("multiview is accepted")
	}
}

func TestNearestRate(t *testing.T) {
	for _, tt := range []struct {
		rates []float32
		want  float64
		got   float32
	}{{[]float32{72, 80, 90, 120}, 100, 90}, {[]float32{72, 80, 90, 120}, 500, 120}, {[]float32{90}, 1, 90}, {nil, 90, 0}} {
		if got := nearest(tt.rates, tt.want); got != tt.got {
			t.Errorf("of %v nearest to %g: %g, want %g", tt.rates, tt.want, got, tt.got)
		}
	}
}
