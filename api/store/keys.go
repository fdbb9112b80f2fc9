package store

import (
	"context"
	"database/sql"
	"time"
)

// APIKey is a program's credential.
type APIKey struct {
	ID      string
	Name    string // unique
	Role    string
	Hash    Hash
	Created time.Time
	Expires time.Time
}

// APIKeys returns all keys in the order of their ids.
func (s *Store) APIKeys(ctx context.Context) ([]APIKey, error) {
	return list(ctx, s, func(r *sql.Rows) (k APIKey, err error) {
		return k, r.Scan(&k.ID, &k.Name, &k.Role, (*[]byte)(&k.Hash), instant{&k.Created}, instant{&k.Expires})
	}, "SELECT id, name, role, hash, created, expires FROM api_keys ORDER BY id")
}

// CreateAPIKey adds a key. [ErrExists]: the name is taken.
func (s *Store) CreateAPIKey(ctx context.Context, k APIKey) error {
	return s.writeOne(ctx, nil, "INSERT INTO api_keys (id, name, role, hash, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
		k.ID, k.Name, k.Role, []byte(k.Hash), stamp(k.Created), stamp(k.Expires))
}

// DeleteAPIKey removes a key.
func (s *Store) DeleteAPIKey(ctx context.Context, id string) error {
	return s.writeOne(ctx, ErrNotFound, "DELETE FROM api_keys WHERE id = ?", id)
}
