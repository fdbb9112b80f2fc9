package xr

import (
	"testing"
	"time"
)

const hz90 = time.Second / 90

func TestClock(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name    string
		runtime int64 // when the session starts; the application's clock shows 10 s
		told    bool
		shows   []int64         // display times of the runtime; a frame each 11 ms
		want    []time.Duration // after 10 s
	}{
		{"another origin", 5e9, true, []int64{5_020e6, 5_031e6}, []time.Duration{20 * ms, 31 * ms}},
		{"not told", 0, false, []int64{77_000e6, 77_011e6}, []time.Duration{hz90, hz90 + 11*ms}},
		{"told wrongly", 5e9, true, []int64{99_000e6, 99_011e6}, []time.Duration{hz90, hz90 + 11*ms}},
		{"goes back", 5e9, true, []int64{5_020e6, 5_015e6, 5_031e6}, []time.Duration{20 * ms, 20 * ms, 31 * ms}},
		{"slower than the wall", 5e9, true, []int64{5_020e6, 5_021e6, 5_022e6}, []time.Duration{20 * ms, 21 * ms, 22 * ms}},
	} {
		var c clock
		c.start(tt.runtime, 10*time.Second, tt.told)
		for i, shown := range tt.shows {
			got := c.display(shown, hz90, 10*time.Second+time.Duration(i)*11*ms)
			if want := 10*time.Second + tt.want[i]; got != want {
				t.Errorf("%s: frame %d is seen at %v, want %v", tt.name, i, got, want)
			}
		}
	}
}

// From one session to the next, and between, time goes on: never back, and never
// standing still until the machine's time catches up with a runtime's that ran
// ahead of it.
func TestClockOverSessions(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	var c clock
	for i, tt := range []struct {
		got, want time.Duration
	}{
		{c.idle(9*s, hz90), 9 * s},
		{c.first(5e9, 10*s, 5_020e6), 10*s + 20*ms},
		{c.display(65_020e6, hz90, 11*s), 70*s + 20*ms}, // a minute in a second
		{c.idle(11*s, hz90), 70*s + 20*ms + hz90},
		{c.idle(11*s+hz90, hz90), 70*s + 20*ms + 2*hz90},
		{c.first(2e9, 12*s, 2_010e6), 70*s + 20*ms + 3*hz90},
		{c.display(2_021e6, hz90, 12*s), 70*s + 31*ms + 3*hz90},
		{c.display(2_015e6, hz90, 12*s), 70*s + 31*ms + 3*hz90},    // a runtime's clock may stumble
		{c.idle(100*s, hz90), 100 * s},                             // by then it is the machine's again
		{c.display(32_021e6, hz90, 100*s), 100*s + 31*ms + 3*hz90}, // the same session
	} {
		if tt.got != tt.want {
			t.Errorf("step %d: %v, want %v", i, tt.got, tt.want)
		}
	}
}

// first is the first frame of another session.
func (c *clock) first(runtime int64, now time.Duration, shown int64) time.Duration {
	c.start(runtime, now, true)
	return c.display(shown, hz90, now)
}

func TestClampPeriod(t *testing.T) {
	for ns, want := range map[int64]time.Duration{
		0: minPeriod, -5: minPeriod, 59e15: maxPeriod, 11_111_111: 11_111_111, 16e6: 16e6, 1<<63 - 1: maxPeriod,
	} {
		if got := clampPeriod(ns); got != want {
			t.Errorf("%d ns: %v, want %v", ns, got, want)
		}
	}
}
