package intrusion

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/spacetime-vr/spacetime/api/limit"
)

const (
	// Entries bounds both the addresses that have a score and the bans.
	Entries = 10_000
	// FirstBan is how long the first ban lasts; the next are twice as long
	// each, up to LongestBan.
	FirstBan   = 10 * time.Minute
	LongestBan = 24 * time.Hour
	// Remembered is how long after its end a ban still doubles the next.
	Remembered = 24 * time.Hour
)

// ErrExempt: the address is loopback or allowed, and cannot be banned.
var ErrExempt = errors.New("the address is never banned: it is loopback or on the list of allowed networks")

// ErrNotBanned: there is no such ban.
var ErrNotBanned = errors.New("the address is not banned")

// A Ban keeps an address out from From until Until.
type Ban struct {
	Prefix    netip.Prefix // an IPv4 address or an IPv6 /64; see limit.Prefix
	From      time.Time
	Until     time.Time
	Count     int    // which ban in a row: 1 is the first
	Reason    string // the signals, or what the operator said
	Manual    bool   // made by an operator
	Monitored bool   // only reported: the address is not kept out
}

// A Store keeps bans beyond the process. Calls do not overlap.
type Store interface {
	Load(context.Context) ([]Ban, error)
	Save(context.Context, Ban) error // replaces the ban of the same prefix
	Delete(context.Context, netip.Prefix) error
}

// Options of a [Detector].
type Options struct {
	Now     func() time.Time // the clock; nil is time.Now
	Allow   []netip.Prefix   // never banned, besides loopback
	Monitor bool             // report bans and keep nobody out, except whom an operator bans
	Store   Store            // nil: bans end with the process
	OnBan   func(Ban)        // called at each new ban, Monitored ones too, on the goroutine that caused it; may call the detector
	OnError func(error)      // a ban stands but could not be saved
}

// A Detector keeps scores and bans. It is safe on any goroutine.
type Detector struct {
	options Options
	start   time.Time
	seed    maphash.Seed

	saving sync.Mutex // held while a ban is made or lifted, so that the store follows in order; before mu
	mu     sync.RWMutex
	scores *simplelru.LRU[netip.Prefix, *score]
	bans   map[netip.Addr]*Ban // by the address of the prefix; over ones too, as long as they are remembered
	swept  time.Time           // when bans was last rid of others
}

// Open returns a detector with the bans of the store.
func Open(ctx context.Context, o Options) (*Detector, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	scores, err := simplelru.NewLRU[netip.Prefix, *score](Entries, nil)
	if err != nil {
		return nil, err
	}
	d := &Detector{options: o, start: o.Now(), seed: maphash.MakeSeed(), scores: scores, bans: map[netip.Addr]*Ban{}}
	if o.Store == nil {
		return d, nil
	}
	bans, err := o.Store.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("load bans: %w", err)
	}
	for _, b := range bans {
		if err := d.restore(b); err != nil {
			return nil, fmt.Errorf("load bans: %w", err)
		}
	}
	return d, nil
}

// restore takes up a ban of an earlier process.
func (d *Detector) restore(b Ban) error {
	if !b.Prefix.IsValid() || limit.Prefix(b.Prefix.Addr()) != b.Prefix || b.Until.Before(b.From) || b.Count < 1 {
		return fmt.Errorf("%v from %v until %v, number %d, is no ban", b.Prefix, b.From, b.Until, b.Count)
	}
	now := d.options.Now()
	if b.From.After(now) { // the clock was set back meanwhile: do not serve the difference
		b.From, b.Until = now, now.Add(b.Until.Sub(b.From))
	}
	b.Monitored = d.options.Monitor && !b.Manual
	if now.Sub(b.Until) < Remembered && len(d.bans) < Entries {
		d.bans[b.Prefix.Addr()] = &b
	}
	return nil
}

// Banned tells whether to turn a away. It is for the accept path: quick, and
// without allocation.
func (d *Detector) Banned(a netip.Addr) bool {
	d.mu.RLock()
	b, found := d.bans[limit.Prefix(a).Addr()]
	d.mu.RUnlock()
	return found && !b.Monitored && d.options.Now().Before(b.Until) && !d.exempt(a)
}

func (d *Detector) exempt(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return !a.IsValid() || a.IsLoopback() ||
		slices.ContainsFunc(d.options.Allow, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Report counts a signal against a, and bans a if that is enough. Evidence is
// what was presented (see [Signal]); the same evidence again does not count.
// It tells whether it counted.
func (d *Detector) Report(ctx context.Context, a netip.Addr, s Signal, evidence string) (counted bool) {
	if d.exempt(a) {
		return false
	}
	prefix, now := limit.Prefix(a), d.options.Now()
	hash := uint32(maphash.String(d.seed, evidence)) | 1 // 0 is no evidence
	hash ^= uint32(s) << 1                               // the same path may be evidence of two kinds
	reason, counted, enough := d.count(prefix, now, s, hash)
	if enough {
		// The ban must be saved although the attacker hangs up.
		if _, err := d.ban(context.WithoutCancel(ctx), prefix, 0, reason); err != nil && d.options.OnError != nil {
			d.options.OnError(err)
		}
	}
	return counted
}

// count adds to a score; enough once, when it reaches the threshold.
func (d *Detector) count(p netip.Prefix, now time.Time, s Signal, evidence uint32) (reason string, counted, enough bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b, banned := d.bans[p.Addr()]; banned && now.Before(b.Until) {
		return "", false, false // what is under way when the ban falls does not count twice
	}
	held, ok := d.scores.Get(p)
	if !ok {
		held = &score{}
		d.scores.Add(p, held)
	}
	counted = held.add(int64(now.Sub(d.start)/time.Minute)+windowMinutes, s, evidence)
	if !held.bans() {
		return "", counted, false
	}
	d.scores.Remove(p)
	_, kinds := held.sum()
	return names(kinds), counted, true
}
