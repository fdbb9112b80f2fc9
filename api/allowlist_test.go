package api

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// list puts an allow-list through the API.
func (f *fixture) allowOnly(t testing.TB, body string) {
	t.Helper()
	tag := f.admin(t, "GET", "/api/v1/scene-allowlist", "").Header().Get("ETag")
	if w := f.admin(t, "PUT", "/api/v1/scene-allowlist", body, "If-Match", tag); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

// TestAllowlist: what is not on the list is refused with the same words whether
// it exists or not, at once, and by the engine too.
func TestAllowlist(t *testing.T) {
	f := serve(t)
	f.allowOnly(t, `{"enforced":true,"scenes":["saturn"]}`)
	revision := f.revision()
	same := func(slug string) string {
		w := f.admin(t, "PUT", "/api/v1/scenes/current", `{"slug":"`+slug+`"}`, requestID, "request-1")
		body := w.Body.String()
		wantProblem(t, w, 403, "scene-not-allowed")
		return body
	}
	if exists, not := same("moon"), same("vulcan"); exists != not {
		t.Errorf("answers differ:\n%s\n%s", exists, not)
	}
	if _, err := f.engine.Engine.LoadScene(t.Context(), "moon", nil, nil); !errors.Is(err, engine.ErrSceneNotAllowed) {
		t.Errorf("the engine: %v", err)
	}
	if f.revision() != revision {
		t.Error("a scene was loaded")
	}
	for _, s := range want[Page[Scene]](t, f.admin(t, "GET", "/api/v1/scenes", ""), 200).Items {
		if s.Allowed != (s.Slug == "saturn") {
			t.Errorf("%s: allowed %t", s.Slug, s.Allowed)
		}
	}
	f.allowOnly(t, `{"enforced":true,"scenes":["moon"]}`)
	if w := f.admin(t, "PUT", "/api/v1/scenes/current", `{"slug":"moon"}`); w.Code != 200 {
		t.Errorf("listed now: %d %s", w.Code, w.Body)
	}
	same("saturn")
	f.allowOnly(t, `{"enforced":true,"scenes":[]}`)
	same("moon")
	same("saturn")
	f.allowOnly(t, `{"enforced":false,"scenes":[]}`)
	if w := f.admin(t, "PUT", "/api/v1/scenes/current", `{"slug":"saturn"}`); w.Code != 200 {
		t.Errorf("not enforced: %d %s", w.Code, w.Body)
	}
}

// TestScenePin: a scene whose file is another than the client knows is not shown,
// and of one that may not be shown at all nothing is told.
func TestScenePin(t *testing.T) {
	f := serve(t)
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(moonScene)))
	if got := want[Scene](t, f.admin(t, "GET", "/api/v1/scenes/moon", ""), 200).SHA256; got != hash {
		t.Errorf("the scene's hash is told as %s, its file has %s", got, hash)
	}
	put := func(slug, sum string) *httptest.ResponseRecorder {
		return f.admin(t, "PUT", "/api/v1/scenes/current", fmt.Sprintf(`{"slug":%q,"sha256":%q}`, slug, sum))
	}
	other, revision := strings.Repeat("0", 64), f.revision()
	wantProblem(t, put("moon", other), 409, "scene-differs")
	wantProblem(t, put("vulcan", other), 403, "scene-not-allowed")
	wantProblem(t, put("moon", strings.ToUpper(hash)), 422, "invalid")
	wantProblem(t, put("moon", "x"), 422, "invalid")
	f.allowOnly(t, `{"enforced":true,"scenes":["saturn"]}`)
	wantProblem(t, put("moon", other), 403, "scene-not-allowed")
	wantProblem(t, put("moon", hash), 403, "scene-not-allowed")
	if f.revision() != revision {
		t.Error("a scene was loaded")
	}
	f.allowOnly(t, `{"enforced":true,"scenes":["moon"]}`)
	if w := put("moon", hash); w.Code != 200 || f.revision() == revision {
		t.Errorf("the right hash: %d %s", w.Code, w.Body)
	}
}

