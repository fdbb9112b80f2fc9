package store

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)

func ada() User {
	return User{ID: "user-ada", Name: "ada", Role: "admin", Password: Hash("hash"), Revision: 1, Created: noon, Updated: noon}
}

func session(id, user string) Session {
	return Session{ID: id, UserID: user, Created: noon, LastUsed: noon, Expires: noon.Add(7 * 24 * time.Hour)}
}

// check fails the test on an error that is not the one wanted.
func check(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: error %v, want %v", what, err, want)
	}
}

func equal[T any](t *testing.T, what string, got T, err error, want T) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: %+v, error %v, want %+v", what, got, err, want)
	}
}

func TestUsers(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	check(t, "create", s.CreateUser(ctx, ada()), nil)
	check(t, "same id", s.CreateUser(ctx, User{ID: "user-ada", Name: "eve", Password: Hash{1}}), ErrExists)
	check(t, "same name", s.CreateUser(ctx, User{ID: "user-eve", Name: "ada", Password: Hash{1}}), ErrExists)

	u := ada()
	u.Role, u.Password, u.Disabled, u.Updated = "viewer", Hash("new"), true, noon.Add(time.Hour)
	check(t, "update", s.UpdateUser(ctx, u, false), nil)
	check(t, "update of a stale one", s.UpdateUser(ctx, u, false), ErrStale)
	check(t, "update of nobody", s.UpdateUser(ctx, User{ID: "user-eve", Password: Hash{1}, Revision: 1}, false), ErrNotFound)
	u.Revision = 2
	got, err := s.Users(ctx)
	equal(t, "users", got, err, []User{u})

	check(t, "delete a stale one", s.DeleteUser(ctx, u.ID, 1), ErrStale)
	check(t, "delete", s.DeleteUser(ctx, u.ID, 2), nil)
	check(t, "delete again", s.DeleteUser(ctx, u.ID, 2), ErrNotFound)
	got, err = s.Users(ctx)
	equal(t, "users", got, err, nil)
}

func TestSessionsEndWithTheUser(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	check(t, "user", s.CreateUser(ctx, ada()), nil)
	check(t, "of nobody", s.CreateSession(ctx, session("session-0", "user-eve"), Hash("r0")), ErrNotFound)
	check(t, "session", s.CreateSession(ctx, session("session-1", "user-ada"), Hash("r1")), nil)

	u := ada()
	u.Updated = noon.Add(time.Hour)
	check(t, "update", s.UpdateUser(ctx, u, false), nil)
	got, err := s.Sessions(ctx)
	equal(t, "still there", got, err, []Session{session("session-1", "user-ada")})

	u.Revision = 2
	check(t, "update that ends them", s.UpdateUser(ctx, u, true), nil)
	ended := session("session-1", "user-ada")
	ended.Revoked = u.Updated
	got, err = s.Sessions(ctx)
	equal(t, "revoked", got, err, []Session{ended})

	check(t, "delete the user", s.DeleteUser(ctx, u.ID, 3), nil)
	got, err = s.Sessions(ctx)
	equal(t, "gone", got, err, nil)
	_, err = s.RotateRefresh(ctx, Hash("r1"), Hash("r2"), noon, time.Hour)
	check(t, "its refresh token", err, ErrNotFound)
}

func TestRotateRefresh(t *testing.T) {
	const idle = 12 * time.Hour
	tests := []struct {
		name  string
		after time.Duration
		shown string
		spoil func(*Session)
		want  error
	}{
		{"good", time.Hour, "first", nil, nil},
		{"unknown", time.Hour, "other", nil, ErrNotFound},
		{"just not idle", idle - 1, "first", nil, nil},
		{"idle", idle, "first", nil, ErrNotFound},
		{"just not over", 0, "first", func(x *Session) { x.Expires = noon.Add(1) }, nil},
		{"over", 0, "first", func(x *Session) { x.Expires = noon }, ErrNotFound},
		{"revoked", 0, "first", func(x *Session) { x.Revoked = noon }, ErrNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, ctx := openNew(t), t.Context()
			check(t, "user", s.CreateUser(ctx, ada()), nil)
			x := session("session-1", "user-ada")
			if tt.spoil != nil {
				tt.spoil(&x)
			}
			check(t, "session", s.CreateSession(ctx, x, Hash("first")), nil)
			now := noon.Add(tt.after)
			got, err := s.RotateRefresh(ctx, Hash(tt.shown), Hash("second"), now, idle)
			if tt.want != nil {
				check(t, "rotate", err, tt.want)
				return
			}
			x.LastUsed = now
			equal(t, "rotate", got, err, x)
			got, err = s.RotateRefresh(ctx, Hash("first"), Hash("third"), now, idle)
			check(t, "the first again", err, ErrReused)
			equal(t, "whose it is", got, nil, x)
			_, err = s.RotateRefresh(ctx, Hash("second"), Hash("third"), now, idle)
			check(t, "the second", err, nil)
		})
	}
}

