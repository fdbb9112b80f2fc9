package main

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Stellarium's star files (its user guide, appendix "Star Catalogues"), all
// integers little endian:
//
//	header   8 × int32   magic, record type, major and minor version, level of the
//	                     sphere; V of step zero in mmag, a span of V in mmag, the
//	                     steps in that span
//	zones    n × uint32  stars in each of the 20·4^level zones
//	stars    28 bytes each, zone after zone:
//	         0  uint24   Hipparcos number, zero for none
//	         3  uint8    component of a double star, zero if there is one entry only
//	         4  2×int32  x0, x1: place in the zone, see zone; ICRS, J2000.0
//	        12  uint8    B-V, in steps of 4/127 mag from -0.5
//	        13  uint8    V, in the header's steps, rounded down
//	        14  uint16   spectral type, not used here
//	        16  2×int32  proper motion, not used here, see readMotions
//	        24  int32    parallax, 0.01 mas, zero where the measurement was negative
const (
	starFileMagic  = 0x835f040a
	hipparcosType  = 0
	headerBytes    = 32
	starBytes      = 28
	fullScale      = math.MaxInt32
	deepestLevel   = 7
	arcsecondRad   = math.Pi / (180 * 3600)
	masRad         = arcsecondRad / 1000
	parallaxUnitAs = 1e-5
	// V was given in hundredths, so that a step of 0.05 holds five values; this is
	// the middle one.
	middleMagnitude = 0.02
)

// starFiles hold the stars with Hipparcos numbers, by brightness.
var starFiles = []string{
	"stars/default/stars_0_0v0_8.cat",
	"stars/default/stars_1_0v0_8.cat",
	"stars/default/stars_2_0v0_8.cat",
}

// readEntries reads all star files, without motions and names.
func readEntries(data fs.FS) ([]astro.Star, error) {
	var all []astro.Star
	for _, name := range starFiles {
		file, err := fs.ReadFile(data, name)
		if err != nil {
			return nil, fmt.Errorf("read stellarium-data: %w", err)
		}
		stars, err := parseStars(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, stars...)
	}
	return all, nil
}

// A starHeader is a file's first 32 bytes.
type starHeader struct {
	Magic                             uint32
	Type, Major, Minor, Level         int32
	BrightestMmag, SpanMmag, MagSteps int32
}

// parseStars reads one of Stellarium's files of Hipparcos stars.
func parseStars(file []byte) ([]astro.Star, error) {
	header, err := parseHeader(file)
	if err != nil {
		return nil, err
	}
	sphere, extent := zones(int(header.Level))
	counts, records, err := splitFile(file, len(sphere))
	if err != nil {
		return nil, err
	}
	var stars []astro.Star
	for i, z := range sphere {
		for range counts[i] {
			stars = append(stars, parseStar(records[:starBytes], header, z, extent))
			records = records[starBytes:]
		}
	}
	return stars, nil
}

// parseHeader accepts what this program understands and nothing else.
func parseHeader(file []byte) (starHeader, error) {
	var h starHeader
	if _, err := binary.Decode(file, binary.LittleEndian, &h); err != nil {
		return h, fmt.Errorf("%d bytes is too short for a header", len(file))
	}
	switch {
	case h.Magic != starFileMagic:
		return h, fmt.Errorf("magic %#x: not a little-endian star file", h.Magic)
	case h.Type != hipparcosType || h.Major != 0 || h.Minor != 8:
		return h, fmt.Errorf("type %d version %d.%d: want type 0 version 0.8, as in stellarium-data 0.22", h.Type, h.Major, h.Minor)
	case h.Level < 0 || h.Level > deepestLevel:
		return h, fmt.Errorf("level %d: want 0 to %d", h.Level, deepestLevel)
	case h.MagSteps <= 0:
		return h, fmt.Errorf("%d magnitude steps: want at least one", h.MagSteps)
	}
	return h, nil
}

// splitFile separates the zones' star counts from the stars' records and checks
// that they agree with each other.
func splitFile(file []byte, zoneCount int) (counts []uint32, records []byte, err error) {
	counts = make([]uint32, zoneCount)
	n, err := binary.Decode(file[headerBytes:], binary.LittleEndian, counts)
	if err != nil {
		return nil, nil, fmt.Errorf("%d bytes is too short for %d zones", len(file), zoneCount)
	}
	records = file[headerBytes+n:]
	var total uint64
	for _, count := range counts {
		total += uint64(count)
	}
	if uint64(len(records)) != total*starBytes {
		return nil, nil, fmt.Errorf("%d bytes of records: want %d for %d stars", len(records), total*starBytes, total)
	}
	return counts, records, nil
}

// parseStar decodes a 28-byte record of zone z.
func parseStar(record []byte, h starHeader, z zone, extent float64) astro.Star {
	le := binary.LittleEndian
	signed := func(at int) float64 { return float64(int32(le.Uint32(record[at:]))) }
	scale := extent / fullScale
	direction := z.centre.Add(z.across(signed(4)*scale, signed(8)*scale)).Normalize()
	stepsMmag := float64(h.SpanMmag) * float64(record[13]) / float64(h.MagSteps)
	return astro.Star{
		HIP:            le.Uint32(record) & 0xffffff,
		RARad:          rightAscension(direction),
		DecRad:         math.Asin(direction[2]),
		ParallaxArcsec: signed(24) * parallaxUnitAs,
		Magnitude:      float32((float64(h.BrightestMmag)+stepsMmag)/1000 + middleMagnitude),
		BV:             float32(record[12])*4/127 - 0.5,
	}
}

// across returns the vector x east and y north in the plane that touches the
// sphere at the zone's centre.
func (z zone) across(x, y float64) mgl64.Vec3 {
	return z.east.Mul(x).Add(z.north.Mul(y))
}

// rightAscension is in [0, 2π).
func rightAscension(direction mgl64.Vec3) float64 {
	ra := math.Atan2(direction[1], direction[0])
	if ra < 0 {
		ra += 2 * math.Pi
	}
	return ra
}
