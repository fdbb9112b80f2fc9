package main

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

func isTerminal(f *os.File) bool {
	var mode uint32
	return windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) == nil
}

// readHidden reads a line of a console that does not show it meanwhile.
func readHidden(f *os.File) (string, error) {
	var was uint32
	console := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(console, &was); err != nil {
		return "", err
	}
	silent := was&^windows.ENABLE_ECHO_INPUT | windows.ENABLE_PROCESSED_INPUT | windows.ENABLE_LINE_INPUT
	if err := windows.SetConsoleMode(console, silent); err != nil {
		return "", err
	}
	line, err := readLine(f)
	return line, errors.Join(err, windows.SetConsoleMode(console, was))
}
