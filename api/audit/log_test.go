package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestChainGoesOn(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "deep", "audit")
	var kept []Checkpoint
	options := Options{OnCheckpoint: func(c Checkpoint) { kept = append(kept, c) }}
	total := 0
	for _, n := range []int{3, 0, 97, 1, 100, 250, 0, 1} { // records of each run
		l := mustOpen(t, folder, options)
		if l.Count() != uint64(total) {
			t.Fatalf("goes on behind record %d, want %d", l.Count(), total)
		}
		mustAppend(t, l, n)
		mustClose(t, l)
		total += n
		if c, _ := l.Newest(); c.Count != uint64(total) {
			t.Errorf("signed to %d of %d", c.Count, total)
		}
	}
	if len(kept) != 8 { // 3, 100, 101, 201, 301, 401, 451, 452
		t.Errorf("%d checkpoints", len(kept))
	}
	for _, c := range kept {
		r := mustVerify(t, folder, &c)
		if wantWhole(t, r, 1, uint64(total)); r.Signed != r.Last || r.Checkpoints != len(kept)+2 { // checkpoint.json has one twice
			t.Errorf("%+v", r)
		}
	}
	newest, err := os.ReadFile(filepath.Join(folder, "checkpoint.json"))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := ParseCheckpoint(newest); err != nil || !c.SignedBy(testPub) || c.Count != uint64(total) {
		t.Errorf("checkpoint.json: %+v, %v", c, err)
	}
	wantPrivate(t, folder)
}

func wantPrivate(t *testing.T, folder string) {
	if runtime.GOOS == "windows" { // which has no such modes
		return
	}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if info, err := d.Info(); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	folder, _ := newLog(t, 150, Options{})
	var fault *Fault
	otherKey := ed25519.NewKeyFromSeed(make([]byte, 32))
	if _, err := Open(folder, otherKey, Options{}); !errors.As(err, &fault) {
		t.Errorf("another key: %v", err)
	}
	for name, do := range map[string]func(*forger){
		"cut":            func(f *forger) { f.lines = f.lines[:149] },
		"cut to nothing": func(f *forger) { f.lines = nil },
		"stamped anew":   func(f *forger) { f.edit(149, "usr_2", "usr_3"); f.restamp(149, 150) },
		"segment moved": func(f *forger) {
			f.save()
			f.must(os.Rename(segment{f.folder, 1}.records(), segment{f.folder, 152}.records()))
		},
		"segment gone":      func(f *forger) { f.save(); f.must(os.Remove(segment{f.folder, 1}.records())) },
		"no checkpoints":    func(f *forger) { f.save(); f.tidy(0) },
		"checkpoint forged": func(f *forger) { f.save(); f.addMark(Checkpoint{Count: 150, Signature: make([]byte, 64)}) },
	} {
		f := newForger(t, folder)
		f.save()
		if do(f); strings.HasPrefix(name, "cut") || name == "stamped anew" {
			f.save()
		}
		before := snapshot(t, f.folder)
		if _, err := Open(f.folder, testKey, Options{}); !errors.As(err, &fault) {
			t.Errorf("%s: %v", name, err)
		}
		if after := snapshot(t, f.folder); after != before {
			t.Errorf("%s: Open has changed the evidence", name)
		}
	}
	l := mustOpen(t, folder, Options{})
	if _, err := Open(folder, testKey, Options{}); err == nil || errors.As(err, &fault) {
		t.Errorf("opened twice: %v", err)
	}
	mustClose(t, l)
}

// snapshot is all that is in a folder.
func snapshot(t *testing.T, folder string) string {
	var all strings.Builder
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(e.Name() + "\n" + string(data))
	}
	return all.String()
}

// A crash leaves any part of what was written behind the newest checkpoint.
func TestCrashRepair(t *testing.T) {
	original, _ := newLog(t, 130, Options{})
	for _, tt := range []struct {
		name    string
		do      func(f *forger)
		left    uint64 // records
		repairs bool
	}{
		{"nothing is missing", func(*forger) {}, 130, false},
		{"half a line", func(f *forger) { f.lines[129] = f.lines[129][:40] }, 129, true},
		{"no line break", func(f *forger) { f.lines[129] = bytes.TrimSuffix(f.lines[129], []byte{'\n'}) }, 129, true},
		{"zeros", func(f *forger) { f.lines[120] = make([]byte, 4096); f.lines = f.lines[:121] }, 120, true},
		{"a hole", func(f *forger) { clear(f.lines[110]) }, 110, true},
		{"all behind the checkpoint", func(f *forger) { f.lines[100] = []byte("{"); f.lines = f.lines[:101] }, 100, true},
		{"whole lines", func(f *forger) { f.lines = f.lines[:120] }, 120, false},
		{"half a checkpoint", func(f *forger) { f.appendTo(segment{f.folder, 1}.checkpoints(), `{"count":130,`) }, 130, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newForger(t, original)
			f.tidy(100) // the program died before the next checkpoint
			tt.do(f)
			f.save()
			torn := bytes.Join(f.lines, nil)[len(bytes.Join(f.lines[:min(int(tt.left), len(f.lines))], nil)):]
			l := mustOpen(t, f.folder, Options{})
			mustAppend(t, l, 5)
			mustClose(t, l)
			r := mustVerify(t, f.folder, nil)
			want := tt.left + 5
			if tt.repairs {
				want++
			}
			if wantWhole(t, r, 1, want); (r.Repaired == 1) != tt.repairs || r.Torn {
				t.Errorf("%+v", r)
			}
			found := find(t, f.folder, "audit.repaired")
			if len(found) == 0 {
				return
			}
			if name := found[0].Details["file"]; len(torn) > 0 {
				kept, err := os.ReadFile(filepath.Join(f.folder, name))
				if err != nil || !bytes.Equal(kept, torn) {
					t.Errorf("kept %d bytes of %d, %v", len(kept), len(torn), err)
				}
			} else if found[0].Details["checkpoint_bytes"] != "13" {
				t.Errorf("%+v", found[0])
			}
			wantPrivate(t, f.folder)
		})
	}
}

func (f *forger) appendTo(path, text string) {
	data, err := os.ReadFile(path)
	f.must(err)
	f.must(os.WriteFile(path, append(data, text...), 0o600))
}

// What is cut within a line, Verify reports as torn, and a kept checkpoint as missing.
func TestVerifyTorn(t *testing.T) {
	folder, kept := newLog(t, 130, Options{})
	f := newForger(t, folder)
	f.lines[129] = f.lines[129][:40]
	f.save()
	if r := mustVerify(t, f.folder, &kept); !r.Torn || r.Fault == nil || r.Fault.Record != 130 {
		t.Errorf("%+v", r)
	}
	f.tidy(100)
	if r := mustVerify(t, f.folder, nil); !r.Torn || r.Fault != nil || r.Last != 129 {
		t.Errorf("%+v", r)
	}
}

func TestRotationAndPruning(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "audit")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	options := Options{SegmentBytes: 40_000, Now: func() time.Time { return now }}
	var kept []Checkpoint
	options.OnCheckpoint = func(c Checkpoint) { kept = append(kept, c) }
	l := mustOpen(t, folder, options)
	mustAppend(t, l, 1000)
	mustClose(t, l)
	all, err := segments(folder)
	if err != nil || len(all) < 5 {
		t.Fatalf("%d segments, %v", len(all), err)
	}
	wantWhole(t, mustVerify(t, folder, nil), 1, 1000)
	early := kept[0]

	now = now.Add(91 * 24 * time.Hour)
	l = mustOpen(t, folder, options)
	mustAppend(t, l, 200)
	mustClose(t, l)
	left, err := segments(folder)
	if err != nil || left[0].first == 1 {
		t.Fatalf("segments from %d, %v", left[0].first, err)
	}
	if gone := find(t, folder, "audit.pruned"); len(gone) == 0 || gone[0].Details["first"] != "1" {
		t.Errorf("pruned: %+v", gone)
	}
	r := mustVerify(t, folder, &early)
	wantWhole(t, r, left[0].first, l.Count())
	for _, c := range kept {
		if r := mustVerify(t, folder, &c); r.Fault != nil {
			t.Errorf("checkpoint of %d: %v", c.Count, r.Fault)
		}
	}
	wantPrivate(t, folder)

	// One that removes a segment more is found.
	if err := errors.Join(os.Remove(left[0].records()), os.Remove(left[0].checkpoints())); err != nil {
		t.Fatal(err)
	}
	if r := mustVerify(t, folder, nil); r.Fault == nil || r.Fault.Record != 1 || r.Fault.Through != left[1].first-1 {
		t.Errorf("%+v", r)
	}
	// So is one in the middle.
	if err := os.Rename(left[2].records(), left[2].records()+"x"); err != nil {
		t.Fatal(err)
	}
	if r := mustVerify(t, folder, nil); r.Fault == nil {
		t.Errorf("%+v", r)
	}
}

// A clock that is a year ahead must not take the log with it, and one that goes
// back is recorded as it is.
func TestClockJumps(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "audit")
	start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	now := start
	options := Options{Now: func() time.Time { return now }}
	for day := range 10 {
		now = start.AddDate(0, 0, 2*day)
		l := mustOpen(t, folder, options)
		mustAppend(t, l, 3)
		mustClose(t, l)
	}
	before, err := segments(folder)
	if err != nil || len(before) < 8 {
		t.Fatalf("%d segments in 20 days, %v; want one a day", len(before), err)
	}
	now = start.AddDate(5, 0, 0)
	l := mustOpen(t, folder, options)
	mustAppend(t, l, 3)
	mustClose(t, l)
	after, err := segments(folder)
	if err != nil || len(after) < len(before)-pruneAtOnce {
		t.Errorf("%d of %d segments are left, %v", len(after), len(before), err)
	}
	now = start.AddDate(20_000, 0, 0)
	l = mustOpen(t, folder, options)
	mustAppend(t, l, 3)
	mustClose(t, l)
	if page, err := Newest(folder, 1); err != nil || len(page) != 1 || page[0].When != lastTime {
		t.Errorf("%+v, %v", page, err)
	}
	if after, err = segments(folder); err != nil {
		t.Fatal(err)
	}
	now = start.AddDate(-30, 0, 0)
	l = mustOpen(t, folder, options)
	mustAppend(t, l, 3)
	mustClose(t, l)
	r := mustVerify(t, folder, nil)
	if wantWhole(t, r, after[0].first, l.Count()); r.ClockBack != 1 {
		t.Errorf("%+v", r)
	}
	if page, err := Newest(folder, 1); err != nil || len(page) != 1 || page[0].When.Year() != 1996 {
		t.Errorf("%+v, %v", page, err)
	}
}

// Ordinary records are on disk within a second, and signed within a minute.
func TestTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var disk faultyDisk
		var kept atomic.Int64
		l := mustOpen(t, t.TempDir(), Options{open: disk.open, OnCheckpoint: func(Checkpoint) { kept.Add(1) }})
		for _, step := range []struct {
			wait     time.Duration
			appends  int
			security bool
			syncs    int64 // so far
			signed   int64
		}{
			{0, 1, false, 0, 0},
			{990 * time.Millisecond, 1, false, 0, 0},
			{10 * time.Millisecond, 0, false, 1, 0}, // a second after the first
			{time.Second, 0, false, 1, 0},
			{0, 1, true, 2, 0}, // at once
			{57 * time.Second, 0, false, 2, 0},
			{time.Second, 0, false, 3, 1}, // the checkpoint's own
			{time.Hour, 0, false, 3, 1},   // nothing new
			{0, 100, false, 5, 2},         // a hundred
			{time.Hour, 99, false, 5, 2},  // one less
			{time.Second, 0, false, 6, 2}, //
			{59 * time.Second, 0, false, 7, 3},
		} {
			time.Sleep(step.wait)
			synctest.Wait()
			for range step.appends {
				if err := l.Append(t.Context(), Record{What: "x", Security: step.security}); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait()
			if disk.syncs.Load() != step.syncs || kept.Load() != step.signed {
				t.Errorf("%+v: %d syncs, %d checkpoints", step, disk.syncs.Load(), kept.Load())
			}
		}
		mustClose(t, l)
	})
}

func TestAppendWhileOthersDo(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "audit")
	l := mustOpen(t, folder, Options{SegmentBytes: 50_000})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 100 {
				if err := l.Append(t.Context(), Record{What: "x", Security: i%2 == 0}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Go(func() {
		for range 20 {
			if r, err := l.Verify(nil); err != nil || r.Fault != nil || r.Last != r.Signed {
				t.Errorf("while writing: %+v, %v", r, err)
			}
			if _, err := Newest(folder, 10); err != nil {
				t.Error(err)
			}
			_ = l.Healthy()
		}
	})
	group.Wait()
	mustClose(t, l)
	if r := mustVerify(t, folder, nil); r.ClockBack != 0 {
		t.Errorf("times are not in the order of the numbers: %+v", r)
	} else {
		wantWhole(t, r, 1, 800)
	}
	if err := l.Append(t.Context(), Record{What: "x"}); !errors.Is(err, ErrUnwritable) || !errors.Is(l.Healthy(), ErrUnwritable) {
		t.Errorf("after Close: %v, %v", err, l.Healthy())
	}
	if err := l.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

func TestContext(t *testing.T) {
	var disk faultyDisk
	release := make(chan struct{})
	disk.stalled.Store(&release)
	folder := t.TempDir()
	l := mustOpen(t, folder, Options{open: disk.open})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := l.Append(ctx, Record{What: "auth.login.failed", Security: true}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a stalled disk: %v", err)
	}
	// Ordinary records wait for no disk, until there are too many.
	accepted := 0
	for l.Append(t.Context(), Record{What: "x"}) == nil {
		accepted++
	}
	if err := l.Healthy(); !errors.Is(err, ErrUnwritable) || accepted != queueLength {
		t.Errorf("%d accepted, %v", accepted, err)
	}
	disk.stalled.Store(nil)
	close(release)
	mustClose(t, l)
	wantWhole(t, mustVerify(t, folder, nil), 1, uint64(accepted)+2)
	if found := find(t, folder, "audit.recovered"); len(found) != 1 || found[0].Details["refused"] != "1" {
		t.Errorf("%+v", found)
	}
}
