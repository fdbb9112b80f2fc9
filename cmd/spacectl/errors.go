package main

import (
	"errors"
	"io/fs"
	"net/http"
	"strings"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// coded is an error that knows its exit code.
type coded struct {
	code int
	error
}

// exitCode is the one place where an error becomes an exit code.
func exitCode(err error) int {
	var known coded
	var file *fs.PathError
	switch {
	case err == nil:
		return exit.OK
	case errors.As(err, &known):
		return known.code
	case errors.Is(err, fs.ErrPermission):
		return exit.NotPermitted
	case errors.As(err, &file):
		return exit.IO
	}
	return exit.Failure
}

// codeOfStatus says what a refusal of the API is to a script.
func codeOfStatus(status int) int {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return exit.NotPermitted
	case http.StatusNotFound, http.StatusBadRequest, http.StatusUnprocessableEntity:
		return exit.Usage // what was asked for comes from the command line
	case http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return exit.Unavailable
	}
	return exit.Failure
}

// oneLine keeps an error to one line, and what a server sent from steering the
// terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}
