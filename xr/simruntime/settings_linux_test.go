package simruntime

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWrongSettings has a variable that is wrong: one line on stderr names it,
// its value and what was wanted, and no instance is made.
func TestWrongSettings(t *testing.T) {
	for _, tt := range []struct{ setting, want string }{
		{"SPACETIME_SIM_CLOCK=slow", "spacetime_sim: SPACETIME_SIM_CLOCK=slow: want real or stepped\n"},
		{"SPACETIME_SIM_CHECKS=some", "spacetime_sim: SPACETIME_SIM_CHECKS=some: want all, cheap or off\n"},
		{"SPACETIME_SIM_PICTURES=-1", "spacetime_sim: SPACETIME_SIM_PICTURES=-1: want a whole number\n"},
		{"SPACETIME_SIM_PICTURES=2x", "spacetime_sim: SPACETIME_SIM_PICTURES=2x: want a whole number\n"},
		{"SPACETIME_SIM_MODEL=huge", "spacetime_sim: SPACETIME_SIM_MODEL=huge: want one of test asymmetric canted wide phone\n"},
		{"SPACETIME_SIM_OUT=/proc/none", "spacetime_sim: SPACETIME_SIM_OUT=/proc/none: want a folder that can be written: No such file or directory\n"},
		{"SPACETIME_SIM_OUT=" + strings.Repeat("x", 2000), "want something shorter\n"},
	} {
		cmd := command(t, loaded(t, "core_leave"))
		cmd.Env = append(cmd.Env, "XR_LOADER_DEBUG=none", tt.setting)
		printed, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(printed), tt.want) {
			t.Errorf("%.60s: %v\n%s", tt.setting, err, printed)
		}
	}
}

// TestReportOfTheGone reads the reports of programs that do not destroy their
// instance: all lines are there, and the summary too unless it was killed.
func TestReportOfTheGone(t *testing.T) {
	for _, tt := range []struct {
		name      string
		arguments []string
		kinds     string
	}{
		{"leaves", nil, "instance session state state state state state frame summary"},
		{"is killed", []string{"killed"}, "instance session state state state state state frame"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "made")
			cmd := command(t, loaded(t, "core_leave"), tt.arguments...)
			cmd.Env = append(cmd.Env, "SPACETIME_SIM_OUT="+out)
			if err := cmd.Run(); (err != nil) != (tt.arguments != nil) {
				t.Error(err)
			}
			text, err := os.ReadFile(filepath.Join(out, reportName))
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for line := range strings.Lines(string(text)) {
				var record struct{ Kind string }
				if err := json.Unmarshal([]byte(line), &record); err != nil {
					t.Errorf("%q: %v", line, err)
				}
				kinds = append(kinds, record.Kind)
			}
			if got := strings.Join(kinds, " "); got != tt.kinds {
				t.Errorf("got %s, want %s", got, tt.kinds)
			}
		})
	}
}
