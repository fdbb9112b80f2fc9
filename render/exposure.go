package render

import (
	"math"

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

// What a body shows in the mean of its lit part, by its own exposure: so that its
// brightest places, half as bright again and more, are about three quarters of what the
// display calls white. One that is dark keeps a little of that (exposedPower), as
// photographs of an eclipsed Moon do, a 250th of a second becoming ten seconds; where
// less light is left than exposedDark, nothing would be seen and nothing is gained.
const (
	exposedTo    = 0.27
	exposedPower = 0.88
	exposedDark  = 4e-6
)

// exposedGain is how many times the light of a white surface is exposed to for what
// shows so much of it.
func exposedGain(light float64) float64 {
	return math.Pow(exposedTo*light/(light*light+exposedDark*exposedDark), exposedPower)
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

// dazzleHalf is the share of the picture that sunlit bodies fill where half of the Milky
// Way is left: no eye, and no film, sees it beside moonlit or sunlit ground. Stars stay,
// as players expect.
const dazzleHalf = 0.03

// automatic is the exposure for the bodies that fill the picture, and where none does,
// for the target; and finds what they leave of the Milky Way. It depends on nothing but
// the world and the views, and both eyes have the same.
func (fr *frame) automatic() exposure {
	target := fr.world.Target
	e := fr.exposedFor(target, faceOn(target)*fr.litMean(target))
	fr.galaxy = 1
	if !fr.world.Layers.Has(scene.LayerBodies) {
		return e
	}
	// The bodies are metered as their parts are: by what each asks for.
	var all meter
	dazzle := 0.0
	for body := range astro.NumBodies {
		own := fr.meterBody(body)
		filled := own.filled()
		if filled <= 0 {
			continue
		}
		dazzle += filled
		if body == target {
			filled = math.Min(filled*fillTarget, math.Max(filled, fillAll))
		}
		asks := astro.AUM / float64(fr.exposedFor(body, own.mean()))
		all.add(filled, asks*asks)
	}
	if filled := all.filled(); filled > 0 {
		bodies := exposure(astro.AUM / math.Sqrt(all.mean()))
		e *= exposure(math.Pow(float64(bodies/e), smoothstep(fillFrom, fillAll, filled)))
	}
	fr.galaxy = 1 / (1 + dazzle/dazzleHalf)
	return e
}

// exposedFor is the exposure for a body that shows so much light, or, where it shows hardly
// any, as if it stood in the sun: a moon in its planet's shadow stays black. For the Sun itself it
// is that for what is white and as far from it as the ship, and not nearer than Mercury
// gets.
func (fr *frame) exposedFor(body astro.Body, light float64) exposure {
	if body == astro.Sun {
		return exposure(math.Max(fr.relative(0, astro.Sun).Len(), 0.3*astro.AUM))
	}
	gain := math.Max(exposedGain(light*reddest[body]), exposedGain(faceOn(body)*reddest[body]))
	return exposure(fr.sunward(body).Len() * math.Sqrt(gain))
}

// reddest is how much stronger the red of a body is, over all its light, than that of the
// yellow giants, and 1 at least: exposed for its light alone, Mars pales where its red
// comes near to white. Blue makes up so little of light that it may.
var reddest = func() (share [astro.NumBodies]float64) {
	const yellow = 1.2 // Jupiter's and Saturn's
	for body := range astro.NumBodies {
		c := body.Info().ColourLinear
		share[body] = math.Max(float64(c[0])/luma([3]float64{float64(c[0]), float64(c[1]), float64(c[2])})/yellow, 1)
	}
	return share
}()
