package auth

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

const (
	// SessionIdle ends a session that was not refreshed.
	SessionIdle = 12 * time.Hour
	// SessionLifetime ends every session.
	SessionLifetime = 7 * 24 * time.Hour
)

// Tokens is what a login gives.
type Tokens struct {
	Access    Secret
	Refresh   Secret // empty for an API key
	Principal Principal
}

// Session is a login that is not over.
type Session struct {
	ID       string
	Subject  string // a user's id, or "local"
	Name     string
	Role     Role
	Local    bool
	Created  time.Time // zero for a local one
	LastUsed time.Time // login or last refresh; zero for a local one
	Expires  time.Time // at the latest
}

// Login starts a session of a user. The error is [ErrInvalid] after the same
// work for an unknown name, a wrong password and a disabled user;
// [ErrThrottled], without work, after five failures of the name from the
// address; ctx's, when it ends before it is the password's turn to be hashed.
func (a *Authority) Login(ctx context.Context, name, password string, from netip.Addr) (Tokens, error) {
	name, _ = cleanName(name) // "" is nobody's
	key := attemptBy(name, from)
	if err := a.logins.attempt(key); err != nil {
		return Tokens{}, err
	}
	u := a.named(name)
	ok, err := a.passwords.matches(ctx, password, u.Password)
	if err != nil {
		a.logins.undone(key)
		return Tokens{}, err
	}
	if !ok || u.Disabled {
		return Tokens{}, ErrInvalid
	}
	a.logins.succeeded(key)
	return a.begin(ctx, u)
}

// named returns the user of a name, or one without a password.
func (a *Authority) named(name string) store.User {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, u := range a.users {
		if u.Name == name {
			return u
		}
	}
	return store.User{}
}

// Knows tells whether a user has that name, in any letters.
func (a *Authority) Knows(name string) bool {
	name, err := cleanName(name)
	return err == nil && a.named(name).ID != ""
}

// begin starts a session of a user who has proven to be u.
func (a *Authority) begin(ctx context.Context, u store.User) (Tokens, error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	if now, err := a.userRecord(u.ID); err != nil || now.Disabled || now.Revision != u.Revision {
		return Tokens{}, ErrInvalid // changed while the password was hashed
	}
	a.prune(ctx)
	refresh := random256()
	now := a.now()
	x := store.Session{ID: newID("session"), UserID: u.ID, Created: now, LastUsed: now, Expires: now.Add(SessionLifetime)}
	if err := a.store.CreateSession(ctx, x, hashOf(refresh)); err != nil {
		return Tokens{}, err
	}
	return a.newPair(u, x, refresh)
}

// newPair keeps the session in memory and makes its pair of tokens.
func (a *Authority) newPair(u store.User, x store.Session, refresh string) (Tokens, error) {
	a.mu.Lock()
	a.sessions[x.ID] = x
	a.mu.Unlock()
	role := Role(u.Role)
	t, err := a.accessToken(Principal{Subject: u.ID, Name: u.Name, Role: role, Scopes: role.Scopes(), Session: x.ID, Expires: x.Expires})
	t.Refresh = NewSecret(refresh)
	return t, err
}

// accessToken makes a token of p that does not outlive what p has.
func (a *Authority) accessToken(p Principal) (Tokens, error) {
	now := a.now()
	lifetime := min(TokenLifetime, p.Expires.Sub(now))
	p.Expires = now.Add(lifetime).Truncate(time.Second)
	c := claims{Session: p.Session, Scope: p.Scopes.String()}
	c.Subject = p.Subject
	access, err := a.keys.sign(c, now, lifetime)
	return Tokens{Access: access, Principal: p}, err
}

