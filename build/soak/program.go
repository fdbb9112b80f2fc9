package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// program is one run of the program, with folders of its own.
type program struct {
	*exec.Cmd
	home   string
	paths  host.Paths
	at     api.Instance
	took   time.Duration // from its start until it was ready
	output bytes.Buffer  // not to be read before it has ended
	ended  chan struct{}
}

// flags make a flight that needs neither a screen nor a fixed port.
var flags = []string{
	"--mode", "headless", "--size", "320x180", "--rate", "30", "--api", "127.0.0.1:0", "--telemetry", "127.0.0.1:0",
}

// patience is how long the program may take to be ready on a busy machine.
const patience = 30 * time.Second

// start starts it, with more flags and variables, and waits until it is ready.
func start(ctx context.Context, name, home string, more ...string) (*program, error) {
	name, err := filepath.Abs(name) // it runs in another folder
	if err != nil {
		return nil, err
	}
	p := command(name, home, more...)
	began := time.Now()
	if err := p.begin(); err != nil {
		return nil, err
	}
	for time.Since(began) < patience && ctx.Err() == nil {
		if p.ready() {
			p.took = time.Since(began)
			return p, nil
		}
		select {
		case <-p.ended:
			return nil, fmt.Errorf("the program ended with %d: %s", p.ProcessState.ExitCode(), &p.output)
		case <-time.After(5 * time.Millisecond):
		}
	}
	p.kill()
	return nil, fmt.Errorf("the program was not ready in %v: %s", patience, &p.output)
}

// command prepares a run. Of more, what has no dash is a variable.
func command(name, home string, more ...string) *program {
	p := &program{Cmd: exec.Command(name, flags...), home: home, ended: make(chan struct{})}
	for _, variable := range os.Environ() {
		switch name, _, _ := strings.Cut(variable, "="); {
		case name == "HOME", name == "DISPLAY", name == "WAYLAND_DISPLAY":
		case strings.HasPrefix(name, "XDG_"), strings.HasPrefix(name, "SPACETIME_"):
		default:
			p.Env = append(p.Env, variable)
		}
	}
	p.Env = append(p.Env, "HOME="+home, "XDG_RUNTIME_DIR="+home, "LIBGL_ALWAYS_SOFTWARE=1", "LP_NATIVE_VECTOR_WIDTH=128")
	for _, one := range more {
		if strings.HasPrefix(one, "SPACETIME_") {
			p.Env = append(p.Env, one)
		} else {
			p.Args = append(p.Args, one)
		}
	}
	p.paths = host.Paths{State: filepath.Join(home, ".local/state/spacetime"), Runtime: filepath.Join(home, "spacetime")}
	p.Stdout, p.Stderr, p.Dir = &p.output, &p.output, home
	return p
}

func (p *program) begin() error {
	if err := p.Start(); err != nil {
		return err
	}
	go func() {
		_ = p.Wait() // how it ended is in ProcessState
		close(p.ended)
	}()
	return nil
}

// ready tells whether it is the one that tells where it answers, and draws frames.
func (p *program) ready() bool {
	at, err := api.ReadInstance(p.paths.Instance())
	if err != nil || at.PID != p.Process.Pid {
		return false
	}
	p.at = at
	for _, path := range []string{"/readyz", "/startupz"} {
		answer, err := http.Get(at.HTTP + path)
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return false
		}
	}
	return true
}

// control is where its control plane keeps things.
func (p *program) control() api.ControlPaths { return api.PathsOfControl(p.paths) }

// token makes a token for an operator of this machine.
func (p *program) token(role auth.Role) (string, error) {
	secret, err := auth.IssueLocal(p.control().Key, role, auth.TokenLifetime)
	if err != nil {
		return "", err
	}
	return secret.Reveal(), nil
}

// terminate asks it to end and returns how long it took, and its exit code.
func (p *program) terminate(within time.Duration) (took time.Duration, code int, err error) {
	began := time.Now()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, 0, err
	}
	select {
	case <-p.ended:
		return time.Since(began), p.ProcessState.ExitCode(), nil
	case <-time.After(within):
		p.kill()
		return time.Since(began), p.ProcessState.ExitCode(), errors.New("it did not end on SIGTERM and was killed")
	}
}

// kill ends it at once, and returns when it is gone.
func (p *program) kill() {
	_ = p.Process.Kill() // it may be gone already
	<-p.ended
}

// resident is the memory that it takes, in bytes, and files how many it has open.
func (p *program) resident() (bytes uint64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, line, _ := strings.Cut(string(status), "VmRSS:")
	_, err = fmt.Sscanf(line, "%d kB", &bytes)
	return bytes << 10, err
}

func (p *program) files() (int, error) {
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.Process.Pid))
	return len(open), err
}

// sizeOf is the size of all files whose names begin so, in bytes.
func sizeOf(pattern string) (size int64) {
	names, _ := filepath.Glob(pattern)
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
		}
	}
	return size
}
