package api

import "syscall"

// errAddressInUse is WSAEADDRINUSE; syscall.EADDRINUSE is a number of Go's own
// there, which Windows never returns.
const errAddressInUse = syscall.Errno(10048)
