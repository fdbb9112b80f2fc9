package engine

import (
	"sync/atomic"
	"time"
)

// sampleQueue holds eleven seconds of frames at 90 Hz.
const sampleQueue = 1024

// Sample is what one frame took.
type Sample struct {
	Frame    uint64
	Tick     uint64
	Rendered bool
	Missed   int           // periods of the display that passed without a frame since the one before
	Period   time.Duration // what the display allows a frame
	Wait     time.Duration // in the display's wait
	Simulate time.Duration // ticks, and carrying the state to the display time
	Total    time.Duration // from the end of the wait to the end of the frame
	At       time.Duration // when the frame was done, on the application's monotonic clock
	Counts   Counts
}

// sampler hands samples out through a channel that never makes the frame wait.
type sampler struct {
	out  chan Sample
	lost atomic.Uint64
}

func (s *sampler) init() { s.out = make(chan Sample, sampleQueue) }

func (s *sampler) send(v Sample) {
	select {
	case s.out <- v:
	default:
		s.lost.Add(1)
	}
}

// Samples returns the stream of samples, for one reader.
func (e *Engine) Samples() <-chan Sample { return e.samples.out }

// LostSamples returns how many samples found the stream full.
func (e *Engine) LostSamples() uint64 { return e.samples.lost.Load() }
