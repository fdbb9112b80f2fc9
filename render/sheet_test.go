package render

import (
	"math"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/text"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

func TestNumber(t *testing.T) {
	for line, want := range map[string]string{
		"48151623": "4815 1623", "4815 1623": "4815 1623", " 12 ": "12", "123456789": "1234 5678 9",
		"": "", " ": "", "1234567a": "", "10.0.0.1": "", "-1": "",
	} {
		if got := number(line); got != want {
			t.Errorf("%q is the number %q, want %q", line, got, want)
		}
	}
}

// TestSheetFits: in any view a card is inside with all that is on it, about as
// high as it should be where there is room.
func TestSheetFits(t *testing.T) {
	atlas, err := text.NewAtlas(goregular.TTF, nil)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("W", 40)
	panels := map[string]*engine.Panel{
		"pairing":   pairing(),
		"full":      {Title: long, Lines: []string{long, long, "00000000", long, long, long}, Code: codeOf(pairingCode[:])},
		"no code":   {Title: "Paired", Lines: []string{"Another line"}},
		"code only": {Code: codeOf(pairingCode[:])},
		"nothing":   {},
	}
	for name, p := range panels {
		for _, size := range [][2]int{{1280, 720}, {1920, 1080}, {3840, 2160}, {640, 360}, {720, 1280}, {200, 160}, {64, 64}} {
			fr := &frame{n: 1, w: size[0], h: size[1]}
			s := layOut(p, atlas, roomFor(p, fr))
			if s.w+2*edge(fr.h) > float32(fr.w)+1 || name != "full" && fr.h > 64 && s.h+2*edge(fr.h) > float32(fr.h)+1 {
				t.Errorf("%s, %v: a card of %v by %v does not fit", name, size, s.w, s.h)
			}
			if share := s.h / float32(fr.h); name == "pairing" && fr.h >= 720 && (share < 0.25 || share > 0.31) {
				t.Errorf("%s, %v: a card of %v of the height, want 0.28", name, size, share)
			}
			for i, q := range s.quads[1:] {
				// An atlas letter has a margin of 5 texels of 40 an em.
				if slack := s.module * 2; q.X0 < -slack || q.X1 > s.w+slack || q.Y0 < -slack || q.Y1 > s.h+slack {
					t.Errorf("%s, %v: part %d at %+v is not on the card of %v by %v", name, size, i, q, s.w, s.h)
				}
			}
			if math.IsNaN(float64(s.w)) || s.w <= 0 || s.h <= 0 {
				t.Errorf("%s, %v: a card of %v by %v", name, size, s.w, s.h)
			}
		}
	}
}

// TestNamesKeepOffTheOverlay: a name that would run under figures or a menu stands
// beside them, or not at all; glass that hides nothing is in no name's way.
func TestNamesKeepOffTheOverlay(t *testing.T) {
	w := labelWorld(map[astro.Body]mgl64.Vec3{astro.Mars: {150e9 / 360, -153e9 / 360, -1e9}}, astro.Mars)
	l, fr := preparedLabels(t, w, labelFrame(0))
	free := l.taken[0][0]
	o := &overlay{atlas: l.atlas}
	line := engine.Line{X: free.left, Y: float32(fr.h) - free.low, Size: 20, Halo: true}
	page := engine.Box{Left: free.left, Right: free.right, Top: float32(fr.h) - free.high, Bottom: float32(fr.h) - free.low, Colour: engine.Colour{A: 214}}
	glass := page
	glass.Colour.A = 24
	everywhere := page
	everywhere.Left, everywhere.Top, everywhere.Right, everywhere.Bottom = 0, 0, float32(fr.w), float32(fr.h)
	for _, tt := range []struct {
		name  string
		show  func(o *engine.Overlay)
		moves bool
		names int
	}{
		{"figures", func(o *engine.Overlay) { o.Say(line, "12.35 km/s") }, true, 1},
		{"a menu", func(o *engine.Overlay) { o.Box(page) }, true, 1},
		{"glass", func(o *engine.Overlay) { o.Box(glass) }, false, 1},
		{"all of it", func(o *engine.Overlay) { o.Box(everywhere) }, true, 0},
		{"nothing", func(*engine.Overlay) {}, false, 1},
	} {
		f := &engine.Frame{Overlay: &engine.Overlay{}}
		tt.show(f.Overlay)
		o.prepare(fr, f)
		l.prepare(fr)
		covered := fr.written[0]
		names := l.taken[0][len(covered):]
		if len(names) != tt.names {
			t.Errorf("%s: %d names, want %d", tt.name, len(names), tt.names)
			continue
		}
		if tt.names > 0 && (names[0] != free) != tt.moves {
			t.Errorf("%s: the name is at %v, without at %v", tt.name, names[0], free)
		}
		for _, b := range covered {
			if tt.names > 0 && names[0].meets(b) {
				t.Errorf("%s: %v is written under %v", tt.name, names[0], b)
			}
		}
	}
}

// TestNamesKeepOffThePanel: what stands under a panel has its name beside it, or
// none, and the notice is written above.
func TestNamesKeepOffThePanel(t *testing.T) {
	w := labelWorld(map[astro.Body]mgl64.Vec3{astro.Mars: {150e9 / 360, -153e9 / 360, -1e9}}, astro.Mars)
	l, fr := preparedLabels(t, w, labelFrame(0))
	if len(l.taken[0]) != 1 {
		t.Fatalf("without a panel %v is written, want a name", l.taken[0])
	}
	fr.covered[0] = box{700, 24, 1256, 209}
	fr.world.Notice = scene.NoticeRangeEnd
	l.prepare(fr)
	if len(l.taken[0]) != 2 {
		t.Fatalf("written are %v, want a notice and a name", l.taken[0])
	}
	for _, b := range l.taken[0] {
		if b.meets(fr.covered[0]) {
			t.Errorf("%v is written under the panel at %v", b, fr.covered[0])
		}
	}
}
