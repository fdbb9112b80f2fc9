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
	w.Ephemeris.States[astro.Sun].PositionM = mgl64.Vec3{0, 0, astro.AUM}
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
		{"all planets before moons", bodies{astro.Io: ahead(200, 0), astro.Saturn: ahead(-200, 0)}, astro.Mars, 0, 0, "Saturn Io"},
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

// Saturn's rings (66 900 to 140 430 km) seen from above are 24.1 to 50.6 pixels
// from its middle, its disc 21.
func TestNamesOfMoonsKeepOffRings(t *testing.T) {
	const pixelM = 1e9 / 360
	above, aside := mgl64.QuatIdent(), mgl64.QuatRotate(-math.Pi/2, mgl64.Vec3{1, 0, 0})
	for _, c := range []struct {
		name   string
		at     float64 // pixels right of Saturn's middle
		turn   mgl64.Quat
		target astro.Body
		want   [2]float32 // side of the name; none for 0, 0
	}{
		{"right of them", 70, above, astro.Mars, [2]float32{1, 0}},
		{"edge-on", 70, aside, astro.Mars, [2]float32{0, -1}},
		{"no room", 46, above, astro.Mars, [2]float32{}},
		{"target", 46, above, astro.Enceladus, [2]float32{0, -1}},
		{"far off", 110, above, astro.Mars, [2]float32{0, -1}},
	} {
		w := labelWorld(map[astro.Body]mgl64.Vec3{astro.Saturn: {0, 0, -1e9}, astro.Enceladus: {c.at * pixelM, 0, -1e9}}, c.target)
		w.Ephemeris.Orientations[astro.Saturn] = c.turn
		l, _ := preparedLabels(t, w, labelFrame(0))
		at := slices.Index(l.written(0), "Enceladus")
		if (c.want == [2]float32{}) != (at < 0) {
			t.Errorf("%s: written are %q", c.name, l.written(0))
		}
		if at < 0 {
			continue
		}
		b := l.taken[0][at]
		dx, dy := (b.left+b.right)/2-640-float32(c.at), (b.low+b.high)/2-360
		if abs(dx-c.want[0]*(labelGap*l.emPX+(b.right-b.left)/2)) > 1 || abs(dy-c.want[1]*(labelGap*l.emPX+(b.high-b.low)/2)) > 1 {
			t.Errorf("%s: the name is %v, %v pixels from the moon, want side %v", c.name, dx, dy, c.want)
		}
	}
}

// An x height of 1086/2048 ems (Go Regular) is a whole number of pixels.
func TestLabelSize(t *testing.T) {
	for h, rows := range map[int]float64{100: 6, 480: 6, 720: 8, 1080: 13, 1600: 19, 2160: 25} {
		const xHeight = 1086.0 / 2048
		if got, want := float64(labelSize(h, xHeight)), rows/xHeight; math.Abs(got-want) > 1e-4 {
			t.Errorf("an em has %v pixels in a view of %d, want %v", got, h, want)
		}
	}
}

// For eyes capitals are 0.8° high: with 1000 pixels a radian 13.96 pixels, which
// at 1480/2048 ems a capital (Go Regular) makes an em of 19.32.
func TestLabelSizeForEyes(t *testing.T) {
	l, _ := preparedLabels(t, labelWorld(nil, astro.Mars), labelFrame(0))
	for perUnit, want := range map[float64]float64{1000: 19.32, 300: labelMinPixels} {
		fr := &frame{n: 2, h: 2000, views: [engine.MaxViews]viewpoint{{perUnit: perUnit}}}
		if got := float64(l.size(fr)); math.Abs(got-want) > 0.01 {
			t.Errorf("an em has %v pixels where a radian has %v, want %v", got, perUnit, want)
		}
	}
}

