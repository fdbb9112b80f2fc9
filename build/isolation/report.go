package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spacetime-vr/spacetime/engine/host"
)

// What a load may do; see the package comment.
const (
	moreLate       = 0.5 // percentage points
	livezMost      = 250 // ms
	moreMB         = 64
	recoveryMost   = 5 // seconds
	moreGoroutines = 5
)

// report is what a run of this program found.
type report struct {
	Seconds    float64       `json:"seconds"`
	Repeat     int           `json:"repeat"`
	Priority   host.Priority `json:"priority"`
	Procs      int           `json:"gomaxprocs"`
	GOGC       int           `json:"gogc"`
	Wait       string        `json:"wait"`
	Burn       float64       `json:"burn_ms"`
	LoadBefore string        `json:"load_before"` // the machine's load average
	LoadAfter  string        `json:"load_after"`
	Knee       bool          `json:"knee"`  // whether nothing is promised of the cases
	Rows       []row         `json:"cases"` // medians
}

// row is one case. Its numbers without a unit in the name are counts.
type row struct {
	Name string `json:"case"`
	TLS  bool   `json:"tls,omitempty"` // whether it was measured over TLS, where new connections wait in line

	Quiet       float64        `json:"late_before_percent"` // just before the load
	Late        float64        `json:"late_percent"`        // of the display's periods, those in which no frame began and ended
	Over        float64        `json:"late_over_percent"`   // Late less Quiet
	WakeP50     float64        `json:"wake_late_p50_ms"`
	WakeP99     float64        `json:"wake_late_p99_ms"`
	WakeMax     float64        `json:"wake_late_max_ms"`
	FrameP99    float64        `json:"frame_p99_ms"` // from the end of the wait to the end of the frame
	FrameMax    float64        `json:"frame_max_ms"`
	Answered    float64        `json:"answers_per_s"`
	Served      float64        `json:"served_per_s"` // those that were no refusals
	AnswerP50   float64        `json:"served_p50_ms"`
	AnswerP95   float64        `json:"served_p95_ms"`
	Answers     map[string]int `json:"answers,omitempty"` // of all repeats, by status
	Messages    float64        `json:"messages_per_s"`    // of WebSockets
	Connections float64        `json:"connections_per_s"`
	LivezMax    float64        `json:"livez_max_ms"`     // over a connection that is there
	LivezNewMax float64        `json:"livez_new_max_ms"` // over a new one
	LivezFailed float64        `json:"livez_failed"`
	Growth      float64        `json:"rss_growth_mb"`
	Goroutines  float64        `json:"goroutines_more"` // after recovery
	Recovery    float64        `json:"recovery_s"`      // until the goroutines are gone that the load brought
	Errors      float64        `json:"errors"`          // panics and the like
	Collections float64        `json:"gc_per_s"`
	StopMax     float64        `json:"gc_stop_max_ms"` // the longest that a collection held up all of Go
	CPU         float64        `json:"cpu_percent"`    // of one core, all threads of the process
	Start       float64        `json:"start_ms"`       // of the API
}

// numbers are all the fields that have a median.
var numbers = []func(*row) *float64{
	func(r *row) *float64 { return &r.Quiet },
	func(r *row) *float64 { return &r.Late },
	func(r *row) *float64 { return &r.Over },
	func(r *row) *float64 { return &r.WakeP50 },
	func(r *row) *float64 { return &r.WakeP99 },
	func(r *row) *float64 { return &r.WakeMax },
	func(r *row) *float64 { return &r.FrameP99 },
	func(r *row) *float64 { return &r.FrameMax },
	func(r *row) *float64 { return &r.Answered },
	func(r *row) *float64 { return &r.Served },
	func(r *row) *float64 { return &r.AnswerP50 },
	func(r *row) *float64 { return &r.AnswerP95 },
	func(r *row) *float64 { return &r.Messages },
	func(r *row) *float64 { return &r.Connections },
	func(r *row) *float64 { return &r.LivezMax },
	func(r *row) *float64 { return &r.LivezNewMax },
	func(r *row) *float64 { return &r.LivezFailed },
	func(r *row) *float64 { return &r.Growth },
	func(r *row) *float64 { return &r.Goroutines },
	func(r *row) *float64 { return &r.Recovery },
	func(r *row) *float64 { return &r.Errors },
	func(r *row) *float64 { return &r.Collections },
	func(r *row) *float64 { return &r.StopMax },
	func(r *row) *float64 { return &r.CPU },
	func(r *row) *float64 { return &r.Start },
}

