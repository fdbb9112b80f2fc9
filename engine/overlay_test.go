package engine

import (
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
)

// fakeCockpit says how large the view is.
type fakeCockpit struct {
	overlay       Overlay
	width, height int
}

func (c *fakeCockpit) Overlay(_ *scene.World, state *scene.State, width, height int) *Overlay {
	c.width, c.height = width, height
	c.overlay.Reset()
	c.overlay.Say(Line{Size: 10}, state.Slug)
	return &c.overlay
}

// overlaid keeps what is laid over a frame.
type overlaid struct {
	fakeRenderer
	seen  int
	frame Frame
}

func (r *overlaid) Draw(_ *scene.World, f *Frame) error {
	if r.frame = *f; f.Overlay != nil {
		r.seen++
	}
	return nil
}

// windowed is a display with images, or with none, and so many views.
type windowed struct {
	fakeDisplay
	target Target
	views  int
}

func (d *windowed) Begin(t Timing, w *scene.World) (*Frame, error) {
	f, err := d.fakeDisplay.Begin(t, w)
	d.target.Rect = f.Target.Rect
	f.Target, f.ViewCount = d.target, d.views
	return f, err
}

// TestCockpitIsShown where somebody looks, and nowhere else.
func TestCockpitIsShown(t *testing.T) {
	for _, tt := range []struct {
		name   string
		target Target
		views  int
		want   int // frames
		size   [2]int
	}{
		{"window", Target{Window: true}, 1, 3, [2]int{4, 2}},
		{"images", Target{Colour: [MaxViews]uint32{7}}, 1, 3, [2]int{4, 2}},
		{"nothing to look at", Target{}, 1, 0, [2]int{}},
		{"two eyes", Target{Colour: [MaxViews]uint32{7, 8}}, 2, 3, [2]int{340, 300}},
		{"a pair of pictures", Target{}, 2, 0, [2]int{}},
	} {
		e, r, c := flying(t), &overlaid{}, &fakeCockpit{}
		e.SetCockpit(c)
		fly(t, e, &windowed{fakeDisplay{hz: 90}, tt.target, tt.views}, r, 3)
		if r.seen != tt.want {
			t.Errorf("%s: %d frames have an overlay, want %d", tt.name, r.seen, tt.want)
		}
		if tt.want > 0 && ([2]int{c.width, c.height} != tt.size || string(c.overlay.Says(&c.overlay.Lines[0])) != "test") {
			t.Errorf("%s: %+v", tt.name, c)
		}
		if s := r.frame.Sheet; (tt.views == 2 && tt.want > 0) != (s.Width == 340 && s.Pose.PositionM.Len() > 1.9) {
			t.Errorf("%s: it hangs at %+v", tt.name, s)
		}
	}
}

func TestOverlay(t *testing.T) {
	var o Overlay
	o.Say(Line{}, "")
	o.Box(Box{Right: -1, Bottom: 1})
	if len(o.Lines)+len(o.Boxes) != 0 {
		t.Errorf("nothing is drawn: %+v", o)
	}
	o.Say(Line{}, "first")
	o.Say(Line{Caret: true}, "")
	o.Say(Line{}, "last")
	o.Box(Box{Right: 1, Bottom: 1})
	for i, want := range []string{"first", "", "last"} {
		if got := string(o.Says(&o.Lines[i])); got != want {
			t.Errorf("line %d says %q, want %q", i, got, want)
		}
	}
	if n := testing.AllocsPerRun(10, func() { o.Reset(); o.Say(Line{}, "first"); o.Box(Box{Right: 1, Bottom: 1}) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
	if got := (Colour{A: 200}).Fade(0.5).A; got != 100 {
		t.Errorf("half of 200 is %d", got)
	}
}
