package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// program is the built program, as users have it.
var program string

func TestMain(m *testing.M) { os.Exit(buildAndTest(m)) }

func buildAndTest(m *testing.M) int {
	dir, err := os.MkdirTemp("", "spacetime-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "spacetime")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// instance is one run of the program, with a home of its own.
type instance struct {
	*exec.Cmd
	home     string
	out, err bytes.Buffer
}

// command prepares a run without a display.
func command(t *testing.T, args ...string) *instance {
	t.Helper()
	p := &instance{Cmd: exec.Command(program, args...), home: t.TempDir()}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, "XDG_") && !slices.Contains([]string{"DISPLAY", "WAYLAND_DISPLAY", "HOME"}, name) {
			p.Env = append(p.Env, v)
		}
	}
	p.Env = append(p.Env, "HOME="+p.home, "XDG_RUNTIME_DIR="+p.home, "SPACETIME_TELEMETRY=127.0.0.1:0")
	p.Stdout, p.Stderr, p.Dir = &p.out, &p.err, p.home
	return p
}

// wait returns the exit code, or fails after a minute.
func (p *instance) wait(t *testing.T) int {
	t.Helper()
	timer := time.AfterFunc(time.Minute, func() { _ = p.Process.Kill() })
	defer timer.Stop()
	_ = p.Wait()
	return p.ProcessState.ExitCode()
}

func (p *instance) run(t *testing.T) int {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p.wait(t)
}

// flying starts a run with the API on a free port, and returns its address and
// token once it is ready.
func (p *instance) flying(t *testing.T) (address, token string) {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	paths := host.Paths{Runtime: filepath.Join(p.home, "spacetime")}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		info, err := api.ReadInstance(paths.Instance())
		if err != nil {
			continue
		}
		secret, err := auth.IssueLocal(info.KeyFile, auth.Admin, time.Minute)
		if err != nil {
			continue
		}
		if resp, err := http.Get(info.HTTP + "/readyz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return strings.TrimPrefix(info.HTTP, "http://"), secret.Reveal()
			}
		}
	}
	_ = p.Process.Kill()
	_ = p.Wait()
	t.Fatalf("not ready in a minute: %s%s", &p.out, &p.err)
	return "", ""
}

func request(t *testing.T, method, url, token, body string) (status int, answer []byte, header http.Header) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer, resp.Header
}

