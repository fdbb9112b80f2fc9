package simruntime

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestScripts runs a program as it should be on every script that comes with
// the package: it must always come through.
func TestScripts(t *testing.T) {
	program := loaded(t, "input_program")
	for _, script := range Scripts() {
		t.Run(script.Name, func(t *testing.T) {
			if len(script.Summary) < 20 || !strings.HasSuffix(script.Summary, ".") {
				t.Errorf("the first line must tell in a sentence what the script is, not %q", script.Summary)
			}
			var output strings.Builder
			v, err := Run(t.Context(), script.Name, program, nil, Options{Manifest: manifest(t), Clock: "stepped", Stdout: &output, Stderr: &output})
			if err != nil {
				t.Fatalf("%v\n%s", err, output.String())
			}
			if !v.OK {
				t.Errorf("%s", text(t, v)+output.String())
			}
		})
	}
}

// script writes a script into a file and returns its path.
func script(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "test.sim")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestVerdicts has programs that do wrong, and scripts that expect it or not.
func TestVerdicts(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		arguments    []string
		limit        time.Duration
		failure      string // part of the only one; "" for a verdict that is ok
	}{
		{"as it should be", "1s exit", nil, 0, ""},
		{"too few frames", "1s exit\nexpect frames >= 500", nil, 0, "line 2: want frames >= 500, got "},
		{"enough frames", "1s exit\nexpect frames >= 60\nexpect frames <= 90", nil, 0, ""},
		{"focused in time", "1s exit\nexpect focused within 1s", nil, 0, ""},
		{"focused too late", "1s exit\nexpect focused within 1ms", nil, 0, "line 2: want focused within 0.001 s, it was reached after 0."},
		{"never focused", "session visible\n1s exit", nil, 0, "want focused, it was not reached"},
		{"not to be focused", "session visible\n1s exit\nexpect no focused", nil, 0, ""},
		{"focused all the same", "1s exit\nexpect no focused", nil, 0, "line 2: want no focused, it was reached after 0."},
		{"crash", "1s exit", []string{"crash"}, 0, "want status == 0, got signal: segmentation fault"},
		{"status", "1s exit", []string{"leave"}, 0, "want status == 0, got 3"},
		{"expected status", "1s exit\nexpect status == 3", []string{"leave"}, 0, ""},
		{"mistake", "1s exit", []string{"mistake"}, 0, "want errors == 0, got 1"},
		{"expected mistake", "1s exit\nexpect errors == 1", []string{"mistake"}, 0, ""},
		{"slow", "fault xrBeginFrame call 9 takes 1s\n2s exit", nil, 0, "want missed == 0, got "},
		{"slow, expected", "fault xrBeginFrame call 9 takes 1s\n2s exit\nexpect missed >= 60", nil, 0, ""},
		{"fault that does not happen", "fault xrDestroySpace call 9 hangs\n1s exit\nexpect faults == 1", nil, 0, "line 3: want faults == 1, got 0"},
		{"told to leave while there is no session", "fault xrCreateSession calls 2 to 90 returns XR_ERROR_RUNTIME_FAILURE\n500ms lose session\n600ms exit", nil, 0, ""},
		{"lingers", "1s exit", []string{"linger"}, 200 * time.Millisecond, "the program was still running after 200ms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := Run(t.Context(), script(t, tt.script), loaded(t, "input_program"), tt.arguments,
				Options{Manifest: manifest(t), Clock: "stepped", Limit: tt.limit})
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case tt.failure == "" && !v.OK, tt.failure != "" && v.OK:
				t.Error(text(t, v))
			case tt.failure != "" && !strings.Contains(v.Failures[0], tt.failure):
				t.Errorf("got %q, want %q", v.Failures, tt.failure)
			}
		})
	}
}

// TestRealTime runs half a second by the clock on the wall, where missed frames
// are not judged.
func TestRealTime(t *testing.T) {
	v, err := Run(t.Context(), script(t, "fault xrBeginFrame call 9 takes 100ms\n500ms exit"), loaded(t, "input_program"), nil,
		Options{Manifest: manifest(t), Clock: "real"})
	if err != nil {
		t.Fatal(err)
	}
	if !v.OK || v.Missed == 0 || v.Clock != "real" || v.DurationS < 0.5 || v.DurationS > 5 {
		t.Errorf("%d periods missed by the %s clock in %.2f s:\n%s", v.Missed, v.Clock, v.DurationS, text(t, v))
	}
}

func TestRunErrors(t *testing.T) {
	program := loaded(t, "input_program")
	good := Options{Manifest: manifest(t), Clock: "stepped"}
	for _, tt := range []struct {
		name, script, program string
		options               Options
		want                  error
		text                  string
	}{
		{"no script of that name", "nonsense", program, good, ErrNone, "no script \"nonsense\" comes with the program; `spacetime sim list` names them"},
		{"no such file", "./nonsense.sim", program, good, ErrNone, "script: stat ./nonsense.sim: no such file or directory"},
		{"wrong script", script(t, "1s dance"), program, good, ErrScript, `test.sim:1: want a time or a statement such as head, left, profile, recentre, fault or exit, not "dance"`},
		{"no program", "still", "./nonsense", good, ErrNone, "nonsense"},
		{"no runtime", "still", program, Options{Manifest: "nonsense.json"}, ErrRuntime, "nonsense.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := Run(t.Context(), tt.script, tt.program, nil, tt.options)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v and %v, want %v with %q", v, err, tt.want, tt.text)
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := Run(ctx, "still", program, []string{"linger"}, good); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
	})
	t.Run("not an OpenXR program", func(t *testing.T) {
		v, err := Run(t.Context(), "still", "true", nil, good)
		if err != nil || v.OK || v.Instances != 0 {
			t.Errorf("got %v, %v", v, err)
		}
	})
}
