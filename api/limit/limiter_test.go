package limit

import (
	"fmt"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// clock is a clock that moves when told to.
type clock struct{ at time.Time }

func newClock() *clock                { return &clock{time.Date(2026, 8, 24, 9, 0, 0, 0, time.UTC)} }
func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

func address(s string) Key { return AddressKey(netip.MustParseAddr(s)) }

// numbered returns the i-th key of a /16, e.g. numbered("10.0.%d.%d", 7).
func numbered(format string, i int) Key { return address(fmt.Sprintf(format, i>>8&255, i&255)) }

func interval(p Policy) time.Duration { return p.Window / time.Duration(p.Quota) }

func header(r Result) http.Header {
	h := http.Header{}
	r.SetHeaders(h)
	return h
}

// The numbers are worked out by hand.
func TestPolicies(t *testing.T) {
	want := map[string]string{
		"anonymous": `"anonymous";q=20;w=2`, "read": `"read";q=40;w=2`, "write": `"write";q=10;w=2`,
		"login": `"login";q=5;w=60`, "screenshot": `"screenshot";q=6;w=60`,
		"global": `"global";q=200;w=1`,
	}
	for _, p := range Policies() {
		if got := p.String(); got != want[p.Name] {
			t.Errorf("%s is %s, want %s", p.Name, got, want[p.Name])
		}
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
		delete(want, p.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

func TestPolicyValidate(t *testing.T) {
	for _, tt := range []struct {
		policy Policy
		want   string
	}{
		{Policy{"", 1, time.Second}, "without a name"},
		{Policy{"a\"b", 1, time.Second}, "letters, digits"},
		{Policy{"a", 0, time.Second}, "quota 0"},
		{Policy{"a", 1_000_001, time.Second}, "quota 1000001"},
		{Policy{"a", 1, time.Second / 2}, "window 500ms"},
		{Policy{"a", 1, 3 * time.Second / 2}, "window 1.5s"},
		{Policy{"a", 1, 25 * time.Hour}, "window 25h"},
	} {
		if err := tt.policy.Validate(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.policy, err, tt.want)
		}
	}
}

func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
		{"127.0.0.1", "::1", false},
	} {
		if same := address(tt.a) == address(tt.b); same != tt.same {
			t.Errorf("%s and %s the same: %t, want %t", tt.a, tt.b, same, tt.same)
		}
	}
	if Prefix(netip.Addr{}).IsValid() {
		t.Error("no address has a valid prefix")
	}
}

// The steps are computed by hand: read replenishes one request in 50 ms, login
// one in 12 s.
func TestTake(t *testing.T) {
	type step struct {
		pass        time.Duration
		cost, times int
		allowed     bool
		remaining   int
		reset       int
	}
	for _, tt := range []struct {
		policy Policy
		steps  []step
	}{
		{Read, []step{
			{0, 1, 1, true, 39, 1},
			{0, 1, 39, true, 0, 1},
			{0, 1, 1, false, 0, 1},
			{49 * time.Millisecond, 1, 1, false, 0, 1},
			{1 * time.Millisecond, 1, 1, true, 0, 1},
			{time.Hour, 1, 1, true, 39, 1},
		}},
		{Login, []step{
			{0, 1, 5, true, 0, 12},
			{0, 1, 1, false, 0, 12},
			{11*time.Second + 999*time.Millisecond, 1, 1, false, 0, 1},
			{time.Millisecond, 1, 1, true, 0, 12},
			{30 * time.Second, 1, 1, true, 1, 6},
			{0, 3, 1, false, 1, 18},
			{0, 1, 1, true, 0, 6},
		}},
	} {
		c := newClock()
		l := New(tt.policy, c.now)
		for i, s := range tt.steps {
			c.pass(s.pass)
			for range s.times - 1 {
				l.Take(Everybody, s.cost)
			}
			r := l.Take(Everybody, s.cost)
			if r.Allowed != s.allowed || r.Remaining != s.remaining || r.ResetS != s.reset {
				t.Errorf("%s step %d: allowed %t, r=%d, t=%d, want %t, %d, %d", tt.policy.Name, i, r.Allowed, r.Remaining, r.ResetS, s.allowed, s.remaining, s.reset)
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	l := New(Login, newClock().now)
	h := header(l.Take(Everybody, 1))
	if p, r := h.Get("RateLimit-Policy"), h.Get("RateLimit"); p != `"login";q=5;w=60` || r != `"login";r=4;t=12` || h.Get("Retry-After") != "" {
		t.Errorf("granted: %v", h)
	}
	l.Take(Everybody, 4)
	for _, tt := range []struct {
		jitter float64
		want   string
	}{{0, "12"}, {0.5, "14"}, {0.9999, "15"}} { // 12 s, 13.2 s and 14.4 s, rounded up
		l.jitter = func() float64 { return tt.jitter }
		if h := header(l.Take(Everybody, 1)); h.Get("RateLimit") != `"login";r=0;t=12` || h.Get("Retry-After") != tt.want {
			t.Errorf("refused, jitter %g: %v, want Retry-After %s", tt.jitter, h, tt.want)
		}
	}
}

// bucket is the reference: a bucket that fills as time passes.
type bucket struct {
	level, full, unit time.Duration
	at                time.Time
}

func (b *bucket) take(now time.Time, cost int) (ok bool, remaining int) {
	b.level = min(b.full, b.level+now.Sub(b.at))
	b.at = now
	if need := time.Duration(cost) * b.unit; need <= b.level {
		b.level -= need
		ok = true
	}
	return ok, int(b.level / b.unit)
}

var anyPolicy = rapid.Custom(func(t *rapid.T) Policy {
	return Policy{"drawn", rapid.IntRange(1, 12).Draw(t, "quota"), time.Duration(rapid.IntRange(1, 60).Draw(t, "window")) * time.Second}
})

func TestEqualsBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy.Draw(t, "policy")
		c := newClock()
		l := New(p, c.now)
		buckets := map[int]*bucket{}
		unit := interval(p)
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			c.pass(time.Duration(rapid.Int64Range(0, 2*int64(unit)).Draw(t, "pass")))
			who := rapid.IntRange(0, 3).Draw(t, "who")
			cost := rapid.IntRange(1, p.Quota+1).Draw(t, "cost")
			if buckets[who] == nil {
				full := unit * time.Duration(p.Quota)
				buckets[who] = &bucket{full, full, unit, c.at}
			}
			ok, remaining := buckets[who].take(c.at, cost)
			if r := l.Take(numbered("10.0.%d.%d", who), cost); r.Allowed != ok || r.Remaining != remaining {
				t.Fatalf("allowed %t, r=%d, the bucket says %t, %d", r.Allowed, r.Remaining, ok, remaining)
			}
		}
	})
}

