package catalog

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

const recordBytes = 34

// The units of a record's integers, as the package comment has them.
const (
	rightAngle = math.Pi / 2
	angleRad   = 2 * math.Pi / (1 << 32)
	microRad   = 1e-6 * math.Pi / (180 * 3600)
)

// getRecord decodes a record, and how many bytes its name has.
func getRecord(b []byte) (star astro.Star, nameBytes int) {
	le := binary.LittleEndian
	wide := func(at int) float64 { return float64(int32(le.Uint32(b[at:]))) }
	narrow := func(at int) float32 { return float32(float64(int16(le.Uint16(b[at:]))) / 1000) }
	return astro.Star{
		HIP:               le.Uint32(b),
		RARad:             float64(le.Uint32(b[4:])) * angleRad,
		DecRad:            wide(8) * angleRad,
		PMRARadPerYear:    wide(12) * microRad,
		PMDecRadPerYear:   wide(16) * microRad,
		ParallaxArcsec:    wide(20) / 1e6,
		RadialVelocityKmS: wide(24) / 1000,
		Magnitude:         narrow(28),
		BV:                narrow(30),
	}, int(le.Uint16(b[32:]))
}

// appendRecord appends star's record to b.
func appendRecord(b []byte, star astro.Star) ([]byte, error) {
	if err := check(star); err != nil {
		return nil, err
	}
	if !(star.RARad >= 0 && star.RARad < 2*math.Pi) {
		return nil, fmt.Errorf("right ascension %g rad: want [0, 2π)", star.RARad)
	}
	le := binary.LittleEndian
	b = le.AppendUint32(b, star.HIP)
	// What rounds up to a whole turn is zero: the conversion drops the turn.
	b = le.AppendUint32(b, uint32(uint64(math.Round(star.RARad/angleRad))))
	for _, q := range []struct {
		what  string
		value float64
	}{
		{"declination", star.DecRad / angleRad},
		{"proper motion in right ascension", star.PMRARadPerYear / microRad},
		{"proper motion in declination", star.PMDecRadPerYear / microRad},
		{"parallax", star.ParallaxArcsec * 1e6},
		{"radial velocity", star.RadialVelocityKmS * 1000},
	} {
		if !fits(q.value, math.MaxInt32) {
			return nil, fmt.Errorf("%s of %g units does not fit", q.what, q.value)
		}
		b = le.AppendUint32(b, uint32(int32(math.Round(q.value))))
	}
	return appendTail(b, star)
}

// appendTail appends a record's last six bytes: magnitude, colour, name.
func appendTail(b []byte, star astro.Star) ([]byte, error) {
	v, bv, nameBytes := milli(float64(star.Magnitude)), milli(float64(star.BV)), len(star.Name)
	if !fits(v, math.MaxInt16) || !fits(bv, math.MaxInt16) {
		return nil, fmt.Errorf("magnitude %g with B-V %g does not fit", star.Magnitude, star.BV)
	}
	if nameBytes > math.MaxUint16 {
		return nil, fmt.Errorf("name of %d bytes: at most %d can be", nameBytes, math.MaxUint16)
	}
	le := binary.LittleEndian
	b = le.AppendUint16(b, uint16(int16(v)))
	b = le.AppendUint16(b, uint16(int16(bv)))
	return le.AppendUint16(b, uint16(nameBytes)), nil
}

// milli is a magnitude in whole thousandths.
func milli(magnitude float64) float64 { return math.Round(magnitude * 1000) }

// fits tells whether a number rounds to a two's complement integer whose largest
// value is most; NaN does not.
func fits(value, most float64) bool {
	rounded := math.Round(value)
	return rounded >= -most-1 && rounded <= most
}
