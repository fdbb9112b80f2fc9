package render

import (
	"math"

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
	colour := fr.lightOf(body)
	luma := luminance(colour)
	magnitude := fr.magnitude(body)
	radius := body.Info().MeanRadiusM / fr.relative(0, body).Len()
	light := fr.exposure.pointLight(magnitude) * v.perUnit * v.perUnit
	if body == astro.Sun { // which is shown far below its light
		light = luma * math.Pi * math.Pow(radius*v.perUnit, 2)
	}
	gained := starlike(body, magnitude) * skyGain(v) * fr.sky * fr.starry
	size := 2 * radius * math.Min(v.perUnit, referencePerRadian)
	light += (1 - smoothstep(gainFrom, gainTo, size)) * math.Max(0, gained-light)
	k := float32(share * light / math.Max(luma, 1e-30))
	return vec4{colour[0] * k, colour[1] * k, colour[2] * k, 0}
}

// luminance is the relative luminance of linear Rec. 709 RGB.
func luminance(c [3]float32) float64 {
	return 0.2126*float64(c[0]) + 0.7152*float64(c[1]) + 0.0722*float64(c[2])
}
