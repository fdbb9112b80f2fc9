//go:build !headless && !scriptedpad

package main

import "github.com/spacetime-vr/spacetime/xr/desktop"

// pads are the gamepads of the machine.
func pads() desktop.Pads { return nil }
