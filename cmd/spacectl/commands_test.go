package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// world answers as a program with two users, two keys, a ban and two logins does.
func world() map[string]scripted {
	return map[string]scripted{
		"GET /api/v1/users":    ok(`{"items":[{"id":"user-1","name":"anna","role":"admin","revision":3},{"id":"user-2","name":"ben","role":"viewer","disabled":true,"revision":8}]}`),
		"GET /api/v1/api-keys": ok(`{"items":[{"id":"key-1","name":"prom","role":"metrics"},{"id":"key-2","name":"twice","role":"viewer"},{"id":"key-3","name":"twice","role":"viewer"}]}`),
		"GET /api/v1/sessions": ok(`{"items":[{"id":"local-1","name":"local","role":"admin","local":true},{"id":"session-1","name":"ben","role":"viewer","created":"2026-11-22T01:02:03Z"},` +
			`{"id":"session-2","name":"ben","role":"viewer"}]}`),
		"GET /api/v1/security/bans":                        ok(`{"items":[{"id":"2001-db8","prefix":"2001:db8::/64","reason":"x","strikes":2,"until":"2026-11-22T01:02:03Z"}]}`),
		"GET /api/v1/security/alerts":                      ok(`{"items":[{"id":"alert-1","when":"2026-11-22T01:02:03Z","kind":"signal","address":"203.0.113.7","reason":"scanner\u001b[2J path","monitored":true}]}`),
		"GET /api/v1/scene-allowlist":                      {200, `{"enforced":true,"scenes":["moon"]}`, map[string]string{"ETag": `"5"`}},
		"PUT /api/v1/scene-allowlist":                      ok(`{"enforced":true,"scenes":["moon","sun"]}`),
		"POST /api/v1/users":                               {201, `{"id":"user-3"}`, nil},
		"PATCH /api/v1/users/user-2":                       ok(`{"id":"user-2"}`),
		"DELETE /api/v1/users/user-2":                      {204, "", nil},
		"DELETE /api/v1/api-keys/key-1":                    {204, "", nil},
		"DELETE /api/v1/sessions/session-1":                problem(404, "nothing of that name"), // ended by itself
		"DELETE /api/v1/sessions/session-2":                {204, "", nil},
		"POST /api/v1/security/bans":                       {201, `{"prefix":"203.0.113.7/32","until":"2026-11-22T01:02:03Z"}`, nil},
		"DELETE /api/v1/security/bans/2001-db8":            {204, "", nil},
		"POST /api/v1/audit/verify":                        ok(`{"whole":true,"first":1,"last":9}`),
		"POST /api/v1/auth/pairing-codes":                  {201, `{"code":"31415926","url":"http://127.0.0.1:8080/pair","expires_in":300}`, nil},
		"POST /api/v1/cache/purge":                         ok(`{"entries":0,"bytes":0,"limit_bytes":9}`),
		"POST /api/v1/api-keys":                            {201, `{"id":"key-4","name":"x","role":"metrics","expires":"2026-11-22T01:02:03Z","key":"stk_secret"}`, nil},
		"GET /api/v1/audit/checkpoint":                     ok(`{"count":7}`),
		"GET /api/v1/audit/records?limit=20&newest=true":   ok(`{"items":[{"n":1,"when":"2026-11-22T01:02:03Z","what":"app.started","where":"local"},{"n":2,"when":"2026-11-23T01:02:03Z","who":{"name":"anna","address":"192.0.2.1"},"what":"scene.activate","result":"ok","before":"\"3\"","after":"\"4\"","details":{"scene":"moon"}}]}`),
		"GET /api/v1/audit/records?limit=1&newest=true":    ok(`{"items":[{"n":2,"when":"2026-11-23T01:02:03Z","who":{"name":"anna","address":"192.0.2.1"},"what":"scene.activate","result":"ok","details":{"scene":"moon"}}]}`),
		"GET /api/v1/audit/records?limit=200":              ok(`{"items":[{"n":1,"when":"2026-11-22T01:02:03Z","what":"app.started","where":"local"}],"next_cursor":"c+1"}`),
		"GET /api/v1/audit/records?cursor=c%2B1&limit=200": ok(`{"items":[{"n":2,"when":"2026-11-23T01:02:03Z","who":{"name":"anna","address":"192.0.2.1"},"what":"scene.activate","result":"ok","details":{"scene":"moon"}}]}`),
	}
}

