package limit

import (
	"context"
	"slices"
	"sync"
	"time"
)

// The lanes of the control plane. The heavy lane takes one handler at a time:
// with one PNG encoder a 90 Hz loop kept its rate, with sixteen it missed 97 %
// of its frames. Health is apart, so that a probe is answered under any load.
const (
	HealthSlots = 2
	HeavySlots  = 1
	LightWait   = 50 * time.Millisecond
)

// LightSlots returns the slots of the light lane on a machine with that many
// cores: all but two, which are the picture's, and at least 2.
func LightSlots(cores int) int { return max(2, cores-2) }

// A Lane lets a bounded number of handlers work at a time; further ones wait
// a moment, in the order they came, and are then turned away. It is safe on
// any goroutine.
type Lane struct {
	wait  time.Duration
	leave func() // handed to everybody who enters, made once

	mu      sync.Mutex
	slots   int
	inside  int
	queue   []*waiter
	spare   []*waiter // for whoever waits next
	refused uint64
}

type waiter struct {
	entered chan struct{} // of one: the slot handed over
	timer   *time.Timer
}

// NewLane returns a lane with that many slots (>= 0). Who finds it full waits
// at most so long.
func NewLane(slots int, wait time.Duration) *Lane {
	l := &Lane{slots: max(slots, 0), wait: wait}
	l.leave = l.exit
	return l
}

// Enter takes a slot. If ok, call leave exactly once, when the work is done; a
// lane left more often than entered panics. Not ok, and leave nil: the lane
// stayed full for the lane's wait, has no slots, or ctx ended. Once as many
// have waited at a time before, nothing is allocated.
func (l *Lane) Enter(ctx context.Context) (leave func(), ok bool) {
	if ctx.Err() != nil {
		return nil, false
	}
	l.mu.Lock()
	if l.inside < l.slots { // then nobody waits: [Lane.admit]
		l.inside++
		l.mu.Unlock()
		return l.leave, true
	}
	if l.slots == 0 || l.wait <= 0 {
		l.refused++
		l.mu.Unlock()
		return nil, false
	}
	w := l.enqueue()
	l.mu.Unlock()
	return l.await(ctx, w)
}

// enqueue puts a waiter at the end of the queue; l.mu is held.
func (l *Lane) enqueue() (w *waiter) {
	if last := len(l.spare) - 1; last >= 0 {
		w, l.spare = l.spare[last], l.spare[:last]
		w.timer.Reset(l.wait)
	} else {
		w = &waiter{make(chan struct{}, 1), time.NewTimer(l.wait)}
	}
	l.queue = append(l.queue, w)
	return w
}

func (l *Lane) await(ctx context.Context, w *waiter) (leave func(), ok bool) {
	select {
	case <-w.entered:
		ok = true
	case <-w.timer.C:
	case <-ctx.Done():
	}
	w.timer.Stop()

	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare = append(l.spare, w)
	if ok {
		return l.leave, true
	}
	if i := slices.Index(l.queue, w); i >= 0 {
		l.queue = slices.Delete(l.queue, i, i+1)
		l.refused++
		return nil, false
	}
	<-w.entered // the slot was handed over in the same moment
	return l.leave, true
}

func (l *Lane) exit() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inside == 0 {
		panic("limit: lane left more often than entered")
	}
	l.inside--
	l.admit()
}

// admit hands free slots to those who wait; l.mu is held.
func (l *Lane) admit() {
	for l.inside < l.slots && len(l.queue) > 0 {
		l.inside++
		l.queue[0].entered <- struct{}{}
		l.queue = slices.Delete(l.queue, 0, 1)
	}
}

// Resize changes the number of slots (>= 0). Who is inside stays; with 0 slots
// nobody enters, and newcomers are turned away at once.
func (l *Lane) Resize(slots int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slots = max(slots, 0)
	l.admit()
}

// LaneCounts is what a lane looks like at one moment.
type LaneCounts struct {
	Slots   int
	Inside  int // at work; above Slots for a while after [Lane.Resize] made it smaller
	Waiting int
	Refused uint64 // turned away since the start, those whose context ended while they waited included
}

// Counts returns the lane's counts, for metrics.
func (l *Lane) Counts() LaneCounts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return LaneCounts{l.slots, l.inside, len(l.queue), l.refused}
}
