package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/spacetime-vr/spacetime/scene"
)

const (
	queueLength = 256 // of commands that wait for a frame
	maxCommands = 64  // that one frame applies
)

var (
	// ErrBusy says that the queue of commands is full; try again later.
	ErrBusy = errors.New("the command queue is full")
	// ErrNoAnswer says that a command was queued and the frame did not come to it
	// in time; it may still take effect.
	ErrNoAnswer = errors.New("no frame took the command in time")
	// ErrStale says that the state is no longer at the revision that a command
	// was meant for.
	ErrStale = errors.New("the state has changed")
)

// Request is a command with its condition.
type Request struct {
	Command scene.Command
	// IfRevision refuses the command with ErrStale unless the state has this
	// revision; nil does not ask.
	IfRevision *uint64
}

// Applied says where a command took effect.
type Applied struct {
	Revision uint64 // of the state after the command
	Tick     uint64 // the first tick that ran with it
	Frame    uint64 // the first frame that showed it
}

type request struct {
	Request
	reply chan reply // of capacity one: the frame never waits for the asker
}

type reply struct {
	applied Applied
	err     error
}

// Submit has the command applied between two frames and returns where it took
// effect. It is safe on any goroutine, and never makes the frame wait: a full
// queue is ErrBusy; no answer until ctx ends is ErrNoAnswer. While no
// frame is running it applies the command at once.
func (e *Engine) Submit(ctx context.Context, r Request) (Applied, error) {
	if err := r.Command.Validate(); err != nil {
		return Applied{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	answer, err := e.enqueue(r)
	if err != nil {
		return Applied{}, err
	}
	select {
	case a := <-answer:
		return a.applied, a.err
	case <-ctx.Done():
		return Applied{}, ErrNoAnswer
	}
}

// Post has the command applied before the next frame is drawn, and does not wait
// for that. It is for the thread of the frame, where [Engine.Submit] would wait for
// itself. A full queue is ErrBusy.
func (e *Engine) Post(c scene.Command) error {
	if err := c.Validate(); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	_, err := e.enqueue(Request{Command: c})
	return err
}

// enqueue hands a command to the frame. If none is running, and none can start
// meanwhile, it applies the command itself.
func (e *Engine) enqueue(r Request) (<-chan reply, error) {
	e.start.Lock()
	defer e.start.Unlock()
	req := request{r, make(chan reply, 1)}
	if !e.running.Load() {
		applied, err := e.apply(r)
		req.reply <- reply{applied, err}
		return req.reply, nil
	}
	select {
	case e.queue <- req:
		return req.reply, nil
	default:
		return nil, ErrBusy
	}
}

// ErrInvalid marks a command that is wrong in itself.
var ErrInvalid = errors.New("invalid")

// applyCommands takes at most maxCommands from the queue.
func (e *Engine) applyCommands() {
	for range maxCommands {
		select {
		case r := <-e.queue:
			applied, err := e.apply(r.Request)
			r.reply <- reply{applied, err}
		default:
			return
		}
	}
}

func (e *Engine) apply(r Request) (Applied, error) {
	if r.IfRevision != nil && *r.IfRevision != e.state.Revision {
		return Applied{}, fmt.Errorf("%w: revision %d is now %d", ErrStale, *r.IfRevision, e.state.Revision)
	}
	next, err := scene.Apply(e.state, r.Command)
	if err != nil {
		return Applied{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	e.state = next
	e.snapshots.publish(e, Now(), e.Snapshot().Display) // whoever asked reads what they wrote
	return Applied{Revision: next.Revision, Tick: next.Tick, Frame: e.frame + 1}, nil
}
