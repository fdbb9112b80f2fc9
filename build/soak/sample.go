package main

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// sample is the program at one moment.
type sample struct {
	At         time.Time   `json:"at"`
	Resident   float64     `json:"rss_mib"`
	Heap       float64     `json:"heap_mib"`  // of Go, in use
	Live       float64     `json:"live_mib"`  // of it, what the last collection left
	Other      float64     `json:"other_mib"` // of the resident memory, what is not Go's
	Goroutines int         `json:"goroutines"`
	Files      int         `json:"files"`
	Frames     int         `json:"frames"`
	Missed     int         `json:"frames_missed"`
	Errors     int         `json:"log_errors"`
	Shed       int         `json:"shed_level"`
	Clients    int         `json:"telemetry_clients"`
	Database   int64       `json:"database_bytes"`
	Audit      int64       `json:"audit_bytes"`
	Answers    map[int]int `json:"answers"` // by status, since the load began
	Busy       int         `json:"busy"`    // of them, refused for the sake of the frame
	Unexpected int         `json:"unexpected"`
}

const mib = 1 << 20

// sample looks at the program from outside and through its metrics.
func (l *load) sample(ctx context.Context) (s sample, err error) {
	p := l.program
	quiet := *l.callers[auth.Metrics][0] // what is asked for the sample does not count
	quiet.count = newTally()
	a, err := quiet.must(ctx, 200, "GET", "/metrics", "")
	if err != nil {
		return s, err
	}
	m := parseMetrics(string(a.body))
	resident, err := p.resident()
	if err != nil {
		return s, err
	}
	s = sample{
		At: time.Now(), Resident: float64(resident) / mib, Heap: m["go_memstats_heap_inuse_bytes"] / mib,
		Goroutines: int(m["go_goroutines"]), Frames: int(m["spacetime_frames_total"]), Missed: int(m["spacetime_frames_missed_total"]),
		Errors: int(m[`spacetime_log_records_total{level="error"}`]), Shed: int(m["spacetime_shed_level"]),
		Live:     m["go_memstats_next_gc_bytes"] / (1 + m["go_gc_gogc_percent"]/100) / mib,
		Other:    (float64(resident) - m["go_memstats_sys_bytes"] + m["go_memstats_heap_released_bytes"]) / mib,
		Clients:  int(m["spacetime_telemetry_clients"]),
		Database: sizeOf(p.control().Database + "*"), Audit: sizeOf(p.control().Audit + "/*"),
	}
	if s.Files, err = p.files(); err != nil {
		return s, err
	}
	l.count.mu.Lock()
	defer l.count.mu.Unlock()
	s.Answers, s.Busy = maps.Clone(l.count.statuses), l.count.busy
	for _, n := range l.count.unexpected {
		s.Unexpected += n
	}
	return s, nil
}

// parseMetrics reads the text format of Prometheus: values by name with labels.
func parseMetrics(text string) map[string]float64 {
	values := map[string]float64{}
	for line := range strings.Lines(text) {
		if i := strings.LastIndexByte(line, ' '); i > 0 && line[0] != '#' {
			if v, err := strconv.ParseFloat(strings.TrimSpace(line[i:]), 64); err == nil {
				values[line[:i]] = v
			}
		}
	}
	return values
}

func (s sample) String() string {
	return fmt.Sprintf("%s  %6.1f MiB (Go %5.1f, live %4.1f, other %5.1f)  %4d goroutines  %3d files  %7d frames, %5d missed  db %4d KiB, audit %5d KiB  shed %d, %d listen, %d errors in the log, %d busy, %d unexpected  %v",
		s.At.Format(time.TimeOnly), s.Resident, s.Heap, s.Live, s.Other, s.Goroutines, s.Files, s.Frames, s.Missed, s.Database>>10, s.Audit>>10,
		s.Shed, s.Clients, s.Errors, s.Busy, s.Unexpected, s.Answers)
}

// spare is how many more goroutines or files may be there than before the load:
// connections of the sampling itself come and go.
const spare = 5

// settle waits, so long at most, until what the load brought is gone.
func (l *load) settle(ctx context.Context, before *sample, most time.Duration) (s sample, err error) {
	for began := time.Now(); ; pause(ctx, 500*time.Millisecond) {
		l.client.CloseIdleConnections()
		if s, err = l.sample(ctx); err != nil {
			return s, err
		}
		if s.Goroutines <= before.Goroutines+spare && s.Files <= before.Files+spare || time.Since(began) > most {
			return s, nil
		}
	}
}
