package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"math"
	"strings"
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/golden"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
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
	wrong := pairing()
	wrong.Code.Dark[0] = !wrong.Code.Dark[0]
	if !golden.Differs(t, "panel", newStudio(t, Options{}).withPanel(saturn, 1280, 720, wrong), tight) {
		t.Error("a code with a wrong module passes")
	}
}

// TestPanelScans reads every module and the quiet zone back from the picture, by
// the grey in the middle of each.
func TestPanelScans(t *testing.T) {
	for _, tt := range []struct {
		view
		wide, high int
		least      float64 // pixels a module
	}{
		{saturn, 1280, 720, 5},
		{saturn, 1920, 1080, 8},
		{saturn, 640, 360, 3},
		{saturn, 320, 200, 3},
		{saturn, 720, 1280, 7},
		{pair, 1536, 1536, 2.5},
	} {
		s := newStudio(t, Options{})
		img := s.withPanel(tt.view, tt.wide, tt.high, pairing())
		for view := range max(1, tt.eyes) {
			at := func(x, y int) (px, py float64) { // from a module to a pixel
				const half = 0.5
				q, m := s.panel.sheet.quads[1], s.panel.sheet.module
				p := s.panel.place[view].Mul4x1(mgl32.Vec4{q.X0 + m*(float32(x)+1+half), q.Y1 - m*(float32(y)+1+half), 0, 1})
				return (float64(p[0]/p[3]+1)/2 + float64(view)) * float64(tt.wide), (1 - float64(p[1]/p[3])) / 2 * float64(tt.high)
			}
			if size := moduleSize(at); size < tt.least-1e-3 {
				t.Errorf("%d by %d, view %d: a module has %.2f pixels, want %v", tt.wide, tt.high, view, size, tt.least)
			}
			const side = len(pairingCode)
			for y := -4; y < side+4; y++ {
				for x := -4; x < side+4; x++ {
					dark := x >= 0 && y >= 0 && x < side && y < side && pairingCode[y][x] == '#'
					px, py := at(x, y)
					if grey := img.NRGBAAt(int(px), int(py)).G; dark && grey > 96 || !dark && grey < 128 {
						t.Fatalf("%d by %d, view %d: module %d, %d at pixel %.1f, %.1f is %d, dark is %v", tt.wide, tt.high, view, x, y, px, py, grey, dark)
					}
				}
			}
		}
	}
}

// moduleSize is the least of the distances of modules along two sides.
func moduleSize(at func(x, y int) (px, py float64)) float64 {
	x0, y0 := at(0, 0)
	x1, y1 := at(len(pairingCode)-1, 0)
	x2, y2 := at(0, len(pairingCode)-1)
	return min(math.Hypot(x1-x0, y1-y0), math.Hypot(x2-x0, y2-y0)) / float64(len(pairingCode)-1)
}

// TestPanelBeforeEyes: the middle of the card is 1.2 m ahead of the head's middle,
// 20° down: 0.4104 m below and 1.1276 m ahead of eyes that are 63 mm apart,
// wherever the ship is and however the displays are turned.
func TestPanelBeforeEyes(t *testing.T) {
	s := newStudio(t, Options{})
	w := pair.world(t)
	w.Ship.Orientation = mgl64.QuatRotate(2, mgl64.Vec3{0.6, 0, 0.8})
	turned := mgl64.QuatRotate(0.7, mgl64.Vec3{0, 1, 0}) // the head in the ship
	for name, f := range map[string]*engine.Frame{"straight": pair.frame(w), "canted": pair.canted(w)} {
		f.Panel = pairing()
		for i := range 2 {
			p := &f.Views[i].Pose
			p.PositionM = turned.Rotate(p.PositionM).Add(mgl64.Vec3{1, 2, 3})
			p.Orientation = turned.Mul(p.Orientation)
		}
		f.Views[1].Pose.Orientation = f.Views[1].Pose.Orientation.Scale(-1) // the same rotation
		s.draw(w, f)
		for i := range 2 {
			away := mgl64.Vec3{0.0315 - 0.063*float64(i), -0.4104, -1.1276}
			if name == "canted" {
				cant := mgl64.QuatRotate(mgl64.DegToRad(10*float64(1-2*i)), mgl64.Vec3{0, 1, 0})
				away = cant.Conjugate().Rotate(away)
			}
			fov, sheet := f.Views[i].FOV, &s.panel.sheet
			l, r, d, u := math.Tan(fov.LeftRad), math.Tan(fov.RightRad), math.Tan(fov.DownRad), math.Tan(fov.UpRad)
			want := mgl64.Vec3{2*(away[0]/-away[2]-l)/(r-l) - 1, 2*(away[1]/-away[2]-d)/(u-d) - 1, engine.NearM / -away[2]}
			at := s.panel.place[i].Mul4x1(mgl32.Vec4{sheet.w / 2, sheet.h / 2, 0, 1})
			got := mgl64.Vec3{float64(at[0] / at[3]), float64(at[1] / at[3]), float64(at[2] / at[3])}
			if got.Sub(want).Len() > 1e-4 {
				t.Errorf("%s, eye %d: the middle is at %.5f, want %.5f", name, i, got, want)
			}
		}
	}
}

