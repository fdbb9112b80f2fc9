package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// result is what a run of spacectl left.
type result struct {
	code     int
	out, err string
	waits    int
}

// spacectl runs the command line. Waiting takes no time.
func spacectl(args ...string) result { return typed("", args...) }

// typed is spacectl with input that is no terminal.
func typed(input string, args ...string) (r result) {
	var out, errs bytes.Buffer
	r.code = run(args, &console{in: strings.NewReader(input), out: &out, err: &errs, wait: func(context.Context, time.Duration) bool { r.waits++; return true }})
	r.out, r.err = out.String(), errs.String()
	return r
}

// want checks the exit code, and that an error is one clear line.
func (r result) want(t *testing.T, code int, inErr string) {
	t.Helper()
	if r.code != code || !strings.Contains(r.err, inErr) {
		t.Errorf("ended with %d and %q, want %d and %q", r.code, r.err, code, inErr)
	}
	lines := strings.Count(r.err, "\n")
	if code == exit.OK && lines != 0 || code != exit.OK && (lines != 1 || !strings.HasPrefix(r.err, "spacectl: ")) {
		t.Errorf("%d lines of error: %q", lines, r.err)
	}
}

// home makes an empty home and returns its folder of the running program.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv("LOCALAPPDATA", dir) // on Windows
	t.Setenv("APPDATA", dir)
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "SPACECTL_URL", "SPACECTL_TOKEN_FILE", "SPACECTL_CA_FILE"} {
		t.Setenv(name, "")
	}
	return filepath.Join(dir, "spacetime")
}

// request is what a server was asked. Of a local token it has the role alone.
type request struct{ method, path, body, token, contentType, match string }

// script is a server that answers every path with what is written for it.
type script struct {
	*httptest.Server
	asked   []request
	answers map[string]scripted // by method and path
}

type scripted struct {
	status int
	body   string
	header map[string]string
}

// scriptedServer serves answers and is what the instance file names.
func scriptedServer(t *testing.T, answers map[string]scripted) *script {
	t.Helper()
	s := &script{answers: answers}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	announce(t, home(t), s.URL)
	return s
}

// announce writes the instance file of a program there, and its key.
func announce(t *testing.T, dir, address string) {
	t.Helper()
	keyFile := filepath.Join(dir, "instance.key")
	if _, err := auth.OpenKeys(keyFile); err != nil {
		t.Fatal(err)
	}
	tells, err := json.Marshal(api.Instance{PID: 4711, HTTP: address, KeyFile: keyFile})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "runtime.json"), string(tells))
}

// shown is the credential of a request: of a token made from the key file the
// role and how many seconds it is good.
func shown(header string) string {
	parts := strings.Split(header, ".")
	if len(parts) != 3 {
		return header
	}
	var c struct {
		Role     string `json:"role"`
		Iat, Exp int64
	}
	text, _ := base64.RawURLEncoding.DecodeString(parts[1])
	if json.Unmarshal(text, &c) != nil || !strings.HasPrefix(header, "Bearer ") {
		return header
	}
	return fmt.Sprintf("local %s %d", c.Role, c.Exp-c.Iat)
}

// asAdmin is what spacectl shows the program of its own machine.
const asAdmin = "local admin 60"

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.asked = append(s.asked, request{r.Method, r.URL.RequestURI(), string(body), shown(r.Header.Get("Authorization")), r.Header.Get("Content-Type"), r.Header.Get("If-Match")})
	a, ok := s.answers[r.Method+" "+r.URL.RequestURI()]
	if !ok {
		a, ok = s.answers[r.Method+" "+r.URL.Path]
	}
	if !ok {
		a = problem(http.StatusNotFound, "nothing is at this path")
	}
	if a.status/100 == 3 {
		w.Header().Set("Location", a.body)
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status)
	io.WriteString(w, a.body)
}

func problem(status int, detail string) scripted {
	body, _ := json.Marshal(api.Problem{Title: "title", Status: status, Detail: detail})
	return scripted{status, string(body), nil}
}

// kindly is a problem of a kind.
func kindly(status int, kind, detail string) scripted {
	body, _ := json.Marshal(api.Problem{Type: "/problems/" + kind, Title: "title", Status: status, Detail: detail})
	return scripted{status, string(body), nil}
}

// ok is an answer of JSON.
func ok(body string) scripted { return scripted{http.StatusOK, body, nil} }

var done = ok(`{"revision":7,"tick":900,"frame":1042}`)

// clientAt is a client of a program there, with a credential that nobody checks.
func clientAt(t *testing.T, base, live string) *client {
	t.Helper()
	h, err := newHTTPClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.CloseIdleConnections)
	return &client{base: base, live: live, http: h, credential: &fixedCredential{text: "x"}, wait: pause}
}
