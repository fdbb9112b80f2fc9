package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// auditCommand is `spacectl audit`.
type auditCommand struct {
	Show       auditShowCommand       `cmd:"" help:"Print the newest records of the audit log."`
	Export     auditExportCommand     `cmd:"" help:"Write the audit log to a file, a record in JSON a line."`
	Verify     auditVerifyCommand     `cmd:"" help:"Look for records of the audit log that were changed."`
	Checkpoint auditCheckpointCommand `cmd:"" help:"Save the newest signed checkpoint, to be kept elsewhere."`
}

// auditSource is where the log is read: from the program, or from its folder, for
// which the program need not run.
type auditSource struct {
	Offline bool   `help:"Read the log's folder, and ask no program."`
	Folder  string `type:"path" placeholder:"DIR" help:"The log's folder, with --offline (default: that of this user's program)."`
}

// folder is the log's folder, "" to ask the program.
func (s *auditSource) folder() (string, error) {
	if s.Folder != "" || !s.Offline {
		return s.Folder, nil
	}
	paths, err := controlPaths()
	return paths.Audit, err
}

func controlPaths() (api.ControlPaths, error) {
	paths, err := host.UserPaths()
	return api.PathsOfControl(paths), exit.With(exit.Config, err)
}

// auditShowCommand is `spacectl audit show`.
type auditShowCommand struct {
	Last int `default:"20" help:"How many (default ${default})."`
	auditSource
}

// Validate wants something to show.
func (s *auditShowCommand) Validate() error {
	if s.Last < 1 {
		return errors.New("--last is a number of records, 1 at least")
	}
	return nil
}

func (*auditShowCommand) Help() string { return "Example:\n\n  spacectl audit show --last 50" }

func (s *auditShowCommand) Run(con *console, n *connection) error {
	records, err := s.records(con, n)
	if err != nil {
		return err
	}
	titles := []string{"N", "WHEN", "WHO", "FROM", "WHAT", "RESULT", "DETAILS"}
	return printList(con.out, n.JSON, records, titles, func(r audit.Record) []string {
		who := cmp.Or(r.Who.Name, r.Who.Subject, "-")
		return []string{fmt.Sprint(r.Number), at(r.When), who, cmp.Or(r.Who.Address, r.Where), r.What, cmp.Or(r.Result, "-"), changedIn(&r)}
	})
}

// changedIn is from what revision to which a record's change went, as far as it
// tells, and the details.
func changedIn(r *audit.Record) string {
	var parts []string
	if r.Before != "" || r.After != "" {
		parts = append(parts, strings.Trim(r.Before, `"`)+"→"+strings.Trim(r.After, `"`))
	}
	if r.Details != nil {
		details, _ := json.Marshal(r.Details) // strings
		parts = append(parts, string(details))
	}
	return strings.Join(parts, " ")
}

// records returns the newest ones.
func (s *auditShowCommand) records(con *console, n *connection) (last []audit.Record, err error) {
	folder, err := s.folder()
	if err != nil {
		return nil, err
	}
	if folder != "" {
		return audit.Newest(folder, s.Last)
	}
	c, err := n.open(con)
	if err != nil {
		return nil, err
	}
	if s.Last <= pageLimit {
		page, _, err := listAudit.ask(context.Background(), c, none, with{query: url.Values{"limit": {strconv.Itoa(s.Last)}, "newest": {"true"}}})
		return page.Items, err
	}
	err = eachPage(context.Background(), c, listAudit, func(page []audit.Record) error {
		last = append(last, page...)
		last = slices.Clone(last[max(0, len(last)-s.Last):])
		return nil
	})
	return last, err
}

// auditExportCommand is `spacectl audit export`.
type auditExportCommand struct {
	Output string    `short:"o" type:"path" placeholder:"FILE" help:"File to write; without one the log is printed."`
	Force  bool      `help:"Overwrite the file."`
	Since  time.Time `placeholder:"TIME" help:"Only from then on, such as 2026-11-22T00:00:00Z."`
	Until  time.Time `placeholder:"TIME" help:"Only before then."`
	auditSource
}

func (*auditExportCommand) Help() string {
	return "With --offline the lines are as they are in the log's files, which hashes can be checked against.\n\nExample:\n\n  spacectl audit export -o audit.jsonl --since 2026-11-22T00:00:00Z"
}

func (e *auditExportCommand) Run(con *console, n *connection) error {
	if e.Output != "" {
		if err := mayWrite(e.Output, e.Force); err != nil {
			return err
		}
	}
	folder, err := e.folder()
	if err != nil {
		return err
	}
	written := &lineCounter{}
	write := func(w io.Writer) error { return audit.Export(folder, e.Since, e.Until, io.MultiWriter(w, written)) }
	if folder == "" {
		c, err := n.open(con)
		if err != nil {
			return err
		}
		write = func(w io.Writer) error { return e.download(c, io.MultiWriter(w, written)) }
	}
	if e.Output == "" {
		return write(con.out)
	}
	if err := host.WriteWholePrivate(e.Output, write); err != nil {
		return err
	}
	return printDone(con, n, map[string]any{"file": e.Output, "records": written.lines}, "%s: %s", e.Output, count(written.lines, "record"))
}

