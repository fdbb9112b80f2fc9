package host

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"gopkg.in/natefinch/lumberjack.v2"
)

// The log file is rotated at 2 MB, and the last five are kept.
const (
	logMegabytes = 2
	logBackups   = 4
)

// lastLines is how many lines a crash report repeats.
const lastLines = 50

// Log writes what happens to the console, from a level up, and to a file that is
// rotated, from the level info up or from the console's where that is lower. It
// remembers its last lines. It is safe on any goroutine; the frame does not log.
type Log struct {
	*slog.Logger
	file    *lumberjack.Logger
	last    *lines
	counts  *levelCounts
	records *Records
}

// OpenLog opens the log file, making its folder, and writes lines from level up
// to console too.
func OpenLog(path string, level slog.Level, console io.Writer) (*Log, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	l := &Log{
		file:    &lumberjack.Logger{Filename: path, MaxSize: logMegabytes, MaxBackups: logBackups},
		last:    &lines{},
		counts:  &levelCounts{},
		records: NewRecords(),
	}
	if _, err := l.file.Write(nil); err != nil { // opens it, so that no right to write shows here
		return nil, err
	}
	kept := &slog.HandlerOptions{Level: min(level, slog.LevelInfo)}
	l.Logger = slog.New(all{
		l.counts,
		slog.NewTextHandler(console, &slog.HandlerOptions{Level: level, ReplaceAttr: untimed}),
		slog.NewTextHandler(io.MultiWriter(l.file, l.last), kept),
		slog.NewJSONHandler(l.records, &slog.HandlerOptions{Level: kept.Level, ReplaceAttr: readable}).WithGroup("attrs"),
	})
	return l, nil
}

// untimed leaves the time out of lines for the console.
func untimed(groups []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey && len(groups) == 0 {
		return slog.Attr{}
	}
	return a
}

// readable writes durations with their units, as the log file does.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.String())
	}
	return a
}

// Last returns the last lines of the log, oldest first.
func (l *Log) Last() []string { return l.last.list() }

// Records returns the last records, which are those of the file.
func (l *Log) Records() *Records { return l.records }

// Close closes the file.
func (l *Log) Close() error { return l.file.Close() }

// OnLine has f called with every line that the file gets, without its line break,
// from now on. f is called on the goroutine that logs, must not log, and returns
// soon.
func (l *Log) OnLine(f func(line string)) { l.last.listener.Store(&f) }

// Count returns how many records of the level warn, or of the level error, there
// were.
func (l *Log) Count(level slog.Level) uint64 { return l.counts[levelIndex(level)].Load() }

// levelCounts is a handler that counts records, by level.
type levelCounts [4]atomic.Uint64

func levelIndex(level slog.Level) int { return int(min(max(level-slog.LevelDebug, 0)/4, 3)) }

func (*levelCounts) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (c *levelCounts) Handle(_ context.Context, r slog.Record) error {
	c[levelIndex(r.Level)].Add(1)
	return nil
}

func (c *levelCounts) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c *levelCounts) WithGroup(string) slog.Handler      { return c }

// all is a handler that hands every record to several.
type all []slog.Handler

func (a all) Enabled(ctx context.Context, level slog.Level) bool {
	return slices.ContainsFunc(a, func(h slog.Handler) bool { return h.Enabled(ctx, level) })
}

func (a all) Handle(ctx context.Context, r slog.Record) error {
	var errs []error
	for _, h := range a {
		if h.Enabled(ctx, r.Level) {
			errs = append(errs, h.Handle(ctx, r.Clone()))
		}
	}
	return errors.Join(errs...)
}

func (a all) WithAttrs(attrs []slog.Attr) slog.Handler {
	return a.each(func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs) })
}

func (a all) WithGroup(name string) slog.Handler {
	return a.each(func(h slog.Handler) slog.Handler { return h.WithGroup(name) })
}

func (a all) each(of func(slog.Handler) slog.Handler) (made all) {
	for _, h := range a {
		made = append(made, of(h))
	}
	return made
}

// lines keeps the last lines that were written to it; a handler writes whole
// lines.
type lines struct {
	listener atomic.Pointer[func(string)]

	mu   sync.Mutex
	kept []string
}

func (l *lines) Write(p []byte) (int, error) {
	line := string(bytes.TrimRight(p, "\n"))
	l.keep(line)
	if tell := l.listener.Load(); tell != nil {
		(*tell)(line)
	}
	return len(p), nil
}

func (l *lines) keep(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, line)
	if len(l.kept) > lastLines {
		l.kept = append(l.kept[:0], l.kept[1:]...)
	}
}

func (l *lines) list() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string{}, l.kept...)
}
