package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

// clientArgument makes this program a client process.
const clientArgument = "client"

// probeName is the client that only asks whether the API lives.
const probeName = "probe"

// outcome is what a client process tells at its end.
type outcome struct {
	Answers     map[string]int `json:"answers,omitempty"` // by status code
	Connections int            `json:"connections,omitempty"`
	Failed      int            `json:"failed,omitempty"` // connections that ended without an answer
	Livez       []float64      `json:"livez,omitempty"`  // ms
}

// tally counts for all clients of a process.
type tally struct {
	mu sync.Mutex
	outcome
}

func newTally() *tally { return &tally{outcome: outcome{Answers: map[string]int{}}} }

func (t *tally) answer(status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Answers[strconv.Itoa(status)]++
}

func (t *tally) connected() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Connections++
}

func (t *tally) failed() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Failed++
}

// target is the API under load.
type target struct{ address, token string }

// start runs a client process for so long. The load stands back for everything
// else on the machine; the probe does not.
func (t target) start(name string, length time.Duration) (finish func() (outcome, error), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{self, clientArgument, name, t.address, length.String()}
	if name != probeName {
		args = append([]string{"nice", "-n", "19"}, args...)
	}
	c := exec.Command(args[0], args[1:]...)
	c.Stdin = strings.NewReader(t.token) // arguments could be seen by others
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

// runClient is the client process: its arguments are a case, an address and a
// length; the token comes from the standard input.
func runClient(args []string, out, errs io.Writer) int {
	if len(args) != 3 {
		fmt.Fprintln(errs, "usage: isolation client CASE ADDRESS LENGTH <token")
		return 2
	}
	length, err := time.ParseDuration(args[2])
	i := slices.IndexFunc(cases, func(c load) bool { return c.name == args[0] })
	token, tokenErr := io.ReadAll(os.Stdin)
	if err != nil || tokenErr != nil || i < 0 && args[0] != probeName {
		fmt.Fprintln(errs, "isolation client:", args, err, tokenErr)
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	t := target{args[1], string(token)}
	var o outcome
	if i < 0 {
		o = t.probe(ctx)
	} else {
		o = t.attack(ctx, cases[i])
	}
	_ = json.NewEncoder(out).Encode(o)
	return 0
}

// attack runs the clients of a load until ctx ends.
func (t target) attack(ctx context.Context, l load) outcome {
	count := newTally()
	var all sync.WaitGroup
	for range l.clients {
		all.Go(func() {
			for ctx.Err() == nil {
				t.connect(ctx, count, l)
			}
		})
	}
	all.Wait()
	return outcome{Answers: maps.Clone(count.Answers), Connections: count.Connections, Failed: count.Failed}
}

// connect runs one connection of a client until ctx ends or either side gives up.
func (t target) connect(ctx context.Context, count *tally, l load) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", t.address)
	if err != nil {
		pause(ctx, 10*time.Millisecond)
		return
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	count.connected()
	w := &wire{target: t, conn: c.(*net.TCPConn), reader: bufio.NewReader(c), count: count}
	if l.run(ctx, w) != nil && ctx.Err() == nil {
		count.failed()
	}
}

// wire is one connection of a client.
type wire struct {
	target
	conn   *net.TCPConn
	reader *bufio.Reader
	count  *tally
}

// request is a whole request as it goes over the wire; with a body it is JSON.
func (w *wire) request(line string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n", line, w.address, w.token)
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// ask sends a request and takes the answer, whose body it throws away.
func (w *wire) ask(request []byte) (*http.Response, error) {
	if _, err := w.conn.Write(request); err != nil {
		return nil, err
	}
	return w.take()
}

func (w *wire) take() (*http.Response, error) {
	r, err := http.ReadResponse(w.reader, nil)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	w.count.answer(r.StatusCode)
	return r, nil
}

// repeat asks again and again.
func (w *wire) repeat(ctx context.Context, request []byte) error {
	for ctx.Err() == nil {
		r, err := w.ask(request)
		if err != nil {
			return err
		}
		if r.Close {
			return nil
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// probeEvery and probeTimeout are how often, and for how long, the probe asks.
const (
	probeEvery   = 100 * time.Millisecond
	probeTimeout = 5 * time.Second
)

// probe asks the API on a new connection each time whether it lives.
func (t target) probe(ctx context.Context) (o outcome) {
	w := http.Client{Timeout: probeTimeout, Transport: &http.Transport{DisableKeepAlives: true}}
	for ctx.Err() == nil {
		began := engine.Now()
		r, err := w.Get("http://" + t.address + "/livez")
		if err == nil {
			_ = r.Body.Close()
		}
		if err != nil || r.StatusCode != http.StatusOK {
			o.Failed++
		}
		o.Livez = append(o.Livez, (engine.Now()-began).Seconds()*1e3)
		pause(ctx, probeEvery)
	}
	return o
}
