package astro

import (
	"fmt"
	"math"
	"strings"
)

// Body is one of the Solar System's bodies that the program knows. The zero
// value is the Sun.
type Body uint8

// Kind is what sort of body it is.
type Kind uint8

// The kinds.
const (
	KindStar   Kind = iota
	KindPlanet      // with a surface
	KindGiant       // a planet without one
	KindDwarf
	KindMoon
)

// Info is what is known of a body. Values that are not known are zero.
type Info struct {
	Name             string // in small letters
	Parent           Body   // what it moves about; the Sun is its own
	NAIF             int    // its number in JPL's files
	GMM3S2           float64
	EquatorialRadiiM [2]float64 // along the prime meridian, and 90° east of it
	PolarRadiusM     float64
	MeanRadiusM      float64
	Albedo           float64    // geometric, V
	BV               float64    // colour index
	ColourLinear     [3]float32 // mean colour, linear light, Rec. 709; an approximation to the eye
	Kind             Kind
	Approximate      bool    // where on its orbit it stands is not known
	Model            string  // how its position is computed
	AccuracyArcsec   float64 // worst error seen from the body it moves about, 1800-2100; 0 where unknown
	Rings            []Ring  // inside out
}

// Ring is a part of a ring system in its planet's equator.
type Ring struct {
	Name           string
	InnerM, OuterM float64
	OpticalDepth   float64 // normal; a mean, the real ones vary
}

// Info returns what is known of b. It is shared: read only.
func (b Body) Info() *Info { return &infos[b] }

// String returns the name, in small letters.
func (b Body) String() string {
	if b >= NumBodies {
		return fmt.Sprintf("body %d", uint8(b))
	}
	return infos[b].Name
}

// MarshalText writes the name.
func (b Body) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what ParseBody reads.
func (b *Body) UnmarshalText(text []byte) error {
	parsed, err := ParseBody(string(text))
	if err == nil {
		*b = parsed
	}
	return err
}

// ParseBody finds a body by its name, in any case. The error for an unknown one
// names the nearest.
func ParseBody(name string) (Body, error) {
	small := strings.ToLower(strings.TrimSpace(name))
	nearest, least := Sun, math.MaxInt
	for b := range NumBodies {
		if infos[b].Name == small {
			return b, nil
		}
		if d := editDistance(small, infos[b].Name); d < least {
			nearest, least = b, d
		}
	}
	if least <= 2 && len(small) > least {
		return 0, fmt.Errorf("unknown body %q; did you mean %s?", shorten(name), nearest)
	}
	return 0, fmt.Errorf("unknown body %q; there are the Sun, the planets, Pluto, Ceres and the larger moons", shorten(name))
}

func shorten(s string) string { return s[:min(len(s), maxName)] }

// maxName is longer than every name, in bytes.
const maxName = 40

// editDistance is Levenshtein's; a text longer than maxName is far from all.
func editDistance(a, b string) int {
	if len(a) > maxName {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}

// infos is facts with what follows from the models.
var infos = func() (all [NumBodies]Info) {
	all = facts
	for b := range NumBodies {
		m := models[b]
		all[b].Kind = kindOf(b)
		all[b].Model, all[b].AccuracyArcsec = m.name, m.accuracyArcsec
		all[b].Approximate = m.accuracyArcsec == 0 && b != Sun
	}
	all[Saturn].Rings, all[Uranus].Rings = saturnRings, uranusRings
	return all
}()

func kindOf(b Body) Kind {
	switch b {
	case Sun:
		return KindStar
	case Jupiter, Saturn, Uranus, Neptune:
		return KindGiant
	case Pluto, Ceres:
		return KindDwarf
	}
	if facts[b].Parent == Sun {
		return KindPlanet
	}
	return KindMoon
}

// Source: NASA PDS Ring-Moon Systems Node; optical depths: Colwell et al. 2009
// in Saturn from Cassini-Huygens, ch. 13.
var saturnRings = []Ring{
	{"D", 66_900e3, 74_510e3, 5e-4},
	{"C", 74_658e3, 91_975e3, 0.12},
	{"B", 91_975e3, 117_507e3, 1.6},
	{"Cassini Division", 117_507e3, 122_340e3, 0.12},
	{"A, inside of the Encke gap", 122_340e3, 133_423e3, 0.55},
	{"A, outside of the Encke gap", 133_745e3, 136_487e3, 0.55},
	{"A, outside of the Keeler gap", 136_522e3, 136_780e3, 0.55},
	{"F", 139_930e3, 140_430e3, 0.2},
}

// Source: NASA PDS Ring-Moon Systems Node; French et al. 1991 in Uranus, p. 327.
var uranusRings = []Ring{
	{"6", 41_836.25e3, 41_837.75e3, 0.3},
	{"5", 42_233e3, 42_235e3, 0.5},
	{"4", 42_568.75e3, 42_571.25e3, 0.3},
	{"alpha", 44_714.5e3, 44_721.5e3, 0.35},
	{"beta", 45_657e3, 45_665e3, 0.3},
	{"eta", 47_174.2e3, 47_175.8e3, 0.4},
	{"gamma", 47_625.75e3, 47_628.25e3, 0.3},
	{"delta", 48_297.5e3, 48_302.5e3, 0.5},
	{"lambda", 50_022e3, 50_024e3, 0.1},
	{"epsilon", 51_120e3, 51_178e3, 1.4},
}
