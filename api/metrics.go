package api

import (
	"log"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"github.com/spacetime-vr/spacetime/engine"
)

// meter is the metrics: those of the frame, read from the monitor when somebody
// asks, and those of the API itself. Labels are bounded: routes, status codes and
// lanes are ours.
type meter struct {
	handler  http.Handler // serves what can be gathered and logs what cannot
	gathered *recent
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	routes   map[string]routeCounts // by the row's name
}

func newMeter(s *Server, errors *log.Logger) *meter {
	registry := prometheus.NewRegistry()
	gathered := &recent{of: registry}
	t := &meter{
		gathered: gathered,
		handler: promhttp.HandlerFor(gathered, promhttp.HandlerOpts{
			EnableOpenMetrics:   true,
			ErrorHandling:       promhttp.ContinueOnError,
			ErrorLog:            errors,
			MaxRequestsInFlight: 2,
			Timeout:             5 * time.Second,
		}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "spacetime_http_requests_total",
			Help: "Requests that were answered, by row of the table of routes (other: none) and status code.",
		}, []string{"http_route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "spacetime_http_request_seconds",
			Help:    "Time from a request's headers to the end of its answer, by row of the table of routes.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .025, .05, .1, .2, .5, 1, 5},

			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160,
		}, []string{"http_route"}),
	}
	t.routes = map[string]routeCounts{}
	for i := range s.rows {
		name := s.rows[i].name()
		t.routes[name] = routeCounts{t.requests.WithLabelValues(name, "200"), t.secondsOf(name)}
	}
	registry.MustRegister(t.requests, t.seconds, frames{s.options.Monitor}, control{s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return t
}

// secondsOf is the histogram of a route.
func (t *meter) secondsOf(route string) observer {
	return t.seconds.WithLabelValues(route).(observer) // as histograms are
}

// slow is from when on a request is an exemplar: each bucket of its route keeps the id
// of the last one, for those who scrape OpenMetrics, to find it in the log. To be one
// costs 6 us and ten allocations, which is as much as a quick request itself.
const slow = time.Millisecond

// count counts an answer.
func (t *meter) count(x *exchange, took time.Duration) {
	route := x.routeName()
	counts, known := t.routes[route]
	if !known || x.status != http.StatusOK {
		counts = routeCounts{t.requests.WithLabelValues(route, strconv.Itoa(x.status)), t.secondsOf(route)}
	}
	counts.answers.Inc()
	if took < slow {
		counts.seconds.Observe(took.Seconds())
		return
	}
	counts.seconds.ObserveWithExemplar(took.Seconds(), prometheus.Labels{"request_id": x.id})
}

// routeCounts are the metrics that an answer counts in; those of a row that count
// most often are found beforehand.
type routeCounts struct {
	answers prometheus.Counter
	seconds observer
}

// observer is a histogram that takes exemplars.
type observer interface {
	prometheus.Observer
	prometheus.ExemplarObserver
}

var getMetrics = raw{(*Server).metrics, map[int]any{http.StatusOK: "text/plain"}}

func (s *Server) metrics(x *exchange, r *http.Request) error {
	s.meter.handler.ServeHTTP(x, r)
	return nil
}

// control turns what the server counts itself into metrics.
type control struct{ server *Server }

var (
	gatheredAt   = prometheus.NewDesc("spacetime_metrics_gathered_timestamp_seconds", "When these metrics were gathered; they are served for a while.", nil, nil)
	laneSlots    = prometheus.NewDesc("spacetime_lane_slots", "Handlers that may run at a time, by lane.", []string{"lane"}, nil)
	laneInside   = prometheus.NewDesc("spacetime_lane_running", "Handlers that run.", []string{"lane"}, nil)
	laneRefused  = prometheus.NewDesc("spacetime_lane_refused_total", "Requests that found their lane full.", []string{"lane"}, nil)
	connections  = prometheus.NewDesc("spacetime_connections", "Open connections of both ports.", nil, nil)
	auditRecords = prometheus.NewDesc("spacetime_audit_records_total", "Records in the audit log.", nil, nil)
	auditUp      = prometheus.NewDesc("spacetime_audit_writable", "1 while the audit log can be written; while it is 0 nothing may change.", nil, nil)
	certificate  = prometheus.NewDesc("spacetime_tls_cert_expiry_timestamp_seconds", "When the certificate that is served ends.", nil, nil)
	insecure     = prometheus.NewDesc("spacetime_insecure_listener", "1 while other machines may ask in the clear.", nil, nil)
	priority     = prometheus.NewDesc("spacetime_render_priority", "1, with how the system schedules the thread of the frame.", []string{"mode"}, nil)
	shedLevel    = prometheus.NewDesc("spacetime_shed_level", "How far operators are asked to wait for the sake of the frame: 0 not, 1 costly requests, 2 most.", nil, nil)
	logRecords   = prometheus.NewDesc("spacetime_log_records_total", "Records of the log, by level.", []string{"level"}, nil)
	logLost      = prometheus.NewDesc("spacetime_log_records_lost_total", "Records that those who read the log came too late for.", nil, nil)
	refused      = prometheus.NewDesc("spacetime_connections_refused_total", "Connections that were closed at once, by reason.", []string{"reason"}, nil)
	displaced    = prometheus.NewDesc("spacetime_connections_displaced_total", "Connections that were closed while they waited for a request, for a new one.", nil, nil)
	bansActive   = prometheus.NewDesc("spacetime_bans", "Addresses that are kept out, or only watched.", nil, nil)
	liveClients  = prometheus.NewDesc("spacetime_telemetry_clients", "Connected WebSocket clients.", nil, nil)
	liveMessages = prometheus.NewDesc("spacetime_telemetry_messages_total", "Messages to WebSocket clients, by what became of them.", []string{"result"}, nil)
	liveCloses   = prometheus.NewDesc("spacetime_telemetry_closes_total", "WebSocket connections that ended, by close code (0: another).", []string{"code"}, nil)
	cacheBytes   = prometheus.NewDesc("spacetime_cache_bytes", "What the cache of answers holds.", nil, nil)
	cacheReads   = prometheus.NewDesc("spacetime_cache_reads_total", "Reads of the cache, by result.", []string{"result"}, nil)
)

var laneNames = [numLanes]string{light: "light", health: "health", heavy: "heavy", streams: "streams"}

// Describe implements [prometheus.Collector].
func (c control) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, ch) }

