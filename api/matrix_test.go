package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// Who asks, by letter: the roles of people, of programs, an API key of a viewer,
// nobody on this machine, nobody elsewhere, and credentials that are over.
const (
	viewers, operators, maintainers, admins = 'v', 'o', 'm', 'a'
	scrapers, recorders, viewersKey         = 'M', 'T', 'k'
	nobodyHere, nobodyAfar                  = 'n', 'f'
	revoked, expired                        = 'r', 'x'
)

const everybody = "vomaMTknfrx"

// What the rights of rows have in common.
const (
	withCredential = "vomaMTk"
	people         = "vomak" // the key is a viewer's
	onThisMachine  = withCredential + "n"
	anybody        = onThisMachine + "f"
)

// rights says of every route who may ask, what that takes, and what the answer
// is to those who may. It is written out, and does not follow from the table of
// routes.
var rights = []struct {
	route   string
	allowed string
	scope   string
	body    string
	status  int
}{
	{"GET /livez", anybody, "", "", 200},
	{"GET /readyz", anybody, "", "", 200},
	{"GET /startupz", anybody, "", "", 503},
	{"GET /version", onThisMachine, "", "", 200},
	{"GET /metrics", "maM", "metrics:read", "", 200},
	{"GET /.well-known/jwks.json", anybody, "", "", 200},
	{"GET /api/v1/openapi.json", onThisMachine, "", "", 200},
	{"GET /api/v1/openapi.yaml", onThisMachine, "", "", 200},
	{"GET /api/v1/asyncapi.json", onThisMachine, "", "", 200},
	{"GET /docs", onThisMachine, "", "", 200},
	{"GET /problems/{slug}", onThisMachine, "", "", 200},
	{"POST /api/v1/auth/pair", anybody, "", `{}`, 422},
	{"GET /pair", anybody, "", "", 200},
	{"POST /api/v1/auth/token", anybody, "", `{}`, 422},
	{"POST /api/v1/auth/logout", withCredential, "", "", 204},
	{"GET /api/v1/auth/session", withCredential, "", "", 200},
	{"POST /api/v1/auth/ws-tickets", people + "T", "telemetry:read", "", 201},
	{"POST /api/v1/auth/pairing-codes", "a", "users:write", `{"role":"viewer"}`, 201},
	{"GET /api/v1/sessions", withCredential, "", "", 200},
	{"DELETE /api/v1/sessions/{id}", withCredential, "", "", 404},
	{"GET /api/v1/users", "a", "users:read", "", 200},
	{"POST /api/v1/users", "a", "users:write", `{"name":"anna","password":"correct horse battery","role":"admin"}`, 201},
	{"GET /api/v1/users/{id}", "a", "users:read", "", 404},
	{"PATCH /api/v1/users/{id}", "a", "users:write", `{"role":"viewer"}`, 404},
	{"DELETE /api/v1/users/{id}", "a", "users:write", "", 404},
	{"GET /api/v1/api-keys", "a", "keys:read", "", 200},
	{"POST /api/v1/api-keys", "a", "keys:write", `{"name":"prometheus","role":"metrics"}`, 201},
	{"DELETE /api/v1/api-keys/{id}", "a", "keys:write", "", 404},
	{"GET /api/v1/state", people + "T", "state:read", "", 200},
	{"GET /api/v1/xr", people + "T", "state:read", "", 200},
	{"GET /api/v1/scenes", people, "scenes:read", "", 200},
	{"GET /api/v1/scenes/{id}", people, "scenes:read", "", 200},
	{"GET /api/v1/scenes/current", people, "scenes:read", "", 200},
	{"PUT /api/v1/scenes/current", "oma", "scenes:activate", `{"slug":"saturn"}`, 200},
	{"GET /api/v1/scene-allowlist", "ma", "allowlist:read", "", 200},
	{"PUT /api/v1/scene-allowlist", "a", "allowlist:write", `{"enforced":true,"scenes":["saturn"]}`, 200},
	{"GET /api/v1/objects", people, "objects:read", "", 200},
	{"GET /api/v1/objects/{id}", people, "objects:read", "", 200},
	{"GET /api/v1/time", people, "simulation:read", "", 200},
	{"PATCH /api/v1/time", "oma", "simulation:write", `{"rate":2}`, 200},
	{"GET /api/v1/camera", people, "simulation:read", "", 200},
	{"PATCH /api/v1/camera", "oma", "simulation:write", `{"look":{}}`, 200},
	{"POST /api/v1/screenshots", "oma", "screenshots:write", "", 202},
	{"GET /api/v1/screenshots/{id}", "oma", "screenshots:read", "", 404},
	{"GET /api/v1/cache/stats", people, "cache:read", "", 200},
	{"POST /api/v1/cache/purge", "ma", "cache:write", `{}`, 200},
	{"GET /api/v1/limits/probe", withCredential, "", "", 204},
	{"POST /api/v1/backups", "a", "backups:write", "", 200},
	{"GET /api/v1/logs", "ma", "logs:read", "", 200},
	{"GET /api/v1/audit/records", "a", "audit:read", "", 200},
	{"GET /api/v1/audit/checkpoint", "a", "audit:read", "", 200},
	{"POST /api/v1/audit/verify", "a", "audit:read", `{}`, 200},
	{"GET /api/v1/security/bans", "a", "security:read", "", 200},
	{"POST /api/v1/security/bans", "a", "security:write", `{"address":"198.51.100.1"}`, 201},
	{"DELETE /api/v1/security/bans/{id}", "a", "security:write", "", 404},
	{"GET /api/v1/security/alerts", "a", "security:read", "", 200},
}

