package engine

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

func pointer[T any](v T) *T { return &v }

// held is what a player holds down all the time.
func held(int) scene.Input {
	return scene.Input{Move: [3]float64{0.2, 0, -1}, Turn: [3]float64{0, 0.5, 0}}
}

// TestSameStateAtAnyRate is the promise of the two clocks: what was simulated
// does not depend on how often it was drawn. Commands come after whole seconds,
// at which all rates have a frame.
func TestSameStateAtAnyRate(t *testing.T) {
	var want uint64
	for _, hz := range []int{45, 60, 72, 90, 120} {
		e := flying(t)
		commands := map[int]scene.Command{
			hz + 1:   scene.SetTime{Rate: pointer(-86400.0)},
			2*hz + 1: scene.SetCamera{Look: &scene.Look{Target: astro.Earth, Up: scene.UpNorth, FOV: scene.DefaultFOV}},
		}
		command := func(frame int) {
			if c := commands[frame]; c != nil {
				if _, err := e.apply(Request{Command: c}); err != nil {
					t.Error(err)
				}
			}
		}
		fly(t, e, &fakeDisplay{hz: hz, start: time.Hour, input: held, beforeWait: command}, &fakeRenderer{}, uint64(3*hz+1))
		if e.state.Tick != 3*scene.TickRate {
			t.Fatalf("%d Hz: %d ticks in 3 s, want 270", hz, e.state.Tick)
		}
		if want == 0 {
			want = e.StateHash()
		}
		if got := e.StateHash(); got != want {
			t.Errorf("%d Hz: state hash %#x, want %#x as at 45 Hz", hz, got, want)
		}
	}
	calm := flying(t)
	fly(t, calm, &fakeDisplay{hz: 90}, &fakeRenderer{}, 271)
	if calm.StateHash() == want {
		t.Error("the hash does not tell a flight from standing still")
	}
}

// TestEqualStepsAtAnyRate holds what is drawn to the display's time: frames that
// are evenly spaced show evenly spaced dates and an evenly turning ship.
func TestEqualStepsAtAnyRate(t *testing.T) {
	for _, hz := range []int{72, 90, 120} {
		e := flying(t)
		r := &fakeRenderer{keep: true}
		turn := func(int) scene.Input { return scene.Input{Turn: [3]float64{0, 1, 0}} }
		fly(t, e, &fakeDisplay{hz: hz, input: turn}, r, uint64(4*hz))
		wantDate := 3600e9 / float64(hz) // ns: an hour a second
		const fullTurn = math.Pi / 3     // rad/s, once the controls have been followed
		for i := 3 * hz; i < 4*hz; i++ {
			if d := float64(r.times[i] - r.times[i-1]); math.Abs(d-wantDate) > 2*3600 { // display times are whole nanoseconds
				t.Fatalf("%d Hz, frame %d: the date stepped %g ns, want %g", hz, i, d, wantDate)
			}
			turned := angleBetween(r.ships[i-1].Orientation, r.ships[i].Orientation) * float64(hz)
			if math.Abs(turned-fullTurn) > 1e-4*fullTurn {
				t.Fatalf("%d Hz, frame %d: turning at %.6f rad/s, want %.6f", hz, i, turned, fullTurn)
			}
		}
	}
}

func angleBetween(a, b mgl64.Quat) float64 {
	d := a.Conjugate().Mul(b)
	return 2 * math.Atan2(d.V.Len(), math.Abs(d.W))
}

// TestChangeOfDisplay: another display with another clock, an hour later; the
// flight goes on where it was.
func TestChangeOfDisplay(t *testing.T) {
	e := flying(t)
	r := &fakeRenderer{keep: true}
	d := &fakeDisplay{hz: 90, lostAt: 50}
	if err := e.Run(context.Background(), d, r, 0); !errors.Is(err, ErrDisplayLost) {
		t.Fatalf("got %v, want ErrDisplayLost", err)
	}
	before, tick := r.times[len(r.times)-1], e.state.Tick
	fly(t, e, &fakeDisplay{hz: 72, start: time.Hour}, r, 1)
	if e.state.Tick != tick || r.times[len(r.times)-1] != before {
		t.Errorf("the first frame on the new display is at tick %d, %v; want %d, %v", e.state.Tick, r.times[len(r.times)-1], tick, before)
	}
	if d.begun != d.ended {
		t.Errorf("%d frames begun, %d ended", d.begun, d.ended)
	}
}

// TestStall: after a pause longer than any frame the flight does not jump.
func TestStall(t *testing.T) {
	e := flying(t)
	d := &fakeDisplay{hz: 90}
	fly(t, e, d, &fakeRenderer{}, 10)
	d.start += time.Hour // the machine slept
	e.line.known = true
	before := e.state.Tick
	if _, err := e.drawFrame(d, &fakeRenderer{}); err != nil {
		t.Fatal(err)
	}
	if got := e.state.Tick - before; got < 9 || got > 10 {
		t.Errorf("%d ticks after an hour of sleep, want those of 0.1 s", got)
	}
}

