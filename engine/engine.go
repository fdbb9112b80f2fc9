package engine

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Engine owns the world and the frame. Make one with [New], load a scene, and
// call [Engine.Run] with a display and a renderer on the thread of the frame.
type Engine struct {
	state scene.State
	world scene.World
	line  timeline
	latch latch
	frame uint64

	queue     chan request // commands of other goroutines
	captures  captures
	posters   posters
	snapshots publisher
	samples   sampler
	scenes    *Scenes
	policy    atomic.Pointer[ScenePolicy] // nil allows every scene
	panel     atomic.Pointer[Panel]       // nil: none is shown
	cockpit   Cockpit                     // nil: none
	hanger    hanger                      // of its overlay before two eyes
	pressed   chan struct{}               // of capacity one: the screenshot button
	start     sync.Mutex                  // held while running changes, and while a command is queued; never in a frame
	running   atomic.Bool                 // whether Run owns the state
}

// New makes an engine that finds its scenes in scenes. It holds no scene yet.
func New(scenes *Scenes) *Engine {
	e := &Engine{scenes: scenes, queue: make(chan request, queueLength), pressed: make(chan struct{}, 1)}
	e.captures.init()
	e.posters.asked = make(chan *Poster, 1)
	e.samples.init()
	e.state.FOVRad = float64(scene.DefaultFOV)
	e.state.Ship.Orientation.W = 1
	e.snapshots.publish(e, Now(), DisplayInfo{})
	return e
}

// Run draws frames until ctx ends, the user closes the display, or limit frames
// are drawn (0: no limit). It must be called on the thread that owns the GL
// context, and returns on that thread. An error that wraps [ErrDisplayLost]
// leaves the engine ready for a Run on another display: simulated time goes on
// from where it was.
func (e *Engine) Run(ctx context.Context, display Display, renderer Renderer, limit uint64) (err error) {
	e.setRunning(true)
	defer func() {
		e.posters.finish(renderer)
		e.captures.finish(e, renderer, err)
		e.setRunning(false)
	}()
	e.line.restart()
	done := ctx.Done()
	for last := e.frame + limit; limit == 0 || e.frame < last; {
		select {
		case <-done:
			return nil
		default:
		}
		open, err := e.drawFrame(display, renderer)
		if err != nil || !open {
			return err
		}
	}
	return nil
}

// setRunning says who owns the state. What is queued when a run ends is applied
// at once, so that nobody waits for a frame that does not come.
func (e *Engine) setRunning(running bool) {
	e.start.Lock()
	defer e.start.Unlock()
	e.running.Store(running)
	for !running && len(e.queue) > 0 {
		e.applyCommands()
	}
	e.snapshots.publish(e, Now(), e.Snapshot().Display)
}

// drawFrame is the frame.
func (e *Engine) drawFrame(display Display, renderer Renderer) (open bool, err error) {
	open, err = display.Poll() // window and session events
	if err != nil || !open {
		return open, err
	}
	e.applyCommands() // at most 64; operators' requests
	began := Now()
	timing, err := display.Wait() // blocks: the display sets the pace; brings the input sample
	if err != nil {
		return false, err
	}
	woke := Now()
	e.step(&timing)                               // whole 90 Hz ticks up to the display time
	e.world.Carry(&e.state, e.line.sinceTick)     // the tick state carried to the instant it will be seen
	simulated := Now()                            //
	frame, err := display.Begin(timing, &e.world) // where the eyes will be; one target for all views
	if err != nil {
		return false, err
	}
	var counts Counts
	if frame.Render { // a headset may say: not now
		e.showPanel(frame) // unless a picture is taken
		e.showCockpit(frame)
		if err := renderer.Draw(&e.world, frame); err != nil {
			return false, err
		}
		e.captures.drawn = *frame
		counts = renderer.Counts()
	}
	if err := display.End(frame); err != nil { // every Begin has its End
		return false, err
	}
	e.frame++
	if frame.Render && !e.posters.copying {
		e.captures.step(e, renderer) // only while somebody wants a picture
	}
	if !e.captures.copying {
		e.posters.step(e, renderer) // likewise, a part of one larger than the display
	}
	e.snapshots.step(e, timing.DisplayTime, display) // 30 times a second; commands publish themselves
	done := Now()
	e.samples.send(Sample{ // dropped and counted if nobody keeps up
		Frame: e.frame, Tick: e.state.Tick, Rendered: frame.Render, Missed: e.line.missed,
		Period: timing.Period, Wait: woke - began, Simulate: simulated - woke,
		Total: done - woke, At: done, Counts: counts,
	})
	return true, nil
}

// step runs the ticks that are due at the frame's display time.
func (e *Engine) step(t *Timing) {
	target := e.line.advance(t.DisplayTime, t.Period, e.state.Tick)
	if (t.Input.Buttons|e.latch.buttons)&scene.ButtonNow != 0 {
		t.Input.Today = astro.FromUTC(time.Now())
	}
	for e.state.Tick < target {
		in := e.latch.tick(&t.Input, e.state.Tick)
		scene.Step(&e.state, &in)
	}
	e.latch.keep(&t.Input)
	if t.Input.Buttons&scene.ButtonNextBookmark != 0 {
		e.nextBookmark()
	}
	if t.Input.Buttons&scene.ButtonScreenshot != 0 {
		select {
		case e.pressed <- struct{}{}:
		default: // one is under way
		}
	}
}

// nextBookmark flies to the next bookmark of the scene that is shown, if there is
// one.
func (e *Engine) nextBookmark() {
	sc, err := e.scenes.Find(e.state.Slug)
	if err != nil {
		return
	}
	if n := scene.NextBookmark(&e.state, sc); n > 0 {
		_, _ = e.apply(Request{Command: scene.GoToBookmark{Scene: sc, Number: n}})
	}
}

// ScreenshotPressed tells of the player's wish for a picture, to one receiver.
func (e *Engine) ScreenshotPressed() <-chan struct{} { return e.pressed }

// Frames returns how many frames were drawn. Only for the thread of the frame;
// other goroutines read [Snapshot.Frame].
func (e *Engine) Frames() uint64 { return e.frame }

// StateHash condenses the tick state. Only for the thread of the frame, or when
// no frame is running.
func (e *Engine) StateHash() uint64 { return e.state.Hash() }

// tickTime returns how long after tick 0 tick n is.
func tickTime(n uint64) time.Duration {
	return time.Duration(n/scene.TickRate)*time.Second + time.Duration(n%scene.TickRate)*time.Second/scene.TickRate
}
