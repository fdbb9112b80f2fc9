package main

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// closeOnce is a display, or a context, that counts how often it is closed.
type closeOnce struct {
	engine.Display
	engine.Context
	closed int
}

func (c *closeOnce) Close() error { c.closed++; return nil }

// TestReplaceFails: where no other display opens, the lost one is closed once all
// the same, and so is the context.
func TestReplaceFails(t *testing.T) {
	display, context, broken := &closeOnce{}, &closeOnce{}, errors.New("no window any more")
	s := &screen{context: context, display: display, flat: func() (engine.Display, error) { return nil, broken }}
	h := &headset{settings: &settings.Settings{Mode: "auto"}, log: slog.New(slog.DiscardHandler)}
	if _, err := s.replace(h, engine.ErrDisplayLost); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
	if display.closed != 1 || context.closed != 1 {
		t.Errorf("the display was closed %d times, the context %d times", display.closed, context.closed)
	}
}
