package main

import (
	"cmp"
	"math"
	"slices"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// merge makes one star of the entries that share a Hipparcos number, and drops
// those that have none. The stars are in the order of the numbers.
func merge(entries []astro.Star) []astro.Star {
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, func(a, b astro.Star) int {
		return cmp.Or(cmp.Compare(a.HIP, b.HIP), cmp.Compare(a.Magnitude, b.Magnitude))
	})
	var stars []astro.Star
	for _, entry := range sorted {
		switch n := len(stars); {
		case entry.HIP == 0:
		case n > 0 && stars[n-1].HIP == entry.HIP:
			stars[n-1].Magnitude = together(stars[n-1].Magnitude, entry.Magnitude)
		default:
			stars = append(stars, entry)
		}
	}
	return stars
}

// together is the magnitude of the light of two stars.
func together(a, b float32) float32 {
	flux := func(m float32) float64 { return math.Pow(10, -0.4*float64(m)) }
	return float32(-2.5 * math.Log10(flux(a)+flux(b)))
}

// A motion is a proper motion in rad a year, that in right ascension times
// cos(declination).
type motion struct{ raRadPerYear, decRadPerYear float64 }

// complete adds motions and names to the stars, then corrects them. A star whose
// motion is not known had no solution in Hipparcos, and is left out: HIP 115125 is
// one whose light is also that of 115126.
func complete(stars []astro.Star, motions map[uint32]motion, names map[uint32]string, corrections map[uint32]correction) []astro.Star {
	var completed []astro.Star
	for _, star := range stars {
		m := motions[star.HIP]
		star.PMRARadPerYear, star.PMDecRadPerYear = m.raRadPerYear, m.decRadPerYear
		star.Name = names[star.HIP]
		if c, ok := corrections[star.HIP]; ok {
			c.apply(&star)
		}
		if star.PMRARadPerYear != 0 || star.PMDecRadPerYear != 0 {
			completed = append(completed, star)
		}
	}
	return completed
}

const (
	// The data's magnitudes come in steps of 0.05 and are taken at the middle of
	// the step, so that this has all stars of 6.50.
	faintestMagnitude = 6.5 + middleMagnitude + 1e-6
	nearArcsec        = 0.1 // ten parsecs
	// A star that near and that slow is an error of Hipparcos: HIP 82725 and 85605
	// were double stars that upset the measurement.
	slowestNearRadPerYear = 0.1 * arcsecondRad
)

func selected(stars []astro.Star) []astro.Star {
	return slices.DeleteFunc(stars, func(s astro.Star) bool {
		bright := s.Magnitude <= faintestMagnitude
		near := s.ParallaxArcsec >= nearArcsec && math.Hypot(s.PMRARadPerYear, s.PMDecRadPerYear) >= slowestNearRadPerYear
		return !bright && !near
	})
}
