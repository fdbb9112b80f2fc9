package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openNew(t *testing.T) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "control.db"))
}

func TestOpenMakesPrivateFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no mode bits
	}
	dir := filepath.Join(t.TempDir(), "state 100%?#") // characters that mean something in an address
	path := filepath.Join(dir, "control.db")
	s := openAt(t, path)
	check(t, "create", s.CreateUser(t.Context(), ada()), nil)
	want := map[string]fs.FileMode{dir: 0o700, path: 0o600, path + "-wal": 0o600}
	for name, mode := range want {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, error %v, want mode %v", name, info, err, mode)
		}
	}
	noSharedMemory(t, dir)
	// An old database has WAL from its first page on, which is where a wrong
	// order of pragmas shows.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path)
	check(t, "delete", s.DeleteUser(t.Context(), ada().ID, 1), nil)
	noSharedMemory(t, dir)
}

func noSharedMemory(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if len(files) != 2 || err != nil {
		t.Errorf("%v, error %v, want the database and its -wal, no -shm", files, err)
	}
}

func TestOpenRefusesWideFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path)
	if runtime.GOOS != "windows" && (err == nil || !strings.Contains(err.Error(), "open to other users (mode 0640)")) {
		t.Errorf("error %v, want one that names the mode", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(path string) error
		want  string
	}{
		{"no database", func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("text ", 999)), 0o600) }, "not a database"},
		{"newer layout", func(path string) error {
			s, err := Open(path)
			if err != nil {
				return err
			}
			_, err = s.db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
			return errors.Join(err, s.Close())
		}, "layout 99"},
		{"a folder", func(path string) error { return os.Mkdir(path, 0o700) }, "open database"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "control.db")
			if err := tt.spoil(path); err != nil {
				t.Fatal(err)
			}
			s, err := Open(path)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if s != nil {
				t.Error("a store came with the error")
			}
		})
	}
}

func TestSettings(t *testing.T) {
	s := openNew(t)
	for pragma, want := range map[string]string{
		"locking_mode": "exclusive", "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0",
	} {
		var got string
		if err := s.db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, error %v, want %q", pragma, got, err, want)
		}
	}
}

func TestTablesAreStrict(t *testing.T) {
	s := openNew(t)
	loose, err := list(t.Context(), s, func(r *sql.Rows) (name string, err error) { return name, r.Scan(&name) },
		"SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 ORDER BY name")
	// The two are made by goose and by SQLite.
	if got := fmt.Sprint(loose); err != nil || got != "[goose_db_version sqlite_schema sqlite_sequence]" && got != "[goose_db_version sqlite_schema]" {
		t.Errorf("tables that are not STRICT: %v, error %v", loose, err)
	}
}

func TestReopenKeeps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.db")
	s := openAt(t, path)
	check(t, "create", s.CreateUser(t.Context(), ada()), nil)
	check(t, "close", s.Close(), nil)
	got, err := openAt(t, path).Users(t.Context())
	equal(t, "users", got, err, []User{ada()})
}

func TestContextEnds(t *testing.T) {
	s := openNew(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	check(t, "write", s.CreateUser(ctx, ada()), context.Canceled)
	_, err := s.Users(ctx)
	check(t, "read", err, context.Canceled)
	got, err := s.Users(t.Context())
	equal(t, "afterwards", got, err, nil)
}

func TestHashDoesNotPrint(t *testing.T) {
	u := User{Name: "ada", Password: Hash("argon-secret")}
	marshalled, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("user", "hash", u.Password, "user", u)
	for _, got := range []string{
		fmt.Sprintf("%v", u), fmt.Sprintf("%+v", u), fmt.Sprintf("%#v", u), fmt.Sprintf("%s %q %x %d", u.Password, u.Password, u.Password, u.Password),
		string(marshalled), logged.String(),
	} {
		if strings.Contains(got, "argon") || strings.Contains(got, fmt.Sprintf("%x", "argon")) || strings.Contains(got, "97 114") || !strings.Contains(got, "***") {
			t.Errorf("printed %s", got)
		}
	}
}
