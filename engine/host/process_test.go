package host

import (
	"math"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
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

func TestGarbagePercent(t *testing.T) {
	const mib = 1 << 20
	for inUse, want := range map[uint64]int{0: 400, 4 * mib: 400, 8 * mib: 400, 16 * mib: 200, 32 * mib: 100, 64 * mib: 50, 1024 * mib: 50} {
		if got := garbagePercent(inUse); got != want {
			t.Errorf("%d MiB in use: GOGC %d, want %d", inUse/mib, got, want)
		}
	}
}

// TestBoundGarbage: with 32 MiB in use there is never much more garbage than
// mostGarbage, where GOGC 400 alone would wait for 128 MiB.
func TestBoundGarbage(t *testing.T) {
	if os.Getenv("BOUND") == "" {
		c := exec.Command(os.Args[0], "-test.run=^TestBoundGarbage$")
		c.Env = append(os.Environ(), "BOUND=1", "GOGC=", "GOMEMLIMIT=")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	TuneRuntime()
	inUse := make([][]byte, 32)
	for i := range inUse {
		inUse[i] = make([]byte, 1<<20)
	}
	for range 2 { // finalizers run beside, after a collection
		runtime.GC()
		time.Sleep(20 * time.Millisecond)
	}
	var most uint64
	for i := range 256 {
		garbage = make([]byte, 1<<20)
		if i%8 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	if most > 96<<20 {
		t.Errorf("the heap grew to %d MiB", most>>20)
	}
	runtime.KeepAlive(inUse)
}

var garbage []byte // keeps the compiler from leaving it out

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
