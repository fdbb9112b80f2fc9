package intrusion

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spacetime-vr/spacetime/api/limit"
)

type clock struct{ at time.Time }

func newClock() *clock                { return &clock{time.Date(2026, 8, 24, 9, 0, 0, 0, time.UTC)} }
func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

var stranger = netip.MustParseAddr("203.0.113.9")

// open returns a detector, and the bans it reports.
func open(t interface {
	Helper()
	Fatal(...any)
}, o Options,
) (*Detector, *[]Ban) {
	t.Helper()
	var made []Ban
	o.OnBan = func(b Ban) { made = append(made, b) }
	d, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return d, &made
}

// report reports n times, with different evidence each time.
func report(d *Detector, a netip.Addr, s Signal, n int) {
	for i := range n {
		d.Report(context.Background(), a, s, fmt.Sprintf("%v %v %d", d.options.Now(), s, i))
	}
}

// The weights are written out: what bans must not change by accident.
func TestWeights(t *testing.T) {
	want := map[string]int{"bad-credentials": 1, "forged-token": 3, "scope-probing": 1, "bad-host": 2, "scanner-path": 3, "malformed": 1, "honeytoken": 10}
	got := map[string]int{}
	for s := range signals {
		got[s.String()] = s.Weight()
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWhatBans(t *testing.T) {
	type times struct {
		signal Signal
		n      int
	}
	for _, tt := range []struct {
		name    string
		signals []times
		reason  string // empty: no ban
	}{
		{"guessing alone", []times{{BadCredentials, 1000}}, ""},
		{"mistakes of all kinds", []times{{BadCredentials, 300}, {ScopeProbing, 300}, {Malformed, 300}}, ""},
		{"one kind of hostile", []times{{ForgedToken, 100}}, ""},
		{"mistakes and a bad host", []times{{BadCredentials, 300}, {BadHost, 1}}, ""},
		{"mistakes and two bad hosts", []times{{BadCredentials, 300}, {BadHost, 2}}, "bad-credentials, bad-host"},
		{"guessing and a forged token", []times{{BadCredentials, 7}, {ForgedToken, 1}}, "bad-credentials, forged-token"},
		{"six guesses and a forged token", []times{{BadCredentials, 6}, {ForgedToken, 1}}, ""},
		{"scanner", []times{{ScannerPath, 3}, {Malformed, 1}}, "malformed, scanner-path"},
		{"scanner with a bad host", []times{{BadHost, 2}, {ScannerPath, 2}}, "bad-host, scanner-path"},
		{"nine", []times{{ScannerPath, 1}, {ForgedToken, 2}}, ""},
		{"honeytoken", []times{{Honeytoken, 1}}, "honeytoken"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, made := open(t, Options{Now: newClock().now})
			for _, s := range tt.signals {
				report(d, stranger, s.signal, s.n)
			}
			switch {
			case tt.reason == "" && (len(*made) != 0 || d.Banned(stranger)):
				t.Errorf("banned: %+v", *made)
			case tt.reason != "" && (len(*made) != 1 || (*made)[0].Reason != tt.reason || !d.Banned(stranger)):
				t.Errorf("%+v, want one ban for %s", *made, tt.reason)
			}
		})
	}
}

func TestSameEvidenceCountsOnce(t *testing.T) {
	d, made := open(t, Options{Now: newClock().now})
	for range 1000 {
		d.Report(t.Context(), stranger, BadHost, "kiosk.local")
		d.Report(t.Context(), stranger, ForgedToken, "eyJ")
		d.Report(t.Context(), stranger, ScannerPath, "/.env")
	}
	if len(*made) != 0 { // 2 + 3 + 3
		t.Errorf("banned: %+v", *made)
	}
	d.Report(t.Context(), stranger, ScannerPath, "/.git/config")
	if !d.Banned(stranger) {
		t.Error("not banned for something new")
	}
}

func TestScoreDecays(t *testing.T) {
	for _, tt := range []struct {
		pause  time.Duration
		banned bool
	}{{0, true}, {9 * time.Minute, true}, {10 * time.Minute, false}, {time.Hour, false}} {
		c := newClock()
		d, _ := open(t, Options{Now: c.now})
		report(d, stranger, BadCredentials, 7)
		c.pass(tt.pause)
		report(d, stranger, ForgedToken, 1)
		if got := d.Banned(stranger); got != tt.banned {
			t.Errorf("after %v: banned %t, want %t", tt.pause, got, tt.banned)
		}
	}
}

// A steady trickle does not add up: 7 + 2 points leave the window one by one.
func TestScoreDecaysMinuteByMinute(t *testing.T) {
	c := newClock()
	d, made := open(t, Options{Now: c.now})
	report(d, stranger, BadCredentials, 7)
	for _, s := range []Signal{BadHost, ForgedToken, BadHost, ForgedToken} {
		c.pass(6 * time.Minute)
		report(d, stranger, s, 1)
	}
	if len(*made) > 0 {
		t.Errorf("banned: %+v", *made)
	}
}

// Two reports may reach the threshold together: the second makes no ban.
func TestTwoAtOnceBanOnce(t *testing.T) {
	d, made := open(t, Options{Now: newClock().now})
	for range 2 {
		if _, err := d.ban(t.Context(), limit.Prefix(stranger), 0, "twice"); err != nil {
			t.Fatal(err)
		}
	}
	if len(*made) != 1 || (*made)[0].Count != 1 {
		t.Errorf("%+v", *made)
	}
}

func TestBansDouble(t *testing.T) {
	c := newClock()
	d, made := open(t, Options{Now: c.now})
	minutes := []int{10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440}
	for i, want := range minutes {
		report(d, stranger, Honeytoken, 2) // the second is under way when the ban falls
		if len(*made) != i+1 {
			t.Fatalf("%d bans, want %d", len(*made), i+1)
		}
		b := (*made)[i]
		if got := b.Until.Sub(b.From); got != time.Duration(want)*time.Minute || b.Count != i+1 {
			t.Errorf("ban %d of %v, want %d of %d min", b.Count, got, i+1, want)
		}
		c.pass(b.Until.Sub(c.at) - time.Nanosecond)
		if !d.Banned(stranger) {
			t.Errorf("ban %d ended early", i+1)
		}
		c.pass(time.Nanosecond)
		if d.Banned(stranger) {
			t.Errorf("ban %d did not end", i+1)
		}
	}
	c.pass(Remembered)
	report(d, stranger, Honeytoken, 1)
	if b := (*made)[len(minutes)]; b.Count != 1 || b.Until.Sub(b.From) != FirstBan {
		t.Errorf("after a quiet day: %+v", b)
	}
}

func TestWhoIsBanned(t *testing.T) {
	allow := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8:a:1::7/128")}
	for _, tt := range []struct {
		culprit, asked string
		banned         bool
	}{
		{"203.0.113.9", "203.0.113.9", true},
		{"203.0.113.9", "::ffff:203.0.113.9", true},
		{"203.0.113.9", "203.0.113.8", false},
		{"2001:db8::1", "2001:db8::ffff", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"127.0.0.1", "127.0.0.1", false},
		{"127.8.8.8", "127.8.8.8", false},
		{"::1", "::1", false},
		{"::ffff:127.0.0.1", "127.0.0.1", false},
		{"192.0.2.77", "192.0.2.77", false},
		{"::ffff:192.0.2.77", "192.0.2.77", false},
		{"2001:db8:a:1::8", "2001:db8:a:1::9", true},
		{"2001:db8:a:1::8", "2001:db8:a:1::7", false}, // allowed amid a banned /64
	} {
		d, _ := open(t, Options{Now: newClock().now, Allow: allow})
		report(d, netip.MustParseAddr(tt.culprit), Honeytoken, 1)
		if got := d.Banned(netip.MustParseAddr(tt.asked)); got != tt.banned {
			t.Errorf("%s after %s: banned %t, want %t", tt.asked, tt.culprit, got, tt.banned)
		}
	}
	d, made := open(t, Options{})
	report(d, netip.Addr{}, Honeytoken, 1)
	if len(*made) != 0 || d.Banned(netip.Addr{}) {
		t.Error("nobody was banned")
	}
}

func TestMonitor(t *testing.T) {
	c := newClock()
	s := memory{}
	d, made := open(t, Options{Now: c.now, Monitor: true, Store: s})
	report(d, stranger, Honeytoken, 5)
	if len(*made) != 1 || !(*made)[0].Monitored || d.Banned(stranger) || len(s) != 0 {
		t.Errorf("made %+v, banned %t, saved %d", *made, d.Banned(stranger), len(s))
	}
	if list := d.List(); len(list) != 1 || !list[0].Monitored {
		t.Errorf("list %+v", list)
	}
	if _, err := d.Ban(t.Context(), stranger, time.Hour, "seen at the door"); err != nil || !d.Banned(stranger) {
		t.Errorf("an operator's ban does not hold: %v", err)
	}
}

func TestOperatorBansAndLifts(t *testing.T) {
	c := newClock()
	s := memory{}
	d, made := open(t, Options{Now: c.now, Store: s})
	if _, err := d.Ban(t.Context(), netip.MustParseAddr("::1"), time.Hour, ""); !errors.Is(err, ErrExempt) {
		t.Errorf("loopback: %v", err)
	}
	if _, err := d.Ban(t.Context(), stranger, 0, ""); err == nil {
		t.Error("a ban of no length")
	}
	b, err := d.Ban(t.Context(), stranger, 90*time.Minute, "noise")
	want := Ban{Prefix: netip.MustParsePrefix("203.0.113.9/32"), From: c.at, Until: c.at.Add(90 * time.Minute), Count: 1, Reason: "noise", Manual: true}
	if err != nil || b != want || !d.Banned(stranger) || !slices.Equal(*made, []Ban{want}) || s[b.Prefix] != want {
		t.Errorf("%+v, %v; made %+v; saved %+v", b, err, *made, s)
	}
	if err := d.Lift(t.Context(), stranger); err != nil || d.Banned(stranger) || len(s) != 0 || len(d.List()) != 0 {
		t.Errorf("lift: %v, saved %+v", err, s)
	}
	if err := d.Lift(t.Context(), stranger); !errors.Is(err, ErrNotBanned) {
		t.Errorf("lift twice: %v", err)
	}
	report(d, stranger, Honeytoken, 1)
	if last := (*made)[len(*made)-1]; last.Count != 1 {
		t.Errorf("a lifted ban still counts: %+v", last)
	}
}

// memory is a store.
type memory map[netip.Prefix]Ban

func (m memory) Load(context.Context) ([]Ban, error)            { return slices.Collect(maps.Values(m)), nil }
func (m memory) Save(_ context.Context, b Ban) error            { m[b.Prefix] = b; return nil }
func (m memory) Delete(_ context.Context, p netip.Prefix) error { delete(m, p); return nil }

func TestBansPersist(t *testing.T) {
	c := newClock()
	s := memory{}
	d, _ := open(t, Options{Now: c.now, Store: s})
	report(d, stranger, Honeytoken, 1)
	want := d.List()

	c.pass(time.Minute)
	d, made := open(t, Options{Now: c.now, Store: s})
	if !reflect.DeepEqual(d.List(), want) || !d.Banned(stranger) || len(*made) != 0 {
		t.Errorf("after a restart %+v, want %+v; reported anew: %+v", d.List(), want, *made)
	}
	monitor, _ := open(t, Options{Now: c.now, Store: s, Monitor: true})
	if monitor.Banned(stranger) {
		t.Error("monitoring keeps somebody out")
	}
	c.pass(FirstBan)
	d, made = open(t, Options{Now: c.now, Store: s})
	report(d, stranger, Honeytoken, 1)
	if (*made)[0].Count != 2 {
		t.Errorf("the restart forgot the first ban: %+v", *made)
	}
	c.pass(48 * time.Hour)
	report(d, netip.MustParseAddr("198.51.100.1"), Honeytoken, 1)
	if _, kept := s[limit.Prefix(stranger)]; kept || len(s) != 1 {
		t.Errorf("a ban of two days ago is still stored: %+v", s)
	}
}

func TestClockSetBackBetweenRuns(t *testing.T) {
	c := newClock()
	s := memory{}
	d, _ := open(t, Options{Now: c.now, Store: s})
	report(d, stranger, Honeytoken, 1)
	c.pass(-365 * 24 * time.Hour)
	d, _ = open(t, Options{Now: c.now, Store: s})
	c.pass(FirstBan)
	if d.Banned(stranger) {
		t.Errorf("banned until %v, it is %v", d.List(), c.at)
	}
}

type broken struct{ memory }

var errDisk = errors.New("disk full")

func (broken) Save(context.Context, Ban) error { return errDisk }

func TestBanStandsWithoutStore(t *testing.T) {
	var got error
	d, _ := open(t, Options{Store: broken{}, OnError: func(err error) { got = err }})
	report(d, stranger, Honeytoken, 1)
	if !d.Banned(stranger) || !errors.Is(got, errDisk) {
		t.Errorf("banned %t, error %v", d.Banned(stranger), got)
	}
}

func TestOpenRefusesBadBans(t *testing.T) {
	c := newClock()
	good := Ban{Prefix: netip.MustParsePrefix("203.0.113.9/32"), From: c.at, Until: c.at.Add(time.Hour), Count: 1}
	for name, spoil := range map[string]func(*Ban){
		"no prefix":   func(b *Ban) { b.Prefix = netip.Prefix{} },
		"wide prefix": func(b *Ban) { b.Prefix = netip.MustParsePrefix("0.0.0.0/0") },
		"backwards":   func(b *Ban) { b.Until = b.From.Add(-1) },
		"no count":    func(b *Ban) { b.Count = 0 },
	} {
		bad := good
		spoil(&bad)
		if _, err := Open(t.Context(), Options{Now: c.now, Store: memory{bad.Prefix: bad}}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Whatever is reported, a ban needs ten points within ten minutes, and two
// kinds or a honeytoken; and ten points of hostile signals of two kinds within
// nine minutes do ban.
func TestBanNeedsItsWeight(t *testing.T) {
	type event struct {
		at     time.Time
		signal Signal
	}
	rapid.Check(t, func(t *rapid.T) {
		c := newClock()
		d, made := open(t, Options{Now: c.now})
		var events []event
		within := func(length time.Duration, only func(Signal) bool) (weight, kinds int) {
			seen := map[Signal]bool{}
			for _, e := range events {
				if c.at.Sub(e.at) < length && only(e.signal) {
					weight += e.signal.Weight()
					seen[e.signal] = true
				}
			}
			return weight, len(seen)
		}
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			c.pass(time.Duration(rapid.IntRange(0, 300).Draw(t, "seconds")) * time.Second)
			e := event{c.at, Signal(rapid.IntRange(0, int(Honeytoken)-1).Draw(t, "signal"))}
			if d.Banned(stranger) {
				continue
			}
			events = append(events, e)
			d.Report(context.Background(), stranger, e.signal, fmt.Sprint(len(events)))
			weight, kinds := within(10*time.Minute, func(Signal) bool { return true })
			hostile, hostileKinds := within(9*time.Minute, func(s Signal) bool { return !s.mistake() })
			switch banned := len(*made) > 0; {
			case banned && (weight < Threshold || kinds < 2):
				t.Fatalf("banned for %d points of %d kinds: %+v", weight, kinds, *made)
			case !banned && hostile >= Threshold && hostileKinds >= 2:
				t.Fatalf("not banned for %d hostile points", hostile)
			}
			if len(*made) > 0 {
				events, *made = nil, nil
			}
		}
	})
}

func TestBounded(t *testing.T) {
	heap := func() int {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	c := newClock()
	before := heap()
	d, _ := open(t, Options{Now: c.now})
	d.options.OnBan = nil
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{100, 64, byte(i >> 8), byte(i)}) }
	for i := range Entries + 50 {
		d.Report(t.Context(), at(i), BadCredentials, "x")
	}
	for i := range Entries + 50 {
		if i >= Entries-1 {
			c.pass(time.Second)
		}
		d.Report(t.Context(), at(i), Honeytoken, "x")
	}
	t.Logf("%d scores and %d bans: %d KiB", d.scores.Len(), len(d.List()), (heap()-before)>>10)
	if d.scores.Len() > Entries || len(d.List()) != Entries || !d.Banned(at(Entries+49)) {
		t.Errorf("%d scores, %d bans", d.scores.Len(), len(d.List()))
	}
	if used := heap() - before; used > 8<<20 {
		t.Errorf("%d bytes", used)
	}
}

func TestManyGoroutines(t *testing.T) {
	var mu sync.Mutex
	made := map[netip.Prefix]int{}
	d, err := Open(t.Context(), Options{Store: memory{}, OnBan: func(b Ban) {
		mu.Lock()
		defer mu.Unlock()
		made[b.Prefix]++
	}})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 64 {
				a := netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})
				d.Report(t.Context(), a, Honeytoken, fmt.Sprint(g))
				if !d.Banned(a) {
					runtime.Gosched() // another goroutine is about to ban it
				}
				d.List()
			}
		})
	}
	wg.Wait()
	for p, n := range made {
		if n != 1 {
			t.Errorf("%v was banned %d times", p, n)
		}
	}
	if len(made) != 64 {
		t.Errorf("%d banned, want 64", len(made))
	}
}

