package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/audit"
)

// What is promised, besides what is not a number.
const (
	maxTrend    = 1.0 // MiB a minute, of memory that is kept, over the last three quarters
	maxGrowth   = 64  // MiB, from before the load to its end
	maxReadP95  = 200 // ms
	maxErrors   = 0.005
	maxShutdown = 5 * time.Second

	// trendFrom is how long a load must last for a trend to tell anything: before
	// that, a heap that grows to its next collection looks like one that is not
	// collected.
	trendFrom = 10 * time.Minute
)

// report is what a run of this program found.
type report struct {
	Seconds float64  `json:"seconds"`
	Started float64  `json:"start_s"` // until the program was ready
	Before  sample   `json:"before"`  // the load
	Samples []sample `json:"samples"`
	After   sample   `json:"after"` // the load, when it was quiet again

	Trend      float64        `json:"rss_trend_mib_per_min"`
	TrendLive  float64        `json:"live_trend_mib_per_min"`
	TrendOther float64        `json:"other_trend_mib_per_min"`
	Reads      int            `json:"reads"`
	ReadP50    float64        `json:"read_p50_ms"`
	ReadP95    float64        `json:"read_p95_ms"`
	ReadP99    float64        `json:"read_p99_ms"`
	Answers    map[int]int    `json:"answers"`
	Busy       int            `json:"busy"`
	Unexpected map[string]int `json:"unexpected"`
	Messages   map[string]int `json:"messages"`
	Chores     map[string]int `json:"chores"`
	Lacking    []string       `json:"lacking,omitempty"`

	Shutdown float64   `json:"shutdown_s"`
	ExitCode int       `json:"exit_code"`
	Left     string    `json:"left,omitempty"` // what the program left behind
	Audit    string    `json:"audit"`          // what its verification said
	Records  uint64    `json:"audit_records"`
	LogLines []string  `json:"log_errors,omitempty"`
	Checks   []verdict `json:"checks"`
	Held     bool      `json:"held"`
}

// verdict is one promise and whether it held.
type verdict struct {
	Promise string `json:"promise"`
	Found   string `json:"found"`
	Held    bool   `json:"held"`
}

// sum takes over what the load counted.
func (r *report) sum(l *load) {
	t := l.count
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.Sort(t.reads)
	r.Reads, r.ReadP50, r.ReadP95, r.ReadP99 = len(t.reads), at(t.reads, .5), at(t.reads, .95), at(t.reads, .99)
	r.Answers, r.Busy, r.Unexpected, r.Messages, r.Chores = t.statuses, t.busy, t.unexpected, t.messages, t.done
	r.Lacking = l.lacking()
	late := r.Samples[len(r.Samples)/4:]
	r.Trend = trend(late, func(s *sample) float64 { return s.Resident })
	r.TrendOther = trend(late, func(s *sample) float64 { return s.Other })
	r.TrendLive = growth(r.Samples) / (r.Seconds / 60 / 2)
}

// at returns the time that a share q of the sorted times does not exceed, in ms.
func at(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(q*float64(len(sorted)-1))].Seconds() * 1e3
}

// password is what hashing one takes for a moment, in MiB. A collection that comes
// then, and it is mostly this that brings one, counts it as kept.
const password = 19

// growth is by how many MiB more a collection left in the last quarter than in the
// second, at least, beyond one password.
func growth(samples []sample) float64 {
	quarter := len(samples) / 4
	least := func(part []sample) float64 {
		return slices.MinFunc(part, func(a, b sample) int { return cmp.Compare(a.Live, b.Live) }).Live
	}
	return max(0, least(samples[len(samples)-quarter:])-least(samples[quarter:2*quarter])-password)
}

// trend is the slope of a figure in MiB a minute, by least squares.
func trend(samples []sample, of func(*sample) float64) float64 {
	var n, x, y, xx, xy float64
	for i := range samples {
		minutes, value := samples[i].At.Sub(samples[0].At).Minutes(), of(&samples[i])
		n, x, y, xx, xy = n+1, x+minutes, y+value, xx+minutes*minutes, xy+minutes*value
	}
	if d := n*xx - x*x; d != 0 {
		return (n*xy - x*y) / d
	}
	return 0
}

// end ends the program and looks at what it leaves.
func (r *report) end(p *program) {
	took, code, err := p.terminate(2 * maxShutdown)
	r.Shutdown, r.ExitCode = took.Seconds(), code
	if err != nil {
		r.Left = err.Error()
	} else if _, err := os.Stat(p.paths.Instance()); err == nil {
		r.Left = p.paths.Instance()
	}
	r.verify(p.control())
	text, err := os.ReadFile(p.paths.Log())
	if err != nil {
		text = []byte("level=ERROR " + err.Error())
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "level=ERROR") {
			r.LogLines = append(r.LogLines, strings.TrimSpace(line))
		}
	}
}

