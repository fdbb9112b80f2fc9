package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile waits until no other process has the lock of that file.
func lockFile(path string) (unlock func() error, _ error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		if err = unix.Flock(int(f.Fd()), unix.LOCK_EX); !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(&os.PathError{Op: "lock", Path: path, Err: err}, f.Close())
	}
	return f.Close, nil // which gives the lock free
}
