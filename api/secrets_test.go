package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// hunt plants secrets in a program that listens and whose log is the real one, at
// its most talkative, and collects what the program tells.
type hunt struct {
	*fixture
	dir     string
	log     *host.Log
	console bytes.Buffer
	planted map[string]string // by what they are
	answers bytes.Buffer      // but those that are there to tell a secret
	mu      sync.Mutex
	live    bytes.Buffer // messages of the telemetry
}

func newHunt(t *testing.T) *hunt {
	t.Helper()
	h := &hunt{dir: t.TempDir(), planted: map[string]string{}}
	var err error
	if h.log, err = host.OpenLog(filepath.Join(h.dir, "spacetime.log"), -4, &h.console); err != nil {
		t.Fatal(err)
	}
	h.fixture = listen(t, func(o *Options) {
		o.Log, o.LogCounts, o.LogRecords = h.log.Logger, h.log.Count, h.log.Records()
		o.Intrusion.Mode = IntrusionMonitor // nobody is kept out, and all is told
		o.MetricsPublic = true
	})
	h.log.OnLine(h.PublishLogLine)
	return h
}

// plant has a secret looked for.
func (h *hunt) plant(t *testing.T, what, secret string) string {
	t.Helper()
	if len(secret) < 8 || h.planted[what] != "" {
		t.Fatalf("%s: %q", what, secret)
	}
	h.planted[what] = secret
	return secret
}

// invent plants a secret of its own.
func (h *hunt) invent(t *testing.T, what string) string {
	t.Helper()
	return h.plant(t, what, fmt.Sprintf("pl4nted-%03d-secret", len(h.planted)))
}

// ask keeps the answer.
func (h *hunt) ask(t *testing.T, status int, method, path, body string, headers ...string) {
	t.Helper()
	w := h.askOnly(t, status, method, path, body, headers...)
	fmt.Fprintln(&h.answers, w.Header(), w.Body)
}

func (h *hunt) askOnly(t *testing.T, status int, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	h.refill()
	w := h.fixture.ask(method, path, body, append([]string{"Host", h.Address()}, headers...)...)
	if w.Code != status {
		t.Errorf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, status)
	}
	return w
}

// made plants members of an answer that is there to tell them.
func (h *hunt) made(t *testing.T, what string, status int, path, body string, members []string, headers ...string) map[string]string {
	t.Helper()
	w := h.askOnly(t, status, "POST", path, body, headers...)
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, member := range members {
		found[member] = h.plant(t, what+"'s "+member, fmt.Sprint(answer[member]))
	}
	return found
}

func bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }

// TestSecretsAreNowhere is T7: whatever people and programs show, and are given, is in
// no answer but the one for it, in no log, no metric, no event, and no file but those
// for it; neither are the program's own keys.
func TestSecretsAreNowhere(t *testing.T) {
	h := newHunt(t)
	admin := bearer(h.plant(t, "local token", h.token(t, auth.Admin)))
	h.ownKeys(t)
	h.watch(t, admin[1])
	h.logins(t, admin)
	h.keys(t, admin)
	h.pairing(t, admin)
	h.badCredentials(t)
	h.badRequests(t, admin)
	h.tickets(t, admin)
	h.panics(t, admin)
	for _, path := range []string{"users", "api-keys", "sessions", "security/bans", "security/alerts", "audit/records?limit=200", "auth/session"} {
		h.ask(t, 200, "GET", "/api/v1/"+path, "", admin...)
	}
	h.look(t)
}

// ownKeys plants what the program's key files and the database hold.
func (h *hunt) ownKeys(t *testing.T) {
	t.Helper()
	var instance struct {
		Keys []struct {
			D string `json:"d"`
		} `json:"keys"`
	}
	text, err := os.ReadFile(h.paths.Key)
	if err == nil {
		err = json.Unmarshal(text, &instance)
	}
	seed, keyErr := os.ReadFile(h.paths.AuditKey)
	if err != nil || keyErr != nil || len(instance.Keys) == 0 {
		t.Fatal(err, keyErr)
	}
	h.plant(t, "signing key", instance.Keys[0].D)
	h.plant(t, "audit key", strings.TrimSpace(string(seed)))
}