func TestClockNeverGoesBack(t *testing.T) {
	var l timeline
	l.advance(time.Second, time.Second/90, 0)
	l.advance(2*time.Second, time.Second/90, 0)
	since := l.sinceTick
	if target := l.advance(time.Second, time.Second/90, 9); target < 9 || l.sinceTick < since {
		t.Errorf("a clock that stumbled: tick %d and %v after it", target, l.sinceTick)
	}
}

// TestButtonsPressOnce: a press is one tick's, whether its frame has no tick (at
// 120 Hz) or several (at 30 Hz).
func TestButtonsPressOnce(t *testing.T) {
	for _, hz := range []int{30, 90, 120} {
		for frame := 1; frame < 9; frame++ {
			e := flying(t)
			press := func(n int) (in scene.Input) {
				if n == frame {
					in.Buttons = scene.ButtonFaster
				}
				return in
			}
			fly(t, e, &fakeDisplay{hz: hz, input: press}, &fakeRenderer{}, 30)
			if e.state.Clock.Rate != 1e4 {
				t.Errorf("%d Hz, pressed in frame %d: rate %g, want the decade above 3600", hz, frame, e.state.Clock.Rate)
			}
		}
	}
}

func TestScreenshotButton(t *testing.T) {
	e := flying(t)
	fly(t, e, &fakeDisplay{hz: 90, input: func(n int) scene.Input { return scene.Input{Buttons: scene.ButtonScreenshot} }}, &fakeRenderer{}, 5)
	<-e.ScreenshotPressed()
	select {
	case <-e.ScreenshotPressed():
		t.Error("presses pile up while nobody takes pictures")
	default:
	}
}

func TestFrameDoesNotAllocate(t *testing.T) {
	e := flying(t)
	d, r := &fakeDisplay{hz: 90, input: held}, &fakeRenderer{}
	fly(t, e, d, r, 100)
	published := e.snapshots.published.Load()
	const frames = 900
	allocs := testing.AllocsPerRun(frames, func() {
		if _, err := e.drawFrame(d, r); err != nil {
			t.Fatal(err)
		}
	})
	// AllocsPerRun floors; count the snapshots, which alone may allocate.
	if n := e.snapshots.published.Load() - published; n > frames/2 {
		t.Errorf("%d snapshots in %d frames, want a third", n, frames)
	}
	if allocs != 0 {
		t.Errorf("%v allocations a frame, want 0", allocs)
	}
	e.snapshots.next = math.MaxInt64 // nothing is published any more: not one allocation
	if total := testing.AllocsPerRun(1, func() {
		for range frames {
			_, _ = e.drawFrame(d, r)
		}
	}); total != 0 {
		t.Errorf("%v allocations in %d frames without a publication, want 0", total, frames)
	}
}

func TestRunEnds(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	broken := errors.New("GL broke")
	for _, tt := range []struct {
		name    string
		ctx     context.Context
		display *fakeDisplay
		render  *fakeRenderer
		limit   uint64
		frames  uint64
		err     error
	}{
		{"at the limit", context.Background(), &fakeDisplay{hz: 90}, &fakeRenderer{}, 5, 5, nil},
		{"when the window closes", context.Background(), &fakeDisplay{hz: 90, openFor: 3}, &fakeRenderer{}, 0, 3, nil},
		{"when asked", ended, &fakeDisplay{hz: 90}, &fakeRenderer{}, 0, 0, nil},
		{"when drawing fails", context.Background(), &fakeDisplay{hz: 90}, &fakeRenderer{err: broken}, 0, 0, broken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := flying(t)
			err := e.Run(tt.ctx, tt.display, tt.render, tt.limit)
			if !errors.Is(err, tt.err) || e.Frames() != tt.frames {
				t.Errorf("%v after %d frames, want %v after %d", err, e.Frames(), tt.err, tt.frames)
			}
		})
	}
}

// TestNotSeen: a headset that says "not now" gets begun and ended frames, and no
// drawing; time goes on.
func TestNotSeen(t *testing.T) {
	e := flying(t)
	r := &fakeRenderer{keep: true}
	d := &fakeDisplay{hz: 90, skip: func(n int) bool { return n%2 == 1 }}
	fly(t, e, d, r, 10)
	if len(r.times) != 5 || d.begun != 10 || d.ended != 10 || e.state.Tick != 9 {
		t.Errorf("%d drawn, %d begun, %d ended, tick %d; want 5, 10, 10, 9", len(r.times), d.begun, d.ended, e.state.Tick)
	}
}

func TestTicks(t *testing.T) {
	for n := range uint64(10_000) {
		at := tickTime(n)
		if got := tickAt(at); got != n {
			t.Fatalf("tick %d lies at %v, where tick %d is", n, at, got)
		}
		if n > 0 && tickAt(at-1) != n-1 {
			t.Fatalf("a nanosecond before tick %d is tick %d", n, tickAt(at-1))
		}
	}
	if tickAt(-time.Second) != 0 {
		t.Error("before the first tick is tick 0")
	}
}
