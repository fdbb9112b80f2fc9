package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"regexp"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

// idempotencyKey is the header with which a client names a request that it may
// send again.
//
// Source: draft-ietf-httpapi-idempotency-key-header.
const idempotencyKey = "Idempotency-Key"

var keyPattern = regexp.MustCompile(`^"?[A-Za-z0-9_-]{16,64}"?$`)

// replayed are the headers of an answer that are sent again with it.
var replayed = []string{"Content-Type", "Etag", "Location", "Retry-After"}

// once serves a request, or, when the same client sent it before under the same
// key, its answer again. It leaves the answer held.
func (s *Server) once(m *mounted, x *exchange, r *http.Request, body []byte) error {
	values := r.Header.Values(idempotencyKey)
	if len(values) == 0 || r.Method != http.MethodPost {
		m.serve(x, r)
		return nil
	}
	switch {
	case m.secret:
		return errKeySecret
	case len(values) > 1 || !keyPattern.MatchString(values[0]):
		return errKeyMalformed
	}
	q := store.Request{
		RequestKey:  store.RequestKey{Principal: x.principal.Subject, Route: m.name(), Key: values[0]},
		Fingerprint: fingerprint(body), Created: time.Now(),
	}
	prior, begun, err := s.store.BeginRequest(r.Context(), q)
	if err != nil {
		return s.unwritable(err)
	}
	if !begun {
		return replay(x, prior, q.Fingerprint)
	}
	return s.firstTime(m, x, r, q.RequestKey)
}

// firstTime serves a request whose key is new, and keeps the answer. One that failed
// for want of time or room may be tried again.
func (s *Server) firstTime(m *mounted, x *exchange, r *http.Request, key store.RequestKey) error {
	ctx := context.WithoutCancel(r.Context()) // that the client is gone is why there are keys
	done := false
	defer func() {
		if !done {
			_ = s.store.AbandonRequest(ctx, key) // the database says so again at the next write
		}
	}()
	m.serve(x, r)
	if x.status >= http.StatusInternalServerError || x.status == http.StatusTooManyRequests {
		return nil
	}
	header := http.Header{}
	for _, name := range replayed {
		if values := x.Header()[name]; values != nil {
			header[name] = values
		}
	}
	if err := s.store.FinishRequest(ctx, key, x.status, header, x.held.Bytes()); err != nil {
		s.log.Error("an answer cannot be kept for its Idempotency-Key", "error", err)
	}
	done = true
	return nil
}

// replay answers as the first time.
func replay(x *exchange, prior store.Request, print [sha256.Size]byte) error {
	switch {
	case prior.Fingerprint != print:
		return errKeyReused
	case prior.Status == 0:
		return errKeyRunning
	}
	for name, values := range prior.Header {
		x.Header()[name] = values
	}
	x.Header().Set("Idempotency-Replayed", "true")
	x.replayed = true
	x.WriteHeader(prior.Status)
	_, _ = x.Write(prior.Body)
	return nil
}

// fingerprint is the same for bodies that mean the same: JSON is written anew,
// members in order.
func fingerprint(body []byte) [sha256.Size]byte {
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&v) == nil {
		if canonical, err := json.Marshal(v); err == nil {
			body = canonical
		}
	}
	return sha256.Sum256(body)
}
