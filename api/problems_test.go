package api

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine"
)

// slugs has a way to be told each kind of error that there is.
var slugs = map[string]func(t *testing.T, f *fixture) *httptest.ResponseRecorder{
	"malformed": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.admin(t, "PATCH", "/api/v1/time", `{`)
	},
	"unauthorised": func(t *testing.T, f *fixture) *httptest.ResponseRecorder { return f.ask("GET", "/api/v1/time", "") },
	"insufficient-scope": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.as(t, auth.Metrics, "GET", "/api/v1/time", "")
	},
	"foreign-origin": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.ask("GET", "/livez", "", "Origin", "null")
	},
	"foreign-host": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.ask("GET", "/livez", "", "Host", "evil.example")
	},
	"scene-not-allowed": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.admin(t, "PUT", "/api/v1/scenes/current", `{"slug":"vulcan"}`)
	},
	"scene-differs": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.admin(t, "PUT", "/api/v1/scenes/current", `{"slug":"moon","sha256":"`+strings.Repeat("0", 64)+`"}`)
	},
	"not-found": func(t *testing.T, f *fixture) *httptest.ResponseRecorder { return f.ask("GET", "/nowhere", "") },
	"method-not-allowed": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.ask("PUT", "/livez", "")
	},
	"conflict": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		f.admin(t, "POST", "/api/v1/api-keys", `{"name":"scraper","role":"metrics"}`)
		return f.admin(t, "POST", "/api/v1/api-keys", `{"name":"scraper","role":"metrics"}`)
	},
	"still-running": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		k := store.RequestKey{Principal: "local", Route: "POST /api/v1/cache/purge", Key: "0123456789abcdef"}
		if _, _, err := f.store.BeginRequest(t.Context(), store.Request{RequestKey: k, Fingerprint: fingerprint([]byte("{}")), Created: time.Now()}); err != nil {
			t.Fatal(err)
		}
		return f.admin(t, "POST", "/api/v1/cache/purge", `{}`, idempotencyKey, "0123456789abcdef")
	},
	"key-reused": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		f.admin(t, "POST", "/api/v1/cache/purge", `{}`, idempotencyKey, "0123456789abcdef")
		return f.admin(t, "POST", "/api/v1/cache/purge", `{"prefix":"x"}`, idempotencyKey, "0123456789abcdef")
	},
	"stale": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.admin(t, "PATCH", "/api/v1/time", `{"rate":1}`, "If-Match", `"77"`)
	},
	"too-large": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.ask("PATCH", "/api/v1/time", strings.Repeat(" ", maxBody+1))
	},
	"media-type": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.ask("PATCH", "/api/v1/time", "{}", "Content-Type", "text/plain")
	},
	"invalid": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.admin(t, "PATCH", "/api/v1/time", `{"rate":"fast"}`)
	},
	"match-missing": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		return f.admin(t, "PUT", "/api/v1/scene-allowlist", `{"enforced":true,"scenes":[]}`)
	},
	quotaExceeded: func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		for range probeQuota.Quota {
			f.as(t, auth.Viewer, "GET", "/api/v1/limits/probe", "")
		}
		return f.as(t, auth.Viewer, "GET", "/api/v1/limits/probe", "")
	},
	reducedCapacity: func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		f.engine.err = engine.ErrBusy
		return f.admin(t, "PATCH", "/api/v1/time", `{"rate":1}`)
	},
	"read-only": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		if err := f.audit.log.Close(); err != nil {
			t.Fatal(err)
		}
		w := f.admin(t, "PATCH", "/api/v1/time", `{"rate":1}`)
		f.audit.log = reopened(t, f)
		return w
	},
	"no-picture": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		f.engine.err = engine.ErrNoPicture
		return f.admin(t, "POST", screenshotsPath, "")
	},
	"no-answer": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		f.engine.err = engine.ErrNoAnswer
		return f.admin(t, "PATCH", "/api/v1/time", `{"rate":1}`)
	},
	"internal": func(t *testing.T, f *fixture) *httptest.ResponseRecorder {
		f.engine.err = errors.New("a mistake of ours")
		return f.admin(t, "PATCH", "/api/v1/time", `{"rate":1}`)
	},
}

