package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"github.com/spacetime-vr/spacetime/engine"
)

// Of time.h.
const (
	clockMonotonic = 1
	timerAbsolute  = 1
)

// clockOffset is what the system's clock shows at the zero of the application's.
var clockOffset = func() time.Duration {
	var t syscall.Timespec
	_, _, _ = syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano()) - engine.Now()
}()

// sleepUntil blocks the thread in one call of the system until an instant of the
// application's clock.
func sleepUntil(instant time.Duration) {
	t := syscall.NsecToTimespec(int64(instant + clockOffset))
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_CLOCK_NANOSLEEP, clockMonotonic, timerAbsolute, uintptr(unsafe.Pointer(&t)), 0, 0, 0)
		if errno != syscall.EINTR {
			return
		}
	}
}

// residentMB returns the memory of this process.
func residentMB() float64 {
	text, _ := os.ReadFile("/proc/self/statm")
	if fields := strings.Fields(string(text)); len(fields) > 1 {
		pages, _ := strconv.Atoi(fields[1])
		return float64(pages) * float64(os.Getpagesize()) / (1 << 20)
	}
	return 0
}
