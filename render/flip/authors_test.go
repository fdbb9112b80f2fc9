package flip

import (
	"image"
	"image/color"
	"math"
	"testing"
)

func drawn(w, h int, colour func(x, y int) color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.SetNRGBA(i%w, i/w, colour(i%w, i/w))
	}
	return img
}
func rgb(r, g, b int) color.NRGBA { return color.NRGBA{uint8(r), uint8(g), uint8(b), 255} }

// pictures are formulas for a colour at a place.
var pictures = map[string]func(x, y int) color.NRGBA{
	"black": func(int, int) color.NRGBA { return rgb(0, 0, 0) },
	"star": func(x, y int) color.NRGBA {
		if (x == 15 || x == 16) && (y == 11 || y == 12) {
			return rgb(255, 255, 255)
		}
		return rgb(0, 0, 0)
	},
	"ramp":   func(x, y int) color.NRGBA { return rgb(8*x, 10*y, x*y%256) },
	"turned": func(x, y int) color.NRGBA { return rgb(10*y, 8*x, x*y%256) },
	"noise": func(x, y int) color.NRGBA {
		n := func(c int) int { return (37*x + 91*y + 53*c) * (13*x + 7*y + c) % 41 }
		return rgb((8*x+n(0))%256, (10*y+n(1))%256, (x*y+n(2))%256)
	},
	"line":  func(x, y int) color.NRGBA { return lineColour(x, 16) },
	"moved": func(x, y int) color.NRGBA { return lineColour(x, 17) },
	"grey":  func(int, int) color.NRGBA { return rgb(100, 100, 100) },
	"board": func(x, y int) color.NRGBA { l := 90 + 20*((x+y)%2); return rgb(l, l, l) },
	"corner": func(x, y int) color.NRGBA {
		if x < 3 && y < 3 {
			return rgb(255, 0, 0)
		}
		return rgb(100, 100, 100)
	},
}

func lineColour(x, at int) color.NRGBA {
	if x == at {
		return rgb(230, 200, 40)
	}
	return rgb(20, 30, 60)
}

// TestAuthors has what the authors' own program computes in double precision
// (NVlabs/flip, flip_api.py at 313517b): mean, largest, 99th percentile by nearest
// rank, and three pixels.
func TestAuthors(t *testing.T) {
	for _, tt := range []struct {
		a, b                  string
		ppd, mean, max        float64
		p99                   float64
		middle, right, corner float64
	}{
		{"black", "star", 67, 0.03807889, 0.97281072, 0.93090764, 0.97281072, 0, 0},
		{"black", "star", 22, 0.01324877, 0.99240521, 0.70568239, 0.99240521, 0, 0},
		{"ramp", "turned", 67, 0.74591564, 0.98764014, 0.98618511, 0.24540931, 0.98353730, 0.02150750},
		{"ramp", "turned", 22, 0.73538186, 0.98708945, 0.98516426, 0.23280271, 0.98299874, 0.00271070},
		{"ramp", "noise", 67, 0.42309459, 0.96382641, 0.93887811, 0.35539000, 0.74169630, 0.27964055},
		{"ramp", "noise", 22, 0.47732091, 0.98859685, 0.98536365, 0.34254437, 0.53284921, 0.14232351},
		{"line", "moved", 67, 0.11838604, 0.57048670, 0.57048670, 0.57048670, 0, 0},
		{"line", "moved", 22, 0.11130174, 0.98273801, 0.98273801, 0.57150339, 0, 0},
		{"grey", "board", 67, 0.02347909, 0.09335205, 0.04896538, 0.02181659, 0.02509892, 0.07049168},
		{"grey", "board", 22, 0.15387646, 0.19670171, 0.18218076, 0.15003717, 0.17033295, 0.19670171},
		{"grey", "corner", 67, 0.02336254, 0.96097034, 0.79136660, 0, 0, 0.96097034},
		{"grey", "corner", 22, 0.01469053, 0.96262560, 0.95721477, 0, 0, 0.95721477},
	} {
		r, err := Compare(drawn(32, 24, pictures[tt.a]), drawn(32, 24, pictures[tt.b]), tt.ppd)
		if err != nil {
			t.Fatal(err)
		}
		at := func(x, y int) float64 { return float64(r.Map[y*32+x]) }
		got := []float64{r.Mean, r.Max, r.P99, at(15, 11), at(31, 5), at(0, 0)}
		for i, want := range []float64{tt.mean, tt.max, tt.p99, tt.middle, tt.right, tt.corner} {
			d := math.Abs(got[i] - want)
			if d > 1e-6 {
				t.Errorf("%s-%s %g: %s %.8f, want %.8f (%.1e)", tt.a, tt.b, tt.ppd, []string{"mean", "max", "p99", "middle", "right", "corner"}[i], got[i], want, d)
			}
		}
	}
}
