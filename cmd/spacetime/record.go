package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/spacetime-vr/spacetime/xr"
)

// recording is the file of --vr-record; nil without.
type recording struct {
	file *os.File
	to   *xr.Recorder
}

// openRecording begins the file before the first display is opened. An empty
// path is none.
func openRecording(path string, log *slog.Logger) (*recording, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("record the headset: %w", err)
	}
	return &recording{file, xr.NewRecorder(file, log)}, nil
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
