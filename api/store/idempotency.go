package store

import (
	"context"
	"encoding/json"
	"time"
)

// RequestKey names a request that a client may send again: who sends it, where,
// and the client's Idempotency-Key.
type RequestKey struct{ Principal, Route, Key string }

// Request is one that was begun, with its answer once it has one.
type Request struct {
	RequestKey
	Fingerprint [32]byte // SHA-256 of its body
	Created     time.Time

	Status int                 // HTTP; 0 while it still runs
	Header map[string][]string // those of the answer that are to be replayed
	Body   []byte
}

// BeginRequest enters a request that is about to run, and returns true. If there
// is one with its key, it changes nothing and returns that one, and false.
// Of any number of simultaneous calls, one gets true.
func (s *Store) BeginRequest(ctx context.Context, q Request) (Request, bool, error) {
	begun := false
	err := s.write(ctx, func(t *transaction) error {
		n, err := t.exec("INSERT INTO idempotency (principal, route, key, fingerprint, status, header, body, created) VALUES (?, ?, ?, ?, 0, '{}', x'', ?) "+
			"ON CONFLICT DO NOTHING", q.Principal, q.Route, q.Key, q.Fingerprint[:], stamp(q.Created))
		if err != nil || n == 1 {
			begun = err == nil
			return err
		}
		q, err = t.request(q.RequestKey)
		return err
	})
	return q, begun && err == nil, err
}

func (t *transaction) request(k RequestKey) (Request, error) {
	q := Request{RequestKey: k}
	var fingerprint, header []byte
	err := t.row("SELECT fingerprint, status, header, body, created FROM idempotency WHERE principal = ? AND route = ? AND key = ?",
		k.Principal, k.Route, k.Key).Scan(&fingerprint, &q.Status, &header, &q.Body, instant{&q.Created})
	if err != nil {
		return q, err
	}
	copy(q.Fingerprint[:], fingerprint)
	return q, json.Unmarshal(header, &q.Header)
}

// FinishRequest keeps the answer of a request that was begun.
func (s *Store) FinishRequest(ctx context.Context, k RequestKey, status int, header map[string][]string, body []byte) error {
	text, err := json.Marshal(header)
	if err != nil {
		return err
	}
	if body == nil {
		body = []byte{}
	}
	return s.writeOne(ctx, ErrNotFound, "UPDATE idempotency SET status = ?, header = ?, body = ? WHERE principal = ? AND route = ? AND key = ?",
		status, string(text), body, k.Principal, k.Route, k.Key)
}

// AbandonRequest forgets a request that was begun, so that it may be sent again.
func (s *Store) AbandonRequest(ctx context.Context, k RequestKey) error {
	return s.writeOne(ctx, ErrNotFound, "DELETE FROM idempotency WHERE principal = ? AND route = ? AND key = ?", k.Principal, k.Route, k.Key)
}

// PruneRequests forgets requests from before the given time, and beyond the
// given number the oldest.
func (s *Store) PruneRequests(ctx context.Context, before time.Time, keep int) error {
	return s.write(ctx, func(t *transaction) error {
		if _, err := t.exec("DELETE FROM idempotency WHERE created < ?", stamp(before)); err != nil {
			return err
		}
		_, err := t.exec("DELETE FROM idempotency WHERE rowid IN (SELECT rowid FROM idempotency ORDER BY created DESC, rowid DESC LIMIT -1 OFFSET ?)", keep)
		return err
	})
}

// forgetUnfinished frees the keys of requests that a crash cut off: nobody will
// ever answer them, and the client may send them again.
func (s *Store) forgetUnfinished(ctx context.Context) error {
	return s.write(ctx, func(t *transaction) error {
		_, err := t.exec("DELETE FROM idempotency WHERE status = 0")
		return err
	})
}
