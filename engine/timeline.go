package engine

import (
	"time"

	"github.com/spacetime-vr/spacetime/scene"
)

// maxGap is the longest time between two frames that the simulation catches up
// with. After a longer one (a machine that slept, a display that was opened
// anew) it goes on from where it was.
const maxGap = 100 * time.Millisecond

// timeline maps display times to ticks. Its origin moves when a display stalls
// or another one takes over, so that simulated time never jumps.
type timeline struct {
	origin    time.Duration // the display time of tick 0
	last      time.Duration // the display time of the frame before
	known     bool          // whether origin and last hold
	sinceTick time.Duration // from the last tick to the frame's display time
	missed    int           // periods between the last two frames that had none
}

// restart makes the next frame follow on the last tick, whatever its time.
func (l *timeline) restart() { l.known = false }

// advance returns the tick to run up to for a frame that is seen at display,
// period after the one before or later, when the simulation stands at tick.
func (l *timeline) advance(display, period time.Duration, tick uint64) (target uint64) {
	l.missed = 0
	if l.known && period > 0 {
		l.missed = max(0, int((display-l.last+period/2)/period)-1)
	}
	switch {
	case !l.known:
		l.origin = display - tickTime(tick) - l.sinceTick
		l.known = true
	case display < l.last:
		display = l.last // a display's clock may stumble; time does not go back
	case display-l.last > maxGap:
		l.origin += display - l.last - maxGap
	}
	l.last = display
	since := display - l.origin
	target = tickAt(since)
	l.sinceTick = since - tickTime(target)
	return target
}

// tickAt returns the last tick that is due at the time d after tick 0.
func tickAt(d time.Duration) uint64 {
	if d <= 0 {
		return 0
	}
	sec, rest := d/time.Second, d%time.Second
	n := uint64(sec)*scene.TickRate + uint64(rest*scene.TickRate/time.Second)
	if tickTime(n+1) <= d { // rounding of the fraction
		n++
	}
	return n
}

// latch turns one input sample a frame into one a tick. A button is pressed for
// one tick, in the next tick that runs, however many or few a frame has.
type latch struct {
	buttons scene.Buttons
	held    bool // the sample at hand was already used by a tick
}

// tick returns the input for the tick n.
func (l *latch) tick(sample *scene.Input, n uint64) scene.Input {
	in := *sample
	in.Tick = n
	in.Buttons = l.buttons
	if !l.held {
		in.Buttons |= sample.Buttons
	}
	l.buttons, l.held = 0, true
	return in
}

// keep remembers the buttons of a sample that no tick has used.
func (l *latch) keep(sample *scene.Input) {
	if !l.held {
		l.buttons |= sample.Buttons
	}
	l.held = false
}
