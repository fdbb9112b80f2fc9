package render

import (
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

// TestTimers runs the timers, which a software renderer leaves off, on one that has a
// clock all the same: some frames later each part has its time, they add up to no more
// than went by, and nothing is allocated.
func TestTimers(t *testing.T) {
	s := newStudio(t, Options{Stereo: StereoTwice})
	if s.timers.on {
		t.Error("timers are on with a software renderer")
	}
	w := pair.world(t)
	f := pair.frame(w)
	s.draw(w, f)
	if got := s.Counts().GPU; got != ([engine.MaxGPUParts]engine.GPUTime{}) {
		t.Errorf("without timers: %v", got)
	}
	s.timers.on = true
	s.timers.generate()
	start := time.Now()
	for range 3 * timedFrames {
		s.draw(w, f)
	}
	took := time.Since(start)
	var sum time.Duration
	names := map[string]bool{}
	for _, part := range s.Counts().GPU {
		if part.Time < 0 || names[part.Name] && part.Name != "" {
			t.Errorf("part %+v", part)
		}
		names[part.Name] = true
		sum += part.Time
	}
	if sum <= 0 || sum > took {
		t.Errorf("%v for a frame of %d in %v", sum, 3*timedFrames, took)
	}
	for _, name := range []string{"stars", "bodies", "tonemap"} {
		if !names[name] {
			t.Errorf("no time of %s among %v", name, s.Counts().GPU)
		}
	}
	if n := testing.AllocsPerRun(10, func() { s.draw(w, f) }); n != 0 {
		t.Errorf("%g allocations a frame", n)
	}
}

// TestTimersFull: more parts than there is room for are left out.
func TestTimersFull(t *testing.T) {
	var timers timers
	for i := range engine.MaxGPUParts + 3 {
		timers.take(string(rune('a'+i)), time.Duration(i+1))
		timers.take("a", 10)
	}
	if got := timers.last[0]; got.Time != 1+10*(engine.MaxGPUParts+3) {
		t.Errorf("parts of one name: %v", got)
	}
	if got := timers.last[engine.MaxGPUParts-1]; got.Time != engine.MaxGPUParts {
		t.Errorf("the last part: %v", got)
	}
}
