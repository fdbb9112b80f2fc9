package telemetry

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestHello(t *testing.T) {
	h := newHouse(t, nil)
	_, hello := h.enter(t, "viewer")
	if want := []string{"frame", "session", "scene", "job"}; !slices.Equal(hello.Topics, want) {
		t.Errorf("topics %v, want %v: no state function for the others, no scope for log, audit and security", hello.Topics, want)
	}
	if hello.SnapshotSeq != 7 || hello.HeartbeatS != 20 || hello.Limits.InboundBytes != 4096 || hello.Limits.OutboundBytes != 16384 {
		t.Errorf("hello %+v", hello)
	}
}

// TestRequests holds the answer to each kind of request.
func TestRequests(t *testing.T) {
	h := newHouse(t, nil)
	h.allow("viewer-2", Client{Subject: "u2", Session: "s2", Allowed: viewer})
	for _, tt := range []struct {
		name, text string
		status     int // of the problem, 0 if there is none
		topics     string
	}{
		{"ping", `{"id":1,"type":"ping"}`, 0, ""},
		{"id 0", `{"id":0,"type":"ping"}`, 0, ""},
		{"largest id", `{"id":18446744073709551615,"type":"ping"}`, 0, ""},
		{"subscribe", `{"id":1,"type":"subscribe","topics":["job","scene"],"max_rate_hz":5}`, 0, "scene job"},
		{"subscribe twice", `{"id":1,"type":"subscribe","topics":["job","job"]}`, 0, "job"},
		{"all", `{"id":1,"type":"subscribe","topics":["*"]}`, 0, "frame session scene job"},
		{"unsubscribe what was not", `{"id":1,"type":"unsubscribe","topics":["*"]}`, 0, ""},
		{"reauth", `{"id":1,"type":"reauth","token":"viewer-2"}`, 0, ""},
		{"topic without the scope", `{"id":1,"type":"subscribe","topics":["job","audit"]}`, 403, ""},
		{"topic without a source", `{"id":1,"type":"subscribe","topics":["pose"]}`, 403, ""},
		{"unknown topic", `{"id":1,"type":"subscribe","topics":["weather"]}`, 422, ""},
		{"topic in capitals", `{"id":1,"type":"subscribe","topics":["Frame"]}`, 422, ""},
		{"no topics", `{"id":1,"type":"subscribe"}`, 422, ""},
		{"empty topics", `{"id":1,"type":"subscribe","topics":[]}`, 422, ""},
		{"33 topics", `{"id":1,"type":"subscribe","topics":["job"` + strings.Repeat(`,"job"`, 32) + `]}`, 422, ""},
		{"topics null", `{"id":1,"type":"subscribe","topics":null}`, 422, ""},
		{"topics a string", `{"id":1,"type":"subscribe","topics":"job"}`, 422, ""},
		{"rate 0", `{"id":1,"type":"subscribe","topics":["job"],"max_rate_hz":0}`, 422, ""},
		{"rate negative", `{"id":1,"type":"subscribe","topics":["job"],"max_rate_hz":-1}`, 422, ""},
		{"rate too large", `{"id":1,"type":"subscribe","topics":["job"],"max_rate_hz":1e9}`, 422, ""},
		{"unknown type", `{"id":1,"type":"publish"}`, 422, ""},
		{"no type", `{"id":1}`, 422, ""},
		{"member of another type", `{"id":1,"type":"ping","topics":["job"]}`, 422, ""},
		{"unknown member", `{"id":1,"type":"ping","extra":1}`, 422, ""},
		{"member twice", `{"id":1,"type":"ping","type":"ping"}`, 422, ""},
		{"member in capitals", `{"id":1,"Type":"ping"}`, 422, ""},
		{"reauth with a wrong token", `{"id":1,"type":"reauth","token":"wrong"}`, 401, ""},
		{"reauth as another", `{"id":1,"type":"reauth","token":"admin"}`, 401, ""},
		{"reauth with a token that has ended", `{"id":1,"type":"reauth","token":"past"}`, 401, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, _ := h.enter(t, "viewer")
			defer v.Close()
			m := v.ask(tt.text)
			var sent struct{ ID uint64 }
			json.Unmarshal([]byte(tt.text), &sent)
			if m.V != 1 || m.Type != "result" || m.ID != sent.ID || m.OK == nil || m.Seq != 0 {
				t.Fatalf("answer %+v", m)
			}
			switch {
			case tt.status != 0 && (*m.OK || m.Problem == nil || m.Problem.Status != tt.status):
				t.Errorf("answer %+v %+v, want a problem %d", m, m.Problem, tt.status)
			case tt.status == 0 && (!*m.OK || m.Problem != nil || strings.Join(m.Topics, " ") != tt.topics):
				t.Errorf("answer %+v %+v, want topics %q", m, m.Problem, tt.topics)
			}
			v.Close()
			eventually(t, "it is gone", func() bool { return h.Counters().Clients == 0 })
		})
	}
}

