package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// tokenCommand is `spacectl token`.
type tokenCommand struct {
	Issue tokenIssueCommand `cmd:"" help:"Make a token from the key file of this machine's program."`
	Show  tokenShowCommand  `cmd:"" help:"Say who one is to the program, or what a token says."`
}

// secretFlags is where a secret goes.
type secretFlags struct {
	Out   string `type:"path" placeholder:"FILE" help:"File for it, that only you can read."`
	Force bool   `help:"Overwrite the file."`
	Print bool   `help:"Print it, even where others may look on."`
}

// check says early what deliver would say when it is too late.
func (s *secretFlags) check(con *console) error {
	if s.Out == "" {
		if con.shown && !s.Print {
			return exit.With(exit.Usage, errors.New("it would be shown on the terminal: give --out FILE, or --print"))
		}
		return nil
	}
	if _, err := os.Lstat(s.Out); err == nil && !s.Force {
		return exit.With(exit.Usage, fmt.Errorf("%s is there already; --force overwrites it", s.Out))
	}
	return host.CheckWritable(s.Out)
}

// deliver puts the secret where it is to go. about says what it is, without it;
// as JSON the secret is the member of that name.
func (s *secretFlags) deliver(con *console, n *connection, secret, member string, about map[string]any) error {
	if s.Out != "" {
		if err := host.WritePrivate(s.Out, []byte(secret+"\n")); err != nil {
			return err
		}
		about["file"] = s.Out
		return printDone(con, n, about, "%s: a %v of the role %v, good until %s", s.Out, about["kind"], about["role"], about["expires"])
	}
	about[member] = secret
	return printDone(con, n, about, "%s", secret)
}

// tokenIssueCommand is `spacectl token issue`.
type tokenIssueCommand struct {
	Role    string        `placeholder:"ROLE" required:"" enum:"viewer,operator,maintainer,admin,metrics,telemetry" help:"What it may do: viewer, operator, maintainer, admin, metrics or telemetry."`
	TTL     time.Duration `name:"ttl" default:"15m" help:"How long it is good, 15m at most (default ${default})."`
	KeyFile string        `type:"path" placeholder:"FILE" help:"The program's key file (default: that of this user's program)."`
	secretFlags
}

func (*tokenIssueCommand) Help() string {
	return "The program need not run. Whoever can read its key file may do anything.\n\nExample:\n\n  spacectl token issue --role viewer --ttl 5m --out viewer.token"
}

func (t *tokenIssueCommand) Run(con *console, n *connection) error {
	if err := t.check(con); err != nil {
		return err
	}
	file, err := t.keyFile()
	if err != nil {
		return err
	}
	token, err := auth.IssueLocal(file, auth.Role(t.Role), t.TTL)
	if errors.Is(err, auth.ErrValue) {
		return exit.With(exit.Usage, err)
	}
	if err != nil {
		return err
	}
	expires := time.Now().Add(t.TTL).UTC().Truncate(time.Second)
	return t.deliver(con, n, token.Reveal(), "access_token", map[string]any{"kind": "token", "role": t.Role, "expires": expires.Format(time.RFC3339)})
}

// keyFile is that of the running program, else of the one that would run.
func (t *tokenIssueCommand) keyFile() (string, error) {
	if t.KeyFile != "" {
		return t.KeyFile, nil
	}
	if found, err := findInstance(); err == nil {
		return found.KeyFile, nil
	}
	paths, err := host.UserPaths()
	return api.PathsOfControl(paths).Key, exit.With(exit.Config, err)
}

// tokenShowCommand is `spacectl token show`.
type tokenShowCommand struct {
	File string `arg:"" optional:"" type:"path" help:"File of a token to read; without one the program is asked who you are."`
}

func (*tokenShowCommand) Help() string {
	return "What a file says is not checked: only the program can tell whether it is genuine.\n\nExample:\n\n  spacectl token show"
}

func (t *tokenShowCommand) Run(con *console, n *connection) error {
	if t.File != "" {
		return showClaims(con, n, t.File)
	}
	c, err := n.open(con)
	if err != nil {
		return err
	}
	who, a, err := getSession.ask(context.Background(), c, none)
	if err != nil {
		return err
	}
	if n.JSON {
		return printJSON(con.out, rawJSON(a))
	}
	return printTable(con.out, [][2]string{
		{"program", c.base},
		{"name", who.Name},
		{"role", string(who.Role)},
		{"subject", who.Subject},
		{"session", who.Session},
		{"good until", at(who.Expires)},
		{"scopes", strings.Join(who.Scopes, " ")},
	})
}

// showClaims prints what a token says, RFC 7519, as JSON.
func showClaims(con *console, n *connection, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	parts := strings.Split(strings.TrimSpace(string(text)), ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[min(1, len(parts)-1)])
	if err != nil || len(parts) != 3 || !json.Valid(claims) {
		return exit.With(exit.BadData, fmt.Errorf("%s does not hold an access token; of an API key, spacectl token show --token-file FILE tells what it may do", file))
	}
	if n.JSON {
		return printJSON(con.out, json.RawMessage(claims))
	}
	var lines bytes.Buffer
	if err := json.Indent(&lines, claims, "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(con.out, lines.String())
	return err
}

// rawJSON is an answer's JSON as it came.
func rawJSON(a *answer) json.RawMessage { return a.body }
