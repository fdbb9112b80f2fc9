package simruntime

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestInput runs the clients that compare calls with the results that the
// OpenXR specification gives them; each prints what differs.
func TestInput(t *testing.T) {
	for _, tt := range []struct {
		name, program string
		arguments     []string
	}{
		{"paths", loaded(t, "input_paths"), nil},
		{"profiles of 1.0", loaded(t, "input_profiles"), []string{"1.0", "testdata/input_profiles.txt"}},
		{"profiles of 1.1", client(t, "input_profiles", "testdata/input_direct.c"), []string{"1.1", "testdata/input_profiles.txt"}},
		{"actions", loaded(t, "input_actions"), nil},
		{"states", loaded(t, "input_states"), nil},
		{"automation", loaded(t, "input_automation"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := output(command(t, tt.program, tt.arguments...)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestHapticReport reads what input_states made the controllers do: both shaken
// at once, then the right one, then stopped.
func TestHapticReport(t *testing.T) {
	out := t.TempDir()
	cmd := command(t, loaded(t, "input_states"), "focus")
	cmd.Env = append(cmd.Env, "SPACETIME_SIM_OUT="+out)
	if err := output(cmd); err != nil {
		t.Fatal(err)
	}
	type haptic struct {
		Kind, Source, Output string
		Amplitude            float64
		FrequencyHz          float64 `json:"frequency_hz"`
		DurationNS           int64   `json:"duration_ns"`
	}
	want := []haptic{
		{"haptic", "left", "/user/hand/left/output/haptic", 0.5, 160, 20_000_000},
		{"haptic", "right", "/user/hand/right/output/haptic", 0.5, 160, 20_000_000},
		{"haptic", "right", "/user/hand/right/output/haptic", 0.5, 160, 20_000_000},
		{"haptic", "right", "/user/hand/right/output/haptic", 0, 0, 0},
	}
	file, err := os.Open(filepath.Join(out, reportName))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var got []haptic
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var h haptic
		if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
			t.Fatal(err)
		}
		if h.Kind == "haptic" {
			got = append(got, h)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d haptics, want %d: %v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("haptic %d is %v, want %v", i, got[i], want[i])
		}
	}
}
