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
// Planets follow VSOP87B, the Moon ELP2000-82B, Pluto and Ceres integrations of
// this project that start from JPL's ephemerides, most moons precessing ellipses
// fitted to their theories. Phoebe, whose phase has no source here, goes round in
// the right time at the right distance, and [Info.Approximate] says that where on
// its orbit it is is not known. [Info.AccuracyArcsec] holds what was measured.
package astro
