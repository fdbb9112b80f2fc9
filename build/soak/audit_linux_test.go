package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
)

// TestAuditLogFull fills the disk for the audit log alone: it is longer than the
// database's files.
func TestAuditLogFull(t *testing.T) {
	paths := testPaths(t)
	w := flying(t, paths, nil)
	if err := w.end(); err != nil {
		t.Fatal(err)
	}
	segment := lengthenAudit(t, api.PathsOfControl(paths))
	w = flying(t, paths, nil)
	admin := w.as(t, auth.Admin)
	w.holds(t, admin, unharmed)
	room := limitFiles(t, fileSize(t, segment))
	_ = admin.status(t, http.MethodPost, "/api/v1/cache/purge", `{}`) // finds out
	w.holds(t, admin, readOnly)
	if got := admin.status(t, http.MethodGet, "/readyz", ""); got != http.StatusOK {
		t.Errorf("/readyz: %d, want 200 with a warning: the flight goes on", got)
	}
	room()
	w.recovers(t, admin)
}

// lengthenAudit makes the audit log 1 MiB long, and returns its segment's name.
func lengthenAudit(t *testing.T, paths api.ControlPaths) string {
	t.Helper()
	log := openAudit(t, paths)
	for range 1000 {
		if err := log.Append(t.Context(), audit.Record{What: "test.filled", Details: map[string]string{"with": strings.Repeat("x", 1000)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	found, _ := filepath.Glob(paths.Audit + "/records-*")
	return found[len(found)-1]
}

func openAudit(t *testing.T, paths api.ControlPaths) *audit.Log {
	t.Helper()
	seed, err := os.ReadFile(paths.AuditKey)
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(paths.Audit, keyOf(t, string(seed)), audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestAuditFolderRemoved(t *testing.T) {
	w := flying(t, testPaths(t), nil)
	admin := w.as(t, auth.Admin)
	w.holds(t, admin, unharmed)
	if err := os.RemoveAll(api.PathsOfControl(w.paths).Audit); err != nil {
		t.Fatal(err)
	}
	w.holds(t, admin, readOnly)
}

// TestAuditLogTampered cuts the log's end off, loses its key, and its folder: the
// program flies, and nothing may change.
func TestAuditLogTampered(t *testing.T) {
	for name, tamper := range map[string]func(t *testing.T, p api.ControlPaths){
		"end cut off": func(t *testing.T, p api.ControlPaths) {
			names, _ := filepath.Glob(p.Audit + "/records-*")
			if err := os.Truncate(names[0], 0); err != nil {
				t.Fatal(err)
			}
		},
		"key missing": func(t *testing.T, p api.ControlPaths) {
			if err := os.Remove(p.AuditKey); err != nil {
				t.Fatal(err)
			}
		},
		"a file in the folder's place": func(t *testing.T, p api.ControlPaths) {
			if err := errors.Join(os.RemoveAll(p.Audit), os.WriteFile(p.Audit, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			paths := testPaths(t)
			w := flying(t, paths, nil)
			w.holds(t, w.as(t, auth.Admin), unharmed)
			if err := w.end(); err != nil {
				t.Fatal(err)
			}
			tamper(t, api.PathsOfControl(paths))
			w = flying(t, paths, nil)
			admin := w.as(t, auth.Admin)
			w.holds(t, admin, readOnly)
			a, err := admin.ask(t.Context(), http.MethodGet, "/metrics", "")
			if err != nil || !bytes.Contains(a.body, []byte("spacetime_audit_writable 0")) {
				t.Errorf("the metrics do not tell: %v", err)
			}
		})
	}
}

// TestAuditRecordChanged: with a record that was changed nothing may change any more,
// the flight goes on, and health tells of it.
func TestAuditRecordChanged(t *testing.T) {
	paths := testPaths(t)
	if err := flying(t, paths, nil).end(); err != nil {
		t.Fatal(err)
	}
	segments, _ := filepath.Glob(api.PathsOfControl(paths).Audit + "/records-*")
	text, err := os.ReadFile(segments[0])
	if err == nil {
		err = os.WriteFile(segments[0], bytes.Replace(text, []byte("app.started"), []byte("app.snarled"), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	w := flying(t, paths, nil)
	admin := w.as(t, auth.Admin)
	w.holds(t, admin, readOnly)
	if a, err := admin.ask(t.Context(), http.MethodGet, "/readyz", ""); err != nil || a.status != http.StatusOK || !bytes.Contains(a.body, []byte(`"audit"`)) {
		t.Errorf("readyz: %d %s, %v", a.status, a.body, err)
	}
}