// watch collects what an admin's telemetry is told.
func (h *hunt) watch(t *testing.T, authorization string) {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"spacetime.telemetry.v1+json"}}
	conn, _, err := dialer.Dial("ws://"+h.TelemetryAddress()+telemetry.Path, http.Header{"Authorization": {authorization}})
	if err == nil {
		err = conn.WriteMessage(websocket.TextMessage, []byte(`{"id":1,"type":"subscribe","topics":["log","audit","security","session","job"]}`))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for {
			_, text, err := conn.ReadMessage()
			if err != nil {
				return
			}
			h.mu.Lock()
			h.live.Write(append(text, '\n'))
			h.mu.Unlock()
		}
	}()
}

const tokenPath = "/api/v1/auth/token"

func passwordBody(name, password string) string {
	return fmt.Sprintf(`{"grant_type":"password","name":%q,"password":%q}`, name, password)
}

func refreshBody(token string) string {
	return fmt.Sprintf(`{"grant_type":"refresh_token","refresh_token":%q}`, token)
}

// logins: right and wrong ones, a changed password, a token that goes on, and one
// that is used twice.
func (h *hunt) logins(t *testing.T, admin []string) {
	t.Helper()
	both := []string{"access_token", "refresh_token"}
	first, second := h.invent(t, "first password"), h.invent(t, "second password")
	h.ask(t, 201, "POST", "/api/v1/users", `{"name":"anna","password":"`+first+`","role":"admin"}`, admin...)
	u := h.auth.Users()[0]
	stored, err := h.store.Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.plant(t, "stored hash", string(stored[0].Password))
	h.ask(t, 200, "PATCH", "/api/v1/users/"+u.ID, `{"password":"`+second+`"}`, append(admin, "If-Match", `"1"`)...)
	in := h.made(t, "login", 200, tokenPath, passwordBody("anna", second), both)
	next := h.made(t, "next login", 200, tokenPath, refreshBody(in["refresh_token"]), both)
	h.ask(t, 200, "GET", "/api/v1/auth/session", "", bearer(next["access_token"])...)
	h.ask(t, 401, "POST", tokenPath, refreshBody(in["refresh_token"]))
	h.ask(t, 401, "GET", "/api/v1/state", "", bearer(next["access_token"])...)
	h.ask(t, 401, "POST", tokenPath, passwordBody("anna", h.invent(t, "wrong password")), "From", afar)
	h.ask(t, 401, "POST", tokenPath, passwordBody(h.invent(t, "password in the wrong field"), "x"), "From", afar)
	h.ask(t, 401, "POST", tokenPath, refreshBody(h.invent(t, "wrong refresh token")), "From", afar)
}

// keys: one that is used, revoked and used again, and one that is there to be stolen.
func (h *hunt) keys(t *testing.T, admin []string) {
	t.Helper()
	const path = "/api/v1/api-keys"
	key := h.made(t, "key", 201, path, `{"name":"screen","role":"viewer"}`, []string{"key"}, admin...)["key"]
	h.ask(t, 200, "GET", "/api/v1/state", "", bearer(key)...)
	h.made(t, "key login", 200, tokenPath, `{"grant_type":"api_key","api_key":"`+key+`"}`, []string{"access_token"})
	h.ask(t, 204, "DELETE", path+"/"+h.auth.APIKeys()[0].ID, "", admin...)
	h.ask(t, 401, "GET", "/api/v1/state", "", append(bearer(key), "From", afar)...)
	decoy := h.made(t, "decoy", 201, path, `{"name":"backup","role":"decoy"}`, []string{"key"}, admin...)["key"]
	h.ask(t, 401, "GET", "/api/v1/state", "", append(bearer(decoy), "From", afar)...)
	h.ask(t, 401, "POST", tokenPath, `{"grant_type":"api_key","api_key":"`+decoy+`"}`, "From", afar)
	h.ask(t, 401, "POST", tokenPath, `{"grant_type":"api_key","api_key":"`+h.invent(t, "wrong key")+`"}`, "From", afar)
}

// pairing: wrong codes, and the right one, which the console and the view alone show.
func (h *hunt) pairing(t *testing.T, admin []string) {
	t.Helper()
	const path = "/api/v1/auth/pair"
	code := h.made(t, "pairing", 201, path+"ing-codes", `{"role":"viewer"}`, []string{"code"}, admin...)["code"]
	body := func(code, password string) string {
		return fmt.Sprintf(`{"code":%q,"name":"ben","password":%q}`, code, password)
	}
	h.ask(t, 422, "POST", path, body(h.invent(t, "password as a code"), h.invent(t, "password of nobody")), "From", afar)
	h.ask(t, 401, "POST", path, body(h.plant(t, "wrong code", notThe(code)), h.invent(t, "password of a wrong code")), "From", afar)
	h.made(t, "paired", 201, path, body(code, h.invent(t, "paired password")), []string{"access_token", "refresh_token"})
	h.ask(t, 401, "POST", path, body(code, h.invent(t, "password of a used code")), "From", afar)
}

