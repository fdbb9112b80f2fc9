package api

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// backupType is the media type of a backup, as IANA registered it.
const backupType = "application/vnd.sqlite3"

var postBackup = raw{(*Server).backup, map[int]any{http.StatusOK: backupType}}

// backup answers with a copy of the database. It is made in the heavy lane and sent
// outside: a slow client keeps nobody from logging in.
func (s *Server) backup(x *exchange, r *http.Request) error {
	data, err := s.copyDatabase(r.Context())
	switch {
	case errors.Is(err, errSaturated):
		return err
	case err != nil:
		return s.unwritable(err)
	}
	x.tell("bytes", strconv.Itoa(len(data)))
	write(x, http.StatusOK, backupType, data)
	return nil
}

// copyDatabase makes a backup and returns what is in it, a few megabytes at most.
func (s *Server) copyDatabase(ctx context.Context) (data []byte, err error) {
	leave, ok := s.lanes[heavy].Enter(ctx)
	if !ok {
		return nil, errSaturated
	}
	defer leave()
	folder, err := os.MkdirTemp(filepath.Dir(s.paths.Database), ".backup-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, filepath.Base(s.paths.Database))
	if err := s.store.Backup(ctx, path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
