package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// TestProgramRefusesToStart spoils one thing of the program's and starts it: it ends
// with the exit code of the README's table, and one line that says why.
func TestProgramRefusesToStart(t *testing.T) {
	if !full() {
		t.Skip("the program is started 14 times with SPACETIME_TEST_FULL=1")
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	name := builtProgram(t)
	home := t.TempDir()
	p, err := start(t.Context(), name, home)
	if err != nil {
		t.Fatal(err)
	}
	defer p.kill()
	control := p.control()
	second := command(name, home)
	wantRefusal(t, second, 75, fmt.Sprintf("another process has it open; stop that one first (process %d, which answers at %s)", p.at.PID, p.at.HTTP))
	if status := (&caller{base: p.at.HTTP, client: http.DefaultClient, count: newTally()}).status(t, http.MethodGet, "/readyz", ""); status != http.StatusOK {
		t.Errorf("the first does not do well beside a second: %d", status)
	}
	if _, code, err := p.terminate(5 * time.Second); code != 0 || err != nil {
		t.Fatalf("the end: %d, %v: %s", code, err, &p.output)
	}
	replace := func(file, text string) func() error {
		return func() error { return os.WriteFile(file, []byte(text), 0o600) }
	}
	for _, tt := range []struct {
		name  string
		spoil func() error
		more  []string
		code  int
		want  string
	}{
		{"API port taken", nil, []string{"--api", taken.Addr().String()}, 75, taken.Addr().String()},
		{"telemetry port taken", nil, []string{"--telemetry", taken.Addr().String()}, 75, taken.Addr().String()},
		{"no certificate", nil, []string{"--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"}, 66, "/nowhere.pem"},
		{"LAN in the clear", nil, []string{"--api", "0.0.0.0:0"}, 78, "TLS"},
		{"variable of no meaning", nil, []string{"SPACETIME_IDS=perhaps"}, 78, "SPACETIME_IDS"},
		{"database corrupt", replace(control.Database, strings.Repeat("no database ", 1000)), nil, 65, "restore a backup"},
		{"instance key corrupt", replace(control.Key, "{}"), nil, 65, "restore it"},
		{"instance key open to others", func() error { return os.Chmod(control.Key, 0o644) }, nil, 78, "chmod 600"},
		{"audit key corrupt", replace(control.AuditKey, "x"), nil, 65, "restore it"},
		{"runtime folder is a file", func() error {
			return errors.Join(os.RemoveAll(p.paths.Runtime), os.WriteFile(p.paths.Runtime, nil, 0o600))
		}, nil, 74, "not a directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			saved := filepath.Join(t.TempDir(), "home")
			keep(t, home, saved)
			if tt.spoil != nil {
				if err := tt.spoil(); err != nil {
					t.Fatal(err)
				}
			}
			wantRefusal(t, command(name, home, tt.more...), tt.code, tt.want)
			keep(t, saved, home)
		})
	}
	settings := filepath.Join(home, ".config/spacetime/settings.toml")
	if err := errors.Join(os.MkdirAll(filepath.Dir(settings), 0o700), os.WriteFile(settings, []byte("fullscreen = = true\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	t.Run("settings file broken", func(t *testing.T) { // it flies without, and says so
		p, err := start(t.Context(), name, home)
		if err != nil {
			t.Fatal(err)
		}
		token, err := p.token(auth.Viewer)
		if err != nil {
			t.Fatal(err)
		}
		if status := (&caller{base: p.at.HTTP, credential: token, client: http.DefaultClient, count: newTally()}).status(t, http.MethodGet, "/api/v1/state", ""); status != http.StatusOK {
			t.Errorf("state: %d", status)
		}
		if _, code, err := p.terminate(5 * time.Second); code != 0 || err != nil || !strings.Contains(p.output.String(), "settings.toml: line 1") {
			t.Errorf("ended with %d, %v: %s", code, err, &p.output)
		}
	})
}

// wantRefusal runs the program, which must end by itself.
func wantRefusal(t *testing.T, p *program, code int, want string) {
	t.Helper()
	if err := p.begin(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.kill()
		t.Fatalf("it started: %s", &p.output)
	}
	lines := strings.Split(strings.TrimSpace(p.output.String()), "\n")
	last := lines[len(lines)-1]
	if got := p.ProcessState.ExitCode(); got != code || !strings.HasPrefix(last, "spacetime: ") || !strings.Contains(last, want) {
		t.Errorf("ended with %d, want %d and %q: %s", got, code, want, &p.output)
	}
}

// keep copies a home.
func keep(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil { // modes and all
		t.Fatalf("%v: %s", err, out)
	}
}
