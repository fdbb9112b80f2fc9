package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// console is what a command has around it, or what stands for it in a test.
type console struct {
	in   io.Reader
	out  io.Writer
	err  io.Writer
	wait func(context.Context, time.Duration) bool // as pause

	used   []*client              // that were opened
	shown  bool                   // whether out is a terminal, where others may look on
	secret func() (string, error) // reads a line from the terminal without showing it; nil where in is none
}

func newConsole() *console {
	c := &console{in: os.Stdin, out: os.Stdout, err: os.Stderr, wait: pause, shown: isTerminal(os.Stdout)}
	if isTerminal(os.Stdin) {
		c.secret = func() (string, error) { return readHidden(os.Stdin) }
	}
	return c
}

// close ends the connections that are open.
func (c *console) close() {
	for _, used := range c.used {
		used.http.CloseIdleConnections()
	}
}

// readLine reads one line byte by byte, so that what follows is left to others.
func readLine(r io.Reader) (string, error) {
	line, err := bufio.NewReaderSize(byteReader{r}, 16).ReadString('\n')
	if errors.Is(err, io.EOF) && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}

// byteReader gives one byte at a time.
type byteReader struct{ io.Reader }

func (b byteReader) Read(p []byte) (int, error) { return b.Reader.Read(p[:1]) }

// ask asks for something that may be seen, at a terminal only.
func (c *console) ask(what, flag string) (string, error) {
	if c.secret == nil {
		return "", exit.With(exit.Usage, fmt.Errorf("%s is missing: give %s", what, flag))
	}
	fmt.Fprintf(c.err, "%s: ", what)
	line, err := readLine(c.in)
	if err == nil && line == "" {
		err = exit.With(exit.Usage, fmt.Errorf("%s is missing", what))
	}
	return line, err
}

// passwordFlag is how commands are given a password: never on the command line,
// which other users of the machine can read.
type passwordFlag struct {
	PasswordFile string `placeholder:"FILE" help:"File whose first line is the password; else the terminal is asked, or one line of the input read."`
}

// password reads the password of what it is for. A new one is asked twice.
func (p *passwordFlag) password(con *console, isNew bool) (string, error) {
	if p.PasswordFile != "" {
		return firstLine(p.PasswordFile)
	}
	if con.secret == nil {
		return readPassword(con.in)
	}
	first, err := con.hidden("Password")
	if err != nil || !isNew {
		return first, err
	}
	again, err := con.hidden("Password, again")
	if err == nil && again != first {
		err = exit.With(exit.Usage, errors.New("the two passwords are not the same"))
	}
	return first, err
}

func (c *console) hidden(prompt string) (string, error) {
	fmt.Fprintf(c.err, "%s: ", prompt)
	line, err := c.secret()
	fmt.Fprintln(c.err)
	return line, err
}

func firstLine(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return readPassword(f)
}

func readPassword(r io.Reader) (string, error) {
	line, err := readLine(r)
	if errors.Is(err, io.EOF) || err == nil && line == "" {
		return "", exit.With(exit.Usage, errors.New("the password is missing: give --password-file, or the password as a line of input"))
	}
	return line, err
}