// frame is a masked frame of a client, its mask zero.
func frame(first byte, payload string) []byte {
	f := []byte{first, 0x80 | byte(len(payload))}
	if len(payload) > 125 {
		f = binary.BigEndian.AppendUint16([]byte{first, 0x80 | 126}, uint16(len(payload)))
	}
	return append(append(f, 0, 0, 0, 0), payload...)
}

const (
	text, binaryFrame, closeFrame, ping, pong = 0x81, 0x82, 0x88, 0x89, 0x8a
)

// TestCloseCodes sends bytes and holds the code that the connection ends with.
func TestCloseCodes(t *testing.T) {
	h := newHouse(t, nil)
	pingText := `{"id":1,"type":"ping"}`
	for _, tt := range []struct {
		name string
		send []byte
		code int
	}{
		{"close", frame(closeFrame, "\x03\xe8"), 1000},
		{"close of the application", frame(closeFrame, "\x0f\xa0bye"), 4000},
		{"close with a code that may not be sent", frame(closeFrame, "\x03\xed"), 1002},
		{"binary", frame(binaryFrame, pingText), 1003},
		{"not UTF-8", frame(text, "{\"id\":1,\"type\":\"\xff\"}"), 1007},
		{"not JSON", frame(text, `{"id":1,`), 1007},
		{"NaN", frame(text, `{"id":1,"type":"subscribe","max_rate_hz":NaN}`), 1007},
		{"two values", frame(text, pingText+pingText), 1007},
		{"empty message", frame(text, ""), 1007},
		{"not an object", frame(text, `[1]`), 1008},
		{"no id", frame(text, `{"type":"ping"}`), 1008},
		{"id a string", frame(text, `{"id":"1","type":"ping"}`), 1008},
		{"id negative", frame(text, `{"id":-1,"type":"ping"}`), 1008},
		{"id null", frame(text, `{"id":null,"type":"ping"}`), 1008},
		{"4097 bytes", frame(text, strings.Repeat(" ", 4097)), 1009},
		{"4097 bytes in fragments", slices.Concat(frame(0x01, strings.Repeat(" ", 4000)), frame(0x80, strings.Repeat(" ", 97))), 1009},
		{"not masked", []byte{text, 2, '{', '}'}, 1002},
		{"RSV1", frame(0xc1, pingText), 1002},
		{"unknown opcode", frame(0x83, pingText), 1002},
		{"continuation of nothing", frame(0x80, pingText), 1002},
		{"long ping", frame(ping, strings.Repeat("x", 126)), 1002},
		{"21 messages", slices.Concat(slices.Repeat([][]byte{frame(text, pingText)}, 21)...), 4429},
		{"21 pings", slices.Concat(slices.Repeat([][]byte{frame(ping, "")}, 21)...), 4429},
		{"21 pongs", slices.Concat(slices.Repeat([][]byte{frame(pong, "")}, 21)...), 4429},
		{"endless empty fragments", slices.Concat(frame(0x01, ""), slices.Concat(slices.Repeat([][]byte{frame(0x00, "")}, 40000)...)), 4429},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := h.Counters()
			conn, _ := h.raw(t, "")
			go conn.Write(tt.send)
			if code := lastCode(t, conn); code != tt.code {
				t.Errorf("code %d, want %d", code, tt.code)
			}
			conn.Close()
			counted := tt.code
			if counted == 4000 {
				counted = 0
			}
			eventually(t, "it is gone, and counted by its code", func() bool {
				now := h.Counters()
				return now.Clients == 0 && now.Closes[counted]-before.Closes[counted] == 1
			})
		})
	}
}

// lastCode reads a server's frames to the close and returns its code.
func lastCode(t testing.TB, conn net.Conn) int {
	t.Helper()
	for {
		kind, payload := readFrame(t, conn)
		if kind == closeFrame {
			if len(payload) < 2 {
				t.Fatalf("a close without a code")
			}
			return int(binary.BigEndian.Uint16(payload))
		}
	}
}

func readFrame(t testing.TB, conn net.Conn) (kind byte, payload []byte) {
	t.Helper()
	head := make([]byte, 4)
	if _, err := io.ReadFull(conn, head[:2]); err != nil {
		t.Fatalf("no close came: %v", err)
	}
	size := int(head[1])
	if size == 126 {
		io.ReadFull(conn, head[2:])
		size = int(binary.BigEndian.Uint16(head[2:]))
	}
	payload = make([]byte, size)
	if _, err := io.ReadFull(conn, payload); err != nil {
		t.Fatalf("no close came: %v", err)
	}
	return head[0], payload
}

