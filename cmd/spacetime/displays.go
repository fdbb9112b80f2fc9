package main

import (
	"errors"
	"fmt"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// screen is a context with the display that shows what is drawn on it.
type screen struct {
	context  engine.Context
	display  engine.Display
	headless bool
	how      string // one line: what it is and why
	open     func(engine.Context) (engine.Display, error)
}

// openScreen takes what the mode asks for: with auto a headset, else a window,
// else neither.
func openScreen(s *settings.Settings) (*screen, error) {
	switch s.Mode {
	case "vr":
		return nil, fmt.Errorf("this version has no headset support yet; choose --mode desktop or headless: %w", engine.ErrUnavailable)
	case "desktop":
		return openDesktop(s)
	case "headless":
		return openHeadless(s, "headless, as asked")
	}
	window, err := openDesktop(s)
	if !errors.Is(err, engine.ErrUnavailable) {
		return window, err
	}
	return openHeadless(s, fmt.Sprintf("headless, since there is no window: %v", err))
}

func openHeadless(s *settings.Settings, why string) (*screen, error) {
	pace := "as fast as it can"
	if s.Rate > 0 {
		pace = fmt.Sprintf("%g frames a second", s.Rate)
	}
	o := offscreen.Options{Width: s.Size.Width, Height: s.Size.Height, Views: s.Views, RateHz: s.Rate}
	return openOffscreen(o, fmt.Sprintf("%s; %dx%d, %s", why, o.Width, o.Height, pace))
}

func openOffscreen(o offscreen.Options, how string) (*screen, error) {
	context, err := offscreen.OpenContext()
	if err != nil {
		return nil, err
	}
	return newScreen(&screen{
		context: context, headless: true, how: how,
		open: func(ctx engine.Context) (engine.Display, error) { return offscreen.New(ctx, o) },
	})
}

// newScreen opens the display of a screen that has its context.
func newScreen(s *screen) (*screen, error) {
	display, err := s.open(s.context)
	if err != nil {
		return nil, errors.Join(err, s.context.Close())
	}
	s.display = display
	return s, nil
}

// reopen replaces a display that was lost; the context stays.
func (s *screen) reopen() error {
	_ = s.display.Close() // it is lost already
	display, err := s.open(s.context)
	if err == nil {
		s.display = display
	}
	return err
}

func (s *screen) close() error { return errors.Join(s.display.Close(), s.context.Close()) }
