package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/engine"
)

// clientArgument makes this program a client process.
const clientArgument = "client"

// probeName is the client that only asks whether the API lives.
const probeName = "probe"

// outcome is what a client process tells at its end. Times are in milliseconds.
type outcome struct {
	Answers     map[string]int `json:"answers,omitempty"` // by status code
	Times       []float64      `json:"times,omitempty"`   // of the answers that were no refusals
	Messages    int            `json:"messages,omitempty"`
	Connections int            `json:"connections,omitempty"`
	Failed      int            `json:"failed,omitempty"`     // connections that ended without an answer, or probes
	LivezKept   []float64      `json:"livez_kept,omitempty"` // over one connection
	LivezNew    []float64      `json:"livez_new,omitempty"`  // over a new one each time
}

// tally counts for all clients of a process.
type tally struct {
	mu sync.Mutex
	outcome
}

func newTally() *tally { return &tally{outcome: outcome{Answers: map[string]int{}}} }

func (t *tally) count(change func(*outcome)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.outcome)
}

func (t *tally) answer(status string, took time.Duration) {
	t.count(func(o *outcome) {
		o.Answers[status]++
		if status < "300" {
			o.Times = append(o.Times, milliseconds(took))
		}
	})
}

func (t *tally) connected() { t.count(func(o *outcome) { o.Connections++ }) }
func (t *tally) failed()    { t.count(func(o *outcome) { o.Failed++ }) }
func (t *tally) message()   { t.count(func(o *outcome) { o.Messages++ }) }

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }

// target is the API under load.
type target struct {
	Address   string   `json:"address"`
	Telemetry string   `json:"telemetry"`
	Keys      []string `json:"keys"`   // API keys, of an operator each
	Token     string   `json:"token"`  // an access token
	Folder    string   `json:"folder"` // of the authority whose certificate it has; "" in the clear
}

// tls is what clients ask for when they speak TLS.
func (t *target) tls() (*tls.Config, error) {
	roots, err := certs.Folder(t.Folder).Roots()
	return &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", NextProtos: []string{"h2", "http/1.1"}}, err
}

// start runs a client process for so long. The load stands back for everything
// else on the machine; the probe does not.
func (t *target) start(name string, length time.Duration) (finish func() (outcome, error), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	where, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	args := []string{self, clientArgument, name, length.String()}
	if name != probeName {
		args = append([]string{"nice", "-n", "19"}, args...)
	}
	c := exec.Command(args[0], args[1:]...)
	c.Stdin = bytes.NewReader(where) // arguments could be seen by others
	c.Env = append(os.Environ(), "GOMAXPROCS=2")
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, os.Stderr
	if err := c.Start(); err != nil {
		return nil, err
	}
	return func() (o outcome, err error) {
		if err := c.Wait(); err != nil {
			return o, fmt.Errorf("the client %s: %w", name, err)
		}
		return o, json.Unmarshal(out.Bytes(), &o)
	}, nil
}

// runClient is the client process: its arguments are a case and a length; the
// target comes from the standard input.
func runClient(args []string, in io.Reader, out, errs io.Writer) int {
	if len(args) != 2 {
		fmt.Fprintln(errs, "usage: isolation client CASE LENGTH <target")
		return 2
	}
	var t target
	length, lengthErr := time.ParseDuration(args[1])
	inErr := json.NewDecoder(in).Decode(&t)
	l, found := find(args[0])
	if lengthErr != nil || inErr != nil || !found && args[0] != probeName {
		fmt.Fprintln(errs, "isolation client:", args, lengthErr, inErr)
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	var o outcome
	if found {
		o = t.attack(ctx, l)
	} else {
		o = t.probe(ctx)
	}
	_ = json.NewEncoder(out).Encode(o)
	return 0
}

// attack runs the clients of a load until ctx ends.
func (t *target) attack(ctx context.Context, l load) outcome {
	count := newTally()
	var all sync.WaitGroup
	for i := range l.clients {
		all.Go(func() {
			c := &client{target: t, number: i, key: t.Keys[i%len(t.Keys)], count: count}
			for ctx.Err() == nil {
				if l.run(ctx, c) != nil && ctx.Err() == nil {
					count.failed()
				}
			}
		})
	}
	all.Wait()
	return count.outcome
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// probeEvery and probeTimeout are how often, and for how long, the probe asks.
const (
	probeEvery   = time.Second / 2
	probeTimeout = 5 * time.Second
)

// probe asks the API whether it lives: over one connection, and over a new one
// each time.
func (t *target) probe(ctx context.Context) (o outcome) {
	scheme, config := "http", &tls.Config{}
	if t.Folder != "" {
		scheme = "https"
		config, _ = t.tls() // without it the probe fails
		config.NextProtos = nil
	}
	ask := func(fresh bool) func() float64 {
		c := http.Client{Timeout: probeTimeout, Transport: &http.Transport{DisableKeepAlives: fresh, TLSClientConfig: config}}
		return func() float64 {
			began := engine.Now()
			if !lives(&c, scheme+"://"+t.Address+"/livez") {
				o.Failed++
			}
			return milliseconds(engine.Now() - began)
		}
	}
	kept, fresh := ask(false), ask(true)
	kept() // connects
	for ctx.Err() == nil {
		o.LivezKept = append(o.LivezKept, kept())
		o.LivezNew = append(o.LivezNew, fresh())
		pause(ctx, probeEvery)
	}
	return o
}

func lives(c *http.Client, url string) bool {
	r, err := c.Get(url)
	if err != nil {
		return false
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil && r.StatusCode == http.StatusOK
}

func statusName(status int) string { return strconv.Itoa(status) }
