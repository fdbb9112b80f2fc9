package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine"
)

// Threat: a part fails, and what asked it is let through. Each fault here happens
// to a real control plane under a real engine. Whatever it is, nobody without a
// credential changes anything, and frames are drawn.

// The statuses that changes may have while a fault lasts: of what is kept in the
// database, and of the world, which is only recorded in the audit log.
type promise struct{ stored, world int }

var (
	readOnly  = promise{http.StatusServiceUnavailable, http.StatusServiceUnavailable}
	worldOnly = promise{http.StatusServiceUnavailable, http.StatusOK}
	unharmed  = promise{http.StatusCreated, http.StatusOK}
)

// holds checks what is promised in a fault.
func (w *world) holds(t *testing.T, admin *caller, p promise) {
	t.Helper()
	w.refusesStrangers(t, admin)
	for _, path := range []string{"/api/v1/state", "/api/v1/users", "/api/v1/scenes", "/api/v1/scene-allowlist"} {
		if got := admin.status(t, http.MethodGet, path, ""); got != http.StatusOK {
			t.Errorf("GET %s: %d, want 200", path, got)
		}
	}
	keysMade++
	key := fmt.Sprintf(`{"name":"fault-%d","role":"viewer"}`, keysMade)
	a := admin.change(t, http.MethodPost, "/api/v1/api-keys", key)
	if a.status != p.stored || bytes.Contains(a.body, []byte("stk_")) != (p.stored == http.StatusCreated) {
		t.Errorf("make a key: %d %s, want %d", a.status, a.body, p.stored)
	}
	if a := admin.change(t, http.MethodPatch, "/api/v1/time", `{"rate":60}`); a.status != p.world {
		t.Errorf("change the time: %d %s, want %d", a.status, a.body, p.world)
	}
	w.advances(t)
}

// change asks for a change, again while the quota is used up.
func (c *caller) change(t *testing.T, method, path, body string) *answer {
	t.Helper()
	for {
		a, err := c.ask(t.Context(), method, path, body)
		if err != nil {
			t.Fatal(err)
		}
		if a.status != http.StatusTooManyRequests {
			return a
		}
		time.Sleep(200 * time.Millisecond)
	}
}

var keysMade int // so that their names are new each time

// refusesStrangers tries to change things without a credential, with one that is
// made up, and with one that may not.
func (w *world) refusesStrangers(t *testing.T, admin *caller) {
	t.Helper()
	parts := strings.Split(admin.credential, ".")
	for _, credential := range []string{"", "stk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", parts[0] + "." + parts[1] + "." + strings.Repeat("A", 86)} {
		stranger := *admin
		stranger.credential = credential
		for _, change := range [][3]string{
			{http.MethodPatch, "/api/v1/time", `{"rate":1}`},
			{http.MethodPost, "/api/v1/users", `{"name":"mallory","password":"correct horse battery","role":"admin"}`},
		} {
			if got := stranger.status(t, change[0], change[1], change[2]); got != http.StatusUnauthorized {
				t.Errorf("%s %s with %q: %d, want 401", change[0], change[1], credential, got)
			}
		}
	}
}

// advances checks that frames are drawn.
func (w *world) advances(t *testing.T) {
	t.Helper()
	before := w.engine.Frames()
	for end := time.Now().Add(2 * time.Second); w.engine.Frames() < before+3; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no frame is drawn any more")
		}
	}
}

// recovers waits until changes are taken again.
func (w *world) recovers(t *testing.T, admin *caller) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if admin.change(t, http.MethodPatch, "/api/v1/time", `{"rate":60}`).status == http.StatusOK {
			break
		}
		if time.Now().After(end) {
			t.Fatal("nothing may change ten seconds after the fault is gone")
		}
	}
	w.holds(t, admin, unharmed)
}

// limitFiles lets no file grow beyond so many bytes, as a full disk does not; the
// function that it returns makes room again. Go ignores SIGXFSZ, so that a write
// fails with EFBIG.
func limitFiles(t *testing.T, size int64) (room func()) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
	}
	set(syscall.Rlimit{Cur: uint64(size), Max: old.Max})
	room = func() { set(old) }
	t.Cleanup(room)
	return room
}

