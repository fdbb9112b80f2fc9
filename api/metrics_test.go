package api

import (
	"context"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/spacetime-vr/spacetime/engine"
)

// scrape reads the metrics as Prometheus does: by series.
func (f *fixture) scrape(t *testing.T) map[string]float64 {
	t.Helper()
	f.meter.gathered.at = time.Time{} // so that it is gathered anew
	w := f.admin(t, "GET", "/metrics", "")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("got %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	series := map[string]float64{}
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		line = strings.TrimSpace(line)
		i := strings.LastIndexByte(line, ' ')
		v, err := strconv.ParseFloat(line[i+1:], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		series[line[:i]] = v
	}
	return series
}

func TestMetrics(t *testing.T) {
	f := serve(t)
	f.draw(t, 100, &painter{})
	done, cancel := context.WithCancel(t.Context())
	cancel()
	f.monitor.Run(done) // takes what is there
	f.admin(t, "GET", "/api/v1/state", "")
	f.ask("GET", "/api/v1/state", "")
	f.ask("GET", "/nowhere", "")
	got := f.scrape(t)
	b := engine.ThisBuild()
	for series, want := range map[string]float64{
		"spacetime_frames_total":                                                   100,
		"spacetime_frames_missed_total":                                            0,
		"spacetime_samples_lost_total":                                             0,
		"spacetime_frame_seconds_count":                                            84, // less the first 16
		`spacetime_frame_seconds_bucket{le="+Inf"}`:                                84,
		`spacetime_build_info{commit="unknown",go="` + b.Go + `",version="devel"}`: 1,
		`spacetime_http_requests_total{code="200",http_route="GET /api/v1/state"}`: 1,
		`spacetime_http_requests_total{code="401",http_route="GET /api/v1/state"}`: 1,
		`spacetime_http_requests_total{code="404",http_route="other"}`:             1,
	} {
		if v, ok := got[series]; !ok || v != want {
			t.Errorf("%s is %g, want %g", series, v, want)
		}
	}
	for _, series := range []string{"go_goroutines", "process_resident_memory_bytes", `spacetime_frame_seconds_bucket{le="0.25"}`} {
		if got[series] <= 0 {
			t.Errorf("%s is %g", series, got[series])
		}
	}
}

// TestScrapesShareAGathering: however often the metrics are asked for, they are
// gathered ten times a second at most.
func TestScrapesShareAGathering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		r := &recent{of: prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
			n++
			return []*dto.MetricFamily{{Name: new(fmt.Sprint(n))}}, nil
		})}
		gather := func(name string, gatherings int) {
			t.Helper()
			families, err := r.Gather()
			if err != nil || len(families) != 1 || families[0].GetName() != name || n != gatherings {
				t.Errorf("got %v, %v after %d gatherings; want %s after %d", families, err, n, name, gatherings)
			}
		}
		for range 100 {
			gather("1", 1)
		}
		time.Sleep(gatherInterval - 1)
		gather("1", 1)
		time.Sleep(time.Nanosecond)
		gather("2", 2)
		gather("2", 2)
	})
}

// TestFrameBuckets holds what a scrape tells to literal times.
func TestFrameBuckets(t *testing.T) {
	m := &monitorOf{}
	f := serve(t, func(o *Options) { o.Monitor = m })
	for _, ms := range []float64{0.2, 3, 3, 10, 12, 40, 400} {
		m.times.Add(durationOfMS(ms))
	}
	got := f.scrape(t)
	for le, want := range map[string]float64{
		"0.0005": 1, "0.001": 1, "0.002": 1, "0.004": 3, "0.011111111": 4, "0.013888888": 5, "0.016666666": 5,
		"0.02": 5, "0.033333333": 5, "0.05": 6, "0.1": 6, "0.25": 6, "+Inf": 7,
	} {
		if v := got[fmt.Sprintf("spacetime_frame_seconds_bucket{le=%q}", le)]; v != want {
			t.Errorf("up to %s s: %g, want %g", le, v, want)
		}
	}
	if got["spacetime_frame_seconds_count"] != 7 || math.Abs(got["spacetime_frame_seconds_sum"]-0.4682) > 1e-9 {
		t.Errorf("count %g, sum %g", got["spacetime_frame_seconds_count"], got["spacetime_frame_seconds_sum"])
	}
	for series, want := range map[string]float64{"spacetime_frames_total": 7, "spacetime_frames_missed_total": 2, "spacetime_samples_lost_total": 1} {
		if got[series] != want {
			t.Errorf("%s is %g, want %g", series, got[series], want)
		}
	}
}

// exemplar is one in OpenMetrics, as its text writes it.
//
// Source: OpenMetrics 1.0, section Exemplars.
var exemplar = regexp.MustCompile(`^spacetime_http_request_seconds_bucket\{http_route="([^"]+)",le="([^"]+)"\} \d+ # \{request_id="([^"]+)"\} ([0-9.e-]+) [0-9.e+]+$`)

