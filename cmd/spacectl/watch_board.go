package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

const (
	// boardSeconds is how far back the board looks, in columns of a second each.
	boardSeconds = 60
	// recent is what the figures are of.
	recent = 10 * time.Second
	// maxLines is how many lines of what happened are kept.
	maxLines = 100
)

// board is what the watcher knows.
type board struct {
	base, version string
	connected     bool
	state         api.State
	perf          telemetry.Perf
	clients       *float64 // connections; nil where they are not known
	frames        []timedFrame
	lines         []string // what happened, the last at the end
	said          int      // how many lines there ever were
	late          bool     // whether frames are missed
}

// timedFrame is a frame.stats with the server's time of it.
type timedFrame struct {
	at time.Time
	telemetry.Frame
}

// What is marked so is to be seen from afar.
const (
	lateMark = "LATE"
	lostMark = "NOT CONNECTED"
)

// isFigure tells messages that come all the time from what happens.
func isFigure(kind string) bool {
	return slices.Contains([]string{"frame.stats", "perf.stats", "hello", "result", "expiring"}, kind)
}

// message puts a message on the board.
func (b *board) message(e *event) {
	switch e.Type {
	case "frame.stats":
		var f telemetry.Frame
		if json.Unmarshal(e.Data, &f) == nil {
			b.frame(timedFrame{e.TS, f})
		}
	case "perf.stats":
		_ = json.Unmarshal(e.Data, &b.perf)
	default:
		if !isFigure(e.Type) {
			b.line(e.TS, e.Type+" "+inShort(e.Data))
		}
	}
}

// frame adds figures, forgets those of more than a minute ago, and notes when
// frames begin or cease to be late.
func (b *board) frame(f timedFrame) {
	if len(b.frames) == 0 && f.IntervalS > 2 {
		return // of the time in which nobody looked
	}
	b.frames = append(b.frames, f)
	old, _ := slices.BinarySearchFunc(b.frames, f.at.Add(-boardSeconds*time.Second), func(f timedFrame, t time.Time) int { return f.at.Compare(t) })
	b.frames = slices.Delete(b.frames, 0, old)
	s := b.sum()
	if late := s.missedShare() > maxMissed; late != b.late && s.seconds > 2 {
		b.late = late
		text := "frames are on time again"
		if late {
			text = fmt.Sprintf("frames are late: %.1f %% missed in %v", 100*s.missedShare(), recent)
		}
		b.line(f.at, text)
	}
}

// line adds what happened.
func (b *board) line(at time.Time, text string) {
	if at.IsZero() {
		at = time.Now()
	}
	b.lines = append(b.lines, clock(at)+"  "+exit.OneLine(strings.TrimSpace(text)))
	b.lines = b.lines[max(0, len(b.lines)-maxLines):]
	b.said++
}

func clock(t time.Time) string { return t.UTC().Format("15:04:05") }

// inShort writes the data of a message as name=value, without what is nested and
// what the board shows anyway.
func inShort(data json.RawMessage) string {
	var members map[string]any
	if json.Unmarshal(data, &members) != nil {
		return string(data)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name == "date" || name == "tick" || name == "title" {
			continue
		}
		switch v := members[name].(type) {
		case string:
			parts = append(parts, name+"="+strconv.Quote(v))
		case float64, bool:
			parts = append(parts, fmt.Sprintf("%s=%v", name, v))
		}
	}
	return strings.Join(parts, " ")
}

// sums is the frames of a while.
type sums struct {
	seconds        float64
	frames, missed uint64
	points         []point // of the frames' times
}

// point is a number of frames that took at most so long.
type point struct {
	seconds, frames float64
}

func (s *sums) missedShare() float64 {
	return float64(s.missed) / max(1, float64(s.frames+s.missed))
}

func (s *sums) fps() float64 {
	if s.seconds == 0 {
		return 0
	}
	return float64(s.frames) / s.seconds
}

// sum adds up the recent figures.
func (b *board) sum() (s sums) {
	if len(b.frames) == 0 {
		return s
	}
	last := b.frames[len(b.frames)-1].at
	for _, f := range b.frames {
		if last.Sub(f.at) < recent {
			s.add(f.Frame)
		}
	}
	slices.SortFunc(s.points, func(a, b point) int { return int(1e9*a.seconds) - int(1e9*b.seconds) })
	return s
}

// add counts the frames between two percentiles as if all took as long as the
// upper one, so that what is made of many messages is never too low.
func (s *sums) add(f telemetry.Frame) {
	s.seconds += f.IntervalS
	s.frames += f.Frames
	s.missed += f.Missed
	n, t := float64(f.Frames), f.FrameTimeS
	s.points = append(s.points, point{t.P50S, 0.5 * n}, point{t.P95S, 0.45 * n}, point{t.P99S, 0.04 * n}, point{t.MaxS, 0.01 * n})
}

// quantile is the time that a share q of the frames does not exceed, in
// milliseconds.
func (s *sums) quantile(q float64) float64 {
	left := q * float64(s.frames)
	for _, p := range s.points {
		if left -= p.frames; left <= 1e-9 {
			return p.seconds * 1e3
		}
	}
	if len(s.points) == 0 {
		return 0
	}
	return s.points[len(s.points)-1].seconds * 1e3
}

// summary is the board in a line.
func (b *board) summary(now time.Time) string {
	s := b.sum()
	return fmt.Sprintf("%s  %.1f frames/s  p50 %.1f  p95 %.1f  p99 %.1f  max %.1f ms  missed %d  scene %s  heap %s",
		clock(now), s.fps(), s.quantile(.5), s.quantile(.95), s.quantile(.99), s.quantile(1), s.missed, b.state.Scene.Slug, bytesOf(b.perf.HeapBytes))
}

