package render

import (
	"cmp"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// exposure is the distance from the Sun, in metres, at which a white surface
// that faces the Sun shows as 1.
type exposure float64

// light is what a white surface shows that faces the Sun from rM away.
func (e exposure) light(rM float64) float64 {
	q := float64(e) / math.Max(rM, 1)
	return q * q
}

// pointLight is the light of a point of a magnitude in what a white surface
// shows, times steradians.
func (e exposure) pointLight(magnitude float64) float64 {
	return math.Pi * e.light(astro.AUM) * math.Pow(10, -0.4*(magnitude-sunMagnitude))
}

// exposedTo is what the sunlit middle of a body shows at least at its own
// exposure, and mostExposure how many times a white surface may be overexposed
// for that.
const (
	exposedTo    = 0.3
	mostExposure = 5.0
)

// A body in the shadow of another is exposed for the light that is left, as
// photographs of an eclipsed Moon are, a 250th of a second becoming ten seconds; not
// quite for all of it (eclipsedPower), so that it looks as dark as it is. Where less
// than eclipsedDark is left, nothing would be seen and nothing is gained.
const (
	eclipsedPower = 0.88
	eclipsedDark  = 3e-5
)

// exposureOf exposes for a body, longer if it is dark, as one would the Moon. For
// the Sun itself it exposes for what is white and as far from it as the ship, and
// not nearer than Mercury gets.
func (fr *frame) exposureOf(body astro.Body) exposure {
	w := fr.world
	sun := w.Ephemeris.States[astro.Sun].PositionM
	at, gain := w.Ephemeris.States[body].PositionM, 1.0
	if body == astro.Sun {
		at = w.Ship.PositionM
	} else {
		gain = math.Min(math.Max(exposedTo/faceOn(body), 1), mostExposure) * eclipseGain(fr.litMean(body))
	}
	return exposure(math.Max(at.Sub(sun).Len(), 0.3*astro.AUM) * math.Sqrt(gain))
}

// eclipseGain is how much longer a body is exposed that has so much of its sunlight.
func eclipseGain(lit float64) float64 {
	return math.Max(math.Pow(lit/(lit*lit+eclipsedDark*eclipsedDark), eclipsedPower), 1)
}

// A body counts for the exposure if its sunlit side fills more than fillFrom of a
// view, and wholly from fillAll on: so wide apart that the light of the picture
// glides when it comes into view. The target, which the player looks at, fills
// fillTarget times as much as it does.
const (
	fillFrom   = 0.002
	fillAll    = 0.05
	fillTarget = 50
)

// expose sets the exposure of a frame, as the player wishes. What has a light of its
// own in the picture, the Sun and the stars, gets brighter and fainter with it: sky
// is 1 at the automatic exposure, whatever that is.
func (fr *frame) expose() {
	auto, wish := fr.automatic(), fr.world.Exposure
	fr.exposure = auto * exposure(math.Exp2(wish.EV/2))
	if wish.Manual {
		fr.exposure = exposure(astro.AUM * math.Exp2(wish.EV/2))
	}
	fr.sky = square(float64(fr.exposure / auto))
}

// automatic is the exposure for the brightest body among those that fill the
// picture, and where none does, for the target. It depends on nothing but the world
// and the views, and both eyes have the same.
func (fr *frame) automatic() exposure {
	type subject struct {
		exposure exposure
		weight   float64
	}
	var subjects [astro.NumBodies]subject
	n := 0
	for body := range astro.NumBodies {
		if weight := fr.weight(body); weight > 0 {
			subjects[n] = subject{fr.exposureOf(body), weight}
			n++
		}
	}
	slices.SortFunc(subjects[:n], func(a, b subject) int { return cmp.Compare(b.exposure, a.exposure) })
	e := fr.exposureOf(fr.world.Target)
	for _, s := range subjects[:n] { // the brightest last: it covers the others
		e *= exposure(math.Pow(float64(s.exposure/e), s.weight))
	}
	return e
}

// weight is how much a body counts for the exposure, 0 to 1.
func (fr *frame) weight(body astro.Body) float64 {
	if !fr.world.Layers.Has(scene.LayerBodies) {
		return 0
	}
	var filled float64
	for i := range fr.n {
		filled = math.Max(filled, fr.views[i].filled(fr.relative(i, body), body.Info().MeanRadiusM))
	}
	if body == fr.world.Target {
		filled *= fillTarget
	}
	if filled <= fillFrom {
		return 0
	}
	lit := 0.5 + 0.5*math.Cos(angle(fr.sunward(body), fr.relative(0, body).Mul(-1)))
	return smoothstep(fillFrom, fillAll, filled*lit)
}

// filled is about the share of a view that a sphere fills, its centre in metres
// from the eye on ICRF axes: the view counts as a circle of the same size.
func (v *viewpoint) filled(centreM mgl64.Vec3, radiusM float64) float64 {
	t := v.all()
	middle := mgl64.Vec3{(t[0] + t[1]) / 2, (t[2] + t[3]) / 2, -1}
	radius := math.Atan(math.Sqrt((t[1] - t[0]) * (t[3] - t[2]) / math.Pi))
	return covered(angle(v.axes.Mul3x1(centreM), middle), math.Asin(math.Min(1, radiusM/centreM.Len())), radius)
}