// matches is If-Match for those routes that need one.
var matches = map[string]string{
	"PATCH /api/v1/users/{id}": `"1"`, "DELETE /api/v1/users/{id}": `"1"`, "PUT /api/v1/scene-allowlist": `"1"`,
}

// TestRights holds every route to the table for everybody: who may is answered,
// who may not is refused for the right reason, and causes nothing.
func TestRights(t *testing.T) {
	f := serve(t)
	credentials := f.credentials(t)
	cells := 0
	for _, row := range rights {
		for _, who := range everybody {
			t.Run(row.route+" "+string(who), func(t *testing.T) {
				f.refill()
				cells++
				status := row.status
				if who == viewersKey && row.route == "POST /api/v1/auth/logout" {
					status = http.StatusConflict // it may ask, and has no session to end
				}
				f.checkRight(t, who, credentials, row.route, row.body, row.allowed, row.scope, status)
			})
		}
	}
	if want := len(routes()) * len(everybody); cells != want {
		t.Errorf("%d cells are looked at, there are %d", cells, want)
	}
}

func (f *fixture) checkRight(t *testing.T, who rune, credentials map[rune]string, route, body, allowed, scope string, status int) {
	t.Helper()
	headers := []string{}
	if match := matches[route]; match != "" {
		headers = append(headers, "If-Match", match)
	}
	if who == nobodyAfar {
		headers = append(headers, "From", afar)
	}
	if c := credentials[who]; c != "" {
		headers = append(headers, "Authorization", "Bearer "+c)
	} else if who != nobodyHere && who != nobodyAfar { // a fresh one each time: some log out
		headers = append(headers, "Authorization", "Bearer "+f.used(t, roleOf[who]))
	}
	records, revision := f.auditCount(), f.revision()
	method, path, _ := strings.Cut(route, " ")
	w := f.ask(method, concrete(path), body, headers...)
	switch {
	case strings.ContainsRune(allowed, who):
		if w.Code != status {
			t.Errorf("got %d %s, want %d", w.Code, w.Body, status)
		}
		return
	case strings.ContainsRune("nfrx", who):
		wantProblem(t, w, 401, "unauthorised")
	default:
		p := wantProblem(t, w, 403, "insufficient-scope")
		if p.Detail != "the credential lacks a scope: "+scope {
			t.Errorf("tells %q, want the scope %s", p.Detail, scope)
		}
	}
	if f.auditCount() != records || f.revision() != revision {
		t.Error("something was done for it")
	}
}

