package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestKeyForm has the key, public half and thumbprint of RFC 8037, appendix A.
func TestKeyForm(t *testing.T) {
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	if err != nil {
		t.Fatal(err)
	}
	want := jwk{
		Kty: "OKP", Crv: "Ed25519", Use: "sig", Alg: "EdDSA", Kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
		X: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", D: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
	}
	if got := keyOf(seed); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestOpenKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "instance.key")
	first, err := OpenKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, error %v, want mode 0600", info, err)
	}
	again, err := OpenKeys(path)
	if err != nil || again.Instance() != first.Instance() || again.header != first.header || !strings.HasPrefix(first.Instance(), "spacetime-") {
		t.Errorf("opened again it is %q, error %v, want %q", again.Instance(), err, first.Instance())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	spoil := func(name, old, replacement string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, replacement, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if k, err := OpenKeys(path); err == nil || k != nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, error %v", name, k, err)
		}
	}
	spoil("no JSON", "{", "")
	spoil("no instance", first.Instance(), "")
	spoil("another kind", "Ed25519", "X25519")
	spoil("another id", first.Keys[0].Kid, "id")
	spoil("another public half", first.Keys[0].X, first.Keys[0].Kid)
	spoil("no private half", `"d": "`, `"d": "A`)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		for name, open := range map[string]func() error{
			"open":  func() error { _, err := OpenKeys(path); return err },
			"issue": func() error { _, err := IssueLocal(path, Viewer, time.Minute); return err },
			"turn":  func() error { return RotateKeys(path, true) },
		} {
			if err := open(); runtime.GOOS != "windows" && (err == nil || !strings.Contains(err.Error(), "is open to other users (mode 0")) {
				t.Errorf("%s with mode %v: error %v", name, mode, err)
			}
		}
	}
}

func TestJWKSHasNothingPrivate(t *testing.T) {
	b := newBench(t)
	text, err := os.ReadFile(b.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	var file keyFile
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if d := file.Keys[0].D; d == "" || strings.Contains(string(b.JWKS()), d) {
		t.Error("the private half is published")
	}
	want := `{"keys":[{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":"` + file.Keys[0].Kid + `","x":"` + file.Keys[0].X + `"}]}`
	if got := string(b.JWKS()); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestRotateKeys(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	first := b.login(t, "ada").Access.Reveal()
	turn := func(wantKeys int) {
		t.Helper()
		if err := RotateKeys(b.keyFile, wantKeys == 2); err != nil {
			t.Fatal(err)
		}
		b.restart(t)
		if n := len(b.keys.Keys); n != wantKeys || len(b.keys.public) != wantKeys {
			t.Fatalf("%d keys, want %d", n, wantKeys)
		}
	}
	turn(2)
	second := b.login(t, "ada").Access.Reveal()
	if first[:80] == second[:80] {
		t.Error("the new key does not sign")
	}
	for _, token := range []string{first, second} {
		if _, err := b.Authenticate(token); err != nil {
			t.Errorf("after one turn: %v", err)
		}
	}
	turn(2)
	if _, err := b.Authenticate(first); err != ErrInvalid {
		t.Errorf("the first after two turns: %v", err)
	}
	if _, err := b.Authenticate(second); err != nil {
		t.Errorf("the second after two turns: %v", err)
	}
	turn(1)
	if _, err := b.Authenticate(second); err != ErrInvalid {
		t.Errorf("the second after a turn that keeps none: %v", err)
	}
	if err := RotateKeys(filepath.Join(t.TempDir(), "none"), true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestLocalToken(t *testing.T) {
	b := newBench(t)
	b.clock.ns.Store(time.Now().UnixNano()) // IssueLocal is another program
	var seen []Principal
	b.OnLocal(func(p Principal) { seen = append(seen, p) })
	var revoked []string
	b.OnRevoke(func(sid string) { revoked = append(revoked, sid) })

	token, err := IssueLocal(b.keyFile, Admin, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var p Principal
	for range 3 {
		if p, err = b.Authenticate(token.Reveal()); err != nil {
			t.Fatal(err)
		}
	}
	if !p.Local || p.Role != Admin || p.Scopes != Admin.Scopes() || p.Subject != "local" || !strings.HasPrefix(p.Session, "local-") {
		t.Errorf("%+v", p)
	}
	if len(seen) != 1 || seen[0] != p {
		t.Errorf("seen %+v, want %+v once", seen, p)
	}
	if all := b.Sessions(); len(all) != 1 || all[0].ID != p.Session || !all[0].Local {
		t.Errorf("sessions %+v", all)
	}
	if err := b.Revoke(t.Context(), p.Session); err != nil {
		t.Fatal(err)
	}
	if len(revoked) != 1 || revoked[0] != p.Session {
		t.Errorf("told of %v", revoked)
	}
	for range 2 {
		if _, err := b.Authenticate(token.Reveal()); err != ErrInvalid {
			t.Errorf("revoked: %v", err)
		}
		b.restart(t) // keeps it
	}
}

func TestLocalTokenRefused(t *testing.T) {
	b := newBench(t)
	now := b.clock.now()
	for name, tt := range map[string]struct {
		role Role
		ttl  time.Duration
	}{
		"unknown role": {"root", time.Minute}, "no role": {"", time.Minute},
		"too long": {Viewer, TokenLifetime + 1}, "too short": {Viewer, 0}, "negative": {Viewer, -time.Minute},
	} {
		if _, err := b.keys.issueLocal(tt.role, tt.ttl, now); !errors.Is(err, ErrValue) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A key holder's tokens must still be what they say.
	for name, c := range map[string]claims{
		"of a user":      {Session: "local-1", Role: Admin, Scope: "state:read"},
		"without a role": {Session: "local-1", Scope: "state:read"},
		"unknown role":   {Session: "local-1", Role: "root", Scope: "state:read"},
	} {
		c.Subject = "local"
		if name == "of a user" {
			c.Subject = b.addUser(t, "ada", Admin).ID
		}
		token, err := b.keys.sign(c, now, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Authenticate(token.Reveal()); err != ErrInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := IssueLocal(filepath.Join(t.TempDir(), "none"), Viewer, time.Minute); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no key file: %v", err)
	}
}

// TestSeenLocalTokensAreForgotten so that a program that makes them all day
// does not fill the memory.
func TestSeenLocalTokensAreForgotten(t *testing.T) {
	b := newBench(t)
	for range 100 {
		token, err := b.keys.issueLocal(Viewer, time.Minute, b.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Authenticate(token.Reveal()); err != nil {
			t.Fatal(err)
		}
		b.clock.forward(30 * time.Second)
	}
	if n := len(b.locals); n > 4 {
		t.Errorf("%d are remembered", n)
	}
}
