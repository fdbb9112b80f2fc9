package render

import (
	"math"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// orbitStretches is how many straight lines an orbit is drawn of; orbits.vert has
// the same number.
const orbitStretches = 256

// The look of an orbit: its width as an angle, in pixels at least, its light, and
// how wide it must appear, in pixels of its half axis, to be drawn.
const (
	orbitWidthRad  = 0.0008
	orbitWidthPX   = 1.1
	orbitLight     = 0.22
	orbitFrom      = 30.0
	orbitAll       = 90.0
	orbitOfTarget  = 2.0 // times as bright
	orbitNearFrom  = 0.1 // a disc that fills so much of the view's height dims its orbit
	orbitNearAll   = 0.5
	orbitNearShare = 0.2
)

// orbitBlock mirrors Orbit in orbits.vert.
type orbitBlock struct {
	body         [engine.MaxViews]vec4
	major, minor vec4
	colour       vec4
}

// orbits draws the ellipse that each body would follow if there were only it and
// what it moves about: bright where it has just been.
type orbits struct {
	program      *program
	vao, indices uint32
	uniforms     uint32 // the buffer of the frame
	n            int
}

func newOrbits(c *shaders, uniforms uint32) (*orbits, error) {
	p, err := c.program("orbits", "ribbon")
	if err != nil {
		return nil, err
	}
	o := &orbits{program: p, uniforms: uniforms}
	o.vao, o.indices = quadIndices(orbitStretches)
	return o, nil
}

func (o *orbits) delete() {
	o.program.delete()
	gl.DeleteVertexArrays(1, &o.vao)
	gl.DeleteBuffers(1, &o.indices)
}

func (o *orbits) prepare(fr *frame) {
	o.n = 0
	if !fr.world.Layers.Has(scene.LayerOrbits) {
		return
	}
	for body := range astro.NumBodies {
		if body != astro.Sun && o.n < len(fr.uniforms.orbits) && fr.uniforms.orbits[o.n].set(fr, body) {
			o.n++
		}
	}
}

// set fills the block for a body; false says that its orbit is not to be seen.
func (b *orbitBlock) set(fr *frame, body astro.Body) bool {
	e, ok := ellipseOf(fr.world, body)
	opacity := fr.orbitOpacity(body, e.major.Len())
	if !ok || opacity <= 0 {
		return false
	}
	width := math.Max(orbitWidthRad*fr.views[0].perUnit, orbitWidthPX)
	for i := range fr.n {
		b.body[i] = pack(fr.relative(i, body), width)
	}
	b.major, b.minor = pack(e.major, e.cos), pack(e.minor, e.sin)
	c := body.Info().ColourLinear
	k := float32(orbitLight / math.Max(luminance(c), 1e-6))
	if body == fr.world.Target {
		k *= orbitOfTarget
	}
	b.colour = vec4{c[0] * k, c[1] * k, c[2] * k, float32(opacity)}
	return true
}

// orbitOpacity fades orbits that look small, and those of bodies so near that the
// line would only be in the way.
func (fr *frame) orbitOpacity(body astro.Body, majorM float64) float64 {
	wide := majorM / math.Max(fr.relative(0, body.Info().Parent).Len(), 1) * fr.views[0].perUnit
	near := smoothstep(orbitNearFrom, orbitNearAll, fr.discSize(body)/fr.views[0].pixelsHigh(fr.h))
	return smoothstep(orbitFrom, orbitAll, wide) * (1 - (1-orbitNearShare)*near)
}

func (o *orbits) draw(s *state, _ *frame) {
	if o.n == 0 {
		return
	}
	s.bindVAO(o.vao)
	s.useProgram(o.program)
	s.bindUniforms(blockOrbits, o.uniforms, orbitsSpan)
	s.setBlend(blendOver)
	s.setDepth(depthTest)
	s.drawElements(6*orbitStretches, o.n)
}
