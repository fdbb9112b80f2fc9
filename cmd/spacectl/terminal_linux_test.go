package main

import (
	"fmt"
	"io"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo terminal: the side of who types, and that of the
// program.
func terminal(t *testing.T) (keys, tty *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return keys, tty
}

// echoes tells whether a terminal shows what is typed.
func echoes(t *testing.T, f *os.File) bool {
	t.Helper()
	mode, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return mode.Lflag&unix.ECHO != 0
}

// TestReadHidden: the terminal shows nothing of the password, and all that comes
// after.
func TestReadHidden(t *testing.T) {
	keys, tty := terminal(t)
	if !isTerminal(tty) || !echoes(t, tty) {
		t.Fatal("this is no terminal")
	}
	type read struct {
		line string
		err  error
	}
	done := make(chan read, 1)
	go func() {
		line, err := readHidden(tty)
		done <- read{line, err}
	}()
	for echoes(t, tty) {
		unix.Nanosleep(&unix.Timespec{Nsec: 1e6}, nil) // until the other side reads
	}
	if _, err := keys.WriteString("correct horse\nrest\n"); err != nil {
		t.Fatal(err)
	}
	if got := <-done; got.line != "correct horse" || got.err != nil {
		t.Errorf("read %q, %v", got.line, got.err)
	}
	if !echoes(t, tty) {
		t.Error("the terminal is left silent")
	}
	if rest, err := readLine(tty); rest != "rest" || err != nil {
		t.Errorf("then %q, %v", rest, err)
	}
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if isTerminal(file) {
		t.Error("a file counts as a terminal")
	}
	if _, err := readHidden(file); err == nil {
		t.Error("a password is read from a file as if it were a terminal")
	}
}

// TestTableOnATerminal is broken to its width, as a pipe's is not.
func TestTableOnATerminal(t *testing.T) {
	keys, tty := terminal(t)
	if err := unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: 36, Row: 4}); err != nil {
		t.Fatal(err)
	}
	if err := printTable(tty, [][2]string{{"scene", "Saturn"}, {"layers", "stars, bodies, rings, glare, labels"}}); err != nil {
		t.Fatal(err)
	}
	const want = "scene   Saturn\r\nlayers  stars, bodies, rings, glare,\r\n        labels\r\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(keys, got); err != nil || string(got) != want {
		t.Errorf("%v: %q, want %q", err, got, want)
	}
}
