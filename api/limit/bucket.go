package limit

import "time"

// spend is GCRA. Of a bucket that will be full at fullAt it takes cost, and returns when
// it is full then, and how much more that is than burst, which is what the bucket
// holds. All are nanoseconds.
func spend(fullAt, now, cost, burst int64) (next, excess int64) {
	next = max(fullAt, now) + cost
	return next, max(next-now-burst, 0)
}

// A Bucket bounds what one caller does, who waits for more or is cut off. The zero
// value is full. It is for one goroutine.
type Bucket struct {
	start  time.Time // of the nanoseconds
	fullAt int64
}

// Take spends cost, the time in which so much comes back, of a bucket that holds as
// much as comes back in burst. It returns how long to wait until there was enough; 0
// is that there was.
func (b *Bucket) Take(now time.Time, cost, burst time.Duration) (wait time.Duration) {
	if b.start.IsZero() {
		b.start = now
	}
	next, excess := spend(b.fullAt, int64(now.Sub(b.start)), int64(cost), int64(burst))
	b.fullAt = next
	return time.Duration(excess)
}
