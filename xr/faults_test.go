package xr

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// frameCalls is every function that a frame calls.
var frameCalls = []string{
	"xrPollEvent", "xrWaitFrame", "xrSyncActions", "xrGetActionStateBoolean", "xrGetActionStateFloat",
	"xrGetActionStateVector2f", "xrLocateSpace", "xrBeginFrame", "xrAcquireSwapchainImage", "xrWaitSwapchainImage",
	"xrLocateViews", "xrReleaseSwapchainImage", "xrEndFrame",
}

// Whatever call of a frame says that the session or the runtime is gone: the
// flight goes on, and so do the pictures.
func TestLossFromEachCall(t *testing.T) {
	for _, result := range []string{"XR_ERROR_SESSION_LOST", "XR_ERROR_INSTANCE_LOST"} {
		for _, call := range frameCalls {
			t.Run(call+" "+result, func(t *testing.T) {
				report := simulate(t, fmt.Sprintf("0.1s fault %s call 1 returns %s", call, result))
				f := fly(t, Options{})
				f.until("loss", 5*time.Second, func() bool { return f.display.Stats().Losses == 1 })
				f.draws(3)
				f.land()
				if s := f.stats; s.Losses != 1 || s.Sessions != 2 {
					t.Errorf("stats %+v, want 1 loss and 2 sessions", s)
				}
				checkReport(t, report)
			})
		}
	}
}

// The same from the calls that make a session: tried again until they succeed.
func TestLossWhileConnecting(t *testing.T) {
	for _, call := range []string{
		"xrGetSystem", "xrGetSystemProperties", "xrEnumerateViewConfigurationViews", "xrGetOpenGLGraphicsRequirementsKHR",
		"xrCreateSession", "xrCreateReferenceSpace", "xrEnumerateSwapchainFormats", "xrCreateSwapchain",
		"xrEnumerateSwapchainImages", "xrAttachSessionActionSets", "xrCreateActionSpace", "xrBeginSession",
	} {
		for _, result := range []string{"XR_ERROR_SESSION_LOST", "XR_ERROR_INSTANCE_LOST", "XR_ERROR_RUNTIME_FAILURE"} {
			t.Run(call+" "+result, func(t *testing.T) {
				report := simulate(t, "0.1s lose session", fmt.Sprintf("0.1s fault %s call 1 returns %s", call, result))
				f := fly(t, Options{})
				f.draws(2)
				f.until("loss", 5*time.Second, func() bool { return f.display.Stats().Losses > 0 })
				f.draws(3)
				checkFaults(t, report, 1)
			})
		}
	}
}

// What is no loss costs a frame at most, and no session.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults int
		seen   func(d *Display) bool // at some time in the flight; nil: always
		steps  []string
	}{
		{"frame discarded", 3, nil, []string{"0.1s fault xrBeginFrame calls 1 to 3 returns XR_FRAME_DISCARDED"}},
		{"no focus", 3, nil, []string{"0.1s fault xrSyncActions calls 1 to 3 returns XR_SESSION_NOT_FOCUSED"}},
		{"slow image", 3, nil, []string{"0.1s fault xrWaitSwapchainImage calls 1 to 3 returns XR_TIMEOUT_EXPIRED"}},
		{"end fails", 1, failed, []string{"0.1s fault xrEndFrame call 1 returns XR_ERROR_RUNTIME_FAILURE"}},
		{"sync fails", 1, failed, []string{"0.1s fault xrSyncActions call 1 returns XR_ERROR_RUNTIME_FAILURE"}},
		{"begin fails", 1, failed, []string{"0.1s fault xrBeginFrame call 1 returns XR_ERROR_RUNTIME_FAILURE"}},
		{"locate fails", 1, failed, []string{"0.1s fault xrLocateViews call 1 returns XR_ERROR_RUNTIME_FAILURE"}},
		{"acquire fails", 1, failed, []string{"0.1s fault xrAcquireSwapchainImage call 1 returns XR_ERROR_RUNTIME_FAILURE"}},
		{"wait fails", 1, failed, []string{"0.1s fault xrWaitFrame call 1 returns XR_ERROR_RUNTIME_FAILURE"}},
		{"slow wait", 1, nil, []string{"0.1s fault xrWaitFrame call 1 takes 300ms"}},
		{"slow end", 1, nil, []string{"0.1s fault xrEndFrame call 1 takes 300ms"}},
		{
			"another program takes over", 0, func(d *Display) bool { return d.state == openxr.StateSynchronized },
			[]string{"0.1s session hidden", "0.2s session visible", "0.25s session focused"},
		},
		{"taken off", 0, func(d *Display) bool { return d.heard.absent }, []string{"0.1s worn off", "0.2s worn on"}},
		{
			"tracking lost", 0, func(d *Display) bool { return d.Stats().Untracked > 0 },
			[]string{"0.1s head tracking lost", "0.2s head tracking full"},
		},
		{"rate changed", 0, func(d *Display) bool { return d.Info().RefreshHz == 90 }, []string{"0.1s rate 90"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report := simulate(t, tt.steps...)
			f := fly(t, Options{})
			f.draws(2)
			if tt.seen != nil {
				f.until(tt.name, 20*time.Second, func() bool { return tt.seen(f.display) })
			}
			f.until("0.4 s", 20*time.Second, func() bool { return f.frames > 40 })
			f.draws(10)
			if s := f.display.Stats(); s.Losses != 0 || s.Sessions != 1 || s.State != "focused" {
				t.Errorf("stats %+v, want the first session still, focused", s)
			}
			checkFaults(t, report, tt.faults)
		})
	}
}

