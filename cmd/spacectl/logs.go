package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// logsCommand is `spacectl logs`.
type logsCommand struct {
	Follow bool   `short:"f" help:"Go on with what is logged from now on, until Ctrl-C."`
	Level  string `enum:"debug,info,warn,error" default:"debug" placeholder:"LEVEL" help:"Leave out what is below: debug, info, warn or error."`
}

func (*logsCommand) Help() string {
	return `Prints the last 1 000 records of the program's log, at most; --json prints an object
for each.

Example:

  spacectl logs --level warn
  spacectl logs -f --json`
}

const (
	// logsSilence is how long the program may send nothing: three times its
	// comments, which keep the connection.
	logsSilence = 45 * time.Second
	// logsPause is before the log is asked for again: the token has ended, or this
	// reader was too slow.
	logsPause = time.Second
	// maxLogLine bounds a line of the stream, in bytes.
	maxLogLine = 64 << 10
)

func (l *logsCommand) Run(con *console, n *connection) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := n.open(con)
	if err != nil {
		return err
	}
	p := &logPrinter{out: con.out, err: con.err, json: n.JSON, follow: l.Follow}
	if err := p.level.UnmarshalText([]byte(l.Level)); err != nil {
		return exit.With(exit.Usage, err)
	}
	for {
		err := p.stream(ctx, c)
		if ctx.Err() != nil || err == nil && !l.Follow {
			return nil
		}
		if err != nil {
			return err
		}
		c.wait(ctx, logsPause)
	}
}

// logPrinter prints the events of the stream.
type logPrinter struct {
	out, err io.Writer
	json     bool
	follow   bool
	level    slog.Level
	last     string // id of the last event
}

// errCaughtUp ends a stream that is not followed.
var errCaughtUp = errors.New("all records that were kept are printed")

// stream prints what comes over one connection, until that ends. Only the first
// must come about.
func (p *logPrinter) stream(ctx context.Context, c *client) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(requestTimeout, func() { cancel(errNoAnswer) })
	defer watchdog.Stop()
	a, body, err := c.start(ctx, getLogs.question(none, with{after: p.last}))
	if err != nil {
		return err
	}
	defer body.Close()
	if a.status != http.StatusOK {
		a.body, _ = io.ReadAll(io.LimitReader(body, maxLogLine))
		return c.refused(a)
	}
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxLogLine)
	kind := ""
	for lines.Scan() {
		watchdog.Reset(logsSilence)
		if err := p.line(lines.Text(), &kind); err == errCaughtUp {
			return nil
		} else if err != nil {
			return err
		}
	}
	if !p.follow {
		return exit.With(exit.IO, errors.New("the log broke off; try again"))
	}
	return nil
}

// line takes one line of the stream; kind is that of the event that it is of.
func (p *logPrinter) line(text string, kind *string) error {
	if text == api.LogsCaughtUp && !p.follow {
		return errCaughtUp
	}
	name, value, _ := strings.Cut(text, ": ")
	switch {
	case name == "id":
		p.last = value
	case name == "event":
		*kind = value
	case name == "data" && *kind == "gap":
		var g api.LogGap
		if err := json.Unmarshal([]byte(value), &g); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.err, "spacectl: %d records came too fast and are left out\n", g.Lost)
		return err
	case name == "data" && *kind == "log":
		return p.record(value)
	}
	return nil
}

func (p *logPrinter) record(text string) error {
	var r api.LogRecord
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return fmt.Errorf("a record is not understood: %w; is the program of the same version?", err)
	}
	if r.Level < p.level {
		return nil
	}
	if !p.json {
		text = textOf(&r, columns(p.out))
	}
	_, err := fmt.Fprintln(p.out, text)
	return err
}

// textOf writes a record for people, on a terminal of that width, 0 for none.
func textOf(r *api.LogRecord, width int) string {
	var b strings.Builder
	b.WriteString(r.Msg)
	for _, name := range slices.Sorted(maps.Keys(r.Attrs)) {
		value := string(r.Attrs[name])
		var plain string
		if json.Unmarshal(r.Attrs[name], &plain) == nil && plain != "" && strconv.Quote(plain) == `"`+plain+`"` && !strings.Contains(plain, " ") {
			value = plain
		}
		fmt.Fprintf(&b, " %s=%s", name, value)
	}
	lead := fmt.Sprintf("%s %-5s ", r.Time.UTC().Format("2006-01-02 15:04:05.000Z"), r.Level)
	return hanging(lead, b.String(), width)
}
