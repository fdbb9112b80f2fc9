package api

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// crossSite are requests that a page of somebody else can make a browser send:
// what it says of itself, by header. The first value of each row names it.
var crossSite = [][]string{
	{"another site", "Origin", "http://evil.example"},
	{"another site over TLS", "Origin", "https://evil.example"},
	{"another site at our port", "Origin", "http://evil.example:8080"},
	{"another port of this machine", "Origin", "http://localhost:3000"},
	{"another port by address", "Origin", "http://127.0.0.1:3000"},
	{"the port left out", "Origin", "http://127.0.0.1"},
	{"another scheme", "Origin", "https://127.0.0.1:8080"},
	{"the telemetry's port", "Origin", "http://127.0.0.1:8081"},
	{"a name that begins as ours", "Origin", "http://127.0.0.1.evil.example:8080"},
	{"a name that ends as ours", "Origin", "http://evil-localhost:8080"},
	{"ours as the user", "Origin", "http://127.0.0.1:8080@evil.example"},
	{"a path", "Origin", "http://127.0.0.1:8080/"},
	{"a dot at the end", "Origin", "http://localhost.:8080"},
	{"a number for the address", "Origin", "http://2130706433:8080"},
	{"an octal address", "Origin", "http://0177.0.0.1:8080"},
	{"a short address", "Origin", "http://127.1:8080"},
	{"the unspecified address", "Origin", "http://0.0.0.0:8080"},
	{"a mapped address", "Origin", "http://[::ffff:127.0.0.1]:8080"},
	{"a sandboxed frame", "Origin", "null"},
	{"an empty one", "Origin", ""},
	{"a file", "Origin", "file://"},
	{"an extension", "Origin", "chrome-extension://abcdefghijklmnop"},
	{"a wildcard", "Origin", "*"},
	{"two in one", "Origin", "http://127.0.0.1:8080 http://evil.example"},
	{"two with a comma", "Origin", "http://127.0.0.1:8080, http://evil.example"},
	{"ours and another", "Origin", "http://127.0.0.1:8080", "+Origin", "http://evil.example"},
	{"ours twice", "Origin", "http://127.0.0.1:8080", "+Origin", "http://127.0.0.1:8080"},
	{"white space", "Origin", " http://127.0.0.1:8080"},
	{"a capital scheme", "Origin", "HTTP://127.0.0.1:8080"},
	{"a fetch", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors"},
	{"a fetch without CORS", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"},
	{"an image", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"},
	{"a script", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script"},
	{"a form", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"},
	{"a frame", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"},
	{"another port's page", "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors"},
	{"an unknown word", "Sec-Fetch-Site", "same"},
	{"an empty word", "Sec-Fetch-Site", ""},
	{"two words", "Sec-Fetch-Site", "same-origin", "+Sec-Fetch-Site", "cross-site"},
	{"a capital word", "Sec-Fetch-Site", "Cross-Site"},
	{"our Origin, another's site", "Origin", "http://127.0.0.1:8080", "Sec-Fetch-Site", "cross-site"},
	{"another's Origin, our site", "Origin", "http://evil.example", "Sec-Fetch-Site", "same-origin"},
	{"another's Origin, plain text", "Origin", "http://evil.example", "Content-Type", "text/plain"},
	{"another's Origin, no type", "Origin", "http://evil.example", "Content-Type", ""},
}

// TestCrossSite: none of them is served, with whatever rights, and nothing
// changes.
func TestCrossSite(t *testing.T) {
	if len(crossSite) != 44 {
		t.Errorf("%d requests, want 44", len(crossSite))
	}
	f := serve(t)
	token := f.used(t, auth.Admin)
	records, revision := f.auditCount(), f.revision()
	for _, row := range crossSite {
		for route, body := range map[string]string{"PATCH /api/v1/time": `{"rate":5}`, "GET /api/v1/state": "", "GET /livez": "", "GET /docs": ""} {
			f.refill()
			method, path, _ := strings.Cut(route, " ")
			w := f.ask(method, path, body, append([]string{"Authorization", "Bearer " + token}, row[1:]...)...)
			t.Run(row[0]+" "+route, func(t *testing.T) { wantProblem(t, w, 403, "foreign-origin") })
		}
	}
	if f.auditCount() != records || f.revision() != revision {
		t.Error("something was changed")
	}
}

// TestFormsAndTexts: what a browser sends without asking first never has the
// type of JSON, and is refused with our own page's Origin and without any.
func TestFormsAndTexts(t *testing.T) {
	f := serve(t)
	token := f.used(t, auth.Admin)
	records, revision := f.auditCount(), f.revision()
	for _, tt := range [][]string{
		{"Content-Type", "text/plain"},
		{"Content-Type", ""},
		{"Content-Type", "application/x-www-form-urlencoded"},
		{"Content-Type", "multipart/form-data; boundary=x"},
		{"Content-Type", "text/plain; application/json"},
		{"Content-Type", "application/json, text/plain"},
		{"Content-Type", "application/json", "+Content-Type", "text/plain"},
		{"Content-Type", "application/json; charset=utf-16"},
		{"Content-Type", "application/json; charset=latin1"},
		{"Content-Type", "application/jsonp"},
		{"Content-Type", "application/json-patch+json"},
		{"Content-Type", "text/json"},
		{"Content-Type", "application/json;charset"},
		{"Content-Encoding", "gzip"},
		{"Content-Encoding", "identity"},
	} {
		f.refill()
		w := f.ask("PATCH", "/api/v1/time", `{"rate":5}`, append([]string{"Authorization", "Bearer " + token}, tt...)...)
		t.Run(fmt.Sprint(tt), func(t *testing.T) { wantProblem(t, w, 415, "media-type") })
	}
	wantProblem(t, f.ask("PUT", "/api/v1/scenes/current", `{"slug":"saturn"}`, "Authorization", "Bearer "+token, "Content-Type", "application/merge-patch+json"), 415, "media-type")
	if f.auditCount() != records || f.revision() != revision {
		t.Error("something was changed")
	}
	for _, media := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8", "application/merge-patch+json"} {
		f.refill()
		if w := f.ask("PATCH", "/api/v1/time", `{"rate":5}`, "Authorization", "Bearer "+token, "Content-Type", media); w.Code != 200 {
			t.Errorf("%s: %d %s", media, w.Code, w.Body)
		}
	}
}

// foreignHosts are Host headers with which a name of somebody else, or another
// service of this machine, is asked for.
var foreignHosts = []string{
	"evil.example", "evil.example:8080", "127.0.0.1", "localhost", "localhost.:8080", "127.0.0.1:80", "0x7f000001:8080",
	"2130706433:8080", "127.1:8080", "", "[::ffff:127.0.0.1]:8080", "0.0.0.0:8080", "127.0.0.1.evil.example:8080", "localhost:8080:8080", "user@localhost:8080",
}

// TestForeignHosts: under DNS rebinding Host and Origin agree on a name that is
// not ours. Neither port answers.
func TestForeignHosts(t *testing.T) {
	f := serve(t)
	f.live.guard = f.options.Network.guard("8080") // as if telemetry were there
	token := f.used(t, auth.Admin)
	records := f.auditCount()
	for _, host := range foreignHosts {
		for _, headers := range [][]string{{"Host", host}, {"Host", host, "Origin", "http://" + host}, {"Host", host, "Sec-Fetch-Site", "same-origin"}} {
			f.refill()
			for route, body := range map[string]string{"PATCH /api/v1/time": `{"rate":5}`, "GET /livez": "", "GET /nowhere": ""} {
				method, path, _ := strings.Cut(route, " ")
				w := f.ask(method, path, body, append([]string{"Authorization", "Bearer " + token}, headers...)...)
				t.Run(fmt.Sprintf("%q %s", headers, route), func(t *testing.T) { wantProblem(t, w, 421, "foreign-host") })
			}
		}
		for _, path := range []string{"/ws/v1/telemetry", "/nowhere"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Host = host
			r.Header.Set("Origin", "http://"+host)
			w := httptest.NewRecorder()
			f.serveLive(w, r)
			t.Run("telemetry "+path+" "+host, func(t *testing.T) { wantProblem(t, w, 421, "foreign-host") })
		}
	}
	if f.auditCount() != records {
		t.Error("something was changed")
	}
}

func TestOwnCallersPass(t *testing.T) {
	f := serve(t)
	for name, headers := range map[string][]string{
		"127.0.0.1":        {"Host", "127.0.0.1:8080"},
		"localhost":        {"Host", "localhost:8080"},
		"in capitals":      {"Host", "LocalHost:8080"},
		"::1":              {"Host", "[::1]:8080"},
		"own origin":       {"Origin", "http://localhost:8080"},
		"same-origin page": {"Sec-Fetch-Site", "same-origin"},
		"typed in":         {"Sec-Fetch-Site", "none"},
		"small scheme":     {"Authorization", "bearer " + f.token(t, auth.Viewer)},
	} {
		if w := f.as(t, auth.Viewer, "GET", "/api/v1/state", "", headers...); w.Code != 200 {
			t.Errorf("%s: status %d %s", name, w.Code, w.Body)
		}
	}
}

func TestAllowedHosts(t *testing.T) {
	for _, tt := range []struct {
		names        []string
		port, scheme string
		want         []string
	}{
		{nil, "8080", "http://", []string{"127.0.0.1:8080", "[::1]:8080", "localhost:8080"}},
		{nil, "80", "http://", []string{"127.0.0.1:80", "127.0.0.1", "[::1]:80", "[::1]", "localhost:80", "localhost"}},
		{nil, "443", "http://", []string{"127.0.0.1:443", "[::1]:443", "localhost:443"}},
		{[]string{"Dome.example", "[2001:db8::1]"}, "443", "https://", []string{
			"127.0.0.1:443", "127.0.0.1", "[::1]:443", "[::1]", "localhost:443", "localhost", "dome.example:443", "dome.example", "[2001:db8::1]:443", "[2001:db8::1]",
		}},
	} {
		if got := allowedHosts(tt.names, tt.port, tt.scheme); !slices.Equal(got, tt.want) {
			t.Errorf("%s%v:%s: got %q, want %q", tt.scheme, tt.names, tt.port, got, tt.want)
		}
	}
}

// TestCORS: only pages that the configuration lists learn an answer, and never by
// what a browser sends on its own.
func TestCORS(t *testing.T) {
	const panel = "https://panel.example"
	f := serve(t, func(o *Options) { o.Network.Origins = []string{panel} })
	revision := f.revision()
	w := f.ask("OPTIONS", "/api/v1/time", "", "Origin", panel, "Sec-Fetch-Site", "cross-site", "Access-Control-Request-Method", "PATCH", "Access-Control-Request-Headers", "authorization")
	h := w.Header()
	if w.Code != 204 || h.Get("Access-Control-Allow-Origin") != panel || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "PATCH") ||
		!strings.Contains(h.Get("Access-Control-Allow-Headers"), "Authorization") || h.Get("Vary") != "Origin" || w.Body.Len() != 0 {
		t.Errorf("preflight: %d %v", w.Code, h)
	}
	if f.revision() != revision {
		t.Error("a question changed the world")
	}
	for _, row := range routes() {
		f.refill()
		w := f.ask(row.method, concrete(row.path), "", "Origin", panel, "Sec-Fetch-Site", "cross-site")
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != panel {
			t.Errorf("%s: the listed page is allowed %q", row.name(), got)
		}
		if got := w.Header().Get("Access-Control-Allow-Credentials"); got != "" {
			t.Errorf("%s: credentials %q", row.name(), got)
		}
		w = f.ask("OPTIONS", concrete(row.path), "", "Origin", "https://evil.example", "Access-Control-Request-Method", row.method)
		for name := range w.Header() {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: another page is told %s", row.name(), name)
			}
		}
		wantProblem(t, w, 403, "foreign-origin")
	}
	for _, near := range []string{"http://panel.example", "https://panel.example:443", "https://panel.example.", "https://PANEL.example", "https://panel.example.evil"} {
		wantProblem(t, f.ask("GET", "/livez", "", "Origin", near), 403, "foreign-origin")
	}
}

// TestHeadersOfEveryAnswer: right or wrong, an answer is not kept, not guessed
// at, and grants no page of another origin anything.
func TestHeadersOfEveryAnswer(t *testing.T) {
	f := serve(t)
	for _, row := range routes() {
		for _, headers := range [][]string{nil, {"Host", "evil.example"}, {"Authorization", ""}, {"Authorization", "Bearer x"}} {
			h := f.admin(t, row.method, concrete(row.path), "", headers...).Header()
			for name, want := range map[string]string{
				"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
				"Access-Control-Allow-Origin": "", "Server": "", "X-Powered-By": "", "Set-Cookie": "",
			} {
				if name == "Cache-Control" && h.Get("Etag") != "" && (row.tag() == "world" || row.tag() == "operation") && row.id != "get-state" {
					want = "private, no-cache" // what is shown, which is asked for again each time
				}
				if got := h.Get(name); got != want {
					t.Errorf("%s: %s: %q, want %q", row.name(), name, got, want)
				}
			}
			if policy := h.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("%s: policy %q", row.name(), policy)
			}
			if !requestIDPattern.MatchString(h.Get(requestID)) {
				t.Errorf("%s: id %q", row.name(), h.Get(requestID))
			}
		}
	}
}

func TestRequestID(t *testing.T) {
	f := serve(t)
	if got := f.ask("GET", "/livez", "", requestID, "shift-2.7_A").Header().Get(requestID); got != "shift-2.7_A" {
		t.Errorf("an id that is fit became %q", got)
	}
	seen := map[string]bool{}
	for _, id := range []string{"", "short", "white space", "line\nbreak\n", strings.Repeat("x", 65)} {
		got := f.ask("GET", "/livez", "", requestID, id).Header().Get(requestID)
		if !requestIDPattern.MatchString(got) || got == id || seen[got] {
			t.Errorf("id %q became %q", id, got)
		}
		seen[got] = true
	}
}
