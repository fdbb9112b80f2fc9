package api

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// TestShape: what no route takes is refused before anything is asked of the
// engine, whoever sends it, and nothing changes.
func TestShape(t *testing.T) {
	long := `{"rate":1` + strings.Repeat(" ", maxBody+1-len(`{"rate":1}`)) + `}`
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	many := `[0` + strings.Repeat(",0", maxValues-1) + `]`
	f := serve(t)
	token := f.used(t, auth.Admin)
	revision := f.revision()
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		slug                     string
		headers                  []string
	}{
		{"unknown query", "GET", "/api/v1/scenes?colour=red", "", 422, "invalid", nil},
		{"query where none is", "GET", "/api/v1/time?token=x", "", 422, "invalid", nil},
		{"query of the state", "GET", "/api/v1/state?token=x", "", 422, "invalid", nil},
		{"query of the metrics", "GET", "/metrics?collect=all", "", 422, "invalid", nil},
		{"query of a change", "PATCH", "/api/v1/time?rate=1", `{"rate":5}`, 422, "invalid", nil},
		{"limit of no number", "GET", "/api/v1/scenes?limit=x", "", 422, "invalid", nil},
		{"limit too small", "GET", "/api/v1/scenes?limit=0", "", 422, "invalid", nil},
		{"limit too large", "GET", "/api/v1/scenes?limit=201", "", 422, "invalid", nil},
		{"body of a GET", "GET", "/api/v1/state", `{}`, 400, "malformed", nil},
		{"body of a HEAD", "HEAD", "/api/v1/state", `{}`, 400, "malformed", nil},
		{"body of 64 KiB and 1", "PATCH", "/api/v1/time", long, 413, "too-large", nil},
		{"not UTF-8", "PATCH", "/api/v1/camera", "{\"place\":{\"body\":\"\xff\"}}", 400, "malformed", nil},
		{"byte order mark", "PATCH", "/api/v1/time", "\xef\xbb\xbf{\"rate\":5}", 400, "malformed", nil},
		{"NaN", "PATCH", "/api/v1/time", `{"rate":NaN}`, 400, "malformed", nil},
		{"infinite", "PATCH", "/api/v1/time", `{"rate":Infinity}`, 400, "malformed", nil},
		{"too large for a number", "PATCH", "/api/v1/time", `{"rate":1e999}`, 400, "malformed", nil},
		{"hexadecimal", "PATCH", "/api/v1/time", `{"rate":0x10}`, 400, "malformed", nil},
		{"comment", "PATCH", "/api/v1/time", `{"rate":5/**/}`, 400, "malformed", nil},
		{"comma at the end", "PATCH", "/api/v1/time", `{"rate":5,}`, 400, "malformed", nil},
		{"single quotes", "PATCH", "/api/v1/time", `{'rate':5}`, 400, "malformed", nil},
		{"cut off", "PATCH", "/api/v1/time", `{"rate":5`, 400, "malformed", nil},
		{"white space alone", "PATCH", "/api/v1/time", `  `, 400, "malformed", nil},
		{"nothing", "PATCH", "/api/v1/time", ``, 400, "malformed", nil},
		{"a member twice", "PATCH", "/api/v1/time", `{"rate":5,"rate":6}`, 400, "malformed", nil},
		{"a member twice, escaped", "PATCH", "/api/v1/time", `{"rate":5,"\u0072ate":6}`, 400, "malformed", nil},
		{"a member twice, deep", "PATCH", "/api/v1/camera", `{"place":{"body":"mars","body":"sun"}}`, 400, "malformed", nil},
		{"trailing data", "PATCH", "/api/v1/time", `{"rate":5}{"rate":6}`, 400, "malformed", nil},
		{"trailing junk", "PATCH", "/api/v1/time", `{"rate":5}x`, 400, "malformed", nil},
		{"33 deep", "PATCH", "/api/v1/time", deep(33), 400, "malformed", nil},
		{"32 deep is JSON", "PATCH", "/api/v1/time", deep(32), 422, "invalid", nil},
		{"10 001 values", "PATCH", "/api/v1/time", many, 400, "malformed", nil},
		{"wrong case", "PATCH", "/api/v1/time", `{"Rate":5}`, 422, "invalid", nil},
		{"unknown member", "PATCH", "/api/v1/time", `{"rate":5,"speed":6}`, 422, "invalid", nil},
		{"unknown member, deep", "PATCH", "/api/v1/camera", `{"place":{"body":"mars","altitude":"100 km","colour":"red"}}`, 422, "invalid", nil},
		{"null for an object", "PATCH", "/api/v1/time", `null`, 422, "invalid", nil},
		{"null for a member", "PUT", "/api/v1/scenes/current", `{"slug":null}`, 422, "invalid", nil},
		{"an array for an object", "PATCH", "/api/v1/time", `[]`, 422, "invalid", nil},
		{"text for a number", "PATCH", "/api/v1/time", `{"rate":"5"}`, 422, "invalid", nil},
		{"a number for text", "PUT", "/api/v1/scenes/current", `{"slug":5}`, 422, "invalid", nil},
		{"mass assignment", "PATCH", "/api/v1/users/anna", `{"role":"admin","id":"x","created_by":"y"}`, 422, "invalid", []string{"If-Match", `"1"`}},
		{"unknown path", "GET", "/api/v1/secrets", "", 404, "not-found", nil},
		{"root", "GET", "/", "", 404, "not-found", nil},
		{"path up", "GET", "/api/v1/../../livez", "", 404, "not-found", nil},
		{"path up, encoded", "GET", "/api/v1/%2e%2e/%2e%2e/livez", "", 404, "not-found", nil},
		{"slash encoded", "GET", "/api%2Fv1%2Fstate", "", 404, "not-found", nil},
		{"doubled slash", "GET", "//livez", "", 404, "not-found", nil},
		{"doubled slash within", "GET", "/api//v1/state", "", 404, "not-found", nil},
		{"slash at the end", "GET", "/livez/", "", 404, "not-found", nil},
		{"dot", "GET", "/./livez", "", 404, "not-found", nil},
		{"backslash", "GET", `/api\v1\state`, "", 404, "not-found", nil},
		{"capitals", "GET", "/API/V1/STATE", "", 404, "not-found", nil},
		{"NUL", "GET", "/api/v1/scenes/saturn%00", "", 422, "invalid", nil},
		{"climbing id", "GET", "/api/v1/scenes/..%2f..%2fetc%2fpasswd", "", 404, "not-found", nil},
		{"long id", "GET", "/api/v1/scenes/" + strings.Repeat("a", 64), "", 422, "invalid", nil},
		{"id in capitals", "GET", "/api/v1/scenes/Saturn", "", 422, "invalid", nil},
		{"wrong method", "DELETE", "/api/v1/state", "", 405, "method-not-allowed", nil},
		{"trace", "TRACE", "/api/v1/state", "", 405, "method-not-allowed", nil},
		{"connect", "CONNECT", "/api/v1/state", "", 405, "method-not-allowed", nil},
		{"an unheard-of method", "BREW", "/livez", "", 405, "method-not-allowed", nil},
		{"a small method", "get", "/livez", "", 405, "method-not-allowed", nil},
		{"preflight of our own page", "OPTIONS", "/api/v1/time", "", 405, "method-not-allowed", nil},
		{"method by header", "POST", "/api/v1/time", `{"rate":5}`, 405, "method-not-allowed", []string{"X-HTTP-Method-Override", "PATCH"}},
		{"state-changing GET", "GET", "/api/v1/screenshots", "", 405, "method-not-allowed", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f.refill()
			f.engine.calls.Store(0)
			headers := append([]string{"Authorization", "Bearer " + token}, tt.headers...)
			wantProblem(t, f.ask(tt.method, tt.path, tt.body, headers...), tt.status, tt.slug)
			if f.engine.calls.Load() != 0 {
				t.Errorf("the engine was asked %d times", f.engine.calls.Load())
			}
		})
	}
	if f.revision() != revision {
		t.Error("the world was changed")
	}
	if len(f.auth.Users()) != 0 {
		t.Error("somebody was added")
	}
}

