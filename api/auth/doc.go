// Package auth says who is asking and what they may do.
//
// People log in with a name and a password and get an access token, good for 15
// minutes, and a refresh token that is exchanged for the next pair. Programs
// have API keys. A pairing code, which only somebody at the machine can read,
// makes the first user, and others if an admin asks for one, and whoever can read
// the instance's key file can make a local token, good for 15 minutes, without the
// server.
//
// [Authority.Authenticate] works from memory: the database is read once, and
// written through. It caches that a signature is right, never that a token may
// be used: expiry, revocation, the user's role and state are looked at each time.
//
// The package logs nothing. What an audit log wants to know comes as returned
// errors and through OnRevoke, OnReuse and OnLocal.
package auth

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrInvalid is that a credential is no good. It never says why.
	ErrInvalid = errors.New("credential is not valid")
	// ErrThrottled is that too many attempts failed; the error is a
	// [*ThrottledError], which says how long to wait.
	ErrThrottled = errors.New("too many failed attempts")
	// ErrValue is that a name, password, role or time cannot be accepted; the
	// error says why, for the user to read.
	ErrValue = errors.New("not acceptable")
	// ErrLastAdmin is that nobody would be left who can administer.
	ErrLastAdmin = errors.New("this is the last enabled admin; make another one first")
	// ErrBusy is that a bounded resource is used up for the moment.
	ErrBusy = errors.New("too many at once; try again shortly")
)

// ThrottledError is [ErrThrottled] with how long to wait.
type ThrottledError struct{ RetryAfter time.Duration }

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("%v; wait %v", ErrThrottled, e.RetryAfter.Round(time.Second))
}

// Is makes it [ErrThrottled].
func (e *ThrottledError) Is(target error) bool { return target == ErrThrottled }

// Principal is who makes a request.
type Principal struct {
	Subject string // id of a user or API key, or "local"
	Name    string
	Role    Role
	Scopes  Scopes
	Session string    // id of the session, that of an API key, or "local-..."
	Local   bool      // made from the key file, see [IssueLocal]
	Expires time.Time // of the credential
}
