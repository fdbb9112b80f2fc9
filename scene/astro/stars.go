package astro

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// MaxDistancePc is where StarAt puts a star whose parallax is zero, negative or
// so small that it says nothing: 0.1 mas, well under the 0.3 mas and more by
// which Hipparcos parallaxes err, is ten thousand parsecs.
const MaxDistancePc = 10_000

// auPerYearKmS is one astronomical unit per Julian year in km/s.
const auPerYearKmS = AUM / 1e3 / (365.25 * 86_400)

// Star is a star of the catalogue, as seen from the Solar System's barycentre at
// J2000.0. Positions and motions are in the ICRS.
type Star struct {
	// HIP is the Hipparcos number; zero if it has none. The components of a double star may share one.
	HIP uint32
	// RARad and DecRad are right ascension in [0, 2π) and declination.
	RARad, DecRad float64
	// PMRARadPerYear is the proper motion in right ascension times cos(declination);
	// both motions are per Julian year.
	PMRARadPerYear, PMDecRadPerYear float64
	// ParallaxArcsec is the annual parallax; its inverse is the distance in parsecs.
	ParallaxArcsec float64
	// RadialVelocityKmS is positive for a star that recedes.
	RadialVelocityKmS float64
	// Magnitude is Johnson V, and BV the colour index Johnson B-V.
	Magnitude, BV float32
	// Name is the proper name, empty for most.
	Name string
}

// StarAt returns the unit vector from the Solar System's barycentre towards s at
// t, in the ICRS, and its distance in parsecs. The star moves straight and
// evenly; the time that its light takes is not applied, which is the convention
// that catalogues' motions are given in.
//
// A parallax under 1/MaxDistancePc, zero and negative ones too, counts as that.
//
// Safe from any goroutine; it does not allocate.
//
// Source: ESA SP-1200 (1997) vol. 1, 1.5.5, the standard model of stellar motion.
func StarAt(s *Star, t Time) (direction mgl64.Vec3, distancePc float64) {
	return s.after(100 * t.Centuries())
}

// after is StarAt with the time in Julian years since J2000.0.
func (s *Star) after(years float64) (direction mgl64.Vec3, distancePc float64) {
	sinRA, cosRA := math.Sincos(s.RARad)
	sinDec, cosDec := math.Sincos(s.DecRad)
	towards := mgl64.Vec3{cosDec * cosRA, cosDec * sinRA, sinDec}
	east := mgl64.Vec3{-sinRA, cosRA, 0}
	north := mgl64.Vec3{-sinDec * cosRA, -sinDec * sinRA, cosDec}

	startPc := 1 / math.Max(s.ParallaxArcsec, 1.0/MaxDistancePc)
	// Everything is in units of startPc, so that motion across is in radians.
	recessionPerYear := s.RadialVelocityKmS / auPerYearKmS / startPc * arcsecondRad
	place := towards.Mul(1 + recessionPerYear*years).
		Add(east.Mul(s.PMRARadPerYear * years)).
		Add(north.Mul(s.PMDecRadPerYear * years))
	growth := place.Len()
	return place.Mul(1 / growth), startPc * growth
}

const arcsecondRad = math.Pi / (180 * 3600)

// Ballesteros's formula has a pole at B-V = -0.674 and runs to zero for very red
// stars; colours beyond these limits are taken as the limits.
const (
	bluestBV  = -0.5 // 32 500 K
	reddestBV = 5.0  // carbon stars, 1 600 K
)

// TemperatureFromBV returns the effective temperature in kelvin of a star with
// the colour index bv, in magnitudes; what lies outside [-0.5, 5] counts as the
// nearer end.
//
// Source: Ballesteros 2012, EPL 97, 34008, equation 14.
func TemperatureFromBV(bv float64) float64 {
	bv = math.Max(bluestBV, math.Min(bv, reddestBV))
	return 4600 * (1/(0.92*bv+1.7) + 1/(0.92*bv+0.62))
}

// MinBlackbodyK is the lowest temperature whose colour is computed. Nothing so
// cold shines visibly.
const MinBlackbodyK = 500

// BlackbodyLinearSRGB returns the colour of a black body at tempK kelvin in
// linear light with the primaries and white of Rec. 709 and sRGB, scaled to a
// luminance of one. It is not clipped: blue is a little below zero under 1900 K,
// green under 1000 K, outside of what such a screen can show. Temperatures under
// MinBlackbodyK count as that.
//
// Chromaticity x, y is within 0.005 of the CIE 1931 2° observer's from 1500 K on,
// the price of fitted matching functions; at 1000 K it is 0.011 off. It sums a hundred wavelengths: fill a table with
// it, don't call it for every star in a frame.
//
// Source: Planck's law, second radiation constant of CODATA 2018; matrix of
// IEC 61966-2-1.
func BlackbodyLinearSRGB(tempK float64) [3]float32 {
	tempK = math.Max(tempK, MinBlackbodyK)
	var colour mgl64.Vec3
	for nm := 360.0; nm <= 830; nm += 5 {
		colour = colour.Add(matchingXYZ(nm).Mul(planck(nm, tempK)))
	}
	rgb := srgbFromXYZ.Mul3x1(colour.Mul(1 / colour[1]))
	return [3]float32{float32(rgb[0]), float32(rgb[1]), float32(rgb[2])}
}

// planck is the spectral radiance at a wavelength in nanometres, in units that
// suit nothing but ratios.
func planck(nm, tempK float64) float64 {
	const secondRadiationNmK = 1.438776877e7
	return math.Pow(nm/560, -5) / math.Expm1(secondRadiationNmK/(nm*tempK))
}

// srgbFromXYZ is for the D65 white point; columns, as mgl64 has it.
var srgbFromXYZ = mgl64.Mat3{
	3.2404542, -0.9692660, 0.0556434,
	-1.5371385, 1.8760108, -0.2040259,
	-0.4985314, 0.0415560, 1.0572252,
}

// matchingXYZ is the CIE 1931 2° observer at a wavelength in nanometres.
//
// Source: the multi-lobe fit of Wyman, Sloan & Shirley 2013, Journal of Computer
// Graphics Techniques 2(2), equation 4.
func matchingXYZ(nm float64) mgl64.Vec3 {
	return mgl64.Vec3{
		1.056*lobe(nm, 599.8, 37.9, 31.0) + 0.362*lobe(nm, 442.0, 16.0, 26.7) - 0.065*lobe(nm, 501.1, 20.4, 26.2),
		0.821*lobe(nm, 568.8, 46.9, 40.5) + 0.286*lobe(nm, 530.9, 16.3, 31.1),
		1.217*lobe(nm, 437.0, 11.8, 36.0) + 0.681*lobe(nm, 459.0, 26.0, 13.8),
	}
}

// lobe is a bell of height one at peak, with its own width on either side.
func lobe(nm, peak, widthBelow, widthAbove float64) float64 {
	width := widthAbove
	if nm < peak {
		width = widthBelow
	}
	offset := (nm - peak) / width
	return math.Exp(-offset * offset / 2)
}
