package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// sunMagnitude is the Sun's apparent visual magnitude at 1 au: Willmer 2018,
// ApJS 236:47.
const sunMagnitude = -26.76

// phaseCurve is the magnitude of a planet at 1 au from the Sun and from the eye,
// as a polynomial in the phase angle in degrees, up to some angle. Some have
// another factor of light: a polynomial in the phase angle over 180°.
type phaseCurve struct {
	untilDeg  float64
	magnitude []float64
	light     []float64
}

// phaseCurves are as measured. Beyond a body's last angle it goes on as a
// Lambert sphere would.
//
// Source: Mallama & Hilton 2018, Astronomy and Computing 25:10, equations 2 to
// 17, without the small terms for the longitudes of Mars and the latitudes of
// Uranus.
var phaseCurves = [astro.NumBodies][]phaseCurve{
	astro.Mercury: {{170, []float64{-0.613, 6.3280e-2, -1.6336e-3, 3.3644e-5, -3.4265e-7, 1.6893e-9, -3.0334e-12}, nil}},
	astro.Venus: {
		{163.7, []float64{-4.384, -1.044e-3, 3.687e-4, -2.814e-6, 8.938e-9}, nil},
		{179, []float64{236.05828, -2.81914, 8.39034e-3}, nil},
	},
	astro.Earth: {{170, []float64{-3.99, -1.060e-3, 2.054e-4}, nil}},
	astro.Mars: {
		{50, []float64{-1.601, 2.267e-2, -1.302e-4}, nil},
		{120, []float64{-0.367, -2.573e-2, 3.445e-4}, nil},
	},
	astro.Jupiter: {
		{12, []float64{-9.395, -3.7e-4, 6.16e-4}, nil},
		{130, []float64{-9.428}, []float64{1, -1.507, -0.363, -0.062, 2.809, -1.876}},
	},
	astro.Saturn: {
		{6.5, []float64{-8.95, -3.7e-4, 6.16e-4}, nil},
		{150, []float64{-8.94, 2.446e-4, 2.672e-4, -1.505e-6, 4.767e-9}, nil},
	},
	astro.Uranus:  {{154, []float64{-7.110, 6.587e-3, 1.045e-4}, nil}},
	astro.Neptune: {{133, []float64{-7.00, 7.944e-3, 9.617e-5}, nil}},
}

// at returns the magnitude at a phase angle.
func (c *phaseCurve) at(phaseDeg float64) float64 {
	m := polynomial(c.magnitude, phaseDeg)
	if c.light != nil {
		m -= 2.5 * math.Log10(polynomial(c.light, phaseDeg/180))
	}
	return m
}

// polynomial evaluates terms[0] + terms[1] x + terms[2] x² …
func polynomial(terms []float64, x float64) (sum float64) {
	for i := len(terms) - 1; i >= 0; i-- {
		sum = sum*x + terms[i]
	}
	return sum
}

// phaseMagnitude is the magnitude of a body without its rings, at 1 au from the
// Sun and from the eye. Bodies that no curve was measured for fade as the Moon
// does, cloudy ones as a Lambert sphere.
//
// Source for the Moon: Allen 1973, Astrophysical Quantities, section 66.
func phaseMagnitude(body astro.Body, phaseDeg float64) float64 {
	curves := phaseCurves[body]
	if len(curves) == 0 {
		info := body.Info()
		full := sunMagnitude - 2.5*math.Log10(info.Albedo*math.Pow(info.MeanRadiusM/astro.AUM, 2))
		if isCloudy(body) {
			return full - 2.5*math.Log10(lambertPhase(phaseDeg))
		}
		return full + 0.026*phaseDeg + 4e-9*math.Pow(phaseDeg, 4)
	}
	for i := range curves {
		if phaseDeg <= curves[i].untilDeg {
			return curves[i].at(phaseDeg)
		}
	}
	last := &curves[len(curves)-1]
	return last.at(last.untilDeg) - 2.5*math.Log10(lambertPhase(phaseDeg)/lambertPhase(last.untilDeg))
}

