package main

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
)

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("anything"), 1},
		{exit.With(exit.Usage, errors.New("flag")), 2},
		{fmt.Errorf("load: %w", engine.ErrSceneUnknown), 2},
		{fmt.Errorf("read: %w", exit.With(exit.BadData, errors.New("corrupt"))), 65},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, 66},
		{fmt.Errorf("window: %w", engine.ErrUnavailable), 69},
		{&fs.PathError{Op: "write", Path: "x", Err: errors.New("no space left on device")}, 74},
		{fmt.Errorf("API: %w", api.ErrPortTaken), 75},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}, 77},
		{exit.With(exit.Config, errors.New("variable")), 78},
	} {
		if got := exit.Of(coded(tt.err)); got != tt.want {
			t.Errorf("%v ends with %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestCommandLine(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		env  string // NAME=VALUE
		code int
		want string
	}{
		{"help", []string{"--help"}, "", 0, "Examples:"},
		{"help of a command", []string{"shot", "--help"}, "", 0, "Example: spacetime shot"},
		{"version", []string{"--version"}, "", 0, "SpaceTime VR devel"},
		{"paths", []string{"--paths"}, "", 0, "spacetime.log"},
		{"unknown command", []string{"land"}, "", 2, "unexpected argument land"},
		{"unknown flag", []string{"--fly"}, "", 2, "unknown flag --fly"},
		{"size", []string{"--size", "big"}, "", 2, `"big" is not a size`},
		{"mode", []string{"--mode", "3d"}, "", 2, "--mode must be one of"},
		{"rate", []string{"--rate=-5"}, "", 2, "rate -5 is not between"},
		{"api", []string{"--api", "0.0.0.0:80"}, "", 78, "api 0.0.0.0:80: other machines could ask, and without TLS only this machine may ask"},
		{"telemetry", []string{"--api", "off", "--telemetry", "[::]:81"}, "", 78, "telemetry [::]:81: other machines could ask"},
		{"no names", []string{"--api", "0.0.0.0:80", "--allow-insecure-lan"}, "", 78, "allowed-hosts does not say by which name"},
		{"no address", []string{"--api", "8080"}, "", 2, `api: "8080" is not an address`},
		{"no address in the environment", nil, "SPACETIME_TELEMETRY=127.0.0.1:65536", 78, "SPACETIME_TELEMETRY in the environment: telemetry: "},
		{"screenshot of no frame", []string{"--screenshot", "x.png"}, "", 2, "--screenshot takes the last frame"},
		{"extension", []string{"--gl-without", "GL_ARB_magic"}, "", 2, `--gl-without: "GL_ARB_magic" is none of the extensions that are used`},
		{"extension for a shot", []string{"shot", "-o", "x.png", "--gl-without", "ARB_magic"}, "", 2, "is none of the extensions"},
		{"no folder", []string{"--scenes", "/nowhere"}, "", 2, "/nowhere"},
		{"distance of nothing", []string{"shot", "-o", "x.png", "--distance", "1km"}, "", 2, "go with a --target"},
		{"environment", nil, "SPACETIME_SIZE=big", 78, "SPACETIME_SIZE in the environment: "},
		{"target in the environment", nil, "SPACETIME_TARGET=marz", 78, "SPACETIME_TARGET in the environment: --target: unknown body"},
		{"date in the environment", nil, "SPACETIME_AT=soon", 78, "SPACETIME_AT in the environment: --at: "},
		{"scene in the environment", []string{"--mode=headless", "--frames=1", "--api=off"}, "SPACETIME_SCENE=nowhere", 78, "SPACETIME_SCENE in the environment: "},
		{"log level", []string{"--log-level", "loud"}, "", 2, `--log-level must be one of "debug","info","warn","error"`},
		{"picture into no folder", []string{"--frames=1", "--screenshot", "/nowhere/x.png"}, "", 66, "write /nowhere/x.png: "},
		{"figures into no folder", []string{"--stats", "/nowhere/x.json"}, "", 66, "write /nowhere/x.json: "},
		{"shot into no folder", []string{"shot", "-o", "/nowhere/x.png"}, "", 66, "write /nowhere/x.png: "},
		{"date of a batch", []string{"where", "--batch", "-", "--at", "now"}, "", 2, "--batch"},
		{"environment, other command", []string{"where", "mars"}, "SPACETIME_MODE=3d", 0, "mars from earth"},
		{"no headset", []string{"--mode", "vr"}, "XR_RUNTIME_JSON=/nowhere/runtime.json", 69, "/nowhere/runtime.json"},
		{"no headset to examine", []string{"xr", "doctor"}, "XR_RUNTIME_JSON=/nowhere/runtime.json", 69, "remedy"},
		{"scripts", []string{"sim", "list"}, "", 0, "look-around"},
		{"a script", []string{"sim", "show", "walk"}, "", 0, "over 2s"},
		{"no such script", []string{"sim", "show", "dance"}, "", 66, "dance"},
		{"no such script to run", []string{"sim", "run", "dance", "--runtime", "../../bin/openxr/spacetime_sim.json", "--", "true"}, "", 66, "dance"},
		{"no program to run", []string{"sim", "run", "walk"}, "", 2, "<program>"},
		{"model", []string{"sim", "run", "walk", "--model", "banana", "--", "true"}, "", 2, "banana"},
		{"recording of no headset", []string{"--mode", "headless", "--vr-record", "x.sim"}, "", 2, "--vr-record"},
		{"no such program", []string{"sim", "run", "walk", "--runtime", "../../bin/openxr/spacetime_sim.json", "--", "no-such-program"}, "", 66, "no-such-program"},
		{"pictures into nothing", []string{"sim", "run", "walk", "--pictures", "3", "--", "true"}, "", 2, "--pictures needs a folder"},
		{"no simulated headset", []string{"sim", "run", "walk", "--runtime", "/nowhere/r.json", "--", "true"}, "", 69, "/nowhere/r.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			runtime.LockOSThread() // as main does: GL contexts belong to a thread
			defer runtime.UnlockOSThread()
			t.Setenv("DISPLAY", "") // GLFW wants the main thread, which tests do not have
			t.Setenv("HOME", t.TempDir())
			if name, value, ok := strings.Cut(tt.env, "="); ok {
				t.Setenv(name, value)
			}
			code, out, errs := console(t, "", tt.args...)
			if code != tt.code || !strings.Contains(out+errs, tt.want) {
				t.Errorf("ended with %d, want %d and %q:\n%s%s", code, tt.code, tt.want, out, errs)
			}
		})
	}
}

func TestUnknownVariables(t *testing.T) {
	got := unknownVariables([]string{"SPACETIME_SCENE=x", "SPACETIME_SCEN=x", "PATH=/bin", "SPACETIME_ZOO=", "SPACETIMES=1", "SPACETIME_VR_SCALE=2", "SPACETIME_SIM_OUT=x"})
	if !slices.Equal(got, []string{"SPACETIME_SCEN", "SPACETIME_ZOO"}) {
		t.Errorf("got %v", got)
	}
}
