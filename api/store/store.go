package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"
)

var (
	// ErrInUse is that another process has the database.
	ErrInUse = errors.New("another process has it open; stop that one first")
	// ErrNotFound is that there is no such record.
	ErrNotFound = errors.New("no such record")
	// ErrExists is that the id or name is taken.
	ErrExists = errors.New("exists already")
	// ErrStale is that the record was changed since its revision was read.
	ErrStale = errors.New("changed in the meantime; read it again")
	// ErrDamaged is that a file is there and not what it should be.
	ErrDamaged = errors.New("damaged")
	// ErrNotPrivate is that others than the user may read or write a file.
	ErrNotPrivate = errors.New("open to other users")
	// ErrReused is that a refresh token was shown a second time.
	ErrReused = errors.New("refresh token used twice")
)

// Store is the open database.
type Store struct {
	db     *sql.DB
	path   string
	file   fs.FileInfo // what is open
	layout Layout
}

// Open opens the database at path, makes it where there is none (mode 0600, in a
// folder of 0700) and brings it to the newest layout. It returns an error that
// is [ErrInUse] while another process has it, and one that says so when the file
// is open to other users or was written by a newer program.
func Open(path string) (*Store, error) {
	s, err := open(context.Background(), path, migrations)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, migrations fs.FS) (*Store, error) {
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	s, err := connect(path, pragmas)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, migrations); err != nil {
		return nil, plainly(path, errors.Join(meaning(err), s.Close()))
	}
	return s, nil
}

// connect is for a file that is there. It is opened when it is first used.
func connect(path string, pragmas []string) (*Store, error) {
	dsn, err := address(path)
	if err != nil {
		return nil, err
	}
	file, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector{driver: &sqlite.Driver{}, dsn: dsn, pragmas: pragmas})
	db.SetMaxOpenConns(1)
	return &Store{db: db, path: path, file: file}, nil
}

// prepare takes the lock, applies migrations and ends what a crash left open.
func (s *Store) prepare(ctx context.Context, migrations fs.FS) (err error) {
	if s.layout, err = s.migrate(ctx, migrations); err != nil {
		return err
	}
	return s.forgetUnfinished(ctx)
}

// plainly returns what is wrong with the file at path if that is why it could not
// be opened: of one that may not be written SQLite says that the disk fails.
func plainly(path string, err error) error {
	if errors.Is(err, ErrInUse) {
		return err // closing the file would take the owner's lock away, if that is this process
	}
	f, denied := os.OpenFile(path, os.O_RDWR, 0)
	if denied != nil {
		return denied
	}
	_ = f.Close() // nothing was written
	return err
}

// Healthy returns an error when the file that is open is no longer the one at its
// path: what is written to it would be gone with the process, which SQLite does not
// see.
func (s *Store) Healthy() error {
	now, err := os.Stat(s.path)
	if err != nil {
		return fmt.Errorf("the database is gone while it is in use; start the program anew: %w", err)
	}
	if !os.SameFile(now, s.file) {
		return fmt.Errorf("%s is another file than the one in use; start the program anew", s.path)
	}
	return nil
}

// Close ends the use of the database; calls in progress are finished.
func (s *Store) Close() error { return s.db.Close() }

// CheckPrivate returns ErrNotPrivate when others than the user may read or write the
// file at path. Windows tells who may by other means, which are not looked at.
func CheckPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return fmt.Errorf("%s is %w (mode %04o); chmod 600 it, and replace what it holds if they may have read it", path, ErrNotPrivate, mode)
	}
	return nil
}

// makePrivate makes the file before SQLite does, with our mode instead of the
// umask's; SQLite gives its journal the same.
func makePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return CheckPrivate(path)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// address is path as a URI, in which no character of a file name has a meaning.
// Every transaction is a writing one from its start.
func address(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	slashed := filepath.ToSlash(abs)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive letter
	}
	u := url.URL{Scheme: "file", Path: slashed, RawQuery: "_txlock=immediate"}
	return u.String(), nil
}
