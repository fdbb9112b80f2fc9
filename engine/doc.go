// Package engine runs the frame: it asks a display when and from where to draw,
// steps the simulation to that instant, has a renderer draw it, and hands the
// result back. Operators' commands come in by a bounded queue, snapshots go out
// by an atomic pointer, samples by a channel that drops and counts.
//
// # One thread
//
// [Engine.Run] and everything it calls on a [Display], a [Renderer] and a
// [Context] happen on one operating system thread, the one that the GL context
// is current on (the main thread: GLFW wants it). All other goroutines reach
// the frame only through [Engine.Submit], [Engine.Snapshot], [Engine.Capture]
// and the samples. A frame takes no lock and allocates nothing; the snapshot
// that it publishes, on change and at most 30 times a second, is the one
// allocation.
//
// # Two clocks
//
// The application's monotonic clock ([Now]) is what displays convert their own
// clocks to. The simulation ticks at 90 Hz along it; the simulated date is a
// function of the tick ([scene.Clock]).
package engine
