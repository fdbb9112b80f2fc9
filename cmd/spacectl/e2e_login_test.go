package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

const password, another = "correct horse battery", "staple of another kind"

// TestFromTheCodeToUsers is the first hour of an installation: the first account,
// further ones, and what each may do.
func TestFromTheCodeToUsers(t *testing.T) {
	s := fly(t)
	if err := s.Greet(); err != nil {
		t.Fatal(err)
	}
	code, open := s.Pairing()
	if !open {
		t.Fatal("no code is offered")
	}
	typed(password, "login", "--pair", "12345678", "--name", "anna").want(t, exit.NotPermitted, "wrong")
	r := typed(password+"\n", "login", "--pair", code.Code[:4]+" "+code.Code[4:], "--name", "anna")
	if r.want(t, exit.OK, ""); !strings.HasSuffix(r.out, " as anna, admin\n") {
		t.Errorf("prints %q", r.out)
	}
	if who := printed[api.Caller](t, "token", "show"); who.Name != "anna" || who.Role != auth.Admin {
		t.Errorf("is %+v", who)
	}
	typed(another, "login", "--pair", code.Code, "--name", "eve").want(t, exit.NotPermitted, "no longer good")

	typed(another, "users", "add", "ben", "--role", "viewer").want(t, exit.OK, "")
	typed(another, "users", "add", "ben", "--role", "viewer").want(t, exit.Failure, "exists already")
	typed("short", "users", "add", "eve", "--role", "viewer").want(t, exit.Usage, "password")
	spacectl("users", "set", "ben", "--role", "operator").want(t, exit.OK, "")
	spacectl("users", "set", "eve", "--disable").want(t, exit.Usage, `no "eve"`)
	spacectl("users", "set", "anna", "--role", "viewer").want(t, exit.Failure, "admin")
	if users := names(t); users != "anna admin, ben operator" {
		t.Errorf("the users are %s", users)
	}
	spacectl("logout").want(t, exit.OK, "")
	spacectl("logout").want(t, exit.Failure, "nobody is logged in")

	typed(password, "login", "--name", "ben").want(t, exit.NotPermitted, "wrong")
	typed(another, "login", "--name", "ben").want(t, exit.OK, "")
	spacectl("scene", "earth").want(t, exit.OK, "")
	spacectl("users", "list").want(t, exit.NotPermitted, "users:read; the role admin has it")
	spacectl("allowlist", "off").want(t, exit.NotPermitted, "to change the list takes the role admin")

	admin := filepath.Join(t.TempDir(), "admin.token")
	spacectl("token", "issue", "--role", "admin", "--out", admin).want(t, exit.OK, "")
	spacectl("sessions", "end", "ben", "--token-file", admin).want(t, exit.OK, "")
	spacectl("scene", "earth").want(t, exit.NotPermitted, "the login of ben")
	spacectl("logout").want(t, exit.OK, "")
	spacectl("users", "remove", "ben").want(t, exit.OK, "")
	if users := names(t); users != "anna admin" {
		t.Errorf("the users are %s", users)
	}
}

// names are the users and their roles, in the order of the names.
func names(t *testing.T) string {
	t.Helper()
	var list []string
	for _, u := range printed[api.Page[api.User]](t, "users", "list").Items {
		list = append(list, u.Name+" "+string(u.Role))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// TestPairingSomebodyElse: the running program shows a code, for another role.
func TestPairingSomebodyElse(t *testing.T) {
	s := fly(t)
	pairing := printed[api.Pairing](t, "pair", "--role", "maintainer")
	if pairing.URL != s.URL()+"/pair" || len(pairing.Code) != 8 {
		t.Errorf("got %+v", pairing)
	}
	r := spacectl("pair")
	for _, want := range []string{"one account: operator", "spacectl login --url " + s.URL() + " --pair ", "5 minutes", "█▀"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("prints %s, without %q", r.out, want)
		}
	}
	typed(password, "login", "--pair", pairing.Code, "--name", "anna").want(t, exit.NotPermitted, "no longer good") // the second is in its place
}

// TestLoginIsRenewed: the access token ends, and the login goes on.
func TestLoginIsRenewed(t *testing.T) {
	s := fly(t)
	typed(password, "users", "add", "anna", "--role", "admin").want(t, exit.OK, "")
	typed(password, "login", "--name", "anna").want(t, exit.OK, "")
	first := expire(t, s.URL())
	spacectl("scenes").want(t, exit.OK, "")
	second := kept(t, s.URL())
	if second.RefreshToken == first.RefreshToken || second.AccessToken == first.AccessToken || !second.isFresh() || second.Name != "anna" {
		t.Errorf("kept %+v after %+v", second, first)
	}
	spacectl("scenes").want(t, exit.OK, "")
	if third := kept(t, s.URL()); third.RefreshToken != second.RefreshToken {
		t.Error("what was fresh is renewed")
	}
	if info, err := os.Stat(path(t, s.URL())); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("kept with the mode %v, %v", info.Mode(), err)
	}

	// The program ends the login when a refresh token comes twice.
	if err := first.save(); err != nil {
		t.Fatal(err)
	}
	spacectl("scenes").want(t, exit.NotPermitted, "the login of anna")
	if err := second.save(); err != nil {
		t.Fatal(err)
	}
	spacectl("scenes").want(t, exit.NotPermitted, "run spacectl login --url "+s.URL())
	spacectl("logout").want(t, exit.OK, "")
	spacectl("scenes").want(t, exit.OK, "") // by the key file
}

