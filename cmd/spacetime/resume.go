package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
)

// keptFlights is how many ends of flights are kept, so that one that cannot be read
// does not lose all.
const keptFlights = 3

// flightPath is the file of the latest flight for 0, of the one before for 1.
func flightPath(paths host.Paths, n int) string {
	return filepath.Join(paths.State, fmt.Sprintf("flight-%d.json", n))
}

// saveFlight makes f the latest flight, and the oldest go.
func saveFlight(paths host.Paths, f scene.Flight) error {
	text, err := f.Text()
	if err != nil {
		return err
	}
	for n := keptFlights - 1; n > 0; n-- {
		err := os.Rename(flightPath(paths, n-1), flightPath(paths, n))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return host.WritePrivate(flightPath(paths, 0), text)
}

// readFlight returns the latest flight that can be read; nil where none is there.
// The error says of the first that cannot what is wrong with it.
func readFlight(paths host.Paths) (_ *scene.Flight, wrong error) {
	for n := range keptFlights {
		f, err := parseFlight(flightPath(paths, n))
		if err == nil {
			return f, wrong
		}
		if wrong == nil && !errors.Is(err, fs.ErrNotExist) {
			wrong = err
		}
	}
	return nil, wrong
}

func parseFlight(path string) (*scene.Flight, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := scene.ParseFlight(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &f, nil
}

// remembers tells whether flights here go on where the last one ended: those that
// somebody looks at.
func (f *flight) remembers() bool {
	return f.command.Resume && (!f.screen.headless || f.screen.inHeadset)
}

// resume goes on with the last flight, if there is one and nothing else was asked
// for. What is in the way is told, and is no error.
func (f *flight) resume(ctx context.Context) bool {
	c := &f.command.Settings
	if !f.remembers() || c.Fresh || c.Scene != "" || c.At != "" || c.Target != "" {
		return false
	}
	last, err := readFlight(f.paths)
	if err != nil {
		f.log.Warn("the last flight cannot be read; the one before counts, if there is one", "error", err)
		f.cockpit.tell("The last flight cannot be read")
	}
	if last == nil {
		return false
	}
	if _, err := f.parts.engine.Resume(ctx, *last); err != nil {
		f.log.Warn("the last flight cannot go on here", "error", err)
		return false
	}
	f.log.Info("flying on where the last flight ended", "scene", last.Slug)
	return true
}

// keepEvery is how often a flight is kept that may end in a power cut.
const keepEvery = 5 * time.Minute

// keepFlight keeps the flight every few minutes, and when it ends.
func (f *flight) keepFlight(ctx context.Context) {
	if !f.remembers() {
		return
	}
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		state := f.parts.engine.Snapshot().State
		if err := saveFlight(f.paths, state.Flight()); err != nil {
			f.log.Warn("where the flight is was not kept", "error", err)
		}
	}
}