// TestHeadless is the main job of testers: so many frames, a picture, figures.
func TestHeadless(t *testing.T) {
	p := command(t, "--mode", "headless", "--frames", "60", "--size", "320x180", "--rate", "0", "--api", "off",
		"--scene", "saturn", "--at", "2026-11-22", "--screenshot", "f.png", "--stats", "s.json")
	if code := p.run(t); code != 0 {
		t.Fatalf("ended with %d: %s", code, &p.err)
	}
	f, err := os.Open(filepath.Join(p.home, "f.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != 320 || img.Bounds().Dy() != 180 {
		t.Errorf("the picture measures %v", img.Bounds())
	}
	bright := 0
	for y := range 180 {
		for x := range 320 {
			if r, g, b, _ := img.At(x, y).RGBA(); r+g+b > 3*0x4000 {
				bright++
			}
		}
	}
	if bright < 500 || bright > 30000 {
		t.Errorf("%d pixels are bright: is Saturn there?", bright)
	}
	var s struct {
		Frames   int
		Scene    string
		Graphics string
		MS       map[string]map[string]float64
		PerFrame map[string]float64 `json:"per_frame"`
		First    float64            `json:"time_to_first_frame_ms"`
		Peak     float64            `json:"peak_memory_bytes"`
	}
	data, err := os.ReadFile(filepath.Join(p.home, "s.json"))
	if err != nil || json.Unmarshal(data, &s) != nil {
		t.Fatalf("%v: %s", err, data)
	}
	if s.Frames != 60 || s.Scene != "saturn" || s.Graphics == "" || s.First <= 0 || s.Peak < 10<<20 {
		t.Errorf("%s", data)
	}
	for _, phase := range []string{"simulate", "cull", "submit", "frame"} {
		if v := s.MS[phase]; !(v["p50"] > 0 && v["p95"] >= v["p50"] && v["p99"] >= v["p95"] && v["max"] >= v["p99"]) {
			t.Errorf("%s: %v", phase, v)
		}
	}
	if a := s.PerFrame["allocations"]; a >= 1 {
		t.Errorf("%g allocations a frame, want none", a)
	}
	if s.PerFrame["gl_calls"] < 10 || s.PerFrame["cgo_calls"] < s.PerFrame["gl_calls"] {
		t.Errorf("%v", s.PerFrame)
	}
}

// TestSteered is the main job of operators, by hand.
func TestSteered(t *testing.T) {
	p := command(t, "--size", "160x90", "--api", "127.0.0.1:0")
	address, token := p.flying(t)
	v1 := "http://" + address + "/api/v1"
	if status, _, _ := request(t, "GET", v1+"/state", "wrong", ""); status != http.StatusUnauthorized {
		t.Errorf("a wrong token: %d, want 401", status)
	}
	if status, body, _ := request(t, "PUT", v1+"/scenes/current", token, `{"slug":"saturn"}`); status != http.StatusOK {
		t.Fatalf("change the scene: %d %s", status, body)
	}
	if status, body, _ := request(t, "PATCH", v1+"/time", token, `{"date":"2027-08-02T10:00:00Z","rate":60}`); status != http.StatusOK {
		t.Fatalf("change the time: %d %s", status, body)
	}
	status, body, _ := request(t, "GET", v1+"/state", token, "")
	if status != http.StatusOK || !strings.Contains(string(body), `"saturn"`) || !strings.Contains(string(body), "2027-08-02T10:0") {
		t.Errorf("state: %d %s", status, body)
	}
	status, body, header := request(t, "POST", v1+"/screenshots", token, "")
	if status != http.StatusAccepted || header.Get("Location") == "" {
		t.Fatalf("ask for a picture: %d %s", status, body)
	}
	for range 100 {
		status, body, header = request(t, "GET", "http://"+address+header.Get("Location"), token, "")
		if status != http.StatusAccepted {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if img, err := png.Decode(bytes.NewReader(body)); status != http.StatusOK || err != nil || img.Bounds().Dx() != 160 {
		t.Errorf("the picture: %d, %v", status, err)
	}
	_, body, _ = request(t, "GET", "http://"+address+"/metrics", token, "")
	if !strings.Contains(string(body), "spacetime_frames_total") {
		t.Errorf("metrics without frames: %.300s", body)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != 0 {
		t.Errorf("SIGTERM ends with %d: %s", code, &p.err)
	}
	if line := p.out.String(); !strings.Contains(line, "(no window: ") || !strings.Contains(line, "no headset: no OpenXR runtime is registered") || !strings.Contains(line, "API http://"+address) || !strings.Contains(line, "spacectl login --pair ") {
		t.Errorf("the first line is %q", line)
	}
	if left, _ := os.ReadDir(filepath.Join(p.home, "spacetime")); len(left) != 0 {
		t.Errorf("%d files of the ended program are left", len(left))
	}
	if crashes, _ := filepath.Glob(filepath.Join(p.home, ".local/state/spacetime/crashes/*")); len(crashes) != 0 {
		t.Errorf("crash reports without a crash: %v", crashes)
	}
}

// TestEndOfTime: the clock stops where the models end, and says so.
func TestEndOfTime(t *testing.T) {
	p := command(t, "--size", "64x64", "--api", "127.0.0.1:0", "--at", "2099-12-31T23:59:00Z")
	address, token := p.flying(t)
	if status, body, _ := request(t, "PATCH", "http://"+address+"/api/v1/time", token, `{"rate":1000}`); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	var body []byte
	for range 200 {
		if _, body, _ = request(t, "GET", "http://"+address+"/api/v1/state", token, ""); strings.Contains(string(body), `"paused":true`) {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	if !strings.Contains(string(body), `"2100-01-01T00:00:00Z"`) || !strings.Contains(string(body), `"paused":true`) {
		t.Errorf("state %s", body)
	}
	time.Sleep(2 * noticeEvery)
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != 0 || !strings.Contains(p.err.String(), "1800-01-01 to 2100-01-01") {
		t.Errorf("ended with %d: %s", code, &p.err)
	}
}

func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := command(t, "--mode", "headless", "--size", "64x64", "--frames", "3", "--api", l.Addr().String())
	if code := p.run(t); code != 75 || !strings.Contains(p.err.String(), l.Addr().String()) {
		t.Errorf("ended with %d, want 75: %s", code, &p.err)
	}
}

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "broken.toml"), []byte("spacetime-scene = 1\nslug = \"Broken\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	headless := []string{"--mode", "headless", "--size", "64x64", "--frames", "2", "--api", "off"}
	for _, tt := range []struct {
		name string
		args []string
		env  string
		code int
		want string
	}{
		{"scene", []string{"--scene", "atlantis"}, "", 2, `unknown scene "atlantis"; there are earthrise`},
		{"body", []string{"--target", "vulcan"}, "", 2, `unknown body "vulcan"`},
		{"time", []string{"--at", "2300-01-01"}, "", 2, "1800-01-01 to 2100-01-01"},
		{"corrupt scene", []string{"--scenes", dir}, "", 65, "scene broken.toml: line 2: slug"},
		{"no such extension", []string{"--assets", dir}, "", 66, "scenes"},
		{"picture nowhere", []string{"--screenshot", "/nowhere/f.png"}, "", 66, "/nowhere/f.png"},
		{"no GL", nil, "__EGL_VENDOR_LIBRARY_FILENAMES=/nowhere.json", 69, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := command(t, append(slices.Clone(headless), tt.args...)...)
			if tt.env != "" {
				p.Env = append(p.Env, tt.env)
			}
			code := p.run(t)
			last := strings.Split(strings.TrimSpace(p.err.String()), "\n")
			if line := last[len(last)-1]; code != tt.code || !strings.HasPrefix(line, "spacetime: ") || !strings.Contains(line, tt.want) {
				t.Errorf("ended with %d, want %d and %q:\n%s", code, tt.code, tt.want, &p.err)
			}
		})
	}
}

// TestShot: the same command gives the same bytes.
func TestShot(t *testing.T) {
	var first []byte
	for range 2 {
		p := command(t, "shot", "--target", "saturn", "--distance", "1.2e6km", "--at", "2026-11-22T00:00:00Z", "--size", "320x180", "-o", "s.png")
		if code := p.run(t); code != 0 {
			t.Fatalf("ended with %d: %s", code, &p.err)
		}
		data, err := os.ReadFile(filepath.Join(p.home, "s.png"))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = data
		}
		if !bytes.Equal(first, data) {
			t.Error("the second picture has other bytes")
		}
	}
	if !bytes.Contains(first, []byte("1.2e+06 km from the centre of saturn, 2026-11-22T00:00:00Z")) {
		t.Error("the picture does not say what it shows")
	}
	p := command(t, "shot", "--target", "saturn", "--size", "160x90", "--stereo", "-o", "pair.png")
	if code := p.run(t); code != 0 {
		t.Fatalf("ended with %d: %s", code, &p.err)
	}
	f, err := os.Open(filepath.Join(p.home, "pair.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if c, err := png.DecodeConfig(f); err != nil || c.Width != 320 || c.Height != 90 {
		t.Errorf("the pair measures %dx%d, %v", c.Width, c.Height, err)
	}
}

func TestBenchSpheres(t *testing.T) {
	p := command(t, "bench", "spheres", "100", "--moving", "--size", "64", "--stars", "100", "--frames", "5")
	if code := p.run(t); code != 0 {
		t.Fatalf("ended with %d: %s", code, &p.err)
	}
	text, ok := strings.CutPrefix(p.out.String(), "RESULT ")
	var r spheresResult
	if err := json.Unmarshal([]byte(text), &r); !ok || err != nil {
		t.Fatalf("%v: %s", err, &p.out)
	}
	if r.DrawCalls != 2 || r.Frames != 5 || !(r.FrameMS.P50 > 0) || !(r.MainMS.Mean > 0) || r.PeakMB < 10 {
		t.Errorf("%+v", r)
	}
}

// TestWindow needs the X server that make test brings.
func TestWindow(t *testing.T) {
	display := os.Getenv("DISPLAY")
	if runtime.GOOS == "linux" && display == "" {
		t.Skip("no X server; make test brings one")
	}
	p := command(t, "--mode", "desktop", "--frames", "20", "--size", "320x180", "--vsync", "off", "--api", "off", "--screenshot", "w.png")
	p.Env = append(p.Env, "DISPLAY="+display)
	if code := p.run(t); code != 0 {
		t.Fatalf("ended with %d: %s", code, &p.err)
	}
	f, err := os.Open(filepath.Join(p.home, "w.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if c, err := png.DecodeConfig(f); err != nil || c.Width != 320 || c.Height != 180 {
		t.Errorf("the picture measures %dx%d, %v", c.Width, c.Height, err)
	}
}

// TestOutputsThatAreNoFiles: a device and a link are written to, not replaced.
func TestOutputsThatAreNoFiles(t *testing.T) {
	p := command(t, "shot", "--target", "moon", "--size", "64x64", "-o", "link.png")
	file := filepath.Join(p.home, "file.png")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, filepath.Join(p.home, "link.png")); err != nil {
		t.Fatal(err)
	}
	if code := p.run(t); code != 0 {
		t.Fatalf("ended with %d: %s", code, &p.err)
	}
	if info, err := os.Lstat(filepath.Join(p.home, "link.png")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if data, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(data, []byte("\x89PNG")) {
		t.Errorf("no picture behind the link: %v", err)
	}
	if code := command(t, "shot", "--target", "moon", "--size", "64x64", "-o", "/dev/full").run(t); code != 74 {
		t.Errorf("a full disk ends with %d, want 74", code)
	}
}

// TestWithoutCache: what only makes starts faster is not missed.
func TestWithoutCache(t *testing.T) {
	p := command(t, "--mode", "headless", "--size", "64x64", "--rate", "0", "--frames", "3", "--api", "off")
	if err := os.WriteFile(filepath.Join(p.home, ".cache"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code := p.run(t); code != 0 || !strings.Contains(p.err.String(), "no cache") {
		t.Errorf("ended with %d: %s", code, &p.err)
	}
}