// TestWhatIsSaid holds each command to what it asks last, and what it prints.
func TestWhatIsSaid(t *testing.T) {
	for _, tt := range []struct{ line, input, asks, prints string }{
		{"users list", "", "GET /api/v1/users?limit=200", "NAME  ROLE    STATE       CREATED  ID\nanna  admin   active      -        user-1\nben   viewer  locked out  -        user-2\n"},
		{"users add eve --role viewer", "12345\n", `POST /api/v1/users {"name":"eve","password":"12345","role":"viewer"}`, "eve may log in, as viewer\n"},
		{"users set ben --role admin --enable", "", `PATCH /api/v1/users/user-2 {"disabled":false,"role":"admin"} "8"`, "ben is changed\n"},
		{"users set user-2 --password", "67890\r\n", `PATCH /api/v1/users/user-2 {"password":"67890"} "8"`, "ben is changed\n"},
		{"users remove ben", "", `DELETE /api/v1/users/user-2 "8"`, "ben is removed\n"},
		{"keys list", "", "GET /api/v1/api-keys?limit=200", "NAME   ROLE     CREATED  GOOD UNTIL  ID\nprom   metrics  -        -           key-1\ntwice  viewer   -        -           key-2\ntwice  viewer   -        -           key-3\n"},
		{"keys add x --role metrics --days 7", "", `POST /api/v1/api-keys {"days":7,"name":"x","role":"metrics"}`, "stk_secret\n"},
		{"keys remove prom", "", "DELETE /api/v1/api-keys/key-1", "prom is revoked\n"},
		{"sessions list", "", "GET /api/v1/sessions?limit=200", "NAME  ROLE    SINCE                 LAST USED  GOOD UNTIL  ID\nben   viewer  2026-11-22 01:02:03Z  -          -           session-1\nben   viewer  -                     -          -           session-2\n"},
		{"sessions end ben", "", "DELETE /api/v1/sessions/session-2", "2 logins of ben ended\n"},
		{"bans list", "", "GET /api/v1/security/bans?limit=200", "ADDRESS        UNTIL                 TIMES  BY         REASON  ID\n2001:db8::/64  2026-11-22 01:02:03Z  2      detection  x       2001-db8\n"},
		{"bans add 203.0.113.7", "", `POST /api/v1/security/bans {"address":"203.0.113.7","minutes":10}`, "203.0.113.7/32 is kept out until 2026-11-22 01:02:03Z\n"},
		{"bans lift 2001:db8::17", "", "DELETE /api/v1/security/bans/2001-db8", "2001:db8::/64 is let in again\n"},
		{"alerts", "", "GET /api/v1/security/alerts?limit=200", "WHEN                  KIND    ADDRESS      REASON            DONE\n2026-11-22 01:02:03Z  signal  203.0.113.7  scanner [2J path  nothing\n"},
		{"allowlist add sun", "", `PUT /api/v1/scene-allowlist {"enforced":true,"scenes":["moon","sun"]} "5"`, "the list  counts\nscenes    moon sun\n"},
		{"allowlist remove moon", "", `PUT /api/v1/scene-allowlist {"enforced":true,"scenes":[]} "5"`, "the list  counts\nscenes    moon sun\n"},
		{"allowlist off", "", `PUT /api/v1/scene-allowlist {"enforced":false,"scenes":["moon"]} "5"`, "the list  counts\nscenes    moon sun\n"},
		{"audit show", "", "GET /api/v1/audit/records?limit=20&newest=true", "N  WHEN                  WHO   FROM       WHAT            RESULT  DETAILS\n" +
			"1  2026-11-22 01:02:03Z  -     local      app.started     -       \n2  2026-11-23 01:02:03Z  anna  192.0.2.1  scene.activate  ok      3→4 {\"scene\":\"moon\"}\n"},
		{"audit show --last 300", "", "GET /api/v1/audit/records?cursor=c%2B1&limit=200", ""},
		{"audit show --last 1 --json", "", "GET /api/v1/audit/records?limit=1&newest=true", ""},
		{"audit verify", "", "POST /api/v1/audit/verify {}", "whole: records 1 to 9\n"},
		{"audit checkpoint", "", "GET /api/v1/audit/checkpoint", "{\"count\":7}\n"},
		{"cache purge --prefix a/", "", `POST /api/v1/cache/purge {"prefix":"a/"}`, "holds      0 answers, 0 of 9 bytes\nfound      0 of 0\nmade room  0\n"},
	} {
		t.Run(tt.line, func(t *testing.T) {
			s := scriptedServer(t, world())
			r := typed(tt.input, strings.Fields(tt.line)...)
			if r.want(t, exit.OK, ""); tt.prints != "" && r.out != tt.prints {
				t.Errorf("prints\n%swant\n%s", r.out, tt.prints)
			}
			last := s.asked[len(s.asked)-1]
			got := strings.Join(strings.Fields(last.method+" "+last.path+" "+last.body+" "+last.match), " ")
			if got != tt.asks || last.token != asAdmin {
				t.Errorf("asked %s as %s\nwant  %s", got, last.token, tt.asks)
			}
		})
	}
}

