package xr

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

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
