//go:build !linux

package main

import (
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

// sleepUntil blocks the goroutine until an instant of the application's clock.
func sleepUntil(instant time.Duration) { time.Sleep(instant - engine.Now()) }

// residentMB is not known here.
func residentMB() float64 { return 0 }
