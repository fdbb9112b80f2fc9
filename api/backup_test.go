package api

import (
	"database/sql"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine/host"
)

func opened(t *testing.T, paths ControlPaths, log *slog.Logger) *Control {
	t.Helper()
	c, err := OpenControl(t.Context(), paths, "test", log)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func closed(t *testing.T, c *Control) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// TestNewLayoutIsTold: where a new version changed the database, the log tells
// where the old one is.
func TestNewLayoutIsTold(t *testing.T) {
	paths := PathsOfControl(host.Paths{State: t.TempDir()})
	var log strings.Builder
	start := func() { closed(t, opened(t, paths, slog.New(slog.NewTextHandler(&log, nil)))) }
	start()
	db, err := sql.Open("sqlite", filepath.ToSlash(paths.Database))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec("CREATE TABLE meta (key TEXT) STRICT; DELETE FROM goose_db_version WHERE version_id = 2") // as the first version left it
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if log.Len() != 0 {
		t.Errorf("a new database is told of: %s", &log)
	}
	start()
	if _, err := os.Stat(paths.Database + ".layout-1"); err != nil || !strings.Contains(log.String(), "before=1 now=2 copy="+paths.Database+".layout-1") {
		t.Errorf("%v; the log tells %q", err, &log)
	}
}

const backups = "/api/v1/backups"

// wantBackup is the backup in an answer, in a file.
func wantBackup(t *testing.T, w *httptest.ResponseRecorder) (path string) {
	t.Helper()
	if got := w.Header().Get("Content-Type"); w.Code != 200 || got != backupType || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s: %.100q", w.Code, got, w.Body)
	}
	path = filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(path, w.Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Verify(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// restore does what docs/operating.md says to the database of a stopped program.
func restore(t *testing.T, paths ControlPaths, backup string) {
	t.Helper()
	files, err := filepath.Glob(paths.Database + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(backup, paths.Database); err != nil {
		t.Fatal(err)
	}
}

// TestBackupIsRestored: a backup of a program that runs, in the place of another's
// database, has everybody who was there, and nobody who came later.
func TestBackupIsRestored(t *testing.T) {
	const password = "correct horse battery"
	f := serve(t)
	for _, name := range []string{"root", "anna"} {
		want[User](t, f.admin(t, "POST", "/api/v1/users", `{"name":"`+name+`","password":"`+password+`","role":"admin"}`), 201)
	}
	key, _, err := f.auth.CreateKey(t.Context(), "prometheus", auth.Metrics, 0)
	if err != nil {
		t.Fatal(err)
	}
	in := want[Tokens](t, f.ask("POST", "/api/v1/auth/token", `{"grant_type":"password","name":"anna","password":"`+password+`"}`), 200)
	f.admin(t, "PUT", "/api/v1/scene-allowlist", `{"enforced":true,"scenes":["moon"]}`, "If-Match", `"1"`)
	f.admin(t, "POST", "/api/v1/security/bans", `{"address":"198.51.100.1"}`)
	before := fmt.Sprint(shown(f.auth.Users()))
	backup := wantBackup(t, f.admin(t, "POST", backups, ""))
	want[User](t, f.admin(t, "POST", "/api/v1/users", `{"name":"eve","password":"`+password+`","role":"admin"}`), 201)

	paths := PathsOfControl(host.Paths{State: t.TempDir()}) // another machine: with keys of its own
	closed(t, opened(t, paths, nil))
	restore(t, paths, backup)
	control := opened(t, paths, nil)
	defer closed(t, control)
	if got := fmt.Sprint(shown(control.auth.Users())); got != before {
		t.Errorf("users %s, want %s", got, before)
	}
	if _, err := control.auth.Login(t.Context(), "anna", password, addr(afar)); err != nil {
		t.Errorf("anna cannot log in: %v", err)
	}
	if _, err := control.auth.Refresh(t.Context(), in.RefreshToken); err != nil {
		t.Errorf("the login does not go on: %v", err)
	}
	if p, err := control.auth.Authenticate(key.Reveal()); err != nil || p.Role != auth.Metrics {
		t.Errorf("the API key is %+v, %v", p, err)
	}
	if l := control.allow.Load(); !l.Enforced || len(l.Scenes) != 1 || l.Scenes[0] != "moon" {
		t.Errorf("allow-list %+v", l)
	}
	if bans, err := control.store.Bans(t.Context()); err != nil || len(bans) != 1 || bans[0].Prefix.String() != "198.51.100.1/32" {
		t.Errorf("bans %+v, %v", bans, err)
	}
	if err := control.store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// shown is who users are and what they may, without the clock's own reading that
// times have which were never written.
func shown(users []auth.User) (all []string) {
	for _, u := range users {
		all = append(all, fmt.Sprintln(u.ID, u.Name, u.Role, u.Revision, u.Created.UTC().Format(time.RFC3339Nano)))
	}
	return all
}

// TestBackupIsRecorded, holds up to the frame, and leaves nothing behind.
func TestBackupIsRecorded(t *testing.T) {
	f := serve(t)
	w := f.admin(t, "POST", backups, "")
	size := w.Body.Len()
	wantBackup(t, w)
	records := want[Page[audit.Record]](t, f.as(t, auth.Admin, "GET", "/api/v1/audit/records", ""), 200).Items
	found := slices.IndexFunc(records, func(r audit.Record) bool { return r.What == "backup.create" })
	if found < 0 {
		t.Fatalf("recorded %+v", records)
	}
	if r := records[found]; r.Result != "ok" || !r.Security || r.Details["bytes"] != strconv.Itoa(size) {
		t.Errorf("recorded %+v", r)
	}
	wantProblem(t, f.admin(t, "POST", backups, "", idempotencyKey, someKey), 400, "malformed")
	f.setShed(1)
	wantProblem(t, f.admin(t, "POST", backups, ""), 503, reducedCapacity)
	f.setShed(0)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(f.paths.Database), ".backup-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	for _, name := range []lane{heavy, streams} {
		if n := f.lanes[name].Counts().Inside; n != 0 {
			t.Errorf("%d are left in the lane %s", n, laneNames[name])
		}
	}
}
