package auth

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/store"
)

func to[T any](v T) *T { return &v }

func TestCreateUser(t *testing.T) {
	b := newBench(t)
	u, err := b.CreateUser(t.Context(), "Ada.L-1_x", goodPassword, Maintainer)
	mustFail(t, "create", err, nil)
	want := User{ID: u.ID, Name: "ada.l-1_x", Role: Maintainer, Revision: 1, Created: b.clock.now(), Updated: b.clock.now()}
	if u != want || !strings.HasPrefix(u.ID, "user-") {
		t.Errorf("%+v, want %+v", u, want)
	}
	for range 2 {
		if got, err := b.User(u.ID); got != want || err != nil {
			t.Errorf("%+v, error %v", got, err)
		}
		if got := b.Users(); !slices.Equal(got, []User{want}) {
			t.Errorf("%+v", got)
		}
		b.restart(t)
	}
	for name, tt := range map[string]struct {
		user, password string
		role           Role
		want           error
	}{
		"same name":       {"ADA.l-1_X", goodPassword, Viewer, store.ErrExists},
		"no name":         {"", goodPassword, Viewer, ErrValue},
		"dot first":       {".ada", goodPassword, Viewer, ErrValue},
		"blank":           {"ada l", goodPassword, Viewer, ErrValue},
		"control":         {"ada\n", goodPassword, Viewer, ErrValue},
		"right to left":   {"ada\u202e", goodPassword, Viewer, ErrValue},
		"long name":       {strings.Repeat("a", 64), goodPassword, Viewer, ErrValue},
		"unknown role":    {"eve", goodPassword, "root", ErrValue},
		"role of program": {"eve", goodPassword, Metrics, ErrValue},
		"weak password":   {"eve", "password", Viewer, ErrValue},
	} {
		if _, err := b.CreateUser(t.Context(), tt.user, tt.password, tt.role); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", name, err, tt.want)
		}
	}
	if n := len(b.Users()); n != 1 {
		t.Errorf("%d users", n)
	}
}

// TestUserChanges: what a change does to the user's sessions, at once and after
// a restart.
func TestUserChanges(t *testing.T) {
	for name, tt := range map[string]struct {
		change UserChange
		ends   bool
	}{
		"nothing":       {UserChange{}, false},
		"same role":     {UserChange{Role: to(Operator)}, false},
		"demotion":      {UserChange{Role: to(Viewer)}, true},
		"promotion":     {UserChange{Role: to(Admin)}, true},
		"disabled":      {UserChange{Disabled: to(true)}, true},
		"enabled":       {UserChange{Disabled: to(false)}, false},
		"password":      {UserChange{Password: to(otherPassword)}, true},
		"same password": {UserChange{Password: to(goodPassword)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.addUser(t, "ada", Admin)
			eve := b.addUser(t, "eve", Operator)
			bystander, tokens := b.login(t, "ada"), b.login(t, "eve")
			var told []string
			b.OnRevoke(func(sid string) { told = append(told, sid) })
			u, err := b.UpdateUser(t.Context(), eve.ID, 1, tt.change)
			if err != nil || u.Revision != 2 {
				t.Fatalf("%+v, error %v", u, err)
			}
			if ended := slices.Equal(told, []string{tokens.Principal.Session}); ended != tt.ends || len(told) > 1 {
				t.Errorf("told of %v", told)
			}
			for range 2 {
				b.stands(t, "the user's token", tokens.Access, !tt.ends)
				b.stands(t, "another's", bystander.Access, true)
				if got, err := b.User(eve.ID); got != u || err != nil {
					t.Errorf("%+v, error %v, want %+v", got, err, u)
				}
				b.restart(t)
			}
			password := goodPassword
			if tt.change.Password != nil {
				password = *tt.change.Password
			}
			again, err := b.Login(t.Context(), "eve", password, desk)
			if u.Disabled {
				mustFail(t, "login", err, ErrInvalid)
			} else if err != nil || again.Principal.Role != u.Role {
				t.Errorf("login: %+v, error %v", again.Principal, err)
			}
		})
	}
}

