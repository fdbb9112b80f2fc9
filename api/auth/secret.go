package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"

	"github.com/spacetime-vr/spacetime/api/store"
)

// Secret is text that must not be shown by accident: it prints as *** whatever
// prints it, fmt, JSON and slog. The zero value is the empty text. Two are not
// equal under == although their text is.
//
// The text is behind a pointer, because fmt calls no methods on unexported
// fields and prints their insides.
type Secret struct{ text *string }

// NewSecret hides text.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal is the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Format prints *** for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "***") }

// MarshalText gives ***, in JSON too; an answer that is to hold the text takes
// what Reveal returns.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// LogValue gives ***.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// digest is how secrets of 160 random bits and more are kept. They cannot be
// guessed, so a fast hash is enough, and looking one up by it tells an attacker
// nothing by its time.
func digest(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

func hashOf(secret string) store.Hash {
	sum := digest(secret)
	return sum[:]
}

// random256 is 256 random bits as 43 characters.
func random256() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}
