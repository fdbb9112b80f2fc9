package audit

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

var (
	testKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	testPub = testKey.Public().(ed25519.PublicKey)
)

func TestMain(m *testing.M) {
	if os.Getenv(childFolder) != "" {
		appendUntilKilled()
		return
	}
	goleak.VerifyTestMain(m)
}

func mustOpen(t testing.TB, folder string, options Options) *Log {
	t.Helper()
	l, err := Open(folder, testKey, options)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustClose(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// mustAppend appends n records, as fast as the log takes them.
func mustAppend(t testing.TB, l *Log, n int) {
	t.Helper()
	for i := range n {
		r := Record{
			What: "scene.activate", Where: "POST /api/v1/scenes/{id}/activate", Result: "ok", Request: fmt.Sprintf("request-%06d", i),
			Who:    Who{Subject: "usr_2", Name: "Zoë", Session: "ses_9", Address: "192.0.2.7"},
			Before: `"41"`, After: `"42"`, Details: map[string]string{"scene": "saturn-" + strconv.Itoa(i), "reason": "lesson"},
		}
		for len(l.queue) > queueLength/2 {
			time.Sleep(time.Millisecond)
		}
		if err := l.Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// newLog makes a closed log of n records, and gives its newest checkpoint.
func newLog(t testing.TB, n int, options Options) (string, Checkpoint) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "audit")
	l := mustOpen(t, folder, options)
	mustAppend(t, l, n)
	mustClose(t, l)
	c, _ := l.Newest()
	return folder, c
}

func mustVerify(t testing.TB, folder string, kept *Checkpoint) Report {
	t.Helper()
	r, err := Verify(folder, testPub, kept)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantWhole is that the log has records 1 to n, or first to n, and all is signed.
func wantWhole(t testing.TB, r Report, first, last uint64) {
	t.Helper()
	if r.Fault != nil || r.First != first || r.Last != last {
		t.Errorf("records %d to %d, fault %v; want %d to %d and none", r.First, r.Last, r.Fault, first, last)
	}
}

// find gives the records of an action.
func find(t testing.TB, folder, what string) []Record {
	t.Helper()
	all, err := Read(folder, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var found []Record
	for _, r := range all {
		if r.What == what {
			found = append(found, r)
		}
	}
	return found
}

// faultyDisk is a disk that fails when it is told to.
type faultyDisk struct {
	full, broken atomic.Bool // half of what is written is; fsync fails
	syncs        atomic.Int64
	stalled      atomic.Pointer[chan struct{}] // fsync waits for it
}

var errDisk = errors.New("no space left on device")

func (d *faultyDisk) open(path string, size int64) (file, error) {
	f, err := openFile(path, size)
	if err != nil {
		return nil, err
	}
	return &faultyFile{f, d}, nil
}

type faultyFile struct {
	file
	disk *faultyDisk
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if f.disk.full.Load() {
		n, _ := f.file.Write(p[:len(p)/2])
		return n, errDisk
	}
	return f.file.Write(p)
}

func (f *faultyFile) Sync() error {
	if wait := f.disk.stalled.Load(); wait != nil {
		<-*wait
	}
	if f.disk.broken.Load() {
		return errDisk
	}
	f.disk.syncs.Add(1)
	return f.file.Sync()
}
