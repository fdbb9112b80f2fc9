package host

import (
	"bytes"
	"fmt"
	"sync"
	"time"
)

const (
	// keptRecords is how many records the log keeps for those who ask for them.
	keptRecords = 1000
	// maxRecord is how long a kept record may be, in bytes.
	maxRecord = 16 << 10
)

// Record is one record of the log.
type Record struct {
	Seq  uint64 // grows by one with each; greater than those of every run before
	JSON string // an object with time, level, msg, and attrs where there are any, on one line
}

// Records keeps the last records of the log. Writing to it never waits for a
// reader: one that comes too late has lost some. It is safe on any goroutine.
type Records struct {
	mu    sync.Mutex
	first uint64   // of the run
	next  uint64   // of the record that comes next
	ring  []string // the one with the number n is at n % keptRecords
	more  chan struct{}
	lost  uint64
}

// NewRecords returns an empty one. Its numbers begin at the milliseconds of the
// present time: a reader that went on with the number of an earlier run is seen.
func NewRecords() *Records {
	first := uint64(time.Now().UnixMilli())
	return &Records{first: first, next: first, ring: make([]string, keptRecords)}
}

// Write adds a record; a [slog.JSONHandler] writes them whole. It implements
// [io.Writer].
func (r *Records) Write(p []byte) (int, error) {
	text := string(bytes.TrimRight(p, "\n"))
	if len(p) > maxRecord {
		text = fmt.Sprintf(`{"time":%q,"level":"WARN","msg":"a record is too long to be shown here; the log file has it","attrs":{"bytes":%d}}`, time.Now().Format(time.RFC3339Nano), len(p))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring[r.next%keptRecords] = text
	r.next++
	if r.more != nil {
		close(r.more)
		r.more = nil
	}
	return len(p), nil
}

// After returns the records that are kept of those after seq, oldest first, how
// many of them are no longer kept, and what is closed when there are more. A seq
// that is of no record of this run gives all that are kept, and none lost.
func (r *Records) After(seq uint64) (kept []Record, lost uint64, more <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	oldest := max(r.first, r.next-min(r.next, keptRecords))
	from := seq + 1
	switch {
	case seq < r.first || seq >= r.next:
		from = oldest
	case from < oldest:
		lost = oldest - from
		r.lost += lost
		from = oldest
	}
	for n := from; n < r.next; n++ {
		kept = append(kept, Record{n, r.ring[n%keptRecords]})
	}
	if r.more == nil {
		r.more = make(chan struct{})
	}
	return kept, lost, r.more
}

// Lost returns how many records readers came too late for, all together.
func (r *Records) Lost() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}
