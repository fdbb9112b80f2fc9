package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// bodyBlock mirrors Body in body.glsl, which tells what each number is.
type bodyBlock struct {
	views     [engine.MaxViews]bodyView
	radii     vec4
	sun       vec4
	colour    vec4
	ring      vec4
	ringLight vec4
	axisX     vec4
	axisY     vec4
	ground    vec4 // [surfaces.block]
	air       vec4
}

// bodyView is the silhouette of a body for one eye. With a body's semi-axes as
// units it is a unit sphere. From distance s its silhouette is a circle of
// radius rho = sqrt(1 - 1/s²) that lies 1/s before the centre: all rays that
// cross that circle meet the body. Back in metres circle and plane stay circle
// (an ellipse) and plane, so a quad in the plane does for any distance, and no
// large number is subtracted from another on the GPU. It mirrors BodyView in body.glsl.
type bodyView struct {
	centre vec4
	plane  vec4
	across vec4
	along  vec4
	toEye  vec4
	side   vec4
}

// set fills the block for a disc, all but its ground.
func (b *bodyBlock) set(fr *frame, d disc) {
	turn, radii := fr.world.Ephemeris.Orientations[d.body], semiAxes(d.body)
	axes := turn.Mat4().Mat3() // body-fixed to ICRF
	sun := fr.sunward(d.body)
	sunM := math.Max(sun.Len(), 1)
	toUnit, fromUnit := toUnitSphere(turn, radii), axes.Mul3(mgl64.Diag3(radii))
	toSun := toUnit.Mul3x1(sun)
	toSun = toSun.Mul(1 / math.Max(toSun.Len(), nearlyNothing))
	for i := range fr.n {
		b.views[i].set(fr.relative(i, d.body), toUnit, fromUnit, toSun, fr.views[i].perUnit)
	}
	light := fr.lightOf(d.body)
	b.radii = pack(radii, fr.discOpacity(d.body))
	b.sun = pack(axes.Transpose().Mul3x1(sun.Mul(1/sunM)), math.Asin(math.Min(1, sunRadiusM/sunM)))
	b.colour = vec4{light[0], light[1], light[2]}
	b.ring = vec4{0, 0, 0, -1}
	if d.ring != nil {
		b.ring, b.ringLight = d.ring.block(), d.ring.light(fr.exposure.light(sunM))
	}
	b.axisX = pack(axes.Col(0), lunarShare(d.body, fr.phaseDeg(d.body)))
	b.axisY = pack(axes.Col(1), beltRow(d.body))
	b.setAir(fr, d, sunM)
}

// setAir fills in the air of a disc, and dims its ground, whose colour is set, for it.
// On scaled axes the air is a shell of one thickness, and where lines and shadows
// touch is as exact as for the body; its height, and paths through it, are wrong by
// the share by which a semi-axis differs from the mean radius: 0.3 % for the Earth,
// up to 7 % for Saturn.
func (b *bodyBlock) setAir(fr *frame, d disc, sunM float64) {
	b.air = vec4{-1}
	if d.air < 0 {
		return
	}
	a := &atmospheres[d.air]
	b.air = vec4{
		float32(d.air), float32(a.topM / d.body.Info().MeanRadiusM),
		float32(fr.exposure.light(sunM)), float32(d.shell * fr.discOpacity(d.body)),
	}
	for i := range 3 {
		b.colour[i] *= float32(a.surface)
	}
}

// set finds the silhouette of an ellipsoid with its centre at centreM, in metres from the
// eye. toUnit and fromUnit turn ICRF metres into scaled axes and back; toSun is the
// direction to the Sun on those.
func (v *bodyView) set(centreM mgl64.Vec3, toUnit, fromUnit mgl64.Mat3, toSun mgl64.Vec3, perUnit float64) {
	eye := toUnit.Mul3x1(centreM.Mul(-1))
	s := math.Max(eye.Len(), 1+1e-6) // as float32 must be over 1
	toEye := eye.Mul(1 / s)
	side := normalTo(toEye)
	other := toEye.Cross(side)
	rho := math.Sqrt(1 - 1/(s*s))
	across, along := fromUnit.Mul3x1(side).Mul(rho), fromUnit.Mul3x1(other).Mul(rho)
	pixels := math.Min(across.Len(), along.Len()) / (centreM.Len() * rho * rho) * perUnit
	v.centre = pack(centreM, toSun.Dot(side))
	v.plane = pack(centreM.Mul(rho*rho), s)
	v.across = pack(across, rho)
	v.along = pack(along, 1+2/math.Max(pixels, 1))
	v.toEye = pack(toEye, toSun.Dot(toEye))
	v.side = pack(side, toSun.Dot(other))
}

// semiAxes are those of a body, metres, body-fixed.
func semiAxes(body astro.Body) mgl64.Vec3 {
	info := body.Info()
	return mgl64.Vec3{info.EquatorialRadiiM[0], info.EquatorialRadiiM[1], info.PolarRadiusM}
}

// toUnitSphere takes metres from a body's centre, ICRF, to body-fixed axes with each of its
// semi-axes (radii) as a unit: there the body is the unit sphere. turn is its orientation.
func toUnitSphere(turn mgl64.Quat, radii mgl64.Vec3) mgl64.Mat3 {
	return mgl64.Diag3(mgl64.Vec3{1 / radii[0], 1 / radii[1], 1 / radii[2]}).Mul3(turn.Conjugate().Mat4().Mat3())
}

// normalTo returns some unit vector normal to the unit vector n.
func normalTo(n mgl64.Vec3) mgl64.Vec3 {
	least := mgl64.Vec3{0, 0, 1}
	if math.Abs(n[2]) > 0.7 {
		least = mgl64.Vec3{1, 0, 0}
	}
	return n.Cross(least).Normalize()
}
