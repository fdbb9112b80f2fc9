package main

import "github.com/spacetime-vr/spacetime/engine/host"

// isolate keeps what else the process does, the API above all, from making
// frames late. It is called on the thread of the frame, once there is a screen.
//
// What it does and what each part is worth: build/isolation.
func (f *flight) isolate() host.Priority {
	host.TuneRuntime()
	if !f.paced() {
		return host.PriorityNormal
	}
	mode, err := host.RaisePriority()
	if err != nil {
		f.log.Info("frames may come late while the machine is busy", "priority", mode, "why", err)
	}
	return mode
}

// paced tells whether the loop waits for something in every frame. One that
// does not would, in real time, leave a core to nobody.
func (f *flight) paced() bool {
	switch s := &f.command.Settings; {
	case f.screen.inHeadset:
		return true
	case f.screen.headless:
		return s.Rate > 0
	default:
		return s.VSync.On || s.VSync.CapHz > 0
	}
}
