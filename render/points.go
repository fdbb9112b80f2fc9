package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// A body's point has the gain of the stars ([skyGain]) up to gainFrom pixels of
// diameter (in a picture of [referencePerRadian]) and its true brightness, by
// which its disc will be drawn, from gainTo on.
const (
	gainFrom = 0.4
	gainTo   = 1.5
)

// sunMagnitude is the Sun's apparent visual magnitude at 1 au: Willmer 2018,
// ApJS 236:47.
const sunMagnitude = -26.76

// maxPointLight bounds the light of a point, in units of a star of magnitude 0:
// the Sun's from afar, whose glare is drawn apart.
const maxPointLight = 300

// Sirius, at magnitude -1.46, is the brightest that shows with the gain of the
// stars. What is brighter, a planet or a near moon, would be a blot under it: its
// light grows by the given power only, and it still outshines every star.
const (
	blotFrom  = 4.0
	blotPower = 0.2
)

// starlike is the light with which a body of a magnitude is shown, in units of a
// star of magnitude 0.
func starlike(body astro.Body, magnitude float64) float64 {
	light := math.Min(math.Pow(10, -0.4*magnitude), maxPointLight)
	if body != astro.Sun && light > blotFrom {
		light = blotFrom * math.Pow(light/blotFrom, blotPower)
	}
	return light
}

// pointBlock mirrors Point in points.vert.
type pointBlock struct {
	at    [engine.MaxViews]vec4 // metres from the eye
	light vec4                  // linear RGB, summed over all pixels
}

// points draws the bodies that are too small to show a disc.
type points struct {
	program *program
	n       int
	quadVAO uint32
}

func newPoints(c *shaders, quadVAO uint32) (*points, error) {
	p, err := c.program("points", "spread")
	if err != nil {
		return nil, err
	}
	return &points{program: p, quadVAO: quadVAO}, nil
}

func (p *points) delete() { p.program.delete() }

func (p *points) prepare(fr *frame) {
	p.n = 0
	if !fr.world.Layers.Has(scene.LayerBodies) {
		return
	}
	for body := range astro.NumBodies {
		share := 1 - fr.discOpacity(body)
		if share <= 0 || p.n == maxBodies || !fr.seesPoint(body) {
			continue
		}
		b := &fr.uniforms.points[p.n]
		p.n++
		for i := range fr.n {
			// On the near side of the body, so that its disc does not hide it.
			at := fr.relative(i, body)
			near := 1 - math.Min(0.5, body.Info().EquatorialRadiiM[0]*1.5/at.Len())
			b.at[i] = pack(at.Mul(near), 0)
		}
		b.light = fr.pointLight(body, share)
	}
}

func (p *points) draw(s *state, _ *frame) {
	if p.n == 0 {
		return
	}
	s.bindVAO(p.quadVAO)
	s.useProgram(p.program)
	s.setBlend(blendAdd)
	s.setDepth(depthTest)
	s.drawQuads(p.n)
}

// seesPoint tells whether the light of a point may fall into any view.
func (fr *frame) seesPoint(body astro.Body) bool {
	for i := range fr.n {
		at := fr.relative(i, body)
		v := &fr.views[i]
		reach := at.Len() * 4 * math.Max(glareSigmaRad, 4*coreSigma/v.perUnit)
		if v.sees(at, reach) {
			return true
		}
	}
	return false
}

// pointLight is the light of a body summed over all pixels, as linear RGB.
func (fr *frame) pointLight(body astro.Body, share float64) vec4 {
	v := &fr.views[0]
	at := fr.relative(0, body)
	colour := fr.lightOf(body)
	radius := body.Info().MeanRadiusM / at.Len() * v.perUnit // pixels
	phase := fr.phaseLaw(body)
	if body == astro.Sun {
		phase = 1
	} else {
		phase *= 2.0 / 3 // of a Lambert sphere's albedo, its geometric albedo
	}
	disc := phase * math.Pi * radius * radius
	luma := luminance(colour)
	light := luma * disc
	size := 2 * body.Info().MeanRadiusM / at.Len() * math.Min(v.perUnit, referencePerRadian)
	gained := starlike(body, fr.magnitude(body)) * skyGain(v)
	light += (1 - smoothstep(gainFrom, gainTo, size)) * math.Max(0, gained-light)
	k := float32(share * light / math.Max(luma, 1e-30))
	return vec4{colour[0] * k, colour[1] * k, colour[2] * k, 0}
}

// magnitude is the apparent visual magnitude of a body from the first eye: that
// of a Lambert sphere with the body's geometric albedo.
func (fr *frame) magnitude(body astro.Body) float64 {
	at := fr.relative(0, body).Len()
	if body == astro.Sun {
		return sunMagnitude + 5*math.Log10(at/metresPerAU)
	}
	sun := fr.sunward(body).Len()
	r := body.Info().MeanRadiusM
	ratio := body.Info().Albedo * fr.phaseLaw(body) * math.Pow(r/at*metresPerAU/sun, 2)
	return sunMagnitude - 2.5*math.Log10(math.Max(ratio, 1e-30))
}

// sunward returns the vector from a body to the Sun, metres.
func (fr *frame) sunward(body astro.Body) mgl64.Vec3 {
	return fr.world.Ephemeris.States[astro.Sun].PositionM.Sub(fr.world.Ephemeris.States[body].PositionM)
}

// phaseLaw is the light of a Lambert sphere at the phase angle of a body,
// against that at full phase.
func (fr *frame) phaseLaw(body astro.Body) float64 {
	eye := fr.relative(0, body).Mul(-1)
	sun := fr.sunward(body)
	if eye.Len() == 0 || sun.Len() == 0 {
		return 1
	}
	a := math.Atan2(sun.Cross(eye).Len(), sun.Dot(eye))
	return (math.Sin(a) + (math.Pi-a)*math.Cos(a)) / math.Pi
}

// lightOf is what the surface of a body shows where it faces the Sun, linear
// RGB. A Lambert sphere of albedo A has the geometric albedo 2/3 A.
func (fr *frame) lightOf(body astro.Body) [3]float32 {
	if body == astro.Sun {
		return fr.sunLight()
	}
	info := body.Info()
	k := 1.5 * info.Albedo * fr.exposure.light(fr.sunward(body).Len())
	k /= math.Max(luminance(info.ColourLinear), 1e-6)
	c := info.ColourLinear
	return [3]float32{c[0] * float32(k), c[1] * float32(k), c[2] * float32(k)}
}

// luminance is the relative luminance of linear Rec. 709 RGB.
func luminance(c [3]float32) float64 {
	return 0.2126*float64(c[0]) + 0.7152*float64(c[1]) + 0.0722*float64(c[2])
}