// failed tells whether a frame was given up.
func failed(d *Display) bool { return d.Stats().Failed > 0 }

// A runtime that leaves GL in a state of its own, with errors in it, is cleaned up
// after: the errors are not taken for the renderer's.
func TestDirtyGL(t *testing.T) {
	simulate(t, "0.1s gl dirty")
	f := fly(t, Options{})
	f.until("errors of GL", 5*time.Second, func() bool { return f.display.Stats().GLErrors > 0 })
	f.draws(3)
	if code := gl.GetError(); code != gl.NO_ERROR {
		t.Errorf("OpenGL error %#x is left", code)
	}
}

// After a call that leaves another context current, the session's is current
// again.
func TestContextMoved(t *testing.T) {
	report := simulate(t)
	t.Setenv("SPACETIME_SIM_CHECKS", "off") // they find that the context is not current
	f := fly(t, Options{})
	f.draws(3)
	other := newContext(t)
	f.display.Poll()
	timing, err := f.display.Wait()
	if err != nil {
		t.Fatal(err)
	}
	frame, err := f.display.Begin(timing, nil)
	if err != nil {
		t.Fatal(err)
	}
	f.frame = frame
	f.draw()
	if err := other.MakeCurrent(); err != nil { // as a runtime may do
		t.Fatal(err)
	}
	if err := f.display.End(frame); err != nil {
		t.Fatal(err)
	}
	if moved := f.display.Stats().Moved; moved != 1 || !gl.IsFramebuffer(f.framebuffer) {
		t.Errorf("moved %d times; the framebuffer of the session's context is known: %v", moved, gl.IsFramebuffer(f.framebuffer))
	}
	f.draws(3)
	f.land()
	checkReport(t, report)
}

// Events that the runtime drops because there are too many are counted.
func TestEventsLost(t *testing.T) {
	var steps []string
	for range 100 {
		steps = append(steps, "0.1s mask changed")
	}
	simulate(t, steps...)
	f := fly(t, Options{})
	f.until("lost events", 5*time.Second, func() bool { return f.display.Stats().EventsLost > 0 })
	f.draws(3)
}

// Errors that go on cost the session, and the next one is no worse off.
func TestStrikes(t *testing.T) {
	for _, function := range []string{"xrEndFrame", "xrLocateViews", "xrAcquireSwapchainImage", "xrSyncActions"} {
		t.Run(function, func(t *testing.T) {
			simulate(t, fmt.Sprintf("0.1s fault %s calls 1 to %d returns XR_ERROR_RUNTIME_FAILURE", function, maxStrikes+1))
			f := fly(t, Options{})
			f.until("loss", 10*time.Second, func() bool { return f.display.Stats().Losses == 1 })
			f.draws(5)
		})
	}
}

