package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

const (
	// KeyLifetime is how long an API key is good for unless it is said.
	KeyLifetime = 90 * 24 * time.Hour
	// MaxKeyLifetime is the longest.
	MaxKeyLifetime = 366 * 24 * time.Hour

	keyPrefix   = "stk_"
	keyIDPrefix = "key-"
	keyBody     = 32 // characters: 160 bits
	keyCheck    = 7  // characters: a CRC of 32 bits
)

// base32Small has letters and digits that nobody mistakes for each other.
var base32Small = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// APIKey is what there is to know about a key, but not the key.
type APIKey struct {
	ID      string
	Name    string
	Role    Role
	Created time.Time
	Expires time.Time
}

// newKeyText is a key, stk_ and 39 characters of a-z2-7. The last 7 are a CRC of
// the rest, by which a scanner tells a leaked key from a word that looks like one.
func newKeyText() string {
	var random [20]byte
	_, _ = rand.Read(random[:]) // never fails
	text := keyPrefix + base32Small.EncodeToString(random[:])
	return text + keyChecksum(text)
}

func keyChecksum(text string) string {
	return base32Small.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}

// looksLikeKey tells whether the checksum is right.
func looksLikeKey(text string) bool {
	const end = len(keyPrefix) + keyBody
	return len(text) == end+keyCheck && strings.HasPrefix(text, keyPrefix) && text[end:] == keyChecksum(text[:end])
}

// CreateKey makes an API key. lifetime is up to [MaxKeyLifetime]; 0 is
// [KeyLifetime]. The key is returned this once and kept as a hash. Errors are
// [ErrValue] and [store.ErrExists] for the name.
func (a *Authority) CreateKey(ctx context.Context, name string, role Role, lifetime time.Duration) (Secret, APIKey, error) {
	name, err := cleanName(name)
	if err == nil && role != Decoy {
		_, err = ParseRole(string(role))
	}
	if err == nil && (lifetime < 0 || lifetime > MaxKeyLifetime) {
		err = fmt.Errorf("%w: an API key is good for up to %d days", ErrValue, MaxKeyLifetime/(24*time.Hour))
	}
	if err != nil {
		return Secret{}, APIKey{}, err
	}
	text := newKeyText()
	now := a.now()
	k := store.APIKey{
		ID: newID("key"), Name: name, Role: string(role), Hash: hashOf(text),
		Created: now, Expires: now.Add(cmp.Or(lifetime, KeyLifetime)),
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	if err := a.store.CreateAPIKey(ctx, k); err != nil {
		return Secret{}, APIKey{}, err
	}
	a.mu.Lock()
	a.keep(k)
	a.mu.Unlock()
	return NewSecret(text), shownKey(k), nil
}

// DeleteKey ends an API key. [store.ErrNotFound]: there is none with the id. Any
// other error means that the database still has it: it is refused from now on
// all the same, but would be good again after a restart.
func (a *Authority) DeleteKey(ctx context.Context, id string) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.mu.Lock()
	k, known := a.apiKeys[id]
	if known {
		k.Expires = a.now()
		a.apiKeys[id] = k
	}
	a.mu.Unlock()
	if !known {
		return store.ErrNotFound
	}
	tell(a, &a.onRevoke, id)
	if err := a.store.DeleteAPIKey(ctx, id); err != nil {
		return err
	}
	a.mu.Lock()
	delete(a.apiKeys, id)
	delete(a.keyIDs, [32]byte(k.Hash))
	a.mu.Unlock()
	return nil
}

// APIKeys returns all keys, also expired ones, by name.
func (a *Authority) APIKeys() []APIKey {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var all []APIKey
	for _, k := range a.apiKeys {
		all = append(all, shownKey(k))
	}
	slices.SortFunc(all, func(x, y APIKey) int { return strings.Compare(x.Name, y.Name) })
	return all
}

// LoginKey makes an access token for who holds an API key. There is no refresh
// token with it: the key does that.
func (a *Authority) LoginKey(key string) (Tokens, error) {
	p, err := a.authenticateKey(key)
	if err != nil {
		return Tokens{}, err
	}
	return a.accessToken(p)
}

// DecoyOf returns the [Decoy] that a refused credential is the key of, also when its
// time is over, and whether it is one.
func (a *Authority) DecoyOf(credential string) (APIKey, bool) {
	if !looksLikeKey(credential) {
		return APIKey{}, false
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	k := a.apiKeys[a.keyIDs[digest(credential)]]
	return shownKey(k), Role(k.Role) == Decoy
}

func (a *Authority) keep(k store.APIKey) {
	if len(k.Hash) != 32 {
		return // not of this program's making: nobody can have its key
	}
	a.apiKeys[k.ID] = k
	a.keyIDs[[32]byte(k.Hash)] = k.ID
}

func (a *Authority) authenticateKey(text string) (Principal, error) {
	if !looksLikeKey(text) {
		return Principal{}, ErrInvalid
	}
	sum := digest(text)
	a.mu.RLock()
	id := a.keyIDs[sum]
	a.mu.RUnlock()
	return a.keyPrincipal(id)
}

// keyHolder is who has an access token made for an API key.
func (a *Authority) keyHolder(c *claims) (Principal, error) {
	p, err := a.keyPrincipal(c.Session)
	p.Scopes &= c.scopes
	p.Expires = c.ExpiresAt.Time
	if err != nil || c.Subject != p.Subject {
		return Principal{}, ErrInvalid
	}
	return p, nil
}

func (a *Authority) keyPrincipal(id string) (Principal, error) {
	a.mu.RLock()
	k, known := a.apiKeys[id]
	a.mu.RUnlock()
	role := Role(k.Role)
	if !known || role == Decoy || !a.now().Before(k.Expires) {
		return Principal{}, ErrInvalid
	}
	return Principal{Subject: k.ID, Name: k.Name, Role: role, Scopes: role.Scopes(), Session: k.ID, Expires: k.Expires}, nil
}

func shownKey(k store.APIKey) APIKey {
	return APIKey{ID: k.ID, Name: k.Name, Role: Role(k.Role), Created: k.Created, Expires: k.Expires}
}

func isKey(session string) bool { return strings.HasPrefix(session, keyIDPrefix) }
