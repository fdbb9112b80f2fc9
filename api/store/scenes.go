package store

import (
	"context"
	"encoding/json"
	"errors"
)

// AllowList says which scenes may be shown.
type AllowList struct {
	Scenes   []string // their slugs
	Enforced bool     // false: every scene may be shown
	Revision uint64   // counts changes from 1
}

// AllowList returns the list of an environment; one that was never set is empty
// and not enforced.
func (s *Store) AllowList(ctx context.Context, environment string) (AllowList, error) {
	var l AllowList
	var scenes string
	err := meaning(s.db.QueryRowContext(ctx, "SELECT scenes, enforced, revision FROM allow_list WHERE environment = ?", environment).
		Scan(&scenes, &l.Enforced, &l.Revision))
	if errors.Is(err, ErrNotFound) {
		return AllowList{Revision: 1}, nil
	}
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal([]byte(scenes), &l.Scenes)
}

// SetAllowList replaces the list of an environment if its revision is still
// l.Revision ([ErrStale]), and returns it with the new one.
func (s *Store) SetAllowList(ctx context.Context, environment string, l AllowList) (AllowList, error) {
	if l.Scenes == nil {
		l.Scenes = []string{}
	}
	scenes, err := json.Marshal(l.Scenes)
	if err != nil {
		return l, err
	}
	err = s.write(ctx, func(t *transaction) error {
		if _, err := t.exec("INSERT INTO allow_list (environment, scenes, enforced, revision) VALUES (?, '[]', 0, 1) ON CONFLICT DO NOTHING", environment); err != nil {
			return err
		}
		n, err := t.exec("UPDATE allow_list SET scenes = ?, enforced = ?, revision = revision + 1 WHERE environment = ? AND revision = ?",
			string(scenes), l.Enforced, environment, l.Revision)
		if err == nil && n == 0 {
			err = ErrStale
		}
		return err
	})
	if err == nil {
		l.Revision++
	}
	return l, err
}