// Refresh takes a refresh token for the next pair. The error is [ErrInvalid] for
// one that is unknown or over. One that was taken before is a copy: that ends
// the session, for whoever has the other copy too.
func (a *Authority) Refresh(ctx context.Context, refresh string) (Tokens, error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	next := random256()
	x, err := a.store.RotateRefresh(ctx, hashOf(refresh), hashOf(next), a.now(), SessionIdle)
	switch {
	case errors.Is(err, store.ErrReused):
		return Tokens{}, a.reused(ctx, x)
	case errors.Is(err, store.ErrNotFound):
		return Tokens{}, ErrInvalid
	case err != nil:
		return Tokens{}, err
	}
	u, err := a.userRecord(x.UserID)
	if err != nil || u.Disabled || a.revoked(x.ID) {
		return Tokens{}, ErrInvalid
	}
	return a.newPair(u, x, next)
}

// reused ends the session of a refresh token that was used twice.
func (a *Authority) reused(ctx context.Context, x store.Session) error {
	if a.revoked(x.ID) {
		return ErrInvalid
	}
	err := a.revoke(ctx, x)
	u, _ := a.userRecord(x.UserID)
	tell(a, &a.onReuse, Principal{Subject: x.UserID, Name: u.Name, Role: Role(u.Role), Session: x.ID, Expires: x.Expires})
	return errors.Join(ErrInvalid, err)
}

func (a *Authority) revoked(sid string) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	x, known := a.sessions[sid]
	return !known || !x.Revoked.IsZero()
}

// Revoke ends a session, also a local one, at once. [store.ErrNotFound]: there
// is none. Any other error means that the database does not have it: the session
// has ended all the same, but would be good again after a restart.
func (a *Authority) Revoke(ctx context.Context, sid string) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.mu.RLock()
	x, known := a.sessions[sid]
	a.mu.RUnlock()
	if !known && isLocal(sid) {
		// Not seen yet perhaps; it can be good for this long.
		now := a.now()
		x, known = store.Session{ID: sid, Created: now, LastUsed: now, Expires: now.Add(TokenLifetime + leeway)}, true
	}
	if !known {
		return store.ErrNotFound
	}
	return a.revoke(ctx, x)
}

// revoke ends a session in memory first: a database that is down must not keep
// it alive.
func (a *Authority) revoke(ctx context.Context, x store.Session) error {
	if x.Revoked.IsZero() {
		x.Revoked = a.now()
		a.mu.Lock()
		a.sessions[x.ID] = x
		delete(a.locals, x.ID)
		a.mu.Unlock()
		tell(a, &a.onRevoke, x.ID)
	}
	return a.store.RevokeSession(ctx, x)
}

// endSessions ends a user's sessions in memory; the database has it already.
func (a *Authority) endSessions(user string, now time.Time) {
	var ended []string
	a.mu.Lock()
	for sid, x := range a.sessions {
		if x.UserID == user && x.Revoked.IsZero() {
			x.Revoked = now
			a.sessions[sid] = x
			ended = append(ended, sid)
		}
	}
	a.mu.Unlock()
	for _, sid := range ended {
		tell(a, &a.onRevoke, sid)
	}
}

// prune forgets sessions that are over. That it fails costs only space.
func (a *Authority) prune(ctx context.Context) {
	now := a.now()
	if a.store.PruneSessions(ctx, now) != nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for sid, x := range a.sessions {
		if !now.Before(x.Expires) {
			delete(a.sessions, sid)
		}
	}
}

// Sessions returns the sessions that are not over, the newest first, then the
// local tokens that were used.
func (a *Authority) Sessions() []Session {
	a.mu.RLock()
	defer a.mu.RUnlock()
	now := a.now()
	var all []Session
	for _, x := range a.sessions {
		u, known := a.users[x.UserID]
		if known && x.Revoked.IsZero() && now.Before(x.Expires) && now.Before(x.LastUsed.Add(SessionIdle)) {
			all = append(all, Session{
				ID: x.ID, Subject: u.ID, Name: u.Name, Role: Role(u.Role),
				Created: x.Created, LastUsed: x.LastUsed, Expires: x.Expires,
			})
		}
	}
	for _, p := range a.locals {
		if now.Before(p.Expires) {
			all = append(all, Session{ID: p.Session, Subject: p.Subject, Name: p.Name, Role: p.Role, Local: true, Expires: p.Expires})
		}
	}
	slices.SortFunc(all, func(x, y Session) int {
		if c := y.Created.Compare(x.Created); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
	return all
}
