package engine

import (
	"math/bits"
	"time"
)

// subBits divides every octave of a histogram into 64, so that a percentile is
// at most 1.6 % too long.
const (
	subBits = 6
	buckets = (64 - subBits + 1) << subBits
)

// Histogram counts durations in buckets of constant relative width. The zero
// value is empty; it is a value, 30 kB large.
type Histogram struct {
	counts [buckets]uint64
	total  uint64
	sum    time.Duration
	max    time.Duration
}

// Add counts d; one below zero counts as zero.
func (h *Histogram) Add(d time.Duration) {
	d = max(d, 0)
	h.counts[bucketOf(uint64(d))]++
	h.total++
	h.sum += d
	h.max = max(h.max, d)
}

// bucketOf numbers the buckets: small values have one each, then each octave
// has 64.
func bucketOf(ns uint64) int {
	octave := bits.Len64(ns >> subBits)
	if octave <= 1 {
		return int(ns)
	}
	return octave<<subBits + int(ns>>(octave-1)) - 1<<subBits
}

// bucketEnd returns the largest value in a bucket.
func bucketEnd(bucket int) time.Duration {
	octave := bucket >> subBits
	if octave <= 1 {
		return time.Duration(bucket)
	}
	return time.Duration((bucket&(1<<subBits-1)+1<<subBits+1)<<(octave-1) - 1)
}

// Quantile returns the shortest duration that a share q of all does not exceed,
// rounded up to its bucket's end; 0 when nothing was counted.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank := max(1, uint64(q*float64(h.total)+0.999999))
	var below uint64
	for i, n := range h.counts {
		below += n
		if n > 0 && below >= rank {
			return min(bucketEnd(i), h.max)
		}
	}
	return 0
}

// AtMost returns how many durations are not longer than d, counting a bucket
// whole when it ends within d.
func (h *Histogram) AtMost(d time.Duration) (count uint64) {
	for i, n := range h.counts {
		if bucketEnd(i) > d {
			break
		}
		count += n
	}
	return count
}

// Total returns how many durations were counted, and their sum.
func (h *Histogram) Total() (count uint64, sum time.Duration) { return h.total, h.sum }

// Spread is percentiles of a duration, in milliseconds.
type Spread struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func (h *Histogram) spread() Spread {
	return Spread{
		P50: milliseconds(h.Quantile(0.50)), P95: milliseconds(h.Quantile(0.95)),
		P99: milliseconds(h.Quantile(0.99)), Max: milliseconds(h.max),
	}
}