// With a table of three keys for seven callers, so that most are forgotten
// most of the time.
func TestBoundHoldsInEveryWindow(t *testing.T) {
	type grant struct {
		at   time.Time
		cost int
	}
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy.Draw(t, "policy")
		c := newClock()
		l := newLimiter(p, c.now, 3)
		grants := map[int][]grant{}
		unit := interval(p)
		for range rapid.IntRange(1, 120).Draw(t, "steps") {
			c.pass(time.Duration(rapid.Int64Range(0, int64(unit)/2).Draw(t, "pass")))
			who, cost := rapid.IntRange(0, 6).Draw(t, "who"), rapid.IntRange(1, 3).Draw(t, "cost")
			if l.Take(numbered("10.0.%d.%d", who), cost).Allowed {
				grants[who] = append(grants[who], grant{c.at, cost})
			}
		}
		for who, all := range grants {
			for from := range all {
				sum := 0
				for _, g := range all[from:] {
					sum += g.cost
					if most := p.Quota + int(g.at.Sub(all[from].at)/unit); sum > most {
						t.Fatalf("caller %d got %d in %v, at most %d by %v", who, sum, g.at.Sub(all[from].at), most, p)
					}
				}
			}
		}
	})
}

func TestRemainingOnlyGrowsWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy.Draw(t, "policy")
		c := newClock()
		l := newLimiter(p, c.now, 3)
		last := map[int]int{}
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			if rapid.IntRange(0, 9).Draw(t, "pass?") == 0 {
				c.pass(time.Duration(rapid.Int64Range(1, int64(p.Window)).Draw(t, "pass")))
				clear(last)
			}
			who := rapid.IntRange(0, 6).Draw(t, "who")
			r := l.Take(numbered("10.0.%d.%d", who), rapid.IntRange(1, 3).Draw(t, "cost"))
			if before, seen := last[who]; seen && r.Remaining > before {
				t.Fatalf("caller %d: r rose from %d to %d in no time", who, before, r.Remaining)
			}
			last[who] = r.Remaining
		}
	})
}

func TestRetryAfter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy.Draw(t, "policy")
		c := newClock()
		l := New(p, c.now)
		jitter := rapid.Float64Range(0, 0.999).Draw(t, "jitter")
		l.jitter = func() float64 { return jitter }
		cost := rapid.IntRange(1, p.Quota).Draw(t, "cost")
		var r Result
		for r = l.Take(Everybody, cost); r.Allowed; r = l.Take(Everybody, cost) {
			c.pass(time.Duration(rapid.Int64Range(0, int64(interval(p))-1).Draw(t, "pass")))
		}
		reset, retry := r.ResetS, r.RetryAfterS
		if retry < reset || float64(retry) > 1.2*float64(reset)+1 {
			t.Fatalf("retry after %d s, reset %d s", retry, reset)
		}
		c.pass(time.Duration(retry) * time.Second)
		if !l.Take(Everybody, cost).Allowed {
			t.Fatalf("refused again after %d s", retry)
		}
	})
}

