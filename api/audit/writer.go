package audit

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/engine/host"
)

const (
	syncWithin = time.Second    // from a record's write to its fsync
	retryEvery = time.Second    // while the disk fails
	segmentAge = 24 * time.Hour // a segment begins anew

	// unsignedMax is how many records there may be in the files behind the newest
	// checkpoint, whenever the program dies.
	unsignedMax = CheckpointRecords
)

// writer is the goroutine that owns the files of a Log.
type writer struct {
	*Log
	chain
	segment     segment
	began       time.Time // of the segment's first record; zero: it has none
	records     tail
	checkpoints tail
	unsigned    uint64       // records since the last checkpoint
	fresh       []Checkpoint // those that are in no file yet
	held        []entry      // taken from the queue, not yet encoded
	waiting     []chan error // those who wait for what is being written
	syncBy      time.Time    // zero: all is on disk
	signBy      time.Time    // zero: all is signed
	retryAt     time.Time
}

func (w *writer) run() {
	defer close(w.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for open := true; open; {
		select {
		case e, ok := <-w.queue:
			open = ok
			if ok {
				w.held = append(w.held, e)
				w.drain()
			}
		case <-timer.C:
		}
		w.work()
		timer.Reset(w.pause())
	}
	w.end = w.finish()
}

// drain takes what waits in the queue.
func (w *writer) drain() {
	for range len(w.queue) {
		e, ok := <-w.queue
		if !ok {
			return
		}
		w.held = append(w.held, e)
	}
}

// work does all that is due now.
func (w *writer) work() {
	for {
		now := time.Now()
		if now.Before(w.retryAt) {
			break
		}
		w.encodeBatch(now)
		if err := w.commit(now); err != nil {
			w.fail(err)
			break
		}
		w.recover()
		if len(w.held) == 0 && len(w.fresh) == 0 {
			return
		}
	}
	w.refuseHeld()
}

// encodeBatch adds held records to the chain, at most up to the next
// checkpoint. Before that one is written, none is added.
func (w *writer) encodeBatch(now time.Time) {
	if w.down.Load() != nil || len(w.fresh) > 0 {
		return
	}
	n := min(len(w.held), int(CheckpointRecords-w.unsigned))
	for _, e := range w.held[:n] {
		w.encode(e.when, e.body, now)
		if e.durable != nil {
			w.waiting = append(w.waiting, e.durable)
		}
	}
	w.held = append(w.held[:0], w.held[n:]...)
}

func (w *writer) encode(when time.Time, body []byte, now time.Time) {
	if w.began.IsZero() {
		w.began = when
	}
	w.records.pending = w.chain.add(w.records.pending, when, body)
	w.unsigned++
	if w.syncBy.IsZero() {
		w.syncBy = now.Add(syncWithin)
	}
	if w.signBy.IsZero() {
		w.signBy = now.Add(CheckpointInterval)
	}
	if w.unsigned >= CheckpointRecords {
		w.sign(w.n, w.head, false)
	}
}

// sign makes a checkpoint; it is for sync to write, after its records.
func (w *writer) sign(count uint64, head Hash, pruned bool) {
	c := Checkpoint{Count: count, Head: head, Time: w.stamp(), Pruned: pruned}.signedWith(w.key)
	w.checkpoints.pending = append(w.checkpoints.pending, c.line()...)
	w.fresh = append(w.fresh, c)
	if !pruned {
		w.unsigned, w.signBy = 0, time.Time{}
	}
}

// commit writes what is encoded and makes it durable if that is due.
func (w *writer) commit(now time.Time) error {
	if !w.signBy.IsZero() && !now.Before(w.signBy) {
		w.sign(w.n, w.head, false)
	}
	if err := w.records.flush(); err != nil {
		return err
	}
	w.count.Store(w.n)
	due := !w.syncBy.IsZero() && !now.Before(w.syncBy)
	if !due && len(w.waiting) == 0 && len(w.fresh) == 0 && w.down.Load() == nil {
		return nil
	}
	if err := w.sync(); err != nil {
		return err
	}
	w.answer(nil)
	if w.full() {
		return w.rotate()
	}
	return nil
}

// sync makes records and checkpoints durable, in this order: no checkpoint on
// disk may tell of a record that is not.
func (w *writer) sync() error {
	if err := w.records.sync(); err != nil {
		return err
	}
	w.syncBy = time.Time{}
	if err := w.checkpoints.sync(); err != nil {
		return err
	}
	return w.publish()
}

// publish tells of the checkpoints that are on disk now.
func (w *writer) publish() error {
	if i := len(w.fresh) - 1; i >= 0 && !w.fresh[i].Pruned {
		newest := w.fresh[i]
		if err := host.WritePrivate(filepath.Join(w.folder, newestFile), newest.line()); err != nil {
			return err
		}
		w.newest.Store(&newest)
	}
	for _, c := range w.fresh {
		w.options.OnCheckpoint(c)
	}
	w.fresh = w.fresh[:0]
	return nil
}

// full tells whether the segment is one: by size or by age.
func (w *writer) full() bool {
	return w.records.synced >= w.options.SegmentBytes || !w.began.IsZero() && w.options.Now().Sub(w.began) > segmentAge
}

// rotate begins a new segment, whose files are made with the first record.
func (w *writer) rotate() error {
	if w.unsigned > 0 {
		w.sign(w.n, w.head, false)
		if err := w.sync(); err != nil {
			return err
		}
	}
	if err := w.closeFiles(); err != nil {
		return err
	}
	w.begin(segment{w.folder, w.n + 1}, 0, 0)
	return w.prune()
}

// begin goes on in a segment whose files have so many bytes.
func (w *writer) begin(s segment, records, checkpoints int64) {
	w.segment, w.began = s, time.Time{}
	w.records = tail{path: s.records(), open: w.options.open, synced: records}
	w.checkpoints = tail{path: s.checkpoints(), open: w.options.open, synced: checkpoints}
}

// fail remembers why nothing can be written, and tells those who wait.
func (w *writer) fail(cause error) {
	down := fmt.Errorf("%w: %w", ErrUnwritable, cause)
	w.down.Store(&down)
	w.retryAt = time.Now().Add(retryEvery)
	w.answer(down)
}

// recover says in the log that records were refused, or that the disk was away.
func (w *writer) recover() {
	w.retryAt = time.Time{}
	cause := errFull
	if down := w.down.Swap(nil); down != nil {
		cause = *down
	} else if w.refused.Load() == 0 {
		return
	}
	w.note("audit.recovered", map[string]string{"cause": cause.Error(), "refused": decimal(w.refused.Swap(0))})
}

// note adds a record of the log's own.
func (w *writer) note(what string, details map[string]string) {
	body := appendBody(nil, &Record{What: what, Where: "local", Result: "ok", Details: details})
	w.encode(w.stamp(), body, time.Now())
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

func (w *writer) answer(err error) {
	for _, c := range w.waiting {
		c <- err
	}
	w.waiting = w.waiting[:0]
}

// refuseHeld tells those whose records wait for the disk to come back.
func (w *writer) refuseHeld() {
	down := w.down.Load()
	for i, e := range w.held {
		if e.durable != nil {
			e.durable <- *down
			w.held[i].durable = nil
		}
	}
}

// pause is how long there is nothing to do unless a record comes.
func (w *writer) pause() time.Duration {
	next := w.retryAt
	if next.IsZero() {
		next = w.syncBy
		if next.IsZero() || !w.signBy.IsZero() && w.signBy.Before(next) {
			next = w.signBy
		}
	}
	if next.IsZero() {
		return time.Hour
	}
	return max(time.Until(next), 0)
}

// finish is the last try: all that is queued, signed and durable.
func (w *writer) finish() error {
	w.retryAt = time.Time{}
	w.work()
	down := w.down.Load()
	if down == nil && w.unsigned > 0 {
		w.sign(w.n, w.head, false)
	}
	var err error
	if down != nil {
		err = *down
	} else {
		err = w.sync()
	}
	return errors.Join(err, w.closeFiles(), w.lock.Close())
}

func (w *writer) closeFiles() error { return errors.Join(w.records.close(), w.checkpoints.close()) }
