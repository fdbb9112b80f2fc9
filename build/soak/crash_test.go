package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/store"
)

// full tells whether tests may take long.
func full() bool { return os.Getenv("SPACETIME_TEST_FULL") != "" }

// TestKilledLosesNothing kills a process with the control plane, API and engine of
// the program again and again, always on the same folders and port, while an
// operator changes things. What was answered before is there after, whole; what was
// not may be there or not, and nothing in between.
func TestKilledLosesNothing(t *testing.T) {
	kills := 20
	if full() {
		kills = 200
	}
	address := freePort(t)
	scenes, err := filepath.Abs(sceneFolder)
	if err != nil {
		t.Fatal(err)
	}
	v := newVictim(t, os.Args[0], childAddress+"="+address, childScenes+"="+scenes)
	v.address = address
	v.survive(t, kills, 2*time.Second)
}

// TestKilledProgramLosesNothing does so to the program itself.
func TestKilledProgramLosesNothing(t *testing.T) {
	if !full() {
		t.Skip("the program is killed ten times with SPACETIME_TEST_FULL=1")
	}
	address := freePort(t)
	v := newVictim(t, builtProgram(t), "--api", address)
	v.address = address
	v.survive(t, 10, patience)
}

// builtProgram builds the program.
func builtProgram(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "spacetime")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", name, "../../cmd/spacetime")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return name
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// victim is a program that is killed, and what it owes.
type victim struct {
	name, home string
	more       []string
	address    string
	program    *program // the run of now
	slowest    time.Duration
	late       int // starts that took too long

	users, keys map[string]bool   // by name: true is there, false is gone
	maybe       map[string]bool   // users and keys of which no answer came
	scenes      []string          // of the allow-list
	asked       []string          // of the allow-list, of which no answer came; nil: none
	over        []string          // tokens that were revoked
	records     map[string]string // actions by request, that were answered
	kept        *audit.Checkpoint
	named       int // users and keys, so that their names are new each time
	writes      int
}

func newVictim(t *testing.T, name string, more ...string) *victim {
	return &victim{
		name: name, home: t.TempDir(), more: more,
		users: map[string]bool{}, keys: map[string]bool{}, maybe: map[string]bool{}, records: map[string]string{},
	}
}

// survive kills it so often. It must be ready again within most.
func (v *victim) survive(t *testing.T, kills int, most time.Duration) {
	random := rand.New(rand.NewPCG(uint64(kills), 7))
	for n := range kills + 1 {
		p, err := start(t.Context(), v.name, v.home, v.more...)
		if err != nil {
			t.Fatalf("start %d: %v", n, err)
		}
		v.program = p
		t.Cleanup(p.kill)
		if v.slowest = max(v.slowest, p.took); p.took > most {
			v.late++
		}
		v.examine(t)
		if t.Failed() || n == kills {
			break
		}
		dead, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Duration(random.IntN(int(600*time.Millisecond))), func() { p.kill(); cancel() })
		v.change(t, dead)
		<-p.ended
		v.examineFiles(t, n)
	}
	if took, code, err := v.program.terminate(5 * time.Second); err != nil || code != 0 {
		t.Errorf("SIGTERM: %v, exit code %d, %v: %s", took, code, err, &v.program.output)
	}
	if v.late > 1+kills/100 { // a machine that does something else for a moment is no fault
		t.Errorf("%d starts took more than %v, the slowest %v", v.late, most, v.slowest)
	}
	t.Logf("%d kills, %d acknowledged changes, the slowest start %v", kills, v.writes, v.slowest)
}

func (v *victim) caller(t *testing.T, role auth.Role) *caller {
	t.Helper()
	token, err := v.program.token(role)
	if err != nil {
		t.Fatal(err)
	}
	return &caller{base: v.program.at.HTTP, credential: token, client: &http.Client{Transport: &http.Transport{}}, count: newTally()}
}

// change changes one thing after the other until the program is gone. Each of the
// quotas' principals is a key or token of its own.
func (v *victim) change(t *testing.T, ctx context.Context) {
	admin := v.caller(t, auth.Admin)
	defer admin.client.CloseIdleConnections()
	for n := 0; ctx.Err() == nil; n++ {
		for _, do := range []func(*testing.T, context.Context, *caller) bool{v.addKey, v.allow, v.logOut, v.removeKey, v.goOn, v.addUser} {
			if ctx.Err() != nil || !do(t, ctx, admin) {
				return
			}
		}
	}
}

