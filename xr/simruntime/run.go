package simruntime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Errors of [Run] that have an exit code of their own: wrong data, nothing of
// that name, not available. What is printed is the error that Run returns.
var (
	ErrScript  = errors.New("the script is wrong")
	ErrNone    = errors.New("no such script or program")
	ErrRuntime = errors.New("the simulated headset is not installed")
)

// kindError is an error of one of those kinds, with a text of its own.
type kindError struct {
	error
	kind error
}

func (e kindError) Is(target error) bool { return target == e.kind }
func (e kindError) Unwrap() error        { return e.error }

// Options are how [Run] runs a program. The zero value is a run in real time,
// on the default display, without pictures, that may take a minute.
type Options struct {
	Manifest string // spacetime_sim.json; "" looks in openxr/ beside this program
	Model    string // display model; "" leaves it to the script
	Clock    string // "real" or "stepped"; "" leaves it to the script
	Checks   string // strict checks: "all", "cheap" or "off"; "" is all

	Out      string // folder for the report and the pictures, made if missing; "" keeps nothing
	Pictures int    // write every n-th composed frame as PNG into Out; 0 writes none

	Limit          time.Duration // the program is asked to end, and 5 s later made to; 0 is a minute
	Stdin          io.Reader     // the program's input; nil is none
	Stdout, Stderr io.Writer     // where the program's output goes; nil drops it
	Environment    []string      // more variables for the program, NAME=VALUE
}

const defaultLimit = time.Minute

// grace is how long a program has to end after SIGINT.
const grace = 5 * time.Second

// Run starts program with args on the simulated headset, waits for its end and
// judges what happened. script is the name of one of [Scripts] or a file; a
// name with a slash or a dot in it is always a file.
//
// A program that fails is no error but a [Verdict] that is not OK. The error
// is [ErrScript] when the runtime refused the script, [ErrNone] when there
// is no such script or program, [ErrRuntime] when the runtime is missing, and
// the context's when that ended; the program has then ended too.
func Run(ctx context.Context, script, program string, args []string, o Options) (*Verdict, error) {
	manifest, err := findManifest(o.Manifest)
	if err != nil {
		return nil, err
	}
	if program, err = exec.LookPath(program); err != nil {
		return nil, kindError{err, ErrNone}
	}
	out, keep := o.Out, o.Out != ""
	if !keep {
		if out, err = os.MkdirTemp("", "spacetime-sim-"); err != nil {
			return nil, err
		}
		defer os.RemoveAll(out)
	}
	if out, err = filepath.Abs(out); err != nil {
		return nil, err
	}
	file, err := scriptFile(script, out)
	if err != nil {
		return nil, err
	}
	v := &Verdict{
		Script: script, Program: filepath.Base(program), Out: o.Out,
		Failures: []string{}, Messages: []Message{}, Expectations: []Expectation{}, StatesS: map[string]float64{},
	}
	if err := v.start(ctx, program, args, environment(manifest, file, out, o), o); err != nil {
		return nil, err
	}
	if err := v.readReport(filepath.Join(out, reportName)); err != nil {
		return nil, err
	}
	v.judge()
	return v, nil
}

// reportName is what the runtime calls its report.
const reportName = "report.jsonl"

// scriptFile prepares the folder of the run, and returns the absolute path of
// the script: the user's own file, so that messages name it, or one written
// into that folder.
func scriptFile(script, out string) (string, error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", err
	}
	// An old report would be taken for this run's.
	if err := os.Remove(filepath.Join(out, reportName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if strings.ContainsAny(script, `./\`) {
		if _, err := os.Stat(script); err != nil {
			return "", kindError{fmt.Errorf("script: %w", err), ErrNone}
		}
		return filepath.Abs(script)
	}
	text, err := Text(script)
	if err != nil {
		return "", kindError{fmt.Errorf("%w; `spacetime sim list` names them, and a file needs a slash or a dot", err), ErrNone}
	}
	file := filepath.Join(out, script+".sim")
	return file, os.WriteFile(file, []byte(text), 0o644)
}

// findManifest returns the absolute path of the runtime's manifest.
func findManifest(manifest string) (string, error) {
	if manifest == "" {
		self, err := os.Executable()
		if err != nil {
			return "", err
		}
		manifest = filepath.Join(filepath.Dir(self), "openxr", "spacetime_sim.json")
	}
	manifest, err := filepath.Abs(manifest)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(manifest); err != nil {
		return "", kindError{fmt.Errorf("the simulated headset: %w; `make build` makes it, on Linux", err), ErrRuntime}
	}
	return manifest, nil
}

func environment(manifest, script, out string, o Options) []string {
	set := []string{
		"XR_RUNTIME_JSON=" + manifest,
		"SPACETIME_SIM_SCRIPT=" + script,
		"SPACETIME_SIM_OUT=" + out,
		"SPACETIME_SIM_PICTURES=" + strconv.Itoa(o.Pictures),
		"SPACETIME_SIM_MODEL=" + o.Model,
		"SPACETIME_SIM_CLOCK=" + o.Clock,
		"SPACETIME_SIM_CHECKS=" + o.Checks,
	}
	return append(append(os.Environ(), set...), o.Environment...)
}

// start runs the program to its end and notes how it ended.
func (v *Verdict) start(ctx context.Context, program string, args, environment []string, o Options) error {
	limit := o.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(limited, program, args...)
	cmd.Env = environment
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.Stdin, o.Stdout, o.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	begin := time.Now()
	err := cmd.Run()
	v.DurationS = time.Since(begin).Seconds()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if cmd.ProcessState == nil {
		return kindError{err, ErrNone}
	}
	v.Status = cmd.ProcessState.ExitCode()
	v.Ending = cmd.ProcessState.String()
	if limited.Err() != nil {
		v.Ending += ", after it was told to"
		v.fail("the program was still running after %s", limit)
	}
	return nil
}

// readReport takes over what the runtime reported. Without a report the program
// has never made an instance, which is for judge to say.
func (v *Verdict) readReport(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := readReport(file)
	if err != nil {
		return err
	}
	if r.scriptError != "" {
		return kindError{errors.New(r.scriptError), ErrScript}
	}
	v.Application, v.Clock = r.application, r.clock
	v.Instances, v.Sessions, v.StatesS, v.LastState = r.instances, r.sessions, r.states, r.lastState
	v.Frames, v.Missed, v.Discarded, v.PoseAgeMaxS = r.frames, r.missed, r.discarded, r.poseAgeMaxS
	v.Errors, v.Warnings, v.Messages = r.messageCounts["error"], r.messageCounts["warning"], r.messages
	v.Faults, v.Haptics, v.Expectations = r.faults, r.haptics, r.expectations
	return nil
}
