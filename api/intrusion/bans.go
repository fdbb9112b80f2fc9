package intrusion

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/spacetime-vr/spacetime/api/limit"
)

// Ban keeps a's prefix out for a time (> 0), whatever its score; a ban that is
// there is replaced. An error that is not [ErrExempt] means that the ban
// stands but was not saved.
func (d *Detector) Ban(ctx context.Context, a netip.Addr, length time.Duration, reason string) (Ban, error) {
	if d.exempt(a) {
		return Ban{}, fmt.Errorf("ban %v: %w", a, ErrExempt)
	}
	if length <= 0 {
		return Ban{}, fmt.Errorf("ban %v for %v: use a length above zero", a, length)
	}
	return d.ban(ctx, limit.Prefix(a), length, reason)
}

// ban makes a ban of the given length (an operator's), or, for 0, of the length
// that is due, unless there is one already.
func (d *Detector) ban(ctx context.Context, p netip.Prefix, length time.Duration, reason string) (Ban, error) {
	d.saving.Lock()
	b, gone, made := d.place(p, length, reason)
	if !made {
		d.saving.Unlock()
		return b, nil
	}
	err := d.save(ctx, b, gone)
	d.saving.Unlock()
	if d.options.OnBan != nil {
		d.options.OnBan(b)
	}
	return b, err
}

// place makes the ban in memory; gone are the prefixes it made forget.
func (d *Detector) place(p netip.Prefix, length time.Duration, reason string) (b Ban, gone []netip.Prefix, made bool) {
	now := d.options.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	before, known := d.bans[p.Addr()]
	if length == 0 && known && now.Before(before.Until) {
		return *before, nil, false // two signals at once
	}
	b = Ban{Prefix: p, From: now, Count: 1, Reason: reason, Manual: length > 0}
	b.Monitored = d.options.Monitor && !b.Manual
	if known && now.Sub(before.Until) < Remembered {
		b.Count = before.Count + 1
	}
	if length == 0 {
		length = min(FirstBan<<min(b.Count-1, 8), LongestBan)
	}
	b.Until = now.Add(length)
	if !known {
		gone = d.makeRoom(now)
	}
	d.bans[p.Addr()] = &b
	return b, gone, true
}

// makeRoom drops bans no longer remembered and, if there are still too many,
// the one that ends first; it looks once a minute, or when it must. d.mu is
// held.
func (d *Detector) makeRoom(now time.Time) (gone []netip.Prefix) {
	if len(d.bans) < Entries && now.Sub(d.swept) < time.Minute {
		return nil
	}
	d.swept = now
	var first *Ban
	for a, b := range d.bans {
		if now.Sub(b.Until) >= Remembered {
			gone = append(gone, b.Prefix)
			delete(d.bans, a)
		} else if first == nil || b.Until.Before(first.Until) {
			first = b
		}
	}
	if len(d.bans) >= Entries {
		gone = append(gone, first.Prefix)
		delete(d.bans, first.Prefix.Addr())
	}
	return gone
}

func (d *Detector) save(ctx context.Context, b Ban, gone []netip.Prefix) error {
	if d.options.Store == nil {
		return nil
	}
	for _, p := range gone {
		if err := d.options.Store.Delete(ctx, p); err != nil {
			return fmt.Errorf("forget the ban of %v: %w", p, err)
		}
	}
	if b.Monitored {
		return nil
	}
	if err := d.options.Store.Save(ctx, b); err != nil {
		return fmt.Errorf("save the ban of %v: %w", b.Prefix, err)
	}
	return nil
}

// Lift ends the ban of a's prefix and forgets what led to it: the next ban is
// a first one. [ErrNotBanned] if there is none.
func (d *Detector) Lift(ctx context.Context, a netip.Addr) error {
	p := limit.Prefix(a)
	d.saving.Lock()
	defer d.saving.Unlock()
	d.mu.Lock()
	b, found := d.bans[p.Addr()]
	delete(d.bans, p.Addr())
	d.scores.Remove(p)
	d.mu.Unlock()
	if d.options.Store != nil && found {
		if err := d.options.Store.Delete(ctx, p); err != nil {
			return fmt.Errorf("lift the ban of %v: %w", a, err)
		}
	}
	if !found || !d.options.Now().Before(b.Until) {
		return fmt.Errorf("lift the ban of %v: %w", a, ErrNotBanned)
	}
	return nil
}

// List returns the bans in force, the Monitored ones included, by their end.
func (d *Detector) List() []Ban {
	now := d.options.Now()
	d.mu.RLock()
	defer d.mu.RUnlock()
	var list []Ban
	for _, b := range d.bans {
		if now.Before(b.Until) {
			list = append(list, *b)
		}
	}
	slices.SortFunc(list, func(a, b Ban) int {
		if c := a.Until.Compare(b.Until); c != 0 {
			return c
		}
		return a.Prefix.Addr().Compare(b.Prefix.Addr())
	})
	return list
}
