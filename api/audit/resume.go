package audit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/engine/host"
)

// resume makes the writer that goes on behind what is in the folder.
func (l *Log) resume() (*writer, error) {
	if err := os.MkdirAll(l.folder, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(l.folder, 0o700); err != nil { // one that was there already
		return nil, err
	}
	var err error
	if l.lock, err = lock(filepath.Join(l.folder, "lock")); err != nil {
		return nil, fmt.Errorf("another program may be writing to it: %w", err)
	}
	w := &writer{Log: l}
	if err := w.resume(); err != nil {
		return nil, errors.Join(err, l.lock.Close())
	}
	return w, nil
}

func (w *writer) resume() error {
	all, err := segments(w.folder)
	if err != nil {
		return err
	}
	// Each segment ends with a checkpoint, so the newest is in one of the last two.
	found, err := readMarks(w.folder, all[max(len(all)-2, 0):], w.key.Public().(ed25519.PublicKey))
	if err != nil {
		return err
	}
	newest := found.newest()
	switch {
	case newest.Count > 0 && len(all) == 0:
		return &Fault{Record: 1, Through: newest.Count, Reason: reasonMissing}
	case newest.Count > 0:
		w.newest.Store(&newest)
	case len(all) == 0:
		w.begin(segment{w.folder, 1}, 0, 0)
		return nil
	}
	return w.resumeIn(all[len(all)-1], found)
}

// recentRecords is how many records before the newest checkpoint are verified at
// the start, about: it takes a few milliseconds. Verify looks at all.
const recentRecords = 1000

// resumeIn goes on in the newest segment. What follows the newest checkpoint is
// read here, and the last records before it are verified.
func (w *writer) resumeIn(s segment, found marks) error {
	newest := found.newest()
	f, err := os.OpenFile(s.records(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()                  //nolint:errcheck // nothing is written to it
	if err := f.Sync(); err != nil { // before what an earlier run wrote is signed
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	offset, err := behind(f, size, s, newest)
	if err != nil {
		return err
	}
	if err := found.verifyRecent(f, offset, s); err != nil {
		return err
	}
	w.chain = chain{n: newest.Count, head: newest.Head}
	offset += w.followAll(io.NewSectionReader(f, offset, size-offset))
	if w.unsigned = w.n - newest.Count; w.unsigned > unsignedMax {
		return &Fault{Record: newest.Count + 1, Through: w.n, File: filepath.Base(s.records()), Reason: reasonUnsigned}
	}
	if w.unsigned > 0 {
		w.signBy = time.Now()
	}
	return w.goOn(f, s, offset, size)
}

// verifyRecent follows the chain through the last records of a segment before
// offset, which is behind the newest checkpoint, from one checkpoint to the next.
// It begins with the oldest checkpoint of these records, or where the segment does.
func (m marks) verifyRecent(f io.ReaderAt, offset int64, s segment) error {
	newest := m.newest()
	if s.first == 1 {
		m = append(marks{{}}, m...) // what the first record follows
	}
	i := slices.IndexFunc(m, func(c Checkpoint) bool { return c.Count+1 >= s.first && c.Count+recentRecords >= newest.Count })
	if i < 0 || offset == 0 {
		return nil
	}
	v := verifier{chain: chain{n: m[i].Count, head: m[i].Head}, marks: m[i:], newest: newest.Count}
	v.report.Signed = v.n
	start, err := behind(f, offset, s, m[i])
	if err != nil {
		return err
	}
	if err := v.compare(); err != nil {
		return err
	}
	name := filepath.Base(s.records())
	for lines := lineReader(io.NewSectionReader(f, start, offset-start)); ; {
		line, err := readLine(lines)
		switch {
		case errors.Is(err, io.EOF):
			return v.finish()
		case err != nil:
			return &Fault{Record: v.n + 1, File: name, Reason: err.Error()}
		}
		if err := v.record(line, name); err != nil {
			return err
		}
	}
}

// behind finds where the records behind a checkpoint begin in the newest
// segment, which has that checkpoint's record or begins behind it.
func behind(f io.ReaderAt, size int64, s segment, c Checkpoint) (int64, error) {
	if s.first == c.Count+1 {
		return 0, nil
	}
	fault := &Fault{Record: c.Count, File: filepath.Base(s.records()), Reason: reasonSigned}
	if s.first > c.Count {
		fault.Record, fault.Through, fault.Reason = c.Count+1, s.first-1, reasonMissing
		return 0, fault
	}
	offset, err := seek(f, size, c.Count)
	if err != nil {
		return 0, err
	}
	line, err := readLine(lineReader(io.NewSectionReader(f, offset, size-offset)))
	if err != nil {
		fault.Reason = reasonMissing
		return 0, fault
	}
	if r, err := parse(line); err != nil || r.Number != c.Count || r.Hash != c.Head {
		return 0, fault
	}
	return offset + int64(len(line)) + 1, nil
}

// followAll goes on to the last whole record, and gives how many bytes that was.
func (c *chain) followAll(r io.Reader) (length int64) {
	lines := lineReader(r)
	for {
		line, err := readLine(lines)
		if err != nil {
			return length
		}
		if _, err := c.follow(line); err != nil {
			return length
		}
		length += int64(len(line)) + 1
	}
}

// goOn begins to write behind offset, with a record of what is moved away
// from there.
func (w *writer) goOn(f io.ReaderAt, s segment, offset, size int64) error {
	first, err := readLine(lineReader(io.NewSectionReader(f, 0, offset)))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	marks, err := os.ReadFile(s.checkpoints())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	whole := bytes.LastIndexByte(marks, '\n') + 1
	w.begin(s, offset, int64(whole))
	w.count.Store(w.n)
	if r, err := parse(first); err == nil {
		w.began = r.When
	}
	if w.full() {
		w.syncBy = time.Now() // so that a new one is begun
	}
	if offset == size && whole == len(marks) {
		return nil
	}
	torn := make([]byte, size-offset)
	if _, err := f.ReadAt(torn, offset); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return w.setAside(torn, len(marks)-whole)
}

// setAside keeps what a crash left, and records it.
func (w *writer) setAside(torn []byte, checkpointBytes int) error {
	sum := sha256.Sum256(torn)
	name := fmt.Sprintf("torn-%012d-%x", w.n+1, sum[:8])
	if len(torn) == 0 {
		name = ""
	} else if err := host.WritePrivate(filepath.Join(w.folder, name), torn); err != nil {
		return err
	}
	if w.unsigned > 0 { // or there might be one too many without a checkpoint
		w.sign(w.n, w.head, false)
		if err := w.sync(); err != nil {
			return err
		}
	}
	w.note(whatRepaired, map[string]string{
		"file": name, "bytes": strconv.Itoa(len(torn)), "sha256": Hash(sum).String(),
		"lines": strconv.Itoa(bytes.Count(torn, []byte{'\n'})), "checkpoint_bytes": strconv.Itoa(checkpointBytes),
	})
	w.syncBy = time.Now()
	return nil
}
