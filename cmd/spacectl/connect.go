package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// requestTimeout is how long an answer may take, all of it.
const requestTimeout = 10 * time.Second

// connection is the flags that every command has.
type connection struct {
	URL       string `name:"url" env:"SPACECTL_URL" placeholder:"URL" help:"Where the program answers, instead of where its instance file says."`
	TokenFile string `env:"SPACECTL_TOKEN_FILE" placeholder:"FILE" help:"File with a token or an API key, instead of the kept login or the local key."`
	CAFile    string `name:"ca-file" env:"SPACECTL_CA_FILE" placeholder:"FILE" help:"Certificate of the authority that vouches for the program."`
	JSON      bool   `name:"json" help:"Print JSON."`
}

// open finds the program and what to log in with.
func (n *connection) open(con *console) (*client, error) {
	c, err := n.find(con)
	if err != nil {
		return nil, err
	}
	if c.credential, err = n.choose(c); err != nil {
		return nil, err
	}
	return c, nil
}

// openLive finds telemetry too: where address says, if it does.
func (n *connection) openLive(con *console, address string) (*client, error) {
	c, err := n.open(con)
	if err != nil {
		return nil, err
	}
	if c.live = cmp.Or(address, c.found.Telemetry); c.live == "" {
		c.live, err = liveBeside(c.base)
	}
	return c, exit.With(exit.Usage, err)
}

// find finds the program and whom to trust there. A flag counts before the
// environment, the environment before the instance file; where no program runs,
// the one that somebody is logged in at, if it is one.
func (n *connection) find(con *console) (*client, error) {
	c := &client{wait: con.wait}
	found, err := findInstance()
	address := cmp.Or(n.URL, found.HTTP)
	if address == "" {
		address = onlyLogin()
	}
	if address == "" {
		return nil, err
	}
	if c.base, err = checkURL(address); err != nil {
		return nil, exit.With(n.codeOfURL(), err)
	}
	if own, err := checkURL(found.HTTP); err == nil && own == c.base {
		c.found = found
	}
	if c.kept, err = readLogin(c.base); err != nil {
		return nil, err
	}
	if c.authority, err = n.readAuthority(c); err != nil {
		return nil, err
	}
	c.http, err = newHTTPClient(c.authority)
	if err == nil {
		con.used = append(con.used, c)
	}
	return c, err
}

// choose takes the credential that is named, else that of the login here, else
// one from the key file of this machine's own program. Who has none is told to log
// in only where there is a program to log in at.
func (n *connection) choose(c *client) (credential, error) {
	switch {
	case n.TokenFile != "":
		token, err := os.ReadFile(n.TokenFile)
		return &fixedCredential{strings.TrimSpace(string(token)), n.TokenFile}, err
	case c.kept != nil:
		return c.kept, nil
	case c.found.KeyFile != "":
		return &localCredential{keyFile: c.found.KeyFile}, nil
	}
	if _, err := getLive.do(context.Background(), c, none, with{anonymous: true}); err != nil {
		return nil, err
	}
	return nil, exit.With(exit.NotPermitted, fmt.Errorf("nobody is logged in at %s: run spacectl login --url %s, or give --token-file", c.base, c.base))
}

// codeOfURL tells whose mistake a wrong address is.
func (n *connection) codeOfURL() int {
	switch n.URL {
	case "":
		return exit.BadData // the instance file's
	case os.Getenv("SPACECTL_URL"):
		return exit.Config
	}
	return exit.Usage
}

// findInstance reads the instance file of the user's program.
func findInstance() (api.Instance, error) {
	paths, err := host.UserPaths()
	if err != nil {
		return api.Instance{}, exit.With(exit.Config, err)
	}
	found, err := api.ReadInstance(paths.Instance())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return found, exit.With(exit.Unavailable, fmt.Errorf("no running program is found: %s is not there; start spacetime, or give --url", paths.Instance()))
	case err != nil && !errors.Is(err, fs.ErrPermission):
		return found, exit.With(exit.BadData, err)
	}
	return found, err
}

// checkURL takes the address of a server, and gives it one spelling. Without TLS
// it must be on this machine, which the credential must not leave in the clear.
func checkURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%q is not an address such as https://planetarium.local:8080", text)
	}
	name := reachable(strings.ToLower(u.Hostname()))
	if u.Scheme == "http" && !api.IsLoopback(name) {
		return "", fmt.Errorf("%q is not on this machine, and without https the token would go over the network in the clear", text)
	}
	return u.Scheme + "://" + net.JoinHostPort(name, cmp.Or(u.Port(), portOf[u.Scheme])), nil
}

var portOf = map[string]string{"http": "80", "https": "443"}

// reachable turns the address of a program that listens everywhere into one at
// which it is reached from here.
func reachable(name string) string {
	ip, err := netip.ParseAddr(name)
	switch {
	case err != nil || !ip.IsUnspecified():
		return name
	case ip.Is4():
		return "127.0.0.1"
	}
	return "::1"
}

// readAuthority returns the certificate of the one authority that is trusted, as
// PEM; nil for those of the system.
func (n *connection) readAuthority(c *client) ([]byte, error) {
	switch {
	case !strings.HasPrefix(c.base, "https:"):
		return nil, nil
	case n.CAFile != "":
		return os.ReadFile(n.CAFile)
	case c.kept != nil && c.kept.CA != "":
		return []byte(c.kept.CA), nil
	case c.found.CAFile != "":
		return os.ReadFile(c.found.CAFile)
	case c.found.PID != 0:
		return ownAuthority()
	}
	return nil, nil
}

// ownAuthority is that of this machine, if it has one.
func ownAuthority() ([]byte, error) {
	folder, err := certsFolder()
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(folder.CA())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// newHTTPClient makes a client that hands the credential to nobody else: it asks
// no proxy, follows no redirect, and trusts one authority where one is given.
func newHTTPClient(authority []byte) (*http.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if authority != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(authority) {
			return nil, exit.With(exit.BadData, errors.New("the file of the authority has no certificate in PEM; spacectl certs show tells which file it is"))
		}
	}
	return &http.Client{
		Transport:     &http.Transport{TLSClientConfig: config},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
