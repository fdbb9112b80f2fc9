package host

import (
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
)

func TestLogCountsAndTells(t *testing.T) {
	l, err := OpenLog(filepath.Join(t.TempDir(), "log"), slog.LevelError, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var lines []string
	l.OnLine(func(line string) { lines = append(lines, line) })
	l.Debug("not even in the file")
	l.Info("one")
	l.With("part", "headset").Warn("two")
	l.WithGroup("frame").Error("three", "late", true)
	if w, e := l.Count(slog.LevelWarn), l.Count(slog.LevelError); w != 1 || e != 1 {
		t.Errorf("%d warnings and %d errors, want 1 and 1", w, e)
	}
	if len(lines) != 3 || !strings.Contains(lines[1], "part=headset") || !strings.Contains(lines[2], "frame.late=true") {
		t.Errorf("told %q", lines)
	}
}
