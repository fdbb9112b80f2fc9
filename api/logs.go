package api

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine/host"
)

const (
	logsPath    = "/api/v1/logs"
	lastEventID = "Last-Event-ID"
	// maxStreams is how many may read the log at a time.
	maxStreams = 2
	// streamWrite is how long a reader may take for what it is sent, before it is
	// cut off.
	streamWrite = 5 * time.Second
	// streamCheck is how often to look whether the credential still holds, and
	// keepAlive after how many looks to send a comment: proxies end what is silent.
	streamCheck = time.Second
	keepAlive   = 15
)

// LogsCaughtUp is the comment that the stream of the log has between the records
// that were kept and those that follow.
const LogsCaughtUp = ": caught up"

// LogRecord is the data of an event "log".
type LogRecord struct {
	Time  time.Time                  `json:"time"`
	Level slog.Level                 `json:"level"`
	Msg   string                     `json:"msg"`
	Attrs map[string]json.RawMessage `json:"attrs,omitempty"`
}

// LogGap is the data of an event "gap": the reader was too slow.
type LogGap struct {
	Lost uint64 `json:"lost"` // records that are no longer kept
}

var getLogs = raw{(*Server).logs, map[int]any{http.StatusOK: "text/event-stream"}}

// logs sends the log as server-sent events, until the client leaves, its
// credential ends or the server does.
//
// Source: HTML Living Standard, section 9.2, Server-sent events.
func (s *Server) logs(x *exchange, r *http.Request) error {
	after, err := lastEvent(r)
	if err != nil {
		return err
	}
	x.Header().Set("Content-Type", "text/event-stream")
	x.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	stream := logStream{x, http.NewResponseController(x), after}
	_ = stream.to.SetReadDeadline(time.Time{}) // the server's would end the request
	s.follow(r, &stream)
	return nil
}

// lastEvent is the number of the record that the client has seen last; 0 is of
// none.
func lastEvent(r *http.Request) (uint64, error) {
	id := r.Header.Get(lastEventID)
	if id == "" {
		return 0, nil
	}
	seq, err := strconv.ParseUint(id, 10, 63)
	if err != nil {
		return 0, wrong(lastEventID, "the id of a record, a number")
	}
	return seq, nil
}

// follow sends what is logged to a stream, to its end.
func (s *Server) follow(r *http.Request, stream *logStream) {
	credential, _, _ := credentialOf(r)
	tick := time.NewTicker(streamCheck)
	defer tick.Stop()
	kept, lost, more := s.options.LogRecords.After(stream.after)
	err := stream.send(kept, lost, LogsCaughtUp+"\n\n")
	for looks := 1; err == nil; {
		select {
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		case <-more:
			kept, lost, more = s.options.LogRecords.After(stream.after)
			err = stream.send(kept, lost, "")
		case <-tick.C:
			if p, err := s.auth.Authenticate(credential); err != nil || !p.Scopes.Has(auth.LogsRead) {
				return
			}
			if looks++; looks%keepAlive == 0 {
				err = stream.send(nil, 0, ":\n\n")
			}
		}
	}
}

// logStream is one reader of the log.
type logStream struct {
	w     io.Writer
	to    *http.ResponseController
	after uint64 // the record that was sent last
}

// send sends records, and a text after them. A reader that cannot be cut off, or
// takes too long, is an error.
func (l *logStream) send(records []host.Record, lost uint64, text string) error {
	if lost > 0 {
		if err := l.write(fmt.Sprintf("event: gap\ndata: {\"lost\":%d}\n\n", lost)); err != nil {
			return err
		}
	}
	for _, r := range records {
		if err := l.write(fmt.Sprintf("id: %d\nevent: log\ndata: %s\n\n", r.Seq, r.JSON)); err != nil {
			return err
		}
		l.after = r.Seq
	}
	if err := l.write(text); err != nil {
		return err
	}
	return l.to.Flush()
}

func (l *logStream) write(text string) error {
	if err := l.to.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
		return err
	}
	_, err := io.WriteString(l.w, text)
	return err
}
