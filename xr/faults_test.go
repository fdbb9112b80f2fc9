package xr

import (
	"errors"
	"fmt"
	"os"
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
	for _, step := range []string{"0.1s lose session warned", "0.1s fault xrEndFrame call 1 returns XR_SESSION_LOSS_PENDING", "0.1s lose session", "0.1s lose instance", "0.1s lose instance warned"} {
		t.Run(step, func(t *testing.T) {
			simulate(t, step)
			f := fly(t, Options{})
			f.until("loss", 5*time.Second, func() bool { return f.display.Stats().Losses == 1 })
			f.draws(5)
		})
	}
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
