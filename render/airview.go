package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// shownAir returns the row of a body's atmosphere in [atmospheres], or -1 if none is drawn.
func (fr *frame) shownAir(body astro.Body) int {
	if !fr.world.Layers.Has(scene.LayerAir) {
		return -1
	}
	return airOf(body)
}

// extinctionAt is what a metre of air takes from light, at an altitude.
func (a *atmosphere) extinctionAt(altitudeM float64) (perM [3]float64) {
	gas := math.Exp(-altitudeM / a.gas.scaleM)
	haze := math.Exp(-math.Max(altitudeM-a.haze.evenM, 0)/a.haze.scaleM) / (a.haze.evenM + a.haze.scaleM)
	layer := 0.0
	if a.layer.halfM > 0 {
		layer = math.Max(1-math.Abs(altitudeM-a.layer.middleM)/a.layer.halfM, 0) / a.layer.halfM
	}
	for k := range perM {
		perM[k] = gas*(a.gas.depth[k]+a.gas.absorbed[k])/a.gas.scaleM + haze*a.haze.depth[k] + layer*a.layer.depth[k]
	}
	return perM
}

// through is what the air lets through along a line from a point, in metres from
// the centre of a ball of the body's mean radius, in the direction of a unit vector.
// The ground lets everything through here: what hides light is no business of air.
func (a *atmosphere) through(fromM, direction mgl64.Vec3) [3]float64 {
	const steps = 48
	radiusM := a.body.Info().MeanRadiusM
	nearM := -fromM.Dot(direction) // to the lowest point
	leastSquare := fromM.Dot(fromM) - nearM*nearM
	topR := radiusM + a.topM
	if leastSquare >= topR*topR {
		return grey(1)
	}
	reachM := math.Sqrt(topR*topR - leastSquare)
	startM := math.Max(-reachM, -nearM)
	if startM >= reachM {
		return grey(1)
	}
	// As airmarch.glsl spaces its steps.
	lowM := math.Min(math.Max(0, startM), reachM)
	from, to := -math.Pow(lowM-startM, 2.0/3), math.Pow(reachM-lowM, 2.0/3)
	var depth [3]float64
	for i := range steps {
		w := from + (to-from)*(float64(i)+0.5)/steps
		root := math.Sqrt(math.Abs(w))
		lengthM := 1.5 * root * (to - from) / steps
		h := math.Sqrt(leastSquare+math.Pow(lowM+w*root, 2)) - radiusM
		for k, x := range a.extinctionAt(math.Max(h, 0)) {
			depth[k] += x * lengthM
		}
	}
	return [3]float64{math.Exp(-depth[0]), math.Exp(-depth[1]), math.Exp(-depth[2])}
}

// eyeOver is where the first eye is against a body with air, and the direction to
// the Sun, both in scaled axes: where the body is a ball of its mean radius.
func (fr *frame) eyeOver(a *atmosphere) (eyeM, sun mgl64.Vec3) {
	scaled := toUnitSphere(fr.world.Ephemeris.Orientations[a.body], semiAxes(a.body)).Mul(a.body.Info().MeanRadiusM)
	return scaled.Mul3x1(fr.relative(0, a.body).Mul(-1)), scaled.Mul3x1(fr.relative(0, astro.Sun)).Normalize()
}

// sunColoured is what all air lets through of the light of the Sun to the first eye,
// by which its glare is as red as its disc.
func (fr *frame) sunColoured() [3]float32 {
	c := [3]float32{1, 1, 1}
	if !fr.world.Layers.Has(scene.LayerBodies | scene.LayerAir) {
		return c
	}
	for i := range atmospheres {
		for k, x := range atmospheres[i].through(fr.eyeOver(&atmospheres[i])) {
			c[k] *= float32(x)
		}
	}
	return c
}

// Stars and far planets fade as the sky about the eye outshines them: by half in
// one of veilHalf of a white surface's light. They are drawn as for an eye that has
// adapted to the dark; one in the light of day has not. Beyond the terminator the
// light of a clear sky falls to a tenth with each twilightSine of the sine of the
// Sun's depth: to a thousandth at 6°, the end of civil twilight.
const (
	veilHalf     = 2e-4
	twilightSine = 0.035
)

// starsSeen is how much of the gain of the stars the sky about the first eye leaves.
func (fr *frame) starsSeen() float64 {
	veil := 0.0
	if fr.world.Layers.Has(scene.LayerBodies | scene.LayerAir) {
		for i := range atmospheres {
			if own := atmospheres[i].veil(fr.eyeOver(&atmospheres[i])); own > 0 {
				veil += own * fr.skyLit(atmospheres[i].body)
			}
		}
	}
	return 1 / (1 + veil/veilHalf)
}

// totalSky is as in airshade.glsl.
const totalSky = 5e-4

// skyLit is the share of the light of the sky over the first eye that eclipses leave.
func (fr *frame) skyLit(body astro.Body) float64 {
	lit := luma(fr.shadows.lit(body, fr.relative(0, body).Mul(-1), fr.sunward(body)))
	return totalSky + (1-totalSky)*lit
}

// veil is about the light of the sky over an eye in the air: a quarter of what its
// optical depth takes from the light of the Sun.
func (a *atmosphere) veil(eyeM, sun mgl64.Vec3) float64 {
	r := eyeM.Len()
	if r >= a.body.Info().MeanRadiusM+a.topM {
		return 0
	}
	up := eyeM.Mul(1 / r)
	taken := 1 - a.through(eyeM, up)[1]
	return 0.25 * taken * math.Pow(10, math.Min(up.Dot(sun), 0)/twilightSine)
}
