package telemetry

import (
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/engine"
)

// writer is the one goroutine that writes a connection's messages.
type writer struct {
	*client
	buf    []byte // of the message that is being sent
	pingAt time.Time
	warned *Client // whose end the client was told of
}

// run sends what is queued until the connection is stopped, and then says why.
// It waits for one channel only, and sets no timer for a message: that is what
// a message costs besides its system call.
func (w *writer) run() {
	var rang atomic.Bool
	timer := time.AfterFunc(pingEvery, func() { rang.Store(true); w.queue.signal() })
	defer timer.Stop()
	var armed time.Time
	for !w.stopped.Load() {
		now := time.Now()
		alarm := w.keepTime(now)
		due := w.sendNext(now)
		if due.Equal(now) {
			continue
		}
		if !due.IsZero() {
			alarm = earlier(alarm, due)
		}
		if rang.Swap(false) || !alarm.Equal(armed) {
			timer.Reset(alarm.Sub(now))
			armed = alarm
		}
		<-w.queue.wake
	}
	w.sayGoodbye()
}

// sendNext sends a message, if one is due, and returns when to look again.
func (w *writer) sendNext(now time.Time) (due time.Time) {
	text, due, slow := w.queue.next(now, w.buf[:0])
	w.buf = text
	if len(text) > 0 {
		w.send(text, now)
	}
	if slow {
		w.stop(codeTooSlow, "too slow")
	}
	return due
}

// send writes one message.
func (w *writer) send(text []byte, now time.Time) {
	w.conn.SetWriteDeadline(now.Add(writeDeadline))
	if err := w.conn.WriteMessage(websocket.TextMessage, text); err != nil {
		w.failed(err)
		return
	}
	w.server.sums.sent.Add(1)
	w.server.sums.bytes.Add(uint64(len(text)))
}

// failed stops a connection that cannot be written.
func (w *writer) failed(err error) {
	if isTimeout(err) {
		w.stop(codeTooSlow, "a message was not taken within 2 s")
		return
	}
	w.stop(codeAbnormal, "")
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

// keepTime does what is due by the clock, and returns when it has to be called
// again.
func (w *writer) keepTime(now time.Time) (next time.Time) {
	if !now.Before(w.pingAt) {
		w.pingAt = now.Add(pingEvery)
		if err := w.conn.WriteControl(websocket.PingMessage, nil, now.Add(writeDeadline)); err != nil {
			w.failed(err)
		}
	}
	next = w.pingAt
	who := w.who.Load()
	if who.Expires.IsZero() {
		return next
	}
	if !now.Before(who.Expires) {
		w.stop(codeExpired, "the credential ended")
		return next
	}
	if warnAt := who.Expires.Add(-warnBefore); w.warned != who {
		if now.Before(warnAt) {
			return earlier(next, warnAt)
		}
		w.warned = who
		w.queue.reply(expiringText(who.Expires))
	}
	return earlier(next, who.Expires)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// sayGoodbye sends the code that the connection ends with, and makes the reader
// end.
func (w *writer) sayGoodbye() {
	deadline := time.Now().Add(closeWait)
	w.lost = w.code == codeAbnormal
	if !w.lost {
		err := w.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(w.code, w.reason), deadline)
		w.lost = isTimeout(err) // else it may be the client's own close, which is answered
	}
	if w.lost {
		w.discard()
		deadline = time.Now()
	}
	w.reading.Lock()
	defer w.reading.Unlock()
	w.conn.SetReadDeadline(deadline)
}

// discard has the kernel forget what a client has not taken, which it would
// else keep for minutes.
func (w *writer) discard() {
	if s, ok := socketOf(w.conn.NetConn()).(interface{ SetLinger(int) error }); ok {
		s.SetLinger(0)
	}
}

func engineVersion() string { return engine.ThisBuild().Version }

// revision is that of the state now.
func (s *Server) revision() uint64 {
	if s.options.Snapshot == nil {
		return 0
	}
	return s.options.Snapshot().State.Revision
}