// TestUnannounced: bodies without a length are held to the same, also where
// nobody has a credential, and exactly 64 KiB pass.
func TestUnannounced(t *testing.T) {
	f := serve(t)
	send := func(length int, method string) *httptest.ResponseRecorder {
		f.refill()
		body := `{"rate":1` + strings.Repeat(" ", length-len(`{"rate":1}`)) + `}`
		r := httptest.NewRequest(method, "/api/v1/time", strings.NewReader(body))
		r.Host, r.RemoteAddr, r.ContentLength = testHost, "127.0.0.1:50000", -1
		r.TransferEncoding = []string{"chunked"}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+f.used(t, auth.Admin))
		return f.send(r)
	}
	if w := f.as(t, auth.Admin, "PATCH", "/api/v1/time", `{"rate":1`+strings.Repeat(" ", maxBody-len(`{"rate":1}`))+`}`); w.Code != 200 {
		t.Errorf("64 KiB, announced: %d %s", w.Code, w.Body)
	}
	if w := send(maxBody, "PATCH"); w.Code != 200 {
		t.Errorf("64 KiB: %d %s", w.Code, w.Body)
	}
	revision := f.revision()
	wantProblem(t, send(maxBody+1, "PATCH"), 413, "too-large")
	wantProblem(t, send(100, "GET"), 400, "malformed")
	if f.revision() != revision {
		t.Error("the world was changed")
	}
	wantProblem(t, f.ask("PATCH", "/api/v1/time", strings.Repeat(" ", maxBody+1)), 413, "too-large")
}

func TestAllowListsMethods(t *testing.T) {
	f := serve(t)
	for path, want := range map[string]string{
		"/api/v1/state":           "GET, HEAD",
		"/api/v1/time":            "GET, HEAD, PATCH",
		"/api/v1/screenshots":     "POST",
		"/api/v1/users/anna":      "DELETE, GET, HEAD, PATCH",
		"/api/v1/scenes/current":  "GET, HEAD, PUT",
		"/api/v1/scene-allowlist": "GET, HEAD, PUT",
	} {
		if got := f.ask("BREW", path, "").Header().Get("Allow"); got != want {
			t.Errorf("%s: Allow %q, want %q", path, got, want)
		}
	}
}

// TestHead is GET without a body, for whoever may GET.
func TestHead(t *testing.T) {
	f := serve(t)
	for _, row := range rights {
		method, path, _ := strings.Cut(row.route, " ")
		if method != "GET" {
			continue
		}
		get := f.admin(t, "GET", concrete(path), "")
		head := f.admin(t, "HEAD", concrete(path), "")
		if head.Code != get.Code || head.Header().Get("Content-Type") != get.Header().Get("Content-Type") {
			t.Errorf("%s: HEAD is %d %s, GET is %d %s", path, head.Code, head.Header().Get("Content-Type"), get.Code, get.Header().Get("Content-Type"))
		}
	}
	wantProblem(t, f.ask("HEAD", "/api/v1/state", ""), 401, "unauthorised")
}