// lambertPhase is the light of a Lambert sphere at a phase angle, against that
// at full phase; not quite zero at 180°, so that it has a logarithm.
func lambertPhase(phaseDeg float64) float64 {
	a := phaseDeg * math.Pi / 180
	return math.Max((math.Sin(a)+(math.Pi-a)*math.Cos(a))/math.Pi, 1e-12)
}

// saturnRingMagnitude is what the rings of Saturn add to its magnitude, where
// sinLatitude is the sine of the height of Sun and eye over their lit side. They
// fade with the phase as rings.frag has it.
//
// Source: Mallama & Hilton 2018, equation 10, which holds up to 6.5°.
func saturnRingMagnitude(sinLatitude, phaseDeg float64) float64 {
	return 0.036 - (1.825+0.378*math.Exp(-2.25*phaseDeg))*sinLatitude*(math.Pow(1-phaseDeg/180, 3.09)+0.10)/1.10
}

// magnitude is the apparent visual magnitude of a body from the first eye, in the
// shadow of others where it is.
func (fr *frame) magnitude(body astro.Body) float64 {
	eye, sun := fr.relative(0, body).Mul(-1), fr.sunward(body)
	eyeAU := math.Max(eye.Len(), 1) / astro.AUM
	if body == astro.Sun {
		return sunMagnitude + 5*math.Log10(eyeAU)
	}
	phaseDeg := fr.phaseDeg(body)
	m := phaseMagnitude(body, phaseDeg) + 5*math.Log10(eyeAU*sun.Len()/astro.AUM)
	if body == astro.Saturn && fr.world.Layers.Has(scene.LayerRings) {
		pole := fr.world.Ephemeris.Pole(body)
		product := pole.Dot(sun) * pole.Dot(eye) / (sun.Len() * eye.Len())
		m += saturnRingMagnitude(math.Sqrt(math.Max(product, 0)), phaseDeg)
	}
	return m - 2.5*math.Log10(math.Max(fr.litMean(body), 1e-9))
}

// phaseDeg is the angle at a body between the Sun and the first eye, degrees.
func (fr *frame) phaseDeg(body astro.Body) float64 {
	return angle(fr.sunward(body), fr.relative(0, body).Mul(-1)) * 180 / math.Pi
}

// sunward returns the vector from a body to the Sun, metres.
func (fr *frame) sunward(body astro.Body) mgl64.Vec3 {
	return fr.world.Ephemeris.States[astro.Sun].PositionM.Sub(fr.world.Ephemeris.States[body].PositionM)
}

// isCloudy tells bodies whose light is that of clouds and air, scattered about as by a
// Lambert sphere, from those of dust and ice, whose full disc is as bright at the limb as
// in its middle. Some of the latter have thin air ([atmospheres]).
func isCloudy(body astro.Body) bool {
	switch body {
	case astro.Venus, astro.Earth, astro.Titan:
		return true
	}
	return body.Info().Kind == astro.KindGiant
}

// faceOn is what the middle of a body's disc shows at full phase where a white
// surface shows 1: its geometric albedo; of a Lambert sphere half as much again.
func faceOn(body astro.Body) float64 {
	if isCloudy(body) {
		return 1.5 * body.Info().Albedo
	}
	return body.Info().Albedo
}

// lunarShares are the terms of [lunarShare] in the phase angle, which they hold
// for up to 110°.
var lunarShares = []float64{1, -0.019, 2.42e-4, -1.46e-6}

// lunarShare is how much of a body's light is scattered as by the Moon at full
// phase (Lommel-Seeliger), the rest being Lambert's.
//
// Source: McEwen 1991, Icarus 92:298, fitted to the Moon.
func lunarShare(body astro.Body, phaseDeg float64) float64 {
	if isCloudy(body) || body == astro.Sun {
		return 0
	}
	return math.Max(polynomial(lunarShares, math.Min(phaseDeg, 110)), 0)
}

// lightOf is what the middle of a body's sunlit face shows, linear RGB.
func (fr *frame) lightOf(body astro.Body) [3]float32 {
	if body == astro.Sun {
		return fr.sunLight()
	}
	c := body.Info().ColourLinear
	k := float32(faceOn(body) * fr.exposure.light(fr.sunward(body).Len()) / math.Max(luminance(c), 1e-6))
	return [3]float32{c[0] * k, c[1] * k, c[2] * k}
}
