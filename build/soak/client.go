package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// tally counts what became of requests. It is safe on any goroutine.
type tally struct {
	mu         sync.Mutex
	statuses   map[int]int
	unexpected map[string]int // by what was asked and answered
	busy       int            // refused for the sake of the frame, as is promised
	reads      []time.Duration
	messages   map[string]int // of WebSockets, by type
	done       map[string]int // chores that were done, by name
}

func newTally() *tally {
	return &tally{statuses: map[int]int{}, unexpected: map[string]int{}, messages: map[string]int{}, done: map[string]int{}}
}

func (t *tally) answered(status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.statuses[status]++
}

func (t *tally) surprised(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unexpected[what]++
}

func (t *tally) refused() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy++
}

func (t *tally) read(took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reads = append(t.reads, took)
}

func (t *tally) message(kind string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.messages[kind]++
}

func (t *tally) did(chore string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done[chore]++
}

// caller asks with one credential.
type caller struct {
	base       string
	credential string
	client     *http.Client
	count      *tally
}

// answer is an answer, whose body was read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// into reads the body as JSON.
func (a *answer) into(v any) error {
	if err := json.Unmarshal(a.body, v); err != nil {
		return fmt.Errorf("answer %d %.200q: %w", a.status, a.body, err)
	}
	return nil
}

// isBusy tells the one refusal that is no fault: the frame comes first.
func (a *answer) isBusy() bool {
	return a.status == http.StatusServiceUnavailable && bytes.Contains(a.body, []byte("temporary-reduced-capacity"))
}

// ask sends a request; headers are names and values in turn. Its error is one of
// the connection.
func (c *caller) ask(ctx context.Context, method, path, body string, headers ...string) (*answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if c.credential != "" {
		r.Header.Set("Authorization", "Bearer "+c.credential)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	a := &answer{status: got.StatusCode, header: got.Header}
	if a.body, err = io.ReadAll(got.Body); err != nil {
		return nil, err
	}
	c.count.answered(a.status)
	return a, nil
}

// want asks, and counts every answer that is none of the statuses: as a refusal
// for the sake of the frame if it is one, else as a surprise. It returns nil for
// those.
func (c *caller) want(ctx context.Context, statuses []int, method, path, body string, headers ...string) *answer {
	a, err := c.ask(ctx, method, path, body, headers...)
	name, _, _ := strings.Cut(path, "?")
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		c.count.surprised(fmt.Sprintf("%s %s: %v", method, name, err))
	case slices.Contains(statuses, a.status):
		return a
	case a.isBusy():
		c.count.refused()
	default:
		c.count.surprised(fmt.Sprintf("%s %s: %d %.160s", method, name, a.status, a.body))
	}
	return nil
}

// get reads, and times it.
func (c *caller) get(ctx context.Context, path string, headers ...string) *answer {
	began := time.Now()
	a := c.want(ctx, []int{http.StatusOK, http.StatusNotModified}, http.MethodGet, path, "", headers...)
	if a != nil {
		c.count.read(time.Since(began))
	}
	return a
}

// must asks until it is not refused for the sake of the frame, and returns an
// error for every other status.
func (c *caller) must(ctx context.Context, status int, method, path, body string, headers ...string) (*answer, error) {
	for {
		a, err := c.ask(ctx, method, path, body, headers...)
		switch {
		case err != nil:
			return nil, err
		case a.status == status:
			return a, nil
		case !a.isBusy() && a.status != http.StatusTooManyRequests:
			return nil, fmt.Errorf("%s %s: %d %.300s", method, path, a.status, a.body)
		}
		pause(ctx, time.Second)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