// TestPanelForHeadset: all ways to draw and all kinds of images show the same
// card, white whatever the light is, at its own depth; the rest is as without it.
func TestPanelForHeadset(t *testing.T) {
	w := pair.world(t)
	bare, worn := pair.canted(w), pair.canted(w)
	worn.Panel = pairing()
	for i := range 2 {
		bare.Hidden[i] = lens(bare.Views[i].FOV)
		worn.Hidden[i] = bare.Hidden[i]
	}
	var first *image.NRGBA
	for _, path := range []Stereo{StereoTwice, StereoWide, StereoLayer} {
		s := newStudio(t, Options{Stereo: path})
		for name, layout := range layouts {
			for _, format := range []int32{gl.SRGB8_ALPHA8, gl.RGBA16F} {
				if format == gl.RGBA16F && path != StereoTwice {
					continue
				}
				h := newHeadset(layout, format)
				h.aim(bare)
				h.aim(worn)
				s.draw(w, bare)
				plain, plainDeep := h.picture(), h.depths()
				s.draw(w, worn)
				got, deep := h.picture(), h.depths()
				if first == nil {
					first = got
				}
				same(t, first, got)
				what := fmt.Sprintf("%s, %s, format %#x, depth drawn %v", path, name, format, worn.DepthDrawn)
				comparePanel(t, what, &s.frame.covered, drawnImages{plain, plainDeep}, drawnImages{got, deep})
			}
		}
	}
}

// drawnImages are a picture of two eyes and its depth, rows downward.
type drawnImages struct {
	picture *image.NRGBA
	depth   []float32
}

// comparePanel holds what shows a panel to what does not.
func comparePanel(t *testing.T, what string, boxes *[engine.MaxViews]box, bare, worn drawnImages) {
	t.Helper()
	white := 0
	for i, d := range worn.depth {
		x, y, b := float32(i%goldenW), float32(goldenH-1-i/(2*goldenW)), boxes[i/goldenW%2]
		got, was := [4]byte(worn.picture.Pix[4*i:]), [4]byte(bare.picture.Pix[4*i:])
		switch inside := x > b.left-2 && x < b.right+1 && y > b.low-2 && y < b.high+1; {
		case !inside && (got != was || d != bare.depth[i]):
			t.Fatalf("%s: pixel %d beside the panel is %v at %g, without one %v at %g", what, i, got, d, was, bare.depth[i])
		case inside && got == [4]byte{255, 255, 255, 255}:
			white++
			if m := d / (engine.NearM / 1.1276); m < 0.9 || m > 1.1 {
				t.Fatalf("%s: pixel %d of the card is at depth %g, want that of 1.13 m", what, i, d)
			}
		}
	}
	if white < 400 {
		t.Errorf("%s: %d white pixels", what, white)
	}
}

