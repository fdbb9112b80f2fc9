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
// frames; whoever asked encodes it. No picture shows a [Panel], which may hold
// what gives its reader an account: whoever may only take pictures must not have
// it.
type captures struct {
	asked   chan chan captured
	last    chan chan captured // of capacity one: who wants the last frame of a run
	free    chan *Picture      // buffers nobody uses
	current chan captured      // whose picture is being made, or nil
	copying bool               // current's frame was drawn and its copy is under way
	stamp   Stamp
	drawn   Frame // the last one
}

type captured struct {
	picture *Picture
	err     error
}

func (c *captures) init() {
	c.asked = make(chan chan captured, captureQueue)
	c.last = make(chan chan captured, 1)
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

// Capture asks for a picture of the next frame that is not drawn yet, which for
// that is drawn without a panel. It is safe on any goroutine and does not wait.
// Too many at once are ErrBusy.
func (e *Engine) Capture() (*Pending, error) { return e.ask(e.captures.asked) }

// CaptureLast asks for a picture of the last frame of the run: of the one that
// ends without an error, if a display is lost in between. One may be asked for.
func (e *Engine) CaptureLast() (*Pending, error) { return e.ask(e.captures.last) }

func (e *Engine) ask(queue chan chan captured) (*Pending, error) {
	p := &Pending{e, make(chan captured, 1)}
	select {
	case queue <- p.reply:
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
		defer p.engine.captures.giveBack(c.picture)
		return use(c.picture)
	case <-ctx.Done():
		go p.drop()
		return ctx.Err()
	}
}

// drop gives the buffer back of a picture that nobody waits for any more.
func (p *Pending) drop() {
	if c := <-p.reply; c.err == nil {
		p.engine.captures.giveBack(c.picture)
	}
}

// giveBack never waits: the picture of the last frame is one more than there is
// room for.
func (c *captures) giveBack(p *Picture) {
	select {
	case c.free <- p:
	default:
	}
}

// wants tells whether somebody wants a picture of the frame that is about to be
// drawn. It must be asked before: what shows a panel is too late for a picture.
func (c *captures) wants() bool {
	if c.current == nil && len(c.free) > 0 {
		select {
		case c.current = <-c.asked:
		default:
		}
	}
	return c.current != nil && !c.copying
}

// step hands over the copy that is done, or else starts that of the frame just
// drawn, if it is wanted. What goes wrong is told to whoever asked; the flight
// goes on.
func (c *captures) step(e *Engine, r Renderer) {
	switch {
	case c.current == nil:
	case !c.copying:
		c.begin(e, r)
	default:
		picture := <-c.free // there is one: only the frame takes, and wants looked
		if !c.collect(r, picture, false) {
			c.giveBack(picture)
		}
	}
}

// begin starts the copy for current.
func (c *captures) begin(e *Engine, r Renderer) {
	c.stamp, c.copying = e.stamp(), true
	if err := r.BeginCapture(); err != nil {
		c.answer(captured{err: err})
	}
}

// collect moves the copy into the picture and hands that over once it has
// arrived. It returns false if the picture is still the caller's.
func (c *captures) collect(r Renderer, picture *Picture, wait bool) (taken bool) {
	ready, err := r.EndCapture(picture, wait)
	switch {
	case err != nil:
		c.answer(captured{err: err})
	case ready:
		picture.Stamp = c.stamp
		c.answer(captured{picture: picture})
	}
	return err == nil && ready
}

func (c *captures) answer(with captured) {
	c.current <- with
	c.current, c.copying = nil, false
}

// finish hands over the copy under way and tells all others that none will come,
// but the one that is for the last frame: it gets its picture, or waits for
// another run if the display was lost.
func (c *captures) finish(e *Engine, r Renderer, runErr error) {
	switch {
	case c.copying:
		c.collect(r, new(Picture), true)
	case c.current != nil:
		c.answer(captured{err: ErrNoPicture})
	}
	refuse(c.asked)
	switch {
	case errors.Is(runErr, ErrDisplayLost) || len(c.last) == 0:
	case runErr != nil || e.frame == 0:
		refuse(c.last)
	default:
		c.current = <-c.last
		c.takeLast(e, r)
	}
}

// takeLast takes the picture of the last frame. If that shows a panel it is drawn
// once more, into the renderer's own target: the display's is not to be had any
// more, and nobody knew before that this frame would be the last.
func (c *captures) takeLast(e *Engine, r Renderer) {
	if again := c.drawn; again.Panel != nil {
		again.Panel, again.Target = nil, Target{Rect: again.Target.Rect}
		if err := r.Draw(&e.world, &again); err != nil {
			c.answer(captured{err: err})
			return
		}
	}
	if c.begin(e, r); c.current != nil {
		c.collect(r, new(Picture), true)
	}
}

// refuse tells all who wait in a queue that there is no picture.
func refuse(queue chan chan captured) {
	for len(queue) > 0 {
		(<-queue) <- captured{err: ErrNoPicture}
	}
}