func fileSize(t *testing.T, name string) int64 {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestDatabaseFull(t *testing.T) {
	w := flying(t, testPaths(t), nil)
	admin := w.as(t, auth.Admin)
	w.holds(t, admin, unharmed)
	room := limitFiles(t, fileSize(t, api.PathsOfControl(w.paths).Database+"-wal"))
	w.holds(t, admin, worldOnly)
	room()
	w.recovers(t, admin)
	if there := names(t, admin, "/api/v1/api-keys"); len(there) != 2 {
		t.Errorf("the keys %v are there, want the two that were answered with 201", there)
	}
}

// TestDiskFull fills it for everything at once.
func TestDiskFull(t *testing.T) {
	w := flying(t, testPaths(t), nil)
	admin := w.as(t, auth.Admin)
	w.holds(t, admin, unharmed)
	room := limitFiles(t, 1)
	_ = admin.status(t, http.MethodPost, "/api/v1/cache/purge", `{}`) // finds out
	w.holds(t, admin, readOnly)
	room()
	w.recovers(t, admin)
}

// TestDatabaseRemoved: a change that would be gone at the next start is not taken.
func TestDatabaseRemoved(t *testing.T) {
	w := flying(t, testPaths(t), nil)
	admin := w.as(t, auth.Admin)
	w.holds(t, admin, unharmed)
	if err := os.Remove(api.PathsOfControl(w.paths).Database); err != nil {
		t.Fatal(err)
	}
	w.holds(t, admin, worldOnly)
}

// TestDatabaseCorrupted writes over the file of a running program, and starts
// another on it.
func TestDatabaseCorrupted(t *testing.T) {
	paths := testPaths(t)
	w := flying(t, paths, nil)
	admin := w.as(t, auth.Admin)
	w.holds(t, admin, unharmed)
	database := api.PathsOfControl(paths).Database
	if err := os.WriteFile(database, bytes.Repeat([]byte("no database "), int(fileSize(t, database))/12), 0o600); err != nil {
		t.Fatal(err)
	}
	w.refusesStrangers(t, admin)
	w.advances(t)
	if got := admin.status(t, http.MethodGet, "/api/v1/users", ""); got != http.StatusOK {
		t.Errorf("users: %d, want 200 from memory", got)
	}
	if got := admin.status(t, http.MethodPost, "/api/v1/api-keys", `{"name":"late","role":"viewer"}`); got != http.StatusCreated && got != http.StatusServiceUnavailable {
		t.Errorf("make a key: %d, want 201 or 503", got)
	}
	_ = w.end()
	if err := os.WriteFile(database, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := begin(paths, func(*api.Options) {}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("started on it: %v, want ErrDamaged", err)
	}
}

// TestTwoAtOnce: the second neither starts nor disturbs the first, and another
// process that only looks does not get in either.
func TestTwoAtOnce(t *testing.T) {
	w := flying(t, testPaths(t), nil)
	admin := w.as(t, auth.Admin)
	if _, err := begin(w.paths, func(*api.Options) {}); !errors.Is(err, store.ErrInUse) {
		t.Errorf("a second one: %v, want ErrInUse", err)
	}
	if at, err := api.ReadInstance(w.paths.Instance()); err != nil || at.HTTP != w.server.URL() {
		t.Errorf("the instance file tells of %s, %v", at.HTTP, err)
	}
	w.holds(t, admin, unharmed)
}

// TestKeysBroken: with a key that is no key, or that others can read, it does not
// start.
func TestKeysBroken(t *testing.T) {
	file := func(p api.ControlPaths, which string) string {
		return map[string]string{"instance key": p.Key, "audit key": p.AuditKey, "database": p.Database}[which]
	}
	for _, tt := range []struct {
		which string
		spoil func(name string) error
		want  error
	}{
		{"instance key", func(name string) error { return os.Chmod(name, 0o644) }, store.ErrNotPrivate},
		{"instance key", func(name string) error { return os.WriteFile(name, []byte(`{"instance":"x"}`), 0o600) }, store.ErrDamaged},
		{"instance key", func(name string) error { return os.Truncate(name, 0) }, store.ErrDamaged},
		{"audit key", func(name string) error { return os.Chmod(name, 0o640) }, store.ErrNotPrivate},
		{"audit key", func(name string) error { return os.Truncate(name, 10) }, store.ErrDamaged},
		{"database", func(name string) error { return os.Chmod(name, 0o644) }, store.ErrNotPrivate},
		{"database", func(name string) error { return os.Truncate(name, 5000) }, store.ErrDamaged},
	} {
		t.Run(tt.which, func(t *testing.T) {
			paths := testPaths(t)
			if err := flying(t, paths, nil).end(); err != nil {
				t.Fatal(err)
			}
			if err := tt.spoil(file(api.PathsOfControl(paths), tt.which)); err != nil {
				t.Fatal(err)
			}
			_, err := begin(paths, func(*api.Options) {})
			if !errors.Is(err, tt.want) || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("started with %v, want one line that is %v", err, tt.want)
			}
		})
	}
}

// TestInstanceKeyRemoved while it runs: those who are in stay in, tokens are
// checked from memory.
func TestInstanceKeyRemoved(t *testing.T) {
	w := flying(t, testPaths(t), nil)
	admin := w.as(t, auth.Admin)
	if err := os.Remove(api.PathsOfControl(w.paths).Key); err != nil {
		t.Fatal(err)
	}
	w.holds(t, admin, unharmed)
	if _, err := auth.IssueLocal(api.PathsOfControl(w.paths).Key, auth.Admin, time.Minute); err == nil {
		t.Error("a token was made without a key")
	}
}

// TestClockJumps turns the clock of the authority, which takes its time from
// outside: a token is good in its time and at no other, and a ban of guesses is
// not lifted by turning back.
func TestClockJumps(t *testing.T) {
	folder := t.TempDir()
	s, err := store.Open(filepath.Join(folder, "control.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	keys, err := auth.OpenKeys(filepath.Join(folder, "instance.key"))
	if err != nil {
		t.Fatal(err)
	}
	var ahead atomic.Int64
	began := time.Now()
	a, err := auth.Open(t.Context(), s, keys, func() time.Time { return began.Add(time.Duration(ahead.Load())) })
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := a.CreateKey(t.Context(), "kiosk", auth.Viewer, 0)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := a.LoginKey(key.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		jump       time.Duration
		token, key bool
	}{
		{0, true, true},
		{2 * time.Hour, false, true},
		{-2 * time.Hour, false, true},
		{100 * 24 * time.Hour, false, false},
		{math.MaxInt64 / 4, false, false}, // 73 years
		{0, true, true},
	} {
		ahead.Store(int64(tt.jump))
		_, tokenErr := a.Authenticate(tokens.Access.Reveal())
		_, keyErr := a.Authenticate(key.Reveal())
		if (tokenErr == nil) != tt.token || (keyErr == nil) != tt.key {
			t.Errorf("%v ahead: token %v, key %v; want them good: %v, %v", tt.jump, tokenErr, keyErr, tt.token, tt.key)
		}
	}
}

// TestPortsTaken: it does not start, says which port, and gives all else back.
func TestPortsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, change := range map[string]func(*api.Options){
		"the API's":   func(o *api.Options) { o.Address = taken.Addr().String() },
		"telemetry's": func(o *api.Options) { o.Telemetry = taken.Addr().String() },
	} {
		t.Run(name, func(t *testing.T) {
			paths := testPaths(t)
			free := freePort(t)
			if _, err := begin(paths, func(o *api.Options) { o.Address = free; change(o) }); !errors.Is(err, api.ErrPortTaken) || !strings.Contains(err.Error(), taken.Addr().String()) {
				t.Fatalf("started with %v, want ErrPortTaken at %v", err, taken.Addr())
			}
			if _, err := os.Stat(paths.Instance()); err == nil {
				t.Error("it left an instance file")
			}
			w := flying(t, paths, func(o *api.Options) { o.Address = free }) // the database and the other port are free
			w.holds(t, w.as(t, auth.Admin), unharmed)
		})
	}
}

func TestHandlerPanics(t *testing.T) {
	f := &faulty{}
	w := flying(t, testPaths(t), func(o *api.Options) { o.Engine = f })
	admin := w.as(t, auth.Admin)
	f.panics = true
	a, err := admin.ask(t.Context(), http.MethodPatch, "/api/v1/time", `{"rate":60}`)
	if err != nil || a.status != http.StatusInternalServerError || bytes.Contains(a.body, []byte("goroutine")) || bytes.Contains(a.body, []byte("mistake")) {
		t.Errorf("%v, %+v, want 500 that tells nothing", err, a)
	}
	w.refusesStrangers(t, admin)
	w.advances(t)
	f.panics = false
	w.holds(t, admin, unharmed)
}

// TestCertificateBroken while it is served: the old one is served on, and the next
// good one after it.
func TestCertificateBroken(t *testing.T) {
	paths := testPaths(t)
	folder := certs.Folder(filepath.Join(paths.Config, "tls"))
	if _, err := folder.Init([]string{"127.0.0.1"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	roots, err := folder.Roots()
	if err != nil {
		t.Fatal(err)
	}
	var failed atomic.Int32
	w := flying(t, paths, func(o *api.Options) {
		o.Network.Certificates = certs.Source{Cert: folder.Server(), Key: folder.Server(), Failed: func(error) { failed.Add(1) }}
	})
	admin := w.as(t, auth.Admin)
	admin.client = trusting(roots)
	w.holds(t, admin, unharmed)
	good, err := os.ReadFile(folder.Server())
	if err == nil {
		err = os.WriteFile(folder.Server(), good[:len(good)/2], 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2100 * time.Millisecond) // files are looked at every two seconds
	admin.client = trusting(roots)
	w.holds(t, admin, unharmed)
	if failed.Load() != 1 {
		t.Errorf("told %d times, want once", failed.Load())
	}
}

func TestRuntimeFolderUnwritable(t *testing.T) {
	paths := testPaths(t)
	if err := os.WriteFile(paths.Runtime, nil, 0o600); err != nil { // a folder cannot be kept from root otherwise
		t.Fatal(err)
	}
	free := freePort(t)
	if _, err := begin(paths, func(o *api.Options) { o.Address = free }); err == nil || !strings.Contains(err.Error(), paths.Runtime) {
		t.Fatalf("started with %v, want an error that names the folder", err)
	}
	l, err := net.Listen("tcp", free)
	if err != nil {
		t.Errorf("the port is still taken: %v", err)
	} else {
		_ = l.Close()
	}
}

// TestEndsDuringRequests ends a process with SIGTERM in the middle of changes, and
// looks whether all that it answered is there.
func TestEndsDuringRequests(t *testing.T) {
	address := freePort(t)
	scenes, err := filepath.Abs(sceneFolder)
	if err != nil {
		t.Fatal(err)
	}
	v := newVictim(t, os.Args[0], childAddress+"="+address, childScenes+"="+scenes)
	v.address = address
	for n := range 4 {
		p, err := start(t.Context(), v.name, v.home, v.more...)
		if err != nil {
			t.Fatal(err)
		}
		v.program = p
		t.Cleanup(p.kill)
		v.examine(t)
		over, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		time.AfterFunc(200*time.Millisecond, func() {
			defer close(ended)
			if took, code, err := p.terminate(5 * time.Second); err != nil || code != 0 {
				t.Errorf("end %d took %v: %v, exit code %d: %s", n, took, err, code, &p.output)
			}
			cancel()
		})
		v.change(t, over)
		<-ended
		if _, err := os.Stat(p.paths.Instance()); err == nil {
			t.Error("it left its instance file")
		}
	}
}

// TestSceneListHolds: while the list of scenes that may be shown cannot be read,
// the engine does not show what is not on it.
func TestSceneListHolds(t *testing.T) {
	w := flying(t, testPaths(t), nil)
	admin := w.as(t, auth.Admin)
	a, err := admin.ask(t.Context(), http.MethodGet, "/api/v1/scene-allowlist", "")
	if err != nil {
		t.Fatal(err)
	}
	tag := a.header.Get("Etag")
	put := func() int {
		return admin.status(t, http.MethodPut, "/api/v1/scene-allowlist", `{"enforced":true,"scenes":["saturn"]}`, "If-Match", tag)
	}
	if got := put(); got != http.StatusOK {
		t.Fatalf("%d", got)
	}
	limitFiles(t, 1)
	if got := admin.status(t, http.MethodPut, "/api/v1/scenes/current", `{"slug":"earthrise"}`); got != http.StatusForbidden && got != http.StatusServiceUnavailable {
		t.Errorf("a scene that may not be shown: %d", got)
	}
	if _, err := w.engine.LoadScene(t.Context(), "earthrise", nil, nil); !errors.Is(err, engine.ErrSceneNotAllowed) {
		t.Errorf("the engine shows it: %v", err)
	}
}

// TestOwnAddressIsNotBanned: nobody can lock this machine's operators out, and trying
// is a mistake of the client's.
func TestOwnAddressIsNotBanned(t *testing.T) {
	w := flying(t, testPaths(t), nil)
	admin := w.as(t, auth.Admin)
	for _, address := range []string{"127.0.0.1", "::1", "127.9.9.9"} {
		if a := admin.change(t, http.MethodPost, "/api/v1/security/bans", `{"address":"`+address+`"}`); a.status != http.StatusUnprocessableEntity {
			t.Errorf("ban %s: %d %s, want 422", address, a.status, a.body)
		}
	}
	w.holds(t, admin, unharmed)
}