// send sends a change, waiting where the quota says so, and tells whether it was
// acknowledged with the status.
func (v *victim) send(t *testing.T, ctx context.Context, c *caller, want int, action, method, path, body string, headers ...string) (*answer, bool) {
	t.Helper()
	for {
		v.writes++
		id := fmt.Sprintf("kill-%08d", v.writes)
		a, err := c.ask(ctx, method, path, body, append(headers, "X-Request-Id", id)...)
		switch {
		case err != nil:
			v.writes--
			return nil, false
		case a.status == want:
			v.records[id] = action
			return a, true
		case a.status == http.StatusTooManyRequests || a.isBusy():
			v.writes--
			pause(ctx, 50*time.Millisecond)
		default:
			t.Errorf("%s %s %s: %d %s", method, path, headers, a.status, a.body)
			return nil, false
		}
	}
}

func (v *victim) addUser(t *testing.T, ctx context.Context, c *caller) bool {
	v.named++
	name := fmt.Sprintf("user-%06d", v.named)
	v.maybe[name] = true
	if _, ok := v.send(t, ctx, c, http.StatusCreated, "user.create", http.MethodPost, "/api/v1/users", fmt.Sprintf(`{"name":%q,"password":%q,"role":"viewer"}`, name, userPassword)); !ok {
		return false
	}
	delete(v.maybe, name)
	v.users[name] = true
	return true
}

func (v *victim) addKey(t *testing.T, ctx context.Context, c *caller) bool {
	v.named++
	name := fmt.Sprintf("key-%06d", v.named)
	v.maybe[name] = true
	if _, ok := v.send(t, ctx, c, http.StatusCreated, "key.create", http.MethodPost, "/api/v1/api-keys", fmt.Sprintf(`{"name":%q,"role":"operator"}`, name)); !ok {
		return false
	}
	delete(v.maybe, name)
	v.keys[name] = true
	return true
}

// removeKey revokes one of the keys.
func (v *victim) removeKey(t *testing.T, ctx context.Context, c *caller) bool {
	a, err := c.ask(ctx, http.MethodGet, "/api/v1/api-keys?limit=200", "")
	if err != nil {
		return false
	}
	var list struct {
		Items []struct{ ID, Name string }
	}
	if a.status != http.StatusOK || a.into(&list) != nil || len(list.Items) == 0 {
		return true // busy
	}
	key := list.Items[rand.IntN(len(list.Items))]
	there := v.keys[key.Name]
	delete(v.keys, key.Name)
	v.maybe[key.Name] = true
	if _, ok := v.send(t, ctx, c, http.StatusNoContent, "key.revoke", http.MethodDelete, "/api/v1/api-keys/"+key.ID, ""); !ok {
		return false
	}
	delete(v.maybe, key.Name)
	if v.keys[key.Name] = false; !there {
		t.Errorf("%s was revoked and listed", key.Name)
	}
	return true
}

// allow changes the list of scenes that may be shown.
func (v *victim) allow(t *testing.T, ctx context.Context, c *caller) bool {
	a, err := c.ask(ctx, http.MethodGet, "/api/v1/scene-allowlist", "")
	if err != nil {
		return false
	}
	if a.status != http.StatusOK {
		return true
	}
	v.asked = []string{"solar-system", fmt.Sprintf("scene-%d", v.writes)}
	body := fmt.Sprintf(`{"enforced":true,"scenes":["%s"]}`, strings.Join(v.asked, `","`))
	if _, ok := v.send(t, ctx, c, http.StatusOK, "allowlist.change", http.MethodPut, "/api/v1/scene-allowlist", body, "If-Match", a.header.Get("Etag")); !ok {
		return false
	}
	v.scenes, v.asked = v.asked, nil
	return true
}

// logOut ends the session of a token that was good.
func (v *victim) logOut(t *testing.T, ctx context.Context, _ *caller) bool {
	c := v.caller(t, auth.Operator)
	defer c.client.CloseIdleConnections()
	if _, ok := v.send(t, ctx, c, http.StatusNoContent, "auth.logout", http.MethodPost, "/api/v1/auth/logout", ""); !ok {
		return false
	}
	v.over = append(v.over, c.credential)
	return true
}

// goOn is a change of the world, of which only the record is kept, and a copy of the
// newest checkpoint.
func (v *victim) goOn(t *testing.T, ctx context.Context, c *caller) bool {
	if a, err := c.ask(ctx, http.MethodGet, "/api/v1/audit/checkpoint", ""); err == nil && a.status == http.StatusOK {
		var kept audit.Checkpoint
		if err := a.into(&kept); err != nil {
			t.Error(err)
		}
		v.kept = &kept
	}
	_, ok := v.send(t, ctx, c, http.StatusOK, "", http.MethodPatch, "/api/v1/time", `{"rate":60}`)
	return ok
}