func TestNotice(t *testing.T) {
	turned := func(deg float64, eyes ...float64) *engine.Frame {
		f := labelFrame(eyes...)
		for i := range f.ViewCount {
			f.Views[i].Pose.Orientation = mgl64.QuatRotate(mgl64.DegToRad(deg), mgl64.Vec3{0, 1, 0})
		}
		return f
	}
	narrow := labelFrame(0)
	narrow.Target.Rect[0].W = 200
	still, away := mgl64.QuatIdent(), mgl64.QuatRotate(2, mgl64.Vec3{0.6, 0, 0.8})
	for _, c := range []struct {
		name   string
		ship   mgl64.Quat
		layers scene.Layers
		frame  *engine.Frame
		x, y   float32 // of its middle, pixels; 0, 0 if it is not there
	}{
		{"flat", still, scene.LayerLabels, labelFrame(0), 640, 57.6},
		{"flat, head turned", still, 0, turned(30, 0), 640, 57.6},
		{"flat and narrow", still, 0, narrow, 100, 57.6},
		{"test picture", still, scene.LayerTestPattern, labelFrame(0), 0, 0},
		// 360 tan 15° below the middle.
		{"eyes", still, 0, labelFrame(-1, 1), 640, 263.54},
		{"eyes, ship turned", away, 0, labelFrame(-1, 1), 640, 263.54},
		// 360 tan 30° to the right and 360 tan 15° / cos 30° down.
		{"eyes, head turned", still, 0, turned(30, -1, 1), 847.85, 248.62},
		{"eyes that look back", still, 0, turned(180, -1, 1), 0, 0},
	} {
		w := labelWorld(nil, astro.Mars)
		w.Ship.Orientation, w.Layers = c.ship, c.layers
		l, fr := preparedLabels(t, w, c.frame)
		fr.world.Notice = scene.NoticeRangeEnd
		l.prepare(fr)
		for i := range fr.n {
			if there := c.x != 0; !there || len(l.taken[i]) != 1 {
				if there || len(l.quads[i]) != 0 {
					t.Errorf("%s, view %d: written are %v", c.name, i, l.taken[i])
				}
				continue
			}
			b := l.taken[i][0]
			if dx, dy := (b.left+b.right)/2-c.x, (b.low+b.high)/2-c.y; abs(dx) > 0.51 || abs(dy) > 0.51 || !b.within(fr.w, fr.h) {
				t.Errorf("%s, view %d: %v is %v, %v pixels beside %v, %v", c.name, i, b, dx, dy, c.x, c.y)
			}
			if got, want := len(l.quads[i]), 2*len("timepaused:themodelsholdfrom1800-01-01to2100-01-01"); got != want || l.brights[i] != want/2 {
				t.Errorf("%s, view %d: %d letters and halos, %d bright; want %d, half of them bright", c.name, i, got, l.brights[i], want)
			}
		}
	}
}

// What stands just above the notice is named above, the target too.
func TestNamesKeepOffTheNotice(t *testing.T) {
	w := labelWorld(map[astro.Body]mgl64.Vec3{astro.Mars: {0, -280e9 / 360, -1e9}}, astro.Mars)
	l, fr := preparedLabels(t, w, labelFrame(0))
	if b := l.taken[0][0]; b.high > 80 {
		t.Fatalf("without a notice the name is at %v, not below", b)
	}
	fr.world.Notice = scene.NoticeRangeEnd
	l.prepare(fr)
	if len(l.taken[0]) != 2 || l.taken[0][1].low < 80 {
		t.Errorf("notice and name are at %v, want the name above", l.taken[0])
	}
	if got, want := l.brights[0], len(l.quads[0])/2; got != want {
		t.Errorf("%d letters are bright, want all %d", got, want)
	}
	// With planets on the other sides it covers one rather than the notice.
	for body, at := range map[astro.Body]mgl64.Vec2{astro.Venus: {0, -262}, astro.Mercury: {-30, -280}, astro.Uranus: {30, -280}} {
		w.Ephemeris.States[body].PositionM = mgl64.Vec3{at[0] * 1e10 / 360, at[1] * 1e10 / 360, -1e10}
	}
	l.prepare(fr)
	if len(l.taken[0]) < 2 || l.taken[0][1].low < 80 || !l.meetsWorld(fr, 0, astro.Mars, l.taken[0][1]) {
		t.Errorf("notice and names are at %v, want the first above and on Venus", l.taken[0])
	}
}

// outwardFrame is that of a headset whose displays are turned outward by 5° and
// show more there than inward: tangents to 2 and 2/3.
func outwardFrame() *engine.Frame {
	f := labelFrame(-1e6, 1e6)
	for i, side := range [...]float64{1, -1} {
		v := &f.Views[i]
		v.Pose.Orientation = mgl64.QuatRotate(side*mgl64.DegToRad(5), mgl64.Vec3{0, 1, 0})
		v.FOV.LeftRad, v.FOV.RightRad = -math.Atan(4.0/3+side*2/3), math.Atan(4.0/3-side*2/3)
	}
	return f
}

