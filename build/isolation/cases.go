package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"
)

// load is one case: so many clients, each of which runs again and again.
type load struct {
	name    string
	clients int
	run     func(context.Context, *client) error
	secure  bool // whether the API serves TLS
}

// cases is idleness, the load of every day, the worst of it, and the attacks.
// That of HTTP/2 is not among them: the API does not offer it (TestNoHTTP2).
var cases = []load{
	{name: "idle"},
	{name: "normal", clients: readers + watchers, run: normal},
	{name: "json", clients: 64, run: over(flatOut)},
	{name: "flood", clients: 64, run: over(flood)},
	{name: "forged", clients: 64, run: over(forged)},
	{name: "slowloris", clients: 192, run: over(slowHeaders)},
	{name: "slow-read", clients: 64, run: over(slowRead)},
	{name: "big-body", clients: 32, run: over(bigBody)},
	{name: "deep-json", clients: 32, run: over(deepJSON)},
	{name: "connections", clients: 32, run: over(hangUp)},
	{name: "tls", clients: 32, run: over(handshake), secure: true},
	{name: "screenshots", clients: 16, run: over(screenshots)},
	{name: "ws-stall", clients: 50, run: stall},
}

// knee is ever more requests a second, to find out where the API stops to answer
// them all.
var knee = func() (loads []load) {
	for _, rate := range []int{50, 100, 150, 200, 300, 500, 1000, 2000, 3000} {
		const clients = 100
		loads = append(loads, load{name: fmt.Sprintf("%d/s", rate), clients: clients, run: over(every(clients * time.Second / time.Duration(rate)))})
	}
	return loads
}()

// even is the load under which the cost of a request is measured: what all keys
// together may ask.
var even = load{name: "even", clients: readers, run: over(every(readers * time.Second / 180))}

func find(name string) (load, bool) {
	all := slices.Concat(cases, knee, []load{even})
	i := slices.IndexFunc(all, func(l load) bool { return l.name == name })
	if i < 0 {
		return load{}, false
	}
	return all[i], true
}

const statePath = "GET /api/v1/state"

// Every day, 20 clients ask for the state ten times a second each, and 50 watch.
const (
	readers  = 20
	watchers = 50
)

func normal(ctx context.Context, c *client) error {
	if c.number < readers {
		return over(every(time.Second/10))(ctx, c)
	}
	return watch(ctx, c)
}

// every asks once an interval, whatever the answer.
func every(interval time.Duration) func(context.Context, *wire) error {
	return func(ctx context.Context, w *wire) error {
		request := w.request(statePath, nil)
		pause(ctx, rand.N(interval)) // not all at once
		for tick := time.NewTicker(interval); ; {
			if r, err := w.ask(request); err != nil || r.Close {
				tick.Stop()
				return err
			}
			select {
			case <-ctx.Done():
				tick.Stop()
				return nil
			case <-tick.C:
			}
		}
	}
}

// watch reads frame and scene ten times a second.
func watch(ctx context.Context, c *client) error {
	ws, err := c.watcher(ctx, `{"id":1,"type":"subscribe","topics":["frame","scene"],"max_rate_hz":10}`)
	if err != nil {
		return err
	}
	defer ws.Close()
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return err
		}
		c.count.message()
	}
}

// stall subscribes to as much as there is, and reads nothing.
func stall(ctx context.Context, c *client) error {
	ws, err := c.watcher(ctx, `{"id":1,"type":"subscribe","topics":["frame","scene","pose","perf","cache","session"]}`)
	if err != nil {
		return err
	}
	defer ws.Close()
	for i := 2; ctx.Err() == nil; i++ { // the answers fill the connection
		pause(ctx, time.Second/18) // below what counts as a flood
		if err := ws.WriteMessage(1, fmt.Appendf(nil, `{"id":%d,"type":"ping"}`, i)); err != nil {
			return err
		}
	}
	return nil
}

// flatOut asks as fast as it can.
func flatOut(ctx context.Context, w *wire) error { return w.repeat(ctx, w.request(statePath, nil)) }

// flood asks without a token, sixteen requests at a time.
func flood(ctx context.Context, w *wire) error {
	const together = 16
	w.key = ""
	requests := bytes.Repeat(w.request(statePath, nil), together)
	for ctx.Err() == nil {
		if _, err := w.conn.Write(requests); err != nil {
			return err
		}
		for range together {
			if r, err := w.take(); err != nil || r.Close {
				return err
			}
		}
	}
	return nil
}

// forged asks with a token, whose signature is another each time.
func forged(ctx context.Context, w *wire) error {
	for ctx.Err() == nil {
		signature := strings.Map(func(rune) rune { return 'A' + rand.N('Z'-'A') }, strings.Repeat("x", 86))
		w.key = w.Token[:strings.LastIndexByte(w.Token, '.')+1] + signature
		if r, err := w.ask(w.request(statePath, nil)); err != nil || r.Close {
			return err
		}
	}
	return nil
}

// slowHeaders never comes to the end of its headers.
func slowHeaders(ctx context.Context, w *wire) error {
	_, err := fmt.Fprintf(w.conn, "%s HTTP/1.1\r\nHost: %s\r\nX: ", statePath, w.Address)
	for err == nil && ctx.Err() == nil {
		pause(ctx, time.Second/2)
		_, err = w.conn.Write([]byte("x"))
	}
	return err
}

// slowRead asks for more than it reads.
func slowRead(ctx context.Context, w *wire) error {
	if err := w.conn.SetReadBuffer(4096); err != nil {
		return err
	}
	_, err := w.conn.Write(bytes.Repeat(w.request("GET /api/v1/openapi.json", nil), 64))
	for err == nil && ctx.Err() == nil {
		pause(ctx, time.Second/10)
		_, err = w.reader.ReadByte()
	}
	return err
}

// bodySize is the largest that the API takes.
const bodySize = 64<<10 - 1

// bigBody sends the largest body, which says nothing, as often as it is taken,
// and one that announces a gigabyte.
func bigBody(ctx context.Context, w *wire) error {
	body := append(bytes.Repeat([]byte(" "), bodySize-2), "{}"...)
	for range 100 {
		r, err := w.ask(w.request("PATCH /api/v1/time", body))
		if err != nil || r.Close || ctx.Err() != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w.conn, "PATCH /api/v1/time HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", w.Address, 1<<30)
	if err == nil {
		_, err = w.take()
	}
	return err
}

// deepJSON sends the deepest body there is room for.
func deepJSON(ctx context.Context, w *wire) error {
	body := bytes.Repeat([]byte(`{"place":`), bodySize/9)
	return w.repeat(ctx, w.request("PATCH /api/v1/camera", body))
}

// hangUp connects and resets.
func hangUp(_ context.Context, w *wire) error { return w.conn.SetLinger(0) }

// handshake begins TLS and hangs up.
func handshake(ctx context.Context, w *wire) error {
	config, err := w.tls()
	if err == nil {
		err = tls.Client(w.conn, config).HandshakeContext(ctx)
	}
	if err == nil {
		w.count.answer("handshake", 0)
	}
	return err
}

// screenshots takes pictures and fetches them, as fast as there are any.
func screenshots(ctx context.Context, w *wire) error {
	for ctx.Err() == nil {
		r, err := w.ask(w.request("POST /api/v1/screenshots", nil))
		for err == nil && r.StatusCode == http.StatusAccepted && ctx.Err() == nil {
			r, err = w.ask(w.request("GET "+r.Header.Get("Location"), nil))
		}
		if err != nil || r.Close {
			return err
		}
	}
	return nil
}
