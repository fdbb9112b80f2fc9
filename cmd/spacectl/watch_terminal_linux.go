package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// terminalSize is that of the terminal that w writes to, in columns and lines.
func terminalSize(w io.Writer) (width, height int, ok bool) {
	f, is := w.(*os.File)
	if !is {
		return 0, 0, false
	}
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0, false
	}
	return int(size.Col), int(size.Row), true
}
