package host

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// PeakMemory returns the largest resident size of the process so far, in bytes;
// 0 when the system does not tell.
func PeakMemory() uint64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return uint64(u.Maxrss) << 10 // kilobytes: Linux, getrusage(2)
}

// usableMemory returns how many bytes the process may use: the machine's or its
// container's (cgroup v2), whichever are fewer; 0 when the system does not tell.
func usableMemory() uint64 {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return 0
	}
	machine := uint64(info.Totalram) * uint64(info.Unit)
	text, _ := os.ReadFile("/sys/fs/cgroup/memory.max") // as a container sees its own; "max" is no limit
	if limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
		return min(machine, limit)
	}
	return machine
}
