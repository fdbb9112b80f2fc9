package audit

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"sort"
	"time"
)

// Read gives the records behind number after, at most limit, in the order of
// their numbers. It finds them without reading what is before, also while the
// log is being written, and verifies nothing but that each line has the log's form.
// If the records behind after were removed, it begins with the oldest there is.
func Read(folder string, after uint64, limit int) ([]Record, error) {
	all, err := segments(folder)
	if err != nil || len(all) == 0 || limit <= 0 || after == math.MaxUint64 {
		return nil, err
	}
	i := max(sort.Search(len(all), func(i int) bool { return all[i].first > after+1 })-1, 0)
	offset, err := all[i].offset(after + 1)
	if err != nil {
		return nil, err
	}
	var page []Record
	for line, err := range lines(all[i:], offset) {
		if err != nil {
			return page, err
		}
		r, err := parse(line)
		if err != nil {
			return page, fmt.Errorf("read the audit log behind record %d: %w", after+uint64(len(page)), err)
		}
		if page = append(page, r); len(page) == limit {
			break
		}
	}
	return page, nil
}

// Newest gives the newest records, at most limit, in the order of their numbers.
func Newest(folder string, limit int) ([]Record, error) {
	all, err := segments(folder)
	if err != nil || len(all) == 0 || limit <= 0 {
		return nil, err
	}
	s := all[len(all)-1]
	count := s.first - 1 // of an empty segment
	if last, err := lastRecord(s); err == nil {
		count = last.Number
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return Read(folder, count-min(count, uint64(limit)), limit)
}

// Export writes the lines of all records with since <= When < until, as they are
// in the files; a zero time is no limit. Since a clock may have gone backwards,
// all segments are read.
func Export(folder string, since, until time.Time, w io.Writer) error {
	all, err := segments(folder)
	if err != nil {
		return err
	}
	var last uint64
	for line, err := range lines(all, 0) {
		if err != nil {
			return err
		}
		r, err := parse(line)
		if err != nil {
			return fmt.Errorf("export the audit log behind record %d: %w", last, err)
		}
		last = r.Number
		if r.When.Before(since) || !until.IsZero() && !r.When.Before(until) {
			continue
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// lines gives the whole lines of segments, the first one's from offset; each is
// valid until the next.
func lines(all []segment, offset int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, s := range all {
			if more := s.lines(offset, yield); !more {
				return
			}
			offset = 0
		}
	}
}

func (s segment) lines(offset int64, yield func([]byte, error) bool) (more bool) {
	f, err := os.Open(s.records())
	if err != nil {
		yield(nil, err)
		return false
	}
	defer f.Close() //nolint:errcheck // it is only read
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		yield(nil, err)
		return false
	}
	for r := lineReader(f); ; {
		line, err := readLine(r)
		if errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
			return true
		}
		if !yield(line, err) || err != nil {
			return false
		}
	}
}

// offset is where record n begins in the segment, or the next one that is there.
func (s segment) offset(n uint64) (int64, error) {
	f, err := os.Open(s.records())
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // it is only read
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	return seek(f, size, n)
}

// lastRecord is the newest of a segment; io.EOF if it has none.
func lastRecord(s segment) (Record, error) {
	f, err := os.Open(s.records())
	if err != nil {
		return Record{}, err
	}
	defer f.Close() //nolint:errcheck // it is only read
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return Record{}, err
	}
	last, err := Record{}, io.EOF
	start, _, _, seekErr := lineAt(lineReader(nil), f, size, max(size-2*MaxRecordBytes, 0))
	if seekErr != nil {
		return Record{}, seekErr
	}
	for line, lineErr := range lines([]segment{s}, start) {
		if lineErr != nil {
			return Record{}, lineErr
		}
		last, err = parse(line)
	}
	return last, err
}
