package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/spacetime-vr/spacetime/api/store"
)

// verifiedTokens is how many tokens are remembered as rightly signed.
const verifiedTokens = 1024

// Authority decides who is asking. It is safe on any goroutine.
type Authority struct {
	store    *store.Store
	keys     *Keys
	now      func() time.Time
	tokens   verifier
	verified *lru.Cache[[sha256.Size]byte, *claims]

	passwords *hasher
	logins    *throttle
	pairing   pairing
	tickets   tickets

	writing sync.Mutex // held from reading what a change depends on until memory has it

	mu       sync.RWMutex // of what follows: the database in memory
	users    map[string]store.User
	sessions map[string]store.Session // also revoked ones, until they are over
	apiKeys  map[string]store.APIKey
	keyIDs   map[[sha256.Size]byte]string // API keys by the hash of their text
	locals   map[string]Principal         // local tokens seen in this run, by session

	onRevoke []func(sid string)
	onReuse  []func(Principal)
	onLocal  []func(Principal)
}

// Open reads the database. now is [time.Now], or a test's clock.
func Open(ctx context.Context, s *store.Store, keys *Keys, now func() time.Time) (*Authority, error) {
	verified, err := lru.New[[sha256.Size]byte, *claims](verifiedTokens)
	if err != nil {
		return nil, err
	}
	a := &Authority{
		store: s, keys: keys, now: now, tokens: newVerifier(keys, now), verified: verified,
		passwords: newHasher(), logins: newThrottle(now),
		tickets: tickets{open: map[[sha256.Size]byte]ticket{}},
		users:   map[string]store.User{}, sessions: map[string]store.Session{},
		apiKeys: map[string]store.APIKey{}, keyIDs: map[[sha256.Size]byte]string{}, locals: map[string]Principal{},
	}
	if err := a.load(ctx); err != nil {
		return nil, fmt.Errorf("read identities: %w", err)
	}
	return a, nil
}

func (a *Authority) load(ctx context.Context) error {
	if err := a.store.PruneSessions(ctx, a.now()); err != nil {
		return err
	}
	users, err := a.store.Users(ctx)
	if err != nil {
		return err
	}
	sessions, err := a.store.Sessions(ctx)
	if err != nil {
		return err
	}
	keys, err := a.store.APIKeys(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		a.users[u.ID] = u
	}
	for _, x := range sessions {
		a.sessions[x.ID] = x
	}
	for _, k := range keys {
		a.keep(k)
	}
	return nil
}

// OnRevoke has f called when a session or API key ends before its time, with its
// id: after Authenticate refuses it, before the call that ended it returns. f
// must not call back and change anything. So for OnReuse and OnLocal.
func (a *Authority) OnRevoke(f func(sid string)) { listen(a, &a.onRevoke, f) }

// OnReuse has f called when a refresh token is used twice, which means that
// somebody has a copy; the session was revoked.
func (a *Authority) OnReuse(f func(Principal)) { listen(a, &a.onReuse, f) }

// OnLocal has f called when a local token is first used in this run.
func (a *Authority) OnLocal(f func(Principal)) { listen(a, &a.onLocal, f) }

func listen[T any](a *Authority, list *[]func(T), f func(T)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*list = append((*list)[:len(*list):len(*list)], f)
}

// tell calls listeners, without the lock.
func tell[T any](a *Authority, list *[]func(T), what T) {
	a.mu.RLock()
	listeners := *list
	a.mu.RUnlock()
	for _, f := range listeners {
		f(what)
	}
}

// JWKS is the public keys as a JSON Web Key Set, RFC 7517.
func (a *Authority) JWKS() []byte { return a.keys.JWKS() }

// Instance is the id of the instance, the audience of its tokens.
func (a *Authority) Instance() string { return a.keys.instance }

// Authenticate returns who an access token or API key is of. The error is always
// [ErrInvalid]. It neither waits for the database nor for password hashes.
func (a *Authority) Authenticate(credential string) (Principal, error) {
	if strings.HasPrefix(credential, keyPrefix) {
		return a.authenticateKey(credential)
	}
	if len(credential) > maxToken {
		return Principal{}, ErrInvalid
	}
	sum := digest(credential)
	c, known := a.verified.Get(sum)
	if !known {
		var err error
		if c, err = a.tokens.verify(credential); err != nil {
			return Principal{}, ErrInvalid
		}
		a.verified.Add(sum, c)
	}
	if !c.goodAt(a.now()) {
		a.verified.Remove(sum)
		return Principal{}, ErrInvalid
	}
	return a.holder(c)
}

// holder is who verified claims are of, as things stand now.
func (a *Authority) holder(c *claims) (Principal, error) {
	switch {
	case isLocal(c.Session):
		return a.local(c)
	case isKey(c.Session):
		return a.keyHolder(c)
	}
	return a.user(c)
}

func (a *Authority) user(c *claims) (Principal, error) {
	a.mu.RLock()
	u, known := a.users[c.Subject]
	x := a.sessions[c.Session]
	a.mu.RUnlock()
	if !known || u.Disabled || x.UserID != u.ID || !x.Revoked.IsZero() || !a.now().Before(x.Expires) {
		return Principal{}, ErrInvalid
	}
	role := Role(u.Role)
	return Principal{
		Subject: u.ID, Name: u.Name, Role: role, Scopes: c.scopes & role.Scopes(),
		Session: x.ID, Expires: c.ExpiresAt.Time,
	}, nil
}