// TestTwoRenewAtOnce: whichever spacectl comes first renews the login for all. If
// one used the refresh token again, the program would end the login.
func TestTwoRenewAtOnce(t *testing.T) {
	s := fly(t)
	typed(password, "users", "add", "anna", "--role", "admin").want(t, exit.OK, "")
	typed(password, "login", "--name", "anna").want(t, exit.OK, "")
	expire(t, s.URL())
	const many = 8
	ended := make(chan result, many)
	for range many {
		go func() { ended <- spacectl("scenes") }()
	}
	for range many {
		(<-ended).want(t, exit.OK, "")
	}
	if records := actions(t); strings.Count(records, "auth.login ") != 2 || strings.Contains(records, "reused") {
		t.Errorf("the audit log has %s", records)
	}
}

// actions are what the audit log tells was done.
func actions(t *testing.T) string {
	t.Helper()
	text := " "
	for _, r := range printed[api.Page[audit.Record]](t, "audit", "show", "--last", "100").Items {
		text += r.What + " "
	}
	return text
}

func path(t *testing.T, base string) string {
	t.Helper()
	path, err := loginFile(base)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func kept(t *testing.T, base string) *login {
	t.Helper()
	l, err := readLogin(base)
	if err != nil || l == nil {
		t.Fatalf("kept is %v, %v", l, err)
	}
	return l
}

// expire lets the kept access token be at its end.
func expire(t *testing.T, base string) *login {
	t.Helper()
	l := kept(t, base)
	l.Expires = time.Now().Add(refreshBefore - time.Second)
	if err := l.save(); err != nil {
		t.Fatal(err)
	}
	return l
}

// overTLS makes a program that is reached by TLS, with an authority of its own.
func overTLS(t *testing.T) (certs.Folder, func(*api.Options)) {
	t.Helper()
	folder := certs.Folder(filepath.Join(t.TempDir(), "certs"))
	if _, err := folder.Init([]string{"127.0.0.1"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	return folder, func(o *api.Options) {
		o.Network.Certificates = certs.Source{Cert: folder.Server(), Key: folder.Server()}
		o.Network.CAFile = folder.CA()
	}
}

// TestTLS: the authority is that of the instance file, that of the flag, or that
// of the login.
func TestTLS(t *testing.T) {
	folder, secured := overTLS(t)
	s := fly(t, secured)
	spacectl("scenes").want(t, exit.OK, "")
	typed(password, "users", "add", "anna", "--role", "operator").want(t, exit.OK, "")

	home(t) // another user, who knows nothing of it
	at := []string{"--url", s.URL()}
	authority, _, err := folder.Show()
	if err != nil {
		t.Fatal(err)
	}
	login := append([]string{"login", "--name", "anna"}, at...)
	typed(password, login...).want(t, exit.Config, strconv.Quote(authority.Subject))
	typed(password, login...).want(t, exit.Config, "--ca-file")
	others := certs.Folder(filepath.Join(t.TempDir(), "others"))
	if _, err := others.Init([]string{"127.0.0.1"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	typed(password, append(login, "--ca-file", others.CA())...).want(t, exit.Config, strconv.Quote(authority.Subject))
	typed(password, append(login, "--ca-file", folder.Server()+".none")...).want(t, exit.NoInput, ".none")
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	write(t, notPEM, "hello")
	typed(password, append(login, "--ca-file", notPEM)...).want(t, exit.BadData, "no certificate in PEM")
	typed(password, append(login, "--ca-file", folder.CA())...).want(t, exit.OK, "")
	spacectl(append([]string{"scene", "earth"}, at...)...).want(t, exit.OK, "")
	spacectl(append([]string{"scenes", "--ca-file", others.CA()}, at...)...).want(t, exit.Config, "not trusted")

	named := strings.Replace(s.URL(), "127.0.0.1", "localhost", 1)
	write(t, filepath.Join(t.TempDir(), "token"), "x")
	spacectl("scenes", "--url", named, "--ca-file", folder.CA(), "--token-file", notPEM).want(t, exit.Config, "certs renew --host localhost")
	plain := strings.Replace(s.URL(), "https", "http", 1)
	spacectl("scenes", "--url", plain, "--token-file", notPEM).want(t, exit.Usage, "https")
}
