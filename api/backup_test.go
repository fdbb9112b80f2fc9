package api

import (
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/engine/host"
)

// TestNewLayoutIsTold: where a new version changed the database, the log tells
// where the old one is.
func TestNewLayoutIsTold(t *testing.T) {
	paths := PathsOfControl(host.Paths{State: t.TempDir()})
	var log strings.Builder
	open := func() {
		t.Helper()
		c, err := OpenControl(t.Context(), paths, "test", slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open()
	db, err := sql.Open("sqlite", filepath.ToSlash(paths.Database))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec("CREATE TABLE meta (key TEXT) STRICT; DELETE FROM goose_db_version WHERE version_id = 2") // as the first version left it
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if log.Len() != 0 {
		t.Errorf("a new database is told of: %s", &log)
	}
	open()
	if _, err := os.Stat(paths.Database + ".layout-1"); err != nil || !strings.Contains(log.String(), "before=1 now=2 copy="+paths.Database+".layout-1") {
		t.Errorf("%v; the log tells %q", err, &log)
	}
}