// The very first sample of the controls fails: the frame was waited for all the
// same, and its time is right.
func TestFirstSampleFails(t *testing.T) {
	report := simulate(t, "fault xrSyncActions call 1 returns XR_ERROR_RUNTIME_FAILURE")
	realTime(t)
	f := fly(t, Options{})
	f.draws(5)
	checkFaults(t, report, 1)
	if ahead := f.timing.DisplayTime - engine.Now(); ahead < -time.Second/2 || ahead > time.Second/2 || f.timing.Period < 5*time.Millisecond {
		t.Errorf("the frame is seen in %v, and the next %v later", ahead, f.timing.Period)
	}
}

// A warning before the loss is heard, as an event or from a call.
func TestLossPending(t *testing.T) {
	for _, step := range []string{"0.1s lose session warned", "0.1s fault xrEndFrame call 1 returns XR_SESSION_LOSS_PENDING", "0.1s lose session", "0.1s lose instance"} {
		t.Run(step, func(t *testing.T) {
			simulate(t, step)
			f := fly(t, Options{})
			f.until("loss", 5*time.Second, func() bool { return f.display.Stats().Losses == 1 })
			f.draws(5)
		})
	}
}

// A runtime that is about to go is left at once, and looked for no earlier than
// when it will have gone; the flight goes on with what comes then.
func TestInstanceLossPending(t *testing.T) {
	const gone = 300 * time.Millisecond
	report := simulate(t)
	realTime(t)
	f := fly(t, Options{})
	f.draws(3)
	now, err := f.display.instance.Now()
	if err != nil {
		t.Fatal(err)
	}
	at := engine.Now() + gone
	f.display.handle(&openxr.Event{Kind: openxr.EventInstanceLoss, Time: now + gone.Nanoseconds()})
	if f.display.instance != nil || f.display.session != nil || f.display.Stats().Losses != 1 {
		t.Errorf("the runtime is not left: stats %+v", f.display.Stats())
	}
	f.until("another session", 5*time.Second, func() bool { return f.display.Stats().Sessions == 2 })
	if early := at - engine.Now(); early > 10*time.Millisecond {
		t.Errorf("looked for %v before the runtime has gone", early)
	}
	f.draws(3)
	f.land()
	checkReport(t, report)
	r := newRetry()
	r.notBefore(engine.Now() + time.Hour)
	if wait := r.at - engine.Now(); wait > time.Minute || wait < 59*time.Second {
		t.Errorf("a runtime that says it goes in an hour is looked for in %v, want a minute", wait)
	}
}

