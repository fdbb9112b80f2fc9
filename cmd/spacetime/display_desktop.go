//go:build !headless

package main

import (
	"fmt"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/xr/desktop"
)

// openDesktop makes the context in a window that nobody sees yet;
// engine.ErrUnavailable where there can be none.
func openDesktop(s *settings.Settings, p pilot) (*screen, error) {
	context, err := desktop.OpenContext("SpaceTime VR", s.Size.Width, s.Size.Height)
	if err != nil {
		return nil, err
	}
	how := fmt.Sprintf("window of %dx%d", s.Size.Width, s.Size.Height)
	if s.Fullscreen {
		how = "fullscreen window"
	}
	return &screen{
		context: context,
		flatHow: how,
		flat: func() (engine.Display, error) {
			return desktop.New(context, desktop.Options{Fullscreen: s.Fullscreen, VSync: s.VSync.On, CapHz: s.VSync.CapHz, Pilot: p, Pads: pads()})
		},
		mirror: func() (engine.Mirror, error) { return desktop.NewMirror(context, p) },
	}, nil
}
