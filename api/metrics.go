package api

import (
	"log"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/spacetime-vr/spacetime/engine"
)

// meter is the metrics: those of the frame, read from the monitor when somebody
// asks, and those of the API itself.
type meter struct {
	handler  http.Handler // serves what can be gathered and logs what cannot
	requests *prometheus.CounterVec
}

func newMeter(m Monitor, errors *log.Logger) *meter {
	registry := prometheus.NewRegistry()
	t := &meter{
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{
			DisableCompression: true, // it goes no further than this machine
			ErrorHandling:      promhttp.ContinueOnError,
			ErrorLog:           errors,
		}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "spacetime_http_requests_total",
			Help: "Requests that were answered, by row of the table of routes (other: none) and status code.",
		}, []string{"route", "code"}),
	}
	registry.MustRegister(t.requests, frames{m},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return t
}

// count counts an answer. The labels are bounded: routes and status codes are
// ours.
func (t *meter) count(route string, status int) {
	t.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
}

func (s *Server) getMetrics(w http.ResponseWriter, r *http.Request) error {
	s.meter.handler.ServeHTTP(w, r)
	return nil
}

// frames turns the monitor's sums into metrics.
type frames struct{ monitor Monitor }

var (
	framesTotal  = prometheus.NewDesc("spacetime_frames_total", "Frames that were drawn.", nil, nil)
	framesMissed = prometheus.NewDesc("spacetime_frames_missed_total", "Periods of the display that passed without a frame.", nil, nil)
	samplesLost  = prometheus.NewDesc("spacetime_samples_lost_total", "Frames whose times were not counted since nobody took them in time.", nil, nil)
	frameSeconds = prometheus.NewDesc("spacetime_frame_seconds", "Time from the end of the display's wait to the end of the frame; the first 16 frames are left out.", nil, nil)
	buildInfo    = prometheus.NewDesc("spacetime_build_info", "1, with the version in its labels.", []string{"version", "commit", "go"}, nil)
)

// frameBuckets has the periods of 144, 120, 90, 72 and 60 Hz among its bounds,
// so that the share of frames in time is exact but for the monitor's 1.6 %.
var frameBuckets = []time.Duration{
	500 * time.Microsecond, time.Millisecond, 2 * time.Millisecond, 4 * time.Millisecond,
	time.Second / 144, time.Second / 120, time.Second / 90, time.Second / 72, time.Second / 60,
	20 * time.Millisecond, time.Second / 30, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond,
}

// Describe implements [prometheus.Collector].
func (frames) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{framesTotal, framesMissed, samplesLost, frameSeconds, buildInfo} {
		ch <- d
	}
}

// Collect implements [prometheus.Collector].
func (f frames) Collect(ch chan<- prometheus.Metric) {
	stats := f.monitor.Stats()
	times := f.monitor.FrameTimes()
	counter := func(d *prometheus.Desc, v uint64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v))
	}
	counter(framesTotal, stats.Frames)
	counter(framesMissed, stats.Missed)
	counter(samplesLost, stats.LostSamples)
	buckets := map[float64]uint64{}
	for _, bound := range frameBuckets {
		buckets[bound.Seconds()] = times.AtMost(bound)
	}
	count, sum := times.Total()
	ch <- prometheus.MustNewConstHistogram(frameSeconds, count, sum.Seconds(), buckets)
	build := engine.ThisBuild()
	ch <- prometheus.MustNewConstMetric(buildInfo, prometheus.GaugeValue, 1, build.Version, build.Commit, build.Go)
}
