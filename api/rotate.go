package api

import (
	"context"
	"errors"
	"os"
	"strconv"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/store"
)

// RotateKeys gives a stopped instance a new key for its access tokens, as
// [auth.RotateKeys] does, and the audit log a record of it beforehand. While the
// program runs, which goes by the old one, it is [store.ErrInUse].
func RotateKeys(ctx context.Context, paths ControlPaths, keep bool) (err error) {
	if err := inUse(paths.Database); err != nil {
		return err
	}
	key, err := openAuditKey(paths.AuditKey)
	if err != nil {
		return err
	}
	log, err := audit.Open(paths.Audit, key, audit.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	err = log.Append(ctx, audit.Record{
		What: "auth.keys.rotated", Where: "local", Security: true,
		Details: map[string]string{"kept": strconv.FormatBool(keep)},
	})
	if err != nil {
		return err
	}
	return auth.RotateKeys(paths.Key, keep)
}

// inUse tells of a process that has the database.
func inUse(path string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	s, err := store.Open(path)
	if err != nil {
		return err
	}
	return s.Close()
}