func TestPingFrame(t *testing.T) {
	h := newHouse(t, nil)
	conn, _ := h.raw(t, "")
	conn.Write(frame(ping, "echo"))
	for {
		kind, payload := readFrame(t, conn)
		if kind == pong {
			if string(payload) != "echo" {
				t.Errorf("pong %q", payload)
			}
			return
		}
	}
}

// TestFragments asserts that a request in fragments, with a ping in between, is
// one request.
func TestFragments(t *testing.T) {
	h := newHouse(t, nil)
	conn, _ := h.raw(t, "")
	conn.Write(slices.Concat(frame(0x01, `{"id":5,`), frame(ping, ""), frame(0x80, `"type":"ping"}`)))
	for {
		if kind, payload := readFrame(t, conn); kind == text && strings.Contains(string(payload), "result") {
			if string(payload) != `{"v":1,"type":"result","id":5,"ok":true}` {
				t.Errorf("answer %s", payload)
			}
			return
		}
	}
}

func TestEnvelope(t *testing.T) {
	h := newHouse(t, nil)
	conn, _ := h.raw(t, "")
	conn.Write(frame(text, `{"id":1,"type":"subscribe","topics":["job"]}`))
	eventually(t, "it is subscribed", func() bool { return h.watched[topicOf["job.queued"]].Load() == 1 })
	h.Publish("job.queued", map[string]any{"id": "x<y\u2028"})
	for {
		_, payload := readFrame(t, conn)
		if !strings.Contains(string(payload), "job.queued") {
			continue
		}
		start, rest, _ := strings.Cut(string(payload), `"ts":"`)
		stamp, data, _ := strings.Cut(rest, `"`)
		if start != `{"v":1,"type":"job.queued","seq":1,` || data != `,"data":{"id":"x\u003cy\u2028"}}` {
			t.Errorf("message %s", payload)
		}
		if at, err := time.Parse(time.RFC3339, stamp); err != nil || len(stamp) != 27 || time.Since(at).Abs() > time.Minute {
			t.Errorf("ts %q: %v", stamp, err)
		}
		return
	}
}

func TestSubscriptions(t *testing.T) {
	h := newHouse(t, nil)
	v, _ := h.enter(t, "admin")
	h.Publish("job.queued", func() {}) // nobody listens, so that nothing is encoded
	if n := h.Counters().Unencodable; n != 0 {
		t.Errorf("a message to nobody is encoded")
	}
	v.ask(`{"id":1,"type":"subscribe","topics":["job","audit"]}`)
	h.Publish("job.queued", 1)
	h.Publish("scene.refused", 2) // another topic
	h.Publish("audit.recorded", 3)
	if m := v.next(); m.Type != "job.queued" || m.Seq != 1 || string(m.Data) != "1" {
		t.Errorf("got %+v, want the job", m)
	}
	if m := v.next(); m.Type != "audit.recorded" || m.Seq != 2 || string(m.Data) != "3" {
		t.Errorf("got %+v, want the record", m)
	}
	v.ask(`{"id":2,"type":"unsubscribe","topics":["job"]}`)
	h.Publish("job.queued", 4)
	h.Publish("audit.recorded", 5)
	if m := v.next(); m.Type != "audit.recorded" || m.Seq != 3 {
		t.Errorf("got %+v, want the record", m)
	}
	v.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second))
	v.closedWith(1000)
	eventually(t, "nobody listens", func() bool { return h.watched[topicOf["audit.recorded"]].Load() == 0 })
}

func TestPublishUnknown(t *testing.T) {
	h := newHouse(t, nil)
	defer func() {
		if recover() == nil {
			t.Error("a type that the catalogue lacks is taken")
		}
	}()
	h.Publish("job.eaten", nil)
}

func TestUnencodable(t *testing.T) {
	h := newHouse(t, nil)
	v, _ := h.enter(t, "admin")
	v.ask(`{"id":1,"type":"subscribe","topics":["job"]}`)
	h.Publish("job.queued", func() {})
	h.Publish("job.queued", strings.Repeat("x", maxOutbound))
	h.Publish("job.queued", strings.Repeat("x", maxOutbound-200))
	if m := v.next(); len(m.Data) != maxOutbound-198 || m.Seq != 1 {
		t.Errorf("got seq %d with %d bytes", m.Seq, len(m.Data))
	}
	if n := h.Counters().Unencodable; n != 2 {
		t.Errorf("%d are counted, want 2", n)
	}
}