// TestAllowlistMatch: two admins do not undo each other's change.
func TestAllowlistMatch(t *testing.T) {
	f := serve(t)
	w := f.admin(t, "GET", "/api/v1/scene-allowlist", "")
	tag := w.Header().Get("ETag")
	body := `{"enforced":true,"scenes":["saturn"]}`
	wantProblem(t, f.admin(t, "PUT", "/api/v1/scene-allowlist", body), 428, "match-missing")
	if w := f.admin(t, "PUT", "/api/v1/scene-allowlist", body, "If-Match", tag); w.Code != 200 || w.Header().Get("ETag") == tag {
		t.Fatalf("%d, ETag %s", w.Code, w.Header().Get("ETag"))
	}
	stale := f.admin(t, "PUT", "/api/v1/scene-allowlist", `{"enforced":false,"scenes":[]}`, "If-Match", tag)
	wantProblem(t, stale, 412, "stale")
	if got, want := stale.Header().Get("ETag"), f.admin(t, "GET", "/api/v1/scene-allowlist", "").Header().Get("ETag"); got != want {
		t.Errorf("412 tells the ETag %q, it is %q", got, want)
	}
	for _, other := range []string{`"x"`, `"99"`} {
		w := f.admin(t, "PUT", "/api/v1/scene-allowlist", body, "If-Match", other)
		wantProblem(t, w, 412, "stale")
		if w.Header().Get("ETag") != `"2"` {
			t.Errorf("%s: ETag %s", other, w.Header().Get("ETag"))
		}
	}
	for _, bad := range []string{"3", `W/"1"`, "x"} {
		wantProblem(t, f.admin(t, "PUT", "/api/v1/scene-allowlist", body, "If-Match", bad), 400, "malformed")
	}
	if got := f.allow.Load(); !got.Enforced || len(got.Scenes) != 1 {
		t.Errorf("the list is %+v", got)
	}
}

// TestPolicyBeside: a flight beside the one that has the database shows what that
// one's list allows, as it is now, and nothing where no list is known.
func TestPolicyBeside(t *testing.T) {
	f := serve(t)
	saturn, moon := &scene.Scene{Slug: "saturn"}, &scene.Scene{Slug: "moon"}
	policy := PolicyBeside(f.paths, "test")
	if err := errors.Join(policy(saturn), policy(moon)); err != nil {
		t.Errorf("a list that does not count: %v", err)
	}
	f.allowOnly(t, `{"enforced":true,"scenes":["saturn"]}`)
	if policy(saturn) != nil || policy(moon) != errNotListed {
		t.Errorf("saturn alone: %v, %v", policy(saturn), policy(moon))
	}
	if err := PolicyBeside(f.paths, "production")(saturn); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("where no list is known: %v", err)
	}
}

// TestAllowlistNamesScenes: what can be no scene's name is a mistake.
func TestAllowlistNamesScenes(t *testing.T) {
	f := serve(t)
	for _, slug := range []string{"Bad Slug!", "", "-saturn", strings.Repeat("a", 64)} {
		w := f.admin(t, "PUT", "/api/v1/scene-allowlist", fmt.Sprintf(`{"enforced":true,"scenes":["saturn",%q]}`, slug), "If-Match", `"1"`)
		if !strings.Contains(w.Body.String(), "body.scenes[1]") {
			t.Errorf("%q: %s", slug, w.Body)
		}
		wantProblem(t, w, 422, "invalid")
	}
}

// TestAllowlistIsOfTheEnvironment: what is allowed in one is not in another.
func TestAllowlistIsOfTheEnvironment(t *testing.T) {
	f := serve(t)
	f.allowOnly(t, `{"enforced":true,"scenes":["saturn"]}`)
	if _, err := f.store.SetAllowList(t.Context(), "production", store.AllowList{Scenes: []string{"moon"}, Enforced: true, Revision: 1}); err != nil {
		t.Fatal(err)
	}
	if err := f.Control.Close(); err != nil {
		t.Fatal(err)
	}
	for environment, want := range map[string]string{"test": "saturn", "production": "moon"} {
		c, err := OpenControl(t.Context(), f.paths, environment, nil)
		if err != nil {
			t.Fatal(err)
		}
		if l := c.allow.Load(); !l.Enforced || len(l.Scenes) != 1 || l.Scenes[0] != want {
			t.Errorf("%s: %+v", environment, l)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	c, err := OpenControl(t.Context(), f.paths, "test", nil) // for the fixture to close
	if err != nil {
		t.Fatal(err)
	}
	*f.Control = Control{store: c.store, auth: c.auth, audit: c.audit, paths: c.paths, log: c.log, environment: c.environment}
	f.setAllowlist(c.allow.Load().AllowList)
}
