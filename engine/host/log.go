package host

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

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
	file *lumberjack.Logger
	last *lines
}

// OpenLog opens the log file, making its folder, and writes lines from level up
// to console too.
func OpenLog(path string, level slog.Level, console io.Writer) (*Log, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	l := &Log{
		file: &lumberjack.Logger{Filename: path, MaxSize: logMegabytes, MaxBackups: logBackups},
		last: &lines{},
	}
	if _, err := l.file.Write(nil); err != nil { // opens it, so that no right to write shows here
		return nil, err
	}
	l.Logger = slog.New(both{
		slog.NewTextHandler(console, &slog.HandlerOptions{Level: level, ReplaceAttr: untimed}),
		slog.NewTextHandler(io.MultiWriter(l.file, l.last), &slog.HandlerOptions{Level: min(level, slog.LevelInfo)}),
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

// Last returns the last lines of the log, oldest first.
func (l *Log) Last() []string { return l.last.list() }

// Close closes the file.
func (l *Log) Close() error { return l.file.Close() }

// both is a handler that hands every record to two.
type both [2]slog.Handler

func (b both) Enabled(ctx context.Context, level slog.Level) bool {
	return b[0].Enabled(ctx, level) || b[1].Enabled(ctx, level)
}

func (b both) Handle(ctx context.Context, r slog.Record) error {
	var errs []error
	for _, h := range b {
		if h.Enabled(ctx, r.Level) {
			errs = append(errs, h.Handle(ctx, r.Clone()))
		}
	}
	return errors.Join(errs...)
}

func (b both) WithAttrs(attrs []slog.Attr) slog.Handler {
	return both{b[0].WithAttrs(attrs), b[1].WithAttrs(attrs)}
}

func (b both) WithGroup(name string) slog.Handler {
	return both{b[0].WithGroup(name), b[1].WithGroup(name)}
}

// lines keeps the last lines that were written to it; a handler writes whole
// lines.
type lines struct {
	mu   sync.Mutex
	kept []string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, string(bytes.TrimRight(p, "\n")))
	if len(l.kept) > lastLines {
		l.kept = append(l.kept[:0], l.kept[1:]...)
	}
	return len(p), nil
}

func (l *lines) list() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string{}, l.kept...)
}
