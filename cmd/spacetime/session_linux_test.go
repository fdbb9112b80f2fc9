package main

import (
	"encoding/json"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// seat is a player in front of a window: a keyboard and a mouse (xdotool), a gamepad
// (the tag scriptedpad), and what the API says of the flight.
type seat struct {
	t       *testing.T
	program string // with a scripted gamepad
	screen  string // DISPLAY=
	home    string
	pipe    string // of the gamepad
	pad     *os.File
	flight  *instance
	address string
	token   string
}

func newSeat(t *testing.T) *seat {
	t.Helper()
	dir := t.TempDir()
	s := &seat{t: t, program: filepath.Join(dir, "spacetime"), screen: "DISPLAY=" + newScreen(t), home: filepath.Join(dir, "home"), pipe: filepath.Join(dir, "pad")}
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-tags", "scriptedpad", "-o", s.program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	if err := syscall.Mkfifo(s.pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(s.home, 0o700); err != nil {
		t.Fatal(err)
	}
	return s
}

// start begins a flight in a window.
func (s *seat) start(args ...string) {
	s.t.Helper()
	p := command(s.t, append([]string{"--mode", "desktop", "--size", "640x360", "--api", "127.0.0.1:0"}, args...)...)
	p.Path, p.Args[0], p.home = s.program, s.program, s.home
	p.Env = slices.DeleteFunc(p.Env, func(v string) bool { return strings.HasPrefix(v, "HOME=") || strings.HasPrefix(v, "XDG_") })
	p.Env = append(p.Env, s.screen, "HOME="+s.home, "XDG_RUNTIME_DIR="+s.home, "SCRIPTED_PAD="+s.pipe)
	s.flight = p
	s.address, s.token = p.flying(s.t)
	pad, err := os.OpenFile(s.pipe, os.O_RDWR, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	s.pad = pad
	s.t.Cleanup(func() { pad.Close() })
	s.await("a frame", func(a *api.State) bool { return a.Running && a.Frame > 3 })
}

// readEvery keeps below the API's quota of 40 reads in 2 s.
const readEvery = 60 * time.Millisecond

func (s *seat) state() (a api.State) {
	s.t.Helper()
	time.Sleep(readEvery)
	status, body, _ := request(s.t, "GET", "http://"+s.address+"/api/v1/state", s.token, "")
	if status != http.StatusOK || json.Unmarshal(body, &a) != nil {
		s.t.Fatalf("the state: %d %s", status, body)
	}
	return a
}

// await waits until the state is as it should.
func (s *seat) await(what string, is func(*api.State) bool) api.State {
	s.t.Helper()
	var a api.State
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		if a = s.state(); is(&a) {
			return a
		}
	}
	s.t.Fatalf("no %s: %+v\n%s", what, a, &s.flight.err)
	return a
}

// frames waits until so many frames were drawn, so that what was pressed has been
// seen.
func (s *seat) frames(n uint64) {
	s.t.Helper()
	from := s.state().Frame
	s.await("frames", func(a *api.State) bool { return a.Frame >= from+n })
}

func (s *seat) xdotool(args ...string) {
	s.t.Helper()
	c := exec.Command("xdotool", args...)
	c.Env = append(os.Environ(), s.screen)
	if out, err := c.CombinedOutput(); err != nil {
		s.t.Fatalf("xdotool %v: %v: %s", args, err, out)
	}
}

// focus gives the window the keyboard.
func (s *seat) focus() {
	s.xdotool("search", "--sync", "--onlyvisible", "--name", "SpaceTime VR", "windowfocus", "--sync")
}

// keys presses keys, by their X names, a few frames each.
func (s *seat) keys(names ...string) {
	s.t.Helper()
	for _, name := range names {
		s.xdotool("key", name)
		s.frames(2)
	}
}

// types types a text.
func (s *seat) types(text string) {
	s.t.Helper()
	for _, letter := range strings.Split(text, "") {
		if name, ok := map[string]string{" ": "space", "-": "minus", ":": "colon"}[letter]; ok {
			letter = name
		}
		s.xdotool("key", letter)
	}
	s.frames(3)
}

// holds tells the gamepad what is held; then nothing is.
func (s *seat) holds(line string) {
	s.t.Helper()
	for _, l := range []string{line, ""} {
		if _, err := s.pad.WriteString(l + "\n"); err != nil {
			s.t.Fatal(err)
		}
		s.frames(3)
	}
}

// ends waits for the end of the flight.
func (s *seat) ends() {
	s.t.Helper()
	if code := s.flight.wait(s.t); code != 0 {
		s.t.Errorf("the flight ends with %d: %s", code, &s.flight.err)
	}
	if strings.Contains(s.flight.err.String(), "level=ERROR") {
		s.t.Errorf("%s", &s.flight.err)
	}
}

// at tells whether the ship has arrived at a body.
func at(b astro.Body) func(*api.State) bool {
	return func(a *api.State) bool {
		return a.Target.Body == b && a.Ship.Frame == b && a.Ship.HeightM < 20*b.Info().MeanRadiusM
	}
}

