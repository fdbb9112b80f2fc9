package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// target is a running program as the checks meet it: every status code is an
// answer, and what is asked may be asked without a credential.
type target struct {
	base       string // such as "http://127.0.0.1:8080"
	live       string // telemetry's address, such as "ws://127.0.0.1:8081/ws/v1/telemetry"
	http       *http.Client
	tls        *tls.Config
	credential func(context.Context) (string, error)
}

// target finds the program, and telemetry where live says, if it does.
func (n *connection) target(con *console, live string) (*target, error) {
	c, err := n.open(con)
	if err != nil {
		return nil, err
	}
	t := &target{base: c.base, http: c.http, live: cmp.Or(live, c.found.Telemetry)}
	if transport, ok := c.http.Transport.(*http.Transport); ok {
		t.tls = transport.TLSClientConfig
	}
	var mu sync.Mutex // checks ask from several goroutines
	t.credential = func(ctx context.Context) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		return c.credential.token(ctx, c)
	}
	if t.live == "" {
		t.live, err = liveBeside(c.base)
	}
	return t, exit.With(exit.Usage, err)
}

// reply is an answer, whatever its status.
type reply struct {
	status int
	header http.Header
	body   []byte
	sent   time.Time // when the request went out
	took   time.Duration
}

// maxReply bounds what is read of an answer to a check, in bytes.
const maxReply = 8 << 20

// maxWaits bounds how often a read waits for its quota, which other programs of
// the same user may have used up.
const maxWaits = 5

// ask is askOnce, but for a read that comes too soon: it comes again.
func (t *target) ask(ctx context.Context, method, path string, body any, headers ...string) (*reply, error) {
	for n := 0; ; n++ {
		a, err := t.askOnce(ctx, method, path, body, headers...)
		if err != nil || method != http.MethodGet || a.status != http.StatusTooManyRequests || n == maxWaits {
			return a, err
		}
		wait, _ := strconv.Atoi(a.header.Get("Retry-After"))
		if wait < 1 || wait > maxWaits || !pause(ctx, time.Duration(wait)*time.Second) {
			return a, ctx.Err()
		}
	}
}

// askOnce sends a request with the credential; body goes as JSON unless it is
// nil, headers are names and values in turn.
func (t *target) askOnce(ctx context.Context, method, path string, body any, headers ...string) (*reply, error) {
	secret, err := t.credential(ctx)
	if err != nil {
		return nil, err
	}
	a, err := t.askAnonymously(ctx, method, path, body, append([]string{"Authorization", "Bearer " + secret}, headers...)...)
	if err == nil && a.status == http.StatusForbidden {
		if p := a.problem(); strings.HasSuffix(p.Type, "/insufficient-scope") {
			return nil, denied(p.Detail + adviceOnScope(p.Detail))
		}
	}
	return a, err
}

func (t *target) askAnonymously(ctx context.Context, method, path string, body any, headers ...string) (*reply, error) {
	r, err := t.request(ctx, method, path, body, headers)
	if err != nil {
		return nil, err
	}
	sent := time.Now()
	resp, err := t.http.Do(r)
	if err != nil {
		return nil, shortened(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err != nil || len(data) > maxReply {
		return nil, fmt.Errorf("the answer of %s broke off or is longer than %d bytes", path, maxReply)
	}
	return &reply{resp.StatusCode, resp.Header, data, sent, time.Since(sent)}, nil
}

func (t *target) request(ctx context.Context, method, path string, body any, headers []string) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, t.base+path, content)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r, nil
}

// shortened leaves out of an error what repeats the request.
func shortened(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// read asks for path and decodes its answer, which must be a 200.
func (t *target) read(ctx context.Context, path string, into any) error {
	a, err := t.ask(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	return a.decode(path, into)
}

// change sends a change and decodes where it took effect.
func (t *target) change(ctx context.Context, method, path string, body any) (applied api.Applied, err error) {
	a, err := t.ask(ctx, method, path, body)
	if err != nil {
		return applied, err
	}
	return applied, a.decode(method+" "+path, &applied)
}

func (a *reply) decode(what string, into any) error {
	if a.status != http.StatusOK {
		return fmt.Errorf("%s answers %s", what, a.said())
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		return fmt.Errorf("%s answers what is not understood: %w", what, err)
	}
	return nil
}

// problem is the answer's, empty where it is none.
func (a *reply) problem() (p api.Problem) {
	_ = json.Unmarshal(a.body, &p)
	return p
}

// said is the status code with what the program says of it.
func (a *reply) said() string {
	p := a.problem()
	text := strconv.Itoa(a.status)
	if name := http.StatusText(a.status); name != "" {
		text += " " + name
	}
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	return text
}

// liveBeside is where telemetry is when nobody says so: at the port after the
// API's.
func liveBeside(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		return "", fmt.Errorf("%s has no port, so that telemetry's is not known; give --telemetry", base)
	}
	scheme := strings.Replace(u.Scheme, "http", "ws", 1)
	return scheme + "://" + net.JoinHostPort(u.Hostname(), strconv.Itoa(port+1)) + telemetry.Path, nil
}
