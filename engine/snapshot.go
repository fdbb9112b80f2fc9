package engine

import (
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
)

// publishPeriod bounds how often a snapshot is published.
const publishPeriod = time.Second / 30

// Snapshot is the state as other goroutines see it. It is never changed after
// it was published.
type Snapshot struct {
	State   scene.State
	Frame   uint64
	At      time.Duration // when it was published, on the application's monotonic clock
	Display DisplayInfo
	Running bool // whether frames are being drawn
}

// publisher hands snapshots out.
type publisher struct {
	current   atomic.Pointer[Snapshot]
	next      time.Duration
	published atomic.Uint64
}

// Snapshot returns the latest snapshot. It never waits and never is nil.
func (e *Engine) Snapshot() *Snapshot { return e.snapshots.current.Load() }

// step publishes 30 times a second; commands publish what they changed themselves.
func (p *publisher) step(e *Engine, now time.Duration, display Display) {
	if now < p.next {
		return
	}
	p.next = now + publishPeriod
	p.publish(e, now, display.Info())
}

func (p *publisher) publish(e *Engine, now time.Duration, info DisplayInfo) {
	p.published.Add(1)
	p.current.Store(&Snapshot{State: e.state, Frame: e.frame, At: now, Display: info, Running: e.running.Load()})
}