// used is a token of a role whose first use the audit log has been told of.
func (f *fixture) used(t *testing.T, role auth.Role) string {
	t.Helper()
	token := f.token(t, role)
	if _, err := f.auth.Authenticate(token); err != nil {
		t.Fatal(err)
	}
	return token
}

var roleOf = map[rune]auth.Role{
	viewers: "viewer", operators: "operator", maintainers: "maintainer", admins: "admin", scrapers: "metrics", recorders: "telemetry",
}

// credentials makes the API key and what is over.
func (f *fixture) credentials(t *testing.T) map[rune]string {
	t.Helper()
	key, _, err := f.auth.CreateKey(t.Context(), "screen", auth.Viewer, 0)
	if err != nil {
		t.Fatal(err)
	}
	over := f.token(t, auth.Admin)
	p, err := f.auth.Authenticate(over)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.auth.Revoke(t.Context(), p.Session); err != nil {
		t.Fatal(err)
	}
	return map[rune]string{viewersKey: key.Reveal(), revoked: over, expired: f.expired(t)}
}

// expired is a token that was good in the year 2000, where the clock of a bubble
// begins.
func (f *fixture) expired(t *testing.T) (token string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { token = f.token(t, auth.Admin) })
	return token
}

// concrete makes a path of a pattern, of things that are there where there are
// any.
func concrete(pattern string) string {
	if strings.Contains(pattern, "/scenes/") || strings.Contains(pattern, "/objects/") {
		return strings.Replace(pattern, "{id}", "saturn", 1)
	}
	return strings.NewReplacer("{id}", "nothing", "{slug}", "stale").Replace(pattern)
}

func TestRightsNameEveryRoute(t *testing.T) {
	known := map[string]bool{}
	for _, row := range rights {
		known[row.route] = true
	}
	for _, row := range routes() {
		if !known[row.name()] {
			t.Errorf("nobody said who may %s", row.name())
		}
		delete(known, row.name())
	}
	for route := range known {
		t.Errorf("there is no %s", route)
	}
}

// TestARowNeedsAScope: what does not say whom it answers is not served.
func TestARowNeedsAScope(t *testing.T) {
	f := serve(t)
	err := f.mountRoutes([]route{{method: "GET", path: "/api/v1/secrets", id: "get-secrets", handler: getState}})
	if err == nil || !strings.Contains(err.Error(), "GET /api/v1/secrets declares no scope") {
		t.Errorf("got %v", err)
	}
}

// TestMetricsForThisMachine: where the configuration says so, this machine reads
// the metrics without a credential, and nobody else.
func TestMetricsForThisMachine(t *testing.T) {
	f := serve(t, func(o *Options) { o.MetricsPublic = true })
	if w := f.ask("GET", "/metrics", ""); w.Code != 200 {
		t.Errorf("here: %d %s", w.Code, w.Body)
	}
	wantProblem(t, f.ask("GET", "/metrics", "", "From", afar), 401, "unauthorised")
	wantProblem(t, f.as(t, auth.Viewer, "GET", "/metrics", ""), 403, "insufficient-scope")
}

