package host

import (
	"syscall"
	"time"
)

// ThreadCPU is of the whole process: Windows counts a thread's in ticks of
// 16 ms, too coarse for a frame.
func ThreadCPU() time.Duration { return ProcessCPU() }

// ProcessCPU returns the processor time of all threads.
func ProcessCPU() time.Duration {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var created, exited, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(process, &created, &exited, &kernel, &user); err != nil {
		return 0
	}
	return duration(kernel) + duration(user)
}

// duration counts 100 ns.
func duration(t syscall.Filetime) time.Duration {
	return time.Duration(uint64(t.HighDateTime)<<32|uint64(t.LowDateTime)) * 100
}

// RasteriserCPU is not told apart on Windows.
func RasteriserCPU() time.Duration { return 0 }