// A clock set back, which only a clock without monotonic time does, must not
// grant anything.
func TestClockSetBack(t *testing.T) {
	c := newClock()
	l := New(Read, c.now)
	l.Take(Everybody, 40)
	c.pass(-time.Hour)
	if r := l.Take(Everybody, 1); r.Allowed || r.Remaining != 0 {
		t.Errorf("allowed %t, r=%d", r.Allowed, r.Remaining)
	}
}

func TestWashingTheTableBuysNothing(t *testing.T) {
	c := newClock()
	l := New(Login, c.now)
	blocked := address("192.0.2.66")
	l.Take(blocked, 5)
	for i := range Entries + 1 {
		l.Take(numbered("10.0.%d.%d", i), 1)
	}
	if l.Len() != Entries {
		t.Fatalf("%d keys", l.Len())
	}
	if l.Take(blocked, 1).Allowed {
		t.Error("the blocked key was forgotten and admitted")
	}
	c.pass(12 * time.Second)
	if !l.Take(blocked, 1).Allowed {
		t.Error("the blocked key stays blocked for longer than it deserves")
	}
}

// The key silent longest is forgotten, always: the reference is a plain list.
func TestForgetsTheSilent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := newTable(4)
		var seen []uint64 // the newest last
		for _, hash := range rapid.SliceOfN(rapid.Uint64Range(1, 7), 1, 60).Draw(t, "hashes") {
			if e := keys.entry(hash); e.hash != hash {
				t.Fatalf("asked for %d, got %d", hash, e.hash)
			}
			seen = append(slices.DeleteFunc(seen, func(h uint64) bool { return h == hash }), hash)
			seen = seen[max(len(seen)-4, 0):]
			var got []uint64
			for i := keys.oldest; i >= 0; i = keys.entries[i].newer {
				got = append(got, keys.entries[i].hash)
			}
			if !slices.Equal(got, seen) || len(keys.index) != len(seen) {
				t.Fatalf("remembers %v, want %v", got, seen)
			}
		}
	})
}

// Full tables are at most 4 MiB all together, however long the principals.
func TestMemory(t *testing.T) {
	heap := func() int {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := heap()
	var limiters []*Limiter
	for _, p := range Policies() {
		l := New(p, time.Now)
		for i := range 5 * Entries / 2 {
			key := PrincipalKey(strings.Repeat("x", 300) + fmt.Sprint(i))
			if p == Global {
				key = Everybody
			}
			l.Take(key, 1)
		}
		limiters = append(limiters, l)
	}
	used := heap() - before
	t.Logf("%d limiters: %d KiB", len(limiters), used>>10)
	if used > 4<<20 {
		t.Errorf("%d limiters take %d bytes, want at most 4 MiB", len(limiters), used)
	}
	runtime.KeepAlive(limiters)
}

func TestTakeAllocatesNothing(t *testing.T) {
	l := New(Read, time.Now)
	for name, key := range map[string]Key{"IPv4": address("192.0.2.1"), "IPv6": address("2001:db8::1"), "principal": PrincipalKey("operator-7"), "everybody": Everybody} {
		l.Take(key, 1)
		if n := testing.AllocsPerRun(200, func() { l.Take(key, 1) }); n != 0 {
			t.Errorf("%s: %g allocations", name, n)
		}
	}
}

func TestManyGoroutines(t *testing.T) {
	c := newClock()
	l := newLimiter(Policy{"race", 1000, time.Hour}, c.now, 4)
	var wg sync.WaitGroup
	granted := make([]int, 8)
	for g := range granted {
		wg.Go(func() {
			for i := range 500 {
				if l.Take(Everybody, 1).Allowed {
					granted[g]++
				}
				l.Take(numbered("10.1.%d.%d", i), 1)
				l.Take(Everybody, 1001) // touches the key, takes nothing
			}
		})
	}
	wg.Wait()
	sum := 0
	for _, n := range granted {
		sum += n
	}
	// The key may be forgotten on the way, which never adds to its thousand.
	if sum > 1000 || sum < 900 {
		t.Errorf("%d granted of a thousand (%v)", sum, slices.Max(granted))
	}
}

func BenchmarkTake(b *testing.B) {
	keys := make([]Key, Entries)
	for i := range keys {
		keys[i] = numbered("10.2.%d.%d", i)
	}
	for _, n := range []int{1, Entries} {
		name := fmt.Sprintf("keys=%d", n)
		l := New(Read, time.Now)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				l.Take(keys[i%n], 1)
			}
		})
		b.Run(name+"/parallel", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					l.Take(keys[i%n], 1)
				}
			})
		})
	}
	b.Run("new keys", func(b *testing.B) {
		l := New(Read, time.Now)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			l.Take(Key{address: netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}), 32)}, 1)
		}
	})
}