// notThe is another code.
func notThe(code string) string {
	if code[0] == '9' {
		return "8" + code[1:]
	}
	return "9" + code[1:]
}

// badCredentials are shown in every place where somebody may think that they belong.
func (h *hunt) badCredentials(t *testing.T) {
	t.Helper()
	const state = "/api/v1/state"
	forged := h.plant(t, "forged token", strings.Join([]string{"eyJhbGciOiJub25lIn0", "eyJzdWIiOiJyb290In0", "pl4ntedsignature"}, "."))
	for _, headers := range [][]string{
		bearer(forged),
		bearer(h.invent(t, "wrong bearer")),
		{"Authorization", "Basic " + h.invent(t, "basic")},
		{"Authorization", h.invent(t, "scheme") + " x"},
		{"Authorization", "Bearer x", "+Authorization", "Bearer " + h.invent(t, "second header")},
		{"Cookie", "token=" + h.invent(t, "cookie")},
		{"X-Api-Key", h.invent(t, "other header")},
		{"Referer", "http://127.0.0.1/?token=" + h.invent(t, "referer")},
		{"User-Agent", h.invent(t, "agent")},
	} {
		h.ask(t, 401, "GET", state, "", append(headers, "From", afar)...)
	}
	h.ask(t, 401, "GET", state+"?access_token="+h.invent(t, "query"), "", "From", afar)
	h.ask(t, 403, "GET", state, "", "Origin", "http://evil.example", "From", afar)
	h.ask(t, 421, "GET", state, "", "Host", "evil.example", "From", afar)
}

// badRequests are refused for what is wrong with them, and may hold a secret where
// it does not belong.
func (h *hunt) badRequests(t *testing.T, admin []string) {
	t.Helper()
	with := func(more ...string) []string { return append(append([]string{}, admin...), more...) }
	h.ask(t, 422, "POST", "/api/v1/users", `{"name":"ben","password":"`+h.invent(t, "password of no role")+`","role":"nobody"}`, admin...)
	h.ask(t, 422, "POST", "/api/v1/users", `{"name":"ben","Password":"`+h.invent(t, "member in capitals")+`","role":"viewer"}`, admin...)
	h.ask(t, 422, "POST", "/api/v1/users", `{"name":"ben","password":"`+h.invent(t, "password with an unknown member")+`","unknown":"`+h.invent(t, "unknown member")+`","role":"viewer"}`, admin...)
	h.ask(t, 422, "POST", tokenPath, `{"grant_type":"`+h.invent(t, "grant")+`"}`)
	h.ask(t, 400, "POST", tokenPath, `{"password":"`+h.invent(t, "broken JSON"))
	h.ask(t, 415, "POST", tokenPath, "password="+h.invent(t, "form"), "Content-Type", "application/x-www-form-urlencoded")
	h.ask(t, 422, "PATCH", "/api/v1/time", `{"rate":"`+h.invent(t, "rate")+`"}`, admin...)
	h.ask(t, 422, "GET", "/api/v1/state?token="+h.invent(t, "query of an admin"), "", admin...)
	h.ask(t, 422, "GET", "/api/v1/scenes?token="+h.invent(t, "unknown parameter"), "", admin...)
	h.ask(t, 400, "GET", "/api/v1/scenes?cursor="+h.invent(t, "cursor"), "", admin...)
	h.ask(t, 400, "POST", "/api/v1/cache/purge", `{}`, with(idempotencyKey, h.invent(t, "key of a request")+"!")...)
	h.ask(t, 422, "GET", logsPath, "", with(lastEventID, h.invent(t, "event id"))...)
	h.ask(t, 404, "DELETE", "/api/v1/users/nobody", "", with("If-Match", `"1"`, "X-Forwarded-For", h.invent(t, "forwarded"))...)
	h.ask(t, 404, "GET", "/nowhere?token="+h.invent(t, "query of nothing"), "")
	h.ask(t, 405, "PUT", "/api/v1/state?token="+h.invent(t, "query of a wrong method"), "", admin...)
}

