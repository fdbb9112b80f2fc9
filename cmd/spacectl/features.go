package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// featuresCommand is `spacectl features`.
type featuresCommand struct {
	CI      bool   `name:"ci" help:"Only whole lines, for a log."`
	Hook    bool   `help:"Only what is quick and changes nothing, for a hook of git; the rest is told as skipped."`
	Start   bool   `help:"Start a program for it even where one runs."`
	Program string `placeholder:"FILE" type:"path" help:"The program to start, instead of the spacetime beside spacectl."`
}

func (*featuresCommand) Help() string {
	return `Exercises eight features from end to end, in the program that runs or at --url, or
else in one of its own: headless, with a home that is removed afterwards. Scene and
time are put back; a flight under way is back where its scene begins.

It ends with 0 when all that was to be exercised works, else with 1. What --hook
leaves out is skipped, which is not a pass.

Example:

  spacectl features --hook --ci`
}

// theFeatures are exercised in this order.
var theFeatures = []check{
	{"F1", "HTTP API", true, exerciseAPI},
	{"F2", "telemetry", true, checkTelemetry},
	{"F3", "engine loop", true, exerciseLoop},
	{"F4", "component registry", true, exerciseComponents},
	{"F5", "scene loading", true, exerciseScenes},
	{"F6", "player spawn", true, exerciseSpawn},
	{"F7", "physics", true, exercisePhysics},
	{"F8", "VR initialisation", true, exerciseVR},
}

// quickFeatures is what --hook exercises.
var quickFeatures = []string{"F1", "F2", "F3", "F4"}

// featuresReport is the JSON of the command.
type featuresReport struct {
	URL      string    `json:"url"`
	Own      bool      `json:"own"` // whether the program was started for it
	Started  time.Time `json:"started"`
	TookS    float64   `json:"took_s"`
	Passed   int       `json:"passed"`
	Failed   int       `json:"failed"`
	Skipped  int       `json:"skipped"`
	Features []finding `json:"features"`
}

func (c *featuresCommand) Run(con *console, n *connection) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p, own, err := c.program(ctx, con, n)
	if err != nil {
		return err
	}
	if own != nil {
		defer func() { err = errors.Join(err, own.end()) }()
	}
	v := c.exercises(p, con, n.JSON)
	v.run(ctx)
	if err := v.restore(ctx); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return exit.With(exit.Interrupted, errors.New("interrupted before all was exercised"))
	}
	r := reportOf(v, own != nil)
	if err := r.print(con.out, n.JSON); err != nil {
		return err
	}
	return r.err()
}

// program is the one that runs, or one of its own.
func (c *featuresCommand) program(ctx context.Context, con *console, n *connection) (*client, *ownProgram, error) {
	if !c.Start {
		running, err := n.openLive(con, "")
		if err == nil && n.URL == "" { // a program that crashed leaves its instance file
			_, err = getLive.do(ctx, running, none, with{anonymous: true})
		}
		if err == nil || n.URL != "" || exit.Of(err) != exit.Unavailable {
			return running, nil, err
		}
	}
	path, err := c.executable()
	if err != nil {
		return nil, nil, err
	}
	own, err := startProgram(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	return own.client, own, nil
}

// executable is the program that is started.
func (c *featuresCommand) executable() (string, error) {
	path := cmp.Or(c.Program, besideUs("spacetime"))
	if _, err := os.Stat(path); err != nil {
		return "", exit.With(exit.NoInput, fmt.Errorf("no program runs, and %s is not there to be started: give --url or --program", path))
	}
	return path, nil
}

func (c *featuresCommand) exercises(p *client, con *console, asJSON bool) *verification {
	v := &verification{
		URL: p.base, Started: time.Now().UTC().Truncate(time.Millisecond), client: p,
		begins: func(string) {}, ended: func(*finding) {},
		program: cmp.Or(c.Program, besideUs("spacetime")), patience: loadLimit, hearing: firstFrame,
	}
	for _, f := range theFeatures {
		if c.Hook && !slices.Contains(quickFeatures, f.id) {
			f.run = func(context.Context, *verification, figures) (string, error) {
				return "", notMade("left out by --hook")
			}
		}
		v.list = append(v.list, f)
	}
	if !asJSON {
		v.ended = printFinding(con.out)
		if !c.CI {
			v.begins = progressOn(con.out)
		}
	}
	return v
}

func reportOf(v *verification, own bool) *featuresReport {
	r := &featuresReport{URL: v.URL, Own: own, Started: v.Started, TookS: v.TookS, Features: v.Checks}
	for _, f := range v.Checks {
		switch f.Status {
		case passed:
			r.Passed++
		case failed:
			r.Failed++
		case skipped:
			r.Skipped++
		}
	}
	return r
}

func (r *featuresReport) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return printJSON(w, r)
	}
	_, err := fmt.Fprintf(w, "\n%d of %d features work, %d do not, %d skipped: %s\n", r.Passed, len(r.Features), r.Failed, r.Skipped, r.URL)
	return err
}

// err names what does not work, and what could not be exercised but for --hook.
func (r *featuresReport) err() error {
	var names []string
	for _, f := range r.Features {
		if f.Status == failed || f.Status == skipped && f.Detail == "nothing answers" {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return errors.New("does not work: " + strings.Join(names, ", "))
}
