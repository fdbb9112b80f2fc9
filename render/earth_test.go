package render

import (
	"testing"
	"testing/fstest"

	"github.com/spacetime-vr/spacetime/assets"
)

// The map of the Earth comes apart as build/coast put it together: the Sahara is dry
// land, half a kilometre high, without lights; the Pacific is none of it; Tokyo shines.
func TestCoastTexels(t *testing.T) {
	texels, err := coastTexels(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		lat, lon  float64
		low, high [4]uint8
	}{
		{"Sahara", 24, 1, [4]uint8{255, 150, 40, 0}, [4]uint8{255, 185, 70, 0}},
		{"mid-Pacific", -30, -120, [4]uint8{0, 0, 0, 0}, [4]uint8{0, 0, 255, 0}},
		{"Tokyo", 35.7, 139.6, [4]uint8{128, 129, 0, 230}, [4]uint8{150, 160, 255, 255}},
		{"Lhasa", 29.65, 91.1, [4]uint8{255, 220, 0, 0}, [4]uint8{255, 245, 255, 200}},
		{"either side of 180°, Chukotka", 68, 179.95, [4]uint8{128, 129, 48, 0}, [4]uint8{255, 190, 255, 20}},
		{"either side of 180°, Chukotka", 68, -179.95, [4]uint8{128, 129, 48, 0}, [4]uint8{255, 190, 255, 20}},
	} {
		x, y := int((c.lon+180)/360*coastWide), int((90-c.lat)/180*coastHigh)
		got := [4]uint8(texels[4*(y*coastWide+x):])
		for i := range got {
			if got[i] < c.low[i] || got[i] > c.high[i] {
				t.Errorf("%s: got %d, want %d to %d", c.name, got, c.low, c.high)
				break
			}
		}
	}
}

// Every texel of a small map is four of the large one, which change by quarters
// from texel to texel, around 180° too, and end at the poles.
func TestDoubled(t *testing.T) {
	small := make([]uint8, coastWide*coastHigh/2)
	small[0], small[1] = 160, 80 // at the north-west corner
	for _, c := range []struct {
		x, y int
		want uint8
	}{
		{0, 0, 120},
		{1, 0, 140},
		{2, 0, 100},
		{3, 0, 60},
		{4, 0, 20},
		{5, 0, 0},
		{coastWide - 1, 0, 40},
		{coastWide - 2, 0, 0},
		{0, 1, 90},
		{0, 2, 30},
		{0, 3, 0},
		{0, coastHigh - 1, 0},
	} {
		if got := doubled(small, c.x, c.y); got != c.want {
			t.Errorf("texel %d, %d: got %d, want %d", c.x, c.y, got, c.want)
		}
	}
}

func TestCoastTexelsRefuses(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"no file":    {},
		"no picture": {coastFile: {Data: []byte("no picture")}},
	} {
		if _, err := coastTexels(files); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkCoastTexels(b *testing.B) {
	for b.Loop() {
		if _, err := coastTexels(assets.FS); err != nil {
			b.Fatal(err)
		}
	}
}