func TestChangedIn(t *testing.T) {
	for want, r := range map[string]audit.Record{
		"":                      {What: "app.started"},
		"3→4":                   {Before: `"3"`, After: `"4"`},
		"→1 {\"name\":\"ben\"}": {After: `"1"`, Details: map[string]string{"name": "ben"}},
		"8→":                    {Before: `"8"`},
	} {
		if got := changedIn(&r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestNames: what names nothing, or several things, changes nothing.
func TestNames(t *testing.T) {
	s := scriptedServer(t, world())
	for line, want := range map[string]string{
		"users remove eve":                    `there is no "eve"`,
		"users set ben":                       "nothing to change",
		"users set ben --enable --disable":    "together",
		"users add eve":                       "--role",
		"users add eve --role god":            "god",
		"keys remove twice":                   "names 2 of them: give the id",
		"sessions end eve":                    `nobody is logged in as "eve"`,
		"bans lift 2001:db8:1::17":            "there is no",
		"allowlist set":                       "scenes",
		"completion powershell":               "bash",
		"token issue --role viewer --ttl 16m": "15m0s",
		"audit export -o " + t.TempDir() + "/x --since yesterday": "--since",
	} {
		r := spacectl(strings.Fields(line)...)
		if r.want(t, exit.Usage, want); r.out != "" {
			t.Errorf("%s prints %s", line, r.out)
		}
	}
	for _, q := range s.asked {
		if q.method != http.MethodGet {
			t.Errorf("asked %+v", q)
		}
	}
}

// TestExport: what is asked of the program page by page is one file, or none.
func TestExport(t *testing.T) {
	s := scriptedServer(t, world())
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	r := spacectl("audit", "export", "-o", file, "--since", "2026-11-22T12:00:00Z", "--until", "2026-11-24T00:00:00Z")
	if r.want(t, exit.OK, ""); r.out != file+": 1 record\n" {
		t.Errorf("prints %q", r.out)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("names and addresses are in a file of mode %v, %v", info.Mode(), err)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(text), `{"n":2,"when":"2026-11-23T01:02:03Z"`) || bytes.Count(text, []byte("\n")) != 1 {
		t.Errorf("the file has %s, %v", text, err)
	}
	s.answers["GET /api/v1/audit/records?cursor=c%2B1&limit=200"] = problem(503, "busy")
	other := filepath.Join(t.TempDir(), "other.jsonl")
	spacectl("audit", "export", "-o", other).want(t, exit.Unavailable, "busy")
	if left, err := os.ReadDir(filepath.Dir(other)); err != nil || len(left) != 0 {
		t.Errorf("left is %v, %v", left, err)
	}
}

// TestTooMuchIsAskedAgain: what was refused as too much, before anything was done,
// is asked again, for 10 s at most, and not as often as a quota of 5 allows.
func TestTooMuchIsAskedAgain(t *testing.T) {
	for _, tt := range []struct {
		line, after string
		asked       int
	}{
		{"scenes", "10", 2},
		{"scenes", "11", 1},
		{"scenes", "soon", 1},
		{"time --pause", "1", 4}, // after 1, 2 and 4 s,
	} {
		quota := scripted{429, `{"title":"too many requests"}`, map[string]string{"Retry-After": tt.after}}
		s := scriptedServer(t, map[string]scripted{"GET /api/v1/scenes": quota, "PATCH /api/v1/time": quota})
		r := spacectl(strings.Fields(tt.line)...)
		if r.want(t, exit.Unavailable, "too many requests"); len(s.asked) != tt.asked || r.waits != tt.asked-1 {
			t.Errorf("%s, %s: asked %d times and waited %d times", tt.line, tt.after, len(s.asked), r.waits)
		}
	}
}

// atTerminal runs a command whose input and output are a terminal, at which lines
// are typed.
func atTerminal(lines []string, args ...string) (r result) {
	var out, errs bytes.Buffer
	next := func() (string, error) {
		if len(lines) == 0 {
			return "", io.EOF
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
	c := &console{in: strings.NewReader("anna\n"), out: &out, err: &errs, wait: func(context.Context, time.Duration) bool { return true }, shown: true, secret: next}
	r.code = run(args, c)
	r.out, r.err = out.String(), errs.String()
	return r
}

// TestSecretsAtATerminal: they are not shown there unless that is asked for, and
// no token is made for nothing.
func TestSecretsAtATerminal(t *testing.T) {
	s := scriptedServer(t, world())
	for _, line := range []string{"token issue --role viewer", "keys add x --role metrics"} {
		if r := atTerminal(nil, strings.Fields(line)...); r.code != exit.Usage || r.out != "" || !strings.Contains(r.err, "--print") {
			t.Errorf("%s: %+v", line, r)
		}
	}
	if len(s.asked) != 0 {
		t.Errorf("asked %+v", s.asked)
	}
	if r := atTerminal(nil, "token", "issue", "--role", "viewer", "--print"); r.code != exit.OK || shown("Bearer "+strings.TrimSpace(r.out)) != "local viewer 900" {
		t.Errorf("%+v", r)
	}
	file := filepath.Join(t.TempDir(), "token")
	spacectl("token", "issue", "--role", "metrics", "--ttl", "90s", "--out", file).want(t, exit.OK, "")
	text, err := os.ReadFile(file)
	if err != nil || shown("Bearer "+strings.TrimSpace(string(text))) != "local metrics 90" {
		t.Errorf("the file has %s, %v", text, err)
	}
	if r := spacectl("token", "show", file); r.code != exit.OK || !strings.Contains(r.out, `"scope": "metrics:read health:read"`) {
		t.Errorf("%+v", r)
	}
	write(t, file, "stk_abc")
	spacectl("token", "show", file).want(t, exit.BadData, "--token-file")
	spacectl("token", "issue", "--role", "metrics", "--out", file).want(t, exit.Usage, "--force")
	spacectl("token", "issue", "--role", "metrics", "--out", file, "--key-file", file).want(t, exit.Usage, "--force")
	spacectl("token", "issue", "--role", "metrics", "--key-file", file+".none").want(t, exit.NoInput, ".none")
}

// TestPasswords: at a terminal a new one is asked twice and an old one once, and
// none is shown.
func TestPasswords(t *testing.T) {
	s := scriptedServer(t, world())
	r := atTerminal([]string{"12345", "12345"}, "users", "add", "eve", "--role", "viewer")
	if r.code != exit.OK || r.err != "Password: \nPassword, again: \n" || !strings.Contains(s.asked[0].body, `"password":"12345"`) {
		t.Errorf("%+v, asked %+v", r, s.asked)
	}
	s.asked = nil
	if r := atTerminal([]string{"12345", "12346"}, "users", "add", "eve", "--role", "viewer"); r.code != exit.Usage || !strings.Contains(r.err, "not the same") || len(s.asked) != 0 {
		t.Errorf("%+v, asked %+v", r, s.asked)
	}
	s.answers["POST /api/v1/auth/token"] = problem(401, "wrong")
	if r := atTerminal([]string{"12345"}, "login"); r.code != exit.NotPermitted || !strings.HasPrefix(r.err, "Name: Password: \nspacectl: the name, the password") ||
		s.asked[0].body != `{"grant_type":"password","name":"anna","password":"12345"}` || s.asked[0].token != "" {
		t.Errorf("%+v, asked %+v", r, s.asked)
	}
	file := filepath.Join(t.TempDir(), "password")
	write(t, file, "abcdef\nmore\n")
	s.asked = nil
	spacectl("users", "set", "ben", "--password-file", file).want(t, exit.OK, "")
	if body := s.asked[1].body; body != `{"password":"abcdef"}` {
		t.Errorf("asked %s", body)
	}
	for _, line := range []string{"login --name anna", "users add eve --role viewer"} {
		spacectl(strings.Fields(line)...).want(t, exit.Usage, "the password is missing")
	}
	spacectl("login").want(t, exit.Usage, "--name")
	spacectl("login", "--name", "anna", "--password-file", file+".none").want(t, exit.NoInput, ".none")
}

func TestReadLineLeavesTheRest(t *testing.T) {
	r := strings.NewReader("one\r\ntwo\nthree")
	for _, want := range []string{"one", "two", "three"} {
		if got, err := readLine(r); got != want || err != nil {
			t.Errorf("read %q, %v, want %q", got, err, want)
		}
	}
	if _, err := readLine(r); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

// TestLoginFiles: what is kept of one program is not used for another, nor what is
// damaged for any.
func TestLoginFiles(t *testing.T) {
	s := scriptedServer(t, world())
	l := &login{URL: s.URL, Name: "anna", AccessToken: "A", RefreshToken: "R", Expires: time.Now().Add(time.Hour)}
	if err := l.save(); err != nil {
		t.Fatal(err)
	}
	spacectl("users", "list").want(t, exit.OK, "")
	if got := s.asked[0].token; got != "Bearer A" {
		t.Errorf("sent %q", got)
	}
	l.URL = "https://example.org:8080"
	text, err := os.ReadFile(path(t, s.URL))
	if err != nil {
		t.Fatal(err)
	}
	write(t, path(t, l.URL), string(text))
	spacectl("users", "list", "--url", l.URL).want(t, exit.BadData, "does not hold a login")
	write(t, path(t, s.URL), "{")
	spacectl("users", "list").want(t, exit.BadData, "run spacectl login")
}

// TestRenewalThatFails leaves the login as it is.
func TestRenewalThatFails(t *testing.T) {
	s := scriptedServer(t, map[string]scripted{"POST /api/v1/auth/token": problem(503, "busy")})
	l := &login{URL: s.URL, Name: "anna", AccessToken: "A", RefreshToken: "R"}
	if err := l.save(); err != nil {
		t.Fatal(err)
	}
	spacectl("scenes").want(t, exit.Unavailable, "busy")
	s.answers["POST /api/v1/auth/token"] = ok("{}")
	spacectl("scenes").want(t, exit.Failure, "no tokens")
	if now := kept(t, s.URL); now.RefreshToken != "R" {
		t.Errorf("kept is %+v", now)
	}
	if s.asked[0].body != `{"grant_type":"refresh_token","refresh_token":"R"}` || s.asked[0].token != "" {
		t.Errorf("asked %+v", s.asked[0])
	}
	s.Close()
	spacectl("logout").want(t, exit.Unavailable, "forgotten here")
	if l, err := readLogin(s.URL); l != nil || err != nil {
		t.Errorf("kept is %+v, %v", l, err)
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"http://127.0.0.1:8080":          "http://127.0.0.1:8080",
		"HTTP://LocalHost:8080/":         "http://localhost:8080",
		"http://[::1]:8080":              "http://[::1]:8080",
		"https://Planetarium.local":      "https://planetarium.local:443",
		"https://0.0.0.0:8080":           "https://127.0.0.1:8080", // as an instance file has it
		"https://[::]:8080":              "https://[::1]:8080",
		"http://0.0.0.0:8080":            "http://127.0.0.1:8080",
		"http://192.168.1.2:8080":        "",
		"https://user@planetarium.local": "",
		"https://planetarium.local/api":  "",
		"https://planetarium.local?x=1":  "",
		"https://planetarium.local#x":    "",
		"ftp://127.0.0.1":                "",
		"https://":                       "",
		"127.0.0.1:8080":                 "",
		"":                               "",
	} {
		if got, err := checkURL(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}

// TestNotTLS: the port speaks plain HTTP.
func TestNotTLS(t *testing.T) {
	s := scriptedServer(t, nil)
	token := filepath.Join(t.TempDir(), "token")
	write(t, token, "x")
	spacectl("scenes", "--url", strings.Replace(s.URL, "http", "https", 1), "--token-file", token).want(t, exit.Config, "does not speak TLS")
}
