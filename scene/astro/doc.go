// Package astro says where things are: the Sun, the planets, their moons and the
// stars, at a date between 1800 and 2100. It is mathematics only: pure functions
// of time and published coefficients, safe from any goroutine.
//
// # Frames and units
//
// Positions are geometric (where a body is, not where its light shows it),
// heliocentric, on ICRF axes, in metres and metres per second, unless a name
// says otherwise. A planet's position is that of its own centre. An orientation
// turns body-fixed axes (x to the prime meridian, z to the IAU north pole) into
// ICRF axes.
//
// # Models
//
// Planets follow VSOP87B, the Moon ELP2000-82B, Pluto an integration of this
// project that was fitted to JPL DE431, major moons precessing ellipses fitted
// to their theories. Bodies without a sourced phase go round in the right time
// at the right distance, and [Info.Approximate] says that where on their orbit
// they are is not known. [Info.AccuracyArcsec] holds what was measured.
package astro
