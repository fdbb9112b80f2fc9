package engine

import (
	"testing"
	"time"
)

// paced is a pacer on a clock that only moves when it sleeps, is looked at (by a
// microsecond), or works.
type paced struct {
	*Pacer
	clock     time.Duration
	oversleep time.Duration // by how much each sleep is late
	slept     time.Duration
}

func newPaced(hz float64, origin time.Duration) *paced {
	p := &paced{Pacer: NewPacer(hz), clock: origin}
	p.now = func() time.Duration {
		p.clock += time.Microsecond
		return p.clock
	}
	p.sleep = func(d time.Duration) {
		p.slept += d
		p.clock += d + p.oversleep
	}
	return p
}

func TestPacerSlots(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name   string
		work   []time.Duration // after the frame of slot 0, 1, ...
		starts []time.Duration // that Wait returns, after the first
		missed uint64
	}{
		{"in time", []time.Duration{1 * ms, 9 * ms, 0, 5 * ms}, []time.Duration{10 * ms, 20 * ms, 30 * ms, 40 * ms}, 0},
		{"late in the next slot", []time.Duration{13 * ms, 2 * ms}, []time.Duration{10 * ms, 20 * ms}, 0},
		{"late and late again", []time.Duration{13 * ms, 13 * ms, 13 * ms, 13 * ms}, []time.Duration{10 * ms, 20 * ms, 30 * ms, 50 * ms}, 1},
		{"one slot gone", []time.Duration{25 * ms, 1 * ms}, []time.Duration{20 * ms, 30 * ms}, 1},
		{"a long stall", []time.Duration{10_005 * ms, 1 * ms}, []time.Duration{10_000 * ms, 10_010 * ms}, 999},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPaced(100, 7*time.Second)
			origin := p.Wait()
			for i, work := range tt.work {
				p.clock += work
				start := p.Wait()
				if start-origin != tt.starts[i] {
					t.Errorf("frame %d: slot at %v, want %v", i+1, start-origin, tt.starts[i])
				}
				if p.clock < start {
					t.Errorf("frame %d: woke %v before its slot", i+1, start-p.clock)
				}
			}
			if p.Missed() != tt.missed {
				t.Errorf("%d slots missed, want %d", p.Missed(), tt.missed)
			}
		})
	}
}

// A frame begins with its slot although sleeps end late, and is asleep for all
// but the margin.
func TestPacerWakes(t *testing.T) {
	for _, late := range []time.Duration{0, oversleep / 2, oversleep - 2*time.Microsecond} {
		p := newPaced(90, 0)
		p.oversleep = late
		p.Wait()
		for range 1000 {
			if start := p.Wait(); p.clock-start > 2*time.Microsecond {
				t.Fatalf("sleeps %v late: the frame begins %v late", late, p.clock-start)
			}
		}
		if awake := 1000*p.Period() - p.slept; awake > 1000*(oversleep+5*time.Microsecond) {
			t.Errorf("sleeps %v late: %v of each wait awake", late, awake/1000)
		}
	}
}

// Slots do not drift: the millionth begins when the rate says, to the nanosecond.
func TestPacerDoesNotDrift(t *testing.T) {
	for _, tt := range []struct {
		hz    float64
		slots uint64
		want  time.Duration
	}{
		{90, 9, 100 * time.Millisecond},
		{90, 900_000, 10_000 * time.Second},
		{72, 7_200_000, 100_000 * time.Second},
		{59.94, 5994, 100 * time.Second},
		{1000, 1, time.Millisecond},
		{0.5, 3, 6 * time.Second},
	} {
		p := newPaced(tt.hz, 3*time.Second)
		origin := p.Wait()
		if got := p.start(tt.slots) - origin; got != tt.want {
			t.Errorf("%g Hz: slot %d after %v, want %v", tt.hz, tt.slots, got, tt.want)
		}
	}
}

func TestPacerRunning(t *testing.T) {
	for _, hz := range []float64{0.7, 24, 59.94, 60, 72, 89.99, 90, 120, 144, 1000} {
		p := newPaced(hz, 5*time.Hour)
		p.Wait()
		for n := uint64(1); n < 100_000; n += 37 {
			start := p.start(n)
			if got := p.running(start); got != n {
				t.Fatalf("%g Hz: slot %d runs at the start of slot %d", hz, got, n)
			}
			if got := p.running(start - 1); got != n-1 {
				t.Fatalf("%g Hz: slot %d runs just before slot %d", hz, got, n)
			}
		}
	}
}

// On the real clock a frame never begins early, and the rate holds.
func TestPacerOnTheWall(t *testing.T) {
	const frames = 50
	p := NewPacer(500)
	first := p.Wait()
	var last time.Duration
	for range frames {
		last = p.Wait()
		if now := Now(); now < last {
			t.Fatalf("woke %v early", last-now)
		}
	}
	if want := time.Duration(frames+p.Missed()) * p.Period(); last-first != want {
		t.Errorf("%d frames and %d missed took %v, want %v", frames, p.Missed(), last-first, want)
	}
}

func TestPacerAllocatesNothing(t *testing.T) {
	p := NewPacer(1000)
	if n := testing.AllocsPerRun(50, func() { p.Wait() }); n != 0 {
		t.Errorf("%g allocations in a wait", n)
	}
}
