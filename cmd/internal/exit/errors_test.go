package exit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestOf(t *testing.T) {
	missing := &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}
	for _, tt := range []struct {
		err  error
		want int
	}{
		{nil, OK},
		{errors.New("anything"), Failure},
		{fmt.Errorf("read: %w", With(BadData, errors.New("corrupt"))), BadData},
		{missing, NoInput},
		{With(Unavailable, missing), Unavailable},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}, NotPermitted},
		{&fs.PathError{Op: "write", Path: "x", Err: errors.New("no space left on device")}, IO},
		{WithDefault(Unavailable, With(Config, missing)), Config},
		{WithDefault(Unavailable, missing), Unavailable},
		{With(Usage, nil), OK},
		{With(Usage, ended(0)), OK}, // --help
	} {
		if got := Of(tt.err); got != tt.want {
			t.Errorf("%v ends with %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestTell(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{ended(0), ""},
		{errors.New("two\nlines \x1b[31m"), "spacetime: two lines  [31m\n"},
		{errors.New("ESC \u009b31m\x7f and half of it \x9b, grad \u00b0"), "spacetime: ESC  31m  and half of it \ufffd, grad \u00b0\n"},
	} {
		var b bytes.Buffer
		if Tell(&b, "spacetime", tt.err); b.String() != tt.want {
			t.Errorf("%v is told as %q, want %q", tt.err, b.String(), tt.want)
		}
	}
}

func TestParse(t *testing.T) {
	var out, errs bytes.Buffer
	var g struct {
		Land struct{} `cmd:""`
	}
	if _, err := Parse(&g, []string{"--help"}, &out, &errs); Of(err) != OK || out.Len() == 0 {
		t.Errorf("--help: %v, prints %q", err, out.String())
	}
	if _, err := Parse(&g, []string{"fly"}, &out, &errs); err == nil || errs.Len() != 0 {
		t.Errorf("an unknown command: %v, prints %q", err, errs.String())
	}
	if line, err := Parse(&g, []string{"land"}, &out, &errs); err != nil || line.Command() != "land" {
		t.Errorf("a command: %v, %v", line, err)
	}
	if _, err := Parse(struct{}{}, nil, &out, &errs); err == nil {
		t.Error("a grammar that is no pointer: no error")
	}
}
