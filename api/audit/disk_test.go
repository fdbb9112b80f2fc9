package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Threat: a disk that is full or broken. Whatever happens to it, records are
// refused while it lasts, those accepted before are in the log after it, and the
// chain is whole.
func TestDiskFails(t *testing.T) {
	for name, fail := range map[string]func(d *faultyDisk, failing bool){
		"full":         func(d *faultyDisk, failing bool) { d.full.Store(failing) },
		"fsync fails":  func(d *faultyDisk, failing bool) { d.broken.Store(failing) },
		"full, broken": func(d *faultyDisk, failing bool) { d.full.Store(failing); d.broken.Store(failing) },
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { diskFails(t, fail) }) })
	}
}

func diskFails(t *testing.T, fail func(*faultyDisk, bool)) {
	var disk faultyDisk
	folder := filepath.Join(t.TempDir(), "audit")
	l := mustOpen(t, folder, Options{open: disk.open})
	accepted, refused := 0, 0
	for round := range 3 {
		mustAppend(t, l, 30) // some synced, some not
		time.Sleep(500 * time.Millisecond)
		mustAppend(t, l, 30)
		accepted += 60
		fail(&disk, true)
		time.Sleep(2 * time.Second)
		for range 4 {
			if err := l.Append(t.Context(), Record{What: "x"}); err == nil {
				accepted++ // the one that finds out
			} else if !errors.Is(err, ErrUnwritable) || !errors.Is(err, errDisk) {
				t.Errorf("refused with %v", err)
			} else {
				refused++
			}
			synctest.Wait()
		}
		if err := l.Append(t.Context(), Record{What: "x", Security: true}); !errors.Is(err, ErrUnwritable) {
			t.Errorf("a security record was accepted: %v", err)
		}
		refused++
		if err := l.Healthy(); !errors.Is(err, ErrUnwritable) || !strings.Contains(err.Error(), errDisk.Error()) {
			t.Errorf("healthy: %v", err)
		}
		if _, err := Read(folder, 0, 10); err != nil { // reading goes on
			t.Error(err)
		}
		fail(&disk, false)
		time.Sleep(retryEvery + syncWithin)
		synctest.Wait()
		if err := l.Healthy(); err != nil {
			t.Errorf("not healthy again: %v", err)
		}
		if found := find(t, folder, "audit.recovered"); len(found) != round+1 {
			t.Errorf("%d recoveries are recorded, want %d", len(found), round+1)
		}
		if err := l.Append(t.Context(), Record{What: "back", Security: true}); err != nil {
			t.Error(err)
		}
		accepted++
	}
	mustClose(t, l)
	wantWhole(t, mustVerify(t, folder, nil), 1, uint64(accepted)+3)
	told := 0
	for _, r := range find(t, folder, "audit.recovered") {
		n := 0
		for _, digit := range r.Details["refused"] {
			n = 10*n + int(digit-'0')
		}
		told += n
	}
	if told != refused {
		t.Errorf("%d refusals are recorded, want %d", told, refused)
	}
}

func TestDiskFailsToTheEnd(t *testing.T) {
	var disk faultyDisk
	folder := filepath.Join(t.TempDir(), "audit")
	l := mustOpen(t, folder, Options{open: disk.open})
	mustAppend(t, l, 150)
	for l.Count() < 150 {
		time.Sleep(time.Millisecond)
	}
	disk.full.Store(true)
	if err := l.Append(t.Context(), Record{What: "x", Security: true}); !errors.Is(err, errDisk) {
		t.Errorf("Append: %v", err)
	}
	if err := l.Close(); !errors.Is(err, ErrUnwritable) {
		t.Errorf("Close: %v", err)
	}
	l = mustOpen(t, folder, Options{}) // half a line is there
	mustClose(t, l)
	wantWhole(t, mustVerify(t, folder, nil), 1, 151)
	if found := find(t, folder, "audit.repaired"); len(found) != 1 || found[0].Number != 151 {
		t.Errorf("%+v", found)
	}
}

// A disk that fails from the start: the log opens, refuses, and comes back.
func TestDiskFailsAtOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var disk faultyDisk
		disk.broken.Store(true)
		folder := filepath.Join(t.TempDir(), "audit")
		l := mustOpen(t, folder, Options{open: disk.open})
		if err := l.Append(t.Context(), Record{What: "x", Security: true}); !errors.Is(err, ErrUnwritable) {
			t.Errorf("accepted: %v", err)
		}
		disk.broken.Store(false)
		time.Sleep(2 * retryEvery)
		if err := l.Append(t.Context(), Record{What: "x", Security: true}); err != nil {
			t.Error(err)
		}
		mustClose(t, l)
		wantWhole(t, mustVerify(t, folder, nil), 1, 3) // the first is there, though nobody was promised it
	})
}

// Threat: somebody removes, cuts or replaces the file while it is written to.
func TestFileIsTakenAway(t *testing.T) {
	for name, do := range map[string]func(path string) error{
		"removed": os.Remove,
		"cut":     func(path string) error { return os.Truncate(path, 10) },
		"longer": func(path string) error {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("x")
			return errors.Join(err, f.Close())
		},
	} {
		folder := filepath.Join(t.TempDir(), "audit")
		l := mustOpen(t, folder, Options{})
		if err := l.Append(t.Context(), Record{What: "x", Security: true}); err != nil {
			t.Fatal(err)
		}
		if err := do(segment{folder, 1}.records()); err != nil {
			t.Fatal(err)
		}
		if err := l.Append(t.Context(), Record{What: "x", Security: true}); !errors.Is(err, ErrUnwritable) {
			t.Errorf("%s: %v", name, err)
		}
		if err := l.Close(); (err == nil) != (name == "longer") { // what was added is cut off again
			t.Errorf("%s: Close: %v", name, err)
		}
	}
}
