package store

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// upTo has the migrations of this program up to a layout, and more files.
func upTo(t *testing.T, layout int, more map[string]string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	published, err := fs.Glob(migrations, "*.sql")
	check(t, "migrations", err, nil)
	for _, name := range published[:layout] {
		data, err := fs.ReadFile(migrations, name)
		check(t, "read", err, nil)
		files[name] = &fstest.MapFile{Data: data}
	}
	for name, text := range more {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// ofLayout1 is a database of this program's first layout, with a user.
func ofLayout1(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "control.db")
	s, err := open(t.Context(), path, upTo(t, 1, nil))
	check(t, "open", err, nil)
	check(t, "create", s.CreateUser(t.Context(), ada()), nil)
	check(t, "close", s.Close(), nil)
	return path
}

// TestMigrate: an old database is brought to the newest layout with all that is in
// it, and what it was is kept; the next time there is nothing to do.
func TestMigrate(t *testing.T) {
	path := ofLayout1(t)
	kept := path + ".layout-1"
	for n, want := range []Layout{{1, 2, []string{"00002_without_meta.sql"}, kept}, {Before: 2, Now: 2}} {
		s := openAt(t, path)
		equal(t, fmt.Sprint("layout ", n), s.Layout(), nil, want)
		got, err := s.Users(t.Context())
		equal(t, "users", got, err, []User{ada()})
		check(t, "verify", s.Verify(t.Context()), nil)
		check(t, "close", s.Close(), nil)
	}
	old, err := open(t.Context(), kept, upTo(t, 1, nil)) // as the older program does, which restores it
	check(t, "open what was kept", err, nil)
	defer old.Close()
	got, err := old.Users(t.Context())
	equal(t, "users of before", got, err, []User{ada()})
	equal(t, "layout of a new one", openNew(t).Layout(), nil, Layout{Now: 2, Steps: []string{"00001_control_plane.sql", "00002_without_meta.sql"}})
}

// TestMigrationThatFails leaves the database as it was, also when it is tried again.
func TestMigrationThatFails(t *testing.T) {
	path := ofLayout1(t)
	broken := upTo(t, 1, map[string]string{"00002_broken.sql": "-- +goose Up\nDELETE FROM users;\nDROP TABLE absent;\n"})
	for range 2 {
		if _, err := open(t.Context(), path, broken); err == nil || !strings.Contains(err.Error(), "no such table: absent") {
			t.Fatalf("error %v", err)
		}
	}
	s := openAt(t, path)
	got, err := s.Users(t.Context())
	equal(t, "users", got, err, []User{ada()})
}

// TestRehearse: what opening would do is told, or why it would fail, and nothing is
// changed.
func TestRehearse(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files fs.FS
		want  Layout
		fails string
	}{
		{"this program's", migrations, Layout{Before: 1, Now: 2, Steps: []string{"00002_without_meta.sql"}}, ""},
		{"nothing to do", upTo(t, 1, nil), Layout{Before: 1, Now: 1}, ""},
		{
			"two steps", upTo(t, 2, map[string]string{"00003_more.sql": "-- +goose Up\nALTER TABLE users ADD COLUMN mail TEXT;\n"}),
			Layout{Before: 1, Now: 3, Steps: []string{"00002_without_meta.sql", "00003_more.sql"}},
			"",
		},
		{"broken", upTo(t, 1, map[string]string{"00002_broken.sql": "-- +goose Up\nDROP TABLE absent;\n"}), Layout{}, "no such table: absent"},
		{
			"forgets whose sessions they are",
			upTo(t, 1, map[string]string{"00002_bad.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nPRAGMA foreign_keys = OFF;\nINSERT INTO sessions VALUES ('s', 'user-eve', 0, 0, 0, 0);\n"}),
			Layout{},
			"a row of sessions belongs to none of users",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := ofLayout1(t)
			before := contents(t, path)
			got, err := rehearse(t.Context(), path, tt.files)
			switch {
			case tt.fails == "":
				equal(t, "layout", got, err, tt.want)
			case err == nil || !strings.Contains(err.Error(), tt.fails):
				t.Errorf("error %v, want %q", err, tt.fails)
			}
			if left := names(t, filepath.Dir(path)); len(left) != 1 || !bytes.Equal(contents(t, path), before) {
				t.Errorf("the database was changed, or %v is left", left)
			}
		})
	}
}

// TestRehearseRefuses what opening refuses.
func TestRehearseRefuses(t *testing.T) {
	path := ofLayout1(t)
	_, err := Rehearse(t.Context(), filepath.Join(t.TempDir(), "control.db"))
	check(t, "none", err, fs.ErrNotExist)
	newer, err := open(t.Context(), path, upTo(t, 2, map[string]string{"00003_more.sql": "-- +goose Up\nSELECT 1;\n"}))
	check(t, "open", err, nil)
	_, err = Rehearse(t.Context(), path)
	check(t, "in use", err, ErrInUse)
	check(t, "close", newer.Close(), nil)
	if _, err = Rehearse(t.Context(), path); err == nil || !strings.Contains(err.Error(), "layout 3, this program knows 2") {
		t.Errorf("of a newer program: %v", err)
	}
}
