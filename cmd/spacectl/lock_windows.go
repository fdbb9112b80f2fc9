package main

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile waits until no other process has the lock of that file.
func lockFile(path string) (unlock func() error, _ error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &windows.Overlapped{}); err != nil {
		return nil, errors.Join(&os.PathError{Op: "lock", Path: path, Err: err}, f.Close())
	}
	return f.Close, nil // which gives the lock free
}
