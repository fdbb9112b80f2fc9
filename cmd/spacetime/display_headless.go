//go:build headless

package main

import (
	"errors"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// openDesktop says that this program, built with the tag headless for machines
// without X11 libraries, has no windows.
func openDesktop(*settings.Settings, pilot) (*screen, error) {
	return nil, engine.Unavailable(errors.New("built without windows"))
}
