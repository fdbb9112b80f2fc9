package store

import (
	"fmt"
	"io"
	"log/slog"
)

// Hash is what is kept instead of a secret. It prints as *** because a password
// can be guessed from its hash.
type Hash []byte

// Format prints *** for every verb.
func (Hash) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "***") }

// MarshalText gives ***, in JSON too.
func (Hash) MarshalText() ([]byte, error) { return []byte("***"), nil }

// LogValue gives ***.
func (Hash) LogValue() slog.Value { return slog.StringValue("***") }
