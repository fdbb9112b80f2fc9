package api

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// concrete makes a path of a pattern.
func concrete(pattern string) string { return strings.ReplaceAll(pattern, "{id}", "ABCDEFGH") }

// bodies has a right body for each route that takes one.
var bodies = map[string]string{
	"PUT /api/v1/scenes/current": `{"slug":"saturn"}`,
	"PATCH /api/v1/time":         `{"rate":1}`,
	"PATCH /api/v1/camera":       `{"place":{"body":"mars","altitude":"1000 km"}}`,
}

// TestEveryRouteIsGuarded walks the table of routes: what a route without a
// token, or for a foreign page, would be is refused, and no handler is reached.
func TestEveryRouteIsGuarded(t *testing.T) {
	foreign := []struct {
		name string
		edit func(*http.Request)
		kind string
	}{
		{"host of a rebinding name", hostHeader("evil.example:8080"), "foreign-host"},
		{"host without port", hostHeader("127.0.0.1"), "foreign-host"},
		{"host with another port", hostHeader("127.0.0.1:8081"), "foreign-host"},
		{"host with a dot", hostHeader("localhost.:8080"), "foreign-host"},
		{"host of another form", hostHeader("0x7f000001:8080"), "foreign-host"},
		{"host empty", hostHeader(""), "foreign-host"},
		{"origin of another site", header("Origin", "http://evil.example"), "foreign-origin"},
		{"origin of another port", header("Origin", "http://localhost:3000"), "foreign-origin"},
		{"origin null", header("Origin", "null"), "foreign-origin"},
		{"origin empty", header("Origin", ""), "foreign-origin"},
		{"origin https", header("Origin", "https://127.0.0.1:8080"), "foreign-origin"},
		{"own origin twice", header("Origin", "http://127.0.0.1:8080", "http://127.0.0.1:8080"), "foreign-origin"},
		{"two origins", header("Origin", "http://127.0.0.1:8080", "http://evil.example"), "foreign-origin"},
		{"cross-site page", header("Sec-Fetch-Site", "cross-site"), "foreign-origin"},
		{"same-site page", header("Sec-Fetch-Site", "same-site"), "foreign-origin"},
	}
	unknown := []struct {
		name string
		edit func(*http.Request)
	}{
		{"no token", func(r *http.Request) { r.Header.Del("Authorization") }},
		{"empty", header("Authorization", "")},
		{"no scheme", header("Authorization", strings.Repeat("A", 43))},
		{"empty token", header("Authorization", "Bearer ")},
		{"another token", header("Authorization", "Bearer "+newToken())},
		{"another scheme", func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Bearer", "Basic", 1))
		}},
	}
	for _, r := range routes {
		t.Run(r.name(), func(t *testing.T) {
			f := newFixture(t)
			body := bodies[r.name()]
			for _, tt := range foreign {
				t.Run(tt.name, func(t *testing.T) {
					wantProblem(t, f.ask(r.method, concrete(r.pattern), body, tt.edit), http.StatusForbidden, tt.kind)
				})
			}
			for _, tt := range unknown {
				t.Run(tt.name, func(t *testing.T) {
					w := f.ask(r.method, concrete(r.pattern), body, tt.edit)
					if r.public {
						if w.Code != http.StatusOK {
							t.Errorf("public, yet %d", w.Code)
						}
						return
					}
					wantProblem(t, w, http.StatusUnauthorized, "unauthorised")
					if got := w.Header().Get("WWW-Authenticate"); !strings.HasPrefix(got, `Bearer realm="spacetime"`) {
						t.Errorf("WWW-Authenticate %q", got)
					}
				})
			}
			if f.engine.calls != 0 {
				t.Errorf("the engine was asked %d times", f.engine.calls)
			}
		})
	}
}

// TestPublicRoutes holds the list of what answers without a token.
func TestPublicRoutes(t *testing.T) {
	var public []string
	for _, r := range routes {
		if r.public {
			public = append(public, r.name())
		}
	}
	if want := []string{"GET /livez", "GET /readyz", "GET /version"}; !slices.Equal(public, want) {
		t.Errorf("public are %q, want %q", public, want)
	}
}

