package api

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// wrongCode is a code of eight digits that is not p's.
func wrongCode(p Pairing, i int) string {
	for n := i; ; n += 7 {
		if code := fmt.Sprintf("%08d", n); code != p.Code {
			return code
		}
	}
}

func (f *fixture) pairWith(t testing.TB, code, name string) *httptest.ResponseRecorder {
	t.Helper()
	f.refill()
	return f.ask("POST", "/api/v1/auth/pair", `{"code":"`+code+`","name":"`+name+`","password":"correct horse battery"}`)
}

// TestPair: the code of the first start makes the first admin, once.
func TestPair(t *testing.T) {
	f := serve(t)
	f.listener = fakeListener{}
	defer func() { f.listener = nil }()
	if err := f.Greet(); err != nil {
		t.Fatal(err)
	}
	p, open := f.Pairing()
	if !open || len(p.Code) != 8 || f.shown.Load() == nil {
		t.Fatalf("open %t, code %q", open, p.Code)
	}
	tokens := want[Tokens](t, f.pairWith(t, p.Code, "anna"), 201)
	if f.shown.Load() != nil {
		t.Error("the code is still shown")
	}
	me := want[Caller](t, f.ask("GET", "/api/v1/auth/session", "", "Authorization", "Bearer "+tokens.AccessToken), 200)
	if me.Name != "anna" || me.Role != auth.Admin {
		t.Errorf("got %+v", me)
	}
	wantProblem(t, f.pairWith(t, p.Code, "ben"), 401, "unauthorised")
	if users := f.auth.Users(); len(users) != 1 {
		t.Errorf("%d users", len(users))
	}
	if _, open := f.Pairing(); open {
		t.Error("a used code is offered")
	}
}

// TestPairTries: five wrong ones burn the code; a name that is none does not.
func TestPairTries(t *testing.T) {
	f := serve(t)
	f.admin(t, "POST", "/api/v1/users", `{"name":"anna","password":"correct horse battery","role":"admin"}`)
	open := func() Pairing {
		return want[Pairing](t, f.admin(t, "POST", "/api/v1/auth/pairing-codes", `{"role":"operator"}`), 201)
	}
	p := open()
	wantProblem(t, f.pairWith(t, p.Code, ""), 422, "invalid")
	if w := f.pairWith(t, p.Code, "ben"); w.Code != 201 {
		t.Fatalf("after a name that is none: %d %s", w.Code, w.Body)
	}
	wantProblem(t, f.pairWith(t, open().Code, "anna"), 409, "conflict")
	p = open()
	for i := range 4 {
		wantProblem(t, f.pairWith(t, wrongCode(p, i), "cleo"), 401, "unauthorised")
	}
	if w := f.pairWith(t, p.Code, "cleo"); w.Code != 201 {
		t.Errorf("after four wrong ones: %d %s", w.Code, w.Body)
	}
	p = open()
	for i := range 5 {
		wantProblem(t, f.pairWith(t, wrongCode(p, i), "dora"), 401, "unauthorised")
	}
	wantProblem(t, f.pairWith(t, p.Code, "dora"), 401, "unauthorised")
	if len(f.auth.Users()) != 3 {
		t.Errorf("%d users", len(f.auth.Users()))
	}
	for _, code := range []string{"1234567", "123456789", "1234567a", "", "１２３４５６７８"} {
		wantProblem(t, f.pairWith(t, code, "x"), 422, "invalid")
	}
}

// TestPairPage tells what to do, and nothing of the code.
func TestPairPage(t *testing.T) {
	f := serve(t)
	f.admin(t, "POST", "/api/v1/auth/pairing-codes", `{"role":"operator"}`)
	w := f.ask("GET", "/pair", "", "From", afar)
	body := w.Body.String()
	if w.Code != 200 || !strings.Contains(body, "spacectl login --url http://127.0.0.1:8080") || strings.Contains(body, f.newest.Load().Code) {
		t.Errorf("%d %s", w.Code, body)
	}
	// The browser runs what has the hash that the policy names, and nothing else.
	for _, element := range []string{"style", "script"} {
		_, text, _ := strings.Cut(body, "<"+element+">")
		text, _, _ = strings.Cut(text, "</"+element+">")
		if sum := sha256.Sum256([]byte(text)); !strings.Contains(w.Header().Get("Content-Security-Policy"), element+"-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
			t.Errorf("the policy %q does not let the %s in", w.Header().Get("Content-Security-Policy"), element)
		}
	}
}

// TestRefreshIsGoodOnce: a copy of a refresh token ends the session of both.
func TestRefreshIsGoodOnce(t *testing.T) {
	f := serve(t)
	f.admin(t, "POST", "/api/v1/users", `{"name":"anna","password":"correct horse battery","role":"admin"}`)
	ask := func(body string) *httptest.ResponseRecorder {
		f.refill()
		return f.ask("POST", "/api/v1/auth/token", body)
	}
	first := want[Tokens](t, ask(`{"grant_type":"password","name":"anna","password":"correct horse battery"}`), 200)
	second := want[Tokens](t, ask(`{"grant_type":"refresh_token","refresh_token":"`+first.RefreshToken+`"}`), 200)
	if w := f.ask("GET", "/api/v1/state", "", "Authorization", "Bearer "+second.AccessToken); w.Code != 200 {
		t.Fatalf("the next pair: %d", w.Code)
	}
	wantProblem(t, ask(`{"grant_type":"refresh_token","refresh_token":"`+first.RefreshToken+`"}`), 401, "unauthorised")
	wantProblem(t, f.ask("GET", "/api/v1/state", "", "Authorization", "Bearer "+second.AccessToken), 401, "unauthorised")
	if records := f.admin(t, "GET", "/api/v1/audit/records?limit=200", "").Body.String(); !strings.Contains(records, "auth.refresh-token.reused") {
		t.Error("the audit log does not tell of the copy")
	}
	same := ask(`{"grant_type":"password","name":"anna","password":"wrong horse battery"}`)
	none := ask(`{"grant_type":"password","name":"nobody","password":"wrong horse battery"}`)
	if cut(same) != cut(none) || same.Code != 401 {
		t.Errorf("a name that exists shows: %s %s", same.Body, none.Body)
	}
}

// cut is an answer but for the request's id.
func cut(w *httptest.ResponseRecorder) string {
	body, _, _ := strings.Cut(w.Body.String(), `"instance"`)
	return body
}

// TestPairingPanel: a camera is offered a code to scan only of an address that it can
// reach.
func TestPairingPanel(t *testing.T) {
	for url, scanned := range map[string]bool{
		"http://127.0.0.1:8080/pair": false, "http://localhost:8080/pair": false, "http://[::1]:8080/pair": false,
		"https://planetarium.local:8080/pair": true, "https://192.168.1.4:8080/pair": true,
	} {
		panel, err := Pairing{Code: "12345678", URL: url}.panel(auth.Admin)
		if err != nil {
			t.Fatal(err)
		}
		if (panel.Code.Side > 0) != scanned || panel.Lines[1] != url || panel.Lines[3] != "12345678" {
			t.Errorf("%s: %d modules, %q", url, panel.Code.Side, panel.Lines)
		}
	}
}
