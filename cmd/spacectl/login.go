package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// loginCommand is `spacectl login`.
type loginCommand struct {
	Pair string `placeholder:"CODE" help:"Make the account that this code is for, which the program shows."`
	Name string `placeholder:"NAME" help:"Of the account."`
	passwordFlag
}

func (*loginCommand) Help() string {
	return "The login is kept for this user, with the authority that --ca-file names, and renewed as long as it is used. Without one, spacectl may do anything to a program of the same user on this machine, and nothing to others.\n\n" +
		"Example:\n\n  spacectl login --url https://planetarium.local:8080 --ca-file ca.pem --name anna"
}

func (l *loginCommand) Run(con *console, n *connection) error {
	c, err := n.find(con)
	if err != nil {
		return err
	}
	if l.Name == "" {
		if l.Name, err = con.ask("Name", "--name"); err != nil {
			return err
		}
	}
	password, err := l.password(con, l.Pair != "")
	if err != nil {
		return err
	}
	return l.logIn(con, n, c, password)
}

func (l *loginCommand) logIn(con *console, n *connection, c *client, password string) error {
	ctx := context.Background()
	tokens, err := l.tokens(ctx, c, password)
	if isRefused(err, http.StatusUnauthorized) {
		return exit.With(exit.NotPermitted, errors.New("the name, the password or the code is wrong, or no longer good"))
	}
	if err != nil {
		return err
	}
	kept := &login{URL: c.base, Name: l.Name, CA: string(c.authority)}
	kept.take(tokens)
	if err := kept.replace(); err != nil {
		return err
	}
	c.credential = kept
	who, a, err := getSession.ask(ctx, c, none)
	if err != nil {
		return err
	}
	return printDone(con, n, rawJSON(a), "logged in at %s as %s, %s", c.base, who.Name, who.Role)
}

func (l *loginCommand) tokens(ctx context.Context, c *client, password string) (*api.Tokens, error) {
	if l.Pair != "" {
		code := strings.NewReplacer(" ", "", "-", "").Replace(l.Pair)
		return tokens(ctx, c, pairAccount, pairRequest{Code: code, Name: l.Name, Password: password})
	}
	return tokens(ctx, c, createToken, tokenRequest{GrantType: "password", Name: l.Name, Password: password})
}

// pairRequest makes the account that a code is for.
type pairRequest struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Password string `json:"password"`
}

// replace keeps the login instead of what was kept before.
func (l *login) replace() error {
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	return errors.Join(l.save(), unlock())
}

// logoutCommand is `spacectl logout`.
type logoutCommand struct{}

func (*logoutCommand) Help() string {
	return "What is kept of the login is removed, also when the program does not answer.\n\nExample:\n\n  spacectl logout --url https://planetarium.local:8080"
}

func (*logoutCommand) Run(con *console, n *connection) error {
	c, err := n.find(con)
	if err != nil {
		return err
	}
	if c.kept == nil {
		return fmt.Errorf("nobody is logged in at %s", c.base)
	}
	c.credential = c.kept
	_, _, err = logout.ask(context.Background(), c, none)
	if err := c.kept.forget(); err != nil {
		return err
	}
	if err != nil && exit.Of(err) != exit.NotPermitted { // refused: the login had ended
		return exit.With(exit.Of(err), fmt.Errorf("the login is forgotten here, but goes on there until it ends by itself: %w", err))
	}
	return printDone(con, n, map[string]string{"url": c.base, "name": c.kept.Name}, "%s is logged out at %s", c.kept.Name, c.base)
}

// forget removes what is kept. The lock's file stays: another spacectl may hold
// it.
func (l *login) forget() error {
	path, err := loginFile(l.URL)
	if err != nil {
		return err
	}
	return os.Remove(path)
}

// pairCommand is `spacectl pair`.
type pairCommand struct {
	Role string `placeholder:"ROLE" enum:"viewer,operator,maintainer,admin" default:"operator" help:"Of the account: viewer, operator, maintainer or admin (default ${default})."`
}

func (*pairCommand) Help() string {
	return "The program shows the code in its view. Whoever has it makes an account with spacectl login --pair.\n\nExample:\n\n  spacectl pair --role operator"
}

func (p *pairCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	code, a, err := createPairing.ask(context.Background(), c, pairingRequest{p.Role})
	if err != nil {
		return err
	}
	if n.JSON {
		return printJSON(con.out, rawJSON(a))
	}
	return printPairing(con, p.Role, &code)
}

// pairingRequest asks for a code.
type pairingRequest struct {
	Role string `json:"role"`
}

func printPairing(con *console, role string, p *api.Pairing) error {
	there := "spacectl login --url " + strings.TrimSuffix(p.URL, "/pair") + " --pair " + p.Code + " --name NAME"
	if strings.HasPrefix(p.URL, "https:") {
		there += " --ca-file ca.pem"
	}
	err := printTable(con.out, [][2]string{ // of 24 lines the picture takes 19, and the next prompt one
		{"code", fmt.Sprintf("%s makes one account: %s; good for %s", p.Code, role, count(p.ExpiresIn/60, "minute"))},
		{"browser", p.URL},
		{"login", there},
	})
	if err != nil {
		return err
	}
	code, err := qrText(p.URL + "#" + p.Code)
	if err == nil {
		_, err = fmt.Fprint(con.out, code)
	}
	return err
}
