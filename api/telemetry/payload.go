package telemetry

import (
	"runtime/metrics"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Frame is the data of frame.stats: what the frames since the message before
// took. After a time in which nobody listened that is the whole of it.
type Frame struct {
	IntervalS   float64 `json:"interval_s"`
	FPS         float64 `json:"fps"` // frames a second
	Frames      uint64  `json:"frames"`
	Drawn       uint64  `json:"drawn"`  // of them, those that anybody could see
	Missed      uint64  `json:"missed"` // periods of the display without a frame
	LostSamples uint64  `json:"lost_samples"`
	// FrameTimeS is the CPU time from the end of the wait to the end of the frame.
	FrameTimeS Spread `json:"frame_time_s"`
}

// Spread is percentiles of a duration in seconds, at most 4 % too long.
type Spread struct {
	P50S float64 `json:"p50_s"`
	P95S float64 `json:"p95_s"`
	P99S float64 `json:"p99_s"`
	MaxS float64 `json:"max_s"`
}

// Frames is what FrameState reads; [engine.Monitor] is it.
type Frames interface {
	Stats() engine.Stats
	FrameTimes() engine.Histogram
}

// FrameState returns the function of the topic frame.
func FrameState(frames Frames) func() any {
	at := time.Now()
	last, lastTimes := frames.Stats(), frames.FrameTimes()
	return func() any {
		now := time.Now()
		stats, times := frames.Stats(), frames.FrameTimes()
		f := Frame{
			IntervalS: now.Sub(at).Seconds(),
			Frames:    stats.Frames - last.Frames, Drawn: stats.Rendered - last.Rendered,
			Missed: stats.Missed - last.Missed, LostSamples: stats.LostSamples - last.LostSamples,
			FrameTimeS: spreadSince(&lastTimes, &times),
		}
		if f.IntervalS > 0 {
			f.FPS = float64(f.Frames) / f.IntervalS
		}
		at, last, lastTimes = now, stats, times
		return f
	}
}

// spreadSince is of what was added to a histogram between two copies of it.
func spreadSince(before, after *engine.Histogram) Spread {
	longest := quantileSince(before, after, 1, after.Quantile(1))
	quantile := func(q float64) float64 { return quantileSince(before, after, q, longest).Seconds() }
	return Spread{P50S: quantile(0.50), P95S: quantile(0.95), P99S: quantile(0.99), MaxS: longest.Seconds()}
}

// quantileSince halves the range of durations up to longest until it knows to
// 1/64 which one a share q of what was added does not exceed.
func quantileSince(before, after *engine.Histogram, q float64, longest time.Duration) time.Duration {
	n0, _ := before.Total()
	n1, _ := after.Total()
	if n1 == n0 {
		return 0
	}
	rank := max(1, uint64(q*float64(n1-n0)+0.999999))
	low, high := time.Duration(0), longest
	for high-low > max(time.Microsecond, low/64) {
		middle := low + (high-low)/2
		if after.AtMost(middle)-before.AtMost(middle) >= rank {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// Pose is the data of pose.sample: the ship at the last snapshot. Vectors are
// relative to the centre of Frame, on ICRF axes, but for TurnRadS.
type Pose struct {
	Tick        uint64     `json:"tick"`
	Date        astro.Time `json:"date"` // simulated, civil, UTC
	Frame       astro.Body `json:"frame"`
	PositionM   [3]float64 `json:"position_m"`
	VelocityMS  [3]float64 `json:"velocity_m_s"`
	Orientation [4]float64 `json:"orientation"` // ship axes to ICRF: the quaternion w, x, y, z
	TurnRadS    [3]float64 `json:"turn_rad_s"`  // about the ship's own axes: right, up, backward
}

// PoseState returns the function of the topic pose.
func PoseState(snapshot func() *engine.Snapshot) func() any {
	return func() any {
		s := &snapshot().State
		q := s.Ship.Orientation
		return Pose{
			Tick: s.Tick, Date: s.Time(), Frame: s.Ship.Frame,
			PositionM: s.Ship.PositionM, VelocityMS: s.Ship.VelocityMS, TurnRadS: s.Ship.TurnRadS,
			Orientation: [4]float64{q.W, q.V[0], q.V[1], q.V[2]},
		}
	}
}

// Scene is the data of scene.activated and scene.changed.
type Scene struct {
	Revision uint64     `json:"revision"` // of GET /api/v1/state
	Tick     uint64     `json:"tick"`
	Date     astro.Time `json:"date"` // simulated, civil, UTC
	Slug     string     `json:"slug"`
	Title    string     `json:"title"`
}

func sceneOf(s *engine.Snapshot) Scene {
	return Scene{Revision: s.State.Revision, Tick: s.State.Tick, Date: s.State.Time(), Slug: s.State.Slug, Title: s.State.Title}
}

// Perf is the data of perf.stats: the process as it is now, and what a frame
// costs in the mean since the start.
type Perf struct {
	HeapBytes  uint64          `json:"heap_bytes"`  // objects, live or not yet swept
	TotalBytes uint64          `json:"total_bytes"` // mapped by the Go runtime
	Goroutines uint64          `json:"goroutines"`
	GCCycles   uint64          `json:"gc_cycles"` // since the start
	CgoCalls   uint64          `json:"cgo_calls"` // since the start
	PerFrame   engine.PerFrame `json:"per_frame"`
}

// PerfState returns the function of the topic perf.
func PerfState(frames Frames) func() any {
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/gc/cycles/total:gc-cycles"},
		{Name: "/cgo/go-to-c-calls:calls"},
	}
	return func() any {
		metrics.Read(samples)
		p := Perf{PerFrame: frames.Stats().PerFrame}
		for i, field := range []*uint64{&p.HeapBytes, &p.TotalBytes, &p.Goroutines, &p.GCCycles, &p.CgoCalls} {
			*field = samples[i].Value.Uint64()
		}
		return p
	}
}
