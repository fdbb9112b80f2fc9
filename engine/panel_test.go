package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
)

// TestPanelShown: a panel is in every frame from the next one on, until it is
// taken away.
func TestPanelShown(t *testing.T) {
	e, r := flying(t), &fakeRenderer{}
	first, second := &Panel{Title: "first"}, &Panel{Title: "second"}
	for _, want := range []*Panel{nil, first, second, nil} {
		e.ShowPanel(want)
		r.shown = 0
		fly(t, e, &fakeDisplay{hz: 90}, r, 3)
		if r.panel != want || e.Panel() != want || (r.shown == 3) != (want != nil) {
			t.Errorf("panel %+v in %d of 3 frames, want %+v", r.panel, r.shown, want)
		}
	}
}

// displayWithHooks calls out at the two other places where somebody may ask for
// a picture while a frame is on its way.
type displayWithHooks struct {
	*fakeDisplay
	begin, end func()
}

// Begin gives frames of a window.
func (d *displayWithHooks) Begin(t Timing, w *scene.World) (*Frame, error) {
	d.begin()
	f, err := d.fakeDisplay.Begin(t, w)
	f.Target.Window = true
	return f, err
}

func (d *displayWithHooks) End(f *Frame) error {
	d.end()
	return d.fakeDisplay.End(f)
}

// TestNoPictureOfPanel: whenever a picture is asked for, it is of a frame without
// the panel, and all other frames show it.
func TestNoPictureOfPanel(t *testing.T) {
	for _, during := range []string{"wait", "begin", "draw", "end"} {
		t.Run(during, func(t *testing.T) {
			e, r := flying(t), &fakeRenderer{}
			var asked []*Pending
			at := func(where string) {
				if where != during || e.frame < 2 || len(asked) == 2 {
					return
				}
				p, err := e.Capture()
				if err != nil {
					t.Fatal(err)
				}
				asked = append(asked, p)
			}
			d := &displayWithHooks{&fakeDisplay{hz: 90}, func() { at("begin") }, func() { at("end") }}
			d.beforeWait = func(int) { at("wait") }
			r.draw = func() { at("draw") }
			d.skip = func(n int) bool { return n%4 == 2 } // the third frame, in which it is asked, and two later ones
			e.ShowPanel(&Panel{Title: "secret"})
			fly(t, e, d, r, 12)
			for i, p := range asked {
				if err := p.Use(context.Background(), func(*Picture) error { return nil }); err != nil {
					t.Errorf("picture %d: %v", i, err)
				}
			}
			if r.taken != 2 || r.leaked > 0 {
				t.Errorf("%d pictures were taken, %d show the panel; want 2 and none", r.taken, r.leaked)
			}
			if r.shown != 9-2 {
				t.Errorf("the panel is in %d frames, want 7 of the 9 that were drawn", r.shown)
			}
		})
	}
}

// TestNoLastPictureOfPanel: the last frame is seen with the panel, and its
// picture is taken without.
func TestNoLastPictureOfPanel(t *testing.T) {
	for name, during := range map[string]*Panel{"with a panel": {Title: "secret"}, "without": nil} {
		e, r := flying(t), &fakeRenderer{keep: true}
		e.ShowPanel(during)
		last, err := e.CaptureLast()
		if err != nil {
			t.Fatal(err)
		}
		fly(t, e, &displayWithHooks{&fakeDisplay{hz: 90}, func() {}, func() {}}, r, 5)
		if err := last.Use(context.Background(), func(p *Picture) error {
			if p.Stamp.Frame != 5 {
				t.Errorf("%s: a picture of frame %d, want 5", name, p.Stamp.Frame)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		shown := 0
		if during != nil {
			shown = 5
		}
		if r.taken != 1 || r.leaked != 0 || r.shown != shown {
			t.Errorf("%s: %d taken, %d of them with the panel, which is in %d frames; want 1, 0, %d", name, r.taken, r.leaked, r.shown, shown)
		}
		if n := len(r.times); r.times[n-1] != r.times[4] || (n == 6) != (during != nil) || r.target.Window != (n == 5) || r.target.Rect[0].W != 4 {
			t.Errorf("%s: %d frames drawn, the last at %v into %+v; want that of frame 5, %v", name, n, r.times[n-1], r.target, r.times[4])
		}
	}
}

// TestPictureOfBrokenFrame: what was to be taken of a frame that fails is told of,
// whether for good or at the picture of the last frame only.
func TestPictureOfBrokenFrame(t *testing.T) {
	broken := errors.New("GL broke")
	e, r := flying(t), &fakeRenderer{err: broken}
	p, _ := e.Capture()
	if err := e.Run(context.Background(), &fakeDisplay{hz: 90}, r, 5); !errors.Is(err, broken) {
		t.Fatalf("got %v, want %v", err, broken)
	}
	if err := p.Use(context.Background(), nil); !errors.Is(err, ErrNoPicture) {
		t.Errorf("a frame that failed: %v, want ErrNoPicture", err)
	}
	e, r = flying(t), &fakeRenderer{}
	e.ShowPanel(new(Panel))
	last, _ := e.CaptureLast()
	r.draw = func() {
		if e.frame == 2 { // once more, after the run
			r.err = broken
		}
	}
	fly(t, e, &fakeDisplay{hz: 90}, r, 2)
	if err := last.Use(context.Background(), nil); !errors.Is(err, broken) || r.taken != 0 {
		t.Errorf("a last frame that cannot be drawn again: %v and %d pictures, want %v and none", err, r.taken, broken)
	}
}
