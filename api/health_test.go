package api

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// TestReady: what is wrong shows to everybody, why only to those who may know.
func TestReady(t *testing.T) {
	broken := errors.New("open /dev/dri: no")
	for _, tt := range []struct {
		name       string
		components components
		code       int
		status     Status
	}{
		{"all well", components{}, 200, Pass},
		{"optional wrong", components{optional: broken}, 200, Warn},
		{"required wrong", components{required: broken}, 503, Fail},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := serve(t, func(o *Options) { o.Components = tt.components })
			for role, told := range map[auth.Role]bool{"": false, auth.Viewer: false, auth.Metrics: true, auth.Admin: true} {
				w := f.ask("GET", "/readyz", "")
				if role != "" {
					w = f.as(t, role, "GET", "/readyz", "")
				}
				got := want[Readiness](t, w, tt.code)
				if got.Status != tt.status || len(got.Components) != 3 || !got.Components[2].OK {
					t.Errorf("%q: got %+v", role, got)
				}
				for i, c := range got.Components[:2] {
					real := tt.components.Health()[i]
					if c.Name != real.Name || c.OK != real.OK || c.Detail != map[bool]string{true: real.Detail}[told] {
						t.Errorf("%q: got %+v, it is %+v", role, c, real)
					}
				}
			}
			if got := want[Readiness](t, f.ask("GET", "/livez", ""), 200); got.Status != Pass || got.Components != nil {
				t.Errorf("livez: %+v", got)
			}
		})
	}
}

// TestTamperedAuditLog: a start with an audit log that somebody changed says so
// in the log and to who asks for its health; it is read, and not written.
func TestTamperedAuditLog(t *testing.T) {
	paths := host.Paths{Config: t.TempDir(), State: t.TempDir()}
	open := func(log *slog.Logger) *Control {
		c, err := OpenControl(t.Context(), PathsOfControl(paths), "test", log)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if err := open(nil).Close(); err != nil {
		t.Fatal(err)
	}
	records, err := filepath.Glob(filepath.Join(PathsOfControl(paths).Audit, "records-*.jsonl"))
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	text, err := os.ReadFile(records[0])
	if err == nil {
		err = os.WriteFile(records[0], bytes.Replace(text, []byte("app.started"), []byte("app.stopped"), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	f := serve(t, func(o *Options) {
		o.Control = open(slog.New(slog.NewTextHandler(&log, nil)))
		t.Cleanup(func() { _ = o.Control.Close() })
	})
	if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "the audit log was changed: record 1") {
		t.Errorf("the log says %q", log.String())
	}
	got := want[Readiness](t, f.ask("GET", "/readyz", ""), 200)
	if h := got.Components[2]; got.Status != Warn || h != (engine.Health{Name: "audit"}) {
		t.Errorf("%+v", got)
	}
	got = want[Readiness](t, f.as(t, auth.Metrics, "GET", "/readyz", ""), 200)
	if !strings.Contains(got.Components[2].Detail, "record 1") {
		t.Errorf("to who may know: %+v", got)
	}
	v := want[Verification](t, f.admin(t, "POST", "/api/v1/audit/verify", `{}`), 200)
	if v.Whole || !strings.Contains(v.Fault, "record 1") {
		t.Errorf("verified: %+v", v)
	}
}

// TestAlive: a frame that was drawn long ago while frames are to be drawn means
// that the program hangs.
func TestAlive(t *testing.T) {
	for _, tt := range []struct {
		running bool
		agoS    float64
		code    int
	}{{false, 1000, 200}, {true, 9, 200}, {true, 11, 503}} {
		f := serve(t)
		s := *f.engine.Engine.Snapshot()
		s.Running, s.At = tt.running, engine.Now()-durationOfMS(tt.agoS*1000)
		f.engine.snapshot = &s
		want[Readiness](t, f.ask("GET", "/livez", ""), tt.code)
	}
}

func TestStarted(t *testing.T) {
	f := serve(t)
	if got := want[Readiness](t, f.ask("GET", "/startupz", ""), 503); got.Status != Fail {
		t.Errorf("before the first frame: %+v", got)
	}
	f.draw(t, 1, &painter{})
	if got := want[Readiness](t, f.ask("GET", "/startupz", ""), 200); got.Status != Pass {
		t.Errorf("after it: %+v", got)
	}
}

func TestVersion(t *testing.T) {
	if got := want[engine.Build](t, serve(t).ask("GET", "/version", ""), 200); got != engine.ThisBuild() {
		t.Errorf("got %+v", got)
	}
}
