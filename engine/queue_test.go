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

// TestQueuedAtTheEnd: what is queued when a run ends is applied then.
func TestQueuedAtTheEnd(t *testing.T) {
	e := flying(t)
	replies := make(chan reply, 3)
	last := func(frame int) {
		if frame == 9 {
			for range cap(replies) {
				e.queue <- request{Request{Command: faster}, replies}
			}
		}
	}
	fly(t, e, &fakeDisplay{hz: 90, beforeWait: last}, &fakeRenderer{}, 10)
	for range cap(replies) {
		select {
		case r := <-replies:
			if r.err != nil || r.applied.Tick != e.state.Tick {
				t.Errorf("applied at tick %d (%v), want %d", r.applied.Tick, r.err, e.state.Tick)
			}
		default:
			t.Fatal("a command waits for a frame that does not come")
		}
	}
}

func TestCapture(t *testing.T) {
	e := flying(t)
	last, err := e.CaptureLast() // it holds nobody else up
	if err != nil {
		t.Fatal(err)
	}
	first, err := e.Capture()
	if err != nil {
		t.Fatal(err)
	}
	second, err := e.Capture()
	if err != nil {
		t.Fatal(err)
	}
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 20)
	for _, tt := range []struct {
		p        *Pending
		from, to uint64 // frames
	}{{first, 1, 1}, {second, 2, 6}, {last, 20, 20}} {
		err := tt.p.Use(context.Background(), func(pic *Picture) error {
			if f := pic.Stamp.Frame; f < tt.from || f > tt.to {
				t.Errorf("a picture is of frame %d, want %d to %d", f, tt.from, tt.to)
			}
			if pic.Stamp.Scene != "test" || pic.Stamp.FromTargetM.Len() < 2e6 || pic.Width != 2 {
				t.Errorf("a picture shows %+v", pic.Stamp)
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

// TestCaptureLastOutlivesDisplay: the display is lost, another run follows.
func TestCaptureLastOutlivesDisplay(t *testing.T) {
	e := flying(t)
	last, _ := e.CaptureLast()
	if _, err := e.CaptureLast(); !errors.Is(err, ErrBusy) {
		t.Errorf("a second last picture: %v, want ErrBusy", err)
	}
	fly(t, e, &fakeDisplay{hz: 90, lostAt: 3}, &fakeRenderer{}, 0)
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 4)
	if err := last.Use(context.Background(), func(p *Picture) error {
		if p.Stamp.Frame != 7 {
			t.Errorf("it is of frame %d, want 7", p.Stamp.Frame)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// TestCaptureFails: whoever asked hears of it, and the flight goes on.
func TestCaptureFails(t *testing.T) {
	full := errors.New("out of memory")
	for name, r := range map[string]*fakeRenderer{"begin": {beginErr: full}, "end": {endErr: full}} {
		e := flying(t)
		p, _ := e.Capture()
		fly(t, e, &fakeDisplay{hz: 90}, r, 10)
		if err := p.Use(context.Background(), nil); !errors.Is(err, full) {
			t.Errorf("%s: %v, want the cause", name, err)
		}
		if e.Frames() != 10 || len(e.captures.free) != captureBuffers {
			t.Errorf("%s: %d frames, %d buffers", name, e.Frames(), len(e.captures.free))
		}
	}
}

func TestCaptureAtTheEnd(t *testing.T) {
	e := flying(t)
	d := &fakeDisplay{hz: 90}
	var under, never *Pending
	d.beforeWait = func(n int) {
		if n == 9 { // the last frame
			under, _ = e.Capture()
			never, _ = e.Capture()
		}
	}
	fly(t, e, d, &fakeRenderer{}, 10)
	if err := under.Use(context.Background(), func(*Picture) error { return nil }); err != nil {
		t.Errorf("the copy under way: %v", err)
	}
	if err := never.Use(context.Background(), nil); !errors.Is(err, ErrNoPicture) {
		t.Errorf("a frame that never came: %v, want ErrNoPicture", err)
	}
	broken := flying(t)
	last, _ := broken.CaptureLast()
	if err := broken.Run(context.Background(), &fakeDisplay{hz: 90}, &fakeRenderer{err: errors.New("GL broke")}, 5); err == nil {
		t.Fatal("no error")
	}
	if err := last.Use(context.Background(), nil); !errors.Is(err, ErrNoPicture) {
		t.Errorf("the last frame of a run that broke: %v, want ErrNoPicture", err)
	}
}

// TestCaptureLastWhileOthersEncode: the last frame needs no buffer of theirs.
func TestCaptureLastWhileOthersEncode(t *testing.T) {
	e := flying(t)
	last, _ := e.CaptureLast()
	for range captureBuffers {
		if _, err := e.Capture(); err != nil { // nobody gives these back
			t.Fatal(err)
		}
	}
	for range 2 {
		fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 20)
		if err := last.Use(context.Background(), func(*Picture) error { return nil }); err != nil {
			t.Fatal(err)
		}
		last, _ = e.CaptureLast()
	}
}

// TestRunIsOver: what was queued for a frame that never came is applied all the
// same, and the snapshot says whether frames are drawn.
func TestRunIsOver(t *testing.T) {
	e := flying(t)
	var answer <-chan reply
	d := &fakeDisplay{hz: 90}
	d.beforeWait = func(n int) {
		if n != 2 { // the last frame has applied its commands already
			return
		}
		if !e.Snapshot().Running {
			t.Error("not running in a frame")
		}
		answer, _ = e.enqueue(Request{Command: faster})
	}
	fly(t, e, d, &fakeRenderer{}, 3)
	select {
	case a := <-answer:
		if a.err != nil || e.Snapshot().State.Revision != a.applied.Revision || a.applied.Tick != e.state.Tick {
			t.Errorf("answer %+v, state at revision %d", a, e.state.Revision)
		}
	default:
		t.Error("no answer")
	}
	if e.Snapshot().Running {
		t.Error("running after the run")
	}
}

func TestCaptureAbandoned(t *testing.T) {
	e := flying(t)
	p, _ := e.Capture()
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
		if _, err := e.Capture(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Capture(); !errors.Is(err, ErrBusy) {
		t.Errorf("too many: %v, want ErrBusy", err)
	}
}
