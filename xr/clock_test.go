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

// From one session to the next, and between, display times do not go back.
func TestClockOverSessions(t *testing.T) {
	var c clock
	c.start(5e9, 10*time.Second, true)
	c.display(5_020e6, hz90, 10*time.Second)
	if got := c.idle(10*time.Second + 5*time.Millisecond); got != 10*time.Second+20*time.Millisecond {
		t.Errorf("idle at %v", got)
	}
	c.start(1e9, 11*time.Second, true)
	if got := c.display(1_010e6, hz90, 11*time.Second); got != 11*time.Second+10*time.Millisecond {
		t.Errorf("the next session at %v", got)
	}
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
