package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/spacetime-vr/spacetime/api/store"
)

// Argon2id with OWASP's least parameters (Password Storage Cheat Sheet).
const (
	hashMemoryKiB = 19 * 1024
	hashPasses    = 2
	hashThreads   = 1
	hashBytes     = 32
	saltBytes     = 16
)

const (
	minPassword = 12  // characters
	maxPassword = 256 // characters
	maxName     = 63  // bytes
)

// hashForm is the PHC string format; salt and hash follow. There is one set of
// parameters, so a hash with others is nobody's.
var hashForm = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, hashMemoryKiB, hashPasses, hashThreads)

// hasher hashes one password at a time: each takes 19 MiB and a core for tens of
// milliseconds, and the frame loop needs both.
type hasher struct {
	turn   chan struct{} // of capacity one
	hashes atomic.Uint64 // computed so far
	decoy  store.Hash    // what users who do not exist are checked against
}

func newHasher() *hasher {
	h := &hasher{turn: make(chan struct{}, 1)}
	h.decoy = format(newSalt(), make([]byte, hashBytes))
	return h
}

// hash returns what is kept of a password. It waits for its turn as long as ctx.
func (h *hasher) hash(ctx context.Context, password string) (store.Hash, error) {
	salt := newSalt()
	key, err := h.derive(ctx, password, salt)
	if err != nil {
		return nil, err
	}
	return format(salt, key), nil
}

// matches tells whether kept is of the password. Whatever they are, it computes
// one hash, unless ctx ends before.
func (h *hasher) matches(ctx context.Context, password string, kept store.Hash) (bool, error) {
	salt, want, ok := parse(kept)
	if !ok {
		salt, want, _ = parse(h.decoy)
	}
	if utf8.RuneCountInString(password) > maxPassword {
		password, ok = "", false
	}
	got, err := h.derive(ctx, password, salt)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1 && ok, err
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turn }()
	h.hashes.Add(1)
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, hashPasses, hashMemoryKiB, hashThreads, hashBytes), nil
}

func newSalt() []byte {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	return salt
}

func format(salt, key []byte) store.Hash {
	return store.Hash(hashForm + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(key))
}

func parse(kept store.Hash) (salt, key []byte, ok bool) {
	rest, ours := strings.CutPrefix(string(kept), hashForm)
	first, second, two := strings.Cut(rest, "$")
	salt, err := base64.RawStdEncoding.DecodeString(first)
	if err != nil || !ours || !two {
		return nil, nil, false
	}
	key, err = base64.RawStdEncoding.DecodeString(second)
	return salt, key, err == nil && len(key) == hashBytes
}

// checkPassword returns why a password cannot be accepted, as [ErrValue].
func checkPassword(password, user string) error {
	if !utf8.ValidString(password) {
		return fmt.Errorf("%w: password is not UTF-8", ErrValue)
	}
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return fmt.Errorf("%w: password is shorter than %d characters", ErrValue, minPassword)
	case n > maxPassword:
		return fmt.Errorf("%w: password is longer than %d characters", ErrValue, maxPassword)
	case strings.ContainsFunc(password, unicode.IsControl):
		return fmt.Errorf("%w: password has control characters", ErrValue)
	case unguessable(password, user) < leastUnguessable:
		return fmt.Errorf("%w: password is easy to guess: it is little more than common words, names, years, sequences or repetitions", ErrValue)
	}
	return nil
}

// cleanName is the one way to write a name of a user or key: a to z, 0 to 9, and
// within it also . _ and -. Small letters stand for capitals.
func cleanName(name string) (string, error) {
	name = strings.ToLower(name)
	odd := func(r rune) bool { return !isAlphanumeric(r) && !strings.ContainsRune("._-", r) }
	if name == "" || len(name) > maxName || !isAlphanumeric(rune(name[0])) || strings.ContainsFunc(name, odd) {
		return "", fmt.Errorf("%w: a name has 1 to %d of a-z, 0-9, and after the first also . _ -", ErrValue, maxName)
	}
	return name, nil
}

func isAlphanumeric(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }
