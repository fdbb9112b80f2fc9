package audit

import (
	"bytes"
	"math"
	"path/filepath"
	"testing"
	"time"
)

func TestRead(t *testing.T) {
	const total = 500
	folder, _ := newLog(t, total, Options{SegmentBytes: 30_000})
	if all, err := segments(folder); err != nil || len(all) < 4 {
		t.Fatalf("%d segments, %v", len(all), err)
	}
	for _, tt := range []struct {
		after       uint64
		limit       int
		first, last uint64 // 0: none
	}{
		{0, 10, 1, 10},
		{0, 1, 1, 1},
		{99, 2, 100, 101},
		{490, 100, 491, 500},
		{0, 1000, 1, 500},
		{499, 5, 500, 500},
		{500, 5, 0, 0},
		{501, 5, 0, 0},
		{math.MaxUint64, 5, 0, 0},
		{3, 0, 0, 0},
		{3, -1, 0, 0},
	} {
		page, err := Read(folder, tt.after, tt.limit)
		wantPage(t, page, err, tt.first, tt.last)
	}
	for n := range uint64(total) {
		page, err := Read(folder, n, 1)
		wantPage(t, page, err, n+1, n+1)
	}
	for _, tt := range []struct {
		limit       int
		first, last uint64
	}{{10, 491, 500}, {1, 500, 500}, {1000, 1, 500}, {0, 0, 0}} {
		page, err := Newest(folder, tt.limit)
		wantPage(t, page, err, tt.first, tt.last)
	}
	if page, err := Newest(t.TempDir(), 3); err != nil || page != nil {
		t.Errorf("an empty folder: %v, %v", page, err)
	}
	if _, err := Read(filepath.Join(folder, "none"), 0, 3); err == nil {
		t.Error("read a folder that is not there")
	}
}

func wantPage(t *testing.T, page []Record, err error, first, last uint64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if first == 0 {
		if len(page) != 0 {
			t.Errorf("%d records, want none", len(page))
		}
		return
	}
	if uint64(len(page)) != last-first+1 {
		t.Fatalf("%d records, want %d to %d", len(page), first, last)
	}
	for i, r := range page {
		if r.Number != first+uint64(i) || r.What != "scene.activate" || r.Who.Name != "Zoë" {
			t.Errorf("%+v, want number %d", r, first+uint64(i))
		}
	}
}

// Long records: the search meets lines of 60 kB beside short ones.
func TestReadLongLines(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "audit")
	l := mustOpen(t, folder, Options{})
	for i := range 40 {
		r := Record{What: "scene.activate", Who: Who{Name: "Zoë"}, Security: true}
		if i%3 == 1 {
			r.Details = map[string]string{"x": string(bytes.Repeat([]byte{'"'}, 30_000))}
		}
		if err := l.Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, l)
	for n := range uint64(40) {
		page, err := Read(folder, n, 2)
		wantPage(t, page, err, n+1, min(n+2, 40))
	}
	page, err := Newest(folder, 2)
	wantPage(t, page, err, 39, 40)
	wantWhole(t, mustVerify(t, folder, nil), 1, 40)
}

func TestExport(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "audit")
	start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	now := start
	l := mustOpen(t, folder, Options{Now: func() time.Time { now = now.Add(time.Second); return now }, SegmentBytes: 3000})
	for range 60 {
		if err := l.Append(t.Context(), Record{What: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := Export(folder, time.Time{}, time.Time{}, &whole); err != nil {
		t.Fatal(err)
	}
	var c chain // an export of all is the chain
	if n := c.followAll(bytes.NewReader(whole.Bytes())); n != int64(whole.Len()) || c.n != 60 {
		t.Errorf("followed %d of %d bytes to record %d", n, whole.Len(), c.n)
	}
	all, err := Read(folder, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var part bytes.Buffer
	if err := Export(folder, all[9].When, all[19].When, &part); err != nil { // from, and before
		t.Fatal(err)
	}
	if lines := bytes.Split(whole.Bytes(), []byte{'\n'}); !bytes.Equal(part.Bytes(), append(bytes.Join(lines[9:19], []byte{'\n'}), '\n')) {
		t.Errorf("exported %s", part.Bytes())
	}
	if err := Export(folder, time.Time{}, time.Time{}, brokenPipe{}); err == nil {
		t.Error("a broken pipe is no error")
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errDisk }