func TestOldPasswordIsNoGood(t *testing.T) {
	b := newBench(t)
	u := b.addUser(t, "ada", Admin)
	_, err := b.UpdateUser(t.Context(), u.ID, 1, UserChange{Password: to(otherPassword)})
	mustFail(t, "change", err, nil)
	_, err = b.Login(t.Context(), "ada", goodPassword, desk)
	mustFail(t, "the old one", err, ErrInvalid)
	_, err = b.UpdateUser(t.Context(), u.ID, 2, UserChange{Password: to("short")})
	mustFail(t, "a weak one", err, ErrValue)
	_, err = b.Login(t.Context(), "ada", otherPassword, desk)
	mustFail(t, "the new one", err, nil)
}

// TestScopesAreTheRolesOfNow: a token never has more than the user's role has at
// the moment, whatever is written in it.
func TestScopesAreTheRolesOfNow(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Admin)
	tokens := b.login(t, "ada")
	b.mu.Lock()
	u := b.users[tokens.Principal.Subject]
	u.Role = string(Viewer) // as if the sessions had outlived it
	b.users[u.ID] = u
	b.mu.Unlock()
	p, err := b.Authenticate(tokens.Access.Reveal())
	if err != nil || p.Role != Viewer || p.Scopes != Viewer.Scopes() {
		t.Errorf("%+v, error %v", p, err)
	}
}

func TestRevisions(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Admin)
	u := b.addUser(t, "eve", Viewer)
	_, err := b.UpdateUser(t.Context(), u.ID, 2, UserChange{Role: to(Operator)})
	mustFail(t, "update of a later one", err, store.ErrStale)
	_, err = b.UpdateUser(t.Context(), u.ID, 1, UserChange{Role: to(Operator)})
	mustFail(t, "update", err, nil)
	_, err = b.UpdateUser(t.Context(), u.ID, 1, UserChange{Role: to(Admin)})
	mustFail(t, "update of a stale one", err, store.ErrStale)
	_, err = b.UpdateUser(t.Context(), "user-elsewhere", 1, UserChange{Role: to(Admin)})
	mustFail(t, "update of nobody", err, store.ErrNotFound)
	_, err = b.UpdateUser(t.Context(), u.ID, 2, UserChange{Role: to(Telemetry)})
	mustFail(t, "role of a program", err, ErrValue)
	mustFail(t, "delete a stale one", b.DeleteUser(t.Context(), u.ID, 1), store.ErrStale)
	mustFail(t, "delete", b.DeleteUser(t.Context(), u.ID, 2), nil)
	mustFail(t, "delete again", b.DeleteUser(t.Context(), u.ID, 2), store.ErrNotFound)
	_, err = b.User(u.ID)
	mustFail(t, "get", err, store.ErrNotFound)
}

func TestLastAdmin(t *testing.T) {
	b := newBench(t)
	ada := b.addUser(t, "ada", Admin)
	bob := b.addUser(t, "bob", Admin)
	b.addUser(t, "eve", Maintainer)
	_, err := b.UpdateUser(t.Context(), bob.ID, 1, UserChange{Disabled: to(true)})
	mustFail(t, "disable one of two", err, nil)
	for name, change := range map[string]UserChange{
		"demote": {Role: to(Maintainer)}, "disable": {Disabled: to(true)}, "both": {Role: to(Viewer), Disabled: to(true)},
	} {
		_, err := b.UpdateUser(t.Context(), ada.ID, 1, change)
		mustFail(t, name, err, ErrLastAdmin)
	}
	mustFail(t, "delete", b.DeleteUser(t.Context(), ada.ID, 1), ErrLastAdmin)
	_, err = b.UpdateUser(t.Context(), ada.ID, 1, UserChange{Password: to(otherPassword)})
	mustFail(t, "new password", err, nil)
	_, err = b.UpdateUser(t.Context(), bob.ID, 2, UserChange{Disabled: to(false)})
	mustFail(t, "enable the other", err, nil)
	mustFail(t, "delete one of two", b.DeleteUser(t.Context(), ada.ID, 2), nil)
	mustFail(t, "delete the other", b.DeleteUser(t.Context(), bob.ID, 3), ErrLastAdmin)
}
