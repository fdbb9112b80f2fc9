package simruntime

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoodScripts has each kind of statement in each of its forms.
func TestGoodScripts(t *testing.T) {
	for _, line := range []string{
		"",
		"   # only a comment",
		"head at 0 1.6 0", "head turn 90 0 0 over 1s", "head quaternion 0 0 0 1 at 1 2 3 over 20ms",
		"head tracking full", "left tracking lost", "right tracking orientation", "left tracking inferred",
		"left on", "right off", "gamepad on", "gamepad a/click on", "gamepad thumbstick_left 0.5 -0.5",
		"left trigger/value 0.5", "left x/click on", "right thumbstick -1 1 for 0.5s", "left x/click on for 10ms",
		"profile khr/simple_controller", "model test", "clock stepped", "clock real",
		"worn off", "session visible", "session hidden", "session focused", "plug", "unplug",
		"recentre", "recentre after 1s", "recentre unposed after 20ms",
		"period 5.9e16ns", "period normal", "rate 90", "bounds 2 3", "bounds none", "ipd 0.064", "mask changed",
		"gl dirty", "gl clean", "lose session", "lose session warned", "lose instance", "lose instance warned", "exit",
		"fault xrEndFrame call 30 returns XR_ERROR_SESSION_LOST", "fault xrWaitFrame calls 3 to 9 takes 5ms",
		"fault xrEndSession calls 1 on hangs", "expect no focused",
		"expect focused", "expect visible within 2s", "expect frames >= 60", "expect status == -1", "expect missed <= 3",
		"1s exit", "1.5s exit", "20ms exit", "+3us exit", "1e3ms exit", "7ns exit\n7ns exit\n+0s exit",
		"1s head turn 10 0 0\r\n2s exit\r",
		strings.Repeat("# a comment\n", 2000) + "exit",
	} {
		t.Run(line[:min(len(line), 60)], func(t *testing.T) {
			if err := check(t, line); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestBadScripts has what is told of each mistake, and where.
func TestBadScripts(t *testing.T) {
	for _, tt := range []struct{ script, want string }{
		{"dance", `:1: want a time or a statement such as head, left, profile, recentre, fault or exit, not "dance"`},
		{"exit\n\n2s\n", `:3: want a time or a statement such as head, left, profile, recentre, fault or exit, not the end of the line`},
		{"1 exit", `:1: want a time such as 1.5s, 20ms, 5us or 7ns, not "1"`},
		{"1m exit", `:1: want a time such as 1.5s, 20ms, 5us or 7ns, not "1m"`},
		{"1e400s exit", `:1: want a time such as`},
		{"0x10s exit", `:1: want a time such as`},
		{"2s exit\n1s exit", `:2: want a time that is not before the line above, and within three years, not "1s"`},
		{"4e7s exit\n+4e7s exit\n+4e7s exit", `:3: want a time that is not before the line above, and within three years, not "4e7s"`},
		{"exit now", `:1: want the end of the line, not "now"`},
		{"head", `:1: want at, turn, quaternion or tracking, not the end of the line`},
		{"head at 1 2", `:1: want z in metres, -10000 to 10000, not the end of the line`},
		{"head at 1 2 nan", `:1: want z in metres, -10000 to 10000, not "nan"`},
		{"head at 1 2 0,5", `:1: want z in metres, -10000 to 10000, not "0,5"`},
		{"head at 1 2 1e5", `:1: want z in metres, -10000 to 10000, not "1e5"`},
		{"head turn 400 0 0", `:1: want yaw in degrees, -360 to 360, not "400"`},
		{"head turn 1 0 0 over", `:1: want a time such as`},
		{"head turn 1 0 0 by 2s", `:1: want at X Y Z, turn YAW PITCH ROLL, quaternion X Y Z W or over TIME, not "by"`},
		{"head quaternion 0 0 0 0.5", `:1: want a quaternion of length 1 before it (this one has 0.5), not the end of the line`},
		{"head tracking perfect", `:1: want one of full, inferred, orientation, lost, not "perfect"`},
		{"left a/click on", `:1: want at, turn, quaternion, tracking, on, off or a component of /user/hand/left of oculus/touch_controller, not "a/click"`},
		{"profile khr/simple_controller\nleft trigger/value 1", `:2: want at, turn, quaternion, tracking, on, off or a component of /user/hand/left of khr/simple_controller, not "trigger/value"`},
		{"left x/click 1", `:1: want one of on, off, not "1"`},
		{"left grip/pose on", `:1: want at, turn, quaternion, tracking`},
		{"left trigger/value 2", `:1: want how far, -1 to 1, not "2"`},
		{"left thumbstick 1", `:1: want y of the stick, -1 to 1, not the end of the line`},
		{"left x/click on for ever", `:1: want a time such as`},
		{"gamepad at 1 2 3", `:1: want at, turn, quaternion, tracking, on, off or a component of /user/gamepad`},
		{"profile microsoft/xbox_controller", `:1: want a profile of two hands such as oculus/touch_controller, not "microsoft/xbox_controller"`},
		{"model best", `:1: want one of test, `},
		{"1s model test", `:1: want model before the first line with a time, not "test"`},
		{"1s clock real", `:1: want clock before the first line with a time, not "real"`},
		{"session stopped", `:1: want one of focused, visible, hidden, not "stopped"`},
		{"recentre after", `:1: want a time such as`},
		{"rate fast", `:1: want a rate in Hz, 1 to 1000, not "fast"`},
		{"ipd 64", `:1: want the distance of the eyes in metres, 0.04 to 0.09, not "64"`},
		{"lose", `:1: want one of session, instance, not the end of the line`},
		{"lose instance soon", `:1: want the end of the line, not "soon"`},
		{"fault xrDance call 1 hangs", `:1: want an OpenXR function such as xrEndFrame, not "xrDance"`},
		{"fault xrEndFrame 30 hangs", `:1: want call N, calls N to M, or calls N on, not "30"`},
		{"fault xrEndFrame call 0 hangs", `:1: want calls counted from 1 before it, not "hangs"`},
		{"fault xrEndFrame call -1 hangs", `:1: want which call, from 1, a whole number, not "-1"`},
		{"fault xrEndFrame calls 5 to 4 hangs", `:1: want calls from 1 and rising before it, not "hangs"`},
		{"fault xrEndFrame call 1 explodes", `:1: want one of returns, takes, hangs, not "explodes"`},
		{"fault xrEndFrame call 1 returns 5", `:1: want an XrResult such as XR_ERROR_SESSION_LOST, not "5"`},
		{"expect", `:1: want a state such as focused, or frames, missed, discarded, errors, warnings, faults, haptics, sessions, instances or status, not the end of the line`},
		{"expect frames > 3", `:1: want one of ==, >=, <=, not ">"`},
		{"expect frames >= many", `:1: want a number, -1e+09 to 1e+09, not "many"`},
		{"expect no frames", `:1: want one of ready, synchronized,`},
		{strings.Repeat("x", 2000), `:1: want a line of fewer than 1024 characters, not one of 2000`},
		{strings.Repeat("x ", 24) + "y z", `:1: want the end of the line after 24 words, not "y"`},
		{"exit\x1b[31m", `not "exit?[31m"`},
		{"exit\x00exit", `this is no text: it has a byte of value 0`},
	} {
		t.Run(tt.script[:min(len(tt.script), 60)], func(t *testing.T) {
			if err := check(t, tt.script); !errors.Is(err, ErrScript) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

// check has the runtime read a script, and returns what it says of it.
func check(t *testing.T, text string) error {
	t.Helper()
	file := script(t, text)
	_, err := Run(t.Context(), file, loaded(t, "input_paths"), nil, Options{Manifest: manifest(t)})
	return err
}

// TestRefusedInstance checks what a program sees of a wrong script.
func TestRefusedInstance(t *testing.T) {
	for _, tt := range []struct{ name, variable, want string }{
		{"a file", "SPACETIME_SIM_SCRIPT=" + script(t, "exit\ndance"), "test.sim:2: want a time or a statement"},
		{"steps", "SPACETIME_SIM_STEPS=exit;dance", "SPACETIME_SIM_STEPS:2: want a time or a statement"},
		{"no file", "SPACETIME_SIM_SCRIPT=/nonsense.sim", "/nonsense.sim: No such file or directory"},
		{"a folder", "SPACETIME_SIM_SCRIPT=/", "/: Is a directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := command(t, loaded(t, "input_paths"))
			cmd.Env = append(cmd.Env, tt.variable, "XR_LOADER_DEBUG=none")
			err := output(cmd)
			if err == nil || !strings.Contains(err.Error(), "XR_ERROR_INITIALIZATION_FAILED") || !strings.Contains(err.Error(), "spacetime_sim: ") ||
				!strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if n := strings.Count(fmt.Sprint(err), "spacetime_sim: "); n != 1 {
				t.Errorf("%d lines from the runtime, want one", n)
			}
		})
	}
}

// TestFileAndSteps has script text beside a file: both are played, the text is
// about the controllers that the file ends with, and its times are its own.
func TestFileAndSteps(t *testing.T) {
	for _, tt := range []struct{ file, steps, want string }{
		{"profile valve/index_controller\n500ms right trackpad/force 0.5\n1s exit", "right trackpad/force 0.5; 100ms left a/click on", ""},
		{"profile valve/index_controller\n1s exit", "right thumbrest/touch on", "SPACETIME_SIM_STEPS:1: want at, turn, quaternion, tracking, on, off or a component of /user/hand/right of valve/index_controller"},
		{"1s exit", "profile khr/simple_controller; right select/click on", ""},
		{"", "right select/click on; 1s exit", "SPACETIME_SIM_STEPS:1: want at, turn, quaternion, tracking, on, off or a component of /user/hand/right of oculus/touch_controller"},
	} {
		_, err := Run(t.Context(), script(t, tt.file), loaded(t, "input_program"), nil,
			Options{Manifest: manifest(t), Clock: "stepped", Environment: []string{"SPACETIME_SIM_STEPS=" + tt.steps}})
		if tt.want == "" && err != nil || tt.want != "" && (!errors.Is(err, ErrScript) || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%q and %q: got %v\nwant %s", tt.file, tt.steps, err, tt.want)
		}
	}
}

// FuzzScript gives the runtime's reader any bytes, built so that it stops at
// the first wrong access or undefined operation.
func FuzzScript(f *testing.F) {
	for _, s := range Scripts() {
		text, err := Text(s.Name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(text))
	}
	f.Add([]byte("1s head quaternion 0 0 0 1 over 0ns\nhead turn 360 -360 360 over 1e17ns"))
	f.Add([]byte("fault xrEndFrame calls 2147483647 on takes 1e17ns\n1e17ns left x/click on for 1e17ns"))
	reader := startReader(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := reader.read(text); err != nil {
			t.Fatal(err)
		}
	})
}

// scriptReader is a process that reads one script after another.
type scriptReader struct {
	stdin  io.Writer
	stdout *bufio.Reader
	stderr bytes.Buffer
}

func startReader(f *testing.F) *scriptReader {
	sources, err := filepath.Glob("runtime/*.c")
	if err != nil {
		f.Fatal(err)
	}
	sanitizers := append(sources, "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O0", "-lpthread")
	cmd := exec.Command(client(f, "input_fuzz", sanitizers...), filepath.Join(f.TempDir(), "fuzz.sim"))
	r := &scriptReader{}
	cmd.Stderr = &r.stderr
	cmd.Env = append(os.Environ(), "ASAN_OPTIONS=detect_leaks=0") // ptrace, which it needs, is often forbidden
	stdin, err := cmd.StdinPipe()
	if err != nil {
		f.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		f.Fatal(err)
	}
	r.stdin, r.stdout = stdin, bufio.NewReader(stdout)
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			f.Errorf("the reader: %v", err)
		}
	})
	return r
}

func (r *scriptReader) read(text []byte) error {
	r.stderr.Reset()
	if _, err := fmt.Fprintf(r.stdin, "%d\n%s", len(text), text); err != nil {
		return fmt.Errorf("%w\n%s", err, r.stderr.String())
	}
	answer, err := r.stdout.ReadString('\n')
	if err != nil {
		return fmt.Errorf("the reader died: %w\n%s", err, r.stderr.String())
	}
	if answer != "ok\n" && answer != "refused\n" {
		return fmt.Errorf("answer %q", answer)
	}
	return nil
}

// TestDocumentedScript plays the example of docs/simruntime.md.
func TestDocumentedScript(t *testing.T) {
	page, err := os.ReadFile("../../docs/simruntime.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "## Scripts\n\n```\n")
	example, _, closed := strings.Cut(rest, "```\n")
	if !found || !closed {
		t.Fatal("there is no example after the heading Scripts")
	}
	v, err := Run(t.Context(), script(t, example), loaded(t, "input_program"), nil, Options{Manifest: manifest(t), Clock: "stepped"})
	if err != nil {
		t.Fatal(err)
	}
	if !v.OK || len(v.Expectations) != 3 {
		t.Error(text(t, v))
	}
}
