//go:build headless

package main

import (
	"fmt"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// openDesktop says that this program, built with the tag headless for machines
// without X11 libraries, has no windows.
func openDesktop(*settings.Settings) (*screen, error) {
	return nil, fmt.Errorf("built without windows: %w", engine.ErrUnavailable)
}
