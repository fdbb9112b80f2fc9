package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// schedule is what proc(5) says of a thread: its nice value and its policy.
type schedule struct{ nice, policy int }

// threads reads the schedules of this process' threads, by their ids.
func threads(t *testing.T) map[int]schedule {
	t.Helper()
	files, err := filepath.Glob("/proc/self/task/*/stat")
	if err != nil || len(files) == 0 {
		t.Fatal("no threads", err)
	}
	all := map[int]schedule{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) { // it has ended
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		id, err1 := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		found, err2 := parseStat(string(text))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		all[id] = found
	}
	return all
}

// TestRaisePriority: whatever the system allows here, the thread is scheduled as
// RaisePriority says, and no other thread differs from before, nor does one that
// the raised thread starts.
func TestRaisePriority(t *testing.T) {
	for name, raise := range map[string]func() (Priority, error){
		"best": RaisePriority,
		"no real time": func() (Priority, error) {
			if err := raiseShare(); err != nil {
				return PriorityNormal, err
			}
			return PriorityNice, errors.New("none was asked for")
		},
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan error)
			go func() {
				runtime.LockOSThread() // for ever: the thread ends with its goroutine
				before := threads(t)
				mode, why := raise()
				if (mode == PriorityRealTime) != (why == nil) {
					done <- fmt.Errorf("mode %s with the reason %v", mode, why)
					return
				}
				mine := before[syscall.Gettid()]
				switch mode {
				case PriorityRealTime:
					mine.policy = schedRR
				case PriorityNice:
					mine.nice = niceness
				}
				done <- checkThreads(t, before, mine)
			}()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

// checkThreads wants the calling thread as given, all others as before, and
// those that have started since ordinary.
func checkThreads(t *testing.T, before map[int]schedule, mine schedule) error {
	if started, err := clonePolicy(); err != nil || started.policy != schedOther || started.nice < 0 {
		return fmt.Errorf("what the thread starts is %+v, want it ordinary: %v", started, err)
	}
	for id, got := range threads(t) {
		want, known := before[id]
		if !known { // the Go runtime has started it since, from a thread that was not raised
			want = schedule{nice: max(got.nice, 0)}
		}
		if id == syscall.Gettid() {
			want = mine
		}
		if got != want {
			return fmt.Errorf("thread %d (this is %d) is %+v, want %+v", id, syscall.Gettid(), got, want)
		}
	}
	return nil
}

// clonePolicy starts a process from the calling thread, by the clone(2) that
// starts threads too, and returns how it is scheduled.
func clonePolicy() (schedule, error) {
	p, err := os.StartProcess("/bin/cat", []string{"cat"}, &os.ProcAttr{})
	if err != nil {
		return schedule{}, err
	}
	defer p.Wait()
	defer p.Kill()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Pid))
	if err != nil {
		return schedule{}, err
	}
	return parseStat(string(text))
}

// parseStat reads a line of /proc/PID/stat; its fields are counted from 1 in
// proc(5). The name in brackets, field 2, may hold anything.
func parseStat(text string) (schedule, error) {
	fields := strings.Fields(text[strings.LastIndex(text, ")")+1:]) // from field 3 on
	nice, err1 := strconv.Atoi(fields[19-3])
	policy, err2 := strconv.Atoi(fields[41-3])
	return schedule{nice, policy}, errors.Join(err1, err2)
}
