package api

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/intrusion"
)

// TestAuditUnwritable: what cannot be recorded does not happen, and reads go on.
func TestAuditUnwritable(t *testing.T) {
	f := serve(t)
	tokens := map[auth.Role]string{}
	for _, role := range auth.Roles() {
		tokens[role] = f.used(t, role)
	}
	if err := f.audit.log.Close(); err != nil {
		t.Fatal(err)
	}
	defer func() { f.audit.log = reopened(t, f) }()
	revision := f.revision()
	for _, row := range rights {
		method, path, _ := strings.Cut(row.route, " ")
		f.refill()
		w := f.ask(method, concrete(path), row.body, "Authorization", "Bearer "+tokens["admin"], "If-Match", `"1"`)
		if method != "GET" && path != "/api/v1/audit/verify" {
			wantProblem(t, w, 503, "read-only")
			continue
		}
		if w.Code != row.status {
			t.Errorf("%s: got %d %s, want %d", row.route, w.Code, w.Body, row.status)
		}
	}
	if f.revision() != revision || len(f.auth.Users()) != 0 || len(f.auth.APIKeys()) != 0 || len(f.ids.List()) != 0 || f.auth.PairingOpen() {
		t.Error("something was changed")
	}
	if got := want[Readiness](t, f.ask("GET", "/readyz", ""), 200); got.Status != Warn {
		t.Errorf("readyz: %+v", got)
	}
	if got := f.scrape(t)["spacetime_audit_writable"]; got != 0 {
		t.Errorf("spacetime_audit_writable is %g", got)
	}
}

