package main

import (
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// terminalSize is that of the console that w writes to, in columns and lines. It
// makes the console obey escape sequences; one that cannot counts as none.
func terminalSize(w io.Writer) (width, height int, ok bool) {
	f, is := w.(*os.File)
	if !is {
		return 0, 0, false
	}
	console := windows.Handle(f.Fd())
	var mode uint32
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleMode(console, &mode) != nil || windows.GetConsoleScreenBufferInfo(console, &info) != nil ||
		windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) != nil {
		return 0, 0, false
	}
	return int(info.Window.Right-info.Window.Left) + 1, int(info.Window.Bottom-info.Window.Top) + 1, true
}
