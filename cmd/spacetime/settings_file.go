package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// fromFile lets kong look into the user's settings file for what neither the
// command line nor the environment says. Settings are the flags with a variable;
// the file is read only for a command that has such. One that cannot be read
// counts for nothing and is warned of, in one line on errs.
type fromFile struct {
	errs io.Writer
	file *settings.File // nil before it is asked for
}

// settingsPath returns where the file is, or "" where a user has no folders.
func settingsPath() string {
	paths, err := host.UserPaths()
	if err != nil {
		return ""
	}
	return filepath.Join(paths.Config, settings.FileName)
}

// readSettings reads the file; one that is not there is empty.
func readSettings() (settings.File, error) {
	path := settingsPath()
	if path == "" {
		return settings.File{}, nil
	}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return settings.File{}, err
	}
	file, err := settings.Read(text)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return file, err
}

// Resolve implements [kong.Resolver], for which a resolver counts before the
// environment.
func (f *fromFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if len(flag.Envs) == 0 || slices.ContainsFunc(flag.Envs, isSet) {
		return nil, nil
	}
	if f.file == nil {
		file, err := readSettings()
		if err != nil {
			fmt.Fprintf(f.errs, "spacetime: flying without the settings file: %s\n", exit.OneLine(err.Error()))
		}
		f.file = &file
	}
	return f.file.Value(flag.Name)
}

func isSet(variable string) bool {
	_, set := os.LookupEnv(variable)
	return set
}

// Validate implements [kong.Resolver]: it warns of names in the file that are no
// setting.
func (f *fromFile) Validate(app *kong.Application) error {
	if f.file == nil {
		return nil
	}
	known := map[string]bool{}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && len(flag.Envs) > 0 {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for d := range controls.NumDevices {
		known[d.String()] = true // tables, which the cockpit reads
	}
	for _, name := range f.file.Names() {
		if !known[name] {
			fmt.Fprintf(f.errs, "spacetime: %s: %s is not a setting\n", settingsPath(), exit.OneLine(name))
		}
	}
	return err
}
