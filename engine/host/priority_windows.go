package host

import (
	"fmt"
	"path/filepath"
	"syscall"
	"unsafe"
)

// priorityHighest is THREAD_PRIORITY_HIGHEST of winbase.h; thisThread is what
// GetCurrentThread returns.
const (
	priorityHighest = 2
	thisThread      = ^uintptr(1)
)

// RaisePriority gives the calling thread, which must be locked to its goroutine
// and wait most of the time, the best priority that the system allows. Other
// threads keep theirs. What it could not have is the error; the thread runs all
// the same.
func RaisePriority() (Priority, error) {
	mode := PriorityNormal
	set := syscall.NewLazyDLL("kernel32.dll").NewProc("SetThreadPriority")
	ok, _, why := set.Call(thisThread, priorityHighest)
	if ok != 0 {
		mode = PriorityHigh
	}
	if err := joinGames(); err != nil {
		return mode, fmt.Errorf("no multimedia scheduling: %w", err)
	}
	if mode == PriorityNormal {
		return PriorityGames, fmt.Errorf("SetThreadPriority: %w", why)
	}
	return PriorityGames, nil
}

// joinGames registers the calling thread as one of a game; it is one until it
// ends.
func joinGames() error {
	dir, err := systemFolder()
	if err != nil {
		return err
	}
	join := syscall.NewLazyDLL(filepath.Join(dir, "avrt.dll")).NewProc("AvSetMmThreadCharacteristicsW")
	if err := join.Find(); err != nil {
		return err
	}
	task, err := syscall.UTF16PtrFromString("Games")
	if err != nil {
		return err
	}
	var index uint32
	if handle, _, why := join.Call(uintptr(unsafe.Pointer(task)), uintptr(unsafe.Pointer(&index))); handle == 0 {
		return fmt.Errorf("AvSetMmThreadCharacteristics: %w", why)
	}
	return nil
}

// systemFolder is where Windows keeps its own libraries: by name alone one might
// be loaded that lies beside the program.
func systemFolder() (string, error) {
	get := syscall.NewLazyDLL("kernel32.dll").NewProc("GetSystemDirectoryW")
	var path [syscall.MAX_PATH]uint16
	if n, _, why := get.Call(uintptr(unsafe.Pointer(&path[0])), uintptr(len(path))); n == 0 || n > uintptr(len(path)) {
		return "", fmt.Errorf("GetSystemDirectory: %w", why)
	}
	return syscall.UTF16ToString(path[:]), nil
}
