package xr

import (
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

// Runtimes have been seen to give periods from 0 to years; displays have from 20
// to 500 Hz.
const (
	minPeriod = 2 * time.Millisecond
	maxPeriod = 50 * time.Millisecond
)

// farOff is how far from now a runtime's first display time may be. Farther
// away it is by another clock than it says.
const farOff = time.Second

// clock turns the runtime's times into the application's. What it returns goes
// on from the frame before, whoever sets the pace.
type clock struct {
	offset  time.Duration // of the application's clock to the runtime's
	known   bool          // offset holds
	begun   bool          // there was a frame since the start
	resting bool          // the last frame was one without a session
	ahead   time.Duration // by which such frames are seen later than the machine's time says
	seen    time.Duration // the last display time
}

// start begins with another session. runtime is what the runtime's clock shows
// while the application's shows now; told is false where it does not tell.
func (c *clock) start(runtime int64, now time.Duration, told bool) {
	c.offset, c.known, c.begun = now-time.Duration(runtime), told, false
}

// display returns when a frame is seen that the runtime shows at the time
// runtime. It never goes back.
func (c *clock) display(runtime int64, period, now time.Duration) time.Duration {
	if !c.begun || c.resting {
		c.join(runtime, period, now)
	}
	c.seen = max(c.seen, time.Duration(runtime)+c.offset)
	return c.seen
}

// join makes the runtime's time follow on the last frame.
func (c *clock) join(runtime int64, period, now time.Duration) {
	at := time.Duration(runtime) + c.offset
	if !c.begun && (!c.known || (at-now).Abs() > farOff) {
		at = now + period // it is by another clock than it says
	}
	if at <= c.seen {
		at = c.seen + period // it ran ahead of the machine's time, or is behind it
	}
	c.offset, c.known = at-time.Duration(runtime), true
	c.begun, c.resting = true, false
}

// idle returns when a frame is seen that no session shows, and that is seen at
// the time at by the machine's time.
func (c *clock) idle(at, period time.Duration) time.Duration {
	if !c.resting {
		c.resting, c.ahead = true, max(0, c.seen+period-at)
	}
	c.seen = max(c.seen, at+c.ahead)
	return c.seen
}

// application returns the time of the application's clock that is the runtime's
// time runtime; now where that is not known.
func (c *clock) application(runtime int64) time.Duration {
	if !c.known {
		return engine.Now()
	}
	return time.Duration(runtime) + c.offset
}

func clampPeriod(ns int64) time.Duration {
	return max(minPeriod, min(maxPeriod, time.Duration(ns)))
}

// retry says when to try again to reach a headset.
type retry struct {
	first, most time.Duration // the delays
	delay       time.Duration // the next one
	at          time.Duration // when to try again
	since       time.Duration // when the headset was lost, later by as long as it has been back
	found       time.Duration // when it came back last; 0 while it is away
}

func newRetry() retry { return retry{first: time.Second, most: 5 * time.Second} }

// fail notes that there is no headset. Several failures in a row are farther and
// farther apart.
func (r *retry) fail(now time.Duration) {
	switch {
	case r.delay == 0:
		r.delay, r.since = r.first, now
	case r.found > 0:
		r.since += now - r.found
	}
	r.found = 0
	r.at = now + r.delay
	r.delay = min(2*r.delay, r.most)
}

// find notes that there is a headset, which may still be lost before it shows
// anything.
func (r *retry) find(now time.Duration) { r.found = now }

// notBefore puts the next try off to at, but not for longer than a runtime takes
// to be replaced by a newer one.
func (r *retry) notBefore(at time.Duration) {
	r.at = max(r.at, min(at, engine.Now()+time.Minute))
}

// due tells whether to try again.
func (r *retry) due() bool { return engine.Now() >= r.at }

// succeed notes that a headset shows frames.
func (r *retry) succeed() { r.delay = 0 }

// lost returns how long there has been none since the last that showed frames.
// There must be none.
func (r *retry) lost(now time.Duration) time.Duration {
	if r.delay == 0 {
		return 0
	}
	return now - r.since
}