// Collect implements [prometheus.Collector].
func (c control) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v uint64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	gauge(gatheredAt, float64(time.Now().UnixMicro())/1e6)
	s := c.server
	for i, l := range s.lanes {
		n := l.Counts()
		gauge(laneSlots, float64(n.Slots), laneNames[i])
		gauge(laneInside, float64(n.Inside), laneNames[i])
		counter(laneRefused, n.Refused, laneNames[i])
	}
	counter(logLost, s.options.LogRecords.Lost())
	open := s.connections.Counts()
	gauge(connections, float64(open.Open))
	counter(refused, open.RefusedTotal, "total")
	counter(refused, open.RefusedAddress, "address")
	counter(refused, open.RefusedBanned, "banned")
	counter(refused, open.RefusedRate, "rate")
	counter(displaced, open.Displaced)
	gauge(bansActive, float64(len(s.ids.List())))
	gauge(shedLevel, float64(s.shedLevel.Load()))
	gauge(priority, 1, string(s.options.Priority))
	if s.options.LogCounts != nil {
		counter(logRecords, s.options.LogCounts(slog.LevelWarn), "warn")
		counter(logRecords, s.options.LogCounts(slog.LevelError), "error")
	}
	sent := s.live.server.Counters()
	gauge(liveClients, float64(sent.Clients))
	counter(liveMessages, sent.Sent, "sent")
	counter(liveMessages, sent.Conflated, "conflated")
	counter(liveMessages, sent.Dropped, "dropped")
	for code, n := range sent.Closes {
		counter(liveCloses, n, strconv.Itoa(code))
	}
	if s.audit.log != nil {
		counter(auditRecords, s.audit.log.Count())
	}
	gauge(auditUp, truth(s.audit.healthy() == nil))
	gauge(insecure, truth(s.exposed()))
	if ends := s.options.Network.certificateEnds(); !ends.IsZero() {
		gauge(certificate, float64(ends.Unix()))
	}
	held := s.cache.now()
	gauge(cacheBytes, float64(held.Bytes))
	counter(cacheReads, held.Hits, "hit")
	counter(cacheReads, held.Misses, "miss")
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
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
	ch <- durations{frameSeconds, &times}
	build := engine.ThisBuild()
	ch <- prometheus.MustNewConstMetric(buildInfo, prometheus.GaugeValue, 1, build.Version, build.Commit, build.Go)
}

// durations is a histogram of the engine as a metric: with classic buckets for
// those who read text, and native ones for those who take them.
type durations struct {
	desc *prometheus.Desc
	of   *engine.Histogram
}

// Desc implements [prometheus.Metric].
func (d durations) Desc() *prometheus.Desc { return d.desc }

// Native buckets are eighths of an octave, from 61 us to 16 s; what is shorter
// counts as zero.
//
// Source: Prometheus' native histograms, schema 3: bucket i ends at 2^(i/8).
const (
	nativeSchema = 3
	nativeFirst  = -14 * 8
	nativeLast   = 4 * 8
)

func nativeEnd(bucket int) time.Duration {
	return time.Duration(math.Exp2(float64(bucket)/8) * float64(time.Second))
}

// Write implements [prometheus.Metric].
func (d durations) Write(out *dto.Metric) error {
	count, sum := d.of.Total()
	h := &dto.Histogram{
		SampleCount: new(count), SampleSum: new(sum.Seconds()),
		Schema: new(int32(nativeSchema)), ZeroThreshold: new(nativeEnd(nativeFirst).Seconds()),
	}
	for _, bound := range frameBuckets {
		h.Bucket = append(h.Bucket, &dto.Bucket{UpperBound: new(bound.Seconds()), CumulativeCount: new(d.of.AtMost(bound))})
	}
	below := d.of.AtMost(nativeEnd(nativeFirst))
	h.ZeroCount = new(below)
	h.PositiveSpan = []*dto.BucketSpan{{Offset: new(int32(nativeFirst + 1)), Length: new(uint32(nativeLast - nativeFirst))}}
	var last int64
	for i := nativeFirst + 1; i <= nativeLast; i++ {
		within := d.of.AtMost(nativeEnd(i))
		if i == nativeLast {
			within = count // what is longer than 16 s counts there
		}
		n := int64(within - below)
		h.PositiveDelta = append(h.PositiveDelta, n-last)
		below, last = within, n
	}
	out.Histogram = h
	return nil
}
