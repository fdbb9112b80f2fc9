package xr

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// Recorder takes down what a headset does as a script of the simulated one,
// which repeats the flight: docs/simruntime.md has the language. Displays leave
// it one sample a frame and wait for nothing; [Recorder.Run] writes. Several
// displays may use it one after the other.
type Recorder struct {
	samples chan sample
	dropped atomic.Uint64 // samples that found no room
	script  script        // Run's
	log     *slog.Logger

	end   sync.Once
	stop  chan struct{}
	ended chan struct{}
}

// recorderRoom is how many samples wait to be written at most: what comes in
// five seconds at 100 Hz, which a disk may take to wake up.
const recorderRoom = 512

// NewRecorder begins a recording on w. What is lost of it is told to log. Its Run
// must be called, on a goroutine of its own.
func NewRecorder(w io.Writer, log *slog.Logger) *Recorder {
	return &Recorder{
		samples: make(chan sample, recorderRoom), script: newScript(w), log: log,
		stop: make(chan struct{}), ended: make(chan struct{}),
	}
}

// Close ends Run, which writes what has come so far and the end of the script,
// and returns the first error of writing it. It waits for that. It may be called
// again, and from any goroutine.
func (r *Recorder) Close() error {
	r.end.Do(func() { close(r.stop) })
	<-r.ended
	if r.script.err != nil {
		return fmt.Errorf("write the recording: %w", r.script.err)
	}
	return nil
}

// Run writes samples until Close. Whenever it has caught up, all that can be
// written is in the file, so that a crash keeps it: all but the last three
// frames, and nothing of a flight that it ends before the controllers are known,
// which takes some frames, or a second where there are none.
func (r *Recorder) Run() {
	defer close(r.ended)
	for open := true; open || len(r.samples) > 0; {
		if len(r.samples) == 0 {
			r.script.flush()
		}
		select {
		case s := <-r.samples:
			r.script.add(&s)
		case <-r.stop:
			if open = false; len(r.samples) > 0 {
				s := <-r.samples
				r.script.add(&s)
			}
		}
	}
	dropped := r.dropped.Load()
	r.script.finish(dropped)
	if !r.script.begun {
		r.log.Warn("the recording is empty: no headset flew")
	}
	if dropped > 0 {
		r.log.Warn("the recording lacks samples that came while it could not be written", "dropped", dropped)
	}
}

// take leaves a sample without waiting.
func (r *Recorder) take(s *sample) {
	s.dropped = r.dropped.Load()
	select {
	case r.samples <- *s:
	default:
		r.dropped.Add(1)
	}
}

// sample is all that is recorded of a frame. Everything in it is how it is, and
// not how it changed, so that a sample that is lost loses nothing else.
type sample struct {
	headset  string
	seen     time.Duration // when the frame is seen, by the application's clock
	period   time.Duration // of the display
	shown    bool          // the runtime wants a picture
	standing bool
	dropped  uint64 // samples so far
	losses   int    // of sessions, so far
	state    openxr.SessionState
	places   openxr.Places
	eyesM    float64                  // from one to the other; 0 before the first picture
	controls [controlCount][2]float64 // 0 while nothing works them
	heard    heard
}

// heard is what events of the runtime said last.
type heard struct {
	absent      bool          // nobody wears the headset
	profiles    [3]int        // of left hand, right hand and gamepad, by [profileNumber]
	recentrings int           // by the runtime, so far
	recentredAt time.Duration // from when the last one holds, by the application's clock
	posed       bool          // it came with the new pose
}

func (h *heard) recentre(at time.Duration, posed bool) {
	h.recentrings++
	h.recentredAt, h.posed = at, posed
}

// watchPlaces makes a session locate what a recording wants.
func (d *Display) watchPlaces() {
	if d.options.Record == nil {
		return
	}
	if err := d.session.WatchPlaces(); err != nil {
		d.log.Warn("the headset cannot be recorded", "error", err)
	}
}

// record takes down the frame that has begun.
func (d *Display) record(t engine.Timing) {
	if d.options.Record == nil {
		return
	}
	places, watched := d.session.Places()
	if !watched {
		return
	}
	s := sample{
		headset: d.info.Name, seen: t.DisplayTime, period: clampPeriod(int64(math.Round(float64(time.Second) / d.info.RefreshHz))), shown: t.Render,
		standing: d.options.Standing, losses: d.stats.Losses, state: d.state, places: places, heard: d.heard,
	}
	left, right := d.session.View(0).Pose, d.session.View(1).Pose
	s.eyesM = position(right).Sub(position(left)).Len()
	for n := range s.controls {
		s.controls[n][0], s.controls[n][1], _ = d.session.Control(n)
	}
	d.options.Record.take(&s)
}

// profileNumber returns the number of an interaction profile, from 1; 0 for
// none.
func profileNumber(path string) int {
	for n := range profiles {
		if profiles[n].path == path {
			return n + 1
		}
	}
	return 0
}