// TestSession is a player's evening, with keys, mouse and gamepad, as the API sees
// it: three bodies by search, another date and rate, a key that is bound anew and
// used, the gamepad pulled out; quit by the menu, start again, and the flight and
// what was changed are as they were left.
func TestSession(t *testing.T) {
	t.Parallel()
	s := newSeat(t)
	s.start("--scene", "saturn", "--at", "2026-11-22T00:00:00Z")
	s.focus()

	s.keys("Return") // places
	s.types("tita")
	s.keys("Return")
	s.await("Titan", at(astro.Titan))
	s.keys("Escape", "Down", "Return") // the same by the menu
	s.types("mras")                    // with a slip
	s.keys("Return")
	s.await("Mars", at(astro.Mars))

	s.holds("Pad Back") // the third by the gamepad alone, of the list
	s.holds("D-Pad Down")
	s.holds("Right Bumper")
	s.holds("Right Bumper")
	s.holds("Pad A")
	third := s.await("a third body or scene", func(a *api.State) bool { return a.Target.Body != astro.Mars })
	if third.Target.Body == astro.Titan {
		t.Errorf("the gamepad chose %v", third.Target.Body)
	}
	s.await("an end of that flight", func(a *api.State) bool { return a.Ship.Frame == third.Target.Body })

	s.keys("Escape", "Down", "Down", "Return", "Down", "Down", "Down", "Down", "Return") // menu, time, date
	s.types("2027-08-02 10:07")
	s.keys("Return")
	s.await("2027", func(a *api.State) bool { return strings.HasPrefix(a.Time.Date.String(), "2027-08-02T10:0") })
	s.keys("Up", "Up", "Up", "Right", "Right") // rate
	s.await("a rate of 100", func(a *api.State) bool { return a.Time.Rate == 100 })
	s.keys("Up", "Return", "Escape", "Escape") // stop
	s.await("a halt", func(a *api.State) bool { return a.Time.Paused })

	s.rebindPause()
	s.keys("u")
	s.await("time going on by the new key", func(a *api.State) bool { return !a.Time.Paused })
	s.keys("u", "o") // the API's answers can be compared: time stands, the ship orbits
	s.await("an orbit", func(a *api.State) bool { return a.Time.Paused })
	s.keys("o")
	before := s.await("rest", func(a *api.State) bool { return a.Ship.VelocityMS == [3]float64{} })
	s.quit()
	s.goesOn(&before)

	s.start("--scene", "saturn")
	s.focus()
	s.keys("u")
	s.await("a halt by the key that was bound", func(a *api.State) bool { return a.Time.Paused })
	s.padFlies()
	s.quit()
}

// goesOn starts plainly: the flight goes on where it was.
func (s *seat) goesOn(before *api.State) {
	s.t.Helper()
	s.start()
	s.focus()
	after := s.state()
	if after.Scene != before.Scene || after.Time != before.Time || after.Ship != before.Ship || after.Target != before.Target || after.FOVRad != before.FOVRad || !slices.Equal(after.Layers, before.Layers) {
		s.t.Errorf("the flight goes on as %+v, and ended as %+v", after, *before)
	}
	s.quit()
	s.start("--fresh")
	if a := s.state(); a.Scene.Slug != settings.FirstScene || a.Ship.Frame != astro.Moon {
		s.t.Errorf("--fresh starts with %+v", a)
	}
	s.focus()
	s.quit()
}

// rebindPause binds U to stopping time, by the menu. The list begins with forward;
// going up from there it ends, and goes round.
func (s *seat) rebindPause() {
	s.t.Helper()
	s.keys("Escape", "Up", "Up", "Up", "Return", "Return") // menu, controls, keyboard and mouse
	for a := controls.FlyForward; a < controls.Pause; a++ {
		s.keys("Down")
	}
	s.keys("Return", "Return", "u", "Escape", "Escape", "Escape", "Escape")
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		text, _ := os.ReadFile(filepath.Join(s.home, ".config/spacetime/settings.toml"))
		if strings.Contains(string(text), "[keys]\npause = ['U', 'Space']") {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the settings file has %q", text)
		}
	}
}

// padFlies pushes a stick, and pulls the gamepad out with the stick still pushed:
// the ship slows down, and it is said once.
func (s *seat) padFlies() {
	s.t.Helper()
	speed := func(a *api.State) float64 {
		v := a.Ship.VelocityMS
		return math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2])
	}
	tell := func(line string) {
		if _, err := s.pad.WriteString(line + "\n"); err != nil {
			s.t.Fatal(err)
		}
	}
	tell("Left Stick Up")
	s.await("a flight by the stick", func(a *api.State) bool { return speed(a) > 1000 })
	tell("gone")
	s.await("rest", func(a *api.State) bool { return speed(a) < 1 })
	s.frames(3)
	if n := strings.Count(s.flight.err.String(), "the gamepad is gone"); n != 1 {
		s.t.Errorf("the gamepad's going is told %d times: %s", n, &s.flight.err)
	}
}

// quit ends the flight by the menu.
func (s *seat) quit() {
	s.t.Helper()
	s.keys("Escape", "Up", "Return")
	s.xdotool("key", "Down")
	s.frames(2)
	s.xdotool("key", "Return")
	s.ends()
	s.pad.Close()
}
