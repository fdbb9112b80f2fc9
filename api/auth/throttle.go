package auth

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/spacetime-vr/spacetime/api/limit"
)

const (
	maxFailures   = 5
	failureWindow = 10 * time.Minute
	maxDoublings  = 4              // 10 minutes up to 2 h 40 min
	forgetAfter   = 24 * time.Hour // how long doublings count
	maxThrottled  = 10_000
)

// throttle counts failed logins of a name from an address. After five within ten
// minutes none is evaluated for ten minutes; each further time doubles the wait.
// An address cannot lock a user out elsewhere.
type throttle struct {
	now func() time.Time

	mu  sync.Mutex
	all *simplelru.LRU[attemptKey, *attempts]
}

type attemptKey struct {
	name string
	from netip.Prefix // see limit.Prefix
}

// attemptBy is the key of a name that somebody at an address gives.
func attemptBy(name string, address netip.Addr) attemptKey {
	return attemptKey{name, limit.Prefix(address)}
}

type attempts struct {
	recent []time.Time // of those not known to have succeeded
	until  time.Time   // none is evaluated before
	blocks int         // so far
}

func newThrottle(now func() time.Time) *throttle {
	all, _ := simplelru.NewLRU[attemptKey, *attempts](maxThrottled, nil) // errs on a size below 1
	return &throttle{now: now, all: all}
}

// attempt counts one as failed before it is evaluated, so that many at once are
// not more than many in turn. It returns a [*ThrottledError] if it must not be
// evaluated.
func (t *throttle) attempt(key attemptKey) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	a, known := t.all.Get(key)
	if !known || now.After(a.until.Add(forgetAfter)) && a.blocks > 0 {
		a = &attempts{}
		t.all.Add(key, a)
	}
	if wait := a.until.Sub(now); wait > 0 {
		return &ThrottledError{RetryAfter: wait}
	}
	a.count(now)
	return nil
}

func (a *attempts) count(now time.Time) {
	for len(a.recent) > 0 && !now.Before(a.recent[0].Add(failureWindow)) {
		a.recent = a.recent[1:]
	}
	a.recent = append(a.recent, now)
	if len(a.recent) == maxFailures {
		a.recent = nil
		a.until = now.Add(failureWindow << min(a.blocks, maxDoublings))
		a.blocks++
	}
}

// succeeded forgets what failed before.
func (t *throttle) succeeded(key attemptKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all.Remove(key)
}

// undone takes back an attempt that was not evaluated in the end.
func (t *throttle) undone(key attemptKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if a, known := t.all.Get(key); known && len(a.recent) > 0 {
		a.recent = a.recent[:len(a.recent)-1]
	}
}
