package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

const (
	// maxAnswer bounds what is read of an answer, in bytes: the largest picture.
	maxAnswer = 1 << 30
	// maxPatience is how long a request waits for a quota to fill again, or for room.
	maxPatience = 10 * time.Second
	// pageLimit is how many items of a list are asked for at a time, the most that
	// the API gives.
	pageLimit = 200
)

// client speaks to one program. Several goroutines may use it.
type client struct {
	base      string // such as "http://127.0.0.1:8080"
	live      string // telemetry's address, such as "ws://127.0.0.1:8081/ws/v1/telemetry"; empty unless it was asked for
	authority []byte // that alone is trusted, PEM; nil for those of the system
	http      *http.Client
	kept      *login                                    // of this user at base; nil for none
	found     api.Instance                              // empty unless base is the user's own program
	wait      func(context.Context, time.Duration) bool // as pause

	credential credential // nil for none
	renewing   sync.Mutex // around the use of credential
}

// question is a request.
type question struct {
	method, path string
	body         any // sent as JSON unless it is nil
	with
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	shown  bool          // whether a credential was
	sent   time.Time     // when the request went out
	took   time.Duration // until the answer was here
}

var errNoAnswer = fmt.Errorf("there is no answer in %v", requestTimeout)

// do sends a request and returns whatever the program answers.
func (c *client) do(ctx context.Context, q question) (*answer, error) {
	limit, cancel := context.WithTimeoutCause(ctx, requestTimeout, errNoAnswer)
	defer cancel()
	a, body, err := c.start(limit, q)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	a.body, err = io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err != nil || len(a.body) > maxAnswer {
		return nil, exit.With(exit.IO, fmt.Errorf("the answer of %s broke off or is longer than %d bytes", q.path, maxAnswer))
	}
	a.took = time.Since(a.sent)
	return a, nil
}

// start sends a request; what is still to come of its answer is the caller's to
// read and to close.
func (c *client) start(ctx context.Context, q question) (*answer, io.ReadCloser, error) {
	r, err := c.request(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	sent := time.Now()
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, nil, c.unreachable(cmp.Or(context.Cause(ctx), err))
	}
	return &answer{status: resp.StatusCode, header: resp.Header, shown: r.Header.Get("Authorization") != "", sent: sent}, resp.Body, nil
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
	if !q.anonymous && c.credential != nil {
		token, err := c.token(ctx)
		if err != nil {
			return nil, err
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for name, value := range map[string]string{"If-Match": q.match, "Last-Event-ID": q.after} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if q.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// token is what to show the program now.
func (c *client) token(ctx context.Context) (string, error) {
	c.renewing.Lock()
	defer c.renewing.Unlock()
	return c.credential.token(ctx, c)
}

// ask is do for what must succeed; an error is what the program says, a
// [refusal]. What comes too often, or while the frame needs the machine, is asked
// again, after twice as long each time, as long as that takes no more than
// maxPatience: nothing was done yet, though it counted against the quota.
func (c *client) ask(ctx context.Context, q question) (*answer, error) {
	for wait, waited := time.Duration(0), time.Duration(0); ; {
		a, err := c.do(ctx, q)
		if err != nil {
			return nil, err
		}
		after := a.retryAfter()
		wait = max(after, 2*wait)
		if waited += wait; !a.tooMuch() || after == 0 || waited > maxPatience {
			return a, c.refused(a)
		}
		if !c.wait(ctx, wait) {
			return nil, ctx.Err()
		}
	}
}

// tooMuch tells whether the program refused before it did anything, since too much
// was asked.
func (a *answer) tooMuch() bool {
	return a.status == http.StatusTooManyRequests ||
		a.status == http.StatusServiceUnavailable && a.kind() == "temporary-reduced-capacity"
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

// eachPage gives all pages of a list in turn.
func eachPage[T any](ctx context.Context, c *client, o lists[T], use func([]T) error) error {
	query := url.Values{"limit": {strconv.Itoa(pageLimit)}}
	for {
		page, _, err := o.ask(ctx, c, none, with{query: query})
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
func list[T any](ctx context.Context, c *client, o lists[T]) (all []T, err error) {
	err = eachPage(ctx, c, o, func(items []T) error { all = append(all, items...); return nil })
	return all, err
}
