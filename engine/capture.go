package engine

import (
	"context"
	"errors"
)

// ErrNoPicture says that the run ended before a picture was there.
var ErrNoPicture = errors.New("the run ended before the picture was taken")

// captureQueue is how many pictures may be asked for at once; captureBuffers how
// many may be out for encoding.
const (
	captureQueue   = 16
	captureBuffers = 2
)

// captures brings pictures out of the frame. The copy runs beside the next
// frames; whoever asked encodes it.
type captures struct {
	asked   chan captureRequest
	free    chan *Picture // buffers nobody uses
	current captureRequest
	busy    bool // a copy is under way for current
	stamp   Stamp
}

type captureRequest struct {
	atFrame uint64 // the first frame that will do
	reply   chan captured
}

type captured struct {
	picture *Picture
	err     error
}

func (c *captures) init() {
	c.asked = make(chan captureRequest, captureQueue)
	c.free = make(chan *Picture, captureBuffers)
	for range captureBuffers {
		c.free <- new(Picture)
	}
}

// Pending is a picture that was asked for.
type Pending struct {
	engine *Engine
	reply  chan captured
}

// Capture asks for a picture of the first frame from atFrame on (0: the next).
// It is safe on any goroutine and does not wait. Too many at once are ErrBusy.
func (e *Engine) Capture(atFrame uint64) (*Pending, error) {
	p := &Pending{e, make(chan captured, 1)}
	select {
	case e.captures.asked <- captureRequest{atFrame, p.reply}:
		return p, nil
	default:
		return nil, ErrBusy
	}
}

// Use waits for the picture and calls use with it, on the caller's goroutine.
// The picture is the engine's again when use returns.
func (p *Pending) Use(ctx context.Context, use func(*Picture) error) error {
	select {
	case c := <-p.reply:
		if c.err != nil {
			return c.err
		}
		defer func() { p.engine.captures.free <- c.picture }()
		return use(c.picture)
	case <-ctx.Done():
		go p.drop()
		return ctx.Err()
	}
}

// drop gives the buffer back of a picture that nobody waits for any more.
func (p *Pending) drop() {
	if c := <-p.reply; c.err == nil {
		p.engine.captures.free <- c.picture
	}
}

// step starts the copy that is asked for and hands over the one that is done.
func (c *captures) step(e *Engine, r Renderer) error {
	if c.busy {
		return c.collect(r, false)
	}
	if c.current.reply == nil {
		select {
		case c.current = <-c.asked:
		default:
			return nil
		}
	}
	if e.frame < c.current.atFrame || len(c.free) == 0 {
		return nil
	}
	c.stamp = e.stamp()
	c.busy = true
	return r.BeginCapture()
}

// collect hands the copy over once it has arrived.
func (c *captures) collect(r Renderer, wait bool) error {
	picture := <-c.free // there is one: step looked, and only the frame takes
	ready, err := r.EndCapture(picture, wait)
	if err != nil || !ready {
		c.free <- picture
	}
	if err == nil && !ready {
		return nil
	}
	picture.Stamp = c.stamp
	c.current.reply <- captured{picture, err}
	c.current, c.busy = captureRequest{}, false
	return err
}

// finish hands over the copy under way and tells all others that none will come.
func (c *captures) finish(r Renderer) {
	if c.busy {
		_ = c.collect(r, true) // whoever asked gets the error
	}
	if c.current.reply != nil {
		c.current.reply <- captured{err: ErrNoPicture}
		c.current = captureRequest{}
	}
	for {
		select {
		case asked := <-c.asked:
			asked.reply <- captured{err: ErrNoPicture}
		default:
			return
		}
	}
}