// tickets: one that opens a WebSocket, the same again, and one that is none.
func (h *hunt) tickets(t *testing.T, admin []string) {
	t.Helper()
	ticket := h.made(t, "ticket", 201, "/api/v1/auth/ws-tickets", "", []string{"ticket"}, admin...)["ticket"]
	never := h.plant(t, "wrong ticket", strings.Repeat("pl4ntedTicket", 4)[:43])
	for i, shown := range []string{ticket, ticket, never} {
		dialer := websocket.Dialer{Subprotocols: []string{"spacetime.telemetry.v1+json", "spacetime.ticket." + shown}}
		conn, resp, err := dialer.Dial("ws://"+h.TelemetryAddress()+telemetry.Path, nil)
		if (err == nil) != (i == 0) {
			t.Errorf("ticket %d: %v", i, err)
		}
		if conn != nil {
			conn.Close()
		}
		body, _ := io.ReadAll(resp.Body)
		fmt.Fprintln(&h.answers, resp.Header, string(body))
	}
}

// panics has a mistake of ours be logged, with all that is known of it.
func (h *hunt) panics(t *testing.T, admin []string) {
	t.Helper()
	h.engine.before = func() { panic("a mistake of ours") }
	h.ask(t, 500, "PATCH", "/api/v1/time", `{"rate":2}`, admin...)
	h.engine.before = nil
}

// look looks for every secret in all that was told, each of which must tell what it
// is there for.
func (h *hunt) look(t *testing.T) {
	t.Helper()
	for h.soFar(); !strings.Contains(h.soFar(), "a mistake of ours"); time.Sleep(time.Millisecond) {
		if t.Context().Err() != nil {
			t.Fatal("telemetry does not tell of the log")
		}
	}
	text := h.askOnly(t, 200, "GET", "/metrics", "").Body.String()
	exemplars := h.askOnly(t, 200, "GET", "/metrics", "", "Accept", "application/openmetrics-text; version=1.0.0").Body.String()
	heaps := map[string]struct{ text, tells string }{
		"answers":     {h.answers.String(), `"/problems/foreign-host"`},
		"stream":      {h.stream(t), `"msg":"a decoy was used: whoever did has read what it lies in"`},
		"log":         {h.file(t, filepath.Join(h.dir, "spacetime.log")), "a mistake of ours"},
		"console":     {h.console.String(), "path=/api/v1/auth/pair "},
		"crash log":   {strings.Join(h.log.Last(), "\n"), "a mistake of ours"},
		"metrics":     {text, `spacetime_http_requests_total{code="401",http_route="POST /api/v1/auth/token"}`},
		"exemplars":   {exemplars, "request_id="},
		"telemetry":   {h.soFar(), `"reason":"honeytoken backup"`},
		"audit log":   {h.auditLog(t), `"what":"security.decoy.used"`},
		"instance":    {h.file(t, h.options.Paths.Instance()), h.URL()},
		"public keys": {h.askOnly(t, 200, "GET", "/.well-known/jwks.json", "").Body.String(), "Ed25519"},
	}
	for name, heap := range heaps {
		if !strings.Contains(heap.text, heap.tells) {
			t.Errorf("%s does not tell %s: %.2000s", name, heap.tells, heap.text)
		}
		for what, secret := range h.planted {
			if whole(secret).MatchString(heap.text) {
				t.Errorf("%s has the %s", name, what)
			}
		}
	}
	if len(h.planted) < 50 {
		t.Errorf("%d secrets were planted", len(h.planted))
	}
}

// whole finds a secret that is not a part of a longer number, as the digits of a code
// may be of a time's.
func whole(secret string) *regexp.Regexp {
	if strings.Trim(secret, "0123456789") == "" {
		return regexp.MustCompile(`(^|\D)` + secret + `(\D|$)`)
	}
	return regexp.MustCompile(regexp.QuoteMeta(secret))
}

// soFar is what the telemetry has told.
func (h *hunt) soFar() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.live.String()
}

// stream is the log as a maintainer reads it.
func (h *hunt) stream(t *testing.T) string {
	t.Helper()
	h.refill()
	r := h.readLogs(t, h.plant(t, "maintainer's token", h.token(t, auth.Maintainer)), "")
	var text strings.Builder
	for r.lines.Scan() && r.lines.Text() != LogsCaughtUp {
		text.WriteString(r.lines.Text() + "\n")
	}
	return text.String()
}

func (h *hunt) file(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// auditLog is all files of it.
func (h *hunt) auditLog(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(h.paths.Audit, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all.WriteString(h.file(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
