// Package catalog reads and writes the star catalogue's binary form, version 1.
// Both are pure functions, safe from any goroutine.
//
// # The file
//
// A header, then one record for each star, then the stars' names. Integers are
// little endian, signed ones in two's complement. There is no padding.
//
//	header, 24 bytes
//	 0  8 bytes  "STVRSTAR"
//	 8  uint32   version, 1
//	12  uint32   number of stars, at most MaxStars
//	16  uint32   bytes of names
//	20  uint32   CRC-32C (Castagnoli) of all bytes of the file but these four
//
//	record, 34 bytes
//	 0  uint32   Hipparcos number, zero for none
//	 4  uint32   right ascension   2π/2^32 rad (0.30 mas)   [0, 2π)
//	 8  int32    declination       2π/2^32 rad (0.30 mas)   [-π/2, π/2]
//	12  int32    proper motion in right ascension times cos(declination), µas/yr
//	16  int32    proper motion in declination, µas/yr
//	20  int32    parallax, µas
//	24  int32    radial velocity, m/s, positive away from us
//	28  int16    Johnson V, mmag
//	30  int16    Johnson B-V, mmag
//	32  uint16   bytes of the name, zero for none
//
//	names
//	 0  UTF-8    those of the stars that have one, in the order of the records,
//	             one after the other with nothing between
//
// Positions and motions are in the ICRS, as seen from the Solar System's
// barycentre at J2000.0; years are Julian. Records are sorted by V, brightest
// first. What is written is rounded to the nearest unit, so that a position is
// good to 0.15 mas; a file that is read and written again comes out the same.
package catalog
