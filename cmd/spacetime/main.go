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
	"runtime"

	"github.com/alecthomas/kong"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
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

	Paths   pathsFlag   `help:"Print where the program keeps its files, and end."`
	Version versionFlag `help:"Print the version, and end."`
}

const description = `Fly the real Solar System: in a headset, in a window, or headless.

Every flag of fly has a variable of the environment, which the flag overrides.

Examples:
  spacetime
  spacetime --scene saturn --fullscreen
  spacetime --mode headless --frames 90 --screenshot f.png --stats s.json`

// run runs the command line args and returns the exit code.
func run(args []string, std *stdio) int {
	err := execute(args, std)
	var done exited
	switch {
	case errors.As(err, &done):
		return int(done)
	case err != nil:
		fmt.Fprintln(std.err, "spacetime:", err)
	}
	return exitCode(err)
}

// exited is a panic with which kong's --help and its like end the parse.
type exited int

func (e exited) Error() string { return fmt.Sprint("exit ", int(e)) }

func execute(args []string, std *stdio) (err error) {
	var g grammar
	parser, err := kong.New(&g,
		kong.Name("spacetime"), kong.Description(description),
		kong.Writers(std.out, std.err), kong.Exit(func(code int) { panic(exited(code)) }),
		kong.Bind(std), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			code, ok := p.(exited)
			if !ok {
				panic(p)
			}
			err = code
		}
	}()
	line, err := parser.Parse(args)
	if err != nil {
		return blame(args, err)
	}
	return line.Run(std)
}

// blame tells a wrong command line from a wrong environment: without our
// variables the same line is right.
func blame(args []string, err error) error {
	set := ourVariables(os.Environ())
	for name := range set {
		if os.Unsetenv(name) != nil {
			return usageError{err}
		}
	}
	defer func() {
		for name, value := range set {
			_ = os.Setenv(name, value)
		}
	}()
	parser, again := kong.New(&grammar{}, kong.Exit(func(int) {}), kong.Writers(io.Discard, io.Discard))
	if again == nil {
		_, again = parser.Parse(args)
	}
	if again == nil && len(set) > 0 {
		return configError{fmt.Errorf("in the environment: %w", err)}
	}
	return usageError{err}
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
	fmt.Fprintf(app.Stdout, "log       %s\ncrashes   %s\ncache     %s\ninstance  %s\ntoken     %s\n",
		p.Log(), p.Crashes(), p.Cache, p.Instance(), p.Token())
	app.Exit(exit.OK)
	return nil
}
