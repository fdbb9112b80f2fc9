package host

import (
	"math"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"testing"
)

func TestProcs(t *testing.T) {
	for cores, want := range map[int]int{1: 8, 2: 8, 3: 12, 16: 64} {
		if got := procs(cores); got != want {
			t.Errorf("%d cores: %d Ps, want %d", cores, got, want)
		}
	}
}

func TestMemoryLimit(t *testing.T) {
	const gib = 1 << 30
	for _, tt := range []struct {
		memory uint64
		want   float64 // GiB
	}{
		{0, 2.4}, {64 * gib, 2.4}, {8 * gib, 2.4}, {4 * gib, 1.2}, {gib, 0.3},
	} {
		if got := float64(memoryLimit(tt.memory)) / gib; math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%d bytes: Go may take %g GiB, want %g", tt.memory, got, tt.want)
		}
	}
}

// TestUsableMemory: no machine that runs this has less than 256 MiB, and none
// has 64 TiB.
func TestUsableMemory(t *testing.T) {
	if got := usableMemory(); got < 256<<20 || got > 64<<40 {
		t.Errorf("the machine has %d bytes", got)
	}
}

// TestTuneRuntime tunes a process of its own, once with an empty environment and
// once with one that says otherwise.
func TestTuneRuntime(t *testing.T) {
	if os.Getenv("TUNE") != "" {
		theirs := os.Getenv("GOGC") != ""
		TuneRuntime()
		procs, percent, limit := runtime.GOMAXPROCS(0), debug.SetGCPercent(-1), debug.SetMemoryLimit(-1)
		if theirs && (procs != 3 || percent != 50 || limit != 1<<30) {
			t.Errorf("%d Ps, GOGC %d, limit %d; want what the environment says: 3, 50, 1 GiB", procs, percent, limit)
		}
		if !theirs && (procs < 8 || percent != 400 || limit > 24<<30/10) {
			t.Errorf("%d Ps, GOGC %d, limit %d; want 8 or more, 400, 2.4 GiB or less", procs, percent, limit)
		}
		return
	}
	for _, env := range [][]string{
		{"GOMAXPROCS=", "GOGC=", "GOMEMLIMIT="},
		{"GOMAXPROCS=3", "GOGC=50", "GOMEMLIMIT=1GiB"},
	} {
		c := exec.Command(os.Args[0], "-test.run=^TestTuneRuntime$")
		c.Env = append(append(os.Environ(), "TUNE=1"), env...)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", env, err, out)
		}
	}
}
