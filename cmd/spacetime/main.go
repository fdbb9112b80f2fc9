// Command spacetime is the application: it flies, in a headset, a window or
// headless; it says where bodies are; it draws single pictures; it measures.
//
// This package joins what must not know each other: the engine, a display, the
// renderer, the API. Reading starts at fly.go.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/alecthomas/kong"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// GLFW and the GL context need the main thread, and init runs on it.
func init() { runtime.LockOSThread() }

func main() {
	os.Exit(run(os.Args[1:], &stdio{os.Stdin, os.Stdout, os.Stderr}))
}

// stdio is the console, or what stands for it in a test.
type stdio struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// grammar is the command line.
type grammar struct {
	Fly   flyCommand   `cmd:"" default:"withargs" help:"Fly (the default command)."`
	Where whereCommand `cmd:"" help:"Say where a body is."`
	Shot  shotCommand  `cmd:"" help:"Draw one picture into a PNG file, without a display."`
	Bench benchCommand `cmd:"" help:"Measure."`
	XR    xrCommand    `cmd:"" name:"xr" help:"Look into the headset's side of this machine."`
	Sim   simCommand   `cmd:"" help:"Run programs on a simulated headset."`

	Paths   pathsFlag   `help:"Print where the program keeps its files, and end."`
	Version versionFlag `help:"Print the version, and end."`
}

const description = `Fly the real Solar System: in a headset, in a window, or headless.

Every flag of fly has a variable of the environment, which the flag overrides; what neither says comes from the file
settings.toml, which --paths names, a line each such as fullscreen = true.

Examples:
  spacetime
  spacetime --scene saturn --fullscreen
  spacetime --mode headless --frames 90 --screenshot f.png --stats s.json
  spacetime xr doctor`

// run runs the command line args and returns the exit code.
func run(args []string, std *stdio) int {
	return exit.Tell(std.err, "spacetime", coded(execute(args, std)))
}

func execute(args []string, std *stdio) error {
	line, err := parse(args, std.out, std.err, kong.Bind(std), kong.UsageOnError())
	if err != nil {
		return blame(args, err)
	}
	return line.Run(std)
}

func parse(args []string, out, errs io.Writer, options ...kong.Option) (*kong.Context, error) {
	return parseWithoutFile(args, out, errs, append(options, kong.Resolvers(&fromFile{errs: errs}))...)
}

func parseWithoutFile(args []string, out, errs io.Writer, options ...kong.Option) (*kong.Context, error) {
	options = append(options, kong.Name("spacetime"), kong.Description(description))
	return exit.Parse(&grammar{}, args, out, errs, options...)
}

// blame tells a wrong command line from a wrong environment or settings file:
// without the variable or the file at fault the same line is right.
func blame(args []string, err error) error {
	if errors.Is(err, api.ErrExposed) {
		return exit.With(exit.Config, err)
	}
	for name, value := range ourVariables(os.Environ()) {
		if os.Unsetenv(name) != nil {
			continue
		}
		_, again := parse(args, io.Discard, io.Discard)
		_ = os.Setenv(name, value)
		if again == nil {
			return exit.With(exit.Config, fmt.Errorf("%s in the environment: %w", name, err))
		}
	}
	if _, again := parseWithoutFile(args, io.Discard, io.Discard); again == nil {
		return exit.With(exit.Config, fmt.Errorf("%s: %w", settingsPath(), err))
	}
	return exit.With(exit.Usage, err)
}

type versionFlag bool

// BeforeReset prints the version as soon as the flag is met, as --help does.
func (versionFlag) BeforeReset(app *kong.Kong) error {
	fmt.Fprintln(app.Stdout, engine.ThisBuild())
	app.Exit(exit.OK)
	return nil
}

type pathsFlag bool

// BeforeReset prints the folders.
func (pathsFlag) BeforeReset(app *kong.Kong) error {
	p, err := host.UserPaths()
	if err != nil {
		return err
	}
	control := api.PathsOfControl(p)
	fmt.Fprintf(app.Stdout, "settings  %s\npictures  %s\nlog       %s\ncrashes   %s\ncache     %s\ninstance  %s\nkey       %s\ndatabase  %s\naudit     %s\n",
		filepath.Join(p.Config, settings.FileName), p.Pictures, p.Log(), p.Crashes(), p.Cache, p.Instance(), control.Key, control.Database, control.Audit)
	app.Exit(exit.OK)
	return nil
}
