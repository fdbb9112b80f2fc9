package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// verifyCommand is `spacectl verify`.
type verifyCommand struct {
	At          string        `arg:"" optional:"" name:"url" help:"Where the program answers, such as http://127.0.0.1:8080; as --url."`
	Telemetry   string        `placeholder:"URL" help:"Where its telemetry is; by default where the instance file says, or at the port after the API's."`
	Environment string        `placeholder:"NAME" help:"Environment that the program must be run for; without, V2 only tells which it is."`
	Scene       string        `placeholder:"SLUG" help:"Scene that must be loaded; without, any that the allow-list has will do."`
	Phase       string        `enum:"immediate,full,watch" default:"immediate" help:"The checks once (immediate); with the extended ones (full); again and again (watch)."`
	Extended    bool          `help:"Also check how fast a change shows, and a while of steady reading; a part of --phase full."`
	Window      time.Duration `default:"5s" help:"How long to watch the frames."`
	Soak        time.Duration `default:"60s" help:"How long to read, five times a second."`
	Every       time.Duration `default:"30s" help:"With --phase watch: how long from one round to the next."`
	Rounds      int           `placeholder:"N" help:"With --phase watch: end after so many rounds; 0 goes on until Ctrl-C."`
}

func (*verifyCommand) Help() string {
	return `Prints GO or NO-GO, and ends with 0 or 1. It is GO only if every critical check
was made and passed; a skipped one is not a pass. It is UNKNOWN, and ends with 77,
if all else passed but the credential lacks a right. Nothing stays changed.

It needs the rights of a maintainer. V5 asks for a scene under a condition that no
state meets, so that a program which does not refuse it shows none either.

Example:

  spacectl verify --environment production --scene saturn --phase full`
}

// Validate checks what the flags mean together.
func (c *verifyCommand) Validate() error {
	switch {
	case c.Window <= 0 || c.Soak <= 0 || c.Every <= 0:
		return errors.New("--window, --soak and --every are above zero")
	case c.Rounds < 0:
		return errors.New("--rounds is a number of rounds, or 0")
	}
	return nil
}

func (c *verifyCommand) Run(con *console, n *connection) error {
	n.URL = cmp.Or(c.At, n.URL)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p, err := n.openLive(con, c.Telemetry)
	if err != nil {
		return err
	}
	if c.Phase == "watch" {
		return c.again(ctx, con, p, n.JSON)
	}
	v := c.verification(p)
	if !n.JSON {
		v.begins, v.ended = progressOn(con.out), printFinding(con.out)
	}
	v.run(ctx)
	if ctx.Err() != nil {
		return errNoVerdict
	}
	if err := v.print(con.out, n.JSON); err != nil {
		return err
	}
	return v.err()
}

var errNoVerdict = exit.With(exit.Interrupted, errors.New("interrupted before the verdict"))

// again verifies until the user, or the number of rounds, ends it. It ends with
// 1 if a round was not GO.
func (c *verifyCommand) again(ctx context.Context, con *console, p *client, asJSON bool) error {
	bad, rounds := 0, 0
	tick := time.NewTicker(c.Every)
	defer tick.Stop()
	for {
		v := c.verification(p)
		if v.run(ctx); ctx.Err() != nil {
			break
		}
		rounds++
		if v.err() != nil {
			bad++
		}
		if err := v.printRound(con.out, asJSON); err != nil {
			return err
		}
		if rounds == c.Rounds || !pauseUntil(ctx, tick.C) {
			break
		}
	}
	switch {
	case rounds == 0:
		return errNoVerdict
	case bad > 0:
		return fmt.Errorf("%d of %d rounds were NO-GO", bad, rounds)
	}
	return nil
}

// pauseUntil returns false if ctx ends first.
func pauseUntil(ctx context.Context, next <-chan time.Time) bool {
	select {
	case <-next:
		return true
	case <-ctx.Done():
		return false
	}
}

// pause is pauseUntil for a time.
func pause(ctx context.Context, d time.Duration) bool { return pauseUntil(ctx, time.After(d)) }

func (c *verifyCommand) verification(p *client) *verification {
	v := &verification{
		Phase: c.Phase, client: p, wantEnvironment: c.Environment, wantScene: c.Scene, window: c.Window, soak: c.Soak,
		hearing: firstFrame, begins: func(string) {}, ended: func(*finding) {},
	}
	v.URL, v.Started = p.base, time.Now().UTC().Truncate(time.Millisecond)
	v.list = append(v.list, theChecks...)
	if c.Extended || c.Phase == "full" {
		v.list = append(v.list, extendedChecks...)
	}
	return v
}

// progressOn returns what shows on a terminal what is being checked, until the
// next line takes its place.
func progressOn(w io.Writer) func(string) {
	if _, _, ok := terminalSize(w); !ok {
		return func(string) {}
	}
	return func(line string) { fmt.Fprintf(w, "\r\x1b[K%s", line) }
}

// print prints the verdict; a person saw each check as it ended.
func (v *verification) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return printJSON(w, v)
	}
	_, err := fmt.Fprintf(w, "\n%s\n", hanging(fmt.Sprintf("%-7s ", v.Verdict), v.summary(), columns(w)))
	return err
}

// printFinding returns what prints a check as it ends.
func printFinding(w io.Writer) func(*finding) {
	return func(r *finding) { fmt.Fprintln(w, r.line(columns(w))) }
}

// line is one check for a person, on a terminal of that width, 0 for none.
func (r *finding) line(width int) string {
	status := map[outcome]string{passed: "pass", failed: "FAIL", skipped: "skip", unknown: "?"}[r.Status]
	return hanging(fmt.Sprintf("%-3s %-4s %-18s %6.2fs  ", r.ID, status, r.Name, r.TookS), r.Detail, width)
}

// summary is what was verified. What it is not GO for the error says.
func (v *verification) summary() string {
	parts := []string{v.URL}
	if v.Version != "" {
		parts = append(parts, "version "+v.Version)
	}
	if v.Environment != "" {
		parts = append(parts, "environment "+v.Environment)
	}
	if v.PacedHz > 0 {
		parts = append(parts, fmt.Sprintf("headless, paced at %.1f Hz", v.PacedHz))
	}
	return strings.Join(parts, ", ")
}

func (v *verification) printRound(w io.Writer, asJSON bool) error {
	if asJSON {
		return printJSON(w, v)
	}
	text := fmt.Sprintf("%s  %-5s", v.Started.Format(time.RFC3339), v.Verdict)
	for _, r := range v.Checks {
		if r.Status != passed {
			text += fmt.Sprintf("  %s %s: %s.", r.ID, r.Status, r.Detail)
		}
	}
	_, err := fmt.Fprintln(w, strings.TrimRight(exit.OneLine(text), " "))
	return err
}
