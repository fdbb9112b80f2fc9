// Package simruntime runs programs on a simulated headset.
//
// The headset is an OpenXR runtime: a shared library in C11, in the folder
// runtime, which the Khronos loader loads like that of any headset. A program
// under test is not changed, not linked with anything and not told; the loader
// finds the runtime by the environment variable XR_RUNTIME_JSON. It is C and
// not Go, because the loader unloads runtimes and two Go runtimes do not share
// a process. There is no cgo in this package either: it writes a script, starts
// a program, and reads what the runtime reported.
//
//	bin/openxr/spacetime_sim.json     what the loader reads
//	bin/openxr/libspacetime_sim.so    the runtime
//
// # Scripts
//
// A script says what the wearer does and what goes wrong: how head and hands
// move, what is pressed, when the headset is taken off or the session lost, and
// what is expected of the program. docs/simruntime.md describes its language.
// [Scripts] lists those that come with the package; any other is a file.
//
// The runtime is the only reader of the language. A parser here as well would
// be a second truth that drifts from the first, and the runtime needs its own
// in any case, since it also works without this package. So a script is checked
// by running it: [Run] returns [ErrScript] with the runtime's line, which names
// file, line and what was wanted. What the script expects comes back through
// the report, already taken apart, and is judged here, because only the parent
// process still knows anything when the program has crashed or hangs.
//
// # Verdicts
//
// [Run] ends in a [Verdict]: when the session was focused, how many frames were
// shown and missed, what the runtime's strict checks found, how the program
// ended, and whether all that is as the script expects. Where a script says
// nothing of them, a program has to reach FOCUSED, to make no mistakes that the
// strict checks find, and to end by itself with status 0; in stepped time it
// may miss no frame. In real time a missed frame proves only that the machine
// was busy, and is told but not judged.
package simruntime
