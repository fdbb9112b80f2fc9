package auth

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// wait is how long a throttled error says to wait, 0 for none.
func wait(t *testing.T, err error) time.Duration {
	t.Helper()
	if !errors.Is(err, ErrThrottled) {
		return 0
	}
	var throttled *ThrottledError
	if !errors.As(err, &throttled) || throttled.RetryAfter <= 0 {
		t.Fatalf("%#v says not how long", err)
	}
	return throttled.RetryAfter
}

func TestThrottle(t *testing.T) {
	c := &clock{}
	th := newThrottle(c.now)
	ada := attemptBy("ada", desk)
	for block, want := range []time.Duration{10, 20, 40, 80, 160, 160} {
		want *= time.Minute
		for range maxFailures {
			if err := th.attempt(ada); err != nil {
				t.Fatalf("block %d: %v", block, err)
			}
			c.forward(time.Minute)
		}
		c.forward(-time.Minute) // the instant of the fifth
		if got := wait(t, th.attempt(ada)); got != want {
			t.Errorf("block %d: wait %v, want %v", block, got, want)
		}
		c.forward(want - time.Second)
		if got := wait(t, th.attempt(ada)); got != time.Second {
			t.Errorf("block %d: %v left, want 1s", block, got)
		}
		for _, free := range []attemptKey{attemptBy("ada", other), attemptBy("bob", desk)} {
			if err := th.attempt(free); err != nil {
				t.Errorf("%v: %v", free, err)
			}
			th.succeeded(free)
		}
		c.forward(time.Second)
	}
	c.forward(forgetAfter + time.Second)
	for range maxFailures {
		if err := th.attempt(ada); err != nil {
			t.Fatal(err)
		}
	}
	if got := wait(t, th.attempt(ada)); got != 10*time.Minute {
		t.Errorf("a day later: wait %v", got)
	}
}

func TestThrottleForgets(t *testing.T) {
	c := &clock{}
	th := newThrottle(c.now)
	key := attemptBy("ada", desk)
	for range 50 { // four failures, then it is remembered
		for range maxFailures - 1 {
			if err := th.attempt(key); err != nil {
				t.Fatal(err)
			}
		}
		th.succeeded(key)
	}
	for range 50 { // one failure in two and a half minutes is under five in ten
		if err := th.attempt(key); err != nil {
			t.Fatal(err)
		}
		c.forward(failureWindow / 4)
	}
	for i := range 2 * maxThrottled {
		_ = th.attempt(attemptBy("ada", netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)})))
	}
	if n := th.all.Len(); n != maxThrottled {
		t.Errorf("%d are kept, want %d", n, maxThrottled)
	}
}

// TestThrottleOfNeighbours: who has many addresses of one network of IPv6 is one, and
// so is an address of IPv4 however it is written.
func TestThrottleOfNeighbours(t *testing.T) {
	for _, tt := range []struct {
		failing, then string
		waits         bool
	}{
		{"2001:db8:1:2::%d", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::%d", "2001:db8:1:3::9", false},
		{"fe80::%d%%eth0", "fe80::9%eth1", true},
		{"192.0.2.10", "::ffff:192.0.2.10", true},
		{"192.0.2.10", "192.0.2.11", false},
	} {
		th := newThrottle((&clock{}).now)
		for n := range maxFailures {
			from := tt.failing
			if strings.Contains(from, "%d") {
				from = fmt.Sprintf(from, n+1)
			}
			if err := th.attempt(attemptBy("ada", netip.MustParseAddr(from))); err != nil {
				t.Fatal(err)
			}
		}
		if waits := wait(t, th.attempt(attemptBy("ada", netip.MustParseAddr(tt.then)))) > 0; waits != tt.waits {
			t.Errorf("after failures from %s, %s waits: %t, want %t", tt.failing, tt.then, waits, tt.waits)
		}
	}
}

// TestGuessingPasswords sends ten thousand guesses in ten minutes, many at once.
func TestGuessingPasswords(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Admin)
	before := b.passwords.hashes.Load()
	var throttled atomic.Int32
	for range 100 {
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if _, err := b.Login(t.Context(), "ada", otherPassword, desk); wait(t, err) > 0 {
					throttled.Add(1)
				}
			})
		}
		all.Wait()
		b.clock.forward(failureWindow / 101)
	}
	if n := b.passwords.hashes.Load() - before; n != maxFailures || throttled.Load() != 10_000-maxFailures {
		t.Errorf("%d guesses were evaluated, %d throttled; want 5 and 9995", n, throttled.Load())
	}
	_, err := b.Login(t.Context(), "ADA", goodPassword, desk)
	mustFail(t, "the right one, throttled", err, ErrThrottled)
	_, err = b.Login(t.Context(), "ada", goodPassword, other)
	mustFail(t, "the right one from elsewhere", err, nil)
	b.clock.forward(failureWindow)
	_, err = b.Login(t.Context(), "ada", goodPassword, desk)
	mustFail(t, "the right one, later", err, nil)
}
