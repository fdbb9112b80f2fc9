package engine

import (
	"syscall"
	"time"
)

// oversleep is how late a sleep ends at the median. Measured over 450 frames at
// 90 Hz on two cores, frames begin late by p50 / p99: with the runtime's timers,
// which count in milliseconds, 0.64 / 1.16 ms; with nanosleep 0.13 / 0.22 ms;
// with nanosleep and this margin 0.04 / 0.14 ms, for no more time of the
// processor. Twice the margin brings 0.00 / 0.04 ms for 1.7 % of a core.
const oversleep = 100 * time.Microsecond

// sleep blocks the thread for d, or less when a signal comes.
func sleep(d time.Duration) {
	t := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&t, nil) // the only error is that signal
}
