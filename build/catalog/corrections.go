package main

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// correctionsTSV says in its head what its columns are and where they come from.
//
//go:embed corrections.tsv
var correctionsTSV string

// A correction is a row of the table; what stays as it is, is NaN, or "".
type correction struct {
	epoch, pmRAMas, pmDecMas, v, bv, rvKmS float64
	name                                   string
}

const correctionColumns = 8

// parseCorrections returns the rows by Hipparcos number.
func parseCorrections(table string) (map[uint32]correction, error) {
	rows := map[uint32]correction{}
	for line := range strings.Lines(table) {
		if line[0] == '#' {
			continue
		}
		hip, row, err := parseCorrection(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, fmt.Errorf("corrections.tsv: %q: %w", line, err)
		}
		if _, twice := rows[hip]; twice {
			return nil, fmt.Errorf("corrections.tsv: HIP %d has two rows", hip)
		}
		rows[hip] = row
	}
	return rows, nil
}

func parseCorrection(line string) (uint32, correction, error) {
	fields := strings.Split(line, "\t")
	if len(fields) > correctionColumns {
		return 0, correction{}, fmt.Errorf("%d columns, want at most %d", len(fields), correctionColumns)
	}
	fields = append(fields, make([]string, correctionColumns-len(fields))...)
	hip, err := strconv.ParseUint(fields[0], 10, 32)
	if err != nil {
		return 0, correction{}, err
	}
	c := correction{name: fields[7]}
	for i, number := range []*float64{&c.epoch, &c.pmRAMas, &c.pmDecMas, &c.v, &c.bv, &c.rvKmS} {
		if *number, err = numberOrNaN(fields[1+i]); err != nil {
			return 0, correction{}, err
		}
	}
	return uint32(hip), c, nil
}

func numberOrNaN(field string) (float64, error) {
	if field == "" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(field, 64)
}

// apply corrects the star. Its place is brought to J2000.0 by its corrected motion.
func (c correction) apply(star *astro.Star) {
	star.PMRARadPerYear = or(c.pmRAMas*masRad, star.PMRARadPerYear)
	star.PMDecRadPerYear = or(c.pmDecMas*masRad, star.PMDecRadPerYear)
	star.Magnitude = float32(or(c.v, float64(star.Magnitude)))
	star.BV = float32(or(c.bv, float64(star.BV)))
	star.RadialVelocityKmS = or(c.rvKmS, star.RadialVelocityKmS)
	if c.name != "" {
		star.Name = strings.TrimPrefix(c.name, "-")
	}
	const julianYear = astro.Time(365.25 * 86_400e9)
	if years := or(2000-c.epoch, 0); years != 0 {
		direction, _ := astro.StarAt(star, astro.Time(years*float64(julianYear)))
		star.RARad, star.DecRad = rightAscension(direction), math.Asin(direction[2])
	}
}

// or returns the number, or, if it is NaN, the other.
func or(number, other float64) float64 {
	if math.IsNaN(number) {
		return other
	}
	return number
}