// TestUnauthorisedIsOneAnswer: what is wrong with a token does not show in the
// body.
func TestUnauthorisedIsOneAnswer(t *testing.T) {
	f := newFixture(t)
	id := header(requestID, "12345678")
	missing := f.ask("GET", "/api/v1/state", "", id, func(r *http.Request) { r.Header.Del("Authorization") })
	forged := f.ask("GET", "/api/v1/state", "", id, header("Authorization", "Bearer "+f.token[:42]+"-"))
	twice := f.ask("GET", "/api/v1/state", "", id, header("Authorization", "Bearer "+f.token, "Bearer "+f.token))
	if missing.Body.String() != forged.Body.String() || twice.Body.String() != forged.Body.String() {
		t.Errorf("answers differ:\n%s\n%s\n%s", missing.Body, forged.Body, twice.Body)
	}
	if got, want := forged.Header().Get("WWW-Authenticate"), `Bearer realm="spacetime", error="invalid_token"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOwnCallersPass(t *testing.T) {
	f := newFixture(t)
	for name, edit := range map[string]func(*http.Request){
		"127.0.0.1":        hostHeader("127.0.0.1:8080"),
		"localhost":        hostHeader("localhost:8080"),
		"in capitals":      hostHeader("LocalHost:8080"),
		"::1":              hostHeader("[::1]:8080"),
		"own origin":       header("Origin", "http://localhost:8080"),
		"same-origin page": header("Sec-Fetch-Site", "same-origin"),
		"typed in":         header("Sec-Fetch-Site", "none"),
		"small scheme":     header("Authorization", "bearer "+f.token),
	} {
		if w := f.ask("GET", "/api/v1/state", "", edit); w.Code != http.StatusOK {
			t.Errorf("%s: status %d %s", name, w.Code, w.Body)
		}
	}
}

func TestPort80NeedsNoPort(t *testing.T) {
	if hosts := loopbackHosts("80"); !slices.Contains(hosts, "localhost") || !slices.Contains(hosts, "localhost:80") {
		t.Errorf("got %q", hosts)
	}
	if hosts := loopbackHosts("8080"); slices.Contains(hosts, "localhost") {
		t.Errorf("got %q", hosts)
	}
}

func TestWhatNoRouteTakes(t *testing.T) {
	for _, tt := range []struct {
		name, method, path, body string
		edit                     func(*http.Request)
		status                   int
		kind                     string
	}{
		{"query", "GET", "/api/v1/state?token=x", "", nil, 400, "malformed"},
		{"body of a GET", "GET", "/api/v1/state", `{}`, nil, 400, "malformed"},
		{"no media type", "PATCH", "/api/v1/time", `{"rate":1}`, header("Content-Type"), 415, "media-type"},
		{"form", "PATCH", "/api/v1/time", `{"rate":1}`, header("Content-Type", "application/x-www-form-urlencoded"), 415, "media-type"},
		{"plain text", "PATCH", "/api/v1/time", `{"rate":1}`, header("Content-Type", "text/plain"), 415, "media-type"},
		{"two types", "PATCH", "/api/v1/time", `{"rate":1}`, header("Content-Type", "application/json", "text/plain"), 415, "media-type"},
		{"latin 1", "PATCH", "/api/v1/time", `{"rate":1}`, header("Content-Type", "application/json; charset=latin1"), 415, "media-type"},
		{"compressed", "PATCH", "/api/v1/time", `{"rate":1}`, header("Content-Encoding", "gzip"), 415, "media-type"},
		{"long", "PATCH", "/api/v1/time", `{"rate":1` + strings.Repeat(" ", maxBody) + `}`, nil, 413, "too-large"},
		{"long, unannounced", "PATCH", "/api/v1/time", `{"rate":1` + strings.Repeat(" ", maxBody) + `}`, func(r *http.Request) { r.ContentLength = -1 }, 413, "too-large"},
		{"long, from whomever", "PATCH", "/api/v1/time", `{}`, func(r *http.Request) {
			r.ContentLength = maxBody + 1
			r.Header.Del("Authorization")
		}, 413, "too-large"},
		{"unknown path", "GET", "/api/v1/secrets", "", nil, 404, "not-found"},
		{"root", "GET", "/", "", nil, 404, "not-found"},
		{"path up", "GET", "/api/v1/../../livez", "", nil, 404, "not-found"},
		{"doubled slash", "GET", "//livez", "", nil, 404, "not-found"},
		{"slash at the end", "GET", "/livez/", "", nil, 404, "not-found"},
		{"wrong method", "DELETE", "/api/v1/state", "", nil, 405, "method-not-allowed"},
		{"trace", "TRACE", "/api/v1/state", "", nil, 405, "method-not-allowed"},
		{"preflight", "OPTIONS", "/api/v1/time", "", nil, 405, "method-not-allowed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			edits := []func(*http.Request){}
			if tt.edit != nil {
				edits = append(edits, tt.edit)
			}
			wantProblem(t, f.ask(tt.method, tt.path, tt.body, edits...), tt.status, tt.kind)
			if f.engine.calls != 0 {
				t.Errorf("the engine was asked %d times", f.engine.calls)
			}
		})
	}
}

func TestJSONTypesThatPass(t *testing.T) {
	f := newFixture(t)
	for _, media := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"} {
		if w := f.ask("PATCH", "/api/v1/time", `{"rate":1}`, header("Content-Type", media)); w.Code != http.StatusOK {
			t.Errorf("%s: status %d %s", media, w.Code, w.Body)
		}
	}
}

func TestAllowListsMethods(t *testing.T) {
	f := newFixture(t)
	for path, want := range map[string]string{
		"/api/v1/state":       "GET, HEAD",
		"/api/v1/time":        "PATCH",
		"/api/v1/screenshots": "POST",
	} {
		if got := f.ask("DELETE", path, "").Header().Get("Allow"); got != want {
			t.Errorf("%s: Allow %q, want %q", path, got, want)
		}
	}
}

// TestHeadersOfEveryAnswer: right or wrong, an answer is not kept, not guessed
// at, and grants no page of another origin anything.
func TestHeadersOfEveryAnswer(t *testing.T) {
	f := newFixture(t)
	f.engine.err = errors.New("broken")
	for _, r := range routes {
		for _, edit := range []func(*http.Request){func(*http.Request) {}, hostHeader("evil.example"), header("Authorization", "")} {
			h := f.ask(r.method, concrete(r.pattern), bodies[r.name()], edit).Header()
			for name, want := range map[string]string{
				"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
				"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'",
				"Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
				"Access-Control-Allow-Origin": "",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s: %s: %q, want %q", r.name(), name, got, want)
				}
			}
		}
	}
}

func TestRequestID(t *testing.T) {
	f := newFixture(t)
	if got := f.ask("GET", "/livez", "", header(requestID, "shift-2.7_A")).Header().Get(requestID); got != "shift-2.7_A" {
		t.Errorf("an id that is fit became %q", got)
	}
	seen := map[string]bool{}
	for _, id := range []string{"", "short", "white space", "line\nbreak\n", strings.Repeat("x", 65)} {
		got := f.ask("GET", "/livez", "", header(requestID, id)).Header().Get(requestID)
		if !requestIDPattern.MatchString(got) || got == id || seen[got] {
			t.Errorf("id %q became %q", id, got)
		}
		seen[got] = true
	}
}

// TestNothingPrivateIsLogged: neither the token nor a forged one is written
// anywhere, and a path cannot break a line.
func TestNothingPrivateIsLogged(t *testing.T) {
	var log bytes.Buffer
	f := newFixture(t, logTo(&log))
	const forged = "forged-token-0123456789"
	for _, r := range routes {
		f.ask(r.method, concrete(r.pattern), bodies[r.name()])
		f.ask(r.method, concrete(r.pattern), bodies[r.name()], header("Authorization", "Bearer "+forged))
	}
	f.ask("GET", "/a%0Ab%1B[31m", "")
	if strings.Contains(log.String(), f.token) || strings.Contains(log.String(), forged) {
		t.Error("a token is in the log")
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if want := 2*len(routes) + 1; len(lines) != want || strings.Contains(log.String(), "\x1b") {
		t.Errorf("%d lines for %d requests, or an escape among them", len(lines), want)
	}
	for _, line := range lines {
		if want := strings.Contains(line, "method=P") && strings.Contains(line, "status=2"); want != strings.Contains(line, "level=INFO") {
			t.Errorf("changes show at level info, and nothing else: %s", line)
		}
	}
}
