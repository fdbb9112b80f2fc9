package auth

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

func mustFail(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: error %v, want %v", what, err, want)
	}
}

// stands fails the test unless the credential is good, or is not.
func (b *bench) stands(t *testing.T, what string, credential Secret, good bool) {
	t.Helper()
	p, err := b.Authenticate(credential.Reveal())
	if good && err != nil || !good && (err != ErrInvalid || p != (Principal{})) {
		t.Fatalf("%s: %+v, error %v, want good: %t", what, p, err, good)
	}
}

func TestLogin(t *testing.T) {
	b := newBench(t)
	ada := b.addUser(t, "ada", Operator)
	tokens, err := b.Login(t.Context(), "aDa", goodPassword, desk)
	mustFail(t, "login", err, nil)
	p, err := b.Authenticate(tokens.Access.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	want := Principal{
		Subject: ada.ID, Name: "ada", Role: Operator, Scopes: Operator.Scopes(), Session: p.Session,
		Expires: time.Date(2026, 11, 22, 22, 0, 44, 0, time.UTC),
	}
	if !p.Expires.Equal(want.Expires) {
		t.Errorf("expires %v, want %v", p.Expires, want.Expires)
	}
	p.Expires = want.Expires
	if p != want || tokens.Principal != want || p.Session == "" {
		t.Errorf("token of %+v\nlogin says %+v\nwant %+v", p, tokens.Principal, want)
	}
	if n := len(tokens.Refresh.Reveal()); n != 43 {
		t.Errorf("refresh token of %d characters, want 43 for 256 bits", n)
	}
	if n := len(tokens.Access.Reveal()); n > maxToken/2 {
		t.Errorf("access token of %d bytes", n)
	}
}

// TestLoginRefused: whatever is wrong, one hash is computed and the answer is
// the same.
func TestLoginRefused(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Admin)
	eve := b.addUser(t, "eve", Viewer)
	yes := true
	if _, err := b.UpdateUser(t.Context(), eve.ID, 1, UserChange{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	long := string(make([]byte, 5000))
	for name, tt := range map[string]struct{ user, password string }{
		"wrong password":      {"ada", otherPassword},
		"unknown user":        {"bob", goodPassword},
		"disabled user":       {"eve", goodPassword},
		"no user":             {"", goodPassword},
		"no name":             {"../ada\n", goodPassword},
		"no password":         {"ada", ""},
		"over-long password":  {"ada", long},
		"over-long name":      {long, goodPassword},
		"decoy's null hash":   {"bob", ""},
		"password and a byte": {"ada", goodPassword + "\x00"},
	} {
		before := b.passwords.hashes.Load()
		tokens, err := b.Login(t.Context(), tt.user, tt.password, desk)
		if err != ErrInvalid || tokens != (Tokens{}) {
			t.Errorf("%s: %+v, error %v", name, tokens, err)
		}
		if n := b.passwords.hashes.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes, want 1", name, n)
		}
	}
}

func TestAccessTokenExpires(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	tokens := b.login(t, "ada")
	b.clock.forward(TokenLifetime + leeway - time.Second)
	b.stands(t, "within the leeway", tokens.Access, true)
	b.clock.forward(time.Second)
	b.stands(t, "after it", tokens.Access, false)
	b.clock.forward(-time.Hour)
	b.stands(t, "the clock put back", tokens.Access, false)
}

func TestRefresh(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	tokens := b.login(t, "ada")
	for day := range 13 { // every 12 hours but one second, up to the seventh day
		b.clock.forward(SessionIdle - time.Second)
		next, err := b.Refresh(t.Context(), tokens.Refresh.Reveal())
		if err != nil {
			t.Fatalf("refresh %d: %v", day, err)
		}
		if next.Principal.Session != tokens.Principal.Session || next.Refresh.Reveal() == tokens.Refresh.Reveal() {
			t.Fatalf("refresh %d: %+v", day, next)
		}
		b.stands(t, "the new token", next.Access, true)
		tokens = next
		b.restart(t)
	}
	b.clock.forward(11 * time.Hour)
	last, err := b.Refresh(t.Context(), tokens.Refresh.Reveal())
	mustFail(t, "in the last hour", err, nil)
	b.clock.forward(time.Hour + 13*time.Second)
	_, err = b.Refresh(t.Context(), last.Refresh.Reveal())
	mustFail(t, "after seven days", err, ErrInvalid)
	b.stands(t, "a token of a session that is over", last.Access, false)
}

func TestRefreshRefused(t *testing.T) {
	b := newBench(t)
	ada := b.addUser(t, "ada", Viewer)
	idle := b.login(t, "ada")
	b.clock.forward(SessionIdle)
	_, err := b.Refresh(t.Context(), idle.Refresh.Reveal())
	mustFail(t, "idle", err, ErrInvalid)
	for _, text := range []string{"", "x", random256(), idle.Access.Reveal()} {
		_, err := b.Refresh(t.Context(), text)
		mustFail(t, "unknown", err, ErrInvalid)
	}
	revoked := b.login(t, "ada")
	mustFail(t, "revoke", b.Revoke(t.Context(), revoked.Principal.Session), nil)
	_, err = b.Refresh(t.Context(), revoked.Refresh.Reveal())
	mustFail(t, "revoked", err, ErrInvalid)
	gone := b.login(t, "ada")
	b.addUser(t, "admin2", Admin)
	mustFail(t, "delete", b.DeleteUser(t.Context(), ada.ID, 1), nil)
	_, err = b.Refresh(t.Context(), gone.Refresh.Reveal())
	mustFail(t, "of a user who is gone", err, ErrInvalid)
}

func TestRefreshTokenReused(t *testing.T) {
	b := newBench(t)
	ada := b.addUser(t, "ada", Viewer)
	bystander := b.login(t, "ada")
	first := b.login(t, "ada")
	second, err := b.Refresh(t.Context(), first.Refresh.Reveal())
	mustFail(t, "refresh", err, nil)

	var reused []Principal
	var revoked []string
	b.OnReuse(func(p Principal) { reused = append(reused, p) })
	b.OnRevoke(func(sid string) { revoked = append(revoked, sid) })
	b.OnRevoke(func(sid string) { revoked = append(revoked, "again "+sid) })
	for range 3 {
		_, err = b.Refresh(t.Context(), first.Refresh.Reveal())
		mustFail(t, "the first again", err, ErrInvalid)
	}
	sid := first.Principal.Session
	if len(reused) != 1 || reused[0].Session != sid || reused[0].Subject != ada.ID || reused[0].Name != "ada" {
		t.Errorf("reuse told of %+v, want once of %s", reused, sid)
	}
	if !slices.Equal(revoked, []string{sid, "again " + sid}) {
		t.Errorf("revocation told of %v", revoked)
	}
	_, err = b.Refresh(t.Context(), second.Refresh.Reveal())
	mustFail(t, "the other copy", err, ErrInvalid)
	b.stands(t, "its first access token", first.Access, false)
	b.stands(t, "its second access token", second.Access, false)
	b.stands(t, "another session of the user", bystander.Access, true)
}

// TestRefreshRace shows one refresh token many times at once.
func TestRefreshRace(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	tokens := b.login(t, "ada")
	var good, bad int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			_, err := b.Refresh(t.Context(), tokens.Refresh.Reveal())
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				good++
			} else if errors.Is(err, ErrInvalid) {
				bad++
			}
		})
	}
	all.Wait()
	if good != 1 || bad != 9 {
		t.Errorf("%d got a pair, %d were refused, want 1 and 9", good, bad)
	}
	b.stands(t, "afterwards", tokens.Access, false)
}

