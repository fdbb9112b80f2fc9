package auth

import (
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

// wrongCode is another code than the right one.
func wrongCode(right Secret) string {
	if right.Reveal() == "00000000" {
		return "00000001"
	}
	return "00000000"
}

func openPairing(t *testing.T, b *bench) Secret {
	t.Helper()
	code, err := b.OpenPairing(Admin)
	if err != nil || !regexp.MustCompile(`^[0-9]{8}$`).MatchString(code.Reveal()) || !b.PairingOpen() {
		t.Fatalf("code %q, error %v", code.Reveal(), err)
	}
	return code
}

func TestPair(t *testing.T) {
	b := newBench(t)
	if b.Paired() || b.PairingOpen() {
		t.Fatal("paired from the start")
	}
	_, err := b.Pair(t.Context(), "", "ada", goodPassword)
	mustFail(t, "without a code", err, ErrInvalid)
	code := openPairing(t, b)
	for range pairingTries - 1 {
		_, err := b.Pair(t.Context(), wrongCode(code), "ada", goodPassword)
		mustFail(t, "wrong code", err, ErrInvalid)
	}
	for name, password := range map[string]string{"ada": "password", ".": goodPassword} {
		_, err := b.Pair(t.Context(), code.Reveal(), name, password)
		mustFail(t, "right code, bad name or password", err, ErrValue)
	}
	tokens, err := b.Pair(t.Context(), code.Reveal(), "Ada", goodPassword)
	mustFail(t, "right code at the last try", err, nil)
	b.stands(t, "the token", tokens.Access, true)
	if p := tokens.Principal; p.Role != Admin || p.Name != "ada" || tokens.Refresh.Reveal() == "" {
		t.Errorf("%+v", p)
	}
	_, err = b.Pair(t.Context(), code.Reveal(), "eve", goodPassword)
	mustFail(t, "a second time", err, ErrInvalid)
	b.restart(t)
	if !b.Paired() || b.PairingOpen() || len(b.Users()) != 1 {
		t.Errorf("after a restart: paired %t, open %t, %+v", b.Paired(), b.PairingOpen(), b.Users())
	}
}

// TestPairWithATakenName: the code is good for another name, and tells of few.
func TestPairWithATakenName(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "eve", Admin)
	code := openPairing(t, b)
	pair := func(code, name string) error {
		_, err := b.Pair(t.Context(), code, name, goodPassword)
		return err
	}
	mustFail(t, "a stranger and a taken name", pair(wrongCode(code), "eve"), ErrInvalid)
	mustFail(t, "a stranger and a free name", pair(wrongCode(code), "ada"), ErrInvalid)
	mustFail(t, "a taken name", pair(code.Reveal(), "Eve"), store.ErrExists)
	mustFail(t, "then a free one", pair(code.Reveal(), "ada"), nil)
	code = openPairing(t, b)
	for range pairingTries {
		mustFail(t, "a taken name", pair(code.Reveal(), "eve"), store.ErrExists)
	}
	mustFail(t, "after five taken ones", pair(code.Reveal(), "kim"), ErrInvalid)
	if n := len(b.Users()); n != 2 {
		t.Errorf("%d users, want eve and ada", n)
	}
}

// TestPairAs: a code is for one role, and a new one voids it.
func TestPairAs(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Admin)
	for _, role := range []Role{Viewer, Operator, Maintainer} {
		code, err := b.OpenPairing(role)
		mustFail(t, "a code for "+string(role), err, nil)
		tokens, err := b.Pair(t.Context(), code.Reveal(), "new-"+string(role), goodPassword)
		mustFail(t, "pair as "+string(role), err, nil)
		if tokens.Principal.Role != role {
			t.Errorf("the account is of a %s, want %s", tokens.Principal.Role, role)
		}
	}
	for _, role := range []Role{Metrics, Telemetry, "god", ""} {
		_, err := b.OpenPairing(role)
		mustFail(t, "a code for "+string(role), err, ErrValue)
	}
}

func TestPairingCodeEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*bench, Secret)
		want  error
	}{
		"nothing":   {func(*bench, Secret) {}, nil},
		"just good": {func(b *bench, _ Secret) { b.clock.forward(PairingLifetime - 1) }, nil},
		"late":      {func(b *bench, _ Secret) { b.clock.forward(PairingLifetime) }, ErrInvalid},
		"burnt": {func(b *bench, code Secret) {
			for range pairingTries {
				_, _ = b.Pair(t.Context(), wrongCode(code), "ada", goodPassword)
			}
		}, ErrInvalid},
		"another": {func(b *bench, code Secret) {
			for next := code; next.Reveal() == code.Reveal(); {
				next, _ = b.OpenPairing(Admin)
			}
		}, ErrInvalid},
		"user made otherwise": {func(b *bench, _ Secret) { b.addUser(t, "eve", Admin) }, nil},
		"restart":             {func(b *bench, _ Secret) { b.restart(t) }, ErrInvalid},
	} {
		b := newBench(t)
		code := openPairing(t, b)
		tt.spoil(b, code)
		_, err := b.Pair(t.Context(), code.Reveal(), "ada", goodPassword)
		mustFail(t, name, err, tt.want)
	}
}

// TestGuessingThePairingCode costs no password hashes.
func TestGuessingThePairingCode(t *testing.T) {
	b := newBench(t)
	code := openPairing(t, b)
	before := b.passwords.hashes.Load()
	for range 10_000 {
		if _, err := b.Pair(t.Context(), wrongCode(code), "ada", goodPassword); err != ErrInvalid {
			t.Fatal(err)
		}
	}
	if n := b.passwords.hashes.Load() - before; n != 0 || b.PairingOpen() {
		t.Errorf("%d hashes, open %t", n, b.PairingOpen())
	}
}

func TestPairRace(t *testing.T) {
	b := newBench(t)
	code := openPairing(t, b)
	var won atomic.Int32
	var all sync.WaitGroup
	for _, name := range []string{"ada", "bob", "eve", "kim"} {
		all.Go(func() {
			if _, err := b.Pair(t.Context(), code.Reveal(), name, goodPassword); err == nil {
				won.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || len(b.Users()) != 1 {
		t.Errorf("%d paired, users %+v", won.Load(), b.Users())
	}
}

func TestNewCodesDiffer(t *testing.T) {
	b := newBench(t)
	seen := map[string]bool{}
	for range 200 {
		seen[openPairing(t, b).Reveal()] = true
		b.clock.forward(time.Second)
	}
	if len(seen) < 195 { // two of 200 are equal once in 5000 runs
		t.Errorf("%d different codes of 200", len(seen))
	}
}
