package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

const logsPath = "/api/v1/logs"

// logsCommand is `spacectl logs`.
type logsCommand struct {
	Follow bool `short:"f" help:"Go on with what follows, until Ctrl-C."`
}

func (*logsCommand) Help() string {
	return "Needs logs:read. --json prints an object a line.\n\nExample:\n\n  spacectl logs -f"
}

func (l *logsCommand) Run(con *console, n *connection) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := n.open(con)
	if err != nil {
		return err
	}
	r, err := c.request(ctx, question{method: http.MethodGet, path: logsPath})
	if err != nil {
		return err
	}
	if l.Follow {
		r.Header.Set("Accept", "text/event-stream")
	}
	following := *c.http
	following.Timeout = 0 // it ends when it ends
	resp, err := following.Do(r)
	if err != nil {
		return c.unreachable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return c.refused(&answer{resp.StatusCode, resp.Header, body})
	}
	err = printEvents(con.out, resp.Body, n.JSON)
	switch {
	case ctx.Err() != nil:
		return nil
	case err == nil && l.Follow:
		return exit.With(exit.Unavailable, errors.New("the log ended: the program has, or the credential has"))
	}
	return err
}

// printEvents prints the data of Server-Sent Events, one a line.
func printEvents(out io.Writer, events io.Reader, asJSON bool) error {
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, maxAnswer)
	for lines.Scan() {
		data, isData := strings.CutPrefix(lines.Text(), "data: ")
		if !isData {
			continue
		}
		text := data
		if !asJSON {
			var line api.LogLine
			if err := json.Unmarshal([]byte(data), &line); err != nil {
				return fmt.Errorf("what came is no line of a log: %w", err)
			}
			text = exit.OneLine(line.Line)
		}
		if _, err := fmt.Fprintln(out, text); err != nil {
			return err
		}
	}
	return lines.Err()
}
