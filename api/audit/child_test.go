package audit

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const childFolder = "SPACETIME_AUDIT_TEST_FOLDER"

// appendUntilKilled is what the test's child does: it says which records it
// was promised.
func appendUntilKilled() {
	l, err := Open(os.Getenv(childFolder), testKey, Options{SegmentBytes: 20_000})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for i := 0; ; i++ {
		id := strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(i)
		if err := l.Append(context.Background(), Record{What: "x", Request: id, Security: i%3 == 0}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		if i%3 == 0 {
			fmt.Println("promised", id)
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// kill -9 in the middle of it, again and again: the chain goes on, and what was
// promised is there.
func TestKilled(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "audit")
	var promised []string
	for round := range 12 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childFolder+"="+folder)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines, seen := bufio.NewScanner(out), 0
		for lines.Scan() {
			id, found := strings.CutPrefix(lines.Text(), "promised ")
			if !found {
				t.Fatal(lines.Text())
			}
			promised = append(promised, id)
			if seen++; seen == 1+7*round%50 {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = child.Wait() // killed
		if r := mustVerify(t, folder, nil); r.Fault != nil {
			t.Fatalf("round %d: %v", round, r.Fault)
		}
	}
	l := mustOpen(t, folder, Options{})
	mustClose(t, l)
	r := mustVerify(t, folder, nil)
	wantWhole(t, r, 1, l.Count())
	there := map[string]bool{}
	for _, r := range find(t, folder, "x") {
		there[r.Request] = true
	}
	for _, id := range promised {
		if !there[id] {
			t.Errorf("record %s was promised and is not there", id)
		}
	}
	t.Logf("%d promised, %d there, %d repairs", len(promised), len(there), r.Repaired)
}