func TestRevokeSession(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	check(t, "user", s.CreateUser(ctx, ada()), nil)
	x := session("session-1", "user-ada")
	check(t, "session", s.CreateSession(ctx, x, Hash("first")), nil)
	x.Revoked = noon.Add(time.Hour)
	check(t, "revoke", s.RevokeSession(ctx, x), nil)
	later := x
	later.Revoked = noon.Add(2 * time.Hour)
	check(t, "revoke again", s.RevokeSession(ctx, later), nil)
	local := session("local-1", "")
	local.Revoked = noon
	check(t, "revoke an unknown one", s.RevokeSession(ctx, local), nil)
	got, err := s.Sessions(ctx)
	equal(t, "sessions", got, err, []Session{local, x})

	check(t, "prune", s.PruneSessions(ctx, x.Expires.Add(-1)), nil)
	got, err = s.Sessions(ctx)
	equal(t, "not over", got, err, []Session{local, x})
	check(t, "prune", s.PruneSessions(ctx, x.Expires), nil)
	got, err = s.Sessions(ctx)
	equal(t, "over", got, err, nil)
}

func TestAPIKeys(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	k := APIKey{ID: "key-1", Name: "prometheus", Role: "metrics", Hash: Hash("sum"), Created: noon, Expires: noon.Add(time.Hour)}
	check(t, "create", s.CreateAPIKey(ctx, k), nil)
	for name, same := range map[string]APIKey{
		"id": {ID: k.ID, Name: "b", Hash: Hash("b")}, "name": {ID: "b", Name: k.Name, Hash: Hash("b")}, "key": {ID: "b", Name: "b", Hash: k.Hash},
	} {
		check(t, "same "+name, s.CreateAPIKey(ctx, same), ErrExists)
	}
	got, err := s.APIKeys(ctx)
	equal(t, "keys", got, err, []APIKey{k})
	check(t, "delete", s.DeleteAPIKey(ctx, k.ID), nil)
	check(t, "delete again", s.DeleteAPIKey(ctx, k.ID), ErrNotFound)
}

func TestBans(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	ban := func(n int) Ban {
		return Ban{
			ID: fmt.Sprint("ban-", n), Prefix: netip.MustParsePrefix(fmt.Sprintf("2001:db8:0:%d::/64", n)), Reason: "forged tokens",
			Strikes: n, Created: noon, Until: noon.Add(time.Duration(n) * time.Minute),
		}
	}
	for n := range 5 {
		check(t, "put", s.PutBan(ctx, ban(n)), nil)
	}
	again := ban(4)
	again.ID, again.Strikes, again.Until = "ban-9", 5, noon.Add(time.Hour)
	check(t, "put the same prefix", s.PutBan(ctx, again), nil)
	check(t, "delete", s.DeleteBan(ctx, "ban-3"), nil)
	check(t, "delete the replaced one", s.DeleteBan(ctx, "ban-4"), ErrNotFound)
	got, err := s.Bans(ctx)
	equal(t, "bans", got, err, []Ban{ban(0), ban(1), ban(2), again})
	check(t, "prune by time", s.PruneBans(ctx, noon.Add(1), 10), nil)
	got, err = s.Bans(ctx)
	equal(t, "bans", got, err, []Ban{ban(1), ban(2), again})
	check(t, "prune by number", s.PruneBans(ctx, noon, 2), nil)
	got, err = s.Bans(ctx)
	equal(t, "bans", got, err, []Ban{ban(2), again})
}

func request(key string, age time.Duration) Request {
	return Request{RequestKey: RequestKey{"user-ada", "POST /api/v1/screenshots", key}, Fingerprint: [32]byte{1, 2, 3}, Created: noon.Add(-age)}
}

