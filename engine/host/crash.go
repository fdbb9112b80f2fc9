package host

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// CrashReports writes a report when the program dies by a mistake of its own:
// what it is, the graphics driver, the last lines of the log, the stacks.
type CrashReports struct {
	dir     string
	program string
	log     *Log

	mu       sync.Mutex
	graphics string
	fatal    *os.File // where the Go runtime writes what cannot be recovered
	exit     func(code int)
}

// OpenCrashReports arms the reports. What no goroutine can recover (a fault in a
// graphics driver, two goroutines in one map) the Go runtime itself appends to a
// file in dir, which Close removes when nothing happened. program is a line
// that says what runs.
func OpenCrashReports(dir, program string, log *Log) (*CrashReports, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	c := &CrashReports{dir: dir, program: program, log: log, exit: os.Exit}
	f, err := os.OpenFile(c.path("fatal"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	c.fatal = f
	fmt.Fprint(f, c.head("the Go runtime ended the program; the log is in "+log.file.Filename))
	return c, debug.SetCrashOutput(f, debug.CrashOptions{})
}

// SetGraphics tells what draws; it stands in every report from then on.
func (c *CrashReports) SetGraphics(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.graphics = text
	fmt.Fprintln(c.fatal, "graphics:", text)
}

// Close disarms the reports.
func (c *CrashReports) Close() error {
	if err := debug.SetCrashOutput(nil, debug.CrashOptions{}); err != nil {
		return err
	}
	if err := c.fatal.Close(); err != nil {
		return err
	}
	return os.Remove(c.fatal.Name())
}

// Recover is deferred at the top of every goroutine: on a panic it writes the
// report, says where it is, and ends the program with code.
func (c *CrashReports) Recover(code int) {
	cause := recover()
	if cause == nil {
		return
	}
	text := c.report(cause, debug.Stack())
	path := c.path("crash")
	if err := WritePrivate(path, []byte(text)); err != nil {
		fmt.Fprintf(os.Stderr, "spacetime: crashed: %v; no report: %v\n%s", cause, err, text)
	} else {
		fmt.Fprintf(os.Stderr, "spacetime: crashed: %v; the report is %s\n", cause, path)
	}
	_ = c.Close()
	c.exit(code)
}

func (c *CrashReports) report(cause any, stack []byte) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.head(fmt.Sprint(cause)) + "graphics: " + c.graphics +
		"\n\nlast lines of the log:\n" + strings.Join(c.log.Last(), "\n") +
		"\n\nstack:\n" + string(stack)
}

func (c *CrashReports) head(cause string) string {
	return fmt.Sprintf("%s\ntime: %s\ncause: %s\n", c.program, time.Now().UTC().Format(time.RFC3339), cause)
}

func (c *CrashReports) path(kind string) string {
	now := time.Now().UTC().Format("20060102-150405")
	return filepath.Join(c.dir, fmt.Sprintf("%s-%s-%d.txt", kind, now, os.Getpid()))
}
