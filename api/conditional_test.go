package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// TestReadsAreConditional: what was read once is not sent again while it is the
// same, and is once it has changed.
func TestReadsAreConditional(t *testing.T) {
	f := serve(t)
	for _, path := range []string{
		"/api/v1/scenes", "/api/v1/scenes/saturn", "/api/v1/scenes/current", "/api/v1/objects?limit=3", "/api/v1/time",
		"/api/v1/scene-allowlist", "/api/v1/users", "/api/v1/api-keys", "/api/v1/security/bans",
	} {
		first := f.admin(t, "GET", path, "")
		tag := first.Header().Get("Etag")
		if first.Code != http.StatusOK || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s: %d, ETag %s", path, first.Code, tag)
		}
		for _, given := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			again := f.admin(t, "GET", path, "", "If-None-Match", given)
			if again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("Etag") != tag {
				t.Errorf("%s with %s: %d, %d bytes", path, given, again.Code, again.Body.Len())
			}
		}
		if other := f.admin(t, "GET", path, "", "If-None-Match", `"other"`); other.Code != http.StatusOK || other.Body.Len() == 0 {
			t.Errorf("%s with another tag: %d", path, other.Code)
		}
		f.refill()
	}
	tag := f.admin(t, "GET", "/api/v1/users", "").Header().Get("Etag")
	if _, err := f.auth.CreateUser(t.Context(), "ada", "a long enough secret", auth.Viewer); err != nil {
		t.Fatal(err)
	}
	if w := f.admin(t, "GET", "/api/v1/users", "", "If-None-Match", tag); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "ada") {
		t.Errorf("after a change: %d %s", w.Code, w.Body)
	}
	if w := f.admin(t, "GET", "/api/v1/scenes/atlantis", "", "If-None-Match", "*"); w.Code != http.StatusNotFound || w.Header().Get("Etag") != "" {
		t.Errorf("what is not there: %d, ETag %s", w.Code, w.Header().Get("Etag"))
	}
	for path, want := range map[string]string{
		"/api/v1/scenes": "private, no-cache", "/api/v1/objects/mars": "private, no-cache", "/api/v1/cache/stats": "private, no-cache",
		"/api/v1/state": "no-store", "/api/v1/auth/session": "no-store", "/api/v1/users": "no-store", "/api/v1/audit/records": "no-store",
	} {
		if got := f.admin(t, "GET", path, "").Header().Get("Cache-Control"); got != want {
			t.Errorf("%s may be kept: %q, want %q", path, got, want)
		}
	}
}