func TestRequests(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	q := request("k1", 0)
	got, begun, err := s.BeginRequest(ctx, q)
	equal(t, "begin", got, err, q)
	if !begun {
		t.Fatal("not begun")
	}
	for name, k := range map[string]RequestKey{
		"principal": {"user-eve", q.Route, q.Key}, "route": {q.Principal, "POST /other", q.Key}, "key": {q.Principal, q.Route, "k2"},
	} {
		if _, begun, err := s.BeginRequest(ctx, Request{RequestKey: k, Created: noon}); !begun || err != nil {
			t.Errorf("another %s: begun %t, error %v", name, begun, err)
		}
	}
	changed := q
	changed.Fingerprint[0] = 9
	running := q
	running.Header = map[string][]string{}
	got, begun, err = s.BeginRequest(ctx, changed)
	equal(t, "begin again", got, err, running)
	if begun {
		t.Error("begun twice")
	}

	header := map[string][]string{"Location": {"/api/v1/screenshots/7"}}
	check(t, "finish", s.FinishRequest(ctx, q.RequestKey, 202, header, []byte(`{"id":7}`)), nil)
	done := q
	done.Status, done.Header, done.Body = 202, header, []byte(`{"id":7}`)
	got, _, err = s.BeginRequest(ctx, q)
	equal(t, "replay", got, err, done)

	check(t, "abandon", s.AbandonRequest(ctx, q.RequestKey), nil)
	check(t, "abandon again", s.AbandonRequest(ctx, q.RequestKey), ErrNotFound)
	check(t, "finish what is not there", s.FinishRequest(ctx, q.RequestKey, 200, nil, nil), ErrNotFound)
	if _, begun, err = s.BeginRequest(ctx, q); !begun || err != nil {
		t.Errorf("after it was abandoned: begun %t, error %v", begun, err)
	}
}

// TestOneRequestBegins sends one request many times at once.
func TestOneRequestBegins(t *testing.T) {
	s := openNew(t)
	for round := range 20 {
		var won atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, begun, err := s.BeginRequest(t.Context(), request(fmt.Sprint(round), 0))
				if err != nil {
					t.Error(err)
				}
				if begun {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("round %d: %d began", round, won.Load())
		}
	}
}

func TestPruneRequests(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	for i := range 6 {
		_, _, err := s.BeginRequest(ctx, request(fmt.Sprint("k", i), time.Duration(i)*time.Hour))
		check(t, "begin", err, nil)
	}
	left := func() (keys []string) {
		for i := range 6 {
			if s.AbandonRequest(ctx, request(fmt.Sprint("k", i), 0).RequestKey) == nil {
				keys = append(keys, fmt.Sprint("k", i))
			}
		}
		return keys
	}
	check(t, "by time", s.PruneRequests(ctx, noon.Add(-4*time.Hour), 100), nil)
	check(t, "by number", s.PruneRequests(ctx, noon.Add(-4*time.Hour), 3), nil)
	if got := left(); !slices.Equal(got, []string{"k0", "k1", "k2"}) {
		t.Errorf("left: %v", got)
	}
}

func TestUnfinishedRequestsEndWithTheProgram(t *testing.T) {
	path := t.TempDir() + "/control.db"
	s, ctx := openAt(t, path), t.Context()
	for _, key := range []string{"running", "done"} {
		_, _, err := s.BeginRequest(ctx, request(key, 0))
		check(t, "begin", err, nil)
	}
	check(t, "finish", s.FinishRequest(ctx, request("done", 0).RequestKey, 204, nil, nil), nil)
	check(t, "close", s.Close(), nil)
	s = openAt(t, path)
	if _, begun, err := s.BeginRequest(ctx, request("running", 0)); !begun || err != nil {
		t.Errorf("the running one: begun %t, error %v, want it to begin anew", begun, err)
	}
	if got, begun, err := s.BeginRequest(ctx, request("done", 0)); begun || err != nil || got.Status != 204 {
		t.Errorf("the finished one: %+v, begun %t, error %v", got, begun, err)
	}
}

func TestAllowList(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	got, err := s.AllowList(ctx, "museum")
	equal(t, "new", got, err, AllowList{Revision: 1})
	want := AllowList{Scenes: []string{"jupiter", "saturn"}, Enforced: true, Revision: 2}
	got, err = s.SetAllowList(ctx, "museum", AllowList{Scenes: want.Scenes, Enforced: true, Revision: 1})
	equal(t, "set", got, err, want)
	_, err = s.SetAllowList(ctx, "museum", AllowList{Revision: 1})
	check(t, "set a stale one", err, ErrStale)
	got, err = s.AllowList(ctx, "museum")
	equal(t, "get", got, err, want)
	got, err = s.AllowList(ctx, "school")
	equal(t, "of another place", got, err, AllowList{Revision: 1})
	_, err = s.SetAllowList(ctx, "museum", AllowList{Enforced: true, Revision: 2})
	check(t, "empty it", err, nil)
	got, err = s.AllowList(ctx, "museum")
	equal(t, "emptied", got, err, AllowList{Scenes: []string{}, Enforced: true, Revision: 3})
}
