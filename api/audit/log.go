package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// ErrUnwritable is that a record was not accepted: the disk fails, does not keep
// up, or the log is closed. Who changes something answers 503 and changes nothing.
var ErrUnwritable = errors.New("the audit log cannot be written")

// queueLength is how many records may wait for the disk.
const queueLength = 1024

// Options of a Log; the zero value is what a program wants.
type Options struct {
	SegmentBytes int64         // 0: 64 MiB; when to begin a new segment
	Keep         time.Duration // 0: 90 days; when a segment is removed

	// OnCheckpoint is given every new checkpoint once it is on disk, to send it
	// elsewhere, Pruned ones too. The log waits for it, so it hands on and returns; an
	// Append in it must not be of a Security record, which would wait for itself.
	OnCheckpoint func(Checkpoint)

	Now func() time.Time // nil: [time.Now]; the time of records

	open opener
}

func (o *Options) complete() {
	if o.SegmentBytes == 0 {
		o.SegmentBytes = 64 << 20
	}
	if o.Keep == 0 {
		o.Keep = 90 * 24 * time.Hour
	}
	if o.OnCheckpoint == nil {
		o.OnCheckpoint = func(Checkpoint) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.open == nil {
		o.open = openFile
	}
}

// Log is an open audit log. All methods may be called by any goroutine.
type Log struct {
	folder  string
	key     ed25519.PrivateKey
	options Options
	lock    io.Closer

	mu     sync.Mutex // guards closed, and that the queue has the order of the times
	closed bool
	queue  chan entry
	done   chan struct{} // closed when the writer has ended
	end    error         // what the writer could not do; after done

	down    atomic.Pointer[error] // why nothing can be written; nil: it can
	refused atomic.Uint64         // records refused since the last that said so
	count   atomic.Uint64         // records in the files, on disk or about to be
	newest  atomic.Pointer[Checkpoint]
}

// entry is a record on its way to the writer.
type entry struct {
	when    time.Time
	body    []byte
	durable chan error // nil: nobody waits
}

// Open goes on with the log in a folder, or begins one; the folder is made with
// mode 0700. What a crash has left behind the last whole record is moved to a
// file torn-… and a record audit.repaired says so. The key must be the one that
// signed what is there. A log that was tampered with is a [Fault] and
// is left as it is: keep the folder as evidence and begin another.
func Open(folder string, key ed25519.PrivateKey, options Options) (*Log, error) {
	options.complete()
	l := &Log{folder: folder, key: key, options: options, queue: make(chan entry, queueLength), done: make(chan struct{})}
	w, err := l.resume()
	if err != nil {
		return nil, fmt.Errorf("open audit log %s: %w", folder, err)
	}
	w.work()
	go w.run()
	return l, nil
}

// Append gives the log a record and takes its time. It returns when the record is
// queued, and for a Security record when it is on disk; other records follow
// within a second. An error means that the record is not, or not surely, in the
// log: [ErrUnwritable], the context's when a Security record took too long, or
// what is wrong with the record itself.
func (l *Log) Append(ctx context.Context, r Record) error {
	body, err := encode(&r)
	if err != nil {
		return err
	}
	e := entry{body: body}
	if r.Security {
		e.durable = make(chan error, 1)
	}
	if err := l.enqueue(e); err != nil {
		l.refused.Add(1)
		return err
	}
	if e.durable == nil {
		return nil
	}
	select {
	case err = <-e.durable:
		return err
	case <-ctx.Done():
		return fmt.Errorf("wait for the audit log: %w", ctx.Err())
	}
}

// encode is a record's part of its line.
func encode(r *Record) ([]byte, error) {
	if r.What == "" {
		return nil, errors.New("an audit record must say what was done")
	}
	for key := range r.Details {
		if !utf8.ValidString(key) {
			return nil, fmt.Errorf("an audit record has the detail %q, which is not UTF-8", key)
		}
	}
	body := appendBody(nil, r)
	if len(body)+maxHead+hashSuffix+1 > MaxRecordBytes {
		return nil, fmt.Errorf("an audit record of %s is longer than %d bytes", r.What, MaxRecordBytes)
	}
	return body, nil
}

func (l *Log) enqueue(e entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("%w: it is closed", ErrUnwritable)
	}
	if down := l.down.Load(); down != nil {
		return *down
	}
	e.when = l.stamp()
	select {
	case l.queue <- e:
		return nil
	default:
		return errFull
	}
}

// stamp is the time as the log writes it. A clock that is beyond the year 9999,
// for which there is no text, is held there.
func (l *Log) stamp() time.Time {
	return earlier(l.options.Now().UTC().Truncate(time.Microsecond), lastTime)
}

var lastTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

var errFull = fmt.Errorf("%w: %d records wait for the disk", ErrUnwritable, queueLength)

// Healthy is nil while records are accepted, otherwise an [ErrUnwritable] that
// says why they are not.
func (l *Log) Healthy() error {
	if down := l.down.Load(); down != nil {
		return *down
	}
	if len(l.queue) == cap(l.queue) {
		return errFull
	}
	select {
	case <-l.done:
		return fmt.Errorf("%w: it is closed", ErrUnwritable)
	default:
		return nil
	}
}

// Count is the number of the newest record that was given to the files.
func (l *Log) Count() uint64 { return l.count.Load() }

// Newest is the newest checkpoint; false while there is none.
func (l *Log) Newest() (Checkpoint, bool) {
	c := l.newest.Load()
	if c == nil {
		return Checkpoint{}, false
	}
	return *c, true
}

// Close writes and signs what is queued and gives the folder free. Its error
// says that records accepted before are lost.
func (l *Log) Close() error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.queue)
	}
	l.mu.Unlock()
	<-l.done
	return l.end
}
