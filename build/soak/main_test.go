package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestSoak soaks the process that stands for the program, for as long as one sample
// and the chores take; what only a long time shows, a long time has to show.
func TestSoak(t *testing.T) {
	scenes, err := filepath.Abs(sceneFolder)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "program") // the flags are none of a test's
	text := "#!/bin/sh\nexport " + childAddress + "=127.0.0.1:0 " + childScenes + "='" + scenes + "'\nexec '" + os.Args[0] + "'\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	var out, progress strings.Builder
	code := run([]string{"-program", script, "-for", "6s", "-every", "1s", "-calm", "10s", "-json"}, &out, &progress)
	var r report
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, &progress)
	}
	if code != 0 || !r.Held {
		t.Errorf("exit %d: %+v, unexpected %v, log %v", code, r.Checks, r.Unexpected, r.LogLines)
	}
	if len(r.Samples) < 4 || strings.Count(progress.String(), "\n") != len(r.Samples) || r.Records < 10 || r.Answers[200] < 50 {
		t.Errorf("%d samples, %d records, answers %v", len(r.Samples), r.Records, r.Answers)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"-for", "1s"}, {"-every", "0s"}, {"more"}, {"-nonsense"}, {"-program", "/nowhere/spacetime"}, {"-program", "/bin/false"}} {
		if code := run(args, io.Discard, io.Discard); code != 2 {
			t.Errorf("%q: exit %d, want 2", args, code)
		}
	}
}

func TestTrend(t *testing.T) {
	at := func(minute, mib float64) sample {
		return sample{At: time.Unix(1e9, 0).Add(time.Duration(minute * float64(time.Minute))), Resident: mib}
	}
	for _, tt := range []struct {
		name    string
		samples []sample
		want    float64
	}{
		{"none", nil, 0},
		{"one", []sample{at(0, 100)}, 0},
		{"flat", []sample{at(0, 100), at(1, 100), at(2, 100)}, 0},
		{"3 MiB a minute", []sample{at(0, 100), at(1, 103), at(2, 106), at(4, 112)}, 3},
		{"a saw", []sample{at(0, 100), at(1, 110), at(2, 110), at(3, 100)}, 0},
	} {
		if got := trend(tt.samples, func(s *sample) float64 { return s.Resident }); got < tt.want-1e-9 || got > tt.want+1e-9 {
			t.Errorf("%s: %g, want %g", tt.name, got, tt.want)
		}
	}
}

// TestGrowth: a password that a collection met is not kept; what comes on top is.
func TestGrowth(t *testing.T) {
	for _, tt := range []struct {
		last, want float64
	}{{11, 0}, {31, 0}, {45, 14}} {
		samples := make([]sample, 40)
		for i := range samples {
			samples[i].Live = 31 + float64(i%3)
		}
		samples[12].Live = 12
		for i := 30; i < 40; i++ {
			samples[i].Live = tt.last
		}
		if got := growth(samples); got != tt.want {
			t.Errorf("%g MiB: %g, want %g", tt.last, got, tt.want)
		}
	}
}

// sound is a report in which all promises are kept.
func sound() *report {
	r := &report{
		Seconds: 1200, Before: sample{Resident: 200, Goroutines: 20, Files: 20, Frames: 10},
		After:   sample{Goroutines: 22, Files: 21},
		ReadP95: 20, Answers: map[int]int{200: 10000, 503: 40}, Unexpected: map[string]int{"x": 40},
		Messages: map[string]int{"frame.stats": 1, "audit.recorded": 1}, Audit: "whole", Shutdown: 1,
	}
	for i := range 10 {
		r.Samples = append(r.Samples, sample{Frames: 20 + i, Resident: 230})
	}
	return r
}

// TestJudge breaks one promise at a time.
func TestJudge(t *testing.T) {
	r := sound()
	if r.judge(); !r.Held {
		t.Fatalf("a sound report is judged %+v", r.Checks)
	}
	for name, spoil := range map[string]func(*report){
		"what Go keeps":        func(r *report) { r.TrendLive = 1.1 },
		"so does what is not":  func(r *report) { r.TrendOther = 1.1 },
		"and in all":           func(r *report) { r.Samples[9].Resident = 265 },
		"goroutines":           func(r *report) { r.After.Goroutines = 26 },
		"so do open files":     func(r *report) { r.After.Files = 26 },
		"no 5xx":               func(r *report) { r.Answers[500] = 1 },
		"less than 0.5 %":      func(r *report) { r.Unexpected["y"] = 20 },
		"95 % of reads":        func(r *report) { r.ReadP95 = 200 },
		"everything":           func(r *report) { r.Lacking = []string{"bans"} },
		"telemetry":            func(r *report) { delete(r.Messages, "audit.recorded") },
		"frames are drawn":     func(r *report) { r.Samples[5].Frames = r.Samples[4].Frames },
		"no error in the log":  func(r *report) { r.LogLines = []string{"level=ERROR"} },
		"the audit log":        func(r *report) { r.Audit = "record 7: missing" },
		"SIGTERM ends it":      func(r *report) { r.ExitCode = 1 },
		"SIGTERM ends":         func(r *report) { r.Left = "runtime.json" },
		"SIGTERM ends it clea": func(r *report) { r.Shutdown = 5 },
	} {
		r := sound()
		spoil(r)
		r.judge()
		var broken []string
		for _, c := range r.Checks {
			if !c.Held {
				broken = append(broken, c.Promise)
			}
		}
		if r.Held || len(broken) != 1 || !strings.HasPrefix(broken[0], name) {
			t.Errorf("%s: broken are %q", name, broken)
		}
		var out strings.Builder
		if r.print(&out); strings.Count(out.String(), "BROKEN") != 1 {
			t.Errorf("%s: printed as %s", name, &out)
		}
	}
}

func TestParseMetrics(t *testing.T) {
	const text = "# HELP a An a.\n# TYPE a counter\na 3\nb{level=\"error\",x=\"y z\"} 1.5e+06\nbroken\nc nothing\n"
	want := map[string]float64{"a": 3, `b{level="error",x="y z"}`: 1.5e6}
	if got := parseMetrics(text); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