// TestPanelCosts: none costs nothing, a new one is handed over once.
func TestPanelCosts(t *testing.T) {
	for _, path := range []Stereo{StereoTwice, StereoWide, StereoLayer} {
		s := newStudio(t, Options{Stereo: path})
		for _, tt := range []struct {
			name                       string
			eyes                       int
			headset                    bool
			calls, changes, draws, set int
		}{
			{"screen", 1, false, 12, 11, 1, 3},
			{"two eyes", 2, false, 17, 15, 2, 3},
			{"headset", 2, true, 17, 15, 2, 3},
		} {
			v := pair
			v.eyes = tt.eyes
			w := v.world(t)
			f := v.frame(w)
			if tt.headset {
				newHeadset(engine.LayoutLayered, gl.SRGB8_ALPHA8).aim(f)
			}
			counts := func(p *engine.Panel) engine.Counts {
				f.Panel = p
				s.draw(w, f)
				c := s.Counts()
				c.Cull, c.Submit = 0, 0
				return c
			}
			counts(nil)
			bare, p := counts(nil), pairing()
			first, second, other, after := counts(p), counts(p), counts(pairing()), counts(nil)
			if after != bare {
				t.Errorf("%s, %s: without a panel again %+v, before %+v", path, tt.name, after, bare)
			}
			if first.Calls-second.Calls != tt.set || first.UploadBytes <= second.UploadBytes || other != first || second.UploadBytes != bare.UploadBytes {
				t.Errorf("%s, %s: the first frame %+v, the second %+v, one of another panel %+v", path, tt.name, first, second, other)
			}
			calls, changes, draws := second.Calls-bare.Calls, second.StateChanges-bare.StateChanges, second.Draws-bare.Draws
			if calls > tt.calls || changes > tt.changes || draws != tt.draws {
				t.Errorf("%s, %s: %d calls, %d changes, %d draws; want %d, %d, %d", path, tt.name, calls, changes, draws, tt.calls, tt.changes, tt.draws)
			}
			t.Logf("%s, %s: %d calls without, %d with (first %d)", path, tt.name, bare.Calls, second.Calls, first.Calls)
			f.Panel = p
			s.draw(w, f)
			if n := testing.AllocsPerRun(5, func() { s.draw(w, f) }); n != 0 {
				t.Errorf("%s, %s: %v allocations a frame, want 0", path, tt.name, n)
			}
		}
	}
}

// TestPicturesOfEngine: pictures that the engine takes while a panel is shown, of
// a frame and of the last one, are to the byte those without.
func TestPicturesOfEngine(t *testing.T) {
	var want [2][]byte
	for _, p := range []*engine.Panel{nil, pairing()} {
		s := newStudio(t, Options{})
		e := s.engineAt("saturn")
		e.ShowPanel(p)
		first, err1 := e.Capture()
		last, err2 := e.CaptureLast()
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		s.run(e, 4)
		for i, pending := range []*engine.Pending{first, last} {
			if err := pending.Use(context.Background(), func(picture *engine.Picture) error {
				if p == nil {
					want[i] = bytes.Clone(picture.Pix)
				} else if !bytes.Equal(picture.Pix, want[i]) {
					t.Errorf("picture %d differs with a panel", i)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		s.run(e, 1)
		if shown := s.capture(); p != nil && bytes.Equal(shown.Pix, want[1]) || s.panel.shown != p {
			t.Error("nothing is tested: the panel is not shown")
		}
	}
}

// engineAt is an engine with a scene in which time stands still, at J2000.
func (s *studio) engineAt(slug string) *engine.Engine {
	s.t.Helper()
	folder, err := fs.Sub(assets.FS, "scenes")
	if err != nil {
		s.t.Fatal(err)
	}
	scenes, err := engine.ReadScenes(folder)
	if err != nil {
		s.t.Fatal(err)
	}
	e := engine.New(scenes)
	_, err1 := e.LoadScene(context.Background(), slug, new(astro.Time), nil)
	_, err2 := e.Submit(context.Background(), engine.Request{Command: scene.SetTime{Rate: new(float64)}})
	if err := errors.Join(err1, err2); err != nil {
		s.t.Fatal(err)
	}
	return e
}

// run draws frames on a display without a screen.
func (s *studio) run(e *engine.Engine, frames uint64) {
	s.t.Helper()
	d, err := offscreen.New(s.context, offscreen.Options{Width: goldenW, Height: goldenH, Views: 1})
	if err != nil {
		s.t.Fatal(err)
	}
	defer d.Close()
	if err := e.Run(context.Background(), d, s, frames); err != nil {
		s.t.Fatal(err)
	}
}
