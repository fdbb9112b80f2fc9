package exit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"
)

// coded is an error that knows its exit code.
type coded struct {
	code int
	error
}

func (e coded) Unwrap() error { return e.error }

// With gives err an exit code; nil stays nil.
func With(code int, err error) error {
	if err == nil {
		return nil
	}
	return coded{code, err}
}

// WithDefault gives err an exit code unless [With] gave it one.
func WithDefault(code int, err error) error {
	var known coded
	if errors.As(err, &known) {
		return err
	}
	return With(code, err)
}

// Of is the one place where an error becomes an exit code: the one that [With]
// gave it, or what errors of files mean.
func Of(err error) int {
	var known coded
	var done ended
	var file *fs.PathError
	switch {
	case err == nil:
		return OK
	case errors.As(err, &done):
		return int(done)
	case errors.As(err, &known):
		return known.code
	case errors.Is(err, fs.ErrNotExist):
		return NoInput
	case errors.Is(err, fs.ErrPermission):
		return NotPermitted
	case errors.As(err, &file):
		return IO
	}
	return Failure
}

// Tell writes an error as one line after the program's name and returns its
// exit code. Nothing is written where all is said already.
func Tell(w io.Writer, program string, err error) int {
	var done ended
	if err != nil && !errors.As(err, &done) {
		fmt.Fprintf(w, "%s: %s\n", program, OneLine(err.Error()))
	}
	return Of(err)
}

// OneLine keeps an error to one line, and what a server or a file holds from
// steering the terminal.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) { // C1 too, which some terminals take for escape sequences
			return ' '
		}
		return r
	}, text)
}