// TestEverySlug: each kind of the table is told, with the status of the table.
func TestEverySlug(t *testing.T) {
	status := map[string]int{}
	for _, k := range append(slices.Clone(kinds), internal) {
		if was, twice := status[k.slug]; twice && was != k.status {
			t.Errorf("%s is %d and %d", k.slug, was, k.status)
		}
		status[k.slug] = k.status
		if slugs[k.slug] == nil {
			t.Errorf("nothing produces %s", k.slug)
		}
	}
	for slug, produce := range slugs {
		t.Run(slug, func(t *testing.T) {
			if status[slug] == 0 {
				t.Fatal("it is not in the table")
			}
			wantProblem(t, produce(t, serve(t)), status[slug], slug)
		})
	}
}

// TestKinds holds every row of the table to what a client is told of it, where a
// handler meets it.
func TestKinds(t *testing.T) {
	f := serve(t)
	for _, k := range kinds {
		f.engine.err = fmt.Errorf("%w: more of it", k.err)
		w := f.admin(t, "PATCH", "/api/v1/time", `{"rate":1}`)
		p := wantProblem(t, w, k.status, k.slug)
		if p.Title != k.title || !strings.HasSuffix(p.Detail, "more of it") {
			t.Errorf("%v: got %+v", k.err, p)
		}
		waits := k.status == 429 || k.status == 503 || k.slug == "still-running"
		if got := w.Header().Get("Retry-After") != ""; got != waits {
			t.Errorf("%v: tells when to come again: %t, want %t", k.err, got, waits)
		}
		if challenge := w.Header().Get("WWW-Authenticate"); (challenge != "") != (k.status == 401) {
			t.Errorf("%v: WWW-Authenticate %q", k.err, challenge)
		}
	}
}

// TestUnauthorisedIsOneAnswer: what is wrong with a credential does not show.
func TestUnauthorisedIsOneAnswer(t *testing.T) {
	f := serve(t)
	token := f.used(t, auth.Admin)
	revoked := f.credentials(t)['r']
	var first string
	for name, headers := range map[string][]string{
		"missing":      {},
		"empty":        {"Authorization", ""},
		"no scheme":    {"Authorization", token},
		"no token":     {"Authorization", "Bearer "},
		"basic":        {"Authorization", "Basic " + token},
		"cut":          {"Authorization", "Bearer " + token[:len(token)-1]},
		"extended":     {"Authorization", "Bearer " + token + "A"},
		"twice":        {"Authorization", "Bearer " + token, "+Authorization", "Bearer " + token},
		"revoked":      {"Authorization", "Bearer " + revoked},
		"expired":      {"Authorization", "Bearer " + f.expired(t)},
		"another's":    {"Authorization", "Bearer " + serve(t).token(t, auth.Admin)},
		"an API key":   {"Authorization", "Bearer stk_0123456789abcdefghijklmnopqrstuv"},
		"long":         {"Authorization", "Bearer " + strings.Repeat("A", 10_000)},
		"as a query":   {"X-Access-Token", token},
		"as a cookie":  {"Cookie", "token=" + token},
		"two spaces":   {"Authorization", "Bearer  " + token},
		"a tab":        {"Authorization", "Bearer\t" + token},
		"comma joined": {"Authorization", "Bearer " + token + ", Bearer " + token},
	} {
		f.refill()
		w := f.ask("GET", "/api/v1/state", "", append(headers, requestID, "12345678")...)
		wantBody := w.Body.String()
		wantProblem(t, w, 401, "unauthorised")
		if first == "" {
			first = wantBody
		}
		if wantBody != first {
			t.Errorf("%s: answers differ:\n%s\n%s", name, first, wantBody)
		}
		challenge := `Bearer realm="spacetime"`
		if len(headers) > 0 && headers[0] == "Authorization" {
			challenge += `, error="invalid_token"`
		}
		if got := w.Header().Get("WWW-Authenticate"); got != challenge {
			t.Errorf("%s: got %s, want %s", name, got, challenge)
		}
	}
}

// TestInternalTellsNothing: of a mistake of ours the client sees nothing, neither
// path nor SQL, and the log everything.
func TestInternalTellsNothing(t *testing.T) {
	f := serve(t)
	cause := "open /home/museum/.local/state/x.db: SELECT * FROM users"
	f.engine.err = errors.New(cause)
	w := f.admin(t, "PATCH", "/api/v1/time", `{"rate":1}`, requestID, "request-77")
	body := w.Body.String()
	if p := wantProblem(t, w, 500, "internal"); p.Detail != "" || strings.Contains(body, "museum") || strings.Contains(body, "SELECT") {
		t.Errorf("tells the client %s", body)
	}
	if !strings.Contains(f.log.String(), "SELECT * FROM users") || !strings.Contains(f.log.String(), "request-77") {
		t.Errorf("the log does not tell the cause: %s", f.log)
	}
}
