package render

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/text"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// labelWorld has the eye at the origin looking along -z, the Sun 1 au behind it,
// and all bodies behind the Sun but those given, in metres.
func labelWorld(at map[astro.Body]mgl64.Vec3, target astro.Body) *scene.World {
	w := &scene.World{
		Ship: scene.Pose{Orientation: mgl64.QuatIdent()}, Target: target,
		Layers: scene.LayerBodies | scene.LayerLabels,
	}
	for body := range astro.NumBodies {
		w.Ephemeris.States[body].PositionM = mgl64.Vec3{0, 0, 1e13}
		w.Ephemeris.Orientations[body] = mgl64.QuatIdent()
	}
	w.Ephemeris.States[astro.Sun].PositionM = mgl64.Vec3{0, 0, metresPerAU}
	for body, p := range at {
		w.Ephemeris.States[body].PositionM = p
	}
	return w
}

// labelFrame is of 1280 by 720 pixels a view, 360 to a tangent of 1, with the
// eyes at x, metres.
func labelFrame(eyesM ...float64) *engine.Frame {
	f := &engine.Frame{ViewCount: len(eyesM)}
	across := math.Atan(16.0 / 9)
	for i, x := range eyesM {
		f.Target.Rect[i] = engine.Rect{W: 1280, H: 720}
		f.Views[i] = scene.View{
			Pose: scene.Pose{PositionM: mgl64.Vec3{x, 0, 0}, Orientation: mgl64.QuatIdent()},
			FOV:  scene.FOV{LeftRad: -across, RightRad: across, UpRad: math.Pi / 4, DownRad: -math.Pi / 4},
		}
	}
	return f
}

func preparedLabels(t *testing.T, w *scene.World, f *engine.Frame) (*labels, *frame) {
	t.Helper()
	l, err := newLetters(nil)
	if err != nil {
		t.Fatal(err)
	}
	fr := &frame{uniforms: new(uniforms)}
	if err := fr.look(w, f); err != nil {
		t.Fatal(err)
	}
	l.prepare(fr)
	return l, fr
}

// written reads the names in a view back from the letters in its boxes.
func (l *labels) written(view int) (names []string) {
	letters := map[[2]float32]rune{}
	for r := 'A'; r <= 'z'; r++ {
		if quads := l.atlas.Layout(nil, string(r), 0, 0, 1); len(quads) == 1 {
			letters[[2]float32{quads[0].S0, quads[0].T0}] = r
		}
	}
	for _, b := range l.taken[view] {
		name := ""
		for _, q := range l.quads[view][:len(l.quads[view])/2] {
			if x, y := (q.X0+q.X1)/2, (q.Y0+q.Y1)/2; x > b.left && x < b.right && y > b.low && y < b.high {
				name += string(letters[[2]float32{q.S0, q.T0}])
			}
		}
		names = append(names, name)
	}
	return names
}

