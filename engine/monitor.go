package engine

import (
	"context"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// warmUp is how many frames a run has before its costs are counted: shaders are
// compiled and buffers grown in the first ones.
const warmUp = 16

// Monitor takes the engine's samples and sums them up, for --stats and for
// /metrics. Its methods are safe on any goroutine; the frame never sees it.
type Monitor struct {
	engine *Engine

	mu         sync.Mutex
	seen       uint64 // frames with a sample, warm-up included
	rendered   uint64
	missed     uint64
	first      time.Duration // when the first frame was done
	wait       Histogram
	simulate   Histogram
	cull       Histogram
	submit     Histogram
	frame      Histogram
	counts     Counts // summed over the counted frames
	counted    uint64
	gpu        map[string]time.Duration // summed over the counted frames
	start, now process
}

// NewMonitor makes a monitor of e. There may be one.
func NewMonitor(e *Engine) *Monitor {
	return &Monitor{engine: e, gpu: map[string]time.Duration{}, start: newProcess(), now: newProcess()}
}

// Run takes samples until ctx ends, and then those that are left.
func (m *Monitor) Run(ctx context.Context) {
	for {
		select {
		case s := <-m.engine.Samples():
			m.add(&s)
		case <-ctx.Done():
			m.drain()
			return
		}
	}
}

func (m *Monitor) drain() {
	for {
		select {
		case s := <-m.engine.Samples():
			m.add(&s)
		default:
			return
		}
	}
}

func (m *Monitor) add(s *Sample) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen++
	m.missed += uint64(s.Missed)
	if m.seen == 1 {
		m.first = s.At
	}
	if s.Rendered {
		m.rendered++
	}
	if m.seen == warmUp {
		m.start.read(m.engine)
	}
	if m.seen <= warmUp {
		return
	}
	m.count(s)
	if m.seen%warmUp == 0 {
		m.now.read(m.engine)
	}
}

func (m *Monitor) count(s *Sample) {
	m.wait.Add(s.Wait)
	m.simulate.Add(s.Simulate)
	m.frame.Add(s.Total)
	if !s.Rendered {
		return
	}
	m.cull.Add(s.Counts.Cull)
	m.submit.Add(s.Counts.Submit)
	m.counted++
	m.counts.Calls += s.Counts.Calls
	m.counts.StateChanges += s.Counts.StateChanges
	m.counts.Draws += s.Counts.Draws
	m.counts.Triangles += s.Counts.Triangles
	m.counts.UploadBytes += s.Counts.UploadBytes
	for _, part := range s.Counts.GPU {
		if part.Name != "" {
			m.gpu[part.Name] += part.Time
		}
	}
}

// process is what the whole process has done up to a frame.
type process struct {
	frame     uint64
	cgoCalls  int64
	published uint64
	allocs    []metrics.Sample // one: objects allocated
}

func newProcess() process {
	return process{allocs: []metrics.Sample{{Name: "/gc/heap/allocs:objects"}}}
}

func (p *process) read(e *Engine) {
	metrics.Read(p.allocs)
	p.frame = e.Snapshot().Frame
	p.cgoCalls = runtime.NumCgoCall()
	p.published = e.snapshots.published.Load()
}

// Stats is what a run cost; all of it but the first six members leaves the
// first 16 frames out.
type Stats struct {
	Frames             uint64   `json:"frames"`
	Rendered           uint64   `json:"rendered"`
	Missed             uint64   `json:"missed"` // periods of the display without a frame
	LostSamples        uint64   `json:"lost_samples"`
	TimeToFirstFrameMS float64  `json:"time_to_first_frame_ms"` // from the start of the process to the end of the first frame
	PeakMemoryBytes    uint64   `json:"peak_memory_bytes"`      // resident, of the whole process
	WarmUpFrames       int      `json:"warm_up_frames"`
	MS                 Phases   `json:"ms"`
	PerFrame           PerFrame `json:"per_frame"`
	// GPUMS is what each part of a frame took the graphics processor, the mean in
	// milliseconds; none where it has no clock.
	GPUMS map[string]float64 `json:"gpu_ms,omitempty"`
}

// Phases is how long the parts of a frame took, in milliseconds.
type Phases struct {
	Wait     Spread `json:"wait"`     // in the display's wait
	Simulate Spread `json:"simulate"` // ticks, and carrying the state to the display time
	Cull     Spread `json:"cull"`     // deciding what to draw
	Submit   Spread `json:"submit"`   // handing it to GL
	Frame    Spread `json:"frame"`    // from the end of the wait to the end of the frame
}

// PerFrame is means over the frames that were drawn.
type PerFrame struct {
	// Allocations is of the whole process less the snapshots that the frame
	// publishes, over the frames that MeasuredFrames counts. What answers the API
	// or writes a recording on other goroutines is among it, and what the Go runtime
	// makes for itself, such as eight objects for a thread: Go counts none of them apart.
	Allocations    float64 `json:"allocations"`
	Snapshots      float64 `json:"snapshots"`
	MeasuredFrames uint64  `json:"measured_frames"`
	CgoCalls       float64 `json:"cgo_calls"`
	GLCalls        float64 `json:"gl_calls"`
	StateChanges   float64 `json:"state_changes"`
	Draws          float64 `json:"draws"`
	Triangles      float64 `json:"triangles"`
	UploadBytes    float64 `json:"upload_bytes"`
}

// Stats sums up the run so far.
func (m *Monitor) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Stats{
		Frames: m.seen, Rendered: m.rendered, Missed: m.missed, LostSamples: m.engine.LostSamples(),
		TimeToFirstFrameMS: milliseconds(m.first), WarmUpFrames: int(min(m.seen, warmUp)),
		MS: Phases{
			Wait: m.wait.spread(), Simulate: m.simulate.spread(), Cull: m.cull.spread(),
			Submit: m.submit.spread(), Frame: m.frame.spread(),
		},
		PerFrame: m.perFrame(),
		GPUMS:    m.gpuMS(),
	}
}

func (m *Monitor) gpuMS() map[string]float64 {
	means := make(map[string]float64, len(m.gpu))
	for name, sum := range m.gpu {
		means[name] = milliseconds(sum) / float64(m.counted)
	}
	return means
}

func (m *Monitor) perFrame() PerFrame {
	mean := func(sum int) float64 { return float64(sum) / float64(max(1, m.counted)) }
	p := PerFrame{
		GLCalls: mean(m.counts.Calls), StateChanges: mean(m.counts.StateChanges), Draws: mean(m.counts.Draws),
		Triangles: mean(m.counts.Triangles), UploadBytes: mean(m.counts.UploadBytes),
	}
	if m.now.frame <= m.start.frame {
		return p // too short a run
	}
	p.MeasuredFrames = m.now.frame - m.start.frame
	n := float64(p.MeasuredFrames)
	published := float64(m.now.published - m.start.published)
	p.Allocations = max(0, float64(m.now.allocs[0].Value.Uint64()-m.start.allocs[0].Value.Uint64())-published) / n
	p.Snapshots = published / n
	p.CgoCalls = float64(m.now.cgoCalls-m.start.cgoCalls) / n
	return p
}

// FrameTimes copies the histogram of frame times since the start.
func (m *Monitor) FrameTimes() Histogram {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.frame
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
