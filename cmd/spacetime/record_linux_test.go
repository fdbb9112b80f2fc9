package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/xr/simruntime"
)

// recorded is a recording, taken apart.
type recorded struct {
	text  string
	poses map[string][]recordedPose // of head, left, right, in order
	parts []recordedLine            // buttons, triggers, sticks
}

type recordedPose struct {
	at       time.Duration
	position [3]float64
	turn     [4]float64
}

type recordedLine struct {
	at   time.Duration
	text string
}

// readRecording reads what --vr-record wrote.
func readRecording(t *testing.T, path string) *recorded {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorded{text: string(text), poses: map[string][]recordedPose{}}
	for line := range strings.Lines(r.text) {
		line = strings.TrimSpace(line)
		at, words, timed := time.Duration(0), strings.Fields(line), false
		if ns, err := strconv.ParseInt(strings.TrimSuffix(words[0], "ns"), 10, 64); err == nil {
			at, words, timed = time.Duration(ns), words[1:], true
		}
		switch {
		case len(words) > 1 && words[1] == "at":
			r.poses[words[0]] = append(r.poses[words[0]], readPose(t, at, line, words))
		case timed && strings.ContainsAny(words[1%len(words)], "/k"): // thumbstick, trackpad
			r.parts = append(r.parts, recordedLine{at, strings.Join(words, " ")})
		}
	}
	return r
}

// readPose reads "head at X Y Z quaternion X Y Z W over TIME".
func readPose(t *testing.T, at time.Duration, line string, words []string) (p recordedPose) {
	t.Helper()
	q := &p.turn
	_, err := fmt.Sscan(strings.Join(append(words[2:5:5], words[6:10]...), " "), &p.position[0], &p.position[1], &p.position[2], &q[0], &q[1], &q[2], &q[3])
	if err != nil || words[5] != "quaternion" {
		t.Fatalf("%q: %v", line, err)
	}
	p.at = at
	if len(words) == 12 {
		over, err := time.ParseDuration(words[11])
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		p.at += over
	}
	return p
}

// yawPitchDeg is where a head looks that is not tilted.
func (p *recordedPose) yawPitchDeg() (yaw, pitch float64) {
	x, y, z, w := p.turn[0], p.turn[1], p.turn[2], p.turn[3]
	const deg = 180 / math.Pi
	return deg * math.Atan2(2*(w*y+x*z), 1-2*(x*x+y*y)), deg * math.Asin(2*(w*x-y*z))
}

// near returns the sample of the time.
func (r *recorded) near(t *testing.T, who string, at time.Duration) recordedPose {
	t.Helper()
	for _, p := range r.poses[who] {
		if (p.at - at).Abs() <= 12*time.Millisecond {
			return p
		}
	}
	t.Fatalf("no sample of %s near %v", who, at)
	return recordedPose{}
}

// recordFlight flies on a script with --vr-record.
func recordFlight(t *testing.T, script, clock string, args ...string) *recorded {
	t.Helper()
	file := filepath.Join(t.TempDir(), "flight.sim")
	flyHeadset(t, script, false, simruntime.Options{Clock: clock},
		append([]string{"--mode", "vr", "--vr-scale", "0.25", "--vr-record", file}, args...)...).good(t)
	r := readRecording(t, file)
	if lines := strings.Split(strings.TrimSpace(r.text), "\n"); !strings.HasSuffix(lines[len(lines)-1], " exit") {
		t.Errorf("the recording ends with %q", lines[len(lines)-1])
	}
	return r
}

