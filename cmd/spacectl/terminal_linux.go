package main

import (
	"errors"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// readHidden reads a line of a terminal that does not show it meanwhile.
// Interrupted, it leaves the terminal as it was.
func readHidden(f *os.File) (string, error) {
	fd := int(f.Fd())
	was, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return "", err
	}
	silent := *was
	silent.Lflag &^= unix.ECHO
	restore := func() error { return unix.IoctlSetTermios(fd, unix.TCSETS, was) }
	defer restoreIfInterrupted(restore)()
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &silent); err != nil {
		return "", err
	}
	line, err := readLine(f)
	return line, errors.Join(err, restore())
}

// restoreIfInterrupted ends the program by SIGINT only once the terminal is as it
// was. The function that it returns ends that.
func restoreIfInterrupted(restore func() error) (stop func()) {
	interrupted, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(interrupted, os.Interrupt, unix.SIGTERM)
	go func() {
		select {
		case <-interrupted:
			_ = restore()
			os.Exit(exit.Interrupted)
		case <-done:
		}
	}()
	return func() { signal.Stop(interrupted); close(done) }
}
