//go:build threats

package threats

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// dial opens telemetry.
func (p *program) dial(t testing.TB, access string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"spacetime.telemetry.v1+json"}}
	conn, _, err := dialer.Dial(p.Telemetry, http.Header{"Authorization": {"Bearer " + access}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// closed returns how a WebSocket ends within a second.
func closed(t testing.TB, conn *websocket.Conn) (code int, after time.Duration) {
	t.Helper()
	began := time.Now()
	_ = conn.SetReadDeadline(began.Add(time.Second))
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			if e, ok := err.(*websocket.CloseError); ok {
				return e.Code, time.Since(began)
			}
			t.Fatalf("telemetry stays open: %v", err)
		}
	}
}

const refreshBody = `{"grant_type":"refresh_token","refresh_token":%q}`

// TestStolenTokens is T7: what is stolen is soon worth nothing.
func TestStolenTokens(t *testing.T) {
	t.Run("logout", func(t *testing.T) {
		p := flyHere(t)
		admin := p.token(t, auth.Admin)
		access, refresh := p.addUser(t, admin, "ada", auth.Operator)
		live := p.dial(t, access)
		p.ask(t, "GET", v1+"/state", access, "").want(t, "before", http.StatusOK)
		began := time.Now()
		p.ask(t, "POST", v1+"/auth/logout", access, "").want(t, "log out", http.StatusNoContent)
		code, after := closed(t, live)
		if code != 4401 {
			t.Errorf("telemetry ends with %d, want 4401", code)
		}
		p.ask(t, "GET", v1+"/state", access, "").want(t, "after", http.StatusUnauthorized)
		p.ask(t, "POST", v1+"/auth/token", "", fmt.Sprintf(refreshBody, refresh)).want(t, "its refresh token", http.StatusUnauthorized)
		t.Logf("telemetry closes with %d after %v, HTTP refuses %v after the logout", code, after.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
	})

	t.Run("refresh token used twice", func(t *testing.T) {
		p := flyHere(t)
		admin := p.token(t, auth.Admin)
		access, refresh := p.addUser(t, admin, "eve", auth.Operator)
		live := p.dial(t, access)
		next := p.ask(t, "POST", v1+"/auth/token", "", fmt.Sprintf(refreshBody, refresh)).want(t, "go on", http.StatusOK)
		second := next.field(t, "access_token")
		p.ask(t, "GET", v1+"/state", second, "").want(t, "the next token", http.StatusOK)
		p.ask(t, "POST", v1+"/auth/token", "", fmt.Sprintf(refreshBody, refresh)).want(t, "the first again", http.StatusUnauthorized)
		if code, _ := closed(t, live); code != 4401 {
			t.Errorf("telemetry ends with %d, want 4401", code)
		}
		for name, token := range map[string]string{"first": access, "next": second} {
			p.ask(t, "GET", v1+"/state", token, "").want(t, name, http.StatusUnauthorized)
		}
		p.ask(t, "POST", v1+"/auth/token", "", fmt.Sprintf(refreshBody, next.field(t, "refresh_token"))).want(t, "the thief's", http.StatusUnauthorized)
		if log := strings.Join(p.audited(t), "\n"); strings.Count(log, "auth.refresh-token.reused") != 1 {
			t.Errorf("the audit log does not tell of it once:\n%s", tail(log))
		}
	})

	t.Run("at another instance", func(t *testing.T) {
		p, other := flyHere(t), flyHere(t)
		admin := p.token(t, auth.Admin)
		access, _ := p.addUser(t, admin, "bob", auth.Admin)
		key := p.ask(t, "POST", v1+"/api-keys", admin, `{"name":"k","role":"viewer"}`).want(t, "a key", http.StatusCreated).field(t, "key")
		for name, token := range map[string]string{"access token": access, "local token": admin, "API key": key} {
			p.ask(t, "GET", v1+"/state", token, "").want(t, name+" at its own", http.StatusOK)
			other.ask(t, "GET", v1+"/state", token, "").want(t, name+" at another", http.StatusUnauthorized)
		}
	})
}

// TestSecretsAreNotKept: what is secret is in no file that the program writes but
// those for it, and in nothing that it says.
func TestSecretsAreNotKept(t *testing.T) {
	p := flyHere(t)
	admin := p.token(t, auth.Admin)
	planted := map[string]string{"local token": admin}
	plant := func(name, secret string) {
		if len(secret) < 8 {
			t.Fatalf("%s: %q", name, secret)
		}
		planted[name] = secret
	}
	login := func(name, password string) answer {
		return p.ask(t, "POST", v1+"/auth/token", "", fmt.Sprintf(`{"grant_type":"password","name":%q,"password":%q}`, name, password))
	}

	code := p.ask(t, "POST", v1+"/auth/pairing-codes", admin, `{"role":"operator"}`).want(t, "a code", http.StatusCreated).field(t, "code")
	plant("pairing code", code)
	plant("paired password", "planted-Horse-paired-1")
	paired := p.ask(t, "POST", v1+"/auth/pair", "", fmt.Sprintf(`{"code":%q,"name":"ada","password":"planted-Horse-paired-1"}`, code)).want(t, "pair", http.StatusCreated)
	plant("paired access token", paired.field(t, "access_token"))
	plant("paired refresh token", paired.field(t, "refresh_token"))
	for i, name := range []string{"bob", "eve"} {
		plant(name+"'s password", fmt.Sprintf("planted-Horse-%s-%d", name, i))
		p.ask(t, "POST", v1+"/users", admin, fmt.Sprintf(`{"name":%q,"role":"viewer","password":%q}`, name, planted[name+"'s password"])).want(t, "add", http.StatusCreated)
	}
	in := login("bob", planted["bob's password"]).want(t, "log in", http.StatusOK)
	plant("access token", in.field(t, "access_token"))
	plant("refresh token", in.field(t, "refresh_token"))
	next := p.ask(t, "POST", v1+"/auth/token", "", fmt.Sprintf(refreshBody, planted["refresh token"])).want(t, "go on", http.StatusOK)
	plant("next access token", next.field(t, "access_token"))
	plant("next refresh token", next.field(t, "refresh_token"))
	plant("wrong password", "planted-Horse-wrong-9")
	login("bob", planted["wrong password"]).want(t, "a wrong password", http.StatusUnauthorized)
	plant("wrong refresh token", "planted-refresh-token-that-is-wrong")
	time.Sleep(36 * time.Second) // the quota of logins
	p.ask(t, "POST", v1+"/auth/token", "", fmt.Sprintf(refreshBody, planted["wrong refresh token"])).want(t, "a wrong token", http.StatusUnauthorized)
	plant("password typed as a name", "planted-Horse-as-a-name")
	login(planted["password typed as a name"], "x-x-x-x-x-x-x").want(t, "a password as a name", http.StatusUnauthorized)

	for _, role := range []string{"viewer", "metrics", "telemetry"} {
		key := p.ask(t, "POST", v1+"/api-keys", admin, fmt.Sprintf(`{"name":"for-%s","role":%q}`, role, role)).want(t, "a key", http.StatusCreated)
		plant(role+" key", key.field(t, "key"))
	}
	plant("ticket", p.ticketFor(t, admin))
	plant("too short a password", "short-Se7")
	p.ask(t, "POST", v1+"/users", admin, `{"name":"mia","role":"viewer","password":"short-Se7"}`).want(t, "too short", http.StatusUnprocessableEntity)
	for name, where := range map[string]func(r *http.Request, secret string){
		"in a query":         func(r *http.Request, s string) { r.URL.RawQuery = "access_token=" + s },
		"in a cookie":        func(r *http.Request, s string) { r.Header.Set("Cookie", "token="+s) },
		"in another header":  func(r *http.Request, s string) { r.Header.Set("X-Api-Key", s) },
		"as Basic":           func(r *http.Request, s string) { r.SetBasicAuth("bob", s) },
		"as a wrong bearer":  func(r *http.Request, s string) { r.Header.Set("Authorization", "Bearer "+s) },
		"as a Referer":       func(r *http.Request, s string) { r.Header.Set("Referer", "http://x/?t="+s) },
		"as an agent's name": func(r *http.Request, s string) { r.Header.Set("User-Agent", s) },
	} {
		r, err := http.NewRequest("GET", p.HTTP+v1+"/state", nil)
		if err != nil {
			t.Fatal(err)
		}
		plant(name, "planted-Horse-"+strings.ReplaceAll(name, " ", "-"))
		where(r, planted[name])
		if a := send(t, http.DefaultClient, r); a.status < 400 || bytes.Contains(a.body, []byte(planted[name])) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		pause()
	}
	p.end(t) // what is kept back is written now
	p.hunt(t, planted)
}

// hunt looks for secrets in all that the program left behind.
func (p *program) hunt(t testing.TB, planted map[string]string) {
	t.Helper()
	heaps := map[string][]byte{"what it said": []byte(p.console.String())}
	err := filepath.WalkDir(p.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Base(path) == "instance.key" { // from which the local token is made
			return err
		}
		heaps[strings.TrimPrefix(path, p.home+"/")], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name, heap := range heaps {
		names = append(names, fmt.Sprintf("%s (%d bytes)", name, len(heap)))
		for what, secret := range planted {
			if bytes.Contains(heap, []byte(secret)) {
				t.Errorf("%s has the secret: %s", name, what)
			}
		}
	}
	for _, must := range []string{"spacetime.log", "control.db", "records-"} {
		if !strings.Contains(strings.Join(names, " "), must) {
			t.Errorf("there is no %s among %q", must, names)
		}
	}
	if len(planted) < 20 {
		t.Errorf("%d secrets were planted, want 20", len(planted))
	}
	t.Logf("%d secrets, looked for in %d heaps: %s", len(planted), len(heaps), strings.Join(names, ", "))
}
