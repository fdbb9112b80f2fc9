package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

const (
	// maxAnswer bounds what is read of an answer, in bytes: the largest picture.
	maxAnswer = 1 << 30
	// maxPatience is how long a read waits for a quota to fill again.
	maxPatience = 10 * time.Second
	// pageLimit is how many items of a list are asked for at a time, the most that
	// the API gives.
	pageLimit = 200
)

// client speaks to one program.
type client struct {
	base       string // such as "http://127.0.0.1:8080"
	authority  []byte // that alone is trusted, PEM; nil for those of the system
	credential credential
	kept       *login // of this user at base; nil for none
	http       *http.Client
	found      api.Instance // empty unless base is the user's own program
	wait       func(time.Duration)
}

// question is a request.
type question struct {
	method, path string
	match        string // If-Match; "" sends none
	body         any    // sent as JSON unless it is nil
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request and returns whatever the program answers.
func (c *client) do(ctx context.Context, q question) (*answer, error) {
	r, err := c.request(ctx, q)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil || len(data) > maxAnswer {
		return nil, exit.With(exit.IO, fmt.Errorf("the answer of %s broke off or is longer than %d bytes", q.path, maxAnswer))
	}
	return &answer{resp.StatusCode, resp.Header, data}, nil
}

func (c *client) request(ctx context.Context, q question) (*http.Request, error) {
	var content io.Reader
	if q.body != nil {
		data, err := json.Marshal(q.body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, q.method, c.base+q.path, content)
	if err != nil {
		return nil, err
	}
	if q.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.match != "" {
		r.Header.Set("If-Match", q.match)
	}
	if c.credential != nil {
		token, err := c.credential.token(ctx, c)
		if err != nil {
			return nil, err
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r, nil
}

// ask is do for what must succeed; an error is what the program says, a
// [refusal]. What comes too often, or while the frame needs the machine, is asked
// once more, if that takes no more than maxPatience: nothing was done yet.
func (c *client) ask(ctx context.Context, q question) (*answer, error) {
	a, err := c.do(ctx, q)
	if err != nil {
		return nil, err
	}
	if after := a.retryAfter(); a.tooMuch() && after > 0 && after <= maxPatience {
		c.wait(after)
		if a, err = c.do(ctx, q); err != nil {
			return nil, err
		}
	}
	if a.status >= http.StatusMultipleChoices {
		return nil, c.refused(a)
	}
	return a, nil
}

// call is ask in short.
func (c *client) call(ctx context.Context, method, path string, body any) (*answer, error) {
	return c.ask(ctx, question{method: method, path: path, body: body})
}

// tooMuch tells whether the program refused before it did anything, since too much
// was asked.
func (a *answer) tooMuch() bool {
	var p api.Problem
	return a.status == http.StatusTooManyRequests ||
		a.status == http.StatusServiceUnavailable && json.Unmarshal(a.body, &p) == nil && strings.HasSuffix(p.Type, "temporary-reduced-capacity")
}

// retryAfter is when to come again; 0 where the program does not say.
func (a *answer) retryAfter() time.Duration {
	seconds, err := strconv.ParseUint(a.header.Get("Retry-After"), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// decode reads the answer's JSON into v.
func (a *answer) decode(v any) error {
	if err := json.Unmarshal(a.body, v); err != nil {
		return fmt.Errorf("the answer is not understood: %w; is the program of the same version?", err)
	}
	return nil
}

// get reads what is at a path.
func get[T any](ctx context.Context, c *client, path string) (v T, a *answer, err error) {
	if a, err = c.call(ctx, http.MethodGet, path, nil); err == nil {
		err = a.decode(&v)
	}
	return v, a, err
}

// eachPage gives all pages of a list in turn.
func eachPage[T any](ctx context.Context, c *client, path string, use func([]T) error) error {
	query := url.Values{"limit": {strconv.Itoa(pageLimit)}}
	for {
		page, _, err := get[api.Page[T]](ctx, c, path+"?"+query.Encode())
		if err != nil {
			return err
		}
		if err := use(page.Items); err != nil || page.Next == "" || page.Next == query.Get("cursor") {
			return err
		}
		query.Set("cursor", page.Next)
	}
}

// list returns a whole list.
func list[T any](ctx context.Context, c *client, path string) (all []T, err error) {
	err = eachPage(ctx, c, path, func(items []T) error { all = append(all, items...); return nil })
	return all, err
}
