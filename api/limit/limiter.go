package limit

import (
	"hash/maphash"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Entries is how many keys a limiter remembers.
const Entries = 10_000

// A Limiter admits requests by one [Policy], counting each [Key] on its own.
// It is safe on any goroutine. It holds at most [Entries] keys in 0.6 MiB;
// one mutex does, since Take holds it for less than 100 ns.
type Limiter struct {
	policy     Policy
	field      []string // the policy as RateLimit-Policy; shared, never changed
	intervalNs int64    // between two requests at the steady rate
	fullNs     int64    // the quota's worth of intervals
	now        func() time.Time
	start      time.Time // instants are nanoseconds since then
	jitter     func() float64
	seed       maphash.Seed

	mu    sync.Mutex
	known table
}

// New returns a limiter with full buckets. now is the clock, e.g. [time.Now].
// It panics if the policy is not valid; see [Policy.Validate].
func New(p Policy, now func() time.Time) *Limiter { return newLimiter(p, now, Entries) }

func newLimiter(p Policy, now func() time.Time, entries int) *Limiter {
	if err := p.Validate(); err != nil {
		panic("limit: " + err.Error())
	}
	interval := int64(p.Window) / int64(p.Quota)
	return &Limiter{
		policy: p, field: []string{p.String()},
		intervalNs: interval, fullNs: interval * int64(p.Quota),
		now: now, start: now(), jitter: rand.Float64,
		seed: maphash.MakeSeed(), known: newTable(entries),
	}
}

// Take asks for cost requests (at least 1) on behalf of key, and spends them
// if they are granted. A refusal spends nothing. A cost above the policy's
// quota is never granted.
func (l *Limiter) Take(key Key, cost int) Result {
	// The key is kept as its hash: 8 bytes however long the principal. Among
	// 10 000 keys two share a bucket with probability 3e-12, and nobody can
	// look for such a pair, because the seed is random and stays here.
	hash := maphash.Comparable(l.seed, key)
	now := int64(l.now().Sub(l.start))
	cost = max(cost, 1)

	l.mu.Lock()
	e := l.known.entry(hash)
	granted := false
	if cost <= l.policy.Quota {
		next, excess := spend(e.fullAt, now, int64(cost)*l.intervalNs, l.fullNs)
		if granted = excess == 0; granted {
			e.fullAt = next
		}
	}
	missing := max(e.fullAt-now, 0)
	l.mu.Unlock()
	return l.result(granted, cost, missing)
}

// result tells a caller whose bucket now misses missing nanoseconds.
func (l *Limiter) result(granted bool, cost int, missing int64) Result {
	left := max(l.fullNs-missing, 0)
	r := Result{limiter: l, Allowed: granted, Remaining: int(left / l.intervalNs)}
	if granted {
		r.ResetS = seconds(l.intervalNs-left%l.intervalNs, 1)
		return r
	}
	wait := int64(min(cost, l.policy.Quota))*l.intervalNs - left
	r.ResetS = seconds(wait, 1)
	r.RetryAfterS = seconds(wait, 1+0.2*l.jitter())
	return r
}

// seconds rounds up, so that who waits that long is not too early.
func seconds(ns int64, stretch float64) int {
	return max(int(math.Ceil(float64(ns)/1e9*stretch)), 1)
}

// Len returns how many keys l remembers.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.known.entries)
}

// A Result is a limiter's answer.
type Result struct {
	limiter     *Limiter
	Allowed     bool
	Remaining   int // requests that would be granted at once: r of the RateLimit field
	ResetS      int // seconds until there is more (refused: until there is enough), rounded up: t
	RetryAfterS int // if refused, ResetS and up to a fifth more, so that the refused do not return together
}

// Policy returns the policy that was applied.
func (r Result) Policy() Policy { return r.limiter.policy }

// SetHeaders sets RateLimit-Policy, RateLimit and, if the request was refused,
// Retry-After.
func (r Result) SetHeaders(h http.Header) {
	var text [64]byte
	b := append(text[:0], '"')
	b = append(b, r.limiter.policy.Name...)
	b = append(b, `";r=`...)
	b = strconv.AppendInt(b, int64(r.Remaining), 10)
	b = append(b, ";t="...)
	b = strconv.AppendInt(b, int64(r.ResetS), 10)
	h["Ratelimit-Policy"] = r.limiter.field // as http.CanonicalHeaderKey spells them
	h["Ratelimit"] = []string{string(b)}
	if !r.Allowed {
		h.Set("Retry-After", strconv.Itoa(r.RetryAfterS))
	}
}

// Peek tells what Take would, for a cost of one, and spends nothing.
func (l *Limiter) Peek(key Key) Result {
	hash := maphash.Comparable(l.seed, key)
	now := int64(l.now().Sub(l.start))
	l.mu.Lock()
	missing := max(l.known.entry(hash).fullAt-now, 0)
	l.mu.Unlock()
	return l.result(missing+l.intervalNs <= l.fullNs, 1, missing)
}
