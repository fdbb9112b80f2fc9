package desktop

import (
	"math/rand/v2"
	"testing"
	"time"
)

const hertz60 = time.Second / 60

// The clock settles on the rate that a screen really has, and evens out when the
// thread wakes.
func TestScreenClock(t *testing.T) {
	for _, tt := range []struct {
		name   string
		period time.Duration // of the screen; the clock expects 60 Hz
		jitter time.Duration // by which swaps return late, at most
		steps  time.Duration // by which the steps of the display time may differ from the period
		ahead  time.Duration // by which the display time may miss the refresh
	}{
		{"as it says", hertz60, 0, 0, time.Microsecond},
		{"59.94 Hz", 16_683_350, 0, time.Microsecond, time.Microsecond},
		{"75 Hz", time.Second / 75, 0, time.Microsecond, time.Microsecond},
		{"wakes unevenly", 16_683_350, 2 * time.Millisecond, 400 * time.Microsecond, 2 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := screenClock{period: hertz60}
			random := rand.New(rand.NewPCG(1, 2))
			late := func() time.Duration { return time.Duration(random.Int64N(int64(tt.jitter) + 1)) }
			last := c.advance(time.Second)
			for i := 1; i < 3000; i++ {
				refresh := time.Second + time.Duration(i)*tt.period
				seen := c.advance(refresh + late())
				if seen < last {
					t.Fatalf("frame %d: display time went back by %v", i, last-seen)
				}
				if i > 1000 { // 75 Hz takes that long to settle
					if off := (seen - last - tt.period).Abs(); off > tt.steps {
						t.Fatalf("frame %d: a step of %v, want %v ± %v", i, seen-last, tt.period, tt.steps)
					}
					if off := (seen - refresh - tt.period).Abs(); off > tt.ahead {
						t.Fatalf("frame %d: seen %v from the refresh", i, off)
					}
				}
				last = seen
			}
		})
	}
}

// Missed refreshes leave the period alone: frames that always come late by one
// are not taken for a slower screen.
func TestScreenClockMissed(t *testing.T) {
	c := screenClock{period: hertz60}
	var last time.Duration
	for i := range 1000 {
		now := time.Second + 2*time.Duration(i)*hertz60
		seen := c.advance(now)
		if i > 0 && seen-last != 2*hertz60 {
			t.Fatalf("frame %d: a step of %v, want %v", i, seen-last, 2*hertz60)
		}
		if seen != now+hertz60 {
			t.Fatalf("frame %d: seen %v after its swap, want %v", i, seen-now, hertz60)
		}
		last = seen
	}
	if c.period != hertz60 {
		t.Errorf("the period became %v", c.period)
	}
}

// A screen more than twice as fast as it says is followed, without smoothing.
func TestScreenClockFaster(t *testing.T) {
	c := screenClock{period: hertz60}
	last := time.Duration(0)
	for i := range 1000 {
		now := time.Second + time.Duration(i)*time.Second/144
		seen := c.advance(now)
		if seen < last || seen-now > 3*hertz60/2 {
			t.Fatalf("frame %d: seen %v after its swap, %v after the one before", i, seen-now, seen-last)
		}
		last = seen
	}
}

func TestMostlyOn(t *testing.T) {
	screens := []place{{0, 0, 1920, 1080}, {1920, 0, 2560, 1440}, {-1280, 200, 1280, 1024}}
	for _, tt := range []struct {
		window place
		want   int
	}{
		{place{100, 100, 1280, 720}, 0},
		{place{1919, 0, 800, 600}, 1},
		{place{1500, 0, 800, 600}, 0},
		{place{1900, 1200, 800, 240}, 1}, // below the first screen
		{place{-700, 300, 1000, 500}, 2},
		{place{0, 0, 0, 0}, 0},
		{place{9000, 9000, 100, 100}, 0}, // nowhere
	} {
		if got := tt.window.mostlyOn(screens); got != tt.want {
			t.Errorf("%+v is on screen %d, want %d", tt.window, got, tt.want)
		}
	}
}
