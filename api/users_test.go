package api

import (
	"fmt"
	"testing"
)

// TestUsersMatch: of two admins who change a user the second learns of the first.
func TestUsersMatch(t *testing.T) {
	f := serve(t)
	f.admin(t, "POST", "/api/v1/users", `{"name":"root","password":"correct horse battery","role":"admin"}`)
	w := f.admin(t, "POST", "/api/v1/users", `{"name":"anna","password":"correct horse battery","role":"viewer"}`)
	u := want[User](t, w, 201)
	path := w.Header().Get("Location")
	if path != "/api/v1/users/"+u.ID || w.Header().Get("ETag") != `"1"` {
		t.Errorf("Location %s, ETag %s", path, w.Header().Get("ETag"))
	}
	wantProblem(t, f.admin(t, "PATCH", path, `{"role":"operator"}`), 428, "match-missing")
	if w := f.admin(t, "PATCH", path, `{"role":"operator"}`, "If-Match", `"1"`); w.Code != 200 || w.Header().Get("ETag") != `"2"` {
		t.Fatalf("%d %s, ETag %s", w.Code, w.Body, w.Header().Get("ETag"))
	}
	for _, method := range []string{"PATCH", "DELETE"} {
		body := map[string]string{"PATCH": `{"role":"viewer"}`}[method]
		w := f.admin(t, method, path, body, "If-Match", `"1"`)
		wantProblem(t, w, 412, "stale")
		if w.Header().Get("ETag") != `"2"` {
			t.Errorf("%s: ETag %s", method, w.Header().Get("ETag"))
		}
	}
	if w := f.admin(t, "DELETE", path, "", "If-Match", `"2"`); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	wantProblem(t, f.admin(t, "GET", path, ""), 404, "not-found")
}

// TestLastAdmin cannot go, be locked out, or lose the role.
func TestLastAdmin(t *testing.T) {
	f := serve(t)
	w := f.admin(t, "POST", "/api/v1/users", `{"name":"root","password":"correct horse battery","role":"admin"}`)
	path := w.Header().Get("Location")
	for method, bodies := range map[string][]string{"PATCH": {`{"role":"viewer"}`, `{"disabled":true}`}, "DELETE": {""}} {
		for _, body := range bodies {
			wantProblem(t, f.admin(t, method, path, body, "If-Match", `"1"`), 409, "conflict")
		}
	}
}

// TestMassAssignment: members that are not for the client to say are refused, and
// nothing changes.
func TestMassAssignment(t *testing.T) {
	f := serve(t)
	path := f.admin(t, "POST", "/api/v1/users", `{"name":"anna","password":"correct horse battery","role":"admin"}`).Header().Get("Location")
	before := f.admin(t, "GET", path, "").Body.String()
	tried := 0
	for _, member := range []string{"id", "scope", "scopes", "created_by", "created", "updated", "revision", "name", "Role", "password_hash"} {
		for _, value := range []string{`"admin"`, `1`, `true`, `null`, `[]`, `{}`, `"2026-01-01T00:00:00Z"`, `"*"`, `-1`, `""`, `["admin"]`, `1e3`, `"x"`, `false`, `0`, `"null"`, `[1]`, `{"a":1}`, `"0"`, `2.5`} {
			tried++
			wantProblem(t, f.admin(t, "PATCH", path, fmt.Sprintf(`{"disabled":false,%q:%s}`, member, value), "If-Match", `"1"`), 422, "invalid")
		}
	}
	if after := f.admin(t, "GET", path, "").Body.String(); after != before || tried != 200 {
		t.Errorf("after %d tries: %s became %s", tried, before, after)
	}
}

// TestAPIKeys are told once, and end.
func TestAPIKeys(t *testing.T) {
	f := serve(t)
	w := f.admin(t, "POST", "/api/v1/api-keys", `{"name":"screen","role":"viewer","days":1}`)
	k := want[NewKey](t, w, 201)
	bearer := []string{"Authorization", "Bearer " + k.Secret}
	if w := f.ask("GET", "/api/v1/state", "", bearer...); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if list := want[Page[Key]](t, f.admin(t, "GET", "/api/v1/api-keys", ""), 200); len(list.Items) != 1 || list.Items[0].ID != k.ID {
		t.Errorf("got %+v", list)
	}
	if w := f.admin(t, "DELETE", w.Header().Get("Location"), ""); w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wantProblem(t, f.ask("GET", "/api/v1/state", "", bearer...), 401, "unauthorised")
	for _, body := range []string{`{"name":"a","role":"viewer","days":367}`, `{"name":"a","role":"viewer","days":-1}`, `{"name":"a","role":"root"}`, `{"name":"a"}`, `{"role":"viewer"}`} {
		wantProblem(t, f.admin(t, "POST", "/api/v1/api-keys", body), 422, "invalid")
	}
}