func TestBannedAllocatesNothing(t *testing.T) {
	d, _ := open(t, Options{})
	report(d, stranger, Honeytoken, 1)
	for _, a := range []netip.Addr{stranger, netip.MustParseAddr("2001:db8::1")} {
		if n := testing.AllocsPerRun(100, func() { d.Banned(a) }); n != 0 {
			t.Errorf("%v: %g allocations", a, n)
		}
	}
}

func BenchmarkBanned(b *testing.B) {
	d, _ := open(b, Options{})
	d.options.OnBan = nil
	for i := range Entries {
		d.Report(b.Context(), netip.AddrFrom4([4]byte{100, 64, byte(i >> 8), byte(i)}), Honeytoken, "x")
	}
	for name, a := range map[string]string{"stranger": "203.0.113.9", "IPv6": "2001:db8::1", "banned": "100.64.1.1"} {
		b.Run(name, func(b *testing.B) {
			a := netip.MustParseAddr(a)
			b.ReportAllocs()
			for b.Loop() {
				d.Banned(a)
			}
		})
	}
}

func BenchmarkReport(b *testing.B) {
	d, _ := open(b, Options{})
	b.ReportAllocs()
	for b.Loop() {
		d.Report(b.Context(), stranger, BadCredentials, "the same token")
	}
}
