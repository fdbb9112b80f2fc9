package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/telemetry"
)

// live is an open telemetry connection. One goroutine uses it.
type live struct {
	conn  *websocket.Conn
	hello telemetry.Hello
	first event // hello as it came
	renew func(context.Context) (string, error)
	shown string // the credential that the server knows
	asked uint64
	due   time.Time // when to renew the credential; zero for never
	stop  func() bool
}

// event is one message of the server. Type is "hello", "result", "gap",
// "expiring", or that of a topic's message.
type event struct {
	Type    string             `json:"type"`
	Seq     uint64             `json:"seq"`
	TS      time.Time          `json:"ts"`
	Data    json.RawMessage    `json:"data"`
	ID      uint64             `json:"id"`
	OK      bool               `json:"ok"`
	Topics  []string           `json:"topics"`
	Problem *telemetry.Problem `json:"problem"`
	Expires time.Time          `json:"expires_at"`

	text []byte // the message as it came
}

const (
	// liveHandshake bounds the opening, with hello.
	liveHandshake = 5 * time.Second
	// liveSilence is how long the server may send nothing: two heartbeats and a
	// little, as it does with its clients.
	liveSilence = 45 * time.Second
	// liveRenew is how long before its end the credential is renewed: less than the
	// credential itself takes for near its end, so that it is another one.
	liveRenew = refreshBefore / 2
	// liveWrite bounds one request.
	liveWrite = 2 * time.Second
)

// dialLive opens telemetry and waits for hello. When ctx ends, so does the
// connection.
func dialLive(ctx context.Context, c *client) (*live, error) {
	secret, err := c.token(ctx)
	if err != nil {
		return nil, err
	}
	trust := c.http.Transport.(*http.Transport).TLSClientConfig
	d := websocket.Dialer{HandshakeTimeout: liveHandshake, TLSClientConfig: trust, Subprotocols: []string{telemetry.Protocol}}
	conn, resp, err := d.DialContext(ctx, c.live, http.Header{"Authorization": {"Bearer " + secret}})
	if err != nil {
		return nil, fmt.Errorf("telemetry at %s: %w", c.live, refusedLive(resp, err))
	}
	l := &live{conn: conn, renew: c.token, shown: secret}
	l.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := l.greet(); err != nil {
		l.close()
		return nil, fmt.Errorf("telemetry at %s: %w", c.live, err)
	}
	return l, nil
}

// refusedLive says what the server answered instead of opening.
func refusedLive(resp *http.Response, err error) error {
	if resp == nil || !errors.Is(err, websocket.ErrBadHandshake) {
		return err
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
	a := answer{status: resp.StatusCode, body: body}
	return errors.New("it answers " + a.said())
}

func (l *live) greet() error {
	ping := l.conn.PingHandler()
	l.conn.SetPingHandler(func(data string) error {
		_ = l.conn.SetReadDeadline(time.Now().Add(liveSilence))
		return ping(data)
	})
	_ = l.conn.SetReadDeadline(time.Now().Add(liveHandshake))
	e, err := l.read()
	if err != nil {
		return fmt.Errorf("no hello: %w", err)
	}
	if e.Type != "hello" || json.Unmarshal(e.Data, &l.hello) != nil {
		return fmt.Errorf("the first message is %q, not hello", e.Type)
	}
	l.first = e
	return nil
}

func (l *live) read() (e event, err error) {
	if _, e.text, err = l.conn.ReadMessage(); err != nil {
		return e, err
	}
	if err := json.Unmarshal(e.text, &e); err != nil {
		return e, fmt.Errorf("a message is not understood: %w", err)
	}
	return e, nil
}

// subscribe asks for topics; next gets the answer too, where a refusal is an
// error.
func (l *live) subscribe(topics ...string) error {
	return l.send(map[string]any{"type": "subscribe", "topics": topics})
}

func (l *live) send(request map[string]any) error {
	l.asked++
	request["id"] = l.asked
	_ = l.conn.SetWriteDeadline(time.Now().Add(liveWrite))
	return l.conn.WriteJSON(request)
}

// next waits for a message, to the deadline if it is not zero. It goes on with a
// new credential where the old one ends.
func (l *live) next(ctx context.Context, deadline time.Time) (event, error) {
	if deadline.IsZero() {
		deadline = time.Now().Add(liveSilence)
	}
	_ = l.conn.SetReadDeadline(deadline)
	e, err := l.read()
	switch {
	case err != nil && ctx.Err() != nil:
		return e, ctx.Err()
	case err != nil:
		return e, err
	case e.Type == "result" && e.Problem != nil:
		return e, errors.New("telemetry refuses: " + e.Problem.Detail)
	case e.Type == "expiring":
		l.due = e.Expires.Add(-liveRenew)
	}
	if !l.due.IsZero() && time.Now().After(l.due) {
		l.due = time.Time{}
		err = l.reauthenticate(ctx)
	}
	return e, err
}

// reauthenticate shows a new credential. One that cannot be renewed is not shown
// again: the server would answer that it ends soon, and so on.
func (l *live) reauthenticate(ctx context.Context) error {
	secret, err := l.renew(ctx)
	if err != nil || secret == l.shown {
		return err
	}
	l.shown = secret
	return l.send(map[string]any{"type": "reauth", "token": secret})
}

// close says goodbye and ends the connection.
func (l *live) close() {
	l.stop()
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = l.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
	_ = l.conn.Close()
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
