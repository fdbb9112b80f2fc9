//go:build !linux

package engine

import "time"

// oversleep is how late a sleep ends at most: Go uses high-resolution timers on
// Windows, which end within a millisecond.
const oversleep = time.Millisecond

// sleep blocks the goroutine for d.
func sleep(d time.Duration) { time.Sleep(d) }
