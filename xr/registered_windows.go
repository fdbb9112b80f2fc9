package xr

import (
	"syscall"
	"unsafe"
)

// activeRuntime returns the manifest of the active runtime, "" where none is
// registered (OpenXR loader, "Windows Active Runtime Location").
func activeRuntime() string {
	key, err := syscall.UTF16PtrFromString(`SOFTWARE\Khronos\OpenXR\1`)
	if err != nil {
		return ""
	}
	value, err := syscall.UTF16PtrFromString("ActiveRuntime")
	if err != nil {
		return ""
	}
	var handle syscall.Handle
	if syscall.RegOpenKeyEx(syscall.HKEY_LOCAL_MACHINE, key, 0, syscall.KEY_READ, &handle) != nil {
		return ""
	}
	defer syscall.RegCloseKey(handle)
	var text [1024]uint16
	size := uint32(unsafe.Sizeof(text))
	if syscall.RegQueryValueEx(handle, value, nil, nil, (*byte)(unsafe.Pointer(&text[0])), &size) != nil {
		return ""
	}
	return syscall.UTF16ToString(text[:])
}