// examine asks the program of now for all that its predecessors owe.
func (v *victim) examine(t *testing.T) {
	t.Helper()
	if want := "http://" + v.address; v.program.at.HTTP != want || v.program.at.PID != v.program.Process.Pid {
		t.Errorf("the instance file tells of process %d at %s, want %d at %s", v.program.at.PID, v.program.at.HTTP, v.program.Process.Pid, want)
	}
	admin := v.caller(t, auth.Admin)
	defer admin.client.CloseIdleConnections()
	for path, owed := range map[string]map[string]bool{"/api/v1/users": v.users, "/api/v1/api-keys": v.keys} {
		v.settle(t, owed, names(t, admin, path))
	}
	a, err := admin.must(t.Context(), http.StatusOK, http.MethodGet, "/api/v1/scene-allowlist", "")
	var list struct{ Scenes []string }
	if err != nil || a.into(&list) != nil {
		t.Fatal(err)
	}
	if !slices.Equal(list.Scenes, v.scenes) && !(v.asked != nil && slices.Equal(list.Scenes, v.asked)) {
		t.Errorf("the list of scenes is %v, want %v or %v", list.Scenes, v.scenes, v.asked)
	}
	v.scenes, v.asked = list.Scenes, nil
	recent := v.over[max(0, len(v.over)-10):] // each costs a little of the quota for wrong credentials
	for _, token := range recent {
		c := *admin
		c.credential = token
		if status := c.status(t, http.MethodGet, "/api/v1/state", ""); status != http.StatusUnauthorized {
			t.Errorf("a revoked session is good again: %d", status)
		}
	}
	v.examineAudit(t)
}

// settle compares what is there with what is owed; what was not answered may be
// either way, and stays so from now on.
func (v *victim) settle(t *testing.T, owed map[string]bool, there map[string]string) {
	t.Helper()
	for name, want := range owed {
		if _, is := there[name]; is != want && !v.maybe[name] {
			t.Errorf("%s: there %v, want %v", name, is, want)
		}
	}
	for name, role := range there {
		if _, known := owed[name]; !known && !v.maybe[name] {
			t.Errorf("%s was never asked for", name)
		}
		if role != "viewer" && role != "operator" {
			t.Errorf("%s is half there: role %q", name, role)
		}
		owed[name] = true
		delete(v.maybe, name)
	}
}

// names reads a whole list: roles by name.
func names(t *testing.T, c *caller, path string) map[string]string {
	t.Helper()
	all, cursor := map[string]string{}, ""
	for {
		a, err := c.must(t.Context(), http.StatusOK, http.MethodGet, path+"?limit=200"+cursor, "")
		var list struct {
			Items []struct{ Name, Role string }
			Next  string `json:"next_cursor"`
		}
		if err == nil {
			err = a.into(&list)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range list.Items {
			all[one.Name] = one.Role
		}
		if list.Next == "" {
			return all
		}
		cursor = "&cursor=" + list.Next
	}
}

// examineAudit verifies the audit log as one would elsewhere, and looks in it for
// every change to who may do what that was answered.
func (v *victim) examineAudit(t *testing.T) {
	t.Helper()
	paths := v.program.control()
	key, err := api.AuditKey(paths.AuditKey)
	if err != nil {
		t.Fatal(err)
	}
	v.verifyAudit(t, paths.Audit, key)
	found := map[string]string{}
	for after := uint64(0); ; {
		records, err := audit.Read(paths.Audit, after, 200)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			found[r.Request] = r.What
		}
		if len(records) < 200 {
			break
		}
		after = records[len(records)-1].Number
	}
	for id, action := range v.records {
		if action != "" && found[id] != action {
			t.Errorf("%s was answered and its record is %q, want %q", id, found[id], action)
		}
	}
}

func (v *victim) verifyAudit(t *testing.T, folder string, key ed25519.PublicKey) {
	t.Helper()
	report, err := audit.Verify(folder, key, v.kept)
	if err != nil || report.Fault != nil {
		t.Errorf("the audit log: %v, %v", err, report.Fault)
	}
}

// examineFiles looks into the database of a program that was killed. Every other
// time it leaves that to the next one.
func (v *victim) examineFiles(t *testing.T, n int) {
	t.Helper()
	if n%2 == 0 {
		return
	}
	s, err := store.Open(v.program.control().Database)
	if err != nil {
		t.Fatal(err)
	}
	users, listErr := s.Users(t.Context())
	if err := errors.Join(s.Verify(t.Context()), listErr, s.Close()); err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		if u.Name == "" || u.Role != "viewer" || len(u.Password) == 0 || u.Revision != 1 {
			t.Errorf("a user is half there: %+v", u)
		}
	}
	there := slices.Sorted(maps.Keys(v.users))
	if len(users) < len(there) {
		t.Errorf("%d users in the database, %d were answered", len(users), len(there))
	}
}
