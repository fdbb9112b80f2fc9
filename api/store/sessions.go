package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Session is a login and all the tokens that came from it.
type Session struct {
	ID       string
	UserID   string // "" for that of a local token
	Created  time.Time
	LastUsed time.Time // login or last refresh
	Expires  time.Time // whatever happens
	Revoked  time.Time // zero while it is not
}

const sessionColumns = "id, user_id, created, last_used, expires, revoked"

func (x *Session) scan(row interface{ Scan(...any) error }) error {
	var user sql.NullString
	err := row.Scan(&x.ID, &user, instant{&x.Created}, instant{&x.LastUsed}, instant{&x.Expires}, instant{&x.Revoked})
	x.UserID = user.String
	return err
}

func (x Session) values() []any {
	user := sql.NullString{String: x.UserID, Valid: x.UserID != ""}
	return []any{x.ID, user, stamp(x.Created), stamp(x.LastUsed), stamp(x.Expires), stamp(x.Revoked)}
}

// Sessions returns all sessions, also revoked ones, in the order of their ids.
func (s *Store) Sessions(ctx context.Context) ([]Session, error) {
	return list(ctx, s, func(r *sql.Rows) (x Session, err error) { return x, x.scan(r) },
		"SELECT "+sessionColumns+" FROM sessions ORDER BY id")
}

// CreateSession adds a session with its first refresh token. [ErrNotFound]: the
// user is gone.
func (s *Store) CreateSession(ctx context.Context, x Session, refresh Hash) error {
	return s.write(ctx, func(t *transaction) error {
		if _, err := t.exec("INSERT INTO sessions ("+sessionColumns+") VALUES (?, ?, ?, ?, ?, ?)", x.values()...); err != nil {
			return err
		}
		return t.addRefresh(refresh, x.ID)
	})
}

func (t *transaction) addRefresh(refresh Hash, session string) error {
	return t.must(nil, "INSERT INTO refresh_tokens (hash, session_id, used) VALUES (?, ?, 0)", []byte(refresh), session)
}

// RotateRefresh takes one refresh token for the next one, and returns the
// session they are of. [ErrNotFound]: unknown, or the session is revoked, over
// at now, or was last used longer than idle ago. [ErrReused]: it was taken
// before; the session is returned with it.
func (s *Store) RotateRefresh(ctx context.Context, shown, next Hash, now time.Time, idle time.Duration) (Session, error) {
	var x Session
	err := s.write(ctx, func(t *transaction) error {
		used, err := t.refresh(shown, &x)
		switch {
		case err != nil:
			return err
		case used:
			return ErrReused
		case !x.Revoked.IsZero() || !now.Before(x.Expires) || !now.Before(x.LastUsed.Add(idle)):
			return ErrNotFound
		}
		return t.rotate(&x, shown, next, now)
	})
	if err != nil && !errors.Is(err, ErrReused) {
		return Session{}, err
	}
	return x, err
}

// refresh reads a refresh token's session, and whether it was used.
func (t *transaction) refresh(shown Hash, x *Session) (used bool, err error) {
	err = t.row("SELECT session_id, used FROM refresh_tokens WHERE hash = ?", []byte(shown)).Scan(&x.ID, &used)
	if err != nil {
		return false, err
	}
	return used, x.scan(t.row("SELECT "+sessionColumns+" FROM sessions WHERE id = ?", x.ID))
}

func (t *transaction) rotate(x *Session, shown, next Hash, now time.Time) error {
	x.LastUsed = now
	if err := t.must(ErrNotFound, "UPDATE refresh_tokens SET used = 1 WHERE hash = ?", []byte(shown)); err != nil {
		return err
	}
	if err := t.must(ErrNotFound, "UPDATE sessions SET last_used = ? WHERE id = ?", stamp(now), x.ID); err != nil {
		return err
	}
	return t.addRefresh(next, x.ID)
}

// RevokeSession keeps that x is revoked, as of x.Revoked. One that is unknown is
// added.
func (s *Store) RevokeSession(ctx context.Context, x Session) error {
	return s.write(ctx, func(t *transaction) error {
		_, err := t.exec("INSERT INTO sessions ("+sessionColumns+") VALUES (?, ?, ?, ?, ?, ?) "+
			"ON CONFLICT (id) DO UPDATE SET revoked = excluded.revoked WHERE revoked = 0", x.values()...)
		return err
	})
}

// PruneSessions forgets sessions that are over at the given time.
func (s *Store) PruneSessions(ctx context.Context, now time.Time) error {
	return s.write(ctx, func(t *transaction) error {
		_, err := t.exec("DELETE FROM sessions WHERE expires <= ?", stamp(now))
		return err
	})
}