// Why there is no headset yet is said once, and again when it is another reason.
func TestUnpluggedIsSaid(t *testing.T) {
	simulate(t, "0.1s lose session", "0.1s fault xrGetSystem calls 1 to 3 returns XR_ERROR_FORM_FACTOR_UNAVAILABLE", "0.1s fault xrGetSystem calls 4 to 6 returns XR_ERROR_RUNTIME_FAILURE")
	var log bytes.Buffer
	f := fly(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	f.until("another session", 10*time.Second, func() bool { return f.display.Stats().Sessions == 2 })
	for _, text := range []string{"XR_ERROR_FORM_FACTOR_UNAVAILABLE", "XR_ERROR_RUNTIME_FAILURE", "plug the headset in and switch it on"} {
		if n := strings.Count(log.String(), text); n != 1 {
			t.Errorf("%s is said %d times in\n%s", text, n, &log)
		}
	}
}

// While there is no headset the flight keeps the pace, without pictures, and
// when it is back it goes on with it.
func TestUnplugged(t *testing.T) {
	simulate(t, "0.1s lose session", "0.1s fault xrGetSystem calls 1 to 6 returns XR_ERROR_FORM_FACTOR_UNAVAILABLE")
	realTime(t)
	f := fly(t, Options{})
	f.until("loss", 5*time.Second, func() bool { return f.display.Stats().Losses == 1 })
	drawn, frames, start, seen := f.drawn, f.frames, time.Now(), f.timing.DisplayTime
	f.until("the headset", 5*time.Second, func() bool { return f.drawn > drawn })
	frames, took := f.frames-frames, time.Since(start)
	if passed := f.timing.DisplayTime - seen; (passed - took).Abs() > 60*time.Millisecond {
		t.Errorf("%v of display time in %v", passed, took)
	}
	if rate := float64(frames) / took.Seconds(); frames < 10 || rate < 45 || rate > 100 {
		t.Errorf("%d frames in %v without a headset, want about %d a second", frames, took, idleHz)
	}
	f.draws(5)
}

// A headset that is off at the start is waited for, or is not there.
func TestAbsent(t *testing.T) {
	absent := "fault xrGetSystem call 1 returns XR_ERROR_FORM_FACTOR_UNAVAILABLE"
	t.Run("waited for", func(t *testing.T) {
		report := simulate(t, absent)
		f := fly(t, Options{Wait: true})
		f.draws(5)
		checkFaults(t, report, 1)
	})
	t.Run("not", func(t *testing.T) {
		simulate(t, absent)
		_, err := Open(newContext(t), Options{})
		checkUnavailable(t, err, "XR_ERROR_FORM_FACTOR_UNAVAILABLE", "plug the headset in")
	})
	t.Run("never there", func(t *testing.T) {
		simulate(t, "fault xrGetSystem calls 1 on returns XR_ERROR_FORM_FACTOR_UNSUPPORTED")
		_, err := Open(newContext(t), Options{Wait: true})
		checkUnavailable(t, err, "XR_ERROR_FORM_FACTOR_UNSUPPORTED", "runtime for headsets")
	})
}

// checkUnavailable fails unless err is one line that says what is missing and
// what to do.
func checkUnavailable(t *testing.T, err error, texts ...string) {
	t.Helper()
	if !errors.Is(err, engine.ErrUnavailable) {
		t.Fatalf("error %v does not wrap engine.ErrUnavailable", err)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("error %q does not say %q", err, text)
		}
	}
	if strings.Contains(err.Error(), "unavailable") {
		t.Errorf("error %q has a word without a meaning", err)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q is more than a line", err)
	}
}

// Who has waited long enough gets the display back.
func TestPatience(t *testing.T) {
	simulate(t, "0.1s lose session", "0.1s fault xrGetSystem calls 1 on returns XR_ERROR_FORM_FACTOR_UNAVAILABLE")
	f := fly(t, Options{Patience: 200 * time.Millisecond})
	start := time.Now()
	for f.step() {
		if time.Since(start) > 10*time.Second {
			t.Fatal("still waiting")
		}
	}
	if !errors.Is(f.err, engine.ErrDisplayLost) || errors.Is(f.err, ErrEnded) {
		t.Errorf("error %v, want engine.ErrDisplayLost", f.err)
	}
}

// A runtime that has come to be one without headsets is not waited for.
func TestNoMoreHeadsets(t *testing.T) {
	simulate(t, "0.1s lose session", "0.1s fault xrGetSystem calls 1 on returns XR_ERROR_FORM_FACTOR_UNSUPPORTED")
	f := fly(t, Options{})
	for f.step() {
		if f.frames > 5000 {
			t.Fatal("still waiting")
		}
	}
	if !errors.Is(f.err, engine.ErrDisplayLost) {
		t.Errorf("error %v, want engine.ErrDisplayLost", f.err)
	}
}

// The back-off of the display itself: 1, 2, 4, 5, 5 seconds, and from the start
// again after a success.
func TestRetry(t *testing.T) {
	r := newRetry()
	now := time.Duration(0)
	for _, want := range []time.Duration{1, 2, 4, 5, 5} {
		r.fail(now)
		if got := r.at - now; got != want*time.Second {
			t.Errorf("tries again after %v, want %v s", got, int(want))
		}
		now = r.at
	}
	if got := r.lost(now); got != 17*time.Second {
		t.Errorf("lost for %v, want 17 s", got)
	}
	r.succeed()
	if got := r.lost(now); got != 0 {
		t.Errorf("lost for %v after a success", got)
	}
	r.fail(now)
	if got := r.at - now; got != time.Second {
		t.Errorf("after a success tries again after %v", got)
	}
}

