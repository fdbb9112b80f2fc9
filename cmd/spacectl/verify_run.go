package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
)

// outcome is how a check ended.
type outcome string

const (
	passed  outcome = "pass"
	failed  outcome = "fail"
	skipped outcome = "skipped"
	unknown outcome = "unknown" // the caller may not look
)

// finding is one check that was made, or left out.
type finding struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Critical bool    `json:"critical"`
	Status   outcome `json:"status"`
	Detail   string  `json:"detail"` // what was found, or why it failed
	TookS    float64 `json:"took_s"`
	Figures  figures `json:"figures,omitempty"`
}

// figures is what a check measured, by name with its unit.
type figures map[string]any

// check is one thing that must be so. Its error says what is not; a notMade says
// why it could not be looked at.
type check struct {
	id, name string
	critical bool
	run      func(context.Context, *verification, figures) (detail string, err error)
}

// notMade is why a check was not made.
type notMade string

func (e notMade) Error() string { return string(e) }

// verification is one run of all checks; as JSON it is the verdict.
type verification struct {
	Verdict     string             `json:"verdict"` // GO, NO-GO, or UNKNOWN where the caller lacks a right and all else is GO
	Phase       string             `json:"phase"`
	URL         string             `json:"url"`
	Started     time.Time          `json:"started"`
	TookS       float64            `json:"took_s"`
	Version     string             `json:"version"`
	Environment string             `json:"environment"`
	Scene       string             `json:"scene"`
	Display     engine.DisplayInfo `json:"display"`
	// PacedHz is how many frames a second a headless display made, which is
	// nobody's picture; 0 for displays that somebody sees.
	PacedHz float64   `json:"paced_hz,omitempty"`
	Checks  []finding `json:"checks"`

	client                     *client
	list                       []check
	wantEnvironment, wantScene string
	window, soak               time.Duration

	program  string        // spacetime, for what takes one of its own
	patience time.Duration // for a change to be seen
	hearing  time.Duration // for telemetry's first frame
	before   *api.State    // what is put back at the end; nil while nothing was changed

	begins func(string)   // tells what is being checked
	ended  func(*finding) // tells how it was
	dead   string         // why nothing more can be asked; empty while something can
}

const (
	goes   = "GO"
	goesNo = "NO-GO"
	unsure = "UNKNOWN"
)

// run makes every check and gives the verdict.
func (v *verification) run(ctx context.Context) {
	began := time.Now()
	for i := range v.list {
		if ctx.Err() != nil {
			return
		}
		v.Checks = append(v.Checks, v.make(ctx, &v.list[i]))
		v.ended(&v.Checks[i])
	}
	v.TookS = since(began)
	v.Verdict = goes
	for _, r := range v.Checks {
		switch {
		case !r.Critical || r.Status == passed:
		case r.Status != unknown:
			v.Verdict = goesNo
		case v.Verdict == goes:
			v.Verdict = unsure
		}
	}
}

func (v *verification) make(ctx context.Context, c *check) finding {
	r := finding{ID: c.id, Name: c.name, Critical: c.critical, Status: passed, Figures: figures{}}
	v.begins(fmt.Sprintf("%-3s ...  %s", c.id, c.name))
	defer v.begins("")
	began := time.Now()
	var err error
	if v.dead != "" {
		err = notMade(v.dead)
	} else {
		r.Detail, err = c.run(ctx, v, r.Figures)
	}
	if err != nil && ctx.Err() != nil {
		err = notMade("interrupted")
	}
	r.TookS = since(began)
	var left notMade
	var refused *refusal
	switch {
	case errors.As(err, &refused) && refused.kind == "insufficient-scope":
		r.Status, r.Detail = unknown, refused.text
	case errors.As(err, &left):
		r.Status, r.Detail = skipped, left.Error()
	case err != nil:
		r.Status, r.Detail = failed, err.Error()
	}
	return r
}

// since is in seconds, to the millisecond.
func since(t time.Time) float64 { return time.Since(t).Round(time.Millisecond).Seconds() }

// wrong lists the critical checks that did not pass, whatever the reason.
func (v *verification) wrong() (ids []string) {
	for _, r := range v.Checks {
		if r.Critical && r.Status != passed {
			ids = append(ids, r.ID+" "+r.Name)
		}
	}
	return ids
}

// err is nil for GO. That nothing is known has an exit code of its own.
func (v *verification) err() error {
	if v.Verdict == goes {
		return nil
	}
	err := errors.New(v.Verdict + ": " + strings.Join(v.wrong(), ", "))
	if v.Verdict == unsure {
		err = exit.With(exit.NotPermitted, fmt.Errorf("%w; the credential lacks a right", err))
	}
	return err
}

// state reads the state of the program.
func (v *verification) state(ctx context.Context) (s api.State, err error) {
	s, _, err = getState.ask(ctx, v.client, none)
	return s, err
}
