package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/render/flip"
	"github.com/spacetime-vr/spacetime/xr/simruntime"
)

const manifest = "../../bin/openxr/spacetime_sim.json"

// simulated flies the built program on the simulated headset.
type simulated struct {
	verdict *simruntime.Verdict
	out     string // folder of report and pictures
	console bytes.Buffer
}

// newScreen starts an X server that only this test has, so that nobody else's
// keys reach its windows, and returns its DISPLAY.
func newScreen(t *testing.T) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-noreset", "-nolisten", "tcp", "-screen", "0", "1280x1024x24")
	x.ExtraFiles = []*os.File{write}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Process.Kill(); _ = x.Wait() })
	write.Close()
	var number int
	if _, err := fmt.Fscan(read, &number); err != nil {
		t.Fatalf("Xvfb told no screen: %v", err)
	}
	return fmt.Sprintf(":%d", number)
}

// flyHeadset runs spacetime with args on a script. With window it draws on the
// window's context (GLX), otherwise on the offscreen one (EGL).
func flyHeadset(t *testing.T, script string, window bool, o simruntime.Options, args ...string) *simulated {
	t.Helper()
	path, err := filepath.Abs(manifest)
	if err != nil {
		t.Fatal(err)
	}
	s := &simulated{out: t.TempDir()}
	o.Manifest, o.Out, o.Stdout, o.Stderr = path, s.out, &s.console, &s.console
	o.Environment = append(o.Environment, "HOME="+t.TempDir(), "XDG_RUNTIME_DIR="+t.TempDir())
	screen := ""
	if window {
		screen = newScreen(t)
	}
	o.Environment = append(o.Environment, "DISPLAY="+screen, "WAYLAND_DISPLAY=")
	s.verdict, err = simruntime.Run(context.Background(), script, program, append([]string{"--api", "off"}, args...), o)
	if err != nil {
		t.Fatalf("%v\n%s", err, &s.console)
	}
	return s
}

// good checks the verdict.
func (s *simulated) good(t *testing.T) {
	t.Helper()
	if !s.verdict.OK {
		text, _ := json.MarshalIndent(s.verdict, "", " ")
		t.Errorf("the verdict: %s\n%s", text, &s.console)
	}
}

// frame reads the nth picture that was composed.
func (s *simulated) frame(t *testing.T, n int) image.Image {
	t.Helper()
	f, err := os.Open(filepath.Join(s.out, fmt.Sprintf("frame_%06d.png", n)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// runtimesOwn is more than the Go runtime allocates by itself, for each frame of a short
// flight: eight objects for a thread that it starts while others wait in the driver, and one
// for each goroutine that waits at a channel. What a frame allocates is one object at least,
// in each; that it is none hold TestDrawDoesNotAllocate and TestFrameAllocatesNothing.
const runtimesOwn = 0.9

// TestHeadset flies on each way to draw two eyes and on either kind of context:
// no strict check may find anything, and all show the same.
func TestHeadset(t *testing.T) {
	var first image.Image
	for _, stereo := range []string{"layer", "wide", "two-pass"} {
		for _, window := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, window %t", stereo, window), func(t *testing.T) {
				stats := filepath.Join(t.TempDir(), "stats.json")
				s := flyHeadset(t, "testdata/sixty.sim", window, simruntime.Options{Clock: "stepped", Pictures: 30},
					"--mode", "vr", "--stereo", stereo, "--frames", "60", "--scene", "saturn", "--at", "2026-11-22T00:00:00Z", "--stats", stats,
					"--settle") // surfaces come when there is time: with them a program that is compiled, and another picture
				s.good(t)
				if s.verdict.Frames < 50 || s.verdict.Missed != 0 {
					t.Errorf("%d frames shown, %d missed", s.verdict.Frames, s.verdict.Missed)
				}
				var r report
				data, err := os.ReadFile(stats)
				if err != nil || json.Unmarshal(data, &r) != nil {
					t.Fatalf("stats: %v", err)
				}
				if r.PerFrame.Allocations >= runtimesOwn || r.Display.Views != 2 || r.Frames != 60 {
					t.Errorf("%g allocations a frame, display %+v, %d frames", r.PerFrame.Allocations, r.Display, r.Frames)
				}
				t.Logf("%s: %.1f GL calls, submit p50 %.2f ms, frame p50 %.2f ms", s.verdict.Application, r.PerFrame.GLCalls, r.MS.Submit.P50, r.MS.Frame.P50)
				img := s.frame(t, 31)
				if first == nil {
					first = img
					return
				}
				if d, err := flip.Compare(first, img, flip.PixelsPerDegree); err != nil || d.Mean > 0.002 {
					t.Errorf("differs from the first: %+v, %v", d, err)
				}
			})
		}
	}
}