// The time in which a headset is there is no time without it, though it shows
// nothing; that between losses which follow each other at once adds up.
func TestRetryCountsTimeWithout(t *testing.T) {
	const s = time.Second
	r := newRetry()
	r.fail(10 * s)
	r.find(12 * s)
	r.fail(100 * s)
	if got := r.lost(103 * s); got != 5*s {
		t.Errorf("lost for %v, want 2 s before the session and 3 s after it", got)
	}
	if got := r.at - 100*s; got != 2*s {
		t.Errorf("tries again after %v, want 2 s: nothing was shown", got)
	}
	r.find(104 * s)
	r.succeed()
	r.fail(200 * s)
	if got := r.lost(201 * s); got != s {
		t.Errorf("lost for %v after a success, want 1 s", got)
	}
}

// The same in a flight: a headset that is there, and shows nothing for longer
// than it would be waited for, and is lost again, is waited for anew.
func TestPatienceWhileHidden(t *testing.T) {
	simulate(t, "0.1s lose session", "0.1s session hidden", "3s session hidden", "3s lose session", "3s fault xrGetSystem call 1 returns XR_ERROR_FORM_FACTOR_UNAVAILABLE", "3s session focused")
	realTime(t)
	f := fly(t, Options{Patience: 2 * time.Second})
	f.until("two losses", 10*time.Second, func() bool { return f.display.Stats().Losses == 2 })
	f.draws(3)
}

// The player ends VR in the runtime's menu: it is over, and not begun again.
func TestEndedByPlayer(t *testing.T) {
	report := simulate(t, "0.1s exit")
	f := fly(t, Options{})
	for f.step() {
		if f.frames > 5000 {
			t.Fatal("the flight goes on")
		}
	}
	if f.open || !errors.Is(f.err, ErrEnded) || !errors.Is(f.err, engine.ErrDisplayLost) {
		t.Errorf("open %v, error %v, want ErrEnded", f.open, f.err)
	}
	f.land()
	checkReport(t, report)
}

// The session ends as the specification wants it: the runtime sees its stopping
// and its exit, and nothing is left over.
func TestClose(t *testing.T) {
	report := simulate(t)
	f := fly(t, Options{Depth: true})
	f.draws(5)
	start := time.Now()
	f.land()
	if took := time.Since(start); took > time.Second {
		t.Errorf("closing took %v", took)
	}
	entries := readReport(t, report)
	var states []string
	for _, e := range entries {
		if e.Kind == "state" {
			states = append(states, e.State)
		}
	}
	const want = "IDLE READY SYNCHRONIZED VISIBLE FOCUSED VISIBLE SYNCHRONIZED STOPPING IDLE EXITING"
	if got := strings.Join(states, " "); got != want {
		t.Errorf("states %s, want %s", got, want)
	}
	if last := entries[len(entries)-1]; last.Kind != "summary" || last.LiveObjects != 0 {
		t.Errorf("the runtime's summary %+v", last)
	}
	checkReport(t, report)
}

// A display that is closed within a frame ends that first.
func TestCloseWithinFrame(t *testing.T) {
	report := simulate(t)
	f := fly(t, Options{})
	f.draws(3)
	f.display.Poll()
	timing, err := f.display.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.display.Begin(timing, nil); err != nil {
		t.Fatal(err)
	}
	f.land()
	for _, e := range readReport(t, report) {
		if e.Severity == "error" {
			t.Errorf("%s: %s", e.Function, e.Text)
		}
	}
}

// A runtime that never says that the session has ended is left after three
// seconds.
func TestCloseUnanswered(t *testing.T) {
	simulate(t, "0.1s fault xrPollEvent calls 1 on returns XR_EVENT_UNAVAILABLE")
	f := fly(t, Options{})
	f.draws(15)
	start := time.Now()
	f.land()
	if took := time.Since(start); took < exitLimit || took > hangLimit {
		t.Errorf("closing took %v, want %v", took, exitLimit)
	}
}

