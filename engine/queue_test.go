package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
)

var faster = scene.SetTime{Rate: pointer(7200.0)}

// running flies e on its own goroutine until the test ends.
func running(t *testing.T, e *Engine, r Renderer) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	d := &fakeDisplay{hz: 90, beforeWait: func(int) { time.Sleep(50 * time.Microsecond) }}
	go func() { ended <- e.Run(ctx, d, r, 0) }()
	for !e.running.Load() {
		time.Sleep(time.Microsecond)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestSubmit(t *testing.T) {
	e := flying(t)
	running(t, e, &fakeRenderer{})
	before := e.Snapshot()
	applied, err := e.Submit(context.Background(), Request{Command: faster})
	if err != nil {
		t.Fatal(err)
	}
	if applied.Revision != before.State.Revision+1 || applied.Tick < before.State.Tick || applied.Frame <= before.Frame {
		t.Errorf("applied %+v after %d, %d, %d", applied, before.State.Revision, before.State.Tick, before.Frame)
	}
	// At once, not a frame later: whoever asked reads what they wrote.
	if s := e.Snapshot(); s.State.Clock.Rate != 7200 || s.State.Revision != applied.Revision || !s.Running {
		t.Errorf("the snapshot of frame %d has rate %g, revision %d", s.Frame, s.State.Clock.Rate, s.State.Revision)
	}
}

func TestSubmitRefused(t *testing.T) {
	e := flying(t)
	bad := scene.SetTime{Rate: pointer(1e9)}
	if _, err := e.Submit(context.Background(), Request{Command: bad}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a rate of 1e9: %v, want ErrInvalid", err)
	}
	if _, err := e.Submit(context.Background(), Request{Command: faster, IfRevision: pointer(uint64(99))}); !errors.Is(err, ErrStale) {
		t.Errorf("another revision: %v, want ErrStale", err)
	}
	revision := e.state.Revision
	if _, err := e.Submit(context.Background(), Request{Command: faster, IfRevision: &revision}); err != nil {
		t.Errorf("the right revision: %v", err)
	}
	if e.state.Revision != revision+1 {
		t.Errorf("revision %d, want %d: only what was applied counts", e.state.Revision, revision+1)
	}
}

// TestNobodyHome: no frame takes the commands.
func TestNobodyHome(t *testing.T) {
	e := flying(t)
	e.running.Store(true) // a frame that hangs
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for range queueLength {
		if _, err := e.Submit(ended, Request{Command: faster}); !errors.Is(err, ErrNoAnswer) {
			t.Fatalf("got %v, want ErrNoAnswer", err)
		}
	}
	if _, err := e.Submit(ended, Request{Command: faster}); !errors.Is(err, ErrBusy) {
		t.Errorf("a full queue: %v, want ErrBusy", err)
	}
	before := e.state.Revision
	e.applyCommands()
	if got := e.state.Revision - before; got != maxCommands {
		t.Errorf("one frame applied %d commands, want %d", got, maxCommands)
	}
}

func TestCommandsForLater(t *testing.T) {
	e := flying(t)
	replies := make(chan reply, 3)
	for _, tick := range []uint64{20, 10, 10} {
		e.queue.incoming <- request{Request{Command: scene.SetTime{Rate: pointer(float64(tick))}, AtTick: tick}, replies}
	}
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 31)
	for _, want := range []uint64{10, 10, 20} {
		if r := <-replies; r.err != nil || r.applied.Tick != want {
			t.Errorf("applied at tick %d (%v), want %d", r.applied.Tick, r.err, want)
		}
	}
	for range maxCommands + 1 {
		e.queue.incoming <- request{Request{Command: faster, AtTick: 1e6}, make(chan reply, 1)}
	}
	last := make(chan reply, 1)
	e.queue.incoming <- request{Request{Command: faster, AtTick: 1e6}, last}
	e.applyCommands()
	e.applyCommands()
	if r := <-last; !errors.Is(r.err, ErrBusy) {
		t.Errorf("too many for later: %v, want ErrBusy", r.err)
	}
}

func TestCapture(t *testing.T) {
	e := flying(t)
	first, err := e.Capture(3)
	if err != nil {
		t.Fatal(err)
	}
	second, err := e.Capture(0)
	if err != nil {
		t.Fatal(err)
	}
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 20)
	for i, p := range []*Pending{first, second} {
		err := p.Use(context.Background(), func(pic *Picture) error {
			if i == 0 && pic.Stamp.Frame != 3 || i == 1 && pic.Stamp.Frame <= 3 {
				t.Errorf("picture %d is of frame %d", i, pic.Stamp.Frame)
			}
			if pic.Stamp.Scene != "test" || pic.Stamp.FromTargetM.Len() < 2e6 || pic.Width != 2 {
				t.Errorf("picture %d shows %+v", i, pic.Stamp)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if len(e.captures.free) != captureBuffers {
		t.Errorf("%d buffers are free, want %d", len(e.captures.free), captureBuffers)
	}
}

func TestCaptureAtTheEnd(t *testing.T) {
	e := flying(t)
	under, _ := e.Capture(10) // under way when the run ends
	never, _ := e.Capture(11)
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 10)
	if err := under.Use(context.Background(), func(p *Picture) error { return nil }); err != nil {
		t.Errorf("the last frame's picture: %v", err)
	}
	if err := never.Use(context.Background(), nil); !errors.Is(err, ErrNoPicture) {
		t.Errorf("a picture of a frame that never came: %v, want ErrNoPicture", err)
	}
}

func TestCaptureAbandoned(t *testing.T) {
	e := flying(t)
	p, _ := e.Capture(0)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.Use(ended, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 10)
	for range captureBuffers { // both come back: else this blocks
		<-e.captures.free
	}
	for range captureQueue {
		if _, err := e.Capture(0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Capture(0); !errors.Is(err, ErrBusy) {
		t.Errorf("too many: %v, want ErrBusy", err)
	}
}
