package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// childDatabase is set in the process that is there to be killed.
const childDatabase = "SPACETIME_TEST_STORE_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childDatabase); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes users and sessions, and after each prints its number:
// that it is acknowledged.
func writeUntilKilled(path string) {
	ctx := context.Background()
	s, err := Open(path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	users, err := s.Users(ctx)
	for i := len(users); err == nil; i++ {
		id := fmt.Sprintf("user-%06d", i)
		err = errors.Join(
			s.CreateUser(ctx, User{ID: id, Name: id, Role: "viewer", Password: Hash("hash"), Created: noon, Updated: noon}),
			s.CreateSession(ctx, session("session-"+id, id), Hash(id)))
		if err == nil {
			fmt.Println(id)
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

// writer is a process that writes.
type writer struct {
	*exec.Cmd
	lines *bufio.Scanner
}

func startWriter(t *testing.T, path string) writer {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childDatabase+"="+path)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return writer{c, bufio.NewScanner(out)}
}

// kill kills the process d after its n-th acknowledgement, and returns all.
func (w writer) kill(t *testing.T, n int, d time.Duration) (acknowledged []string) {
	t.Helper()
	for w.lines.Scan() {
		line := w.lines.Text()
		if !strings.HasPrefix(line, "user-") {
			t.Fatalf("it ended by itself: %s", line)
		}
		if acknowledged = append(acknowledged, line); len(acknowledged) == n {
			time.AfterFunc(d, func() { _ = w.Process.Kill() })
		}
	}
	if err := w.Wait(); err == nil {
		t.Fatal("it ended by itself")
	}
	return acknowledged
}

// TestKilledProcessLosesNothing kills a process that writes, again and again on
// one database. It proves what a crash of the program does; that of the machine
// is synchronous=FULL's and the disk's word.
func TestKilledProcessLosesNothing(t *testing.T) {
	kills := 20
	if os.Getenv("SPACETIME_TEST_FULL") != "" {
		kills = 200
	}
	path := filepath.Join(t.TempDir(), "control.db")
	var all []string
	for i := range kills {
		all = append(all, startWriter(t, path).kill(t, 1+i%10, time.Duration(i%7)*300*time.Microsecond)...)
		examine(t, path, all, i+1)
	}
}

func examine(t *testing.T, path string, acknowledged []string, kills int) {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	check(t, "verify", s.Verify(t.Context()), nil)
	users, err := s.Users(t.Context())
	check(t, "users", err, nil)
	sessions, err := s.Sessions(t.Context())
	check(t, "sessions", err, nil)
	for _, id := range acknowledged {
		has := slices.ContainsFunc(users, func(u User) bool { return u.ID == id })
		if !has || !slices.ContainsFunc(sessions, func(x Session) bool { return x.UserID == id }) {
			t.Fatalf("%s was acknowledged and is lost", id)
		}
	}
	// Each time one may have been written that the process did not live to tell.
	if n := len(users); n > len(acknowledged)+kills {
		t.Fatalf("%d users, %d acknowledged, %d kills", n, len(acknowledged), kills)
	}
}

// TestSecondProcessIsTurnedAway while the first has it open and does nothing.
func TestSecondProcessIsTurnedAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.db")
	s := openAt(t, path)
	w := startWriter(t, path)
	w.lines.Scan()
	want := "open database " + path + ": another process has it open; stop that one first"
	if got := w.lines.Text(); got != want {
		t.Errorf("the second says %q, want %q", got, want)
	}
	_ = w.Process.Kill()
	_ = w.Wait()
	if again, err := Open(path); !errors.Is(err, ErrInUse) || again != nil {
		t.Errorf("a second time in one process: error %v, want ErrInUse", err)
	}
	check(t, "write of the first", s.CreateUser(t.Context(), ada()), nil)
	check(t, "close", s.Close(), nil)
	w = startWriter(t, path)
	if acknowledged := w.kill(t, 1, 0); len(acknowledged) == 0 {
		t.Error("the second cannot write once the first is gone")
	}
}
