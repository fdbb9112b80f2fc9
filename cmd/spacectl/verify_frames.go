package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/spacetime-vr/spacetime/api"
)

const (
	// maxMissed is the share of frames that may be late: above it the control plane
	// itself begins to shed load.
	maxMissed = 0.01
	// paceError is how far from the rate that it declares a display may run, as a
	// share of it: more than clocks differ, less than 90 and 85 do.
	paceError = 0.03
	// headless is how a display that nobody sees is called.
	headless = "offscreen"
)

// frameSample is what the program says of its frames at an instant.
type frameSample struct {
	at               time.Time
	display          api.Display
	frames, missed   float64
	seconds, counted float64 // of the frames' times
}

// checkFrames watches the frames for a while and holds them to the rate that the
// display itself declares.
func checkFrames(ctx context.Context, v *verification, f figures) (string, error) {
	first, err := v.sample(ctx)
	if err != nil {
		return "", err
	}
	if !pause(ctx, v.window) {
		return "", ctx.Err()
	}
	last, err := v.sample(ctx)
	if err != nil {
		return "", err
	}
	p := pacingBetween(first, last)
	p.tell(f)
	v.Display = last.display.DisplayInfo
	if v.Display.Name == headless && v.Display.RefreshHz > 0 {
		v.PacedHz = math.Round(p.fps*10) / 10
		f["paced_hz"] = v.PacedHz
	}
	return p.judge()
}

func (v *verification) sample(ctx context.Context) (s frameSample, err error) {
	if s.display, _, err = getDisplay.ask(ctx, v.client, none); err != nil {
		return s, err
	}
	m, err := v.client.metrics(ctx)
	if err != nil {
		return s, err
	}
	s.at = m.at
	frames, ok1 := m.sum("spacetime_frames_total")
	missed, ok2 := m.sum("spacetime_frames_missed_total")
	times := m.families["spacetime_frame_seconds"]
	if !ok1 || !ok2 || times == nil || len(times.Metric) == 0 {
		return s, errors.New("the metrics lack spacetime_frames_total, spacetime_frames_missed_total or spacetime_frame_seconds")
	}
	h := times.Metric[0].GetHistogram()
	s.frames, s.missed = frames, missed
	s.seconds, s.counted = h.GetSampleSum(), float64(h.GetSampleCount())
	return s, nil
}

// pacing is what frames did over a window.
type pacing struct {
	windowS        float64
	display        api.Display
	frames, missed float64
	fps            float64
	meanS          float64 // of a frame, without the wait; NaN when none was timed
}

func pacingBetween(first, last frameSample) pacing {
	p := pacing{
		windowS: last.at.Sub(first.at).Seconds(), display: last.display,
		frames: last.frames - first.frames, missed: last.missed - first.missed,
		meanS: (last.seconds - first.seconds) / (last.counted - first.counted),
	}
	p.fps = p.frames / p.windowS
	return p
}

func (p *pacing) missedShare() float64 { return p.missed / max(1, p.frames+p.missed) }

func (p *pacing) tell(f figures) {
	f["window_s"], f["display"], f["refresh_hz"] = round(p.windowS), p.display.Name, p.display.RefreshHz
	f["fps"], f["frames"], f["missed"], f["missed_share"] = round(p.fps), p.frames, p.missed, p.missedShare()
	if !math.IsNaN(p.meanS) && !math.IsInf(p.meanS, 0) {
		f["frame_time_mean_s"] = p.meanS
	}
}

// round keeps three decimals.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }

// judge holds the frames to the display's rate. A display that counts no misses
// and makes fewer frames than it declares is caught by its own figures.
func (p *pacing) judge() (string, error) {
	hz := p.display.RefreshHz
	found := fmt.Sprintf("%.1f frames a second on %q, which declares %g Hz; %g missed", p.fps, p.display.Name, hz, p.missed)
	slack := hz*paceError + 2/p.windowS // a frame at either end may fall outside
	switch {
	case p.frames <= 0:
		return "", fmt.Errorf("no frame was drawn in %.1f s", p.windowS)
	case hz <= 0:
		return "", notMade(fmt.Sprintf("%q declares no rate (%.1f frames a second): nothing can be late; start it with a rate", p.display.Name, p.fps))
	case p.missedShare() > maxMissed:
		return "", fmt.Errorf("%s (%.1f %%)", found, 100*p.missedShare())
	case math.Abs((p.frames+p.missed)/p.windowS-hz) > slack:
		return "", fmt.Errorf("%s: the two do not fit", found)
	}
	if p.display.Name == headless {
		return fmt.Sprintf("headless, paced at %.1f Hz of %g, %g missed; nobody's headset", p.fps, hz, p.missed), nil
	}
	return found, nil
}

// metrics is one reading of /metrics.
type metrics struct {
	families map[string]*dto.MetricFamily
	at       time.Time // when they were gathered, by the program's clock
}

func (c *client) metrics(ctx context.Context) (metrics, error) {
	text, a, err := getMetrics.ask(ctx, c, none)
	if err != nil {
		return metrics{}, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return metrics{}, fmt.Errorf("the metrics are not understood: %w", err)
	}
	m := metrics{families: families}
	seconds, ok := m.sum("spacetime_metrics_gathered_timestamp_seconds")
	if m.at = time.UnixMicro(int64(seconds * 1e6)); !ok {
		m.at = a.sent.Add(a.took / 2)
	}
	return m, nil
}

// sum adds up the series of a metric whose labels are as given, names and values
// in turn; it says whether the metric is there at all.
func (m metrics) sum(name string, labels ...string) (total float64, ok bool) {
	family := m.families[name]
	for _, series := range family.GetMetric() {
		if hasLabels(series, labels) {
			total += series.GetCounter().GetValue() + series.GetGauge().GetValue() + series.GetUntyped().GetValue()
		}
	}
	return total, family != nil
}

func hasLabels(series *dto.Metric, labels []string) bool {
	for i := 0; i+1 < len(labels); i += 2 {
		found := false
		for _, l := range series.GetLabel() {
			found = found || l.GetName() == labels[i] && strings.EqualFold(l.GetValue(), labels[i+1])
		}
		if !found {
			return false
		}
	}
	return true
}

// logRecords counts the program's log since its start, by level.
const logRecords = "spacetime_log_records_total"

// checkLog wants a log without errors since the start of the program.
func checkLog(ctx context.Context, v *verification, f figures) (string, error) {
	m, err := v.client.metrics(ctx)
	if err != nil {
		return "", err
	}
	wrong, ok := m.sum(logRecords, "level", "error")
	if !ok {
		return "", fmt.Errorf("the program does not count its log (%s): whether there are errors is not known", logRecords)
	}
	warnings, _ := m.sum(logRecords, "level", "warn")
	f["errors"], f["warnings"] = wrong, warnings
	if wrong > 0 {
		return "", fmt.Errorf("%s in the log since the program started; spacetime --paths names the file", count(int(wrong), "error"))
	}
	return "no error since the start, " + count(int(warnings), "warning"), nil
}
