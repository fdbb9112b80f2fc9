package limit

import (
	"testing"
	"time"
)

// TestBucket: four at once, then one in 50 ms; who takes too much waits longer. The
// waits are computed by hand.
func TestBucket(t *testing.T) {
	const each, burst = 50 * time.Millisecond, 200 * time.Millisecond
	c := newClock()
	var b Bucket
	for i, step := range []struct{ after, cost, wait time.Duration }{
		{0, each, 0},
		{0, 3 * each, 0},
		{0, each, each},
		{0, each, 2 * each},
		{3 * each, each, 0},
		{each - 1, each, 1},
		{time.Hour, 4 * each, 0}, // no more than full
		{0, 1, 1},
	} {
		c.pass(step.after)
		if got := b.Take(c.now(), step.cost, burst); got != step.wait {
			t.Errorf("step %d: wait %v, want %v", i, got, step.wait)
		}
	}
}
