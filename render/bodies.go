package render

import (
	"errors"
	"math"
	"slices"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
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

// bodyBlock mirrors Body in body.glsl.
type bodyBlock struct {
	views  [engine.MaxViews]bodyView
	radii  vec4 // semi-axes, metres; opacity
	sun    vec4 // direction, body-fixed; angular radius of the Sun
	colour vec4 // linear RGB
	ring   vec4 // inner and outer radius, metres; what dust scatters; profile or -1
	// ringLight is the linear RGB of an opaque ring of brightness 1; the luminance of a white one.
	ringLight vec4
	axisX     vec4 // body-fixed axes, ICRF; lunarShare
	axisY     vec4 // ; beltRow
	ground    vec4 // of surfaces.block
	air       vec4 // row or -1; top in radii; light of a white surface; how much is drawn beyond the limb
}

// bodyView is the silhouette of a body for one eye. With a body's semi-axes as
// units it is a unit sphere. From distance s its silhouette is a circle of
// radius rho = sqrt(1 - 1/s²) that lies 1/s before the centre: all rays that
// cross that circle meet the body. Back in metres circle and plane stay circle
// (an ellipse) and plane, so a quad in the plane does for any distance, and no
// large number is subtracted from another on the GPU.
type bodyView struct {
	centre vec4 // metres from the eye
	plane  vec4 // centre of the silhouette, metres from the eye; s
	across vec4 // a semi-axis of the silhouette, metres; rho
	along  vec4 // another; reach of the quad in semi-axes
	toEye  vec4 // unit vector, scaled axes
	side   vec4 // that across is made from
}

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
	fine      bool        // granules are wider than a pixel
	air       int         // row in atmospheres, or -1
	sizePx    float64
	shell     float64 // how much of the air beyond the limb is drawn
	program   *itemProgram
}

func newBodies(c *shaders, d *device, quadVAO uint32, surfaces *surfaces, airs *airs) (*bodies, error) {
	b := &bodies{
		surfaces: surfaces, airs: airs, belts: beltTexture(), penumbra: penumbraTexture(),
		list: make([]disc, 0, maxBodies), quadVAO: quadVAO,
		programs: newBodyPrograms(c, d.has(extParallelCompile), surfaces),
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

// candidate tells whether a body shows a disc in any view.
func (b *bodies) candidate(fr *frame, body astro.Body) (disc, bool) {
	d := disc{body: body, air: -1, sizePx: fr.discSize(body), shaded: fr.shadows.n[body] > 0}
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
	d.fine = granuleM*fr.views[0].perUnit > d.distanceM-info.PolarRadiusM
	if fr.world.Layers.Has(scene.LayerAir) {
		if d.air = airOf(body); d.air >= 0 {
			topM := atmospheres[d.air].topM
			reachM = math.Max(reachM, info.EquatorialRadiiM[0]+topM)
			d.shell = smoothstep(shellFrom, shellAll, topM/d.distanceM*fr.views[0].perUnit)
		}
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

// draw draws runs of bodies in one call each. A body with rings is a run of its own,
// since its rings lie behind it and before it, and so is one with air, which lies beyond
// its limb, and one with a surface.
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
	for i, d := range b.list {
		surface := b.surfaces.has(d.body)
		if d.ring == nil && d.air < 0 && !surface {
			if i > from && d.program != b.list[from].program {
				b.drawRun(s, from, i)
				from = i
			}
			continue
		}
		b.drawRun(s, from, i)
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
		from = i + 1
	}
	b.drawRun(s, from, len(b.list))
}

// choose finds what draws each body of the list. It is called once a frame, after
// [surfaces.work].
func (b *bodies) choose(s *state, fr *frame) (err error) {
	for i := range b.list {
		switch d := &b.list[i]; {
		case d.body == astro.Sun && d.fine:
			d.program = &b.granules
		case d.body == astro.Sun:
			d.program = &b.sun
		default:
			if d.program, err = b.programs.find(s, fr, d); err != nil {
				return err
			}
		}
	}
	return nil
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

// set fills the block for a disc.
func (b *bodyBlock) set(fr *frame, d disc) {
	info := d.body.Info()
	turn := fr.world.Ephemeris.Orientations[d.body]
	x, y, z := turn.Rotate(mgl64.Vec3{1, 0, 0}), turn.Rotate(mgl64.Vec3{0, 1, 0}), turn.Rotate(mgl64.Vec3{0, 0, 1})
	axes := mgl64.Mat3FromCols(x, y, z) // body-fixed to ICRF
	radii := mgl64.Vec3{info.EquatorialRadiiM[0], info.EquatorialRadiiM[1], info.PolarRadiusM}
	for i := range fr.n {
		b.views[i].set(fr.relative(i, d.body), axes, radii, fr.views[i].perUnit)
	}
	light := fr.lightOf(d.body)
	sun := fr.sunward(d.body)
	sunM := math.Max(sun.Len(), 1)
	b.radii = pack(radii, fr.discOpacity(d.body))
	b.sun = pack(axes.Transpose().Mul3x1(sun.Mul(1/sunM)), math.Asin(math.Min(1, astro.Sun.Info().MeanRadiusM/sunM)))
	b.colour = vec4{light[0], light[1], light[2]}
	b.ring = vec4{0, 0, 0, -1}
	if d.ring != nil {
		b.ring, b.ringLight = d.ring.block(), d.ring.light(fr.exposure.light(sunM))
	}
	phaseDeg := angle(sun, fr.relative(0, d.body).Mul(-1)) * 180 / math.Pi
	b.setAir(fr, d, sunM)
	b.axisX, b.axisY = pack(x, lunarShare(d.body, phaseDeg)), pack(y, beltRow(d.body))
}

// set finds the silhouette of an ellipsoid with its centre at centreM, in
// metres from the eye.
func (v *bodyView) set(centreM mgl64.Vec3, axes mgl64.Mat3, radii mgl64.Vec3, perUnit float64) {
	eye := axes.Transpose().Mul3x1(centreM.Mul(-1))
	scaled := mgl64.Vec3{eye[0] / radii[0], eye[1] / radii[1], eye[2] / radii[2]}
	s := math.Max(scaled.Len(), 1+1e-6) // as float32 must be over 1
	toEye := scaled.Mul(1 / s)
	side := normalTo(toEye)
	rho := math.Sqrt(1 - 1/(s*s))
	stretch := func(p mgl64.Vec3) mgl64.Vec3 {
		return axes.Mul3x1(mgl64.Vec3{p[0] * radii[0], p[1] * radii[1], p[2] * radii[2]}).Mul(rho)
	}
	across, along := stretch(side), stretch(toEye.Cross(side))
	pixels := math.Min(across.Len(), along.Len()) / (centreM.Len() * rho * rho) * perUnit
	v.centre = pack(centreM, 0)
	v.plane = pack(centreM.Mul(rho*rho), s)
	v.across = pack(across, rho)
	v.along = pack(along, 1+2/math.Max(pixels, 1))
	v.toEye = pack(toEye, 0)
	v.side = pack(side, 0)
}

// normalTo returns some unit vector normal to the unit vector n.
func normalTo(n mgl64.Vec3) mgl64.Vec3 {
	least := mgl64.Vec3{0, 0, 1}
	if math.Abs(n[2]) > 0.7 {
		least = mgl64.Vec3{1, 0, 0}
	}
	return n.Cross(least).Normalize()
}
