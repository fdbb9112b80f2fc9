package render

import (
	"math"
	"slices"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// band is a part of a ring system. Later ones of a list replace what lies below.
type band struct {
	innerKm, outerKm float64
	depth            [2]float64 // normal optical depth at its inner and outer edge
	bright           float64    // I/F of an opaque layer seen and lit from straight above, at full phase, doubled
	rough            float64    // relative amplitude of what is finer than the bands
	dust             float64    // share of the optical depth that is dust, which scatters forward
}

// saturnBands has more of Saturn's rings than [astro.Info] has: the plateaus of
// the C ring, the four parts of the B ring, the gaps of the Cassini division.
// What is finer than that is made up, with about the amplitude of the real thing:
// the rings are grooved wherever a spacecraft looked.
//
// Source: radii and optical depths: Colwell et al. 2009 and Baillié et al. 2011,
// Icarus 216:292; D: Showalter 1996, Icarus 124:677; F: Showalter et al. 1992, Icarus
// 100:394; gaps: IAU Gazetteer of Planetary Nomenclature; brightness: Cuzzi et al.
// 2002, Icarus 158:199.
var saturnBands = []band{
	{66_900, 74_510, [2]float64{1e-4, 6e-4}, 0.3, 0.5, 1}, // D
	{67_560, 67_650, [2]float64{1e-3, 1e-3}, 0.3, 0, 1},
	{71_650, 71_790, [2]float64{1e-3, 1e-3}, 0.3, 0, 1},
	{73_150, 73_300, [2]float64{2e-3, 2e-3}, 0.3, 0, 1},

	{74_658, 91_975, [2]float64{0.05, 0.13}, 0.36, 0.30, 0.03},
	{76_060, 76_330, [2]float64{0.14, 0.14}, 0.40, 0.1, 0.03},
	{79_220, 79_390, [2]float64{0.25, 0.25}, 0.42, 0.1, 0.03},
	{82_010, 82_060, [2]float64{0.28, 0.28}, 0.42, 0.1, 0.03},
	{84_750, 84_950, [2]float64{0.33, 0.33}, 0.44, 0.1, 0.03},
	{85_660, 85_930, [2]float64{0.36, 0.36}, 0.44, 0.1, 0.03},
	{86_370, 86_600, [2]float64{0.36, 0.36}, 0.44, 0.1, 0.03},
	{88_350, 88_590, [2]float64{0.40, 0.40}, 0.46, 0.1, 0.03},
	{89_190, 89_300, [2]float64{0.40, 0.40}, 0.46, 0.1, 0.03},
	{89_790, 89_940, [2]float64{0.40, 0.40}, 0.46, 0.1, 0.03},
	{90_400, 90_610, [2]float64{0.40, 0.40}, 0.46, 0.1, 0.03},
	{77_795, 77_945, [2]float64{}, 0, 0, 0}, // Colombo gap
	{77_858, 77_883, [2]float64{0.8, 0.8}, 0.46, 0, 0.03},
	{87_356, 87_626, [2]float64{}, 0, 0, 0}, // Maxwell gap
	{87_460, 87_524, [2]float64{0.9, 0.9}, 0.46, 0, 0.03},

	{91_975, 99_000, [2]float64{0.95, 1.25}, 0.92, 0.40, 0.005}, // B1
	{99_000, 104_500, [2]float64{1.5, 1.9}, 1.05, 0.35, 0.005},  // B2
	{104_500, 110_000, [2]float64{3.2, 3.2}, 1.16, 0.15, 0.005}, // B3
	{110_000, 117_507, [2]float64{2.1, 1.9}, 1.12, 0.25, 0.005}, // B4

	{117_930, 120_900, [2]float64{0.07, 0.11}, 0.40, 0.35, 0.05}, // Cassini division, beyond the Huygens gap
	{117_806, 117_827, [2]float64{0.7, 0.7}, 0.40, 0, 0.05},      // Huygens ringlet
	{118_183, 118_285, [2]float64{}, 0, 0, 0},                    // Herschel gap
	{118_597, 118_631, [2]float64{}, 0, 0, 0},                    // Russell gap
	{118_931, 118_969, [2]float64{}, 0, 0, 0},                    // Jeffreys gap
	{119_845, 120_086, [2]float64{}, 0, 0, 0},                    // Laplace gap
	{120_900, 122_340, [2]float64{0.12, 0.22}, 0.52, 0.05, 0.05}, // the ramp

	{122_340, 124_600, [2]float64{0.95, 0.60}, 0.86, 0.10, 0.005}, // A
	{124_600, 133_423, [2]float64{0.50, 0.46}, 0.86, 0.05, 0.005},
	{133_745, 136_487, [2]float64{0.58, 0.60}, 0.86, 0.05, 0.005}, // beyond the Encke gap
	{136_522, 136_780, [2]float64{0.60, 0.60}, 0.86, 0, 0.005},    // beyond the Keeler gap
	{133_574, 133_594, [2]float64{0.05, 0.05}, 0.4, 0, 0.9},       // ringlet in the Encke gap
	{136_780, 139_930, [2]float64{1e-4, 1e-4}, 0.3, 0.5, 1},       // Roche division
	{139_930, 140_430, [2]float64{0.02, 0.02}, 0.30, 0.3, 0.98},   // F
	{140_155, 140_205, [2]float64{0.20, 0.20}, 0.30, 0, 0.9},      // its core
}

// darkBright is [band.bright] of the rings of Uranus and Neptune, which are as dark
// as coal: Karkoschka 2001, Icarus 151:51.
const darkBright = 0.12

// uranusDust lies between the rings of Uranus; Voyager 2 saw it against the Sun:
// Ockert et al. 1987, J. Geophys. Res. 92:14969.
var uranusDust = []band{
	{37_000, 41_830, [2]float64{2e-5, 2e-5}, darkBright, 0.8, 1},
	{41_830, 51_200, [2]float64{5e-5, 5e-5}, darkBright, 0.9, 1},
}

// jupiterBands are Jupiter's halo, where it is in the plane, and main ring.
//
// Source: Ockert-Bell et al. 1999, Icarus 138:188.
var jupiterBands = []band{
	{100_000, 122_400, [2]float64{1e-7, 1e-6}, darkBright, 0, 1},
	{122_400, 128_940, [2]float64{4e-6, 6e-6}, darkBright, 0.2, 0.7},
}

// neptuneBands are the rings called Galle, Le Verrier, Lassell, Arago and Adams.
//
// Source: Porco et al. 1995 in Neptune and Triton, p. 703.
var neptuneBands = []band{
	{41_000, 43_000, [2]float64{8e-5, 8e-5}, darkBright, 0.3, 0.6},
	{53_257, 57_200, [2]float64{1.5e-4, 1.5e-4}, darkBright, 0.2, 0.3},
	{53_143, 53_257, [2]float64{3e-3, 3e-3}, darkBright, 0, 0.5},
	{57_150, 57_250, [2]float64{5e-4, 5e-4}, darkBright, 0, 0.5},
	{62_908, 62_958, [2]float64{6e-3, 6e-3}, darkBright, 0, 0.3},
}

// Mean colours of rings, linear Rec. 709, luminance 1.
var (
	saturnRingColour = [3]float64{1.16, 0.98, 0.73}
	greyRingColour   = [3]float64{1, 1, 1}
)

// What dust scatters of the light that it stops: of ice, and of rock or soot.
const (
	icyDust  = 0.9
	darkDust = 0.4
)

// uranusBands are the dust and, over it, the narrow rings that [astro.Info] lists.
func uranusBands() []band {
	bands := slices.Clone(uranusDust)
	for _, r := range astro.Uranus.Info().Rings {
		bands = append(bands, band{r.InnerM / 1e3, r.OuterM / 1e3, [2]float64{r.OpticalDepth, r.OpticalDepth}, darkBright, 0, 0.01})
	}
	return bands
}

// ringSystem is the rings of a body.
type ringSystem struct {
	body           astro.Body
	bands          []band
	colour         [3]float64
	dust           float64 // what dust scatters of the light that it stops
	faint          bool    // seen only against the Sun
	innerM, outerM float64
	row            int // in the texture of all
}

// ringSystems are the rings that can be seen, by their rows in the texture of all.
var ringSystems = func() []ringSystem {
	all := []ringSystem{
		{body: astro.Jupiter, bands: jupiterBands, colour: greyRingColour, dust: darkDust, faint: true},
		{body: astro.Saturn, bands: saturnBands, colour: saturnRingColour, dust: icyDust},
		{body: astro.Uranus, bands: uranusBands(), colour: greyRingColour, dust: darkDust},
		{body: astro.Neptune, bands: neptuneBands, colour: greyRingColour, dust: darkDust},
	}
	for row := range all {
		r := &all[row]
		r.row, r.innerM = row, math.Inf(1)
		for _, b := range r.bands {
			r.innerM, r.outerM = math.Min(r.innerM, 1e3*b.innerKm), math.Max(r.outerM, 1e3*b.outerKm)
		}
	}
	return all
}()

// ringsOf returns the rings of a body, or nil.
func ringsOf(body astro.Body) *ringSystem {
	for row := range ringSystems {
		if ringSystems[row].body == body {
			return &ringSystems[row]
		}
	}
	return nil
}

// part is the mean over part i of n, counted from the inner edge, taken at so many radii:
// the share of light that is taken from a straight ray, that times the brightness, and that
// times the share of dust. In this form parts may be averaged again, as a texture does.
func (r *ringSystem) part(i, n, radii int) (mean [3]float64) {
	width := (r.outerM - r.innerM) / 1e3 / float64(n)
	for k := range radii {
		at := float64(i) + (float64(k)+0.5)/float64(radii)
		opacity, bright, dust := bandAt(r.bands, r.innerM/1e3+width*at)
		for j, x := range [...]float64{opacity, opacity * bright, opacity * dust} {
			mean[j] += x / float64(radii)
		}
	}
	return mean
}

// bandAt returns the opacity, the brightness and the share of dust of the uppermost
// band at a radius.
func bandAt(bands []band, km float64) (opacity, bright, dust float64) {
	for i := len(bands) - 1; i >= 0; i-- {
		b := &bands[i]
		if km < b.innerKm || km >= b.outerKm {
			continue
		}
		at := (km - b.innerKm) / (b.outerKm - b.innerKm)
		groove := 0.0
		if b.rough > 0 {
			groove = b.rough * grooves(km)
		}
		depth := (b.depth[0] + (b.depth[1]-b.depth[0])*at) * (1 + groove)
		return -math.Expm1(-depth), b.bright * (1 + 0.4*groove), b.dust
	}
	return 0, 0, 0
}

// grooves is a smooth random function of the radius between -1 and 1, with
// features of 1200 down to 19 km.
func grooves(km float64) float64 {
	sum, weight := 0.0, 0.4
	for wave := 1200.0; wave > 12; wave /= 2 {
		x := km / wave
		whole := math.Floor(x)
		t := smoothstep(0, 1, x-whole)
		sum += weight * ((1-t)*noise(int64(whole), int64(wave)) + t*noise(int64(whole)+1, int64(wave)))
		weight *= 0.75
	}
	return math.Max(-1, math.Min(1, sum))
}

// noise is a hash of two numbers, between -1 and 1: the finaliser of
// SplitMix64, Steele et al. 2014, OOPSLA.
func noise(a, b int64) float64 {
	h := uint64(a)*0x9e3779b97f4a7c15 + uint64(b)*0xbf58476d1ce4e5b9
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	h ^= h >> 31
	return float64(h>>11)/(1<<52) - 1
}
