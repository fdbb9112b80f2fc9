package host

import (
	"syscall"
	"unsafe"
)

// memoryCounters is PROCESS_MEMORY_COUNTERS of psapi.h.
type memoryCounters struct {
	size, pageFaults                        uint32
	peakWorkingSet, workingSet              uintptr
	peakPaged, paged, peakNonPaged, nonPged uintptr
	pageFile, peakPageFile                  uintptr
}

// PeakMemory returns the largest resident size of the process so far, in bytes;
// 0 when the system does not tell.
func PeakMemory() uint64 {
	c := memoryCounters{size: uint32(unsafe.Sizeof(memoryCounters{}))}
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	get := syscall.NewLazyDLL("psapi.dll").NewProc("GetProcessMemoryInfo")
	if ok, _, _ := get.Call(uintptr(process), uintptr(unsafe.Pointer(&c)), uintptr(c.size)); ok == 0 {
		return 0
	}
	return uint64(c.peakWorkingSet)
}