func bytesOf(n uint64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.2f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.0f kB", float64(n)/1e3)
}

// draw makes the board's picture: at most height lines of at most width columns.
func (b *board) draw(width, height int, now time.Time) []string {
	const label = 9
	longest, missed := b.perSecond(min(boardSeconds, max(0, width-label)))
	top := append([]string{b.title(width), ""}, b.rows()...)
	top = append(top,
		"",
		"minute   "+sparkline(longest, b.budgetMS()),
		"missed   "+counts(missed),
		"         "+b.scale(longest),
		"",
		"memory   "+b.memory(),
		"clients  "+b.connections(),
		"",
	)
	lines := top[:min(len(top), height)]
	if room := height - len(lines); room > 0 {
		happened := b.happened(width)
		lines = append(lines, happened[max(0, len(happened)-room):]...)
	}
	for i := range lines {
		lines[i] = cut(lines[i], width)
	}
	return lines
}

// happened is what happened, in lines of at most width columns.
func (b *board) happened(width int) (lines []string) {
	const clock = len("15:04:05  ")
	for _, line := range b.lines {
		lines = append(lines, strings.Split(hanging(line[:clock], line[clock:], width), "\n")...)
	}
	return lines
}

// title has the connection at its right end.
func (b *board) title(width int) string {
	name := strings.Join(strings.Fields("SpaceTime VR "+b.version+"  "+b.state.Environment+"  "+b.base), " ")
	how := "connected"
	if !b.connected {
		how = lostMark
	}
	room := max(0, width-len(how)-1)
	return fmt.Sprintf("%-*s %s", room, cut(name, room), how)
}

func (b *board) rows() []string {
	st, s := &b.state, b.sum()
	pace := fmt.Sprintf("×%g", st.Time.Rate)
	if st.Time.Paused {
		pace = "paused"
	}
	late := ""
	if b.late {
		late = "  " + lateMark
	}
	return []string{
		fmt.Sprintf("scene    %s (%s)", st.Scene.Title, st.Scene.Slug),
		fmt.Sprintf("date     %s  %s", st.Time.Date, pace),
		"display  " + display(&st.Display),
		"",
		fmt.Sprintf("frames   %.1f a second, %d of %d missed (%.1f %%) in the last %v%s", s.fps(), s.missed, s.frames+s.missed, 100*s.missedShare(), recent, late),
		fmt.Sprintf("time     p50 %.1f   p95 %.1f   p99 %.1f   max %.1f%s", s.quantile(.5), s.quantile(.95), s.quantile(.99), s.quantile(1), b.budget()),
	}
}

// budgetMS is what a frame may take; 0 where the display has no rate.
func (b *board) budgetMS() float64 {
	if b.state.Display.RefreshHz <= 0 {
		return 0
	}
	return 1e3 / b.state.Display.RefreshHz
}

func (b *board) budget() string {
	if b.budgetMS() == 0 {
		return " ms"
	}
	return fmt.Sprintf("   of %.1f ms", b.budgetMS())
}

func (b *board) memory() string {
	p := &b.perf
	return fmt.Sprintf("heap %s, mapped %s, %d goroutines, %d collections", bytesOf(p.HeapBytes), bytesOf(p.TotalBytes), p.Goroutines, p.GCCycles)
}

func (b *board) connections() string {
	if b.clients == nil {
		return "not known"
	}
	return fmt.Sprintf("%g connections", *b.clients)
}

// perSecond returns for each of the last n seconds, the latest last, the longest
// frame in milliseconds and how many were missed. Seconds without frames have a
// longest of -1.
func (b *board) perSecond(n int) (longest []float64, missed []uint64) {
	longest, missed = slices.Repeat([]float64{-1}, n), make([]uint64, n)
	if len(b.frames) == 0 {
		return longest, missed
	}
	last := b.frames[len(b.frames)-1].at.Truncate(time.Second)
	for _, f := range b.frames {
		i := n - 1 - int(last.Sub(f.at.Truncate(time.Second))/time.Second)
		if i < 0 {
			continue
		}
		longest[i] = max(longest[i], f.FrameTimeS.MaxS*1e3)
		missed[i] += f.Missed
	}
	return longest, missed
}

var blocks = []rune("▁▂▃▄▅▆▇█")

// sparkline draws milliseconds as blocks; the highest block is the longest frame
// or the budget, whichever is more.
func sparkline(ms []float64, budget float64) string {
	top := max(budget, slices.Max(append([]float64{1e-3}, ms...)))
	var b strings.Builder
	for _, v := range ms {
		if v < 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(blocks[min(int(v/top*float64(len(blocks))), len(blocks)-1)])
	}
	return b.String()
}

// scale says how high the highest block is.
func (b *board) scale(longest []float64) string {
	top := max(b.budgetMS(), slices.Max(append([]float64{0}, longest...)))
	return fmt.Sprintf("the longest frame of each second, a full block is %.1f ms", top)
}

// counts writes one character a second: nothing, a digit, or + for more than 9.
func counts(n []uint64) string {
	var b strings.Builder
	for _, v := range n {
		switch {
		case v == 0:
			b.WriteByte('.')
		case v < 10:
			b.WriteString(strconv.FormatUint(v, 10))
		default:
			b.WriteByte('+')
		}
	}
	return b.String()
}

// cut keeps a line to a number of columns, and what it says from steering the
// terminal.
func cut(line string, width int) string {
	line = exit.OneLine(line)
	if utf8.RuneCountInString(line) <= width {
		return line
	}
	if width < 1 {
		return ""
	}
	return string([]rune(line)[:width-1]) + "…"
}
