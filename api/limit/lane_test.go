package limit

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestLaneSlots(t *testing.T) {
	for cores, want := range map[int]int{1: 2, 2: 2, 4: 2, 5: 3, 16: 14} {
		if got := LightSlots(cores); got != want {
			t.Errorf("%d cores: %d slots, want %d", cores, got, want)
		}
	}
}

func TestLaneTurnsAwayAfterItsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(2, LightWait)
		for range 2 {
			if _, ok := l.Enter(t.Context()); !ok {
				t.Fatal("turned away from an empty lane")
			}
		}
		began := time.Now()
		if leave, ok := l.Enter(t.Context()); ok || leave != nil || time.Since(began) != LightWait {
			t.Errorf("entered a full lane: %t after %v", ok, time.Since(began))
		}
		if got, want := l.Counts(), (LaneCounts{Slots: 2, Inside: 2, Refused: 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

func TestLaneHandsSlotsOverInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(1, time.Second)
		leave, _ := l.Enter(t.Context())
		order := make(chan int, 3)
		for i := range 3 {
			go func() {
				next, ok := l.Enter(t.Context())
				if !ok {
					t.Errorf("%d was turned away", i)
					return
				}
				order <- i
				time.Sleep(time.Millisecond)
				next()
			}()
			synctest.Wait()
		}
		if got := l.Counts(); got.Waiting != 3 {
			t.Errorf("%+v, want 3 waiting", got)
		}
		leave()
		for want := range 3 {
			if got := <-order; got != want {
				t.Errorf("%d entered, want %d", got, want)
			}
		}
		time.Sleep(time.Second)
		if got, want := l.Counts(), (LaneCounts{Slots: 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

func TestLaneResize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(3, LightWait)
		var leave func()
		for range 3 {
			leave, _ = l.Enter(t.Context())
		}
		l.Resize(1)
		leave() // two inside one slot
		if _, ok := l.Enter(t.Context()); ok {
			t.Error("entered a lane that was made smaller")
		}
		leave()
		leave()
		if _, ok := l.Enter(t.Context()); !ok {
			t.Error("turned away from an empty lane")
		}
		entered := make(chan bool)
		go func() { _, ok := l.Enter(t.Context()); entered <- ok }()
		synctest.Wait()
		l.Resize(2) // lets the waiting one in
		if !<-entered {
			t.Error("turned away though a slot was added")
		}
		l.Resize(0)
		began := time.Now()
		if _, ok := l.Enter(t.Context()); ok || time.Since(began) != 0 {
			t.Errorf("lane without slots: %t after %v", ok, time.Since(began))
		}
	})
}

func TestLaneContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLane(1, time.Second)
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if _, ok := l.Enter(over); ok {
			t.Error("entered with a context that had ended")
		}
		leave, _ := l.Enter(t.Context())
		soon, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, ok := l.Enter(soon); ok || time.Since(began) != time.Millisecond {
			t.Errorf("entered: %t after %v", ok, time.Since(began))
		}
		leave()
		if got, want := l.Counts(), (LaneCounts{Slots: 1, Refused: 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

func TestLaneLeftTwicePanics(t *testing.T) {
	l := NewLane(1, 0)
	leave, _ := l.Enter(t.Context())
	leave()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	leave()
}

// Waits that end in the very moment a slot is handed over must not lose it.
func TestLaneUnderLoad(t *testing.T) {
	l := NewLane(2, 50*time.Microsecond)
	var inside, most, entered atomic.Int64
	done := make(chan bool)
	for range 8 {
		go func() {
			for range 400 {
				if leave, ok := l.Enter(context.Background()); ok {
					entered.Add(1)
					n := inside.Add(1)
					for was := most.Load(); n > was && !most.CompareAndSwap(was, n); was = most.Load() {
					}
					time.Sleep(20 * time.Microsecond)
					inside.Add(-1)
					leave()
				}
			}
			done <- true
		}()
	}
	for range 8 {
		<-done
	}
	got := l.Counts()
	if most.Load() > 2 || got.Inside != 0 || got.Waiting != 0 || uint64(entered.Load())+got.Refused != 8*400 {
		t.Errorf("at most %d inside, %d entered, %+v", most.Load(), entered.Load(), got)
	}
}

func TestLaneAllocatesNothing(t *testing.T) {
	ctx := t.Context()
	l := NewLane(1, time.Microsecond)
	if n := testing.AllocsPerRun(100, func() {
		leave, _ := l.Enter(ctx)
		leave()
	}); n != 0 {
		t.Errorf("entering: %g allocations", n)
	}
	l.Enter(ctx)
	if n := testing.AllocsPerRun(100, func() { l.Enter(ctx) }); n != 0 {
		t.Errorf("waiting in vain: %g allocations", n)
	}
}

func BenchmarkLane(b *testing.B) {
	l := NewLane(8, LightWait)
	b.ReportAllocs()
	for b.Loop() {
		leave, _ := l.Enter(b.Context())
		leave()
	}
}