// TestStoreClosed: without the database nothing is written to it, and nothing of
// it is told; what is in memory is still answered.
func TestStoreClosed(t *testing.T) {
	f := serve(t)
	f.admin(t, "POST", "/api/v1/users", `{"name":"root","password":"correct horse battery","role":"admin"}`)
	if err := f.store.Close(); err != nil {
		t.Fatal(err)
	}
	for route, body := range map[string]string{
		"POST /api/v1/users":          `{"name":"anna","password":"correct horse battery","role":"admin"}`,
		"POST /api/v1/api-keys":       `{"name":"screen","role":"viewer"}`,
		"PUT /api/v1/scene-allowlist": `{"enforced":false,"scenes":[]}`,
		"POST /api/v1/security/bans":  `{"address":"198.51.100.1"}`,
		"POST /api/v1/auth/token":     `{"grant_type":"password","name":"root","password":"correct horse battery"}`,
		"POST /api/v1/cache/purge":    `{}`,
		"POST /api/v1/backups":        "",
	} {
		method, path, _ := strings.Cut(route, " ")
		headers := []string{"If-Match", `"1"`}
		if path == "/api/v1/cache/purge" {
			headers = append(headers, idempotencyKey, someKey)
		}
		w := f.admin(t, method, path, body, headers...)
		text := w.Body.String()
		wantProblem(t, w, 503, "read-only")
		if strings.Contains(text, "sql") || strings.Contains(text, "closed") {
			t.Errorf("%s tells %s", route, text)
		}
	}
	for _, path := range []string{"/api/v1/state", "/api/v1/users", "/api/v1/scenes", "/livez"} {
		if w := f.admin(t, "GET", path, ""); w.Code != 200 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if len(f.auth.Users()) != 1 || len(f.auth.APIKeys()) != 0 {
		t.Error("something was added in memory alone")
	}
	if w := f.admin(t, "PATCH", "/api/v1/time", `{"rate":3}`); w.Code != 200 {
		t.Errorf("the world needs no database: %d %s", w.Code, w.Body)
	}
}

// TestPanicInAHandler: the request fails, the program does not, and the client
// learns nothing of it, whether its handler is raw, of huma, or changes something.
func TestPanicInAHandler(t *testing.T) {
	for _, route := range []string{"GET /api/v1/state", "GET /api/v1/time", "PATCH /api/v1/time", "PUT /api/v1/scenes/current"} {
		t.Run(route, func(t *testing.T) {
			f := serve(t)
			f.options.Engine = nil
			method, path, _ := strings.Cut(route, " ")
			w := f.admin(t, method, path, changes[route])
			if p := wantProblem(t, w, 500, "internal"); p.Detail != "" {
				t.Errorf("tells the client %q", p.Detail)
			}
			if !strings.Contains(f.log.String(), "nil pointer") || !strings.Contains(f.log.String(), ".go:") {
				t.Errorf("the log does not tell where: %s", f.log)
			}
			if got := f.scrape(t)[fmt.Sprintf("spacetime_http_requests_total{code=\"500\",http_route=%q}", route)]; got != 1 {
				t.Errorf("counted %g times", got)
			}
			for i, l := range f.lanes {
				if n := l.Counts().Inside; n != 0 {
					t.Errorf("%d are left in lane %s", n, laneNames[i])
				}
			}
			if w := f.ask("GET", "/version", ""); w.Code != 200 {
				t.Errorf("then: %d", w.Code)
			}
		})
	}
}

// nasty are strings that break logs, terminals and pages.
func nasty(r *rand.Rand) string {
	parts := []string{
		"\r\nSet-Cookie: a=b", "\x1b[31mred", "\x1b]0;title\a", "\u202eevil", "\u2066x", "\x00", "\x7f", "\"}{\"level\":\"ERROR\"", "</script>", "${jndi:ldap://x}",
		"%0d%0a", "\u0085", "\u2028", "\xff\xfe", "\n2026-01-01 level=ERROR msg=x", "' OR 1=1--", "\t", "\\", strings.Repeat("A", 300), "{{7*7}}",
	}
	return parts[r.IntN(len(parts))] + parts[r.IntN(len(parts))]
}

// TestNastyStrings: whatever is sent, each request is one line of the log, which
// is JSON, and no escape reaches a terminal.
func TestNastyStrings(t *testing.T) {
	var log strings.Builder
	f := serve(t, func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	token := f.used(t, auth.Admin)
	for _, route := range []string{"GET /api/v1/scenes/x", "PATCH /api/v1/time", "POST /api/v1/cache/purge", "GET /nowhere"} {
		method, path, _ := strings.Cut(route, " ")
		f.admin(t, method, path, "") // routes that were asked for have series
	}
	f.scrape(t)
	before := len(f.scrape(t))
	log.Reset()
	r := rand.New(rand.NewPCG(1, 2))
	names := []string{requestID, "User-Agent", "Authorization", "Origin", "Cookie", "If-Match", "Accept", "X-Forwarded-For", "Referer", "Sec-Fetch-Site", idempotencyKey, "Content-Type"}
	const requests = 500
	for i := range requests {
		f.refill()
		s := nasty(r)
		q := httptest.NewRequest([]string{"GET", "PATCH", "POST"}[i%3], "/", io.NopCloser(strings.NewReader(`{}`)))
		q.URL.Path = []string{"/" + s, "/api/v1/time", "/api/v1/scenes/" + s, "/api/v1/cache/purge"}[i%4]
		q.URL.RawPath, q.Host, q.RemoteAddr = "", testHost, "127.0.0.1:1"
		q.ContentLength = int64(2 * min(i%3, 1))
		q.Header.Set("Authorization", "Bearer "+token)
		q.Header.Set("Content-Type", "application/json")
		q.Header[names[i%len(names)]] = []string{s}
		if w := f.send(q); w.Code >= 500 {
			t.Errorf("%q: %d %s", s, w.Code, w.Body)
		} else {
			for name, values := range w.Header() {
				if strings.ContainsAny(strings.Join(values, ""), "\r\n\x00\x1b") {
					t.Errorf("%q: the answer's %s is %q", s, name, values)
				}
			}
		}
	}
	lines := 0
	for line := range strings.Lines(log.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if v["msg"] == "request" {
			lines++
		}
	}
	if lines != requests || strings.ContainsAny(log.String(), "\x1b\x00\x7f") || strings.Contains(log.String(), "\u202e") {
		t.Errorf("%d lines for %d requests, or a control character among them", lines, requests)
	}
	if after := len(f.scrape(t)); after-before > 50 {
		t.Errorf("%d series became %d", before, after)
	}
}

// TestIntrusion: who looks for what other products have, and forges, is kept out;
// this machine never is, nor who makes mistakes alone.
func TestIntrusion(t *testing.T) {
	attack := func(f *fixture, from string) {
		for i, path := range []string{"/wp-login.php", "/.git/config", "/.env", "/phpmyadmin"} {
			f.refill()
			f.ask("GET", path, "", "From", from)
			f.ask("GET", "/api/v1/state", "", "From", from, "Authorization", fmt.Sprintf("Bearer %s%d", forged(f, t), i))
		}
	}
	f := serve(t)
	attack(f, "127.0.0.1:1")
	attack(f, "[::1]:1")
	if b := f.ids.List(); len(b) != 0 {
		t.Fatalf("this machine is banned: %+v", b)
	}
	if a := want[Page[Alert]](t, f.admin(t, "GET", "/api/v1/security/alerts", ""), 200).Items; len(a) != 0 {
		t.Errorf("this machine raises alerts: %+v", a)
	}
	attack(f, afar)
	b := want[Page[Ban]](t, f.admin(t, "GET", "/api/v1/security/bans", ""), 200).Items
	if len(b) != 1 || b[0].Prefix != "203.0.113.7/32" || b[0].Manual {
		t.Fatalf("got %+v", b)
	}
	if !f.ids.Banned(addr(afar)) || f.ids.Banned(addr("203.0.113.8:1")) {
		t.Error("the wrong ones are kept out")
	}
	alerts := want[Page[Alert]](t, f.admin(t, "GET", "/api/v1/security/alerts", ""), 200).Items
	kinds := map[string]bool{}
	for _, a := range alerts {
		kinds[a.Kind+" "+a.Reason] = true
	}
	if !kinds["signal "+intrusion.ScannerPath.String()] || !kinds["signal "+intrusion.ForgedToken.String()] {
		t.Errorf("alerts %v", kinds)
	}
	if records := f.admin(t, "GET", "/api/v1/audit/records?limit=200", "").Body.String(); !strings.Contains(records, "security.ban.created") {
		t.Error("the audit log does not tell of the ban")
	}
	if w := f.admin(t, "DELETE", "/api/v1/security/bans/"+b[0].ID, ""); w.Code != 204 || f.ids.Banned(addr(afar)) {
		t.Errorf("lifting it: %d", w.Code)
	}
	for i := range 50 { // a class room behind one address that mistypes
		f.refill()
		f.ask("GET", "/api/v1/state", "", "From", afar, "Authorization", fmt.Sprintf("Bearer typo%d", i))
		f.ask("PATCH", "/api/v1/time", fmt.Sprintf("{%d", i), "From", afar, "Authorization", "Bearer "+f.token(t, auth.Operator))
	}
	if f.ids.Banned(addr(afar)) {
		t.Error("mistakes alone ban")
	}
}

// TestDecoy: whoever uses a key that exists to be stolen, by whichever way, gets the
// answer of any wrong one, and is kept out at once; on this machine it only tells.
func TestDecoy(t *testing.T) {
	for name, use := range map[string]func(f *fixture, key, from string) *httptest.ResponseRecorder{
		"as a credential": func(f *fixture, key, from string) *httptest.ResponseRecorder {
			return f.ask("GET", "/api/v1/state", "", "From", from, "Authorization", "Bearer "+key)
		},
		"for a token": func(f *fixture, key, from string) *httptest.ResponseRecorder {
			return f.ask("POST", "/api/v1/auth/token", fmt.Sprintf(`{"grant_type":"api_key","api_key":%q}`, key), "From", from)
		},
	} {
		f := serve(t)
		decoy := want[NewKey](t, f.admin(t, "POST", "/api/v1/api-keys", `{"name":"backup","role":"decoy"}`), 201)
		wrong := "stk_" + strings.Repeat("a", 39)
		for _, from := range []string{"127.0.0.1:1", afar} {
			f.refill()
			if got, usual := use(f, decoy.Secret, from), use(f, wrong, from); got.Code != 401 || !sameButRequest(got, usual) {
				t.Errorf("%s from %s: %d %s, another wrong key: %s", name, from, got.Code, got.Body, usual.Body)
			}
		}
		if bans := f.ids.List(); len(bans) != 1 || !f.ids.Banned(addr(afar)) || !strings.Contains(bans[0].Reason, "honeytoken") {
			t.Errorf("%s: bans %+v", name, bans)
		}
		told := f.admin(t, "GET", "/api/v1/security/alerts", "").Body.String()
		if strings.Count(told, `"honeytoken backup"`) != 2 {
			t.Errorf("%s: alerts %s", name, told)
		}
		if records := f.admin(t, "GET", "/api/v1/audit/records?limit=200", "").Body.String(); strings.Count(records, `"security.decoy.used"`) != 2 || strings.Contains(records+told, decoy.Secret) {
			t.Errorf("%s: records %s", name, records)
		}
	}
}

// sameButRequest tells whether two answers differ in the request's id alone.
func sameButRequest(a, b *httptest.ResponseRecorder) bool {
	text := func(w *httptest.ResponseRecorder) string {
		id := w.Header().Get("X-Request-Id")
		return strings.ReplaceAll(w.Body.String(), id, "")
	}
	return a.Code == b.Code && text(a) == text(b) && a.Header().Get("WWW-Authenticate") == b.Header().Get("WWW-Authenticate")
}

// TestBanWaitsForTheAnswer: over a connection, too, a decoy is answered as any wrong key
// is, and a second later the connection is gone.
func TestBanWaitsForTheAnswer(t *testing.T) {
	f := serve(t)
	decoy := want[NewKey](t, f.admin(t, "POST", "/api/v1/api-keys", `{"name":"backup","role":"decoy"}`), 201)
	l := newPipes()
	f.listener = f.connections.Listen(l)
	go f.Serve()
	c := l.dialFrom(afar)
	defer c.Close()
	go fmt.Fprintf(c, "GET /api/v1/state HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", testHost, decoy.Secret)
	r := bufio.NewReader(c)
	answer, err := http.ReadResponse(r, nil)
	if err != nil || answer.StatusCode != 401 {
		t.Fatal(answer, err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	if len(f.ids.List()) != 1 {
		t.Fatalf("bans %+v", f.ids.List())
	}
	if rest, _ := io.ReadAll(r); len(rest) > 0 { // ends with the connection
		t.Errorf("then %q", rest)
	}
	if err := f.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestBanOfANetwork: what counts as one address may be banned as it is written, and no
// more than that.
func TestBanOfANetwork(t *testing.T) {
	f := serve(t)
	for address, prefix := range map[string]string{
		"203.0.113.7": "203.0.113.7/32", "203.0.113.8/32": "203.0.113.8/32", "2001:db8::1": "2001:db8::/64", "2001:db8:0:1::/64": "2001:db8:0:1::/64",
		"203.0.113.0/24": "", "0.0.0.0/0": "", "2001:db8::/32": "", "::/0": "",
	} {
		w := f.admin(t, "POST", "/api/v1/security/bans", fmt.Sprintf(`{"address":%q}`, address))
		f.refill()
		if prefix == "" {
			wantProblem(t, w, 422, "invalid")
		} else if got := want[Ban](t, w, 201); got.Prefix != prefix {
			t.Errorf("%s: %s is kept out, want %s", address, got.Prefix, prefix)
		}
	}
}

// TestMonitorOnly: it tells, and keeps nobody out.
func TestMonitorOnly(t *testing.T) {
	for mode, alerts := range map[string]bool{IntrusionMonitor: true, IntrusionOff: false} {
		f := serve(t, func(o *Options) { o.Intrusion.Mode = mode })
		for _, path := range []string{"/wp-login.php", "/.git/config", "/.env", "/phpmyadmin", "/cgi-bin"} {
			f.refill()
			f.ask("GET", path, "", "From", afar, "Host", testHost)
			f.ask("GET", "/livez", "", "From", afar, "Host", "evil"+path[1:4]+".example")
		}
		if f.ids.Banned(addr(afar)) {
			t.Errorf("%s: banned", mode)
		}
		if got := len(want[Page[Alert]](t, f.admin(t, "GET", "/api/v1/security/alerts", ""), 200).Items); (got > 0) != alerts {
			t.Errorf("%s: %d alerts", mode, got)
		}
	}
}

// forged is a token that names our key, and that it did not sign.
func forged(f *fixture, t *testing.T) string {
	t.Helper()
	parts := strings.Split(f.token(t, auth.Admin), ".")
	parts[2] = strings.Repeat("A", len(parts[2])-2)
	return strings.Join(parts, ".")
}