// TestCredentialsEnd: what was good is refused from the moment it is
// over, whatever ended it.
func TestCredentialsEnd(t *testing.T) {
	const password = "correct horse battery"
	for _, tt := range []struct {
		name string
		end  func(t *testing.T, f *fixture, u User, s Caller, token string)
	}{
		{"logout", func(t *testing.T, f *fixture, _ User, _ Caller, token string) {
			if w := f.ask("POST", "/api/v1/auth/logout", "", "Authorization", "Bearer "+token); w.Code != 204 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}},
		{"an admin ends the session", func(t *testing.T, f *fixture, _ User, s Caller, _ string) {
			if w := f.admin(t, "DELETE", "/api/v1/sessions/"+s.Session, ""); w.Code != 204 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}},
		{"the user is locked out", changedUser(`{"disabled":true}`)},
		{"another role", changedUser(`{"role":"operator"}`)},
		{"another password", changedUser(`{"password":"wrong horse battery"}`)},
		{"the user is removed", func(t *testing.T, f *fixture, u User, _ Caller, _ string) {
			if w := f.admin(t, "DELETE", "/api/v1/users/"+u.ID, "", "If-Match", fmt.Sprintf("%q", fmt.Sprint(u.Revision))); w.Code != 204 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := serve(t)
			f.admin(t, "POST", "/api/v1/users", `{"name":"root","password":"`+password+`","role":"admin"}`)
			u := want[User](t, f.admin(t, "POST", "/api/v1/users", `{"name":"anna","password":"`+password+`","role":"viewer"}`), 201)
			tokens := want[Tokens](t, f.ask("POST", "/api/v1/auth/token", `{"grant_type":"password","name":"anna","password":"`+password+`"}`), 200)
			bearer := []string{"Authorization", "Bearer " + tokens.AccessToken}
			s := want[Caller](t, f.ask("GET", "/api/v1/auth/session", "", bearer...), 200)
			tt.end(t, f, u, s, tokens.AccessToken)
			wantProblem(t, f.ask("GET", "/api/v1/state", "", bearer...), 401, "unauthorised")
			f.refill()
			wantProblem(t, f.ask("POST", "/api/v1/auth/token", `{"grant_type":"refresh_token","refresh_token":"`+tokens.RefreshToken+`"}`), 401, "unauthorised")
		})
	}
}

// changedUser ends a session by a change of its user.
func changedUser(body string) func(*testing.T, *fixture, User, Caller, string) {
	return func(t *testing.T, f *fixture, u User, _ Caller, _ string) {
		t.Helper()
		if w := f.admin(t, "PATCH", "/api/v1/users/"+u.ID, body, "If-Match", fmt.Sprintf(`"%d"`, u.Revision)); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
}

// TestOwnSessions: a credential sees and ends its own session; that of others
// only who has the scope.
func TestOwnSessions(t *testing.T) {
	f := serve(t)
	tokens := map[string]auth.Tokens{}
	for _, name := range []string{"ada", "bob"} {
		if _, err := f.auth.CreateUser(t.Context(), name, "a long enough secret", auth.Viewer); err != nil {
			t.Fatal(err)
		}
		in, err := f.auth.Login(t.Context(), name, "a long enough secret", netip.MustParseAddr("203.0.113.1"))
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = in
	}
	as := func(name, method, path string) *httptest.ResponseRecorder {
		return f.ask(method, path, "", "Authorization", "Bearer "+tokens[name].Access.Reveal())
	}
	list := as("ada", "GET", "/api/v1/sessions").Body.String()
	if !strings.Contains(list, tokens["ada"].Principal.Session) || strings.Contains(list, "bob") {
		t.Errorf("ada sees %s", list)
	}
	if list := f.as(t, auth.Viewer, "GET", "/api/v1/sessions", "").Body.String(); strings.Contains(list, "ada") || strings.Count(list, `"id"`) != 1 {
		t.Errorf("a local viewer sees %s", list)
	}
	if list := f.as(t, auth.Admin, "GET", "/api/v1/sessions", "").Body.String(); !strings.Contains(list, "ada") || !strings.Contains(list, "bob") {
		t.Errorf("an admin sees %s", list)
	}
	session := "/api/v1/sessions/" + tokens["ada"].Principal.Session
	for _, w := range []*httptest.ResponseRecorder{as("bob", "DELETE", session), f.as(t, auth.Operator, "DELETE", session, "")} {
		if w.Code != 404 {
			t.Errorf("somebody else ends it: %d", w.Code)
		}
	}
	if w := as("ada", "DELETE", session); w.Code != 204 {
		t.Errorf("ada ends it: %d", w.Code)
	}
	if w := as("ada", "GET", "/api/v1/state"); w.Code != 401 {
		t.Errorf("after its end: %d, want 401", w.Code)
	}
}