// equatorAt finds places in a planet's equator again from where they are seen.
func TestEquatorAt(t *testing.T) {
	w := labelWorld(map[astro.Body]mgl64.Vec3{astro.Saturn: {0, 0, -1e9}}, astro.Mars)
	turn := mgl64.QuatRotate(0.7, mgl64.Vec3{0.6, 0.8, 0})
	w.Ephemeris.Orientations[astro.Saturn] = turn
	_, fr := preparedLabels(t, w, outwardFrame())
	for i := range fr.n {
		for _, at := range []mgl64.Vec3{{1e8, 0, 0}, {-7e7, 4e7, 0}, {0, -2e8, 0}} {
			p := fr.views[i].axes.Mul3x1(fr.relative(i, astro.Saturn).Add(turn.Rotate(at)))
			x, y := fr.pixel(i, -p[0]/p[2], -p[1]/p[2])
			if got := fr.equatorAt(i, astro.Saturn, x, y); math.Abs(got/at.Len()-1) > 1e-4 {
				t.Errorf("view %d shows %v m at %v, %v: %v m from the middle, want %v", i, at, x, y, got, at.Len())
			}
		}
	}
	// Beside the eye the plane of the equator is behind it on one side.
	w.Ephemeris.States[astro.Saturn].PositionM = mgl64.Vec3{0, -1e8, 0}
	w.Ephemeris.Orientations[astro.Saturn] = mgl64.QuatRotate(-math.Pi/2, mgl64.Vec3{1, 0, 0})
	if up, down := fr.equatorAt(0, astro.Saturn, 960, 500), fr.equatorAt(0, astro.Saturn, 960, 220); !math.IsInf(up, 1) || math.IsInf(down, 1) {
		t.Errorf("above the horizon the plane is at %v, below at %v; want nowhere and somewhere", up, down)
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
	// Straight ahead is a quarter of a view from its middle if it spans tangents of
	// -2/3 and 2; turned outward by 5°, both see it 480 tan 5° = 42.00 inward.
	l, _ = preparedLabels(t, labelWorld(map[astro.Body]mgl64.Vec3{astro.Mars: {0, 0, -1e11}}, astro.Mars), outwardFrame())
	for i, want := range [...]float32{960 + 42.00, 320 - 42.00} {
		if b := l.taken[i][0]; abs((b.left+b.right)/2-want) > 0.01 {
			t.Errorf("outward view %d: the name is at %v, want %v", i, (b.left+b.right)/2, want)
		}
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

// There is room for all names and the notice from the start.
func TestLabelRoom(t *testing.T) {
	l, _ := preparedLabels(t, labelWorld(nil, astro.Mars), labelFrame(0))
	all := scene.NoticeRangeEnd.String()
	for body := range astro.NumBodies {
		all += body.Info().Name
	}
	if got, want := cap(l.quads[1]), 2*len(all); got < want {
		t.Errorf("room for %d letters and halos, want %d", got, want)
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
	fr.world.Notice = scene.NoticeRangeEnd
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
	r, err := New(ctx, assets.FS, Options{CheckErrors: true, Settle: true, mostSide: coarse})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w := labelWorld(map[astro.Body]mgl64.Vec3{astro.Jupiter: {0, 0, -1e9}, astro.Io: {3e8, 0, -1e9}}, astro.Jupiter)
	own := labelFrame(-0.03, 0.03)
	drawnPicture(t, r, w, own) // in which surfaces are made
	named := drawnPicture(t, r, w, own)
	counts, boxes, letters := r.Counts(), r.labels.taken, len("JupiterIo")
	w.Layers &^= scene.LayerLabels
	plain := drawnPicture(t, r, w, own)
	without := r.Counts()
	if d, u := counts.Draws-without.Draws, counts.UploadBytes-without.UploadBytes; d != 2 || u != 2*2*letters*int(unsafe.Sizeof(text.Quad{})) {
		t.Errorf("labels of two views take %d draws and %d bytes; want 2, and %d letters and halos twice", d, u, letters)
	}
	var brightest [engine.MaxViews][2]byte
	for i := 0; i < len(plain); i += 4 {
		view, x, y := i/4%2560/1280, float32(i/4%1280), float32(i/4/2560)
		if slices.Equal(plain[i:i+4], named[i:i+4]) {
			continue
		}
		name := slices.IndexFunc(boxes[view], func(b box) bool { return x > b.left-1 && x < b.right && y > b.low-1 && y < b.high })
		if name < 0 {
			t.Fatalf("view %d changed at %v, %v", view, x, y)
		}
		brightest[view][name] = max(brightest[view][name], named[i])
	}
	// Where a stem fills a pixel, the red of the target's ink is full, that of
	// others' 0.68: 255 and 173.
	for view, got := range brightest {
		if got[0] < 220 || got[1] < 145 || got[1] > 174 {
			t.Errorf("view %d: the brightest reds of the names are %d", view, got)
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
