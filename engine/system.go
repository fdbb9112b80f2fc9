package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Component is a named part of the program: something that starts, stops and
// can fail by itself.
type Component struct {
	Name     string
	Needs    []string // components that run before this one starts and until it has stopped
	Uses     []string // the same, but it does without one that fails
	Required bool     // whether the program is not ready, and ends, without it
	// Start returns once the component serves. It may be nil.
	Start func(ctx context.Context) error
	// Stop returns once the component is gone. It may be nil.
	Stop func(ctx context.Context) error
	// Check returns what is wrong with a started component, nil when nothing
	// is. It must not wait, and be safe on any goroutine. It may be nil.
	Check func() error
}

// System starts and stops components, and is the one registry of their health.
// It is safe on any goroutine.
type System struct {
	order []Component // each after all that it needs

	mu      sync.Mutex
	started int              // order[:started] run
	failed  map[string]error // by name, of a start or a report
}

// NewSystem orders the components. Two of one name, a need that nobody serves
// and needs that go in a circle are errors.
func NewSystem(components ...Component) (*System, error) {
	s := &System{failed: map[string]error{}}
	placed := map[string]bool{}
	for left := components; len(left) > 0; {
		i := slices.IndexFunc(left, func(c Component) bool {
			return !slices.ContainsFunc(slices.Concat(c.Needs, c.Uses), func(n string) bool { return !placed[n] })
		})
		if i < 0 {
			return nil, fmt.Errorf("component %s needs %v, which is missing or needs it in turn", left[0].Name, slices.Concat(left[0].Needs, left[0].Uses))
		}
		if placed[left[i].Name] {
			return nil, fmt.Errorf("two components are named %s", left[i].Name)
		}
		placed[left[i].Name] = true
		s.order = append(s.order, left[i])
		left = slices.Delete(slices.Clone(left), i, i+1)
	}
	return s, nil
}

// Start starts the components in order. It ends with the error of the first
// required one that fails; one that is not required is left out, as are those
// that need it, and shows in Health.
func (s *System) Start(ctx context.Context) error {
	for _, c := range s.order {
		err := s.missing(c)
		if err == nil && c.Start != nil {
			err = c.Start(ctx)
		}
		s.mu.Lock()
		s.started++
		if err != nil {
			s.failed[c.Name] = err
		}
		s.mu.Unlock()
		if err != nil && c.Required {
			return err
		}
	}
	return nil
}

// missing tells which need of c has failed.
func (s *System) missing(c Component) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range c.Needs {
		if s.failed[n] != nil {
			return fmt.Errorf("%s is not there", n)
		}
	}
	return nil
}

// Stop stops what was started, in reverse order, and returns all errors.
func (s *System) Stop(ctx context.Context) error {
	var errs []error
	for {
		s.mu.Lock()
		if s.started == 0 {
			s.mu.Unlock()
			return errors.Join(errs...)
		}
		s.started--
		c := s.order[s.started]
		runs := s.failed[c.Name] == nil
		s.mu.Unlock()
		if !runs || c.Stop == nil {
			continue
		}
		if err := c.Stop(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", c.Name, err))
		}
	}
}

// Health is how one component does.
type Health struct {
	Name     string `json:"name"`
	Required bool   `json:"required"`
	OK       bool   `json:"ok"`
	Detail   string `json:"detail,omitempty"` // what is wrong
}

// Health returns how each component does, in the order in which they start.
func (s *System) Health() []Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Health, 0, len(s.order))
	for i, c := range s.order {
		h := Health{Name: c.Name, Required: c.Required}
		switch err := s.failed[c.Name]; {
		case err != nil:
			h.Detail = err.Error()
		case i >= s.started:
			h.Detail = "not started"
		default:
			h.OK = true
			if c.Check == nil {
				break
			}
			if err := c.Check(); err != nil {
				h.OK, h.Detail = false, err.Error()
			}
		}
		all = append(all, h)
	}
	return all
}

// Ready tells whether every required component does well.
func Ready(components []Health) bool {
	return !slices.ContainsFunc(components, func(h Health) bool { return h.Required && !h.OK })
}
