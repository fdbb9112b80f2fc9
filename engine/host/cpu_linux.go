package host

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Clocks of clock_gettime(2).
const (
	clockProcess = 2
	clockThread  = 3
)

func clock(id uintptr) time.Duration {
	var t syscall.Timespec
	_, _, _ = syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, id, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano())
}

// ThreadCPU returns the processor time of the calling thread, which must be
// locked to its goroutine.
func ThreadCPU() time.Duration { return clock(clockThread) }

// ProcessCPU returns the processor time of all threads.
func ProcessCPU() time.Duration { return clock(clockProcess) }

// RasteriserCPU returns the processor time of the threads in which Mesa's
// software renderer draws; 0 where there are none.
func RasteriserCPU() (sum time.Duration) {
	threads, _ := filepath.Glob("/proc/self/task/*")
	for _, thread := range threads {
		name, _ := os.ReadFile(filepath.Join(thread, "comm"))
		if !strings.HasPrefix(string(name), "llvmpipe") {
			continue
		}
		usage, _ := os.ReadFile(filepath.Join(thread, "schedstat"))
		first, _, _ := strings.Cut(string(usage), " ")
		ns, _ := strconv.ParseInt(first, 10, 64)
		sum += time.Duration(ns)
	}
	return sum
}
