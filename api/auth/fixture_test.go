package auth

import (
	"context"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

const (
	goodPassword  = "tall giraffes hum at dusk"
	otherPassword = "quiet rivers carve stone"
)

var (
	desk  = netip.MustParseAddr("192.0.2.10") // RFC 5737's addresses for examples
	other = netip.MustParseAddr("192.0.2.77")
)

// clock is a time that only tests move.
type clock struct{ ns atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.ns.Load()).UTC() }
func (c *clock) forward(d time.Duration) { c.ns.Add(int64(d)) }

// bench is an authority with all that is behind it.
type bench struct {
	*Authority
	clock   *clock
	path    string // of the database
	keyFile string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{clock: &clock{}, path: filepath.Join(dir, "control.db"), keyFile: filepath.Join(dir, "instance.key")}
	b.clock.ns.Store(time.Date(2026, 11, 22, 21, 45, 44, 123456789, time.UTC).UnixNano())
	b.start(t)
	return b
}

// start opens the database and the key, as a program that starts does.
func (b *bench) start(t testing.TB) {
	t.Helper()
	keys, err := OpenKeys(b.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(b.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	b.Authority, err = Open(context.Background(), s, keys, b.clock.now)
	if err != nil {
		t.Fatal(err)
	}
}

// restart is start after an end.
func (b *bench) restart(t testing.TB) {
	t.Helper()
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	b.start(t)
}

// hashed is the good password's, made once: it takes long.
var hashed = sync.OnceValues(func() (store.Hash, error) { return newHasher().hash(context.Background(), goodPassword) })

// addUser adds a user with the good password as CreateUser does, without the hash.
func (b *bench) addUser(t testing.TB, name string, role Role) User {
	t.Helper()
	hash, err := hashed()
	if err != nil {
		t.Fatal(err)
	}
	now := b.clock.now()
	u := store.User{ID: newID("user"), Name: name, Role: string(role), Password: hash, Revision: 1, Created: now, Updated: now}
	if err := b.insert(context.Background(), u, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	return shownUser(u)
}

// login is Login with the good password, without the hash.
func (b *bench) login(t testing.TB, name string) Tokens {
	t.Helper()
	tokens, err := b.begin(context.Background(), b.named(name))
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}
