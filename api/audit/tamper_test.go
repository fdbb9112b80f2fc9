package audit

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// forger is somebody who may write to the folder and has no key.
type forger struct {
	t      *testing.T
	folder string
	lines  [][]byte
}

func newForger(t *testing.T, original string) *forger {
	folder := filepath.Join(t.TempDir(), "audit")
	if err := os.CopyFS(folder, os.DirFS(original)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lock", newestFile, "records-000000000001.jsonl", "checkpoints-000000000001.jsonl"} {
		if err := os.Chmod(filepath.Join(folder, name), 0o600); err != nil { // CopyFS makes them 0644
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(segment{folder, 1}.records())
	if err != nil {
		t.Fatal(err)
	}
	return &forger{t, folder, slices.Collect(bytes.Lines(data))}
}

func (f *forger) save() {
	if err := os.WriteFile(segment{f.folder, 1}.records(), bytes.Join(f.lines, nil), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// edit makes the i-th record another's deed, or an earlier one.
func (f *forger) edit(i int, old, changed string) {
	line := bytes.Replace(f.lines[i], []byte(old), []byte(changed), 1)
	if bytes.Equal(line, f.lines[i]) {
		f.t.Fatalf("nothing to edit in %s", line)
	}
	f.lines[i] = line
}

// restamp numbers and hashes the records from i to before end anew.
func (f *forger) restamp(i, end int) {
	c := chain{n: uint64(i)}
	if i > 0 {
		r, err := parse(bytes.TrimSuffix(f.lines[i-1], []byte{'\n'}))
		if err != nil {
			f.t.Fatal(err)
		}
		c.head = r.Hash
	}
	for ; i < end; i++ {
		r, err := parse(bytes.TrimSuffix(f.lines[i], []byte{'\n'}))
		if err != nil {
			f.t.Fatal(err)
		}
		body, err := encode(&r)
		if err != nil {
			f.t.Fatal(err)
		}
		f.lines[i] = c.add(nil, r.When, body)
	}
}

// tidy removes the checkpoints that tell of records behind i.
func (f *forger) tidy(i int) {
	path := segment{f.folder, 1}.checkpoints()
	data, err := os.ReadFile(path)
	if err != nil {
		f.t.Fatal(err)
	}
	var left, newest []byte
	for line := range bytes.Lines(data) {
		c, err := ParseCheckpoint(line)
		if err != nil {
			f.t.Fatal(err)
		}
		if c.Count <= uint64(i) {
			left, newest = append(left, line...), line
		}
	}
	for path, data := range map[string][]byte{path: left, filepath.Join(f.folder, newestFile): newest} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
}

var manipulations = []struct {
	name string
	do   func(f *forger, i int)
}{
	{"edit", func(f *forger, i int) { f.edit(i, `"usr_2"`, `"usr_3"`) }},
	{"edit and hash anew", func(f *forger, i int) { f.edit(i, `"usr_2"`, `"usr_3"`); f.restamp(i, i+1) }},
	{"delete", func(f *forger, i int) { f.lines = slices.Delete(f.lines, i, i+1) }},
	{"insert a copy", func(f *forger, i int) { f.lines = slices.Insert(f.lines, i, f.lines[i-1]) }},
	{"swap two", func(f *forger, i int) { f.lines[i], f.lines[i-1] = f.lines[i-1], f.lines[i] }},
	{"cut the tail", func(f *forger, i int) { f.lines = f.lines[:i] }},
	{"edit and stamp the rest anew", func(f *forger, i int) { f.edit(i, `"usr_2"`, `"usr_3"`); f.restamp(i, len(f.lines)) }},
	{"clock back and stamp the rest anew", func(f *forger, i int) { f.edit(i, `"when":"20`, `"when":"19`); f.restamp(i, len(f.lines)) }},
}

// Threat: whoever can write to the folder, but not sign, changes a log of 1050
// records at 25 places in 8 ways. The thorough one also removes the checkpoints
// that would give it away; against that one only a kept checkpoint helps: without
// it none of the 25 cuts is found, nor are 6 changes of the last 50 records, which
// no checkpoint covers any more.
func TestTampering(t *testing.T) {
	const records, positions = 1050, 25
	original := filepath.Join(t.TempDir(), "audit")
	l := mustOpen(t, original, Options{})
	for i := range records { // short ones: half a million are verified here
		if err := l.Append(t.Context(), Record{What: "x", Who: Who{Subject: "usr_2"}, Security: i%500 == 0}); err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, l)
	kept, _ := l.Newest()
	wantWhole(t, mustVerify(t, original, &kept), 1, records)
	var found [2][2]int // thorough or not, with a kept checkpoint or without
	for _, m := range manipulations {
		for p := range positions {
			i := 1 + p*(records-2)/(positions-1) // from the second to the last
			f := newForger(t, original)
			m.do(f, i)
			f.save()
			for thorough := range 2 {
				if thorough == 1 {
					f.tidy(i)
				}
				for without, kept := range []*Checkpoint{&kept, nil} {
					if fault := mustVerify(t, f.folder, kept).Fault; fault != nil {
						found[thorough][without]++
						f.wantNamed(fault, m.name, uint64(i)+1)
					}
				}
			}
		}
	}
	if want := [2][2]int{{200, 200}, {200, 169}}; found != want {
		t.Errorf("of 200 found %v, want %v", found, want)
	}
}

// TestTamperingIsFoundAtTheStart: what was changed lately is found when the log is
// opened, which leaves it as it is.
func TestTamperingIsFoundAtTheStart(t *testing.T) {
	folder, _ := newLog(t, 1250, Options{})
	for _, tt := range []struct {
		record int
		found  bool
	}{{100, false}, {301, true}, {800, true}, {1249, true}} {
		f := newForger(t, folder)
		f.edit(tt.record-1, `"usr_2"`, `"usr_3"`)
		f.save()
		l, err := Open(f.folder, testKey, Options{})
		var fault *Fault
		if errors.As(err, &fault) != tt.found || tt.found && fault.Record != uint64(tt.record) {
			t.Errorf("record %d: got %v, found is to be %t", tt.record, err, tt.found)
		}
		if err == nil {
			mustClose(t, l)
			continue
		}
		data, err := os.ReadFile(segment{f.folder, 1}.records())
		if err != nil || !bytes.Equal(data, bytes.Join(f.lines, nil)) {
			t.Errorf("record %d: the log was changed (%v)", tt.record, err)
		}
	}
}

// TestTamperingWithAYoungLog: its first records have no checkpoint before them.
func TestTamperingWithAYoungLog(t *testing.T) {
	folder, _ := newLog(t, 50, Options{})
	mustClose(t, mustOpen(t, folder, Options{}))
	f := newForger(t, folder)
	f.edit(0, `"usr_2"`, `"usr_3"`)
	f.save()
	var fault *Fault
	if _, err := Open(f.folder, testKey, Options{}); !errors.As(err, &fault) || fault.Record != 1 {
		t.Errorf("got %v, want a fault of record 1", err)
	}
}

// wantNamed is that the fault names the record: exactly, or as one of those that
// a checkpoint covers at once; a swap begins one earlier.
func (f *forger) wantNamed(fault *Fault, name string, bad uint64) {
	f.t.Helper()
	if name == "swap two" {
		bad--
	}
	if name == "edit and hash anew" && fault.Record == bad+1 { // the next no longer fits: either was changed
		return
	}
	if fault.Record != bad && (fault.Record > bad || fault.Through < bad) {
		f.t.Errorf("%s of record %d: found as %v", name, bad, fault)
	}
}

func TestForgedFolder(t *testing.T) {
	folder, kept := newLog(t, 250, Options{})
	other := Checkpoint{Count: kept.Count, Head: kept.Head, Time: time.Now()}
	for name, do := range map[string]func(f *forger){
		"no records":           func(f *forger) { f.must(os.Remove(segment{f.folder, 1}.records())) },
		"no records, no marks": func(f *forger) { f.must(os.RemoveAll(f.folder)); f.must(os.Mkdir(f.folder, 0o700)) },
		"first ones gone":      func(f *forger) { f.move(101) },
		"no checkpoints": func(f *forger) {
			f.must(os.Remove(segment{f.folder, 1}.checkpoints()))
			f.must(os.Remove(filepath.Join(f.folder, newestFile)))
		},
		"unsigned checkpoint":  func(f *forger) { f.addMark(other) },
		"forged signature":     func(f *forger) { other.Signature = make([]byte, 64); f.addMark(other) },
		"two histories signed": func(f *forger) { f.addMark(Checkpoint{Count: 7, Time: time.Now()}.signedWith(testKey)) },
		"another file":         func(f *forger) { f.must(os.WriteFile(filepath.Join(f.folder, "records-7.jsonl"), nil, 0o600)) },
		"a line without end": func(f *forger) {
			f.must(os.WriteFile(segment{f.folder, 1}.records(), bytes.Repeat([]byte("x"), 1<<20), 0o600))
		},
	} {
		f := newForger(t, folder)
		do(f)
		kept := &kept
		if name == "no checkpoints" {
			kept = nil
		}
		if r := mustVerify(t, f.folder, kept); r.Fault == nil {
			t.Errorf("%s: %+v", name, r)
		} else {
			t.Logf("%s: %v", name, r.Fault)
		}
	}
	if _, err := Verify(folder, testPub, &other); err == nil {
		t.Error("a kept checkpoint that is not signed was taken")
	}
	if _, err := Verify(filepath.Join(folder, "none"), testPub, nil); err == nil {
		t.Error("verified a folder that is not there")
	}
}

func (f *forger) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// move makes a segment that begins with record n of what the first has from there.
func (f *forger) move(n uint64) {
	f.must(os.Remove(segment{f.folder, 1}.records()))
	f.must(os.WriteFile(segment{f.folder, n}.records(), bytes.Join(f.lines[n-1:], nil), 0o600))
	f.must(os.Rename(segment{f.folder, 1}.checkpoints(), segment{f.folder, n}.checkpoints()))
}

func (f *forger) addMark(c Checkpoint) {
	path := segment{f.folder, 1}.checkpoints()
	data, err := os.ReadFile(path)
	f.must(err)
	f.must(os.WriteFile(path, append(data, c.line()...), 0o600))
}
