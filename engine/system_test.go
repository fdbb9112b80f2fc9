package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// part is a component that tells of its start and stop.
func part(log *[]string, name string, required bool, startErr error, needs ...string) Component {
	return Component{
		Name: name, Needs: needs, Required: required,
		Start: func(context.Context) error { *log = append(*log, "start "+name); return startErr },
		Stop:  func(context.Context) error { *log = append(*log, "stop "+name); return nil },
	}
}

func TestSystemOrder(t *testing.T) {
	var log []string
	s, err := NewSystem(part(&log, "api", true, nil, "engine"), part(&log, "engine", true, nil, "scenes", "cache"),
		part(&log, "cache", false, nil), part(&log, "scenes", true, nil))
	if err != nil {
		t.Fatal(err)
	}
	if Ready(s.Health()) {
		t.Error("ready before it was started")
	}
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	if !Ready(s.Health()) {
		t.Errorf("not ready: %+v", s.Health())
	}
	if err := s.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []string{"start cache", "start scenes", "start engine", "start api", "stop api", "stop engine", "stop scenes", "stop cache"}
	if !slices.Equal(log, want) {
		t.Errorf("got %v, want %v", log, want)
	}
}

func TestSystemFailures(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name     string
		required bool
		startErr error
		ready    bool
		log      []string
	}{
		{"required", true, broken, false, []string{"start a", "start b", "stop a"}},
		{"optional", false, broken, true, []string{"start a", "start b", "start d", "stop d", "stop a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log []string
			user := part(&log, "d", true, nil, "a")
			user.Uses = []string{"b"}
			s, err := NewSystem(user, part(&log, "a", true, nil), part(&log, "b", tt.required, tt.startErr, "a"),
				part(&log, "c", false, nil, "b"))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Start(context.Background()); errors.Is(err, broken) != tt.required {
				t.Errorf("start: %v", err)
			}
			if Ready(s.Health()) != tt.ready {
				t.Errorf("ready is %v: %+v", Ready(s.Health()), s.Health())
			}
			health := s.Health()
			if b := health[1]; b.OK || b.Detail != "broken" {
				t.Errorf("health of b: %+v", b)
			}
			if err := s.Stop(context.Background()); err != nil {
				t.Error(err)
			}
			if !slices.Equal(log, tt.log) {
				t.Errorf("got %v, want %v", log, tt.log)
			}
		})
	}
}

func TestSystemCheck(t *testing.T) {
	var sick error
	stopErr := errors.New("would not stop")
	s, err := NewSystem(
		Component{Name: "frame", Required: true, Check: func() error { return sick }},
		Component{Name: "extra", Stop: func(context.Context) error { return stopErr }},
	)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Start(context.Background())
	if !Ready(s.Health()) {
		t.Errorf("not ready: %+v", s.Health())
	}
	sick = errors.New("no frame for 3 s")
	if Ready(s.Health()) || s.Health()[0].Detail != "no frame for 3 s" {
		t.Errorf("ready with a component that is not: %+v", s.Health())
	}
	if err := s.Stop(context.Background()); !errors.Is(err, stopErr) {
		t.Errorf("stop: %v, want the error of extra", err)
	}
}

func TestSystemMistakes(t *testing.T) {
	for _, tt := range []struct {
		name  string
		parts []Component
		want  string
	}{
		{"missing", []Component{{Name: "a", Needs: []string{"b"}}}, "component a needs [b]"},
		{"circle", []Component{{Name: "a", Needs: []string{"b"}}, {Name: "b", Needs: []string{"a"}}}, "needs it in turn"},
		{"twice", []Component{{Name: "a"}, {Name: "a"}}, "two components are named a"},
	} {
		if _, err := NewSystem(tt.parts...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
