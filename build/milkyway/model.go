package main

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// Where the Sun is: kiloparsecs from the centre and over the plane.
//
// Source: GRAVITY Collaboration 2019, A&A 625, L10; Bennett & Bovy 2019, MNRAS
// 482, 1417.
const (
	sunR = 8.18
	sunZ = 0.02
)

// stars is a kind of stars whose light falls off exponentially.
type stars struct {
	light         float64 // of the Sun's surroundings, solar V luminosities a cubic parsec
	length, thick float64 // scales along and across the plane, kpc
	arms          float64 // how much of it is in the spiral arms
	temperature   [3]float64
}

// The disc. The local light is that of Flynn et al. 2006 (MNRAS 372, 1149),
// 0.056 in all; the scales are those that Bland-Hawthorn & Gerhard 2016 (ARA&A
// 54, 529) settle on, and for the young stars those of their gas.
var disc = [...]stars{
	{0.034, 2.6, 0.30, 0.2, warm},
	{0.018, 3.0, 0.08, 0.9, hot},
	{0.004, 2.0, 0.90, 0, warm},
}

// Mean colours of starlight, linear Rec. 709 with luminance 1: of B-V 0.3, 0.75
// and 1.
var (
	hot  = [3]float64{0.94, 1.00, 1.15}
	warm = [3]float64{1.13, 0.98, 0.83}
	old  = [3]float64{1.24, 0.96, 0.68}
)

// The bar and bulge: exponential along three axes, the long one turned from the
// Sun's direction so that its near end is at positive longitudes.
//
// Source: Dwek et al. 1995, ApJ 445, 716, model E3; light of 2.4e9 suns in V: 1.5e10 solar
// masses (Bland-Hawthorn & Gerhard 2016) at six a solar luminosity.
const (
	bulgeLight = 0.21
	bulgeLong  = 1.6
	bulgeWide  = 0.64
	bulgeThick = 0.44
	bulgeTurn  = 27 * math.Pi / 180
)

// reddening is extinction in red, green and blue light to that in V.
//
// Source: Cardelli, Clayton & Mathis 1989, ApJ 345, 245, for 620, 550, 450 nm.
var reddening = [3]float64{0.86, 1, 1.28}

// cloud is a dark cloud near by, a round heap of dust.
type cloud struct {
	name             string
	lDeg, bDeg       float64
	distance, radius float64 // kpc; radius as a standard deviation
	extinction       float64 // through its middle, magnitudes in V
}

// The dark clouds that the eye sees as holes in the Milky Way.
//
// Sources: names and places from Dame et al. 2001, ApJ 547, 792; distances from
// Zucker et al. 2020, A&A 633, A51; sizes and depths from the first, rounded.
var clouds = [...]cloud{
	{"Aquila Rift", 20, 8, 0.25, 0.022, 2.5},
	{"Aquila Rift", 28, 4, 0.26, 0.026, 3},
	{"Aquila Rift", 35, 3, 0.28, 0.022, 2.5},
	{"Aquila Rift", 43, 1, 0.32, 0.024, 2},
	{"Serpens", 12, 6, 0.25, 0.018, 2},
	{"Pipe", 0, 5, 0.15, 0.009, 3},
	{"Pipe", 3, 4, 0.15, 0.008, 2.5},
	{"Ophiuchus", 355, 16.5, 0.14, 0.010, 3},
	{"Lupus", 338, 14, 0.16, 0.011, 1.5},
	{"Coalsack", 303, -0.5, 0.18, 0.008, 2.5},
	{"Chamaeleon", 300, -16, 0.19, 0.009, 1.5},
	{"Taurus", 172, -15, 0.14, 0.014, 2},
	{"Perseus", 160, -20, 0.30, 0.014, 1.5},
	{"California", 163, -9, 0.47, 0.025, 1.5},
	{"Orion A", 211, -19, 0.43, 0.014, 2},
	{"Orion B", 206, -15, 0.42, 0.013, 2},
	{"Cepheus flare", 110, 15, 0.35, 0.022, 1},
	{"Cygnus Rift", 69, 1.5, 0.70, 0.050, 2},
	{"Cygnus Rift", 76, 0.5, 0.75, 0.050, 2.5},
	{"Cygnus Rift", 83, -0.5, 0.75, 0.045, 2.5},
	{"Northern Coalsack", 92, 1, 0.60, 0.035, 2},
	{"Vela", 266, 1, 0.90, 0.040, 1.5},
}

