package host

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How much memory the program plans to take at most, and how much of it Go may:
// the rest is the graphics driver's and C's, which Go does not see. Headless the
// program takes 150 MB, so that the budget is out of reach but for a mistake.
const (
	memoryBudget = 4 << 30
	goPercent    = 60
)

// Garbage is collected when it is four times what is in use, for four times fewer
// pauses than Go's own rule gives, or when it reaches mostGarbage: a burst of
// requests must not take the memory of a picture five times over.
const (
	collectAt   = 400 // percent, as GOGC counts
	leastAt     = 50  // for a heap so large that it would be collected all the time
	mostGarbage = 32 << 20
)

// TuneRuntime sets the Go runtime up for a frame that must not wait for requests
// that the same process answers. GOMAXPROCS, GOGC and GOMEMLIMIT in the
// environment count instead, each for itself. It is called once, at the start.
//
// The thread of the frame gives its P (the right to run Go code) away in a long
// wait and needs one afterwards. With a P for each core it queues behind
// handlers, however high its priority; with more Ps than handlers keep busy one
// is free, and the system decides by priority who gets the core. Frames late at
// 90 Hz on two cores while 64 clients ask without a token as fast as they can,
// and while 64 ask for /metrics without reading it (build/isolation):
//
//	Ps  GOGC  priority   flood    metrics
//	 2   100  normal     18.8 %   26.9 %
//	 8   400  normal      3.3 %   34.7 %
//	 2   400  real time   2.6 %   15.9 %
//	 8   400  real time   0.0 %    4.1 %
//
// The rest is for the API to keep out: with 1000 requests a second let in, two
// at a time, and the others answered 100 ms late, both are 0.0 %.
func TuneRuntime() {
	ours := func(variable string) bool { return os.Getenv(variable) == "" }
	if ours("GOMAXPROCS") {
		runtime.GOMAXPROCS(procs(runtime.GOMAXPROCS(0))) // Go knows a container's share of the cores
	}
	if ours("GOGC") {
		debug.SetGCPercent(collectAt)
		boundGarbage()
	}
	if ours("GOMEMLIMIT") {
		debug.SetMemoryLimit(memoryLimit(usableMemory()))
	}
}

// boundGarbage keeps to mostGarbage: after each collection, which ends the life of
// a value that nobody holds, it looks at what is in use. Setting the percentage
// stops the world for some microseconds, so small changes wait.
func boundGarbage() {
	percent := collectAt
	inUse := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	type sentinel struct{ _ *byte } // a pointer, so that it shares its memory with nothing
	var adjust func(*sentinel)
	adjust = func(s *sentinel) {
		metrics.Read(inUse)
		if want := garbagePercent(inUse[0].Value.Uint64()); max(want, percent) > min(want, percent)*9/8 {
			percent = want
			debug.SetGCPercent(percent)
		}
		runtime.SetFinalizer(s, adjust)
	}
	runtime.SetFinalizer(new(sentinel), adjust)
}

// garbagePercent is how much garbage there may be for so many bytes in use.
func garbagePercent(inUse uint64) int {
	return int(max(leastAt, min(collectAt, 100*mostGarbage/max(inUse, 1))))
}

// procs is how many Ps there are on so many cores.
func procs(cores int) int { return max(8, 4*cores) }

// memoryLimit is Go's part of the budget on a machine with so many bytes, of
// which the program plans half at most; 0 is a machine that does not tell.
func memoryLimit(memory uint64) int64 {
	budget := int64(memoryBudget)
	if memory > 0 {
		budget = int64(min(memory/2, memoryBudget))
	}
	return budget / 100 * goPercent
}

// Priority is how the system schedules a thread, as the metrics call it.
type Priority string

// The priorities, best first.
const (
	PriorityRealTime Priority = "rr"     // Linux: before all that is not real time
	PriorityGames    Priority = "mmcss"  // Windows: the multimedia scheduler's task Games
	PriorityNice     Priority = "nice"   // Linux: a larger share, nice -10
	PriorityHigh     Priority = "high"   // Windows: THREAD_PRIORITY_HIGHEST alone
	PriorityNormal   Priority = "normal" // like every other
)
