package host

import (
	"runtime"
	"testing"
)

func TestRaisePriority(t *testing.T) {
	runtime.LockOSThread() // for ever: the thread ends with its goroutine
	if mode, err := RaisePriority(); mode != PriorityGames || err != nil {
		t.Errorf("got %s, %v; want %s", mode, err, PriorityGames)
	}
}
