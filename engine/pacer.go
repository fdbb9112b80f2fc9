package engine

import "time"

// Pacer makes a loop keep a rate by the application's clock. It divides time
// into slots of one period each. A frame begins with its slot; one that comes
// late, but while its slot still runs, begins at once; slots that pass without a
// frame are missed, and none is ever moved, so that the rate does not drift.
//
// It is for one goroutine, best one that is locked to its thread.
type Pacer struct {
	hz     float64
	origin time.Duration // when slot 0 began
	slot   uint64        // that the last frame was for
	begun  bool          // there was a frame
	missed uint64

	now   func() time.Duration
	sleep func(time.Duration)
}

// NewPacer makes a pacer of hz slots a second; hz must be above 0. The first
// slot begins with the first wait.
func NewPacer(hz float64) *Pacer { return &Pacer{hz: hz, now: Now, sleep: sleep} }

// Period is how long a slot lasts.
func (p *Pacer) Period() time.Duration { return time.Duration(float64(time.Second) / p.hz) }

// Missed returns how many slots have passed without a frame.
func (p *Pacer) Missed() uint64 { return p.missed }

// Wait blocks until the next slot begins and returns when that is, on the
// application's clock. It does not block while an unused slot runs.
func (p *Pacer) Wait() time.Duration {
	now := p.now()
	if !p.begun {
		p.begun, p.origin = true, now
		return now
	}
	next := p.slot + 1
	if running := p.running(now); running > next {
		p.missed += running - next
		next = running
	}
	p.slot = next
	p.waitFor(p.start(next))
	return p.start(next)
}

// start returns when slot n begins. A float64 holds a year of nanoseconds to
// four.
func (p *Pacer) start(n uint64) time.Duration {
	return p.origin + time.Duration(float64(n)*float64(time.Second)/p.hz)
}

// running returns the slot that now lies in.
func (p *Pacer) running(now time.Duration) uint64 {
	n := uint64(float64(now-p.origin) / float64(time.Second) * p.hz)
	if p.start(n+1) <= now { // rounding
		n++
	}
	return n
}

// waitFor blocks until t. It sleeps up to shortly before, because a sleep ends
// late, and watches the clock for the rest.
func (p *Pacer) waitFor(t time.Duration) {
	for left := t - p.now(); left > 0; left = t - p.now() {
		if left > oversleep {
			p.sleep(left - oversleep)
		}
	}
}
