package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/xr"
)

// recording is the file of --vr-record; nil without.
type recording struct {
	file io.WriteCloser
	to   *xr.Recorder
}

// openRecording begins the file before the first display is opened. An empty
// path is none.
func openRecording(path string, log *slog.Logger, crashes *host.CrashReports) (*recording, error) {
	if path == "" {
		return nil, nil
	}
	if isFile(path, os.Getenv(simVariables+"SCRIPT")) {
		return nil, exit.With(exit.Usage, fmt.Errorf("--vr-record: %s is the script that the simulated headset plays; name another file", path))
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("record the headset: %w", err)
	}
	return newRecording(file, log, crashes), nil
}

// isFile tells whether two paths lead to one file that is there.
func isFile(path, other string) bool {
	a, err := os.Stat(path)
	if err != nil {
		return false
	}
	b, err := os.Stat(other)
	return err == nil && os.SameFile(a, b)
}

func newRecording(file io.WriteCloser, log *slog.Logger, crashes *host.CrashReports) *recording {
	r := &recording{file, xr.NewRecorder(file, log)}
	go func() {
		defer crashes.Recover(exit.Crash)
		r.to.Run()
	}()
	return r
}

func (r *recording) recorder() *xr.Recorder {
	if r == nil {
		return nil
	}
	return r.to
}

// close ends the script. It may be called from any goroutine, more than once.
func (r *recording) close() error {
	if r == nil {
		return nil
	}
	err := r.to.Close()
	if closed := r.file.Close(); !errors.Is(closed, os.ErrClosed) {
		err = errors.Join(err, closed)
	}
	return err
}
