package telemetry

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// frames is a monitor whose frames are made up.
type frames struct {
	stats engine.Stats
	times engine.Histogram
}

func (f *frames) Stats() engine.Stats          { return f.stats }
func (f *frames) FrameTimes() engine.Histogram { return f.times }

func (f *frames) add(times ...time.Duration) {
	for _, d := range times {
		f.stats.Frames++
		f.times.Add(d)
	}
}

var _ Frames = (*engine.Monitor)(nil)

// TestFrameIsOfTheInterval asserts that what came before an interval does not
// count in it.
func TestFrameIsOfTheInterval(t *testing.T) {
	f := &frames{}
	f.stats.Missed, f.stats.LostSamples = 5, 3
	f.add(slices.Repeat([]time.Duration{50 * time.Millisecond}, 1000)...)
	state := FrameState(f)
	f.add(slices.Repeat([]time.Duration{2 * time.Millisecond}, 98)...)
	f.add(4*time.Millisecond, 11*time.Millisecond)
	f.stats.Missed, f.stats.Rendered = 7, 60
	time.Sleep(10 * time.Millisecond)
	got := state().(Frame)
	if got.Frames != 100 || got.Drawn != 60 || got.Missed != 2 || got.LostSamples != 0 || got.IntervalS < 0.01 ||
		math.Abs(got.FPS*got.IntervalS-100) > 1e-6 {
		t.Errorf("got %+v", got)
	}
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"p50", got.FrameTimeS.P50S, 0.002},
		{"p95", got.FrameTimeS.P95S, 0.002},
		{"p99", got.FrameTimeS.P99S, 0.004},
		{"max", got.FrameTimeS.MaxS, 0.011},
	} {
		if tt.got < tt.want || tt.got > tt.want*1.04 {
			t.Errorf("%s is %g, want %g and at most 4 %% more", tt.name, tt.got, tt.want)
		}
	}
	if again := state().(Frame); again.Frames != 0 || again.FrameTimeS != (Spread{}) || again.Missed != 0 {
		t.Errorf("of no frames: %+v", again)
	}
}

// TestQuantiles compares with sorted durations.
func TestQuantiles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var before engine.Histogram
		for range random.IntN(1000) {
			before.Add(time.Duration(random.ExpFloat64() * 1e7))
		}
		after := before
		var added []time.Duration
		for range 1 + random.IntN(1000) {
			d := time.Duration(random.ExpFloat64() * 1e6)
			added = append(added, d)
			after.Add(d)
		}
		slices.Sort(added)
		for _, q := range []float64{0.01, 0.5, 0.95, 0.99, 1} {
			want := added[int(math.Ceil(q*float64(len(added))-1e-6))-1]
			if got := quantileSince(&before, &after, q, after.Quantile(1)); got < want || float64(got) > float64(want)*1.04+1000 {
				t.Errorf("quantile %g of %d: %v, want %v", q, len(added), got, want)
			}
		}
	}
}

func TestPose(t *testing.T) {
	s := scene.State{Tick: 90, Ship: scene.Ship{
		Frame: astro.Saturn, PositionM: mgl64.Vec3{1, 2, 3}, VelocityMS: mgl64.Vec3{4, 5, 6},
		Orientation: mgl64.Quat{W: 0.5, V: mgl64.Vec3{0.1, 0.2, 0.3}}, TurnRadS: mgl64.Vec3{7, 8, 9},
	}}
	got, err := json.Marshal(PoseState(func() *engine.Snapshot { return &engine.Snapshot{State: s} })())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"tick":90,"date":"2000-01-01T11:58:55.816Z","frame":"saturn","position_m":[1,2,3],"velocity_m_s":[4,5,6],` +
		`"orientation":[0.5,0.1,0.2,0.3],"turn_rad_s":[7,8,9]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPerf(t *testing.T) {
	f := &frames{}
	f.stats.PerFrame.Draws = 12
	got := PerfState(f)().(Perf)
	if got.HeapBytes == 0 || got.TotalBytes <= got.HeapBytes || got.Goroutines < 2 || got.PerFrame.Draws != 12 {
		t.Errorf("got %+v", got)
	}
}

// BenchmarkFrameState is what ten of cost a second while somebody looks.
func BenchmarkFrameState(b *testing.B) {
	f := &frames{}
	for range 9000 {
		f.add(time.Duration(rand.ExpFloat64() * 5e6))
	}
	state := FrameState(f)
	for b.Loop() {
		f.add(2*time.Millisecond, 3*time.Millisecond)
		state()
	}
}
