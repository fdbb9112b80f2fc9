package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var embedded embed.FS

// migrations are the files that lead from each layout of the database to the next.
// One that was published is never changed.
var migrations, _ = fs.Sub(embedded, "migrations") // errs on a path that is none

// Layout is how the tables are laid out, and what [Open] did to that.
type Layout struct {
	Before int64    // what the file had; 0 for a new one
	Now    int64    // what it has now
	Steps  []string // the migrations between, in order, such as "00002_bans.sql"
	Kept   string   // a copy of the file as it was; "" where nothing changed
}

// Layout tells what opening the database did.
func (s *Store) Layout() Layout { return s.layout }

// migrate brings the database to the newest layout. There is no way back, so that
// what it was is kept beside it.
func (s *Store) migrate(ctx context.Context, migrations fs.FS) (l Layout, err error) {
	all, err := goose.NewProvider(goose.DialectSQLite3, s.db, migrations, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return l, err
	}
	if l.Before, l.Now, err = all.GetVersions(ctx); err != nil {
		return l, err
	}
	switch {
	case l.Before > l.Now:
		return l, fmt.Errorf("it has layout %d, this program knows %d; use the newer program or restore a backup", l.Before, l.Now)
	case l.Before > 0 && l.Before < l.Now:
		l.Kept = fmt.Sprintf("%s.layout-%d", s.path, l.Before)
		if err := s.replaceBackup(ctx, l.Kept); err != nil {
			return l, err
		}
	}
	done, err := all.Up(ctx)
	for _, step := range done {
		l.Steps = append(l.Steps, filepath.Base(step.Source.Path))
	}
	return l, err
}

// replaceBackup is Backup in the place of an older one: of a migration that failed.
func (s *Store) replaceBackup(ctx context.Context, path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.Backup(ctx, path)
}

// Rehearse opens a copy of the database at path as [Open] would open that, verifies
// what became of it, and tells what opening did; of the copy nothing stays, and path
// is left as it is. It is [ErrInUse] while a process has it: rehearse with a backup
// then.
func Rehearse(ctx context.Context, path string) (Layout, error) {
	l, err := rehearse(ctx, path, migrations)
	if err != nil {
		return l, fmt.Errorf("rehearse opening %s: %w", path, err)
	}
	return l, nil
}

func rehearse(ctx context.Context, path string, migrations fs.FS) (l Layout, err error) {
	if err := CheckPrivate(path); err != nil {
		return l, err
	}
	scratch, err := os.MkdirTemp(filepath.Dir(path), ".rehearsal-*") // where the real one needs room, too
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	copied := filepath.Join(scratch, filepath.Base(path))
	if err := copyFile(ctx, path, copied); err != nil {
		return l, err
	}
	s, err := open(ctx, copied, migrations)
	if err != nil {
		return l, err
	}
	l = s.Layout()
	l.Kept = ""
	return l, errors.Join(s.Verify(ctx), s.Close())
}
