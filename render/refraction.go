package render

import (
	"math"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The light that the Earth's air bends into the Earth's shadow, and so the colour of
// an eclipsed Moon: seen from the Moon, the Earth is then a dark disc in a thin red
// ring. Each stretch of that ring shows, undimmed by bending, a piece of the Sun
// behind it; what air and ozone take from it is what makes it red, and blue where
// it comes through the ozone alone.
//
// Source: the method is that of Link 1962, in Physics and Astronomy of the Moon, ch.
// 6. Bending at the ground: twice 35 arc minutes. Depths of air: Bodhaine et al. 1999,
// J. Atmos. Oceanic Technol. 16:1854; of 300 Dobson units of ozone: Gorshelev et al.
// 2014, Atmos. Meas. Tech. 7:609, in a layer as in Hillaire 2020, CGF 39(4).
const (
	earthRadiusM = 6.378e6
	moonAwayM    = 3.844e8
	bendRad      = 0.0204
	bendHeightM  = 7700.0
	airHeightM   = 8000.0
	ozoneAtM     = 25e3 // middle of its layer
	ozoneHalfM   = 15e3 // from there to where there is none
	// cloudHeightM is where clouds and dust leave two thirds of the ways free.
	cloudHeightM = 7000.0

	// airTopM is how far the Earth's shadow is wider than the ground's, which includes
	// the ring that is told here: Herald & Sinnott 2014, J. Br. Astron. Assoc. 124:247.
	airTopM = 87e3
)

var (
	airDepth   = [3]float64{0.049, 0.097, 0.221}
	ozoneDepth = [3]float64{0.032, 0.028, 0.0015}
)

// refractedSteps is at how many distances from the axis the profile is kept, up to
// refractedReach.
const (
	refractedSteps = 32
	refractedReach = 1.36 // radii of the Earth with its air
)

// shadowLight is the linear RGB in the Earth's shadow, where full sunlight is 1, by
// the distance from the axis: the binary logarithms.
type shadowLight [refractedSteps][3]float64

// refracted is the light in the Earth's shadow as far away as the Moon.
var refracted = airShadow()

// at returns the light so many radii of the Earth, with its air, from the axis.
func (s *shadowLight) at(radii float64) (c [3]float64) {
	x := radii / refractedReach * (refractedSteps - 1)
	if x >= refractedSteps-1 {
		return c
	}
	i := int(x)
	for k := range c {
		c[k] = math.Exp2(s[i][k] + (x-float64(i))*(s[i+1][k]-s[i][k]))
	}
	return c
}

// airShadow sums the pieces of the Sun in the ring of air.
func airShadow() (s shadowLight) {
	const heights = 160
	for i := range heights {
		// Closer steps near the ground, where the bending changes fast.
		lowM, highM := airTopM*square(float64(i)/heights), airTopM*square(float64(i+1)/heights)
		h := (lowM + highM) / 2
		from := (earthRadiusM+h)/moonAwayM - bendRad*math.Exp(-h/bendHeightM)
		s.addRing(from, (earthRadiusM+h)/moonAwayM*(highM-lowM)/moonAwayM*2*math.Pi, airLeft(h))
	}
	for n := range s {
		for k := range s[n] {
			s[n][k] = math.Log2(math.Max(s[n][k], 1e-9))
		}
	}
	return s
}

// addRing adds, not as logarithms yet, the sunlight that comes through a ring of air of so
// many steradians, in which the sky is seen that is fromRad from the axis.
func (s *shadowLight) addRing(fromRad, steradians float64, through [3]float64) {
	const angles = 96
	sunRad, piece := sunRadiusM/astro.AUM, steradians/angles
	for j := range angles {
		sin, cos := math.Sincos(math.Pi * (float64(j) + 0.5) / angles)
		for n := range s {
			apart := refractedReach * float64(n) / (refractedSteps - 1) * (earthRadiusM + airTopM) / moonAwayM
			r2 := (square(fromRad*cos-apart) + square(fromRad*sin)) / (sunRad * sunRad)
			if r2 >= 1 {
				continue
			}
			mu := math.Sqrt(1 - r2)
			for k := range through {
				s[n][k] += photosphere(k, mu) / (math.Pi * sunRad * sunRad * photosphereMean(k)) * through[k] * piece
			}
		}
	}
}

// airLeft is what is left of light that crosses the air and comes as near to the
// ground as h.
func airLeft(h float64) (left [3]float64) {
	const steps, reachM = 100, 1.2e6
	var air, ozone float64 // of what lies straight overhead
	for i := range steps {
		along := (float64(i) + 0.5) / steps * reachM
		z := math.Hypot(earthRadiusM+h, along) - earthRadiusM
		air += math.Exp(-z/airHeightM) / airHeightM * 2 * reachM / steps
		ozone += math.Max(0, 1-math.Abs(z-ozoneAtM)/ozoneHalfM) / ozoneHalfM * 2 * reachM / steps
	}
	for k := range left {
		left[k] = (1 - math.Exp(-h/cloudHeightM)) * math.Exp(-airDepth[k]*air-ozoneDepth[k]*ozone)
	}
	return left
}

func square(x float64) float64 { return x * x }
