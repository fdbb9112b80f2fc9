package store

import (
	"context"
	"database/sql"
	"net/netip"
	"time"
)

// Ban keeps addresses out.
type Ban struct {
	ID      string
	Prefix  netip.Prefix // unique
	Reason  string
	Strikes int  // how often the prefix was banned, this time counted
	Manual  bool // made by an operator
	Created time.Time
	Until   time.Time
}

// Bans returns all bans, also past ones, in the order of their ids.
func (s *Store) Bans(ctx context.Context) ([]Ban, error) {
	return list(ctx, s, func(r *sql.Rows) (b Ban, err error) {
		var prefix string
		if err = r.Scan(&b.ID, &prefix, &b.Reason, &b.Strikes, &b.Manual, instant{&b.Created}, instant{&b.Until}); err == nil {
			b.Prefix, err = netip.ParsePrefix(prefix)
		}
		return b, err
	}, "SELECT id, prefix, reason, strikes, manual, created, until FROM bans ORDER BY id")
}

// PutBan adds a ban, or replaces that of the same prefix.
func (s *Store) PutBan(ctx context.Context, b Ban) error {
	return s.writeOne(ctx, nil, "INSERT INTO bans (id, prefix, reason, strikes, manual, created, until) VALUES (?, ?, ?, ?, ?, ?, ?) "+
		"ON CONFLICT (prefix) DO UPDATE SET id = excluded.id, reason = excluded.reason, strikes = excluded.strikes, manual = excluded.manual, "+
		"created = excluded.created, until = excluded.until",
		b.ID, b.Prefix.String(), b.Reason, b.Strikes, b.Manual, stamp(b.Created), stamp(b.Until))
}

// DeleteBan removes a ban.
func (s *Store) DeleteBan(ctx context.Context, id string) error {
	return s.writeOne(ctx, ErrNotFound, "DELETE FROM bans WHERE id = ?", id)
}

// PruneBans forgets bans that ended before the given time, and beyond the given
// number those that end first.
func (s *Store) PruneBans(ctx context.Context, before time.Time, keep int) error {
	return s.write(ctx, func(t *transaction) error {
		if _, err := t.exec("DELETE FROM bans WHERE until < ?", stamp(before)); err != nil {
			return err
		}
		_, err := t.exec("DELETE FROM bans WHERE id IN (SELECT id FROM bans ORDER BY until DESC, id LIMIT -1 OFFSET ?)", keep)
		return err
	})
}
