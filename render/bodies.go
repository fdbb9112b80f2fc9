package render

import (
	"errors"
	"math"
	"slices"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// maxBodies is how many bodies fit a uniform block of 16 KiB; the shaders have
// the same number.
const maxBodies = 48

// A body shows a disc from discFrom pixels of diameter on, and only a disc from
// discOnly on; in between its point fades into its disc.
const (
	discFrom = 1.5
	discOnly = 4.0
)

// The air beyond the limb fades in as it grows to be so many pixels thick.
const (
	shellFrom = 0.2
	shellAll  = 0.6
)

// bodies draws all bodies that show a disc, far to near, with their rings.
type bodies struct {
	programs bodyPrograms
	sun      itemProgram
	granules itemProgram // the Sun, near enough to see them
	rings    *rings
	surfaces *surfaces
	airs     *airs
	belts    uint32
	penumbra uint32
	list     []disc
	quadVAO  uint32
}

// granuleM is the width of a granule of the Sun: Rieutord & Rincon 2010, Living Rev. Sol. Phys. 7:2.
const granuleM = 1.4e6

// itemProgram draws items of the block from one on.
type itemProgram struct {
	*program
	first, part int32 // locations; part is of the rings
}

func (p *itemProgram) compile(c *shaders, name string, defines ...string) (err error) {
	if p.program, err = c.program(name, name, defines...); err == nil {
		p.first, p.part = p.uniform("first"), p.uniform("part")
	}
	return err
}

// disc is a body that is drawn, in the order of the block.
type disc struct {
	body      astro.Body
	distanceM float64
	ring      *ringSystem // or nil
	shaded    bool        // by others
	air       int         // row in atmospheres, or -1
	sizePx    float64
	shell     float64 // how much of the air beyond the limb is drawn
	program   *itemProgram
}

func newBodies(c *shaders, quadVAO uint32, surfaces *surfaces, airs *airs) (*bodies, error) {
	b := &bodies{
		surfaces: surfaces, airs: airs, belts: beltTexture(), penumbra: penumbraTexture(),
		list: make([]disc, 0, maxBodies), quadVAO: quadVAO,
		programs: newBodyPrograms(c, surfaces),
	}
	err := errors.Join(b.sun.compile(c, "bodies", "SUN"), b.granules.compile(c, "bodies", "SUN", "GRANULES"))
	if err == nil {
		b.rings, err = newRings(c)
	}
	if err != nil {
		b.delete()
		return nil, err
	}
	return b, nil
}

func (b *bodies) delete() {
	b.programs.delete()
	b.sun.delete()
	b.granules.delete()
	b.rings.delete()
	gl.DeleteTextures(1, &b.belts)
	gl.DeleteTextures(1, &b.penumbra)
}

// prepare finds the bodies in view that show a disc and sorts them.
func (b *bodies) prepare(fr *frame) {
	b.list = b.list[:0]
	if !fr.world.Layers.Has(scene.LayerBodies) {
		return
	}
	for body := range astro.NumBodies {
		if d, ok := b.candidate(fr, body); ok {
			b.insert(d)
		}
	}
	for i, d := range b.list {
		fr.uniforms.bodies[i].set(fr, d)
		fr.uniforms.shadows.set(i, fr, d.body)
	}
}

// candidate returns a body as a disc, and whether it shows one in any view.
func (b *bodies) candidate(fr *frame, body astro.Body) (disc, bool) {
	d := disc{body: body, air: fr.shownAir(body), sizePx: fr.discSize(body), shaded: fr.shadows.n[body] > 0}
	info := body.Info()
	reachM := info.EquatorialRadiiM[0]
	if fr.world.Layers.Has(scene.LayerRings) {
		if d.ring = ringsOf(body); d.ring != nil && d.ring.faint && !fr.backlit(body) {
			d.ring = nil
		}
		if d.ring != nil {
			reachM = d.ring.outerM
		}
	}
	centre := fr.relative(0, body)
	d.distanceM = centre.Len()
	if d.air >= 0 {
		topM := atmospheres[d.air].topM
		reachM = math.Max(reachM, info.EquatorialRadiiM[0]+topM)
		d.shell = smoothstep(shellFrom, shellAll, topM/d.distanceM*fr.views[0].perUnit)
	}
	if d.distanceM <= info.PolarRadiusM || d.sizePx <= discFrom || len(b.list) == maxBodies {
		return d, false
	}
	for i := range fr.n {
		if fr.views[i].sees(fr.relative(i, body), reachM) {
			return d, true
		}
	}
	return d, false
}

// backlit tells whether a body is seen against the Sun, more or less.
func (fr *frame) backlit(body astro.Body) bool {
	return fr.sunward(body).Dot(fr.relative(0, body)) > 0
}

// insert keeps the list sorted, far to near.
func (b *bodies) insert(d disc) {
	b.list = append(b.list, d)
	for i := len(b.list) - 1; i > 0 && b.list[i-1].distanceM < d.distanceM; i-- {
		b.list[i-1], b.list[i] = b.list[i], b.list[i-1]
	}
}

// choose finds what draws each body of the list. It is called once a frame, after
// [surfaces.work].
func (b *bodies) choose(s *state, fr *frame) (err error) {
	for i := range b.list {
		d := &b.list[i]
		if d.body == astro.Sun {
			d.program = b.sunProgram(fr, d)
		} else if d.program, err = b.programs.find(s, fr, d); err != nil {
			return err
		}
	}
	return nil
}

// sunProgram draws granules where they are wider than a pixel.
func (b *bodies) sunProgram(fr *frame, d *disc) *itemProgram {
	if granuleM*fr.views[0].perUnit > d.distanceM-sunRadiusM {
		return &b.granules
	}
	return &b.sun
}

// draw draws neighbours of the list that have the same program in one call.
func (b *bodies) draw(s *state, fr *frame) {
	if len(b.list) == 0 {
		return
	}
	s.bindVAO(b.quadVAO)
	if slices.ContainsFunc(b.list, func(d disc) bool { return d.shaded }) {
		s.bindTexture(unitPenumbra, gl.TEXTURE_2D, b.penumbra)
	}
	s.setBlend(blendOver)
	from := 0
	for i := range b.list {
		switch d := &b.list[i]; {
		case b.alone(d):
			b.drawRun(s, from, i)
			b.drawAlone(s, i)
			from = i + 1
		case i > from && d.program != b.list[from].program:
			b.drawRun(s, from, i)
			from = i
		}
	}
	b.drawRun(s, from, len(b.list))
}

// alone tells whether a body is drawn in a call of its own: for its rings, which lie behind
// it and before it, for its air, which lies beyond its limb, or for the maps of its surface.
func (b *bodies) alone(d *disc) bool {
	return d.ring != nil || d.air >= 0 || b.surfaces.has(d.body)
}

func (b *bodies) drawAlone(s *state, i int) {
	d := &b.list[i]
	if d.ring != nil {
		b.rings.draw(s, i, behind, d.shaded)
	}
	if d.shell > 0 {
		b.airs.draw(s, i, d.shaded)
	}
	b.drawRun(s, i, i+1)
	if d.ring != nil {
		b.rings.draw(s, i, before, d.shaded)
	}
}

// drawRun draws bodies that have the same program.
func (b *bodies) drawRun(s *state, from, to int) {
	if from == to {
		return
	}
	with := b.list[from].program
	s.useProgram(with.program)
	s.bindTexture(unitRings, gl.TEXTURE_1D_ARRAY, b.rings.texture)
	s.bindTexture(unitBelts, gl.TEXTURE_1D_ARRAY, b.belts)
	b.surfaces.bind(s, b.list[from].body) // a run has one at most with a surface
	s.setDepth(depthWrite)
	s.uniform(with.first, int32(from))
	s.drawQuads(to - from)
}

// relative returns the centre of a body in metres from the eye of a view, on
// ICRF axes.
func (fr *frame) relative(view int, body astro.Body) mgl64.Vec3 {
	return fr.world.Ephemeris.States[body].PositionM.Sub(fr.views[view].eyeM)
}

// discSize returns the diameter of a body in pixels, the same for all views so
// that both eyes agree on how to draw it.
func (fr *frame) discSize(body astro.Body) float64 {
	d := fr.relative(0, body).Len()
	return 2 * body.Info().MeanRadiusM / d * fr.views[0].perUnit
}

// discOpacity is how much of a body is drawn as a disc; the rest is a point.
func (fr *frame) discOpacity(body astro.Body) float64 {
	return smoothstep(discFrom, discOnly, fr.discSize(body))
}

func smoothstep(from, to, x float64) float64 {
	t := math.Min(math.Max((x-from)/(to-from), 0), 1)
	return t * t * (3 - 2*t)
}