// A runtime whose frames fail at the end, and that does not end the session, is
// not waited for a second time for one frame, which would never return, nor
// asked over and over.
func TestCloseWhileFramesFail(t *testing.T) {
	for _, function := range []string{"xrWaitFrame", "xrBeginFrame"} {
		t.Run(function, func(t *testing.T) {
			report := simulate(t, "0.1s fault xrPollEvent calls 1 on returns XR_EVENT_UNAVAILABLE",
				fmt.Sprintf("0.1s fault %s calls 1 on returns XR_ERROR_RUNTIME_FAILURE", function))
			f := fly(t, Options{Hung: func() { panic("closing does not return") }})
			f.until("a failure", 5*time.Second, func() bool { return f.display.strikes > 0 })
			f.land()
			n := 0
			for _, e := range readReport(t, report) {
				if e.Kind == "fault" && e.Function == function {
					n++
				}
			}
			if most := int(exitLimit / time.Millisecond); n < 10 || n > most {
				t.Errorf("%d calls of %s failed, want at most one a millisecond", n, function)
			}
			checkReport(t, report)
		})
	}
}

// hangVariable makes the test program close a display on a runtime that hangs.
const hangVariable = "XR_TEST_HANG"

// A runtime that hangs at the end does not take the program with it.
func TestHang(t *testing.T) {
	if call := os.Getenv(hangVariable); call != "" {
		simulate(t, fmt.Sprintf("fault %s calls 1 on hangs", call))
		start := time.Now()
		f := fly(t, Options{Hung: func() {
			fmt.Printf("hung after %.1f s\n", time.Since(start).Seconds())
			os.Exit(42)
		}})
		f.draws(1)
		start = time.Now()
		f.land()
		return
	}
	for _, call := range []string{"xrDestroySession", "xrRequestExitSession", "xrEndSession", "xrDestroyInstance"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			child := exec.Command(os.Args[0], "-test.run=^TestHang$")
			child.Env = append(os.Environ(), hangVariable+"="+call)
			out, err := child.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 42 || !strings.Contains(string(out), "hung after 5.") {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

// Fifty sessions that are lost leave no handle, no GL object and no memory.
func TestLossesLeakNothing(t *testing.T) {
	const losses = 50
	var steps []string
	for i := 1; i <= losses; i++ {
		steps = append(steps, fmt.Sprintf("fault xrEndFrame call %d returns XR_ERROR_SESSION_LOST", 4*i))
	}
	report := simulate(t, steps...)
	f := fly(t, Options{Depth: true})
	f.display.retry.first, f.display.retry.most = time.Millisecond, time.Millisecond
	lost := func(n int) func() bool { return func() bool { return f.display.Stats().Losses == n } }
	f.until("losses", 20*time.Second, lost(losses/5))
	textures, memory := liveTextures(), residentBytes(t)
	f.until("losses", 60*time.Second, lost(losses))
	f.draws(5)
	if n := liveTextures(); n > textures+6 { // the images of a session that is there now
		t.Errorf("%d textures, there were %d", n, textures)
	}
	if m := residentBytes(t); m > memory+16<<20 {
		t.Errorf("%d MB of memory, it was %d", m>>20, memory>>20)
	}
	f.land()
	entries := readReport(t, report)
	if last := entries[len(entries)-1]; last.Kind != "summary" || last.LiveObjects != 0 {
		t.Errorf("the runtime's summary %+v", last)
	}
	checkReport(t, report)
}

// liveTextures counts the textures of the context.
func liveTextures() (n int) {
	var next uint32
	gl.GenTextures(1, &next)
	gl.DeleteTextures(1, &next)
	for name := range next {
		if gl.IsTexture(name) {
			n++
		}
	}
	return n
}

// residentBytes is how much memory the process has (proc(5), statm).
func residentBytes(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, resident int
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * os.Getpagesize()
}

// Errors carry the call and the result, and are found by it.
func TestCallError(t *testing.T) {
	simulate(t, "fault xrCreateSession call 1 returns XR_ERROR_GRAPHICS_DEVICE_INVALID")
	_, err := Open(newContext(t), Options{})
	var call *openxr.CallError
	if !errors.As(err, &call) || call.Call != "xrCreateSession" || call.Result.Error() != "XR_ERROR_GRAPHICS_DEVICE_INVALID" {
		t.Errorf("error %v", err)
	}
	checkUnavailable(t, err, "xrCreateSession: XR_ERROR_GRAPHICS_DEVICE_INVALID")
}