// exemplars reads the metrics as OpenMetrics, and returns the ids of requests by
// route and bucket.
func (f *fixture) exemplars(t *testing.T) map[string]string {
	t.Helper()
	f.meter.gathered.at = time.Time{} // so that it is gathered anew
	w := f.admin(t, "GET", "/metrics", "", "Accept", "application/openmetrics-text; version=1.0.0")
	if got := w.Header().Get("Content-Type"); w.Code != 200 || !strings.HasPrefix(got, "application/openmetrics-text; version=1.0.0") || !strings.HasSuffix(w.Body.String(), "\n# EOF\n") {
		t.Fatalf("%d %s", w.Code, got)
	}
	found := map[string]string{}
	for line := range strings.Lines(w.Body.String()) {
		if m := exemplar.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			found[m[1]+" "+m[2]] = m[3]
		} else if strings.Contains(line, "request_id") {
			t.Errorf("no exemplar: %s", line)
		}
	}
	return found
}

// TestExemplars: a slow request is found by its id, as it was answered with; the
// others, and who reads text, have none.
func TestExemplars(t *testing.T) {
	f := serve(t)
	f.engine.before = func() { time.Sleep(slow) }
	w := f.admin(t, "PATCH", "/api/v1/time", `{"rate":2}`, requestID, "slow-request.1")
	if w.Code != 200 || w.Header().Get(requestID) != "slow-request.1" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	found := f.exemplars(t)
	maps.DeleteFunc(found, func(bucket, _ string) bool { return !strings.HasPrefix(bucket, "PATCH /api/v1/time ") })
	if ids := slices.Collect(maps.Values(found)); fmt.Sprint(ids) != "[slow-request.1]" {
		t.Errorf("exemplars %v", found)
	}
}

// TestExemplarsAreBounded: each bucket has the last request, whatever clients call
// theirs and however many there were.
func TestExemplarsAreBounded(t *testing.T) {
	f := serve(t)
	for i := range 500 {
		for _, took := range []time.Duration{slow - 1, slow, 3 * time.Millisecond, time.Minute} {
			f.meter.count(&exchange{id: fmt.Sprintf("%064d", i), status: 404}, took)
		}
	}
	last := fmt.Sprintf("%064d", 499)
	want := map[string]string{"other 0.001": last, "other 0.005": last, "other +Inf": last}
	got := f.exemplars(t)
	maps.DeleteFunc(got, func(bucket, _ string) bool { return !strings.HasPrefix(bucket, "other ") })
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if text := f.admin(t, "GET", "/metrics", "").Body.String(); strings.Contains(text, "request_id") {
		t.Error("plain text has exemplars")
	}
}

// TestSeriesAreBounded: whatever is asked, the number of series stays.
func TestSeriesAreBounded(t *testing.T) {
	f := serve(t)
	f.scrape(t)
	before := len(f.scrape(t))
	for i := range 500 {
		f.refill()
		f.ask("GET", fmt.Sprintf("/nowhere/%d", i), "")
		f.admin(t, "GET", fmt.Sprintf("%s/%d", screenshotsPath, i), "")
		f.ask(fmt.Sprintf("BREW%d", i), "/livez", "")
	}
	if after := len(f.scrape(t)); after-before > 50 || after > 1500 {
		t.Errorf("%d series became %d", before, after)
	}
}

// TestNativeBuckets: both kinds of buckets count the same, and the native ones
// add up.
func TestNativeBuckets(t *testing.T) {
	m := &monitorOf{}
	for ms := range 400 {
		m.times.Add(durationOfMS(float64(ms) / 7))
	}
	m.times.Add(20 * time.Second)
	var out dto.Metric
	if err := (durations{frameSeconds, &m.times}).Write(&out); err != nil {
		t.Fatal(err)
	}
	h := out.GetHistogram()
	var sum, in int64
	within := h.GetZeroCount()
	for i, delta := range h.GetPositiveDelta() {
		in += delta
		sum += in
		if nativeFirst+1+i <= -3*8 { // buckets that end at or before 1/8 s
			within += uint64(in)
		}
	}
	if total := uint64(sum) + h.GetZeroCount(); total != 401 || h.GetSampleCount() != 401 {
		t.Errorf("native buckets hold %d, the count is %d, want 401", total, h.GetSampleCount())
	}
	if want := m.times.AtMost(125 * time.Millisecond); within != want {
		t.Errorf("up to 1/8 s: native %d, classic %d", within, want)
	}
	if n := len(h.GetPositiveDelta()); n > 160 || n != int(h.GetPositiveSpan()[0].GetLength()) {
		t.Errorf("%d native buckets", n)
	}
}

// monitorOf is a monitor of known times.
type monitorOf struct{ times engine.Histogram }

func (m *monitorOf) FrameTimes() engine.Histogram { return m.times }
func (m *monitorOf) Stats() engine.Stats          { return engine.Stats{Frames: 7, Missed: 2, LostSamples: 1} }

func durationOfMS(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
