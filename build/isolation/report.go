package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// allowed is how many more frames, in percentage points, may be late under a
// load than without one.
const allowed = 0.5

// report is what a run of this program found.
type report struct {
	Seconds   float64       `json:"seconds"`
	Repeat    int           `json:"repeat"`
	Priority  host.Priority `json:"priority"`
	Procs     int           `json:"gomaxprocs"`
	GOGC      int           `json:"gogc"`
	Wait      string        `json:"wait"`
	Burn      float64       `json:"burn_ms"`
	Admission string        `json:"admission"`
	Rows      []row         `json:"cases"` // medians
}

// row is one case.
type row struct {
	Name   string `json:"case"`
	Absent string `json:"absent,omitempty"` // why it was not measured
	Lacks  string `json:"lacks,omitempty"`  // what it lacks

	Late        float64        `json:"late_percent"` // of the display's periods, those in which no frame began and ended
	WakeP50     float64        `json:"wake_late_p50_ms"`
	WakeP99     float64        `json:"wake_late_p99_ms"`
	WakeMax     float64        `json:"wake_late_max_ms"`
	FrameP99    float64        `json:"frame_p99_ms"` // from the end of the wait to the end of the frame
	FrameMax    float64        `json:"frame_max_ms"`
	Answered    float64        `json:"answers_per_s"`
	Answers     map[string]int `json:"answers,omitempty"` // of all repeats, by status
	Connections float64        `json:"connections_per_s"`
	LivezMax    float64        `json:"livez_max_ms"`
	LivezFailed float64        `json:"livez_failed"`
	Resident    float64        `json:"rss_mb"`
	Goroutines  float64        `json:"goroutines_after"`
	Recovery    float64        `json:"recovery_s"` // until the goroutines are gone that the load brought
	Collections float64        `json:"gc_per_s"`
	StopMax     float64        `json:"gc_stop_max_ms"` // the longest that a collection held up all of Go
	CPU         float64        `json:"cpu_percent"`    // of one core, all threads of the process
}

// measureAll goes through the cases, so often as the options say.
func (r *report) measureAll(ctx context.Context, o options, f *flight, s *server, progress io.Writer) error {
	found := map[string][]row{}
	for range o.repeat {
		for _, c := range cases {
			if c.absent != "" || c.name != "idle" && !o.wanted(c.name) {
				continue
			}
			one, err := measureCase(ctx, o, f, s, c)
			if err != nil {
				return err
			}
			fmt.Fprintf(progress, "%-12s %6.2f %% late\n", c.name, one.Late)
			found[c.name] = append(found[c.name], one)
		}
	}
	for _, c := range cases {
		if o.wanted(c.name) || c.name == "idle" {
			all := medians(found[c.name])
			all.Name, all.Absent, all.Lacks = c.name, c.absent, c.lacks
			r.Rows = append(r.Rows, all)
		}
	}
	return nil
}

// settle is how long a load takes to come up to speed, and slack how much
// longer it lasts than it is measured.
const (
	settle = 300 * time.Millisecond
	slack  = 200 * time.Millisecond
)

func measureCase(ctx context.Context, o options, f *flight, s *server, c load) (w row, err error) {
	length := time.Duration(o.seconds * float64(time.Second))
	goroutines := runtime.NumGoroutine()
	to := target{s.address, s.token}
	finish := []func() (outcome, error){}
	for _, name := range []string{c.name, probeName} {
		if name == probeName || c.clients > 0 {
			wait, err := to.start(name, settle+length+slack)
			if err != nil {
				return w, err
			}
			finish = append(finish, wait)
		}
	}
	pause(ctx, settle)
	first, cpu, before := f.display.count.Load(), host.ProcessCPU(), collected()
	pause(ctx, length)
	w.judge(f.display.between(first, f.display.count.Load()))
	w.CPU = 100 * (host.ProcessCPU() - cpu).Seconds() / o.seconds
	w.Collections, w.StopMax = collected().since(before, o.seconds)
	w.Resident = residentMB()
	for _, wait := range finish {
		out, err := wait()
		if err != nil {
			return w, err
		}
		w.add(out, (settle + length + slack).Seconds())
	}
	w.Recovery = recovery(ctx, goroutines).Seconds()
	w.Goroutines = float64(runtime.NumGoroutine())
	return w, ctx.Err()
}

// judge counts the display's periods that have no frame in time, and how late
// frames began.
func (w *row) judge(frames []record) {
	if len(frames) == 0 {
		w.Late = 100
		return
	}
	inTime := 0
	late, took := make([]time.Duration, len(frames)), make([]time.Duration, len(frames))
	for i, f := range frames {
		if f.ended <= f.due+period {
			inTime++
		}
		late[i], took[i] = f.woke-f.due, f.ended-f.woke
	}
	periods := int((frames[len(frames)-1].due-frames[0].due+period/2)/period) + 1
	w.Late = 100 * float64(periods-inTime) / float64(periods)
	w.WakeP50, w.WakeP99, w.WakeMax = at(late, 0.5), at(late, 0.99), at(late, 1)
	w.FrameP99, w.FrameMax = at(took, 0.99), at(took, 1)
}

