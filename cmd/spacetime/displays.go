package main

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// screen is a GL context with the display that shows what is drawn on it: a
// window or nothing to look at (flat), or a headset that borrows the context.
type screen struct {
	context engine.Context
	display engine.Display // nil where the last one is closed and none followed
	how     string         // one line: what it is and why

	headless  bool // flat is nothing to look at
	inHeadset bool
	flat      func() (engine.Display, error)
	flatHow   string
	noWindow  string                        // why there is none, where one was wanted
	mirror    func() (engine.Mirror, error) // the window, while a headset is on; nil without
}

// pilot says what hands mean for the ship: desktop.Pilot, which is not there in a
// program without windows, and in a headset.
type pilot interface {
	Fly(h *controls.Hands) scene.Input
	xr.Pilot
}

// headset is what a screen needs to know of headsets, and of who flies.
type headset struct {
	settings *settings.Settings
	log      *slog.Logger
	hung     func() // ends the process, when a runtime does not return
	pilot    pilot  // flies, with a menu; nil has the first bindings and none
	recorder *xr.Recorder
	tell     func(string) // the player
}

// openScreen takes what the mode asks for: with auto a headset, else a window,
// else neither.
func openScreen(h *headset) (*screen, error) {
	s, err := openFlat(h.settings, h.pilot)
	if err != nil {
		return nil, err
	}
	switch h.settings.Mode {
	case "vr":
		err = s.enter(h)
	case "auto":
		err = s.enterOrNot(h)
	default:
		err = s.leave("as asked")
	}
	if err != nil {
		return nil, errors.Join(err, s.context.Close())
	}
	return s, nil
}

// openFlat makes the context: in a window, or in none where the mode wants none
// or takes what there is.
func openFlat(s *settings.Settings, p pilot) (*screen, error) {
	if s.Mode == "headless" {
		return offscreenOf(s)
	}
	window, err := openDesktop(s, p)
	if s.Mode == "desktop" || !errors.Is(err, engine.ErrUnavailable) {
		return window, err
	}
	flat, offErr := offscreenOf(s)
	if offErr != nil {
		return nil, offErr
	}
	flat.noWindow = fmt.Sprintf("no window: %v; ", err)
	return flat, nil
}

func offscreenOf(s *settings.Settings) (*screen, error) {
	pace := "as fast as it can"
	if s.Rate > 0 {
		pace = fmt.Sprintf("%g frames a second", s.Rate)
	}
	o := offscreen.Options{Width: s.Size.Width, Height: s.Size.Height, Views: s.Views, RateHz: s.Rate}
	return openOffscreen(o, fmt.Sprintf("headless, %dx%d, %s", o.Width, o.Height, pace))
}

// openOffscreen makes a context in no window; the display is still to be opened.
func openOffscreen(o offscreen.Options, how string) (*screen, error) {
	context, err := offscreen.OpenContext()
	if err != nil {
		return nil, err
	}
	return &screen{
		context: context, headless: true, flatHow: how,
		flat: func() (engine.Display, error) { return offscreen.New(context, o) },
	}, nil
}

// enter opens the headset.
func (s *screen) enter(h *headset) error {
	o, err := h.options()
	if err != nil {
		return err
	}
	if s.mirror != nil && o.Eyes != "" {
		if o.Mirror, err = s.mirror(); err != nil {
			return err
		}
	}
	display, err := xr.Open(s.context, o)
	if err != nil {
		if o.Mirror != nil {
			err = errors.Join(err, o.Mirror.Close())
		}
		return err
	}
	s.display, s.inHeadset = display, true
	s.how = "headset, waiting for one that is plugged in and on"
	if info := display.Info(); info.Width > 0 {
		s.how = fmt.Sprintf("headset %s, %dx%d for each eye", info.Name, info.Width, info.Height)
	}
	return nil
}

// enterOrNot opens the headset if there is one, and never loads a runtime that
// nobody registered.
func (s *screen) enterOrNot(h *headset) error {
	why := "no OpenXR runtime is registered"
	if xr.Registered() {
		err := s.enter(h)
		if !errors.Is(err, engine.ErrUnavailable) {
			return err
		}
		why = err.Error()
	}
	return s.leave("no headset: " + why)
}

// leave opens the flat display.
func (s *screen) leave(why string) error {
	display, err := s.flat()
	if err != nil {
		return err
	}
	s.display, s.inHeadset = display, false
	s.how = fmt.Sprintf("%s (%s%s)", s.flatHow, s.noWindow, why)
	return nil
}

// options of a headset. One that was asked for is waited for, however long it is
// off or away; where there is a window to go on in, half a minute.
func (h *headset) options() (xr.Options, error) {
	c := &h.settings.Headset
	images, err := xr.ParseImages(h.settings.Stereo)
	o := xr.Options{
		Images: images, Scale: c.Scale, Depth: true, RefreshHz: c.Rate, Standing: c.Standing, Without: c.Without,
		Hung: h.hung, Record: h.recorder, Log: h.log,
	}
	if h.pilot != nil {
		o.Pilot = h.pilot
	}
	if c.Mirror != "off" {
		o.Eyes = xr.Eyes(c.Mirror)
	}
	if o.Wait = h.settings.Mode == "vr"; !o.Wait {
		o.Patience = patience
	}
	return o, err
}

// patience is how long a headset that was lost is waited for.
const patience = 30 * time.Second

// replace opens another display for one that was lost; the context stays. Where
// the player ended VR and asked for nothing else, it says that the flight is
// over.
func (s *screen) replace(h *headset, lost error) (over bool, err error) {
	if errors.Is(lost, xr.ErrEnded) && h.settings.Mode == "vr" {
		return true, nil
	}
	if errors.Is(lost, engine.ErrSwitch) && !s.inHeadset && !xr.Registered() {
		h.log.Warn("no headset: no OpenXR runtime is registered; start the headset's software, or see spacetime xr doctor")
		h.tell("No headset: start its software, then try again")
		return false, nil // the window stays
	}
	if err := s.closeDisplay(); err != nil {
		h.log.Debug("closing the display", "error", err)
	}
	why := "the display was lost"
	switch {
	case errors.Is(lost, xr.ErrEnded):
		why = "VR was ended in the headset's menu"
	case errors.Is(lost, engine.ErrSwitch) && s.inHeadset:
		why = "as asked"
	case errors.Is(lost, engine.ErrSwitch):
		err := s.enter(h)
		if err == nil {
			return false, nil
		}
		why = "no headset: " + err.Error()
		h.tell(why)
	}
	return false, s.leave(why)
}

// closeDisplay closes the display, unless it is closed and no other was opened.
func (s *screen) closeDisplay() error {
	d := s.display
	if s.display = nil; d == nil {
		return nil
	}
	return d.Close()
}

func (s *screen) close() error { return errors.Join(s.closeDisplay(), s.context.Close()) }
