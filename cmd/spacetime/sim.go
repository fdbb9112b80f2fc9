package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/xr/simruntime"
)

// simCommand is `spacetime sim`.
type simCommand struct {
	List simListCommand `cmd:"" help:"List the scripts for the simulated headset."`
	Show simShowCommand `cmd:"" help:"Print a script, to change it."`
	Run  simRunCommand  `cmd:"" help:"Run any OpenXR program on the simulated headset, and judge it."`
}

func (*simCommand) Help() string { return "Example: spacetime sim run walk -- hello_xr -g OpenGL" }

// simListCommand is `spacetime sim list`.
type simListCommand struct {
	JSON bool `name:"json" help:"Print a JSON array."`
}

func (*simListCommand) Help() string { return "Example: spacetime sim list" }

// Run prints names and what the scripts do.
func (c *simListCommand) Run(std *stdio) error {
	if c.JSON {
		return json.NewEncoder(std.out).Encode(simruntime.Scripts())
	}
	t := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, s := range simruntime.Scripts() {
		fmt.Fprintf(t, "%s\t%s\n", s.Name, s.Summary)
	}
	return t.Flush()
}

// simShowCommand is `spacetime sim show`.
type simShowCommand struct {
	Script string `arg:"" help:"Name of a script, as spacetime sim list has it."`
}

func (*simShowCommand) Help() string { return "Example: spacetime sim show walk > mine.sim" }

// Run prints the script.
func (c *simShowCommand) Run(std *stdio) error {
	text, err := simruntime.Text(c.Script)
	if err != nil {
		return exit.With(exit.NoInput, err)
	}
	_, err = fmt.Fprint(std.out, text)
	return err
}

// simRunCommand is `spacetime sim run`.
type simRunCommand struct {
	Script  string   `arg:"" help:"Name of a script, or a file with one."`
	Program []string `arg:"" passthrough:"" help:"The program with its arguments, after --."`

	Model    string        `enum:"test,asymmetric,canted,wide,phone," default:"" help:"Model of the headset, instead of the script's (test, asymmetric, canted, wide, phone)."`
	Clock    string        `enum:"real,stepped," default:"" help:"In real time, or as fast as the program goes on a clock of its own (real, stepped); the script's by default."`
	Checks   string        `enum:"all,cheap,off" default:"all" help:"Strict checks: ${enum}."`
	Out      string        `type:"path" placeholder:"DIR" help:"Keep the report, and pictures, in a folder."`
	Pictures int           `placeholder:"N" help:"Write every Nth frame as it would be seen; needs --out."`
	Limit    time.Duration `default:"1m" help:"How long the program may take."`
	Runtime  string        `type:"path" placeholder:"FILE" help:"Manifest of the simulated headset, instead of openxr/spacetime_sim.json beside this program."`
	JSON     bool          `name:"json" help:"Print the verdict as JSON; what the program prints goes to the standard error."`
}

func (*simRunCommand) Help() string {
	return "Example: spacetime sim run session-lost --out run -- spacetime --mode vr"
}

// Validate checks what the flags mean together.
func (c *simRunCommand) Validate() error {
	switch {
	case c.Pictures < 0 || c.Limit <= 0:
		return errors.New("--pictures and --limit are above zero")
	case c.Pictures > 0 && c.Out == "":
		return errors.New("--pictures needs a folder: --out")
	}
	return nil
}

// Run runs the program and prints the verdict; one that is not good ends with 1.
func (c *simRunCommand) Run(std *stdio) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	program := c.Program
	if len(program) > 0 && program[0] == "--" {
		program = program[1:]
	}
	if len(program) == 0 {
		return exit.With(exit.Usage, errors.New("which program? Give it after --"))
	}
	o := simruntime.Options{
		Manifest: c.Runtime, Model: c.Model, Clock: c.Clock, Checks: c.Checks, Out: c.Out, Pictures: c.Pictures,
		Limit: c.Limit, Stdin: std.in, Stdout: std.out, Stderr: std.err,
	}
	if c.JSON {
		o.Stdout = std.err
	}
	verdict, err := simruntime.Run(ctx, c.Script, program[0], program[1:], o)
	if err != nil {
		return simError(err)
	}
	if c.JSON {
		err = json.NewEncoder(std.out).Encode(verdict)
	} else {
		err = verdict.WriteText(std.out)
	}
	if err == nil && !verdict.OK {
		err = errors.New("the program did not come through; the verdict says why")
	}
	return err
}

// simError gives errors of the run their exit codes.
func simError(err error) error {
	switch {
	case errors.Is(err, simruntime.ErrScript):
		return exit.With(exit.BadData, err)
	case errors.Is(err, simruntime.ErrNone):
		return exit.With(exit.NoInput, err)
	case errors.Is(err, simruntime.ErrRuntime):
		return exit.With(exit.Unavailable, err)
	case errors.Is(err, context.Canceled):
		return exit.With(exit.Interrupted, errors.New("interrupted before the verdict"))
	}
	return err
}
