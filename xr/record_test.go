package xr

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// experience is what a player has of a frame.
type experience struct {
	at    time.Duration // since the first frame
	shown bool
	eye   scene.Pose // the left one's, in the ship
	input scene.Input
}

func startRecorder(w io.Writer, log *slog.Logger) *Recorder {
	r := NewRecorder(w, log)
	go r.Run()
	return r
}

// recordFlight flies on steps to their end. It returns the recording, and what
// the player had of it.
func recordFlight(t *testing.T, o Options, steps string) (script string, frames []experience) {
	t.Helper()
	report := simulate(t, steps)
	var text bytes.Buffer
	o.Record = startRecorder(&text, slog.New(slog.DiscardHandler))
	f := fly(t, o)
	var first time.Duration
	for f.step() {
		if !f.display.running {
			continue
		}
		if len(frames) == 0 {
			first = f.timing.DisplayTime
		}
		e := experience{at: f.timing.DisplayTime - first, shown: f.frame.Render, input: f.timing.Input}
		if e.shown {
			e.eye = f.frame.Views[0].Pose
		}
		frames = append(frames, e)
	}
	f.land()
	if err := o.Record.Close(); err != nil {
		t.Fatal(err)
	}
	checkReport(t, report)
	return text.String(), frames
}

// What differs by no more than this is the same to a player.
const (
	sameM   = 1e-3
	sameRad = 0.05 * math.Pi / 180
	same    = 12 * time.Millisecond
)

func compareFlights(t *testing.T, got, want []experience) {
	t.Helper()
	if len(got) != len(want) || len(want) < 100 {
		t.Fatalf("%d frames, recorded were %d", len(got), len(want))
	}
	var farM, farRad float64
	for n, w := range want {
		g := got[n]
		off := g.eye.Orientation.Conjugate().Mul(w.eye.Orientation)
		farM = max(farM, g.eye.PositionM.Sub(w.eye.PositionM).Len())
		farRad = max(farRad, 2*math.Asin(min(1, off.V.Len())))
		if (g.at-w.at).Abs() > same || g.shown != w.shown || farM > sameM || farRad > sameRad {
			t.Fatalf("frame %d: %+v, recorded was %+v", n, g, w)
		}
		if g.input.Buttons != w.input.Buttons || distant(g.input.Move, w.input.Move) || distant(g.input.Turn, w.input.Turn) {
			t.Fatalf("frame %d: input %+v, recorded was %+v", n, g.input, w.input)
		}
	}
	t.Logf("%d frames, at most %.2g mm and %.2g degrees off", len(want), farM*1e3, farRad*180/math.Pi)
}

func distant(a, b [3]float64) bool {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]) > 1e-3
}

