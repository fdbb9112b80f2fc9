package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

const (
	// startLimit is how long a program may take until it is ready, the compiling of
	// its shaders included.
	startLimit = time.Minute
	// endLimit is how long it may take to end.
	endLimit = 15 * time.Second
	// lookPeriod is how often it is looked whether it is ready.
	lookPeriod = 50 * time.Millisecond
)

// besideUs is a program in the folder of this one.
func besideUs(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	self, err := os.Executable()
	if err != nil {
		return name
	}
	return filepath.Join(filepath.Dir(self), name)
}

// home is a folder that stands for a user's, so that a program shares nothing
// with the one that the user runs.
type ownHome struct{ folder string }

func newHome() (*ownHome, error) {
	folder, err := os.MkdirTemp("", "spacectl-features-")
	return &ownHome{folder}, err
}

// environment is ours, but for where a user's files are, and for our own
// settings.
func (h *ownHome) environment() (all []string) {
	replaced := []string{
		"HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
		"APPDATA", "LOCALAPPDATA", "USERPROFILE",
	}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !slices.Contains(replaced, name) && !strings.HasPrefix(name, "SPACETIME_") {
			all = append(all, v)
		}
	}
	for _, name := range replaced {
		if !strings.HasSuffix(name, "_HOME") { // those are under HOME by themselves
			all = append(all, name+"="+h.folder)
		}
	}
	return all
}

// instance finds the instance file of a program that has this home.
func (h *ownHome) instance() (found api.Instance, ok bool) {
	_ = filepath.WalkDir(h.folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "runtime.json" {
			if i, err := api.ReadInstance(path); err == nil {
				found, ok = i, true
				return fs.SkipAll
			}
		}
		return nil
	})
	return found, ok
}

func (h *ownHome) remove() error { return os.RemoveAll(h.folder) }

// ownProgram is a program that was started for the exercises.
type ownProgram struct {
	*client
	home    *ownHome
	command *exec.Cmd
	console bytes.Buffer
	ended   chan error
}

// startProgram starts it headless, at ports that are free, and waits until it is
// ready.
func startProgram(ctx context.Context, path string) (*ownProgram, error) {
	home, err := newHome()
	if err != nil {
		return nil, err
	}
	p := &ownProgram{home: home, ended: make(chan error, 1)}
	p.command = exec.Command(path, "--mode", "headless", "--size", "320x180", "--rate", "30", "--api", "127.0.0.1:0", "--telemetry", "127.0.0.1:0")
	p.command.Env, p.command.Dir = home.environment(), home.folder
	p.command.Stdout, p.command.Stderr = &p.console, &p.console
	if err := p.command.Start(); err != nil {
		return nil, errors.Join(exit.With(exit.NoInput, fmt.Errorf("start %s: %w", path, err)), home.remove())
	}
	go func() { p.ended <- p.command.Wait() }()
	if err := p.becomeReady(ctx); err != nil {
		return nil, errors.Join(err, p.end())
	}
	return p, nil
}

// becomeReady waits until every required component does well.
func (p *ownProgram) becomeReady(ctx context.Context) error {
	limit, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		select {
		case err := <-p.ended:
			p.ended <- nil
			return fmt.Errorf("the program ended at once (%v): %s", err, p.lastWords())
		case <-limit.Done():
			if ctx.Err() != nil {
				return exit.With(exit.Interrupted, errors.New("interrupted before the program was ready"))
			}
			_ = p.command.Process.Kill()
			<-p.ended // until then it may still print
			p.ended <- nil
			return fmt.Errorf("the program was not ready in %v: %s", startLimit, p.lastWords())
		case <-time.After(lookPeriod):
		}
		if p.ready(limit) {
			return nil
		}
	}
}

func (p *ownProgram) ready(ctx context.Context) bool {
	i, ok := p.home.instance()
	if !ok {
		return false
	}
	h, err := newHTTPClient(nil)
	if err != nil {
		return false
	}
	p.client = &client{base: i.HTTP, live: i.Telemetry, http: h, credential: &localCredential{keyFile: i.KeyFile}, wait: pause}
	a, err := getReady.do(ctx, p.client, none)
	return err == nil && a.status == http.StatusOK
}

// lastWords is the end of what it printed.
func (p *ownProgram) lastWords() string {
	lines := strings.Split(strings.TrimSpace(p.console.String()), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "; ")
}

// end ends the program as a user does, and removes its home. One that does not
// end so is an error.
func (p *ownProgram) end() error {
	if p.command.Process.Signal(os.Interrupt) != nil {
		_ = p.command.Process.Kill() // Windows has no such signal
	}
	var err error
	select {
	case err = <-p.ended:
		if err != nil && runtime.GOOS != "windows" {
			err = fmt.Errorf("the program did not end well (%w): %s", err, p.lastWords())
		} else {
			err = nil
		}
	case <-time.After(endLimit):
		_ = p.command.Process.Kill()
		err = fmt.Errorf("the program did not end in %v", endLimit)
		<-p.ended
	}
	return errors.Join(err, p.home.remove())
}
