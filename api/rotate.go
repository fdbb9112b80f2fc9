package api

import (
	"context"
	"errors"
	"strconv"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
)

// RotateKeys gives a stopped instance a new key for its access tokens, as
// [auth.RotateKeys] does, and the audit log a record of it beforehand. While the
// program runs, which has the audit log, it is an error.
func RotateKeys(ctx context.Context, paths ControlPaths, keep bool) (err error) {
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
