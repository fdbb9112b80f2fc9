package render

import (
	"image"
	"math"
	"strings"
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/golden"
	"github.com/spacetime-vr/spacetime/scene"
)

// pairingCode is what rsc.io/qr 0.2.0 makes, at level M, of
// https://192.168.178.31:8080/pair#48151623.
var pairingCode = [...]string{
	"#######....#...###.##.#######",
	"#.....#.###.#####..##.#.....#",
	"#.###.#...#.#...#.#.#.#.###.#",
	"#.###.#...##...##..##.#.###.#",
	"#.###.#.#......###.##.#.###.#",
	"#.....#..#...#.#.#.##.#.....#",
	"#######.#.#.#.#.#.#.#.#######",
	".............###.#...........",
	"#.#.#.#.....####.##.....#..#.",
	".#####.#...####..##...##.#..#",
	"###...####...#..#.#.#.#...###",
	"###.##.##.##.#.###..#...#..#.",
	"####..##..#.###..####.#..#.##",
	"#.#.##..#.#.###...#...##.#..#",
	"#.##..###..#.##...#.###..#.##",
	"##......#..#.#...#.#.###.#.#.",
	"####.###.#.####.####..##.#.##",
	".##.....#.#.###..##...##.##.#",
	"#..##.#...#..##.#.#....##..##",
	".##.#..###..###..#..##.###.#.",
	"#.#########...#..##.#####....",
	"........##..#...#...#...#.###",
	"#######..#.###...#.##.#.##.##",
	"#.....#..#.#...#.####...##...",
	"#.###.#.#..#...###..#####....",
	"#.###.#....#....###..#..#.###",
	"#.###.#.#..####...#.#...##..#",
	"#.....#..#...###.#..#.#..#.#.",
	"#######.#.###.#.##..#...##.##",
}

// pairing is a panel as the first start shows it.
func pairing() *engine.Panel {
	return &engine.Panel{
		Title: "Pair a controller",
		Lines: []string{"Scan the code, or open", "https://192.168.178.31:8080/pair", "and type", "48151623", "Good for five minutes."},
		Code:  codeOf(pairingCode[:]),
	}
}

func codeOf(rows []string) engine.Code {
	c := engine.Code{Side: len(rows)}
	for _, module := range strings.Join(rows, "") {
		c.Dark = append(c.Dark, module == '#')
	}
	return c
}

// sized is a display's frame with views of wide by high pixels; two eyes see 45°
// to each side.
func (v view) sized(w *scene.World, wide, high int) *engine.Frame {
	f := v.frame(w)
	for i := range f.ViewCount {
		f.Target.Rect[i] = engine.Rect{X: i * wide, W: wide, H: high}
		f.Views[i].FOV = engine.FlatFOV(w.FOVRad, wide, high)
		if f.ViewCount == 2 {
			f.Views[i].FOV = engine.FlatFOV(math.Pi/2, wide, high)
		}
	}
	return f
}

// withPanel draws a view with a panel and captures it.
func (s *studio) withPanel(v view, wide, high int, p *engine.Panel) *image.NRGBA {
	s.t.Helper()
	w := v.world(s.t)
	f := v.sized(w, wide, high)
	f.Panel = p
	s.draw(w, f)
	return s.capture()
}

func TestGoldenPanel(t *testing.T) {
	golden.Check(t, "panel", newStudio(t, Options{}).withPanel(saturn, 1280, 720, pairing()), tight)
	golden.Check(t, "panel-two-eyes", newStudio(t, Options{Stereo: StereoWide}).withPanel(pair, 512, 512, pairing()), tight)
}

var _ = gl.NONE
var _ = mgl64.Vec3{}
