package host

import "syscall"

// PeakMemory returns the largest resident size of the process so far, in bytes;
// 0 when the system does not tell.
func PeakMemory() uint64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return uint64(u.Maxrss) << 10 // kilobytes: Linux, getrusage(2)
}
