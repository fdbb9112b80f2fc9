package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/engine"
)

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("anything"), 1},
		{usageError{errors.New("flag")}, 2},
		{fmt.Errorf("load: %w", engine.ErrSceneUnknown), 2},
		{fmt.Errorf("read: %w", dataError{errors.New("corrupt")}), 65},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, 66},
		{fmt.Errorf("window: %w", engine.ErrUnavailable), 69},
		{&fs.PathError{Op: "write", Path: "x", Err: errors.New("no space left on device")}, 74},
		{fmt.Errorf("API: %w", api.ErrPortTaken), 75},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}, 77},
		{configError{errors.New("variable")}, 78},
	} {
		if got := exitCode(tt.err); got != tt.want {
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
		{"api", []string{"--api", "0.0.0.0:80"}, "", 2, "only this machine may ask"},
		{"screenshot of no frame", []string{"--screenshot", "x.png"}, "", 2, "--screenshot takes the last frame"},
		{"no folder", []string{"--scenes", "/nowhere"}, "", 2, "/nowhere"},
		{"distance of nothing", []string{"shot", "-o", "x.png", "--distance", "1km"}, "", 2, "go with a --target"},
		{"environment", nil, "SPACETIME_SIZE=big", 78, "in the environment: "},
		{"environment, other command", []string{"where", "mars"}, "SPACETIME_MODE=3d", 0, "mars from earth"},
		{"no headset", []string{"--mode", "vr"}, "", 69, "no headset support yet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
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
	got := unknownVariables([]string{"SPACETIME_SCENE=x", "SPACETIME_SCEN=x", "PATH=/bin", "SPACETIME_ZOO=", "SPACETIMES=1"})
	if !slices.Equal(got, []string{"SPACETIME_SCEN", "SPACETIME_ZOO"}) {
		t.Errorf("got %v", got)
	}
}