// TestRecord flies on a script, then on the recording of that, and compares what
// was recorded of both: 1 mm, 0.05 degrees, 12 ms. The first is compared with
// what its script says besides.
func TestRecord(t *testing.T) {
	for _, tt := range []struct {
		script string
		check  func(t *testing.T, r *recorded)
	}{
		{"look-around", func(t *testing.T, r *recorded) {
			for _, look := range []struct {
				at         time.Duration
				yaw, pitch float64
			}{{1 * time.Second, 30, 0}, {1500 * time.Millisecond, 60, 0}, {2500 * time.Millisecond, 0, 0}, {3500 * time.Millisecond, -60, 0}, {4500 * time.Millisecond, 0, 40}} {
				p := r.near(t, "head", look.at)
				yaw, pitch := p.yawPitchDeg()
				if math.Abs(yaw-look.yaw) > 1 || math.Abs(pitch-look.pitch) > 1.1 { // 12 ms are as much
					t.Errorf("at %v the head is turned by %.2f and %.2f degrees, want %+v", p.at, yaw, pitch, look)
				}
			}
		}},
		{"walk", func(t *testing.T, r *recorded) {
			for _, stand := range []struct {
				who     string
				at      time.Duration
				x, y, z float64
			}{{"head", 2 * time.Second, 0, 1.7, 0}, {"head", 3 * time.Second, 0, 1.7, -1}, {"left", 2 * time.Second, -0.25, 1, -0.1}, {"right", 7 * time.Second, -0.25, 1, 0.9}} {
				p := r.near(t, stand.who, stand.at)
				if math.Abs(p.position[0]-stand.x)+math.Abs(p.position[1]-stand.y)+math.Abs(p.position[2]-stand.z) > 0.02 {
					t.Errorf("at %v %s is at %v, want %+v", p.at, stand.who, p.position, stand)
				}
			}
		}},
		{"buttons", func(t *testing.T, r *recorded) {
			var at time.Duration
			for _, want := range []recordedLine{ // the times of the script, and its sums
				{600 * time.Millisecond, "left x/click on"},
				{700 * time.Millisecond, "left x/click off"},
				{1000 * time.Millisecond, "left y/click on"},
				{2600 * time.Millisecond, "left trigger/value 0.5"},
				{5000 * time.Millisecond, "left thumbstick -1 0"},
				{6700 * time.Millisecond, "right thumbstick/click off"},
			} {
				found := false
				for _, p := range r.parts {
					found = found || p.text == want.text && p.at >= at && (p.at-want.at).Abs() <= 14*time.Millisecond // a period
				}
				if !found {
					t.Errorf("no %q near %v in %v", want.text, want.at, r.parts)
				}
			}
		}},
	} {
		t.Run(tt.script, func(t *testing.T) {
			t.Parallel()
			first := recordFlight(t, tt.script, "stepped")
			tt.check(t, first)
			file := filepath.Join(t.TempDir(), "first.sim")
			if err := os.WriteFile(file, []byte(first.text), 0o666); err != nil {
				t.Fatal(err)
			}
			again := recordFlight(t, file, "stepped")
			for who, poses := range first.poses {
				comparePoses(t, who, again.poses[who], poses)
			}
			if len(again.parts) != len(first.parts) {
				t.Fatalf("%d changes of buttons, and %d before", len(again.parts), len(first.parts))
			}
			for n, p := range first.parts {
				if a := again.parts[n]; a.text != p.text || (a.at-p.at).Abs() > 12*time.Millisecond {
					t.Errorf("%v, and before %v", a, p)
				}
			}
		})
	}
}

func comparePoses(t *testing.T, who string, got, want []recordedPose) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d samples, and %d before", who, len(got), len(want))
	}
	for n, w := range want {
		g := got[n]
		var distance, near, far float64 // a quaternion and its opposite are the same turn
		for i := range g.position {
			distance = math.Hypot(distance, g.position[i]-w.position[i])
		}
		for i := range g.turn {
			near, far = math.Hypot(near, g.turn[i]-w.turn[i]), math.Hypot(far, g.turn[i]+w.turn[i])
		}
		angle := 4 * math.Asin(min(near, far)/2) * 180 / math.Pi
		if (g.at-w.at).Abs() > 12*time.Millisecond || distance > 1e-3 || angle > 0.05 {
			t.Fatalf("%s, sample %d: %+v, and before %+v", who, n, g, w)
		}
	}
}

// TestRecordEndsWithTheFlight: a flight that the program ends, and not the
// headset, is as long when it is played.
func TestRecordEndsWithTheFlight(t *testing.T) {
	t.Parallel()
	script := filepath.Join(t.TempDir(), "turn.sim")
	if err := os.WriteFile(script, []byte("0s head turn 90 0 0 over 3s"), 0o666); err != nil {
		t.Fatal(err)
	}
	first := recordFlight(t, script, "stepped", "--frames", "60")
	if err := os.WriteFile(script, []byte(first.text), 0o666); err != nil {
		t.Fatal(err)
	}
	again := recordFlight(t, script, "stepped")
	comparePoses(t, "head", again.poses["head"], first.poses["head"])
	if last := first.poses["head"][len(first.poses["head"])-1]; last.at < 800*time.Millisecond {
		t.Errorf("60 frames end at %v", last.at)
	}
}

