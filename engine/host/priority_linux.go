package host

import (
	"fmt"
	"syscall"
	"unsafe"
)

// Policies of sched_setscheduler(2), from linux/sched.h. With the flag, threads
// that this one starts (a graphics driver's) begin as ordinary ones.
const (
	schedOther       = 0
	schedRR          = 2
	schedResetOnFork = 0x40000000
)

// The least of real-time priorities that leaves room below, and the nice value
// where those are not allowed.
const (
	realTime = 10
	niceness = -10
)

// RaisePriority gives the calling thread, which must be locked to its goroutine
// and wait most of the time, the best priority that the system allows. Other
// threads keep theirs, those that it starts later included. What it could not
// have is the error; the thread runs all the same.
//
// Lowering the others instead would not do: the garbage collector stops all
// threads and waits for each, also for one that gets no core.
func RaisePriority() (Priority, error) {
	refused := setScheduler(schedRR|schedResetOnFork, realTime)
	if refused == nil {
		return PriorityRealTime, nil
	}
	why := fmt.Errorf("no real-time priority: %w; a line such as \"@video - rtprio %d\" in limits.conf(5) allows it", refused, realTime)
	if raiseShare() != nil {
		return PriorityNormal, why
	}
	return PriorityNice, why
}

// raiseShare gives the calling thread a larger share of the cores.
func raiseShare() error {
	if err := setScheduler(schedOther|schedResetOnFork, 0); err != nil {
		return err
	}
	return syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness) // 0 is this thread
}

// setScheduler sets the policy of the calling thread.
func setScheduler(policy uintptr, priority int32) error {
	const self = 0
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETSCHEDULER, self, policy, uintptr(unsafe.Pointer(&priority)))
	if errno != 0 {
		return errno
	}
	return nil
}
