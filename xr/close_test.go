package xr

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

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