func TestLabelsChosen(t *testing.T) {
	const far = 1e9 // metres; a pixel is 2800 km
	ahead := func(x, y float64) mgl64.Vec3 { return mgl64.Vec3{x * far / 360, y * far / 360, -far} }
	type bodies = map[astro.Body]mgl64.Vec3
	for _, c := range []struct {
		name   string
		at     bodies
		target astro.Body
		hide   scene.Layers
		show   scene.Layers
		want   string
	}{
		{"one", bodies{astro.Mars: ahead(0, 0)}, astro.Mars, 0, 0, "Mars"},
		{"behind the eye", bodies{astro.Mars: {0, 0, far}}, astro.Mars, 0, 0, ""},
		{"beside the view", bodies{astro.Mars: ahead(645, 0)}, astro.Mars, 0, 0, ""},
		{"layer off", bodies{astro.Mars: ahead(0, 0)}, astro.Mars, scene.LayerLabels, 0, ""},
		{"test pattern", bodies{astro.Mars: ahead(0, 0)}, astro.Mars, 0, scene.LayerTestPattern, ""},
		{
			"target, planets, moons",
			bodies{astro.Io: ahead(200, 0), astro.Jupiter: ahead(0, 0), astro.Mars: ahead(-200, 0), astro.Europa: ahead(100, 100), astro.Moon: ahead(0, 200)},
			astro.Europa, 0, 0, "Europa Moon Mars Jupiter Io",
		},
		{"behind a planet", bodies{astro.Io: ahead(0, 0).Mul(3), astro.Jupiter: ahead(0, 0)}, astro.Mars, 0, 0, "Jupiter"},
		{"before a planet", bodies{astro.Io: ahead(0, 0).Mul(0.5), astro.Jupiter: ahead(0, 0)}, astro.Mars, 0, 0, "Jupiter"},
		// Jupiter's disc has a radius of 25 pixels, and 1.6 ems are 24.
		{"beside a planet", bodies{astro.Io: ahead(46, 0), astro.Jupiter: ahead(0, 0)}, astro.Mars, 0, 0, "Jupiter"},
		{"off a planet", bodies{astro.Io: ahead(54, 0), astro.Jupiter: ahead(0, 0)}, astro.Mars, 0, 0, "Jupiter Io"},
		{"target before a planet", bodies{astro.Io: ahead(10, 0).Mul(0.5), astro.Jupiter: ahead(0, 0)}, astro.Io, 0, 0, "Io Jupiter"},
		{"the Moon beside the Earth", bodies{astro.Moon: ahead(20, 0), astro.Earth: ahead(0, 0)}, astro.Mars, 0, 0, "Earth"},
		// Phoebe, 106.5 km in radius and of geometric albedo 0.081, has magnitude 5.0 at
		// 50e9 m and 6.9 at 100e9 m, full and the Sun 1 au behind the eye.
		{"bright enough", bodies{astro.Phoebe: ahead(0, 0).Mul(50)}, astro.Mars, 0, 0, "Phoebe"},
		{"too faint", bodies{astro.Phoebe: ahead(0, 0).Mul(100)}, astro.Mars, 0, 0, ""},
		// One name goes below and one above; beside those there is no room.
		{
			"no room",
			bodies{astro.Mars: ahead(0, 0).Mul(10), astro.Venus: ahead(1, 0).Mul(10), astro.Mercury: ahead(-1, 0).Mul(10)},
			astro.Mars, 0, 0, "Mars Mercury",
		},
	} {
		w := labelWorld(c.at, c.target)
		w.Layers = w.Layers&^c.hide | c.show
		l, _ := preparedLabels(t, w, labelFrame(0))
		if got := strings.Join(l.written(0), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLabelPlaces(t *testing.T) {
	const far = 1e9
	radius := float32(360 * astro.Jupiter.Info().MeanRadiusM / far)
	for _, c := range []struct {
		name string
		x, y float64    // pixels from the middle
		side [2]float32 // right, up
		mars mgl64.Vec2 // pixels from the middle
	}{
		{"below", 0, 0, [2]float32{0, -1}, mgl64.Vec2{300, 300}},
		{"above at the lower edge", 0, -310, [2]float32{0, 1}, mgl64.Vec2{300, 300}},
		{"above what lies below", 0, 0, [2]float32{0, 1}, mgl64.Vec2{5, -40}},
		{"left at the right edge", 620, 0, [2]float32{-1, 0}, mgl64.Vec2{300, 300}},
		{"right at the left edge", -620, 0, [2]float32{1, 0}, mgl64.Vec2{300, 300}},
	} {
		w := labelWorld(map[astro.Body]mgl64.Vec3{
			astro.Jupiter: {c.x * far / 360, c.y * far / 360, -far},
			astro.Mars:    {c.mars[0] * far / 360, c.mars[1] * far / 360, -far},
		}, astro.Jupiter)
		l, _ := preparedLabels(t, w, labelFrame(0))
		if len(l.taken[0]) != 2 {
			t.Errorf("%s: no name", c.name)
			continue
		}
		b := l.taken[0][0]
		dx, dy := (b.left+b.right)/2-float32(640+c.x), (b.low+b.high)/2-float32(360+c.y)
		away := max(c.side[0]*dx-(b.right-b.left)/2, c.side[1]*dy-(b.high-b.low)/2)
		// From the disc, which is stretched off the axis, a quarter of an em.
		if stretch := float32(math.Sqrt(1 + (c.x*c.x+c.y*c.y)/(360*360))); math.Abs(float64(away-radius*stretch-labelGap*l.emPX)) > 1 {
			t.Errorf("%s: the name is %v pixels from the middle of the disc, want %v and %v", c.name, away, radius*stretch, labelGap*l.emPX)
		}
		if aside := max(abs(dx*c.side[1]), abs(dy*c.side[0])); aside > 0.51 {
			t.Errorf("%s: %v pixels aside", c.name, aside)
		}
		// Letters stand on whole pixels.
		if base := float64(b.low + labelMargin*l.emPX); math.Abs(base-math.Round(base)) > 1e-3 {
			t.Errorf("%s: the baseline is at %v", c.name, base)
		}
	}
}

func abs(x float32) float32 { return max(x, -x) }

// An x height of 1086/2048 ems (Go Regular) is a whole number of pixels.
func TestLabelSize(t *testing.T) {
	for h, rows := range map[int]float64{100: 6, 480: 6, 720: 8, 1080: 13, 1600: 19, 2160: 25} {
		const xHeight = 1086.0 / 2048
		if got, want := float64(labelSize(h, xHeight)), rows/xHeight; math.Abs(got-want) > 1e-4 {
			t.Errorf("an em has %v pixels in a view of %d, want %v", got, h, want)
		}
	}
}

// Eyes 2000 km apart see what is 1e8 m away shifted by 7.2 pixels.
func TestLabelsInBothEyes(t *testing.T) {
	const away = 1e8
	w := labelWorld(map[astro.Body]mgl64.Vec3{astro.Mars: {0, 0, -away}}, astro.Mars)
	l, _ := preparedLabels(t, w, labelFrame(-1e6, 1e6))
	if len(l.taken[0]) != 1 || len(l.taken[1]) != 1 {
		t.Fatalf("%d and %d names, want one each", len(l.taken[0]), len(l.taken[1]))
	}
	a, b := l.taken[0][0], l.taken[1][0]
	if shift := a.left - b.left; abs(shift-7.2) > 1e-3 || a.low != b.low {
		t.Errorf("the names are shifted by %v, %v; want 7.2 and 0", shift, a.low-b.low)
	}
	// Venus lies far behind, so that its name would meet Mars' for one eye only.
	w.Ephemeris.States[astro.Venus].PositionM = mgl64.Vec3{45e9 / 360 * 10, -3e9 / 360 * 10, -1e10}
	l, _ = preparedLabels(t, w, labelFrame(-1e6, 1e6))
	if got := l.written(0); !slices.Equal(got, []string{"Mars", "Venus"}) || !slices.Equal(got, l.written(1)) {
		t.Fatalf("names %q and %q", got, l.written(1))
	}
	if a, b := l.taken[0][1], l.taken[1][1]; abs(a.low-b.low) > 1e-3 || abs(a.left-b.left) > 0.1 {
		t.Errorf("Venus' name is at %v for one eye and %v for the other", a, b)
	}
}

func TestLabelsDoNotAllocate(t *testing.T) {
	w := labelWorld(nil, astro.Jupiter)
	for body := range astro.NumBodies {
		w.Ephemeris.States[body].PositionM = mgl64.Vec3{3e8*float64(body%6) - 7e8, 2e8*float64(body/6) - 5e8, -1e9}
	}
	l, fr := preparedLabels(t, w, labelFrame(-0.03, 0.03))
	if len(l.taken[0]) < 15 {
		t.Fatalf("only %d names", len(l.taken[0]))
	}
	if n := testing.AllocsPerRun(50, func() { l.prepare(fr) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// TestLabelsDrawn compares pictures with and without names, in the renderer's
// own target and in one that encodes sRGB itself.
func TestLabelsDrawn(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx, err := offscreen.OpenContext()
	if err != nil {
		t.Fatal(err)
	}
	defer ctx.Close()
	r, err := New(ctx, assets.FS, Options{CheckErrors: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w := labelWorld(map[astro.Body]mgl64.Vec3{astro.Jupiter: {0, 0, -1e9}, astro.Io: {3e8, 0, -1e9}}, astro.Jupiter)
	own := labelFrame(-0.03, 0.03)
	named := drawnPicture(t, r, w, own)
	counts, boxes, letters := r.Counts(), r.labels.taken, len("JupiterIo")
	w.Layers &^= scene.LayerLabels
	plain := drawnPicture(t, r, w, own)
	without := r.Counts()
	if d, u := counts.Draws-without.Draws, counts.UploadBytes-without.UploadBytes; d != 2 || u != 2*2*letters*int(unsafe.Sizeof(text.Quad{})) {
		t.Errorf("labels of two views take %d draws and %d bytes; want 2, and %d letters and halos twice", d, u, letters)
	}
	var brightest [engine.MaxViews]byte
	for i := 0; i < len(plain); i += 4 {
		view, x, y := i/4%2560/1280, float32(i/4%1280), float32(i/4/2560)
		if slices.Equal(plain[i:i+4], named[i:i+4]) {
			continue
		}
		if !slices.ContainsFunc(boxes[view], func(b box) bool { return x > b.left-1 && x < b.right && y > b.low-1 && y < b.high }) {
			t.Fatalf("view %d changed at %v, %v", view, x, y)
		}
		brightest[view] = max(brightest[view], named[i])
	}
	// The ink is 0.80 of full, 204, where a stem fills a pixel.
	for view, got := range brightest {
		if got < 170 || got > 205 {
			t.Errorf("view %d: the brightest red of the letters is %d", view, got)
		}
	}
	w.Layers |= scene.LayerLabels
	for i, got := range drawnSRGB(t, r, w) {
		x, y := i/4%1280, i/4/1280
		if want := named[4*(y*2560+x)+i%4]; math.Abs(float64(got)-float64(want)) > 4 {
			t.Fatalf("sRGB target at %d, %d: %d, own picture %d", x, y, got, want)
		}
	}
}

// drawnPicture draws and returns the renderer's picture, rows from below.
func drawnPicture(t *testing.T, r *Renderer, w *scene.World, f *engine.Frame) []byte {
	t.Helper()
	if err := r.Draw(w, f); err != nil {
		t.Fatal(err)
	}
	var p engine.Picture
	if err := r.BeginCapture(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.EndCapture(&p, true); err != nil {
		t.Fatal(err)
	}
	return p.Pix
}

// drawnSRGB draws two views into textures of a display and returns the first.
func drawnSRGB(t *testing.T, r *Renderer, w *scene.World) []byte {
	t.Helper()
	f := labelFrame(-0.03, 0.03)
	f.Target.Layout, f.Target.SRGB = engine.LayoutPerView, true
	gl.GenTextures(engine.MaxViews, &f.Target.Colour[0])
	for _, name := range f.Target.Colour {
		gl.BindTexture(gl.TEXTURE_2D, name)
		gl.TexImage2D(gl.TEXTURE_2D, 0, gl.SRGB8_ALPHA8, 1280, 720, 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
	}
	defer gl.DeleteTextures(engine.MaxViews, &f.Target.Colour[0])
	if err := r.Draw(w, f); err != nil {
		t.Fatal(err)
	}
	pix := make([]byte, 4*1280*720)
	gl.BindTexture(gl.TEXTURE_2D, f.Target.Colour[0])
	gl.GetTexImage(gl.TEXTURE_2D, 0, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(pix))
	return pix
}
