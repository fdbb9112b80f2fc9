package audit

import (
	"cmp"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Report is what Verify found. The log is whole if Fault is nil.
type Report struct {
	First       uint64 `json:"first"`           // number of the oldest record that is kept; 0: there is none
	Last        uint64 `json:"last"`            // the last one verified
	Head        Hash   `json:"head"`            // its hash
	Signed      uint64 `json:"signed"`          // the last one that a checkpoint covers
	Checkpoints int    `json:"checkpoints"`     // that were met and fit, the kept one included
	ClockBack   int    `json:"clock_back"`      // records with an earlier time than the one before
	Repaired    int    `json:"repaired"`        // records of the log having been repaired after a crash
	Torn        bool   `json:"torn,omitempty"`  // the last line is not complete: a crash, or a cut
	Fault       *Fault `json:"fault,omitempty"` // the first thing that is wrong
}

// Fault is what is wrong with a log that somebody has changed.
type Fault struct {
	Record  uint64 `json:"record,omitempty"`  // the first bad one; 0: a file that is no record's
	Through uint64 `json:"through,omitempty"` // not 0: the first bad one is somewhere up to this one
	File    string `json:"file,omitempty"`
	Reason  string `json:"reason"`
}

const (
	reasonMissing  = "missing"
	reasonUnsigned = "more than the log leaves without a checkpoint: checkpoints were removed"
	reasonSigned   = "not what was signed"

	whatRepaired = "audit.repaired"
)

func (f *Fault) Error() string {
	text := f.File
	if f.Record > 0 {
		text = fmt.Sprintf("record %d", f.Record)
		if f.Through > f.Record {
			text = fmt.Sprintf("records %d to %d", f.Record, f.Through)
		}
		if f.File != "" {
			text += " in " + f.File
		}
	}
	return "the audit log was changed: " + text + ": " + f.Reason
}

// Verify reads the whole log of a folder and looks for the first record that
// was edited, removed, inserted or moved, with nothing but the public half of
// the log's key. kept is a checkpoint that was kept elsewhere, or nil; see the
// package about what is found without one. One that is older than the oldest
// record cannot be compared: that those before were removed is signed. It needs
// about 1 MiB of memory and 200 bytes a checkpoint. An error means that the
// log could not be read, or that kept is of another log.
func Verify(folder string, pub ed25519.PublicKey, kept *Checkpoint) (Report, error) {
	return verify(folder, pub, kept, false)
}

// Verify does so up to the newest checkpoint, while records are being written.
func (l *Log) Verify(kept *Checkpoint) (Report, error) {
	return verify(l.folder, l.key.Public().(ed25519.PublicKey), kept, true)
}

func verify(folder string, pub ed25519.PublicKey, kept *Checkpoint, live bool) (Report, error) {
	if kept != nil && !kept.SignedBy(pub) {
		return Report{}, errors.New("the kept checkpoint is not signed with this log's key")
	}
	v := verifier{live: live}
	err := v.folder(folder, pub, kept)
	if err != nil && !errors.As(err, &v.report.Fault) {
		return v.report, fmt.Errorf("verify audit log %s: %w", folder, err)
	}
	return v.report, nil
}

type verifier struct {
	chain
	live   bool
	newest uint64 // record of the newest checkpoint
	marks  marks  // those still to come
	when   time.Time
	report Report
}

func (v *verifier) folder(folder string, pub ed25519.PublicKey, kept *Checkpoint) error {
	all, err := segments(folder)
	if err != nil {
		return err
	}
	if v.marks, err = readMarks(folder, all, pub); err != nil {
		return err
	}
	if v.live { // what the checkpoints tell of may be in files that have come since
		if all, err = segments(folder); err != nil {
			return err
		}
	}
	if kept != nil {
		v.marks = append(v.marks, *kept)
		slices.SortStableFunc(v.marks, func(a, b Checkpoint) int { return cmp.Compare(a.Count, b.Count) })
	}
	v.newest = v.marks.newest().Count
	if err := v.start(all); err != nil {
		return err
	}
	for i, s := range all {
		if v.done() {
			break
		}
		if err := v.segment(s, i == len(all)-1); err != nil {
			return err
		}
	}
	return v.finish()
}

// start finds what the oldest segment follows: nothing, or records that were
// removed by rule.
func (v *verifier) start(all []segment) error {
	if len(all) == 0 || all[0].first == 1 {
		return nil
	}
	before := all[0].first - 1
	c, found := v.marks.pruned(before)
	if !found {
		return &Fault{Record: 1, Through: before, Reason: "missing, and it is not signed that they were removed"}
	}
	v.n, v.head, v.report.Signed = c.Count, c.Head, c.Count
	for len(v.marks) > 0 && v.marks[0].Count < before {
		v.marks = v.marks[1:]
	}
	return v.compare()
}

func (v *verifier) segment(s segment, last bool) error {
	name := filepath.Base(s.records())
	if s.first != v.n+1 {
		return &Fault{Record: min(v.n+1, s.first), Through: max(v.n, s.first-1), File: name, Reason: "missing, or there twice"}
	}
	f, err := os.Open(s.records())
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it is only read
	for lines := lineReader(f); !v.done(); {
		line, err := readLine(lines)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errTorn) && last:
			v.report.Torn = true
			return nil
		case errors.Is(err, errTorn), errors.Is(err, errLong):
			return &Fault{Record: v.n + 1, File: name, Reason: err.Error()}
		case err != nil:
			return err
		}
		if err := v.record(line, name); err != nil {
			return err
		}
	}
	return nil
}

// done tells whether what follows is still being written.
func (v *verifier) done() bool { return v.live && v.n >= v.newest }

func (v *verifier) record(line []byte, file string) error {
	r, err := v.follow(line)
	if err != nil {
		return &Fault{Record: v.n + 1, File: file, Reason: err.Error()}
	}
	if v.report.First == 0 {
		v.report.First = r.Number
	}
	if r.When.Before(v.when) {
		v.report.ClockBack++
	}
	if r.What == whatRepaired {
		v.report.Repaired++
	}
	v.when, v.report.Last, v.report.Head = r.When, r.Number, r.Hash
	return v.compare()
}

// compare compares the last record with the checkpoints made of it.
func (v *verifier) compare() error {
	for len(v.marks) > 0 && v.marks[0].Count == v.n {
		if v.marks[0].Head != v.head {
			return &Fault{Record: v.report.Signed + 1, Through: v.n, Reason: reasonSigned}
		}
		v.marks = v.marks[1:]
		v.report.Signed = v.n
		v.report.Checkpoints++
	}
	return nil
}

func (v *verifier) finish() error {
	switch {
	case len(v.marks) > 0:
		return &Fault{Record: v.n + 1, Through: v.newest, Reason: reasonMissing}
	case v.n-v.newest > unsignedMax:
		return &Fault{Record: v.newest + 1, Through: v.n, Reason: reasonUnsigned}
	}
	return nil
}
