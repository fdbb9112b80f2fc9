//go:build unix

package api

import "syscall"

const errAddressInUse = syscall.EADDRINUSE
