package engine

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestHistogram(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var h Histogram
	var all []time.Duration
	for range 20_000 {
		d := time.Duration(random.ExpFloat64() * float64(3*time.Millisecond))
		h.Add(d)
		all = append(all, d)
	}
	slices.Sort(all)
	for _, q := range []float64{0.5, 0.95, 0.99, 1} {
		exact := all[max(0, int(q*float64(len(all)))-1)]
		if got := h.Quantile(q); got < exact || float64(got) > 1.016*float64(exact)+1 {
			t.Errorf("quantile %g is %v, want %v and at most 1.6 %% more", q, got, exact)
		}
	}
	count, sum := h.Total()
	if count != 20_000 || sum.Seconds() < 55 || sum.Seconds() > 65 {
		t.Errorf("%d durations, %v in all", count, sum)
	}
	if n := h.AtMost(all[9_999]); n < 9_600 || n > 10_000 {
		t.Errorf("%d are at most the median", n)
	}
	if n := h.AtMost(time.Hour); n != 20_000 {
		t.Errorf("%d are at most an hour", n)
	}
}

func TestHistogramEdges(t *testing.T) {
	var h Histogram
	if h.Quantile(0.5) != 0 {
		t.Error("the median of nothing is not 0")
	}
	for _, d := range []time.Duration{-1, 0, 1, 63, 64, 127, 128, 129, 1<<62 + 5, 1<<63 - 1} {
		h.Add(d)
		b := bucketOf(uint64(max(0, d)))
		if bucketEnd(b) < d || b > 0 && bucketEnd(b-1) >= max(0, d) {
			t.Errorf("%d is in bucket %d, which ends at %d after %d", d, b, bucketEnd(b), bucketEnd(max(0, b-1)))
		}
	}
	if h.Quantile(1) != 1<<63-1 {
		t.Errorf("the largest is %d", h.Quantile(1))
	}
}

func TestMonitor(t *testing.T) {
	e := flying(t)
	m := NewMonitor(e)
	r := &fakeRenderer{}
	d := &fakeDisplay{hz: 90, skip: func(n int) bool { return n == 50 }}
	d.beforeWait = func(n int) {
		if n == 40 {
			d.start += 2 * time.Second / 90 // two periods pass without a frame
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { m.Run(ctx); close(ended) }()
	fly(t, e, d, r, 100)
	cancel()
	<-ended
	s := m.Stats()
	if s.Frames != 100 || s.Rendered != 99 || s.Missed != 2 || s.LostSamples != 0 || s.WarmUpFrames != warmUp {
		t.Errorf("%d frames, %d rendered, %d missed, %d lost, %d warm-up", s.Frames, s.Rendered, s.Missed, s.LostSamples, s.WarmUpFrames)
	}
	p := s.PerFrame
	if p.GLCalls != 10 || p.Draws != 3 || p.Triangles != 100 || p.UploadBytes != 256 || p.StateChanges != 5 {
		t.Errorf("per frame %+v, want the renderer's counts", p)
	}
	if s.MS.Cull.P50 < 0.001 || s.MS.Cull.P50 > 0.00102 || s.MS.Submit.Max != 1 {
		t.Errorf("cull %+v and submit %+v ms, want 0.001 and 1", s.MS.Cull, s.MS.Submit)
	}
	if len(s.GPUMS) != 2 || s.GPUMS["stars"] != 0.5 || s.GPUMS["bodies"] != 2 {
		t.Errorf("on the graphics processor %v ms, want stars 0.5 and bodies 2", s.GPUMS)
	}
	if s.TimeToFirstFrameMS <= 0 {
		t.Error("no time to the first frame")
	}
	if n, _ := pointer(m.FrameTimes()).Total(); n != 100-warmUp {
		t.Errorf("%d frame times, want %d", n, 100-warmUp)
	}
	if _, err := json.Marshal(s); err != nil {
		t.Error(err)
	}
}

func TestMonitorOfNothing(t *testing.T) {
	s := NewMonitor(flying(t)).Stats()
	if s.Frames != 0 || s.MS.Frame.P50 != 0 || s.PerFrame.MeasuredFrames != 0 {
		t.Errorf("%+v", s)
	}
}

// TestSamplesAreDropped: nobody reads, and the frame does not wait.
func TestSamplesAreDropped(t *testing.T) {
	e := flying(t)
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, sampleQueue+50)
	if got := e.LostSamples(); got != 50 {
		t.Errorf("%d samples lost, want 50", got)
	}
}

func TestPublications(t *testing.T) {
	e := flying(t)
	before := e.snapshots.published.Load()
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 271)                   // three seconds
	if got := e.snapshots.published.Load() - before; got < 91 || got > 94 { // and one at each end of the run
		t.Errorf("%d snapshots in 3 s, want 30 a second", got)
	}
	e.queue <- request{Request{Command: faster}, make(chan reply, 1)}
	before = e.snapshots.published.Load()
	e.snapshots.next = 1<<63 - 1
	fly(t, e, &fakeDisplay{hz: 90}, &fakeRenderer{}, 3)
	if got := e.snapshots.published.Load() - before; got != 3 {
		t.Errorf("%d snapshots, want one after the command and one at each end of the run", got)
	}
}
