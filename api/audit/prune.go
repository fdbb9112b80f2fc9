package audit

import "os"

// pruneAtOnce is how many segments may go when a new one begins.
const pruneAtOnce = 2

// prune removes the oldest segments if they are too old. The newest one that
// has records always stays. That a segment cannot be removed is recorded, and
// keeps nobody from writing: the next time comes with the next segment.
func (w *writer) prune() error {
	all, err := segments(w.folder)
	for i := 0; err == nil && i < min(len(all)-1, pruneAtOnce); i++ {
		var last Record
		if last, err = lastRecord(all[i]); err != nil || w.options.Now().Sub(last.When) <= w.options.Keep {
			break
		}
		if err := w.forgo(all[i], last); err != nil {
			return err
		}
		err = all[i].remove()
	}
	if err != nil {
		w.note("audit.prune.failed", map[string]string{"cause": err.Error()})
	}
	return nil
}

// forgo signs and records that a segment is to be removed.
func (w *writer) forgo(s segment, last Record) error {
	w.sign(last.Number, last.Hash, true)
	w.note("audit.pruned", map[string]string{"first": decimal(s.first), "last": decimal(last.Number)})
	return w.sync()
}

// remove removes the checkpoints first: those of a segment that is gone would
// be found by nobody.
func (s segment) remove() error {
	if err := os.Remove(s.checkpoints()); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.Remove(s.records())
}
