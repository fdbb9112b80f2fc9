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

// memoryStatus is MEMORYSTATUSEX of sysinfoapi.h.
type memoryStatus struct {
	size, load                                   uint32
	total, free                                  uint64
	totalPages, freePages                        uint64
	totalVirtual, freeVirtual, freeVirtualBeyond uint64
}

// usableMemory returns how many bytes the machine has; 0 when the system does
// not tell.
func usableMemory() uint64 {
	s := memoryStatus{size: uint32(unsafe.Sizeof(memoryStatus{}))}
	get := syscall.NewLazyDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx")
	if ok, _, _ := get.Call(uintptr(unsafe.Pointer(&s))); ok == 0 {
		return 0
	}
	return s.total
}