// The nearest galaxies: their light is spread exponentially over an ellipse.
//
// Source: de Vaucouleurs et al. 1991, Third Reference Catalogue: magnitudes,
// places, and scales that give a half of the light within the effective radius.
var galaxies = [...]struct {
	name             string
	lDeg, bDeg       float64
	magnitude        float64
	longDeg, wideDeg float64 // scale lengths
	turnDeg          float64 // of the long axis, from galactic north by east
}{
	{"Large Magellanic Cloud", 280.47, -32.89, 0.9, 1.6, 1.2, 50},
	{"Small Magellanic Cloud", 302.80, -44.30, 2.7, 0.9, 0.55, 45},
	{"Andromeda", 121.17, -21.57, 3.44, 0.45, 0.12, 75},
}

// light is the surface brightness of the sky in a direction on galactic axes,
// linear Rec. 709, in units of 20 mag/arcsec² in V.
func light(way mgl64.Vec3) (sum [3]float64) {
	depth := 0.0 // extinction so far, magnitudes in V
	w := wispsOf(way)
	const first, last, steps = 0.02, 30.0, 160
	grow := math.Pow(last/first, 1.0/steps)
	for i, at := 0, first; i < steps; i, at = i+1, at*grow {
		step := at * (grow - 1)
		p := way.Mul(at * math.Sqrt(grow)).Add(mgl64.Vec3{-sunR, 0, sunZ})
		dust := dustAt(p, at, &w) * step
		l := lightAt(p)
		for c := range sum {
			if at < resolved {
				break
			}
			sum[c] += l[c] * step * math.Pow(10, -0.4*reddening[c]*(depth+dust/2))
		}
		depth += dust
	}
	for c := range sum {
		sum[c] *= perKiloparsec
		sum[c] += galaxyAt(way)
	}
	return sum
}

// resolved is how far the stars lie, in kpc, whose light is mostly that of single
// stars in the catalogue.
const resolved = 0.1

// perKiloparsec is the surface brightness, in units of 20 mag/arcsec², of a
// kiloparsec of one solar luminosity a cubic parsec: 26.402 mag/arcsec² for each
// a square parsec, with the Sun at 4.83 in V (Willmer 2018, ApJS 236, 47).
var perKiloparsec = 1000 * math.Pow(10, -0.4*(4.83+21.572-20))

// lightAt is what stars at p, in kpc from the centre, emit.
func lightAt(p mgl64.Vec3) (sum [3]float64) {
	r, z := math.Hypot(p[0], p[1]), math.Abs(p[2])
	arm := armsAt(p, r)
	for i := range disc {
		d := &disc[i]
		l := d.light * math.Exp((sunR-max(r, 2))/d.length-z/d.thick) * (1 - d.arms + d.arms*arm)
		for c := range sum {
			sum[c] += l * d.temperature[c]
		}
	}
	sin, cos := math.Sincos(bulgeTurn)
	// The Sun is at -x; the bar's near end lies towards it and to positive y.
	along, across := -p[0]*cos+p[1]*sin, p[0]*sin+p[1]*cos
	b := bulgeLight * math.Exp(-math.Sqrt(math.Pow(along/bulgeLong, 2)+math.Pow(across/bulgeWide, 2)+math.Pow(z/bulgeThick, 2)))
	for c := range sum {
		sum[c] += b * old[c]
	}
	return sum
}

