package telemetry

import (
	"encoding/json"
	"fmt"
	"time"
)

// The bounds of one message.
const (
	maxOutbound = 16 << 10
	maxInbound  = 4 << 10
)

// protocolVersion is "v" of every message.
const protocolVersion = 1

// timeLayout is RFC 3339 in UTC with microseconds.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// message is an encoded message of a topic. All clients share it; it is never
// changed.
type message struct {
	topic      int
	at         time.Time
	head, tail []byte // what goes before and after the sequence number
}

// maxDigits is how long a sequence number can get.
const maxDigits = 20

// size is what the message takes at most on the wire, without the frame.
func (m *message) size() int { return len(m.head) + maxDigits + len(m.tail) }

// encode makes a message of type kind. Data that encoding/json refuses (a NaN)
// and messages over 16 KiB are errors.
func encode(topic int, kind string, data any, at time.Time) (*message, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	text := make([]byte, 0, len(body)+len(kind)+len(timeLayout)+64)
	text = fmt.Appendf(text, `{"v":%d,"type":%q,"seq":`, protocolVersion, kind)
	split := len(text)
	text = append(text, `,"ts":"`...)
	text = at.UTC().AppendFormat(text, timeLayout)
	text = append(text, `","data":`...)
	text = append(append(text, body...), '}')
	m := &message{topic: topic, at: at, head: text[:split:split], tail: text[split:]}
	if m.size() > maxOutbound {
		return nil, fmt.Errorf("encode %s: %d bytes are more than a message may have, %d", kind, m.size(), maxOutbound)
	}
	return m, nil
}

// Hello is the data of the first message of a connection.
type Hello struct {
	Server     string   `json:"server"`
	Version    string   `json:"version"`
	HeartbeatS float64  `json:"heartbeat_s"` // between two pings of the server
	Topics     []string `json:"topics"`      // that the client may have
	Limits     Bounds   `json:"limits"`
	// SnapshotSeq is the revision of the state at the time of the connection: a
	// client that read an older one from GET /api/v1/state reads it again.
	SnapshotSeq uint64 `json:"snapshot_seq"`
}

// Bounds tells a client how much it may ask and will get.
type Bounds struct {
	InboundBytes      int     `json:"inbound_bytes"`  // of a message to the server
	OutboundBytes     int     `json:"outbound_bytes"` // of a message from it
	MessagesPerSecond float64 `json:"messages_per_second"`
	Subscriptions     int     `json:"subscriptions"`
	QueuedMessages    int     `json:"queued_messages"`
	QueuedBytes       int     `json:"queued_bytes"`
}

var bounds = Bounds{
	InboundBytes: maxInbound, OutboundBytes: maxOutbound, MessagesPerSecond: maxRate,
	Subscriptions: maxSubscriptions, QueuedMessages: maxQueued, QueuedBytes: maxQueuedBytes,
}

// Problem is why a request was refused, in the members of RFC 9457.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// control is a message that belongs to no topic and has no sequence number.
type control struct {
	V         int       `json:"v"`
	Type      string    `json:"type"`
	ID        *uint64   `json:"id,omitempty"`
	OK        *bool     `json:"ok,omitempty"`
	Topics    *[]string `json:"topics,omitempty"`
	Problem   *Problem  `json:"problem,omitempty"`
	ExpiresAt string    `json:"expires_at,omitempty"`
	TS        string    `json:"ts,omitempty"`
	Data      *Hello    `json:"data,omitempty"`
}

func (c control) text() []byte {
	c.V = protocolVersion
	text, err := json.Marshal(c)
	if err != nil {
		panic("telemetry: " + err.Error()) // strings and numbers always encode
	}
	return text
}

func helloText(h *Hello, at time.Time) []byte {
	return control{Type: "hello", TS: at.UTC().Format(timeLayout), Data: h}.text()
}

func resultText(id uint64) []byte {
	ok := true
	return control{Type: "result", ID: &id, OK: &ok}.text()
}

// subscriptionsText is the answer that tells what the client gets from now on.
func subscriptionsText(id uint64, wanted topicSet) []byte {
	ok, names := true, wanted.names()
	return control{Type: "result", ID: &id, OK: &ok, Topics: &names}.text()
}

func problemText(id uint64, p *Problem) []byte {
	ok := false
	return control{Type: "result", ID: &id, OK: &ok, Problem: p}.text()
}

// expiringText warns that the credential ends soon.
func expiringText(at time.Time) []byte {
	return control{Type: "expiring", ExpiresAt: at.UTC().Format(timeLayout)}.text()
}