// TestHeadsetMenu: with controllers alone the menu is opened, seen by both eyes, and the
// program ended, long before the script ends.
func TestHeadsetMenu(t *testing.T) {
	s := flyHeadset(t, "testdata/menu.sim", false, simruntime.Options{Clock: "stepped", Pictures: 10, Limit: 3 * time.Minute},
		"--mode", "vr", "--at", "2026-11-22T00:00:00Z", "--fresh")
	s.good(t)
	if s.verdict.Frames < 85 || s.verdict.Frames > 120 { // 72 a second
		t.Errorf("the program ended after %d frames, want about 90", s.verdict.Frames)
	}
	for n, menu := range map[int]bool{11: false, 31: true} {
		img := s.frame(t, n)
		for eye := range 2 {
			if grey := groundAhead(img, eye); menu != (grey < 40) {
				t.Errorf("picture %d, eye %d: what is ahead below has a grey of %d; a menu is open: %t", n, eye, grey, menu)
			}
		}
	}
}

// groundAhead is how bright the middle of what a menu hides of the lit Moon is to an eye.
func groundAhead(img image.Image, eye int) uint32 {
	sum := uint32(0)
	for y := 300; y < 340; y++ {
		for x := 240; x < 280; x++ {
			_, g, _, _ := img.At(512*eye+x, y).RGBA()
			sum += g >> 8
		}
	}
	return sum / 1600
}

// TestHeadsetIsRepeatable: in stepped time the same script shows the same bytes.
func TestHeadsetIsRepeatable(t *testing.T) {
	var first map[string][]byte
	for range 2 {
		s := flyHeadset(t, "testdata/sixty.sim", false, simruntime.Options{Clock: "stepped", Pictures: 1, Limit: 5 * time.Minute},
			"--mode", "vr", "--settle", "--frames", "60", "--at", "2026-11-22T00:00:00Z")
		s.good(t)
		all := map[string][]byte{}
		names, _ := filepath.Glob(filepath.Join(s.out, "*.png"))
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(name)] = data
		}
		if first == nil {
			first = all
			continue
		}
		if len(all) != len(first) || len(all) < 50 {
			t.Errorf("%d pictures, and %d before", len(all), len(first))
		}
		for name, data := range all {
			if !bytes.Equal(data, first[name]) {
				t.Errorf("%s is another than before", name)
			}
		}
	}
}

// TestHeadsetWithoutMirror: a window is there, and shows nothing.
func TestHeadsetWithoutMirror(t *testing.T) {
	flyHeadset(t, "testdata/sixty.sim", true, simruntime.Options{Clock: "stepped"}, "--mode", "vr", "--vr-mirror", "off", "--frames", "20").good(t)
}

// TestHeadsetAccidents: whatever happens to a headset, the flight goes on, or
// ends as the script expects.
func TestHeadsetAccidents(t *testing.T) {
	for _, script := range simruntime.Scripts() {
		t.Run(script.Name, func(t *testing.T) {
			t.Parallel()
			flyHeadset(t, script.Name, false, simruntime.Options{Clock: "stepped"}, "--mode", "vr", "--vr-scale", "0.25").good(t)
		})
	}
}

