package main

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
)

// Errors that say by their type whose mistake they are.
type (
	usageError  struct{ error } // the command line's
	configError struct{ error } // the environment's or a settings file's
	dataError   struct{ error } // a file's
)

func (e usageError) Unwrap() error  { return e.error }
func (e configError) Unwrap() error { return e.error }
func (e dataError) Unwrap() error   { return e.error }

// exitCode is the one place where an error becomes an exit code.
func exitCode(err error) int {
	var usage usageError
	var config configError
	var data dataError
	var file *fs.PathError
	switch {
	case err == nil:
		return exit.OK
	case errors.As(err, &usage), errors.Is(err, engine.ErrSceneUnknown):
		return exit.Usage
	case errors.As(err, &config):
		return exit.Config
	case errors.As(err, &data):
		return exit.BadData
	case errors.Is(err, engine.ErrUnavailable):
		return exit.Unavailable
	case errors.Is(err, api.ErrPortTaken):
		return exit.PortTaken
	case errors.Is(err, fs.ErrNotExist):
		return exit.NoInput
	case errors.Is(err, fs.ErrPermission):
		return exit.NotPermitted
	case errors.As(err, &file):
		return exit.IO
	}
	return exit.Failure
}

// ourVariables picks the program's own out of an environment, by name.
func ourVariables(environ []string) map[string]string {
	ours := map[string]string{}
	for _, variable := range environ {
		if name, value, ok := strings.Cut(variable, "="); ok && strings.HasPrefix(name, "SPACETIME_") {
			ours[name] = value
		}
	}
	return ours
}