// medians returns the median of every number; answers are summed.
func medians(name string, rows []row) row {
	m := row{Name: name, TLS: rows[0].TLS, Answers: map[string]int{}}
	for _, number := range numbers {
		var values []float64
		for i := range rows {
			values = append(values, *number(&rows[i]))
		}
		slices.Sort(values)
		*number(&m) = values[len(values)/2]
	}
	for _, r := range rows {
		for status, n := range r.Answers {
			m.Answers[status] += n
		}
	}
	return m
}

// held tells whether no load breaks what is promised.
func (r *report) held() bool {
	return r.Knee || !slices.ContainsFunc(r.Rows, func(w row) bool { return len(w.broken()) > 0 })
}

// broken lists what of the promises a case breaks.
func (w *row) broken() (list []string) {
	fresh := w.LivezNewMax
	if w.TLS { // so many handshakes a second, whoever comes
		fresh = 0
	}
	for _, p := range []struct {
		what  string
		value float64
		most  float64
	}{
		{"late frames", w.Over, moreLate},
		{"health", w.LivezMax, livezMost},
		{"health over a new connection", fresh, livezMost},
		{"health refused", w.LivezFailed, 0},
		{"memory", w.Growth, moreMB},
		{"recovery", w.Recovery, recoveryMost},
		{"goroutines", w.Goroutines, moreGoroutines},
		{"errors", w.Errors, 0},
	} {
		if p.value > p.most {
			list = append(list, p.what)
		}
	}
	return list
}

func (r *report) print(out io.Writer) {
	fmt.Fprintf(out, "%d Hz, %.1f ms a frame, %g s, median of %d; GOMAXPROCS %d, GOGC %d, priority %s, wait %s; load average %s before, %s after\n",
		rateHz, r.Burn, r.Seconds, r.Repeat, r.Procs, r.GOGC, r.Priority, r.Wait, r.LoadBefore, r.LoadAfter)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tlate\t\t\twake\twake\twake\tframe\tframe\tstop\tlivez\tlivez\t\t\tserved\t\t\tRSS\tmore\t\t\t\t")
	fmt.Fprintln(t, "case\tbefore %\tlate %\tover\tp50\tp99\tmax\tp99\tmax\tmax\tkept\tnew\tfailed\tanswers/s\t/s\tp95\tconns/s\t+MB\tgoroutines\trecovery s\tGC/s\tCPU %\t")
	for i := range r.Rows {
		w := &r.Rows[i]
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%+.2f\t%.2f\t%.2f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%.0f\t\n",
			w.Name, w.Quiet, w.Late, w.Over, w.WakeP50, w.WakeP99, w.WakeMax, w.FrameP99, w.FrameMax, w.StopMax, w.LivezMax, w.LivezNewMax, w.LivezFailed,
			w.Answered, w.Served, w.AnswerP95, w.Connections, w.Growth, w.Goroutines, w.Recovery, w.Collections, w.CPU)
	}
	_ = t.Flush()
	for _, w := range r.Rows {
		if len(w.Answers) > 0 {
			fmt.Fprintf(out, "%s: answers %s\n", w.Name, statuses(w.Answers))
		}
		if list := w.broken(); len(list) > 0 && !r.Knee {
			fmt.Fprintf(out, "%s: NOT HELD: %s\n", w.Name, strings.Join(list, ", "))
		}
	}
	if r.held() && !r.Knee {
		fmt.Fprintln(out, "held: no load breaks what is promised")
	}
}

func statuses(answers map[string]int) string {
	var list []string
	for _, status := range slices.Sorted(maps.Keys(answers)) {
		list = append(list, fmt.Sprintf("%s: %d", status, answers[status]))
	}
	return strings.Join(list, ", ")
}