// A recording that is played is the same flight, frame by frame.
func TestRecordingRepeatsTheFlight(t *testing.T) {
	const (
		seat = "head at 0.7 1.25 -0.4 turn 130 10 0\nrecentre\n" // where LOCAL is from the start
		move = "0.3s head at 0.9 1.4 -0.2 turn 80 -20 5 over 1s\nleft at 0.1 1.1 -0.5 turn 20 30 0 over 700ms\n" +
			"0.5s left trigger/value 0.8\n0.9s right thumbstick 0.3 -0.6\n1.2s right thumbstick 0 0\n1.8s exit"
	)
	for _, tt := range []struct {
		name    string
		options Options
		steps   string // "" takes the script of that name
		says    []string
	}{
		{name: "look-around"},
		{name: "walk"},
		{name: "buttons", says: []string{"left x/click on", "left trigger/value 0.5", "right thumbstick 0 -1", "right thumbstick/click off"}},
		{name: "tracking-lost", says: []string{"head tracking inferred", "head tracking orientation", "head tracking lost", "head tracking full", "left tracking inferred"}},
		{name: "not-worn", says: []string{"worn off", "session hidden", "worn on", "session focused"}},
		{name: "focus-lost", says: []string{"session visible"}},
		{name: "recentre-thrice", says: []string{"recentre", "recentre after 500000000ns", "recentre unposed"}},
		{name: "rates", says: []string{"rate 90"}},
		{name: "profiles", says: []string{"profile valve/index_controller"}},
		{name: "another seat", steps: seat + move},
		{name: "another seat, standing", options: Options{Standing: true}, steps: seat + move},
		{name: "no local floor", options: Options{Standing: true, Without: []string{extLocalFloor}}, steps: seat + move},
		{
			name: "a gamepad", steps: "gamepad on\nleft off\nright off\n0.5s gamepad thumbstick_left 0.4 0.9\n+0.2s gamepad a/click on for 200ms\n" +
				"+0.5s gamepad trigger_left/value 0.6\n+0.5s right on\n+0.5s exit",
			says: []string{"left off", "gamepad on", "gamepad thumbstick_left 0.4 0.9", "gamepad a/click off", "right on"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.steps == "" {
				text, err := os.ReadFile(filepath.Join("simruntime", "scripts", tt.name+".sim"))
				if err != nil {
					t.Fatal(err)
				}
				tt.steps = string(text)
			}
			script, want := recordFlight(t, tt.options, tt.steps)
			for _, says := range tt.says {
				if !strings.Contains(script, " "+says+"\n") && !strings.Contains(script, "\n"+says+"\n") {
					t.Errorf("the recording does not say %q:\n%s", says, script)
				}
			}
			again, got := recordFlight(t, tt.options, script)
			compareFlights(t, got, want)
			if tt.name == "buttons" && again != script {
				t.Errorf("recorded again it is\n%s\nand was\n%s", again, script)
			}
		})
	}
}

// Every part of every controller that works a control is a word of the
// simulated headset's language, and comes back through it.
func TestRecordedParts(t *testing.T) {
	for n, p := range profiles {
		t.Run(p.path, func(t *testing.T) {
			s := sample{seen: time.Second, period: 10 * time.Millisecond, state: openxr.StateFocused}
			s.heard.profiles = [3]int{n + 1, n + 1, 0}
			if strings.HasSuffix(p.path, "xbox_controller") {
				s.heard.profiles = [3]int{0, 0, n + 1}
			}
			for _, b := range p.bindings {
				s.controls[b.Control] = [2]float64{1, 0}
			}
			var text bytes.Buffer
			w := newScript(&text)
			w.add(&s)
			w.add(&s)
			w.finish(0)
			simulate(t, strings.Replace(text.String(), "0ns exit", "1s exit", 1))
			f := fly(t, Options{})
			f.draws(5)
			for _, b := range p.bindings {
				x, _, active := f.display.session.Control(b.Control)
				if !strings.HasSuffix(b.Path, "/pose") && (x != 1 || !active) {
					t.Errorf("%s is %g, active %t, in\n%s", b.Path, x, active, &text)
				}
			}
		})
	}
}

// still is a place in the stage.
func still(x, y, z float32) openxr.Place {
	return openxr.Place{Pose: openxr.Pose{Position: [3]float32{x, y, z}, Orientation: [4]float32{0, 0, 0, 1}}, Tracking: openxr.TrackingFull, Positioned: true}
}