func (r *report) verify(paths api.ControlPaths) {
	key, err := api.AuditKey(paths.AuditKey)
	if err != nil {
		r.Audit = err.Error()
		return
	}
	found, err := audit.Verify(paths.Audit, key, nil)
	r.Records = found.Last
	switch {
	case err != nil:
		r.Audit = err.Error()
	case found.Fault != nil:
		r.Audit = found.Fault.Error()
	case found.Torn || found.Signed != found.Last:
		r.Audit = fmt.Sprintf("record %d of %d is the last that is signed", found.Signed, found.Last)
	default:
		r.Audit = "whole"
	}
}

// judge holds what was found to what is promised.
func (r *report) judge() {
	last := r.Samples[len(r.Samples)-1]
	total, surprises := 0, 0
	broken := []string{}
	for status, n := range r.Answers {
		total += n
		if status >= 500 && status != 503 && status != 504 {
			broken = append(broken, fmt.Sprintf("%d × %d", n, status))
		}
	}
	for _, n := range r.Unexpected {
		surprises += n
	}
	stalled := 0
	for i, s := range r.Samples {
		if before := &r.Before; i > 0 && s.Frames <= r.Samples[i-1].Frames || i == 0 && s.Frames <= before.Frames {
			stalled++
		}
	}
	is := func(held bool, promise, format string, found ...any) {
		r.Checks = append(r.Checks, verdict{promise, fmt.Sprintf(format, found...), held})
	}
	// The resident memory itself is a saw with teeth of minutes and 100 MiB, since the
	// Go runtime collects at five times what is kept: its trend tells of the teeth.
	young := r.Seconds < trendFrom.Seconds()
	is(r.TrendLive <= maxTrend || young, fmt.Sprintf("what Go keeps grows by at most %g MiB a minute", maxTrend), "%+.2f", r.TrendLive)
	is(r.TrendOther <= maxTrend || young, "so does what is not Go's", "%+.2f; all that is resident %+.2f", r.TrendOther, r.Trend)
	is(last.Resident <= r.Before.Resident+maxGrowth, fmt.Sprintf("and in all by at most %d MiB", maxGrowth), "from %.1f to %.1f MiB", r.Before.Resident, last.Resident)
	is(r.After.Goroutines <= r.Before.Goroutines+spare, "goroutines go with the load", "%d before, %d after", r.Before.Goroutines, r.After.Goroutines)
	is(r.After.Files <= r.Before.Files+spare, "so do open files", "%d before, %d after", r.Before.Files, r.After.Files)
	is(len(broken) == 0, "no 5xx but those that ask to come again", "%v", broken)
	is(float64(surprises) < maxErrors*float64(total), fmt.Sprintf("less than %g %% unexpected answers", maxErrors*100), "%d of %d", surprises, total)
	is(r.ReadP95 < maxReadP95, fmt.Sprintf("95 %% of reads take less than %d ms", maxReadP95), "%.1f ms of %d", r.ReadP95, r.Reads)
	is(len(r.Lacking) == 0, "everything was done", "not: %v", r.Lacking)
	is(r.Messages["frame.stats"] > 0 && r.Messages["audit.recorded"] > 0, "telemetry tells", "%v", r.Messages)
	is(stalled == 0, "frames are drawn all the time", "%d samples without", stalled)
	is(len(r.LogLines) == 0 && last.Errors == 0, "no error in the log", "%d, in the metrics %d", len(r.LogLines), last.Errors)
	is(r.Audit == "whole", "the audit log verifies", "%s, %d records", r.Audit, r.Records)
	is(r.ExitCode == 0 && r.Left == "" && r.Shutdown < maxShutdown.Seconds(), fmt.Sprintf("SIGTERM ends it cleanly in %v", maxShutdown), "%.2f s, exit code %d, %s", r.Shutdown, r.ExitCode, leaves(r.Left))
	r.Held = !slices.ContainsFunc(r.Checks, func(c verdict) bool { return !c.Held })
}

func leaves(what string) string {
	if what == "" {
		return "nothing left"
	}
	return "left: " + what
}

func (r *report) print(out io.Writer) {
	fmt.Fprintf(out, "%.0f s of load; ready after %.2f s; answers %v, of them %d refused for the sake of the frame\n", r.Seconds, r.Started, r.Answers, r.Busy)
	fmt.Fprintf(out, "reads: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms; done: %v\n", r.ReadP50, r.ReadP95, r.ReadP99, r.Chores)
	for _, what := range slices.Sorted(maps.Keys(r.Unexpected)) {
		fmt.Fprintf(out, "  %d × %s\n", r.Unexpected[what], what)
	}
	for _, line := range r.LogLines {
		fmt.Fprintln(out, " ", line)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range r.Checks {
		word := "held"
		if !c.Held {
			word = "BROKEN"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", word, c.Promise, c.Found)
	}
	_ = table.Flush()
}