// mayWrite says early that a file cannot be written, or is there already.
func mayWrite(path string, force bool) error {
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && !force {
		return exit.With(exit.Usage, fmt.Errorf("%s is there already; --force overwrites it", path))
	}
	return host.CheckWritable(path)
}

type lineCounter struct{ lines int }

func (l *lineCounter) Write(p []byte) (int, error) {
	l.lines += bytes.Count(p, []byte{'\n'})
	return len(p), nil
}

// download writes the records of the program's log.
func (e *auditExportCommand) download(c *client, w io.Writer) error {
	lines := json.NewEncoder(w)
	return eachPage(context.Background(), c, listAudit, func(page []audit.Record) error {
		for _, r := range page {
			if r.When.Before(e.Since) || !e.Until.IsZero() && !r.When.Before(e.Until) {
				continue
			}
			if err := lines.Encode(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// auditVerifyCommand is `spacectl audit verify`.
type auditVerifyCommand struct {
	Checkpoint string `type:"path" placeholder:"FILE" help:"A checkpoint that was kept elsewhere: without one, that the end was cut off cannot be told."`
	Key        string `type:"path" placeholder:"FILE" help:"The log's key, with --offline (default: that of this user's program)."`
	auditSource
}

func (*auditVerifyCommand) Help() string {
	return "It ends with 65 when the log was changed.\n\nExample:\n\n  spacectl audit verify --offline --checkpoint kept.json"
}

func (v *auditVerifyCommand) Run(con *console, n *connection) error {
	kept, err := v.kept()
	if err != nil {
		return err
	}
	folder, err := v.folder()
	if err != nil {
		return err
	}
	var found api.Verification
	if folder != "" {
		found, err = v.offline(folder, kept)
	} else {
		found, err = v.online(con, n, kept)
	}
	if err != nil {
		return err
	}
	return tellVerification(con, n, &found)
}

func tellVerification(con *console, n *connection, found *api.Verification) error {
	if !found.Whole {
		if n.JSON {
			_ = printJSON(con.out, found) // the error that follows says it too
		}
		return exit.With(exit.BadData, fmt.Errorf("%s; keep its folder as evidence", found.Fault))
	}
	if found.Last == 0 {
		return printDone(con, n, found, "no record is signed yet; that takes a minute")
	}
	return printDone(con, n, found, "whole: records %d to %d", found.First, found.Last)
}

// kept reads the checkpoint that was kept; nil for none.
func (v *auditVerifyCommand) kept() (*audit.Checkpoint, error) {
	if v.Checkpoint == "" {
		return nil, nil
	}
	data, err := os.ReadFile(v.Checkpoint)
	if err != nil {
		return nil, err
	}
	c, err := audit.ParseCheckpoint(data)
	if err != nil {
		return nil, exit.With(exit.BadData, fmt.Errorf("%s: %w", v.Checkpoint, err))
	}
	return &c, nil
}

func (v *auditVerifyCommand) offline(folder string, kept *audit.Checkpoint) (found api.Verification, err error) {
	paths, err := controlPaths()
	if err != nil {
		return found, err
	}
	key, err := api.AuditKey(cmp.Or(v.Key, paths.AuditKey))
	if err != nil {
		return found, err
	}
	report, err := audit.Verify(folder, key, kept)
	if err != nil {
		return found, err
	}
	found = api.Verification{Whole: report.Fault == nil, First: report.First, Last: report.Last}
	if report.Fault != nil {
		found.Fault = report.Fault.Error()
	}
	return found, nil
}

func (v *auditVerifyCommand) online(con *console, n *connection, kept *audit.Checkpoint) (found api.Verification, err error) {
	c, err := n.open(con)
	if err != nil {
		return found, err
	}
	found, _, err = verifyAudit.ask(context.Background(), c, verifyRequest{kept})
	return found, err
}

// verifyRequest has the checkpoint that was kept, if one was.
type verifyRequest struct {
	Checkpoint *audit.Checkpoint `json:"checkpoint,omitempty"`
}

// auditCheckpointCommand is `spacectl audit checkpoint`.
type auditCheckpointCommand struct {
	Output string `short:"o" type:"path" placeholder:"FILE" help:"File to write; without one it is printed."`
	Force  bool   `help:"Overwrite the file."`
}

func (*auditCheckpointCommand) Help() string {
	return "Keep it where whoever can write the log cannot. spacectl audit verify --checkpoint then finds every change of what it covers.\n\nExample:\n\n  spacectl audit checkpoint -o kept.json"
}

func (p *auditCheckpointCommand) Run(con *console, n *connection) error {
	if p.Output != "" {
		if err := mayWrite(p.Output, p.Force); err != nil {
			return err
		}
	}
	c, err := n.open(con)
	if err != nil {
		return err
	}
	point, a, err := getCheckpoint.ask(context.Background(), c, none)
	if err != nil {
		return err
	}
	if p.Output == "" {
		return printJSON(con.out, rawJSON(a))
	}
	if err := host.WriteWhole(p.Output, func(w io.Writer) error { return printJSON(w, rawJSON(a)) }); err != nil {
		return err
	}
	return printDone(con, n, rawJSON(a), "%s: a checkpoint of %s", p.Output, count(int(point.Count), "record"))
}
