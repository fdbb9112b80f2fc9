package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// stand is a shell script that stands for spacetime.
func stand(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "spacetime")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOwnProgram: one is started, found by its instance file, exercised, ended by
// SIGINT, and leaves nothing.
func TestOwnProgram(t *testing.T) {
	b := newBench(t)
	tells, err := json.Marshal(api.Instance{PID: 1, HTTP: b.base, Telemetry: "ws://" + b.server.TelemetryAddress() + telemetry.Path, KeyFile: b.keyFile})
	if err != nil {
		t.Fatal(err)
	}
	wait := "trap 'exit %d' INT\nwhile :; do sleep 0.02; done"
	tell := fmt.Sprintf("mkdir -p $XDG_RUNTIME_DIR/spacetime && cat > $XDG_RUNTIME_DIR/spacetime/runtime.json <<'END'\n%s\nEND\n", tells)
	t.Setenv("SPACETIME_MODE", "vr") // which must not reach it
	p, err := startProgram(t.Context(), stand(t, `[ -z "$SPACETIME_MODE" ] || exit 9`+"\n"+tell+fmt.Sprintf(wait, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if s, _, err := getState.ask(t.Context(), p.client, none); err != nil || s.Scene.Slug != "saturn" {
		t.Errorf("%v: %+v", err, s.Scene)
	}
	if err := p.end(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(p.home.folder); !os.IsNotExist(err) {
		t.Errorf("its home is left: %v", err)
	}
	p, err = startProgram(t.Context(), stand(t, tell+fmt.Sprintf(wait, 7)))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.end(); err == nil || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("a program that ends with 7: %v", err)
	}
}

func TestProgramThatDoesNotStart(t *testing.T) {
	_, err := startProgram(t.Context(), stand(t, "echo no display here >&2; exit 69"))
	if err == nil || !strings.Contains(err.Error(), "no display here") {
		t.Errorf("it ends at once: %v", err)
	}
	if _, err := startProgram(t.Context(), filepath.Join(t.TempDir(), "none")); exit.Of(err) != exit.NoInput {
		t.Errorf("it is not there: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := startProgram(ctx, stand(t, "trap 'exit 0' INT; while :; do sleep 0.02; done")); exit.Of(err) != exit.Interrupted {
		t.Errorf("the user does not wait: %v", err)
	}
}

// TestSimulate has verdicts of the simulated headset.
func TestSimulate(t *testing.T) {
	const good = `{"ok":true,"failures":[],"sessions":1,"states_s":{"focused":0.01},"frames":60}`
	for _, tt := range []struct{ name, script, want string }{
		{"well", "echo '" + good + "'", ""},
		{"not well", "echo '" + strings.Replace(good, `true,"failures":[]`, `false,"failures":["it hung"]`, 1) + "'; exit 1", "it hung"},
		{"never focused", "echo '" + strings.Replace(good, "focused", "ready", 1) + "'", "focused false"},
		{"few frames", "echo '" + strings.Replace(good, `"frames":60`, `"frames":3`, 1) + "'", "3 frames"},
		{"a verdict and a failure", "echo '" + good + "'; exit 70", "simulated headset"},
		{"no runtime", "echo 'no runtime here' >&2; exit 69", "no runtime here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, err := newHome()
			if err != nil {
				t.Fatal(err)
			}
			defer h.remove()
			detail, err := simulate(t.Context(), stand(t, tt.script), h, figures{})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%q, %v, want %q", detail, err, tt.want)
			}
		})
	}
	h, err := newHome()
	if err != nil {
		t.Fatal(err)
	}
	defer h.remove()
	if _, err := simulate(t.Context(), "nowhere/spacetime", h, figures{}); err == nil {
		t.Error("no program: no error")
	}
}