// TestHeadsetEnteredAndLeft: V takes the flight into the headset and back to the
// window, and simulated time goes on with the clock on the wall.
func TestHeadsetEnteredAndLeft(t *testing.T) {
	path, err := filepath.Abs(manifest)
	if err != nil {
		t.Fatal(err)
	}
	p := command(t, "--mode", "desktop", "--size", "320x180", "--api", "127.0.0.1:0", "--vr-scale", "0.5", "--at", "2026-11-22T00:00:00Z")
	screen := "DISPLAY=" + newScreen(t)
	p.Env = append(p.Env, screen, "XR_RUNTIME_JSON="+path)
	address, token := p.flying(t)
	look := func() (s api.State) {
		t.Helper()
		status, body, _ := request(t, "GET", "http://"+address+"/api/v1/state", token, "")
		if status != http.StatusOK || json.Unmarshal(body, &s) != nil {
			t.Fatalf("the state: %d %s", status, body)
		}
		return s
	}
	await := func(views int) api.State {
		t.Helper()
		for range 300 {
			if s := look(); s.Display.Views == views && s.Running {
				return s
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("the display is still %+v\n%s", look().Display, &p.err)
		return api.State{}
	}
	press := func() {
		t.Helper()
		key := exec.Command("xdotool", "search", "--sync", "--onlyvisible", "--name", "SpaceTime VR", "windowfocus", "--sync", "key", "v")
		key.Env = append(os.Environ(), screen)
		if out, err := key.CombinedOutput(); err != nil {
			t.Fatalf("xdotool: %v: %s", err, out)
		}
	}
	first, start := await(1), time.Now()
	press()
	inside := await(2)
	if !strings.Contains(inside.Display.Name, "simulated headset") {
		t.Errorf("the display is %+v", inside.Display)
	}
	time.Sleep(time.Second)
	press()
	last := await(1)
	flown, passed := time.Duration(last.Time.Date-first.Time.Date), time.Since(start)
	if d := flown - passed; d < -time.Second || d > time.Second {
		t.Errorf("simulated time went on by %v in %v", flown, passed)
	}
	if last.Ship.PositionM != first.Ship.PositionM || last.Scene != first.Scene {
		t.Errorf("the ship was at %+v and is at %+v", first.Ship, last.Ship)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil || p.wait(t) != 0 {
		t.Errorf("SIGTERM: %v, %s", err, &p.err)
	}
}

// TestStuckInTheRuntime: a frame that never comes back from the runtime does not
// keep the program from ending when it is told to.
func TestStuckInTheRuntime(t *testing.T) {
	path, err := filepath.Abs(manifest)
	if err != nil {
		t.Fatal(err)
	}
	p := command(t, "--mode", "vr", "--vr-scale", "0.25", "--api", "127.0.0.1:0", "--stats", "s.json")
	p.Env = append(p.Env, "XR_RUNTIME_JSON="+path, "SPACETIME_SIM_STEPS=fault xrWaitFrame calls 60 on hangs")
	address, token := p.flying(t)
	for range 200 { // until no frame has come for so long that the engine counts as sick
		if status, _, _ := request(t, "GET", "http://"+address+"/readyz", token, ""); status == http.StatusServiceUnavailable {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	start := time.Now()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != exit.Unavailable || time.Since(start) < 4*time.Second {
		t.Errorf("ends with %d after %v: %s", code, time.Since(start), &p.err)
	}
	if _, err := os.Stat(filepath.Join(p.home, "s.json")); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(filepath.Join(p.home, "spacetime")); len(left) != 0 {
		t.Errorf("%d files of the ended program are left", len(left))
	}
}

// TestStuckAtTheStart: a runtime that hangs while it is opened does not keep the
// program from ending either.
func TestStuckAtTheStart(t *testing.T) {
	path, err := filepath.Abs(manifest)
	if err != nil {
		t.Fatal(err)
	}
	p := command(t, "--mode", "vr", "--api", "off")
	p.Env = append(p.Env, "XR_RUNTIME_JSON="+path, "SPACETIME_SIM_STEPS=fault xrCreateSession calls 1 on hangs")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != exit.Unavailable {
		t.Errorf("ends with %d: %s", code, &p.err)
	}
	if crashes, _ := filepath.Glob(filepath.Join(p.home, ".local/state/spacetime/crashes/*")); len(crashes) != 0 {
		t.Errorf("crash reports without a crash: %v", crashes)
	}
}

// TestEndedBeforeThePicture: the player ends VR before the last frame, whose
// picture then never comes.
func TestEndedBeforeThePicture(t *testing.T) {
	s := flyHeadset(t, "still", false, simruntime.Options{Clock: "stepped"}, "--mode", "vr", "--vr-scale", "0.25", "--frames", "100000", "--screenshot", filepath.Join(t.TempDir(), "f.png"))
	if s.verdict.Status != exit.Failure || !strings.Contains(s.console.String(), "the run ended before the picture was taken") {
		t.Errorf("%s: %s", s.verdict.Ending, &s.console)
	}
}

// TestAbandonedOnAStalledDisk: a runtime that does not return, and a recording
// that cannot be written to its end, do not keep the program together.
func TestAbandonedOnAStalledDisk(t *testing.T) {
	path, err := filepath.Abs(manifest)
	if err != nil {
		t.Fatal(err)
	}
	p := command(t, "--mode", "vr", "--vr-scale", "0.25", "--api", "127.0.0.1:0", "--vr-record", "pipe", "--stats", "s.json")
	stalled(t, filepath.Join(p.home, "pipe"))
	p.Env = append(p.Env, "XR_RUNTIME_JSON="+path, "SPACETIME_SIM_STEPS=0s head turn 170 0 0 over 300s; fault xrWaitFrame calls 200 on hangs")
	address, token := p.flying(t)
	for range 200 { // until no frame has come for so long that the engine counts as sick
		if status, _, _ := request(t, "GET", "http://"+address+"/readyz", token, ""); status == http.StatusServiceUnavailable {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	start := time.Now()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	code, took := p.wait(t), time.Since(start)
	if code != exit.Unavailable || took < stuck+lastWords-time.Second/2 || took > stuck+lastWords+5*time.Second {
		t.Errorf("ends with %d after %v: %s", code, took, &p.err)
	}
	if _, err := os.Stat(filepath.Join(p.home, "s.json")); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(filepath.Join(p.home, "spacetime")); len(left) != 0 {
		t.Errorf("%d files of the ended program are left", len(left))
	}
}

// stalled makes a pipe that takes 4 KB and then nothing.
func stalled(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pipe.Close() })
	const setPipeSize = 1031 // F_SETPIPE_SZ of fcntl(2)
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, pipe.Fd(), setPipeSize, 4096); errno != 0 {
		t.Fatal(errno)
	}
}

// TestSimRunInterrupted: what ends by Ctrl-C has no verdict, and says so.
func TestSimRunInterrupted(t *testing.T) {
	path, err := filepath.Abs(manifest)
	if err != nil {
		t.Fatal(err)
	}
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p := command(t, "sim", "run", "walk", "--runtime", path, "--", "sh", "-c", "echo runs; exec sleep 60")
		running, err := os.CreateTemp(p.home, "out")
		if err != nil {
			t.Fatal(err)
		}
		defer running.Close()
		p.Stdout = running
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		for range 400 {
			if info, _ := running.Stat(); info.Size() > 0 {
				break
			}
			time.Sleep(25 * time.Millisecond)
		}
		if err := p.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if code := p.wait(t); code != exit.Interrupted || p.err.String() != "spacetime: interrupted before the verdict\n" {
			t.Errorf("%v: ends with %d: %q", signal, code, &p.err)
		}
	}
}
