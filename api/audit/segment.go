package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// segment is one file of records and its file of checkpoints.
type segment struct {
	folder string
	first  uint64 // number of its first record
}

func (s segment) records() string {
	return filepath.Join(s.folder, fmt.Sprintf("records-%012d.jsonl", s.first))
}

func (s segment) checkpoints() string {
	return filepath.Join(s.folder, fmt.Sprintf("checkpoints-%012d.jsonl", s.first))
}

// segments lists a folder's, the oldest first.
func segments(folder string) ([]segment, error) {
	entries, err := os.ReadDir(folder) // by name
	if err != nil {
		return nil, err
	}
	var all []segment
	for _, entry := range entries {
		digits, isRecords := strings.CutPrefix(strings.TrimSuffix(entry.Name(), ".jsonl"), "records-")
		if !isRecords {
			continue
		}
		s := segment{folder, 0}
		s.first, err = strconv.ParseUint(digits, 10, 64)
		if err != nil || filepath.Base(s.records()) != entry.Name() {
			return nil, &Fault{File: entry.Name(), Reason: "the log writes no file of this name"}
		}
		all = append(all, s)
	}
	return all, nil
}

// lineReader reads lines of records.
func lineReader(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, 2*MaxRecordBytes) }

var (
	errLong = fmt.Errorf("a line of more than %d bytes", MaxRecordBytes)
	errTorn = errors.New("the line has no end")
)

// readLine gives the next line without its line break, valid until the next
// call; io.EOF at the end and errTorn where the last line is not complete.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	switch {
	case err == nil:
		return line[:len(line)-1], nil
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errLong
	case errors.Is(err, io.EOF) && len(line) > 0:
		return nil, errTorn
	}
	return nil, err
}

// numberOf reads the number at the start of a record's line, 0 if there is none.
func numberOf(line []byte) uint64 {
	digits, found := bytes.CutPrefix(line, []byte(`{"n":`))
	end := bytes.IndexByte(digits, ',')
	if !found || end < 0 {
		return 0
	}
	n, err := strconv.ParseUint(string(digits[:end]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// seek finds where the line of record n, or of the first one behind it, begins
// among the size bytes of a segment. It halves the file, so it looks at some
// thirty lines of any log.
func seek(f io.ReaderAt, size int64, n uint64) (int64, error) {
	r := lineReader(nil)
	low, high := int64(0), size // the line begins in [low, high]
	for low < high {
		middle := low + (high-low)/2
		start, number, next, err := lineAt(r, f, size, middle)
		if err != nil {
			return 0, err
		}
		if start >= high || number >= n {
			high = middle
		} else {
			low = next
		}
	}
	start, _, _, err := lineAt(r, f, size, low)
	return start, err
}

// lineAt gives the first line that begins at or behind offset: where, its
// record's number, and where the next begins. At the end, start and next are
// size. The reader's buffer is used.
func lineAt(r *bufio.Reader, f io.ReaderAt, size, offset int64) (start int64, number uint64, next int64, err error) {
	from := max(offset-1, 0) // a line begins at offset if a line break is before it
	r.Reset(io.NewSectionReader(f, from, size-from))
	if offset > 0 {
		skipped, err := r.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return size, 0, size, nil
		} else if err != nil {
			return 0, 0, 0, errLong
		}
		from += int64(len(skipped))
	}
	line, err := readLine(r)
	if errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
		return size, 0, size, nil
	}
	return from, numberOf(line), from + int64(len(line)) + 1, err
}