func TestRevoke(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	one, two := b.login(t, "ada"), b.login(t, "ada")
	b.stands(t, "before", one.Access, true)
	told := 0
	b.OnRevoke(func(sid string) {
		told++
		if _, err := b.Authenticate(one.Access.Reveal()); err != ErrInvalid || sid != one.Principal.Session {
			t.Errorf("while told of %s: %v", sid, err)
		}
	})
	for range 2 {
		mustFail(t, "revoke", b.Revoke(t.Context(), one.Principal.Session), nil)
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	for range 2 {
		b.stands(t, "revoked", one.Access, false)
		b.stands(t, "the other", two.Access, true)
		b.restart(t)
	}
	if all := b.Sessions(); len(all) != 1 || all[0].ID != two.Principal.Session || all[0].Name != "ada" || !all[0].Created.Equal(b.clock.now()) {
		t.Errorf("sessions %+v", all)
	}
	for _, sid := range []string{"", "session-elsewhere", "key-elsewhere"} {
		mustFail(t, "revoke "+sid, b.Revoke(t.Context(), sid), store.ErrNotFound)
	}
}

// TestTokensOfOneInstanceOnAnother: same users, other key.
func TestTokensOfOneInstanceOnAnother(t *testing.T) {
	a, b := newBench(t), newBench(t)
	a.addUser(t, "ada", Viewer)
	b.addUser(t, "ada", Viewer)
	tokens := a.login(t, "ada")
	a.stands(t, "at home", tokens.Access, true)
	b.stands(t, "elsewhere", tokens.Access, false)
}

// TestDatabaseDown: what is known goes on working, nothing new is let in, and
// what is revoked is refused although it cannot be kept.
func TestDatabaseDown(t *testing.T) {
	b := newBench(t)
	ada := b.addUser(t, "ada", Admin)
	tokens, other := b.login(t, "ada"), b.login(t, "ada")
	key, k, err := b.CreateKey(t.Context(), "scraper", Metrics, 0)
	mustFail(t, "key", err, nil)
	mustFail(t, "close", b.store.Close(), nil)
	b.verified.Purge()
	b.stands(t, "token", tokens.Access, true)
	b.stands(t, "key", key, true)
	role := Viewer
	for name, call := range map[string]func() error{
		"login":       func() error { _, err := b.Login(t.Context(), "ada", goodPassword, desk); return err },
		"refresh":     func() error { _, err := b.Refresh(t.Context(), tokens.Refresh.Reveal()); return err },
		"create user": func() error { _, err := b.CreateUser(t.Context(), "eve", goodPassword, Viewer); return err },
		"update user": func() error { _, err := b.UpdateUser(t.Context(), ada.ID, 1, UserChange{Role: &role}); return err },
		"delete user": func() error { return b.DeleteUser(t.Context(), ada.ID, 1) },
		"create key":  func() error { _, _, err := b.CreateKey(t.Context(), "other", Admin, 0); return err },
		"revoke":      func() error { return b.Revoke(t.Context(), tokens.Principal.Session) },
		"delete key":  func() error { return b.DeleteKey(t.Context(), k.ID) },
	} {
		if call() == nil {
			t.Errorf("%s worked", name)
		}
	}
	b.stands(t, "token revoked", tokens.Access, false)
	b.stands(t, "key deleted", key, false)
	b.stands(t, "another token", other.Access, true)
	if users := b.Users(); len(users) != 1 || users[0] != ada {
		t.Errorf("users %+v, want %+v as before", users, ada)
	}
}

func TestOneHashAtATime(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	b.passwords.turn <- struct{}{} // somebody hashes
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	before := b.passwords.hashes.Load()
	for range 2 * maxFailures { // an attempt that had no turn does not count
		_, err := b.Login(ctx, "ada", goodPassword, desk)
		mustFail(t, "login", err, context.DeadlineExceeded)
	}
	_, err := b.CreateUser(ctx, "eve", goodPassword, Viewer)
	mustFail(t, "create", err, context.DeadlineExceeded)
	if n := b.passwords.hashes.Load() - before; n != 0 {
		t.Errorf("%d hashes beside the one", n)
	}
	<-b.passwords.turn
	_, err = b.Login(t.Context(), "ada", goodPassword, desk)
	mustFail(t, "login", err, nil)
}

func TestSessionsAreForgotten(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	for range 3 {
		b.login(t, "ada")
	}
	b.clock.forward(SessionLifetime)
	b.login(t, "ada")
	kept, err := b.store.Sessions(t.Context())
	if n := len(b.sessions); n != 1 || len(kept) != 1 || err != nil {
		t.Errorf("%d sessions in memory, %d in the database, error %v, want 1", n, len(kept), err)
	}
}
