package api

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/spacetime-vr/spacetime/api/auth"
)

const someKey = "0123456789abcdef"

// TestReplay: the same request again is answered as before, and done once.
func TestReplay(t *testing.T) {
	f := serve(t)
	body := `{"address":"198.51.100.1","minutes":5}`
	first := f.admin(t, "POST", "/api/v1/security/bans", body, idempotencyKey, someKey)
	want[Ban](t, first, 201)
	if w := f.admin(t, "DELETE", first.Header().Get("Location"), ""); w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	again := f.admin(t, "POST", "/api/v1/security/bans", ` { "minutes":5, "address":"198.51.100.1" } `, idempotencyKey, someKey)
	if again.Code != 201 || again.Header().Get("Idempotency-Replayed") != "true" || again.Header().Get("Location") != first.Header().Get("Location") ||
		again.Header().Get("Content-Type") != "application/json" {
		t.Errorf("got %d %v", again.Code, again.Header())
	}
	if len(f.ids.List()) != 0 {
		t.Error("it was done again")
	}
	if first.Header().Get("Idempotency-Replayed") != "" {
		t.Error("the first says that it is none")
	}
}

func TestKeys(t *testing.T) {
	f := serve(t)
	purge := func(body string, headers ...string) *httptest.ResponseRecorder {
		return f.admin(t, "POST", "/api/v1/cache/purge", body, headers...)
	}
	purge(`{}`, idempotencyKey, someKey)
	wantProblem(t, purge(`{"prefix":"a"}`, idempotencyKey, someKey), 422, "key-reused")
	for _, key := range []string{"", "short", "0123456789abcde", strings.Repeat("a", 65), "0123456789abcde!", "0123456789 abcdef", "0123456789abcdef;x=1"} {
		wantProblem(t, purge(`{}`, idempotencyKey, key), 400, "malformed")
	}
	wantProblem(t, purge(`{}`, idempotencyKey, someKey, "+"+idempotencyKey, "fedcba9876543210"), 400, "malformed")
	if w := purge(`{}`, idempotencyKey, `"fedcba9876543210"`); w.Code != 200 {
		t.Errorf("a string of structured fields: %d %s", w.Code, w.Body)
	}
	// Another caller's key, and another route's, are others.
	f.refill()
	if w := f.as(t, auth.Maintainer, "POST", "/api/v1/audit/verify", `{}`, idempotencyKey, someKey); w.Code != 403 {
		t.Errorf("a key carries rights: %d", w.Code)
	}
	if w := f.admin(t, "POST", "/api/v1/audit/verify", `{"checkpoint":null}`, idempotencyKey, someKey); w.Code == 422 && strings.Contains(w.Body.String(), "key-reused") {
		t.Errorf("another route's: %d %s", w.Code, w.Body)
	}
	maintainer, _, err := f.auth.CreateKey(t.Context(), "m", auth.Maintainer, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := f.ask("POST", "/api/v1/cache/purge", `{"prefix":"b"}`, idempotencyKey, someKey, "Authorization", "Bearer "+maintainer.Reveal())
	if w.Code != 200 || w.Header().Get("Idempotency-Replayed") != "" {
		t.Errorf("another caller's: %d %s", w.Code, w.Body)
	}
}

// TestSecretsAreNotRepeated: what answers with a secret takes no key, and does
// nothing.
func TestSecretsAreNotRepeated(t *testing.T) {
	f := serve(t)
	for route, body := range map[string]string{
		"/api/v1/auth/pair":          `{"code":"12345678","name":"a","password":"correct horse battery"}`,
		"/api/v1/auth/token":         `{"grant_type":"api_key","api_key":"x"}`,
		"/api/v1/auth/ws-tickets":    "",
		"/api/v1/auth/pairing-codes": `{"role":"viewer"}`,
		"/api/v1/api-keys":           `{"name":"a","role":"viewer"}`,
	} {
		wantProblem(t, f.admin(t, "POST", route, body, idempotencyKey, someKey), 400, "malformed")
	}
	if len(f.auth.APIKeys()) != 0 || f.auth.PairingOpen() {
		t.Error("something was made")
	}
}

// TestFailuresMayBeTriedAgain: an answer for want of time is not kept.
func TestFailuresMayBeTriedAgain(t *testing.T) {
	f := serve(t)
	f.engine.err = slugError("no-picture")
	wantProblem(t, f.admin(t, "POST", screenshotsPath, "", idempotencyKey, someKey), 503, "no-picture")
	f.engine.err = nil
	w := f.admin(t, "POST", screenshotsPath, "", idempotencyKey, someKey)
	if w.Code != 202 || w.Header().Get("Idempotency-Replayed") != "" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	again := f.admin(t, "POST", screenshotsPath, "", idempotencyKey, someKey)
	if again.Code != 202 || again.Header().Get("Location") != w.Header().Get("Location") {
		t.Errorf("got %d %v", again.Code, again.Header())
	}
}

// slugError is an error of that kind.
func slugError(slug string) error {
	for _, k := range kinds {
		if k.slug == slug {
			return k.err
		}
	}
	return nil
}

// TestTwoAtOnce: of two that are sent at the same time one is done. The other is
// told that it runs, or what it answered.
func TestTwoAtOnce(t *testing.T) {
	const rounds = 100
	f := serve(t)
	f.options.Engine = f.engine.Engine // the fake counts without a lock
	token := f.used(t, auth.Admin)
	made := map[string]bool{}
	for i := range rounds {
		f.refill()
		key := someKey + string(rune('a'+i%26)) + string(rune('a'+i/26))
		var answers [2]*httptest.ResponseRecorder
		var both sync.WaitGroup
		for j := range answers {
			both.Go(func() {
				answers[j] = f.ask("POST", "/api/v1/security/bans", `{"address":"198.51.100.1"}`, idempotencyKey, key, "Authorization", "Bearer "+token)
			})
		}
		both.Wait()
		first := 0
		for _, w := range answers {
			switch {
			case w.Code == 201 && w.Header().Get("Idempotency-Replayed") == "":
				first++
			case w.Code == 201:
			default:
				wantProblem(t, w, 409, "still-running")
			}
		}
		if first != 1 {
			t.Fatalf("round %d: %d were done: %d %s, %d %s", i, first, answers[0].Code, answers[0].Body, answers[1].Code, answers[1].Body)
		}
		made[key] = true
	}
	if b := f.ids.List(); len(b) != 1 || len(made) != rounds {
		t.Errorf("%d bans, %d keys", len(b), len(made))
	}
}
