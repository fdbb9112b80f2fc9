package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// filled is a closed database of many users; their names are where to find it in
// the file.
func filled(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "control.db")
	s := openAt(t, path)
	for n := range 200 {
		u := User{ID: fmt.Sprint("user-", n), Name: fmt.Sprint(n, strings.Repeat("x", 100)), Role: "viewer", Password: Hash("hash"), Created: noon, Updated: noon}
		check(t, "create", s.CreateUser(t.Context(), u), nil)
	}
	check(t, "close", s.Close(), nil)
	return path
}

// TestBackup: a copy of a database in use is one, and nothing is overwritten.
func TestBackup(t *testing.T) {
	s := openNew(t)
	check(t, "create", s.CreateUser(t.Context(), ada()), nil)
	path := filepath.Join(t.TempDir(), "copy.db")
	check(t, "back up", s.Backup(t.Context(), path), nil)
	check(t, "verify", Verify(t.Context(), path), nil)
	before := contents(t, path)
	check(t, "over an old backup", s.Backup(t.Context(), path), fs.ErrExist)
	if !bytes.Equal(contents(t, path), before) {
		t.Error("the old backup is another")
	}
	check(t, "nowhere", s.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "copy.db")), fs.ErrNotExist)
	copied := openAt(t, path) // refuses a mode wider than 0600
	got, err := copied.Users(t.Context())
	equal(t, "users", got, err, []User{ada()})
}

// TestBackupThatFails leaves nothing behind.
func TestBackupThatFails(t *testing.T) {
	s := openNew(t)
	check(t, "close", s.Close(), nil)
	dir := t.TempDir()
	if err := s.Backup(t.Context(), filepath.Join(dir, "copy.db")); err == nil {
		t.Error("a closed database was backed up")
	}
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}

// TestVerify: what a file must be, and that looking at it changes nothing.
func TestVerify(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(path string) error
		want  error
		tells string
	}{
		{"sound", func(string) error { return nil }, nil, ""},
		{"gone", os.Remove, fs.ErrNotExist, ""},
		{"empty", func(path string) error { return os.Truncate(path, 0) }, ErrDamaged, "no database of this program"},
		{"cut off", func(path string) error { return os.Truncate(path, 20_000) }, ErrDamaged, "restore a backup"},
		{"text", func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("text ", 999)), 0o600) }, ErrDamaged, "not a database"},
		{"zeros in a page", zeroPage, ErrDamaged, "restore a backup"},
		{"a session of nobody", func(path string) error {
			s, err := Open(path)
			if err != nil {
				return err
			}
			_, err = s.db.Exec("PRAGMA foreign_keys = OFF; INSERT INTO sessions VALUES ('session-1', 'user-eve', 0, 0, 0, 0)")
			return errors.Join(err, s.Close())
		}, ErrDamaged, "a row of sessions belongs to none of users"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filled(t)
			check(t, "spoil", tt.spoil(path), nil)
			before, _ := os.ReadFile(path)
			err := Verify(t.Context(), path)
			if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), tt.tells) {
				t.Errorf("%v, want %v, %q", err, tt.want, tt.tells)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, before) {
				t.Error("the file was changed")
			}
		})
	}
	path := filled(t)
	openAt(t, path)
	check(t, "in use", Verify(t.Context(), path), ErrInUse)
}

// zeroPage wipes the head of a page of users.
func zeroPage(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	at := bytes.LastIndex(data, []byte(strings.Repeat("x", 100))) &^ 4095
	copy(data[at:], make([]byte, 100))
	return os.WriteFile(path, data, 0o600)
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	check(t, "read", err, nil)
	return data
}

// names lists a folder.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	check(t, "list", err, nil)
	for _, f := range files {
		all = append(all, f.Name())
	}
	return all
}
