package main

import (
	"context"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
)

// rateHz is the rate of the display, that of most headsets.
const rateHz = 90

// flight is the engine with a display and a renderer that cost what real ones
// do, and no graphics.
type flight struct {
	engine  *engine.Engine
	monitor *engine.Monitor
	display display
	render  renderer
}

func newFlight(o options) (*flight, error) {
	scenes, err := engine.ReadScenes(os.DirFS(o.scenes))
	if err != nil {
		return nil, err
	}
	e := engine.New(scenes)
	if _, err := e.LoadScene(context.Background(), "solar-system", nil, nil); err != nil {
		return nil, err
	}
	f := &flight{engine: e, monitor: engine.NewMonitor(e)}
	f.display.wait = newAbsolute(rateHz).wait
	if o.wait == "pacer" {
		f.display.wait = engine.NewPacer(rateHz).Wait
	}
	f.display.frame = engine.Frame{Render: true, ViewCount: 1}
	f.render = renderer{burn: o.burn, picture: starfield()}
	return f, nil
}

// fly draws frames on this thread until ctx ends.
func (f *flight) fly(ctx context.Context) error {
	watching, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); f.monitor.Run(watching) }()
	defer func() { stop(); <-ended }()
	return f.engine.Run(ctx, &f.display, &f.render, 0)
}

// record is one frame, on the application's clock.
type record struct {
	due   time.Duration // when the display wanted it begun
	woke  time.Duration // when it was begun
	ended time.Duration
}

// display paces like a headset and remembers when frames began and ended.
type display struct {
	wait  func() time.Duration // blocks until a frame is due, and returns when that was
	frame engine.Frame
	now   record
	kept  [1 << 16]record // of the last twelve minutes, by their number
	count atomic.Int64    // how many there were
}

const period = time.Second / rateHz

// Poll implements [engine.Display].
func (d *display) Poll() (bool, error) { return true, nil }

// Wait implements [engine.Display].
func (d *display) Wait() (engine.Timing, error) {
	d.now.due = d.wait()
	d.now.woke = engine.Now()
	return engine.Timing{DisplayTime: d.now.due + period, Period: period, Render: true}, nil
}

// Begin implements [engine.Display].
func (d *display) Begin(engine.Timing, *scene.World) (*engine.Frame, error) { return &d.frame, nil }

// End implements [engine.Display].
func (d *display) End(*engine.Frame) error {
	d.now.ended = engine.Now()
	n := d.count.Load()
	d.kept[n%int64(len(d.kept))] = d.now
	d.count.Store(n + 1) // whoever has read it may read the record
	return nil
}

// Info implements [engine.Display].
func (d *display) Info() engine.DisplayInfo {
	return engine.DisplayInfo{Name: "isolation", Width: pictureWidth, Height: pictureHeight, Views: 1, RefreshHz: rateHz}
}

// Close implements [engine.Display].
func (d *display) Close() error { return nil }

// between returns the frames from number first up to, not including, last.
func (d *display) between(first, last int64) []record {
	records := make([]record, 0, last-first)
	for n := first; n < last; n++ {
		records = append(records, d.kept[n%int64(len(d.kept))])
	}
	return records
}

// absolute waits for instants of the system's clock in one call that blocks the
// thread, as xrWaitFrame does; what it misses it leaves out.
type absolute struct {
	period time.Duration
	next   time.Duration
}

func newAbsolute(hz int) *absolute {
	return &absolute{period: time.Second / time.Duration(hz), next: engine.Now()}
}

func (a *absolute) wait() (due time.Duration) {
	now := engine.Now()
	a.next += a.period
	if behind := now - a.next; behind > a.period { // whole periods have passed without a frame
		a.next += behind / a.period * a.period
	}
	sleepUntil(a.next)
	return a.next
}

// The size of the pictures that screenshots are.
const (
	pictureWidth  = 1920
	pictureHeight = 1080
)

// renderer takes time of a core and draws nothing.
type renderer struct {
	burn    time.Duration
	picture []byte
}

// Draw implements [engine.Renderer].
func (r *renderer) Draw(*scene.World, *engine.Frame) error {
	for end := host.ThreadCPU() + r.burn; host.ThreadCPU() < end; { // what others take of the core does not count
	}
	return nil
}

// BeginCapture implements [engine.Renderer].
func (r *renderer) BeginCapture() error { return nil }

// EndCapture implements [engine.Renderer]. Copying costs what it costs with
// graphics; the picture was always the same.
func (r *renderer) EndCapture(p *engine.Picture, _ bool) (bool, error) {
	p.Width, p.Height, p.Views = pictureWidth, pictureHeight, 1
	p.Pix = append(p.Pix[:0], r.picture...)
	return true, nil
}

// Counts implements [engine.Renderer].
func (r *renderer) Counts() engine.Counts { return engine.Counts{} }

// starfield is a picture that is about as hard to compress as one of ours: dark,
// with faint noise in one pixel of eight.
func starfield() []byte {
	random := rand.New(rand.NewPCG(1, 2))
	pix := make([]byte, pictureWidth*pictureHeight*4)
	for i := 0; i < len(pix); i += 4 {
		if bits := random.Uint32(); bits%8 == 0 {
			pix[i], pix[i+1], pix[i+2] = byte(bits>>8), byte(bits>>16), byte(bits>>24)
		}
		pix[i+3] = 255
	}
	return pix
}
