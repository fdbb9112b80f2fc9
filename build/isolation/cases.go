package main

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// load is one case: so many clients, each of which runs one connection after the
// other.
type load struct {
	name    string
	clients int
	run     func(context.Context, *wire) error
	// absent says why the case cannot be measured; lacks, what it lacks to be
	// the whole of it.
	absent, lacks string
}

const noWebSocket = "the API has no WebSocket"

// cases is idleness, the load of every day, the worst of it, and the attacks.
var cases = []load{
	{name: "idle"},
	{name: "steady", clients: 20, run: steady, lacks: "its 50 WebSocket clients: " + noWebSocket},
	{name: "json", clients: 64, run: flatOut},
	{name: "flood", clients: 64, run: flood},
	{name: "slowloris", clients: 128, run: slowHeaders},
	{name: "slow-read", clients: 64, run: slowRead},
	{name: "big-body", clients: 32, run: bigBody},
	{name: "deep-json", clients: 32, run: deepJSON},
	{name: "connections", clients: 32, run: hangUp},
	{name: "screenshots", clients: 16, run: screenshots},
	{name: "http2", absent: "the API speaks no HTTP/2"},
	{name: "tls", absent: "the API speaks no TLS"},
	{name: "websocket-stall", absent: noWebSocket},
}

const statePath = "GET /api/v1/state"

// steady asks ten times a second.
func steady(ctx context.Context, w *wire) error {
	request := w.request(statePath, nil)
	for tick := time.NewTicker(time.Second / 10); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return nil
		case <-tick.C:
		}
		if _, err := w.ask(request); err != nil {
			return err
		}
	}
}

// flatOut asks as fast as it can.
func flatOut(ctx context.Context, w *wire) error { return w.repeat(ctx, w.request(statePath, nil)) }

// flood asks without a token, sixteen requests at a time.
func flood(ctx context.Context, w *wire) error {
	const together = 16
	w.token = "nonsense"
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

// slowHeaders never comes to the end of its headers.
func slowHeaders(ctx context.Context, w *wire) error {
	_, err := fmt.Fprintf(w.conn, "%s HTTP/1.1\r\nHost: %s\r\nX: ", statePath, w.address)
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
	_, err := w.conn.Write(bytes.Repeat(w.request("GET /metrics", nil), 64))
	for err == nil && ctx.Err() == nil {
		pause(ctx, time.Second/10)
		_, err = w.reader.ReadByte()
	}
	return err
}

// bodySize is the largest that the API takes.
const bodySize = 64 << 10

// bigBody sends the largest body, which says nothing, and one that announces a
// gigabyte.
func bigBody(ctx context.Context, w *wire) error {
	body := append(bytes.Repeat([]byte(" "), bodySize-2), "{}"...)
	if err := w.repeat(ctx, w.request("PATCH /api/v1/time", body)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w.conn, "PATCH /api/v1/time HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n", w.address, 1<<30)
	return err
}

// deepJSON sends the deepest body there is room for.
func deepJSON(ctx context.Context, w *wire) error {
	body := bytes.Repeat([]byte(`{"place":`), bodySize/9)
	return w.repeat(ctx, w.request("PATCH /api/v1/camera", body))
}

// hangUp connects and resets.
func hangUp(_ context.Context, w *wire) error { return w.conn.SetLinger(0) }

// screenshots takes pictures and fetches them, as fast as there are any.
func screenshots(ctx context.Context, w *wire) error {
	for ctx.Err() == nil {
		r, err := w.ask(w.request("POST /api/v1/screenshots", nil))
		for err == nil && r.StatusCode == 202 && ctx.Err() == nil {
			r, err = w.ask(w.request("GET "+r.Header.Get("Location"), nil))
		}
		if err != nil || r.Close {
			return err
		}
	}
	return nil
}
