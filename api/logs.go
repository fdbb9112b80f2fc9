package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What a stream of the log keeps to.
const (
	keptLines    = 1000             // that are told to who comes
	logStreams   = 2                // at once
	streamBeat   = 15 * time.Second // a sign of life while nothing is logged
	streamAsks   = time.Second      // how often it is asked whether the credential still holds
	streamWrites = 5 * time.Second  // a reader that takes no byte for so long is cut off
)

// logTail is the end of the program's log, with its lines numbered from 1. It is safe
// on any goroutine; nobody holds it while writing to a client.
type logTail struct {
	mu    sync.Mutex
	lines [keptLines]string // line n is at n % keptLines
	last  uint64            // number of the newest
	news  chan struct{}     // closed by the next line; nil while nobody waits
}

func (t *logTail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	t.lines[t.last%keptLines] = line
	if t.news != nil {
		close(t.news)
		t.news = nil
	}
}

// after returns the lines after number seen that are still kept, the number of the
// first, and what is closed when there is another.
func (t *logTail) after(seen uint64) (lines []string, first uint64, news <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if seen > t.last { // of an earlier run
		seen = 0
	}
	first = seen + 1
	if t.last > keptLines {
		first = max(first, t.last-keptLines+1)
	}
	for n := first; n <= t.last; n++ {
		lines = append(lines, t.lines[n%keptLines])
	}
	if t.news == nil {
		t.news = make(chan struct{})
	}
	return lines, first, t.news
}

// LogLine is the data of an event of GET /api/v1/logs, and of telemetry's topic log.
type LogLine struct {
	Line string `json:"line"`
}

var getLogs = raw{(*Server).logs, map[int]any{http.StatusOK: eventStream}}

const eventStream = "text/event-stream"

// logs tells the end of the log as Server-Sent Events, and to who accepts only those
// also what follows.
func (s *Server) logs(x *exchange, r *http.Request) error {
	seen, err := lastEvent(r)
	if err != nil {
		return err
	}
	x.Header().Set("Content-Type", eventStream)
	follow := r.Header.Get("Accept") == eventStream
	if !follow {
		lines, first, _ := s.tail.after(seen)
		return writeEvents(x, lines, first)
	}
	s.follow(x, r, seen)
	return nil
}

// lastEvent is the number of the line that a client has read last.
func lastEvent(r *http.Request) (uint64, error) {
	id := r.Header.Get("Last-Event-ID")
	if id == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: Last-Event-ID is no number", errMalformed)
	}
	return n, nil
}

// follow writes lines as they come, until the client is gone or slow, the program
// ends or the credential does.
func (s *Server) follow(x *exchange, r *http.Request, seen uint64) {
	control := http.NewResponseController(x)
	beat, ask := time.NewTicker(streamBeat), time.NewTicker(streamAsks)
	defer beat.Stop()
	defer ask.Stop()
	for {
		lines, first, news := s.tail.after(seen)
		if control.SetWriteDeadline(time.Now().Add(streamWrites)) != nil || writeEvents(x, lines, first) != nil || control.Flush() != nil {
			return
		}
		seen = first + uint64(len(lines)) - 1
	wait:
		for {
			select {
			case <-news:
				break wait
			case <-ask.C:
				if credential, _, err := credentialOf(r); err != nil || !s.holds(credential) {
					return
				}
			case <-beat.C:
				_, err := io.WriteString(x, ":\n\n")
				if err != nil || control.SetWriteDeadline(time.Now().Add(streamWrites)) != nil || control.Flush() != nil {
					return
				}
			case <-s.shots.ctx.Done(): // the program ends
				return
			case <-r.Context().Done():
				return
			}
		}
	}
}

// holds tells whether a credential is still good.
func (s *Server) holds(credential string) bool {
	_, err := s.auth.Authenticate(credential)
	return err == nil
}

// writeEvents writes lines, the first of which has that number.
func writeEvents(w io.Writer, lines []string, first uint64) error {
	var all strings.Builder
	for i, line := range lines {
		data, err := json.Marshal(LogLine{line})
		if err != nil {
			return err
		}
		fmt.Fprintf(&all, "id: %d\nevent: log\ndata: %s\n\n", first+uint64(i), data)
	}
	if all.Len() == 0 {
		all.WriteString(":\n\n") // so that the client sees that it is let in
	}
	_, err := io.WriteString(w, all.String())
	return err
}