// armsAt is how much denser young stars and dust are at p than on the mean of
// the circle through it: four logarithmic arms.
//
// Source: pitch and the radius of the Sagittarius arm at the Sun's azimuth from
// Reid et al. 2019, ApJ 885, 131.
func armsAt(p mgl64.Vec3, r float64) float64 {
	const pitch, sagittarius = 12 * math.Pi / 180, 6.6
	if r < 3 {
		return 1
	}
	azimuth := math.Atan2(p[1], -p[0]) // from the Sun's, to positive longitudes
	crest := 4 * (azimuth + math.Log(r/sagittarius)/math.Tan(pitch))
	return math.Exp(1.4*math.Cos(crest)) / 1.553 // I0(1.4): the mean is 1
}

// wisps is the fine structure of dust in a direction, finer than the lumps that
// have a place in space.
type wisps struct {
	way     mgl64.Vec3 // bent, so that clouds are not round
	density float64    // logarithm of a factor
}

func wispsOf(way mgl64.Vec3) wisps {
	bend := mgl64.Vec3{
		turbulence(way.Mul(7)), turbulence(way.Mul(7).Add(mgl64.Vec3{31, 0, 0})), turbulence(way.Mul(7).Add(mgl64.Vec3{0, 47, 0})),
	}
	bent := way.Add(bend.Mul(0.045)).Normalize()
	return wisps{bent, turbulence(bent.Mul(9).Add(mgl64.Vec3{0, 0, 11}))}
}

// dustAt is the extinction at p, magnitudes in V a kiloparsec; p is at kpc from
// the Sun.
//
// Source: local density, scales and the dust-free surroundings of the Sun from
// Lallement et al. 2019, A&A 625, A135.
func dustAt(p mgl64.Vec3, at float64, w *wisps) float64 {
	r := math.Hypot(p[0], p[1])
	smooth := 1.0 * math.Exp((sunR-max(r, 3.5))/3.5-math.Abs(p[2])/0.12) * (0.35 + 0.65*armsAt(p, r))
	bubble := 1 - math.Exp(-math.Pow(at/0.12, 4))
	lumps := math.Exp(2.2*turbulence(p)+1.3*w.density) / 1.6
	sum := smooth * bubble * lumps
	for i := range clouds {
		c := &clouds[i]
		away := (at - c.distance) / c.radius
		if math.Abs(away) > 4 {
			continue
		}
		across := at * w.way.Sub(towards(c.lDeg, c.bDeg)).Len() / (1.25 * c.radius)
		heap := c.extinction / (c.radius * math.Sqrt(2*math.Pi)) * math.Exp(-(away*away+across*across)/2)
		sum += heap * math.Exp(1.7*w.density-0.2)
	}
	return sum
}

// towards is the direction of galactic coordinates.
func towards(lDeg, bDeg float64) mgl64.Vec3 {
	sinL, cosL := math.Sincos(lDeg * math.Pi / 180)
	sinB, cosB := math.Sincos(bDeg * math.Pi / 180)
	return mgl64.Vec3{cosB * cosL, cosB * sinL, sinB}
}

// galaxyAt is the light of other galaxies in a direction.
func galaxyAt(way mgl64.Vec3) (sum float64) {
	for i := range galaxies {
		g := &galaxies[i]
		at := towards(g.lDeg, g.bDeg)
		if way.Dot(at) < 0.9 {
			continue
		}
		east := mgl64.Vec3{0, 0, 1}.Cross(at).Normalize()
		north := at.Cross(east)
		x, y := way.Dot(east)*180/math.Pi, way.Dot(north)*180/math.Pi
		sin, cos := math.Sincos(g.turnDeg * math.Pi / 180)
		long, wide := (y*cos+x*sin)/g.longDeg, (x*cos-y*sin)/g.wideDeg
		area := 2 * math.Pi * g.longDeg * g.wideDeg * 3600 * 3600 // arcsec²
		lumps := math.Exp(1.2 * turbulence(way.Mul(20)))
		sum += math.Pow(10, -0.4*(g.magnitude-20)) / area * math.Exp(-math.Hypot(long, wide)) * lumps
	}
	return sum
}
