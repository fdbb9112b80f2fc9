package xr

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// filler is an [engine.Renderer] that fills the views.
type filler struct{ *flight }

func (r filler) Draw(_ *scene.World, f *engine.Frame) error {
	r.frame = f
	r.drawn++
	r.draw()
	return nil
}

func (filler) BeginCapture() error                            { return nil }
func (filler) EndCapture(*engine.Picture, bool) (bool, error) { return true, nil }
func (filler) Counts() engine.Counts                          { return engine.Counts{} }

// The engine's flight goes on while sessions and runtimes are lost under it: its
// ticks are those of the time that passed.
func TestFlightGoesOn(t *testing.T) {
	report := simulate(t, "0.3s lose session", "0.9s lose instance", "1.5s unplug", "1.6s plug", "1.8s fault xrWaitFrame call 1 returns XR_ERROR_SESSION_LOST")
	realTime(t)
	f := fly(t, Options{})
	e := engine.New(nil)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	start := engine.Now()
	if err := e.Run(ctx, f.display, filler{f}, 0); err != nil {
		t.Fatal(err)
	}
	passed := engine.Now() - start
	ticks := e.Snapshot().State.Tick
	if want := passed.Seconds() * scene.TickRate; math.Abs(float64(ticks)-want) > 0.2*scene.TickRate {
		t.Errorf("%d ticks in %v, want %.0f", ticks, passed, want)
	}
	if s := f.display.Stats(); s.Losses < 3 || f.drawn < 50 {
		t.Errorf("%d pictures, stats %+v", f.drawn, s)
	}
	f.land()
	checkReport(t, report)
}