// TestRecordOutlivesTheProgram: what was recorded until the program was killed
// can be played.
func TestRecordOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	path, err := filepath.Abs(manifest)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "flight.sim")
	p := command(t, "--api", "off", "--mode", "vr", "--vr-scale", "0.25", "--vr-record", file)
	p.Env = append(p.Env, "XR_RUNTIME_JSON="+path, "SPACETIME_SIM_CLOCK=stepped", "SPACETIME_SIM_STEPS=0s head turn 170 0 0 over 300s")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if text, _ := os.ReadFile(file); strings.Count(string(text), "head at") > 30 {
			break
		}
		if time.Now().After(end) {
			_ = p.Process.Kill()
			t.Fatalf("nothing is recorded: %s", &p.err)
		}
	}
	if err := p.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait() // killed
	killed := readRecording(t, file)
	if strings.Contains(killed.text, "exit") || !strings.HasSuffix(killed.text, "\n") {
		t.Errorf("the recording ends with %q", killed.text[max(0, len(killed.text)-100):])
	}
	kept := killed.poses["head"]
	played := recordFlight(t, file, "stepped", "--frames", fmt.Sprint(len(kept)+10)).poses["head"]
	comparePoses(t, "head", played[:min(len(kept), len(played))], kept)
}

// TestRecordNowhere: a file that cannot be written is an error before the flight.
func TestRecordNowhere(t *testing.T) {
	t.Parallel()
	p := command(t, "--api", "off", "--mode", "auto", "--frames", "1", "--vr-record", filepath.Join(t.TempDir(), "none", "flight.sim"))
	if err := p.Run(); err == nil || !strings.Contains(p.err.String(), "flight.sim") {
		t.Errorf("%v: %s", err, &p.err)
	}
}

// TestRecordOverThePlay: the script that is being played is not recorded over.
func TestRecordOverThePlay(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script, link := filepath.Join(folder, "flight.sim"), filepath.Join(folder, "link.sim")
	const text = "0s head turn 90 0 0 over 3s\n1s exit\n"
	if err := os.WriteFile(script, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(script, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{script, link} {
		s := flyHeadset(t, script, false, simruntime.Options{Clock: "stepped", Limit: 20 * time.Second}, "--mode", "vr", "--vr-record", path)
		if s.verdict.Status != exit.Usage || !strings.Contains(s.console.String(), "is the script that the simulated headset plays") {
			t.Errorf("%s: %s", s.verdict.Ending, &s.console)
		}
		if left, err := os.ReadFile(script); err != nil || string(left) != text {
			t.Errorf("%v: the script is now %q", err, left)
		}
	}
}

// crashVariable makes the test program record onto what panics.
const crashVariable = "SPACETIME_TEST_CRASH"

// haunted takes what a recording begins with, and panics.
type haunted struct{ writes int }

func (h *haunted) Write(p []byte) (int, error) {
	if h.writes++; h.writes > 1 {
		panic("the disk is haunted")
	}
	return len(p), nil
}

func (*haunted) Close() error { return nil }

// TestRecorderCrash: a mistake in the goroutine that writes a recording leaves a
// crash report too.
func TestRecorderCrash(t *testing.T) {
	if folder := os.Getenv(crashVariable); folder != "" {
		log, err := host.OpenLog(filepath.Join(folder, "log"), 0, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		crashes, err := host.OpenCrashReports(folder, "test", log)
		if err != nil {
			t.Fatal(err)
		}
		_ = newRecording(&haunted{}, log.Logger, crashes).close()
		time.Sleep(10 * time.Second) // the goroutine ends the program
		return
	}
	t.Parallel()
	folder := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestRecorderCrash$")
	child.Env = append(os.Environ(), crashVariable+"="+folder)
	out, _ := child.CombinedOutput()
	reports, _ := filepath.Glob(filepath.Join(folder, "crash-*"))
	if child.ProcessState.ExitCode() != exit.Crash || len(reports) != 1 || !strings.Contains(string(out), "the disk is haunted") {
		t.Errorf("ends with %d, reports %v: %s", child.ProcessState.ExitCode(), reports, out)
	}
}