// TestScript: what the lines are, from samples with a period of 10 ms.
func TestScript(t *testing.T) {
	const ms = time.Millisecond
	touch := profileNumber(profilePrefix + "oculus/touch_controller")
	s := sample{headset: "A\nheadset", seen: time.Hour, period: 10 * ms, shown: true, state: openxr.StateReady}
	s.places = openxr.Places{still(2, 1.2, 3), still(1, 1, 1), {}, still(2, 1.2, 3)}
	s.places[openxr.PlaceBase].Pose.Orientation = [4]float32{0, 1, 0, 0} // the seat looks backwards
	s.heard.profiles = [3]int{touch, 0, 0}
	var text bytes.Buffer
	w := newScript(&text)
	next := func(change func(s *sample)) {
		w.add(&s)
		s.seen += 10 * ms
		change(&s)
	}
	next(func(s *sample) { // the frame that begins at 10 ms
		s.state = openxr.StateFocused
		s.places[openxr.PlaceHead] = still(2, 1.2, 3.5)
		s.controls[controlMenu][0], s.controls[controlMove] = 1, [2]float64{-0.25, float64(float32(0.7))}
	})
	next(func(s *sample) { // 20 ms
		s.heard.absent = true
		s.heard.recentre(time.Hour+30*ms, true)
		s.places[openxr.PlaceHead].Tracking = openxr.TrackingLost
		s.places[openxr.PlaceAimLeft].Positioned = false
		s.places[openxr.PlaceAimLeft].Tracking = openxr.TrackingOrientation
	})
	next(func(s *sample) { // 30 ms
		s.heard.absent = false
		s.heard.recentre(time.Hour-30*ms, false)
		s.places[openxr.PlaceHead] = still(2, 1.2, 4)
		s.controls[controlMenu][0] = 0
		s.dropped = 3
	})
	next(func(s *sample) { // 40 ms, after a session that was lost
		s.losses, s.state = 1, openxr.StateReady
		s.period = 12500 * time.Microsecond
	})
	next(func(s *sample) { // other controllers, whose left stick is held as that before was
		index := profileNumber(profilePrefix + "valve/index_controller")
		s.heard.profiles = [3]int{index, index, 0}
	})
	next(func(s *sample) { // not shown
		s.shown = false
		s.places[openxr.PlaceHead] = still(2, 1.2, 5)
	})
	w.add(&s)
	w.finish(3)
	const want = `# A recorded flight; ` + "`spacetime sim run FILE -- spacetime --mode vr`" + ` repeats it.
# The headset: A headset.
rate 100
session hidden
profile oculus/touch_controller
right off
head at 0 1.6 0 quaternion 0 1 0 0
left at 1 1.4 2 quaternion 0 1 0 0
right tracking lost
0ns session focused
5000000ns left thumbstick -0.25 0.7
5000000ns left menu/click on
10000000ns worn off
10000000ns recentre after 40000000ns
15000000ns head tracking lost
15000000ns left tracking orientation
20000000ns head at 0 1.6 -0.5 quaternion 0 1 0 0 over 10000000ns
# 3 samples are missing here: they could not be written in time.
20000000ns worn on
20000000ns recentre unposed
25000000ns head tracking full
25000000ns left menu/click off
30000000ns left quaternion 0 1 0 0 over 10000000ns
30000000ns rate 80
30000000ns lose session
30000000ns session hidden
35000000ns profile valve/index_controller
35000000ns right on
38750000ns left thumbstick -0.25 0.7
45000000ns head at 0 1.6 -1 quaternion 0 1 0 0
55000000ns exit
`
	if text.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &text, want)
	}
}

// stuck is a disk that takes what a recording begins with and then nothing,
// until it is opened.
type stuck struct {
	bytes.Buffer
	writes int
	opened chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	if s.writes++; s.writes > 1 {
		<-s.opened
	}
	return s.Buffer.Write(p)
}

