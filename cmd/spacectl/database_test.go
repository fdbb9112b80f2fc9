package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// ownDatabase is where the database of this user's program is.
func ownDatabase(t *testing.T) string {
	t.Helper()
	paths, err := host.UserPaths()
	if err != nil {
		t.Fatal(err)
	}
	return api.PathsOfControl(paths).Database
}

// TestDatabaseOfARunningProgram is backed up, into a file that opens as what it is a
// copy of; it is neither overwritten, nor migrated.
func TestDatabaseOfARunningProgram(t *testing.T) {
	fly(t)
	if r := typed("correct horse battery\n", "users", "add", "anna", "--role", "admin"); r.code != exit.OK {
		t.Fatal(r.err)
	}
	file := filepath.Join(t.TempDir(), "copy.db")
	r := spacectl("database", "backup", file)
	r.want(t, exit.OK, "")
	info, err := os.Stat(file)
	if err != nil || !strings.HasPrefix(r.out, file+": ") || !strings.HasSuffix(r.out, " bytes, verified\n") {
		t.Fatalf("%v, prints %q", err, r.out)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("mode %o", mode)
	}
	spacectl("database", "backup", file).want(t, exit.Usage, "is there already")
	spacectl("database", "backup", filepath.Join(file, "x.db")).want(t, exit.IO, "x.db")
	spacectl("database", "migrate").want(t, exit.PortTaken, "another process has it open; stop that one first (process ")
	spacectl("database", "migrate", "--dry-run").want(t, exit.PortTaken, "another process has it open")
	if r := spacectl("database", "migrate", "--dry-run", file); r.out != file+" has layout 2, which is this version's\n" {
		t.Errorf("prints %q, %s", r.out, r.err)
	}
	s, err := store.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if users, err := s.Users(t.Context()); err != nil || len(users) != 1 || users[0].Name != "anna" {
		t.Errorf("users %+v, %v", users, err)
	}
}

// TestBackupThatIsNone is not kept.
func TestBackupThatIsNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "copy.db")
	for _, tt := range []struct {
		answer scripted
		code   int
		tells  string
	}{
		{ok(strings.Repeat("no database ", 999)), exit.BadData, "not a database"},
		{ok(""), exit.BadData, "no database of this program"},
		{problem(403, "the credential lacks a scope: backups:write"), exit.NotPermitted, "the role admin has it"},
	} {
		scriptedServer(t, map[string]scripted{"POST /api/v1/backups": tt.answer})
		spacectl("database", "backup", file).want(t, tt.code, tt.tells)
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("%s: the file is there, %v", tt.tells, err)
		}
	}
}

// TestMigrateAStoppedProgram: what is this version's already is told, what is not
// there is not made, and what is not this user's alone is refused.
func TestMigrateAStoppedProgram(t *testing.T) {
	home(t)
	file := ownDatabase(t)
	for _, line := range [][]string{{"database", "migrate"}, {"database", "migrate", "--dry-run"}} {
		spacectl(line...).want(t, exit.NoInput, "control.db")
	}
	s, err := store.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"database migrate":                  file + " has layout 2, which is this version's\n",
		"database migrate --dry-run --json": `{"file":"` + filepath.ToSlash(file) + `","before":2,"now":2,"steps":[],"dry_run":true}` + "\n",
	} {
		if r := spacectl(strings.Fields(line)...); r.code != exit.OK || r.out != want {
			t.Errorf("%s ends with %d, prints %q, %s; want %q", line, r.code, r.out, r.err, want)
		}
	}
	if runtime.GOOS == "windows" {
		return // has no mode bits
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	spacectl("database", "migrate", "--dry-run").want(t, exit.Config, "open to other users")
	write(t, file, "text")
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	spacectl("database", "migrate").want(t, exit.BadData, "not a database")
}

// TestMigrated says what was done, and what would be.
func TestMigrated(t *testing.T) {
	steps := []string{"00002_a.sql", "00003_b.sql"}
	for want, m := range map[string]migrated{
		"f would take 00002_a.sql, 00003_b.sql from layout 1 to 3":                  {"f", 1, 3, steps, "", true},
		"f took 00002_a.sql, 00003_b.sql from layout 1 to 3; as it was it is f.old": {"f", 1, 3, steps, "f.old", false},
		"f has layout 3, which is this version's":                                   {"f", 3, 3, nil, "", false},
	} {
		if got := m.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
