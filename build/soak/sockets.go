package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/telemetry"
)

// listeners is how many WebSockets are open at a time. One of them never reads.
const (
	listeners = 8
	deaf      = listeners - 1
)

// A connection is kept for so long before its client comes again; that of the one
// that never reads, until the server has given it up for sure.
const (
	shortest = 20 * time.Second
	longest  = 60 * time.Second
	deafFor  = 70 * time.Second
)

// listen is one client of telemetry: again and again it connects, subscribes,
// and reads for a while.
func (l *load) listen(ctx context.Context, number int) {
	role, topics := auth.Viewer, []string{"frame", "scene", "perf"}
	if number%2 == 1 {
		role, topics = auth.Admin, append(topics, "audit")
	}
	c := l.callers[role][number/2%len(l.callers[role])]
	for ctx.Err() == nil {
		conn, err := l.connect(ctx, c, topics)
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, errBusy) {
				l.count.surprised("WebSocket: " + err.Error())
			}
			pause(ctx, time.Second)
			continue
		}
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
		if number == deaf {
			pause(ctx, deafFor)
		} else {
			l.hear(ctx, conn, shortest+rand.N(longest-shortest))
		}
		stop()
		_ = conn.Close()
		l.count.did("connections")
	}
}

var errBusy = errors.New("busy")

func (l *load) connect(ctx context.Context, c *caller, topics []string) (*websocket.Conn, error) {
	dialer := websocket.Dialer{Subprotocols: []string{telemetry.Protocol}, HandshakeTimeout: 10 * time.Second}
	conn, answer, err := dialer.DialContext(ctx, l.program.at.Telemetry, http.Header{"Authorization": {"Bearer " + c.credential}})
	if err != nil {
		if answer != nil && answer.StatusCode == http.StatusServiceUnavailable {
			l.count.refused()
			return nil, errBusy
		}
		return nil, err
	}
	if err := conn.WriteJSON(map[string]any{"id": 1, "type": "subscribe", "topics": topics}); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// hear reads for a while, then says goodbye.
func (l *load) hear(ctx context.Context, conn *websocket.Conn, length time.Duration) {
	for end := time.Now().Add(length); time.Now().Before(end); {
		_ = conn.SetReadDeadline(end.Add(time.Second))
		_, text, err := conn.ReadMessage()
		if err != nil {
			if ctx.Err() == nil {
				l.count.surprised(fmt.Sprintf("WebSocket: it ended: %v", err))
			}
			return
		}
		var message struct {
			Type string
			OK   *bool
		}
		if err := json.Unmarshal(text, &message); err != nil || message.OK != nil && !*message.OK {
			l.count.surprised(fmt.Sprintf("WebSocket: %.200s", text))
		}
		l.count.message(message.Type)
	}
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
}
