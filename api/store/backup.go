package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Backup writes a copy of the database to path, where there must be no file yet, and
// reads it whole again. It is mode 0600. Put in the place of a database it is one;
// what else a program keeps (keys, the audit log) is not in it.
func (s *Store) Backup(ctx context.Context, path string) error {
	err := s.copyTo(ctx, path)
	if err == nil {
		if err = Verify(ctx, path); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}
	if err != nil {
		return fmt.Errorf("back the database up: %w", err)
	}
	return nil
}

// copyTo writes a copy to where there is no file.
func (s *Store) copyTo(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	// SQLite takes an empty file as no file, and keeps its mode.
	if err = f.Close(); err == nil {
		_, err = s.db.ExecContext(ctx, "VACUUM INTO ?", path)
	}
	if err != nil {
		return errors.Join(meaning(err), os.Remove(path))
	}
	return nil
}

// Verify reads the database at path whole and returns what is wrong with it, such as
// [ErrDamaged]; what it holds stays as it is. It is [ErrInUse] while a process has it.
func Verify(ctx context.Context, path string) (err error) {
	s, err := look(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var ours bool // an empty file is a sound database, too
	err = meaning(s.db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'").Scan(&ours))
	switch {
	case err == nil && !ours:
		err = fmt.Errorf("%w: no database of this program", ErrDamaged)
	case err == nil:
		err = s.Verify(ctx)
	default:
		err = plainly(path, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// look opens a file for reading, in whichever way its journal is kept.
func look(path string) (*Store, error) { return connect(path, pragmas[:1]) }

// copyFile copies a database that no process has.
func copyFile(ctx context.Context, from, to string) error {
	s, err := look(from)
	if err != nil {
		return err
	}
	if err := s.copyTo(ctx, to); err != nil {
		return errors.Join(plainly(from, err), s.Close())
	}
	return s.Close()
}

// Verify reads the whole database and returns what is wrong with it.
func (s *Store) Verify(ctx context.Context) error {
	text := func(r *sql.Rows) (text string, err error) { return text, r.Scan(&text) }
	found, err := list(ctx, s, text, "PRAGMA integrity_check")
	if err != nil {
		return err
	}
	lost, err := list(ctx, s, text, `SELECT 'a row of ' || "table" || ' belongs to none of ' || parent FROM pragma_foreign_key_check`)
	if err != nil {
		return err
	}
	if len(found) == 1 && found[0] == "ok" {
		found = nil
	}
	if found = append(found, lost...); len(found) > 0 {
		return fmt.Errorf("database: %w, restore a backup: %s", ErrDamaged, strings.Join(found, "; "))
	}
	return nil
}