// A frame that is recorded allocates nothing and waits for no disk.
func TestRecordingAllocatesNothing(t *testing.T) {
	simulate(t)
	disk := &stuck{opened: make(chan struct{})}
	r := startRecorder(disk, slog.New(slog.DiscardHandler))
	f := fly(t, Options{Record: r})
	f.until("a disk that is stuck", 10*time.Second, func() bool { return len(r.samples) > 2 })
	taken := len(r.samples)
	if n := testing.AllocsPerRun(60, func() { f.step() }); n != 0 {
		t.Errorf("%g allocations a frame", n)
	}
	if got := len(r.samples) - taken; got != 61 { // one to warm up
		t.Errorf("61 frames gave %d samples", got)
	}
	full := &sample{seen: f.timing.DisplayTime, period: time.Millisecond}
	if n := testing.AllocsPerRun(2*recorderRoom, func() { r.take(full) }); n != 0 {
		t.Errorf("%g allocations where there is no room", n)
	}
	close(disk.opened)
	f.land()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// Samples that find no room are counted, in the recording and in the log.
func TestRecordingSaysWhatItLacks(t *testing.T) {
	disk := &stuck{opened: make(chan struct{})}
	var log bytes.Buffer
	r := startRecorder(disk, slog.New(slog.NewTextHandler(&log, nil)))
	s := sample{seen: time.Second, period: 10 * time.Millisecond, shown: true, state: openxr.StateFocused}
	s.places = openxr.Places{still(0, 1.6, 0), still(0, 1, 0), still(0, 1, 0), still(0, 1.6, 0)}
	s.heard.profiles = [3]int{1, 1, 0}
	for r.dropped.Load() < 7 {
		r.take(&s)
		s.seen += s.period
		s.places[openxr.PlaceHead].Pose.Position[2] -= 0.01
		time.Sleep(10 * time.Microsecond) // the writer may be about to take one
	}
	close(disk.opened)
	for len(r.samples) > recorderRoom/2 {
		time.Sleep(time.Millisecond)
	}
	r.take(&s)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if want := "# 7 samples are missing here"; strings.Count(disk.String(), want) != 1 {
		t.Errorf("no %q in\n%s", want, disk.String())
	}
	if want := "quaternion 0 0 0 1 over 80000000ns"; !strings.Contains(disk.String(), want) {
		t.Errorf("the head does not move on over the gap: no %q", want)
	}
	if !strings.Contains(log.String(), "dropped=7") {
		t.Errorf("the log says %q", &log)
	}
}

// A crash keeps all but the last frames of a recording.
func TestRecordingIsWrittenAsItGoes(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "flight.sim"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := startRecorder(file, slog.New(slog.DiscardHandler))
	s := sample{seen: time.Second, period: 10 * time.Millisecond, shown: true, state: openxr.StateFocused}
	s.heard.profiles = [3]int{1, 1, 0}
	for n := range 100 {
		s.controls[controlMenu][0] = float64(n % 2)
		r.take(&s)
		s.seen += s.period
	}
	var text []byte
	for end := time.Now().Add(10 * time.Second); !strings.HasSuffix(string(text), "985000000ns left menu/click on\n"); {
		if text, err = os.ReadFile(file.Name()); err != nil || time.Now().After(end) {
			t.Fatalf("%v; the last of 100 frames is not in\n%s", err, text)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if text, _ = os.ReadFile(file.Name()); !strings.HasSuffix(string(text), "1000000000ns exit\n") {
		t.Errorf("it does not end with exit:\n%s", text)
	}
	if err := r.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

// Where what only a recording wants cannot be located, the picture comes all the
// same, and the recording says that it is lost; unless the session is.
func TestRecordingCostsNoPicture(t *testing.T) {
	for _, tt := range []struct {
		result string
		losses int
	}{{"XR_ERROR_TIME_INVALID", 0}, {"XR_ERROR_RUNTIME_FAILURE", 0}, {"XR_ERROR_SESSION_LOST", 1}, {"XR_ERROR_INSTANCE_LOST", 1}} {
		t.Run(tt.result, func(t *testing.T) {
			// Of the first frame after: two aims of the controls, then the head.
			report := simulate(t, "0.1s fault xrLocateSpace call 3 returns "+tt.result)
			var text bytes.Buffer
			r := startRecorder(&text, slog.New(slog.DiscardHandler))
			f := fly(t, Options{Record: r})
			f.until("the fault", 5*time.Second, func() bool { return faults(t, report) == 1 })
			f.draws(5)
			f.land()
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			if s := f.stats; s.Failed != tt.losses || s.Losses != tt.losses {
				t.Errorf("stats %+v, want %d losses", s, tt.losses)
			}
			if lost := strings.Contains(text.String(), "head tracking lost\n"); lost != (tt.losses == 0) {
				t.Errorf("the recording says that the head is lost: %t\n%s", lost, &text)
			}
			checkReport(t, report)
		})
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// A flight without a headset leaves a script that can be played, and says so.
func TestRecordingOfNothing(t *testing.T) {
	var text, log bytes.Buffer
	if err := startRecorder(&text, slog.New(slog.NewTextHandler(&log, nil))).Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(text.String(), "\n0ns exit\n") || !strings.Contains(log.String(), "no headset flew") {
		t.Errorf("%q, and the log says %q", &text, &log)
	}
}

func TestRecordingFails(t *testing.T) {
	if err := startRecorder(full{}, slog.New(slog.DiscardHandler)).Close(); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("error %v", err)
	}
}
