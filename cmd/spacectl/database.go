package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// databaseCommand is `spacectl database`.
type databaseCommand struct {
	Backup  backupCommand  `cmd:"" help:"Save a copy of the running program's database."`
	Migrate migrateCommand `cmd:"" help:"Bring the database of a stopped program to this version's layout."`
}

// backupCommand is `spacectl database backup`.
type backupCommand struct {
	File string `arg:"" type:"path" help:"File to write; there must be none yet."`
}

func (*backupCommand) Help() string {
	return `The file has the accounts, API keys, bans and the allow-list, and nobody but you may
read it. It is verified. To restore it, stop the program, move its files control.db* away
and put this one there as control.db (spacetime --paths says where).

Example:

  spacectl database backup control-2026-11-22.db`
}

func (b *backupCommand) Run(con *console, n *connection) error {
	if _, err := os.Lstat(b.File); err == nil {
		return exit.With(exit.Usage, fmt.Errorf("%s is there already", b.File))
	}
	if err := host.CheckWritable(b.File); err != nil {
		return err
	}
	c, err := n.open(con)
	if err != nil {
		return err
	}
	data, _, err := createBackup.ask(context.Background(), c, none)
	if err != nil {
		return err
	}
	if err := keepBackup(b.File, data); err != nil {
		return err
	}
	return printDone(con, n, map[string]any{"file": b.File, "bytes": len(data)}, "%s: %d bytes, verified", b.File, len(data))
}

// keepBackup writes a backup where there is no file, and reads it again; one that is
// not sound does not stay.
func keepBackup(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = store.Verify(context.Background(), path)
	}
	if err != nil {
		return errors.Join(databaseError(err), os.Remove(path))
	}
	return nil
}

// migrateCommand is `spacectl database migrate`.
type migrateCommand struct {
	File   string `arg:"" optional:"" type:"path" help:"The database, instead of this user's program's; a backup, say."`
	DryRun bool   `help:"Try it on a copy, and change nothing."`
}

func (*migrateCommand) Help() string {
	return `A program does the same when it starts, and keeps the old file beside as
control.db.layout-N. There is no way back but that file. With --dry-run a new version
tells beforehand what it would do to a backup, and that it would do it well.

Example:

  spacectl database migrate --dry-run control-2026-11-22.db`
}

func (m *migrateCommand) Run(con *console, n *connection) error {
	paths, err := host.UserPaths()
	if err != nil {
		return exit.With(exit.Config, err)
	}
	own := api.PathsOfControl(paths).Database
	m.File = cmp.Or(m.File, own)
	l, err := m.migrate()
	if m.File == own {
		err = api.Owner(paths, err)
	}
	if err != nil {
		return databaseError(err)
	}
	did := migrated{m.File, l.Before, l.Now, append([]string{}, l.Steps...), l.Kept, m.DryRun}
	return printDone(con, n, did, "%s", did)
}

// migrated is what `spacectl database migrate --json` prints.
type migrated struct {
	File   string   `json:"file"`
	Before int64    `json:"before"`
	Now    int64    `json:"now"`
	Steps  []string `json:"steps"`
	Kept   string   `json:"kept,omitempty"`
	DryRun bool     `json:"dry_run"`
}

// String says it for people.
func (m migrated) String() string {
	took, kept := "took", ""
	switch {
	case len(m.Steps) == 0:
		return fmt.Sprintf("%s has layout %d, which is this version's", m.File, m.Now)
	case m.DryRun:
		took = "would take"
	case m.Kept != "":
		kept = "; as it was it is " + m.Kept
	}
	return fmt.Sprintf("%s %s %s from layout %d to %d%s", m.File, took, strings.Join(m.Steps, ", "), m.Before, m.Now, kept)
}

func (m *migrateCommand) migrate() (store.Layout, error) {
	if m.DryRun {
		return store.Rehearse(context.Background(), m.File)
	}
	if _, err := os.Stat(m.File); err != nil { // opening would make one
		return store.Layout{}, err
	}
	s, err := store.Open(m.File)
	if err != nil {
		return store.Layout{}, err
	}
	return s.Layout(), s.Close()
}

// databaseError gives errors of the database their exit codes, as the program does.
func databaseError(err error) error {
	switch {
	case errors.Is(err, store.ErrInUse):
		return exit.WithDefault(exit.PortTaken, err)
	case errors.Is(err, store.ErrDamaged):
		return exit.WithDefault(exit.BadData, err)
	case errors.Is(err, store.ErrNotPrivate):
		return exit.WithDefault(exit.Config, err)
	}
	return err
}
