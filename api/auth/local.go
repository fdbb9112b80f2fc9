package auth

import (
	"fmt"
	"strings"
	"time"
)

const (
	localSubject = "local"
	localPrefix  = "local-"
)

// IssueLocal makes an access token from an instance's key file, without the
// server: who can read the file may do anything anyway. It is good for ttl, at
// most [TokenLifetime]. The server tells OnLocal when it is first used, and can
// revoke it.
func IssueLocal(keyFile string, role Role, ttl time.Duration) (Secret, error) {
	keys, err := readKeys(keyFile)
	if err != nil {
		return Secret{}, fmt.Errorf("make a local token (the program makes the key at its first start): %w", err)
	}
	return keys.issueLocal(role, ttl, time.Now())
}

func (k *Keys) issueLocal(role Role, ttl time.Duration, now time.Time) (Secret, error) {
	if _, err := ParseRole(string(role)); err != nil {
		return Secret{}, err
	}
	if ttl < time.Second || ttl > TokenLifetime {
		return Secret{}, fmt.Errorf("%w: a local token is good for 1s to %v, not %v", ErrValue, TokenLifetime, ttl)
	}
	c := claims{Session: newID(localSubject), Scope: role.Scopes().String(), Role: role}
	c.Subject = localSubject
	return k.sign(c, now, ttl)
}

// local is who holds a local token. It works from memory, as all of Authenticate.
func (a *Authority) local(c *claims) (Principal, error) {
	p := Principal{
		Subject: localSubject, Name: localSubject, Role: c.Role, Scopes: c.scopes & c.Role.Scopes(),
		Session: c.Session, Local: true, Expires: c.ExpiresAt.Time,
	}
	a.mu.RLock()
	_, revoked := a.sessions[c.Session]
	_, seen := a.locals[c.Session]
	a.mu.RUnlock()
	if revoked || c.Subject != localSubject || c.Role.Scopes() == 0 {
		return Principal{}, ErrInvalid
	}
	if !seen && a.see(p) {
		tell(a, &a.onLocal, p)
	}
	return p, nil
}

// see remembers a local token and returns true the first time.
func (a *Authority) see(p Principal) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, seen := a.locals[p.Session]; seen {
		return false
	}
	now := a.now()
	for sid, old := range a.locals {
		if !now.Before(old.Expires.Add(leeway)) {
			delete(a.locals, sid)
		}
	}
	a.locals[p.Session] = p
	return true
}

func isLocal(session string) bool { return strings.HasPrefix(session, localPrefix) }
