package host

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRecords: the last 1 000 are kept, and a reader goes on after any that is.
func TestRecords(t *testing.T) {
	r := NewRecords()
	first := r.next
	for i := range 1500 {
		fmt.Fprintf(r, "{%d}\n", i)
	}
	for _, tt := range []struct {
		after      uint64
		kept, lost int
		oldest     string
	}{
		{0, 1000, 0, "{500}"},            // a new reader
		{first - 1, 1000, 0, "{500}"},    // of an earlier run
		{first, 1000, 499, "{500}"},      // has seen the first
		{first + 498, 1000, 1, "{500}"},  // one is gone
		{first + 499, 1000, 0, "{500}"},  // none is
		{first + 1497, 2, 0, "{1498}"},   //
		{first + 1499, 0, 0, ""},         // has seen all
		{first + 1500, 1000, 0, "{500}"}, // has seen what is not there yet
		{1<<63 - 1, 1000, 0, "{500}"},    //
		{1<<64 - 1, 1000, 0, "{500}"},    //
	} {
		kept, lost, more := r.After(tt.after)
		oldest := ""
		if len(kept) > 0 {
			oldest = kept[0].JSON
		}
		if len(kept) != tt.kept || lost != uint64(tt.lost) || oldest != tt.oldest || more == nil {
			t.Errorf("after %d: %d from %q, %d lost; want %d from %q, %d", tt.after-first, len(kept), oldest, lost, tt.kept, tt.oldest, tt.lost)
		}
	}
	if r.Lost() != 500 {
		t.Errorf("%d lost, want 500", r.Lost())
	}
	_, _, more := r.After(0)
	fmt.Fprintln(r, "{}")
	select {
	case <-more:
	default:
		t.Error("nobody is told that there is one more")
	}
	fmt.Fprintln(r, strings.Repeat("x", maxRecord+1))
	if kept, _, _ := r.After(r.next - 2); len(kept) != 1 || !strings.Contains(kept[0].JSON, `"bytes":16386`) {
		t.Errorf("too long a record is kept as %+v", kept)
	}
}

// TestLogRecords: a record has its attributes by themselves, and those of debug
// are not kept where the file does not get them.
func TestLogRecords(t *testing.T) {
	l, err := OpenLog(filepath.Join(t.TempDir(), "log"), slog.LevelError, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	l.Debug("not even in the file")
	l.Info("one\ntwo")
	l.With("part", "headset").WithGroup("frame").Warn("late", "ms", 12, "took", 1500*time.Microsecond)
	kept, _, _ := l.Records().After(0)
	if len(kept) != 2 || !strings.HasSuffix(kept[0].JSON, `"level":"INFO","msg":"one\ntwo"}`) ||
		!strings.HasSuffix(kept[1].JSON, `"level":"WARN","msg":"late","attrs":{"part":"headset","frame":{"ms":12,"took":"1.5ms"}}}`) {
		t.Errorf("kept %+v", kept)
	}
}
