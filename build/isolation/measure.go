package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// measureAll goes through the cases, so often as the options say.
func (r *report) measureAll(ctx context.Context, o options, f *flight, progress io.Writer) error {
	list := cases
	if o.knee {
		list = knee
	}
	found := map[string][]row{}
	r.LoadBefore = loadAverage()
	for range o.repeat {
		for _, c := range list {
			if !o.wanted(c.name) {
				continue
			}
			one, err := measureCase(ctx, o, f, c)
			if err != nil {
				return err
			}
			fmt.Fprintf(progress, "%-12s %6.2f %% late, %.2f %% before\n", c.name, one.Late, one.Quiet)
			found[c.name] = append(found[c.name], one)
		}
	}
	r.LoadAfter = loadAverage()
	for _, c := range list {
		if o.wanted(c.name) {
			r.Rows = append(r.Rows, medians(c.name, found[c.name]))
		}
	}
	return nil
}

// loadAverage is what proc(5) says of the last minute.
func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// settle is how long a load takes to come up to speed, and slack how much
// longer it lasts than it is measured.
const (
	settle = 300 * time.Millisecond
	slack  = 200 * time.Millisecond
)

// measureCase starts an API, measures half as long without the load as with it,
// and waits until its traces are gone.
func measureCase(ctx context.Context, o options, f *flight, c load) (w row, err error) {
	s, err := startServer(f, c.secure)
	if err != nil {
		return w, err
	}
	defer func() {
		if failed := s.stop(); err == nil {
			err = failed
		}
	}()
	length := time.Duration(o.seconds * float64(time.Second))
	w.TLS, w.Start = c.secure, milliseconds(s.took)
	fill()
	pause(ctx, settle)
	w.Quiet = f.late(ctx, length/2)
	goroutines, resident := runtime.NumGoroutine(), residentMB()
	if err := w.endure(ctx, length, f, s, c); err != nil {
		return w, err
	}
	w.Growth -= resident
	w.Recovery = recovery(ctx, goroutines).Seconds()
	w.Goroutines = float64(runtime.NumGoroutine() - goroutines)
	w.Errors = float64(s.errors.n.Load())
	w.Over = w.Late - w.Quiet
	return w, ctx.Err()
}

// fill brings the heap to the size at which it is collected: a program that has
// run for minutes has it, whatever the load, and it is not what a load adds.
func fill() {
	runtime.GC()
	for before := collected().count; collected().count < before+2; {
		filling := make([]byte, 64<<10)
		runtime.KeepAlive(&filling) // from the compiler too
	}
	runtime.GC() // what came while it was collected counts as used until it is again
}

// late is how many frames are late for so long, in percent.
func (f *flight) late(ctx context.Context, length time.Duration) float64 {
	first := f.display.count.Load()
	pause(ctx, length)
	var w row
	w.judge(f.display.between(first, f.display.count.Load()))
	return w.Late
}

// endure measures during the load, and takes what its clients tell at the end.
func (w *row) endure(ctx context.Context, length time.Duration, f *flight, s *server, c load) error {
	var finish []func() (outcome, error)
	for _, name := range []string{c.name, probeName} {
		if name == probeName || c.clients > 0 {
			wait, err := s.start(name, settle+length+slack)
			if err != nil {
				return err
			}
			finish = append(finish, wait)
		}
	}
	pause(ctx, settle)
	first, cpu, before := f.display.count.Load(), host.ProcessCPU(), collected()
	w.Growth = peakMB(ctx, length)
	w.judge(f.display.between(first, f.display.count.Load()))
	w.CPU = 100 * (host.ProcessCPU() - cpu).Seconds() / length.Seconds()
	w.Collections, w.StopMax = collected().since(before, length.Seconds())
	for _, wait := range finish {
		out, err := wait()
		if err != nil {
			return err
		}
		w.add(out, (settle + length + slack).Seconds())
	}
	return nil
}

// peakMB is the most memory that the process has for so long.
func peakMB(ctx context.Context, length time.Duration) (most float64) {
	for end := engine.Now() + length; engine.Now() < end && ctx.Err() == nil; {
		most = max(most, residentMB())
		pause(ctx, min(100*time.Millisecond, length))
	}
	return most
}

// judge counts the display's periods that have no frame in time, and how late
// frames began.
func (w *row) judge(frames []record) {
	if len(frames) == 0 {
		w.Late = 100
		return
	}
	inTime := 0
	late, took := make([]float64, len(frames)), make([]float64, len(frames))
	for i, f := range frames {
		if f.ended <= f.due+period {
			inTime++
		}
		late[i], took[i] = milliseconds(f.woke-f.due), milliseconds(f.ended-f.woke)
	}
	periods := int((frames[len(frames)-1].due-frames[0].due+period/2)/period) + 1
	w.Late = 100 * float64(periods-inTime) / float64(periods)
	w.WakeP50, w.WakeP99, w.WakeMax = at(late, 0.5), at(late, 0.99), at(late, 1)
	w.FrameP99, w.FrameMax = at(took, 0.99), at(took, 1)
}

// at sorts values and returns one that a share q does not exceed; 0 of none.
func at(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[int(q*float64(len(values)-1))]
}

// add takes what a client process found in so many seconds.
func (w *row) add(o outcome, seconds float64) {
	if o.LivezKept != nil {
		w.LivezMax, w.LivezNewMax, w.LivezFailed = at(o.LivezKept, 1), at(o.LivezNew, 1), float64(o.Failed)
		return
	}
	total, served := 0, 0
	for status, n := range o.Answers {
		total += n
		if status < "300" {
			served += n
		}
	}
	w.Answers, w.Answered, w.Served = o.Answers, float64(total)/seconds, float64(served)/seconds
	w.AnswerP50, w.AnswerP95 = at(o.Times, 0.5), at(o.Times, 0.95)
	w.Connections, w.Messages = float64(o.Connections)/seconds, float64(o.Messages)/seconds
}

// recovery waits until a load's goroutines are gone, for ten seconds at most.
func recovery(ctx context.Context, goroutines int) time.Duration {
	began := engine.Now()
	for runtime.NumGoroutine() > goroutines+moreGoroutines && engine.Now()-began < 10*time.Second && ctx.Err() == nil {
		pause(ctx, 20*time.Millisecond)
	}
	return engine.Now() - began
}

// collections is what the garbage collector has done since the start.
type collections struct {
	count uint64
	stops *metrics.Float64Histogram
}

func collected() collections {
	s := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/sched/pauses/total/gc:seconds"}}
	metrics.Read(s)
	return collections{s[0].Value.Uint64(), s[1].Value.Float64Histogram()}
}

// since returns how many collections there were in a second, and in milliseconds
// the longest stop, or what it is no longer than.
func (c collections) since(before collections, seconds float64) (perSecond, stopMax float64) {
	for i, n := range c.stops.Counts {
		if n > before.stops.Counts[i] {
			stopMax = c.stops.Buckets[i+1] * 1e3
		}
	}
	return float64(c.count-before.count) / seconds, stopMax
}
