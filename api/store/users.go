package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// User is somebody who may log in.
type User struct {
	ID       string
	Name     string // unique
	Role     string
	Password Hash
	Disabled bool
	Revision uint64 // counts changes from 1
	Created  time.Time
	Updated  time.Time
}

const userColumns = "id, name, role, password, disabled, revision, created, updated"

// Users returns all users in the order of their ids.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	return list(ctx, s, func(r *sql.Rows) (u User, err error) {
		return u, r.Scan(&u.ID, &u.Name, &u.Role, (*[]byte)(&u.Password), &u.Disabled, &u.Revision, instant{&u.Created}, instant{&u.Updated})
	}, "SELECT "+userColumns+" FROM users ORDER BY id")
}

// CreateUser adds a user with revision 1. [ErrExists]: the id or name is taken.
func (s *Store) CreateUser(ctx context.Context, u User) error {
	return s.writeOne(ctx, nil, "INSERT INTO users ("+userColumns+") VALUES (?, ?, ?, ?, ?, 1, ?, ?)",
		u.ID, u.Name, u.Role, []byte(u.Password), u.Disabled, stamp(u.Created), stamp(u.Updated))
}

// UpdateUser writes role, password and whether disabled of the user with u.ID
// and raises the revision, which has to be u.Revision until then ([ErrStale]).
// With endSessions it revokes the user's sessions as of u.Updated with it.
func (s *Store) UpdateUser(ctx context.Context, u User, endSessions bool) error {
	return s.write(ctx, func(t *transaction) error {
		err := t.must(ErrStale, "UPDATE users SET role = ?, password = ?, disabled = ?, updated = ?, revision = revision + 1 WHERE id = ? AND revision = ?",
			u.Role, []byte(u.Password), u.Disabled, stamp(u.Updated), u.ID, u.Revision)
		if errors.Is(err, ErrStale) {
			return t.staleOrMissing(u.ID)
		}
		if err != nil || !endSessions {
			return err
		}
		_, err = t.exec("UPDATE sessions SET revoked = ? WHERE user_id = ? AND revoked = 0", stamp(u.Updated), u.ID)
		return err
	})
}

// DeleteUser removes a user and all sessions, if the revision is still the given
// one ([ErrStale]).
func (s *Store) DeleteUser(ctx context.Context, id string, revision uint64) error {
	return s.write(ctx, func(t *transaction) error {
		err := t.must(ErrStale, "DELETE FROM users WHERE id = ? AND revision = ?", id, revision)
		if errors.Is(err, ErrStale) {
			return t.staleOrMissing(id)
		}
		return err
	})
}

func (t *transaction) staleOrMissing(user string) error {
	var revision uint64
	if err := t.row("SELECT revision FROM users WHERE id = ?", user).Scan(&revision); err != nil {
		return err
	}
	return ErrStale
}