// at sorts the times and returns one that a share q does not exceed, in
// milliseconds.
func at(times []time.Duration, q float64) float64 {
	slices.Sort(times)
	return times[int(q*float64(len(times)-1))].Seconds() * 1e3
}

func (w *row) add(o outcome, seconds float64) {
	if o.Livez != nil {
		w.LivezMax, w.LivezFailed = slices.Max(o.Livez), float64(o.Failed)
		return
	}
	total := 0
	for _, n := range o.Answers {
		total += n
	}
	w.Answers, w.Answered, w.Connections = o.Answers, float64(total)/seconds, float64(o.Connections)/seconds
}

// recovery waits until a load's goroutines are gone, for ten seconds at most.
func recovery(ctx context.Context, goroutines int) time.Duration {
	began := engine.Now()
	for runtime.NumGoroutine() > goroutines+5 && engine.Now()-began < 10*time.Second && ctx.Err() == nil {
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

// medians returns the median of every number; answers are summed.
func medians(rows []row) (m row) {
	if len(rows) == 0 {
		return m
	}
	for _, field := range []func(*row) *float64{
		func(r *row) *float64 { return &r.Late },
		func(r *row) *float64 { return &r.WakeP50 },
		func(r *row) *float64 { return &r.WakeP99 },
		func(r *row) *float64 { return &r.WakeMax },
		func(r *row) *float64 { return &r.FrameP99 },
		func(r *row) *float64 { return &r.FrameMax },
		func(r *row) *float64 { return &r.Answered },
		func(r *row) *float64 { return &r.Connections },
		func(r *row) *float64 { return &r.LivezMax },
		func(r *row) *float64 { return &r.LivezFailed },
		func(r *row) *float64 { return &r.Resident },
		func(r *row) *float64 { return &r.Goroutines },
		func(r *row) *float64 { return &r.Recovery },
		func(r *row) *float64 { return &r.Collections },
		func(r *row) *float64 { return &r.StopMax },
		func(r *row) *float64 { return &r.CPU },
	} {
		values := make([]float64, len(rows))
		for i := range rows {
			values[i] = *field(&rows[i])
		}
		slices.Sort(values)
		*field(&m) = values[len(values)/2]
	}
	m.Answers = map[string]int{}
	for _, r := range rows {
		for status, n := range r.Answers {
			m.Answers[status] += n
		}
	}
	return m
}

// held tells whether no load made more frames late than is allowed.
func (r *report) held() bool {
	return !slices.ContainsFunc(r.Rows, func(w row) bool { return r.breaks(w) })
}

// breaks tells whether a case is over what idleness, the first row, allows.
func (r *report) breaks(w row) bool { return w.Absent == "" && w.Late > r.Rows[0].Late+allowed }

func (r *report) print(out io.Writer) {
	fmt.Fprintf(out, "%d Hz, %.1f ms a frame, %g s, median of %d; GOMAXPROCS %d, GOGC %d, priority %s, wait %s, admission: %s\n",
		rateHz, r.Burn, r.Seconds, r.Repeat, r.Procs, r.GOGC, r.Priority, r.Wait, r.Admission)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\t\tlate\tlate\tlate\tframe\tframe\tstop\tlivez\t\t\t\t\t\t\t\t\t")
	fmt.Fprintln(t, "case\tlate %\tp50\tp99\tmax\tp99\tmax\tmax\tmax\tfailed\tanswers/s\tconns/s\tRSS MB\tgoroutines\trecovery s\tGC/s\tCPU %\t")
	for _, w := range r.Rows {
		if w.Absent != "" {
			continue
		}
		mark := ""
		if r.breaks(w) {
			mark = "!"
		}
		fmt.Fprintf(t, "%s\t%.2f%s\t%.2f\t%.2f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%.0f\t\n",
			w.Name, w.Late, mark, w.WakeP50, w.WakeP99, w.WakeMax, w.FrameP99, w.FrameMax, w.StopMax, w.LivezMax, w.LivezFailed,
			w.Answered, w.Connections, w.Resident, w.Goroutines, w.Recovery, w.Collections, w.CPU)
	}
	_ = t.Flush()
	for _, w := range r.Rows {
		if len(w.Answers) > 0 {
			fmt.Fprintf(out, "%s: answers %s\n", w.Name, statuses(w.Answers))
		}
		switch {
		case w.Absent != "":
			fmt.Fprintf(out, "%s: not measured: %s\n", w.Name, w.Absent)
		case w.Lacks != "":
			fmt.Fprintf(out, "%s: without %s\n", w.Name, w.Lacks)
		}
	}
	if r.held() {
		fmt.Fprintf(out, "held: no load makes more than %g percentage points of frames late\n", allowed)
	} else {
		fmt.Fprintf(out, "not held (!): a load makes more than %g percentage points of frames late\n", allowed)
	}
}

func statuses(answers map[string]int) string {
	var list []string
	for _, status := range slices.Sorted(maps.Keys(answers)) {
		list = append(list, fmt.Sprintf("%s: %d", status, answers[status]))
	}
	return strings.Join(list, ", ")
}
