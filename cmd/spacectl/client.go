package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

const (
	requestTimeout = 10 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes: the largest picture.
	maxAnswer = 1 << 30
)

// connection is the flags that every command has.
type connection struct {
	URL       string `name:"url" env:"SPACECTL_URL" placeholder:"URL" help:"Where the program answers, instead of where its instance file says."`
	TokenFile string `env:"SPACECTL_TOKEN_FILE" placeholder:"FILE" help:"File with the token, instead of the one that the instance file names."`
	JSON      bool   `name:"json" help:"Print JSON."`
}

// client speaks to one program.
type client struct {
	base  string // such as "http://127.0.0.1:8080"
	token string
	http  *http.Client
	found api.Instance // empty when the address was given
}

// open finds the program and its token. A flag counts before the environment,
// the environment before the instance file.
func (n *connection) open() (*client, error) {
	c := &client{http: newHTTPClient()}
	address, tokenFile, missing := n.URL, n.TokenFile, exit.NoInput
	if address == "" || tokenFile == "" {
		found, err := findInstance()
		if err != nil {
			return nil, err
		}
		if address == "" {
			c.found, address = found, "http://"+found.HTTP
		}
		if tokenFile == "" {
			tokenFile, missing = found.TokenFile, exit.Unavailable
		}
	}
	var err error
	if c.base, err = checkURL(address); err != nil {
		return nil, exit.With(n.codeOfURL(), err)
	}
	token, err := os.ReadFile(tokenFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, exit.With(missing, fmt.Errorf("the token file %s is not there; is the program running?", tokenFile))
	}
	c.token = strings.TrimSpace(string(token))
	return c, err
}

// newHTTPClient makes a client that hands the token to nobody else: it asks no
// proxy and follows no redirect.
func newHTTPClient() *http.Client {
	return &http.Client{
		Timeout:       requestTimeout,
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
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
		return found, exit.With(exit.Unavailable, fmt.Errorf("no running program is found: %s is not there; start spacetime, or give --url and --token-file", paths.Instance()))
	case err != nil && !errors.Is(err, fs.ErrPermission):
		return found, exit.With(exit.BadData, err)
	}
	return found, err
}

// checkURL takes the address of a server on this machine: without TLS the token
// must not leave it.
func checkURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return "", fmt.Errorf("%q is not an address such as http://127.0.0.1:8080", text)
	}
	if !api.IsLoopback(u.Hostname()) {
		return "", fmt.Errorf("%q is not on this machine; the token would go over the network in the clear", text)
	}
	return "http://" + u.Host, nil
}

// answer is what came back.
type answer struct {
	status int
	body   []byte
}

// do sends a request, with body as JSON unless it is nil.
func (c *client) do(ctx context.Context, method, path string, body any) (*answer, error) {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, exit.With(exit.Unavailable, c.unreachable(err))
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil || len(data) > maxAnswer {
		return nil, exit.With(exit.IO, fmt.Errorf("the answer of %s broke off or is longer than %d bytes", path, maxAnswer))
	}
	return &answer{resp.StatusCode, data}, nil
}

// call is do for what must succeed; an error is what the program says.
func (c *client) call(ctx context.Context, method, path string, body any) (*answer, error) {
	a, err := c.do(ctx, method, path, body)
	if err == nil && a.status >= http.StatusMultipleChoices {
		return nil, exit.With(codeOfStatus(a.status), a.refusal())
	}
	return a, err
}

// refusal makes an error of a problem, or of what else a server sends.
func (a *answer) refusal() error {
	var p api.Problem
	switch {
	case json.Unmarshal(a.body, &p) != nil || p.Title == "":
		return fmt.Errorf("unexpected answer: %d %s; is it SpaceTime VR that answers there?", a.status, http.StatusText(a.status))
	case a.status == http.StatusUnauthorized:
		return errors.New("the program refuses the token, which is of another run: leave --token-file out, or name the new file")
	}
	return errors.New(cmp.Or(p.Detail, p.Title))
}

// decode reads the answer's JSON into v.
func (a *answer) decode(v any) error {
	if err := json.Unmarshal(a.body, v); err != nil {
		return fmt.Errorf("the answer is not understood: %w; is the program of the same version?", err)
	}
	return nil
}

// unreachable says why nothing answered, and what to do.
func (c *client) unreachable(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if c.found.PID != 0 {
		return fmt.Errorf("nothing answers at %s, where process %d said it would (%w): it has ended, or hangs; start spacetime anew", c.base, c.found.PID, err)
	}
	return fmt.Errorf("nothing answers at %s: %w", c.base, err)
}
