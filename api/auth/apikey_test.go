package auth

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

func TestAPIKey(t *testing.T) {
	b := newBench(t)
	key, k, err := b.CreateKey(t.Context(), "Prometheus", Metrics, 0)
	mustFail(t, "create", err, nil)
	want := APIKey{ID: k.ID, Name: "prometheus", Role: Metrics, Created: b.clock.now(), Expires: b.clock.now().Add(90 * 24 * time.Hour)}
	if k != want || !regexp.MustCompile(`^stk_[a-z2-7]{39}$`).MatchString(key.Reveal()) {
		t.Errorf("key of %d characters, %+v, want %+v", len(key.Reveal()), k, want)
	}
	for range 2 {
		p, err := b.Authenticate(key.Reveal())
		if err != nil || p != (Principal{Subject: k.ID, Name: "prometheus", Role: Metrics, Scopes: Metrics.Scopes(), Session: k.ID, Expires: k.Expires}) {
			t.Errorf("%+v, error %v", p, err)
		}
		if all := b.APIKeys(); !slices.Equal(all, []APIKey{want}) {
			t.Errorf("%+v", all)
		}
		b.restart(t)
	}
	b.clock.forward(90*24*time.Hour - 1)
	b.stands(t, "on the last day", key, true)
	b.clock.forward(1)
	b.stands(t, "expired", key, false)
}

func TestCreateKeyRefused(t *testing.T) {
	b := newBench(t)
	_, _, err := b.CreateKey(t.Context(), "a", Viewer, MaxKeyLifetime)
	mustFail(t, "longest", err, nil)
	for name, tt := range map[string]struct {
		key      string
		role     Role
		lifetime time.Duration
		want     error
	}{
		"same name": {"A", Viewer, 0, store.ErrExists}, "no name": {"", Viewer, 0, ErrValue}, "no role": {"b", "", 0, ErrValue},
		"unknown role": {"b", "root", 0, ErrValue}, "too long": {"b", Viewer, MaxKeyLifetime + 1, ErrValue}, "negative": {"b", Viewer, -1, ErrValue},
	} {
		_, _, err := b.CreateKey(t.Context(), tt.key, tt.role, tt.lifetime)
		mustFail(t, name, err, tt.want)
	}
}

func TestDeleteKey(t *testing.T) {
	b := newBench(t)
	key, k, err := b.CreateKey(t.Context(), "a", Admin, time.Hour)
	mustFail(t, "create", err, nil)
	tokens, err := b.LoginKey(key.Reveal())
	mustFail(t, "login", err, nil)
	b.stands(t, "its access token", tokens.Access, true)
	var told []string
	b.OnRevoke(func(sid string) { told = append(told, sid) })
	mustFail(t, "delete", b.DeleteKey(t.Context(), k.ID), nil)
	mustFail(t, "delete again", b.DeleteKey(t.Context(), k.ID), store.ErrNotFound)
	if !slices.Equal(told, []string{k.ID}) {
		t.Errorf("told of %v", told)
	}
	for range 2 {
		b.stands(t, "deleted", key, false)
		b.stands(t, "its access token", tokens.Access, false)
		b.restart(t)
	}
}

func TestLoginKey(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Admin)
	key, k, err := b.CreateKey(t.Context(), "a", Telemetry, 10*time.Minute)
	mustFail(t, "create", err, nil)
	b.clock.forward(time.Minute)
	tokens, err := b.LoginKey(key.Reveal())
	mustFail(t, "login", err, nil)
	p, err := b.Authenticate(tokens.Access.Reveal())
	if err != nil || p.Session != k.ID || p.Role != Telemetry || !p.Expires.Equal(k.Expires.Truncate(time.Second)) || tokens.Refresh.Reveal() != "" {
		t.Errorf("%+v, error %v", p, err)
	}
	b.clock.forward(9 * time.Minute)
	b.stands(t, "once the key has expired", tokens.Access, false)
	for _, text := range []string{"", key.Reveal(), tokens.Access.Reveal(), b.login(t, "ada").Access.Reveal()} {
		_, err := b.LoginKey(text)
		mustFail(t, "with "+text, err, ErrInvalid)
	}
}

// TestForgedKeys changes each character, and knows ids that are not keys.
func TestForgedKeys(t *testing.T) {
	b := newBench(t)
	key, k, err := b.CreateKey(t.Context(), "a", Admin, 0)
	mustFail(t, "create", err, nil)
	good := key.Reveal()
	body := good[:len(good)-keyCheck]
	forged := []string{
		keyPrefix, k.ID, keyPrefix + k.ID, body, good + "a", good + "\n", " " + good, "STK_" + good[4:],
		body[:len(body)-1] + "a" + keyChecksum(body[:len(body)-1]+"a"), newKeyText(),
		"xyz_" + good[4:len(body)] + keyChecksum("xyz_"+good[4:len(body)]),
	}
	for i := range good {
		for _, c := range "a7A_=" {
			if text := good[:i] + string(c) + good[i+1:]; text != good {
				forged = append(forged, text)
			}
		}
	}
	for _, text := range forged {
		if p, err := b.Authenticate(text); err != ErrInvalid || p != (Principal{}) {
			if text != good {
				t.Errorf("%q: %+v, error %v", text, p, err)
			}
		}
	}
	b.stands(t, "the key", key, true)
}

// TestKeyChecksum is the CRC of ISO 3309, whose value of "123456789" is cbf43926.
func TestKeyChecksum(t *testing.T) {
	if got := keyChecksum("123456789"); got != "zp2dsjq" {
		t.Error(got)
	}
}
