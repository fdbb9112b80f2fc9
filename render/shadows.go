package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// maxCasters is how many bodies may cast a shadow on one: those that are largest
// before the Sun. Jupiter was seen with three shadows, Saturn with four.
const maxCasters = 4

// A caster that hides less than this of the Sun's radius casts no shadow that can
// be seen: Venus, from the Earth, hides a thousandth of its light.
const leastCaster = 0.04

const lightMS = 299_792_458.0

var sunRadiusM = astro.Sun.Info().MeanRadiusM

// caster is a body between the Sun and another, the receiver.
type caster struct {
	body   astro.Body
	toUnit mgl64.Mat3 // ICRF metres to axes on which the caster is a unit sphere
	at     mgl64.Vec3 // from the receiver's centre, on those axes
	size   float64    // its radius over its distance
}

// shadows lists, for each body, what casts a shadow on it or on its rings. Light
// takes its time: a shadow is that of the caster where it was when the light
// passed it. A frame draws all bodies where they are at one instant, and so the
// Moon 38 km ahead of where its shadow on the Earth comes from.
type shadows struct {
	casters [astro.NumBodies][maxCasters]caster
	n       [astro.NumBodies]int
}

// find lists the casters of all bodies.
func (s *shadows) find(e *astro.Ephemeris) {
	s.n = [astro.NumBodies]int{}
	for receiver := range astro.NumBodies {
		if receiver == astro.Sun {
			continue
		}
		here := e.States[receiver].PositionM
		sunM := here.Len()
		for body := range astro.NumBodies {
			if body == astro.Sun || body == receiver {
				continue
			}
			at := e.States[body].PositionM.Sub(here)
			along := -at.Dot(here) / sunM
			radius := body.Info().EquatorialRadiiM[0]
			if along > 0 && radius*sunM > leastCaster*sunRadiusM*along {
				s.consider(e, receiver, body, at)
			}
		}
	}
}

// consider adds a body, which is at in metres from another, to its casters if its
// shadow may fall there.
func (s *shadows) consider(e *astro.Ephemeris, receiver, body astro.Body, at mgl64.Vec3) {
	at = at.Sub(e.States[body].VelocityMS.Mul(at.Len() / lightMS))
	here := e.States[receiver].PositionM
	sunM := here.Len()
	sunward := here.Mul(-1 / sunM)
	along, radius := at.Dot(sunward), body.Info().EquatorialRadiiM[0]
	penumbra := radius + along*(sunRadiusM+radius)/sunM
	aside := at.Sub(sunward.Mul(along))
	if aside.Len() < receiver.Info().EquatorialRadiiM[0]+penumbra || onRings(e, receiver, at, sunward, penumbra) {
		s.add(receiver, newCaster(e, body, at))
	}
}

// onRings tells whether a shadow falls on the rings of a body: its axis goes
// through at, relative to the body, and has the direction sunward.
func onRings(e *astro.Ephemeris, body astro.Body, at, sunward mgl64.Vec3, penumbraM float64) bool {
	rings := ringsOf(body)
	if rings == nil {
		return false
	}
	up := e.Pole(body)
	height := math.Max(math.Abs(sunward.Dot(up)), 1e-3)
	away := at.Dot(up) / math.Copysign(height, sunward.Dot(up))
	return away > 0 && at.Sub(sunward.Mul(away)).Len() < rings.outerM+penumbraM/height
}

// newCaster makes a caster that is seen at, in metres from its receiver.
func newCaster(e *astro.Ephemeris, body astro.Body, at mgl64.Vec3) caster {
	radii := shadowRadii(body)
	toUnit := toUnitSphere(e.Orientations[body], radii)
	return caster{body, toUnit, toUnit.Mul3x1(at), radii[0] / at.Len()}
}

// shadowRadii are the semi-axes of what stops sunlight: of the Earth with its air,
// whose share of the light is told apart ([refracted]).
func shadowRadii(body astro.Body) mgl64.Vec3 {
	radii := semiAxes(body)
	if body == astro.Earth {
		radii = radii.Add(mgl64.Vec3{airTopM, airTopM, airTopM})
	}
	return radii
}

// add keeps the largest casters of a receiver, largest first.
func (s *shadows) add(receiver astro.Body, c caster) {
	list, n := &s.casters[receiver], s.n[receiver]
	switch {
	case n < maxCasters:
		s.n[receiver]++
	case list[n-1].size >= c.size:
		return
	default:
		n--
	}
	list[n] = c
	for i := n; i > 0 && list[i-1].size < list[i].size; i-- {
		list[i-1], list[i] = list[i], list[i-1]
	}
}

// lit is the linear RGB that is left of the sunlight at a point, in metres from the
// centre of a body on ICRF axes, by what other bodies take. sunward is the vector
// from the centre to the Sun. It mirrors shadowed in shadows.glsl.
func (s *shadows) lit(receiver astro.Body, point, sunward mgl64.Vec3) [3]float64 {
	light := [3]float64{1, 1, 1}
	for i := range s.n[receiver] {
		left := s.casters[receiver][i].leaves(point, sunward)
		for k := range light {
			light[k] *= left[k]
		}
	}
	return light
}

// leaves is what a caster leaves of the sunlight at a point.
func (c *caster) leaves(point, sunward mgl64.Vec3) [3]float64 {
	toSun := sunward.Sub(point)
	axis := c.toUnit.Mul3x1(toSun)
	ahead := axis.Mul(1 / axis.Len())
	q := c.at.Sub(c.toUnit.Mul3x1(point))
	along := q.Dot(ahead)
	if along <= 0 {
		return [3]float64{1, 1, 1}
	}
	aside := q.Sub(ahead.Mul(along))
	miss := aside.Len()
	sunRad := sunRadiusM / toSun.Len()
	if miss > 1e-9 { // the Sun's disc is an ellipse on these axes
		sunRad *= c.toUnit.Transpose().Mul3x1(aside.Mul(1/miss)).Len() / (axis.Len() / toSun.Len())
	}
	far := math.Sqrt(math.Max(q.LenSqr()-1, 1e-9))
	gap := math.Atan2(miss*far-along, along*far+miss)
	left := sunLeft(gap/sunRad, 1/(far*sunRad))
	if c.body == astro.Earth {
		air := refracted.at(miss)
		for k := range left {
			left[k] += air[k]
		}
	}
	return left
}

// litMean is the luminance that is left of the sunlight of a body, the mean of
// seven places on it.
func (fr *frame) litMean(body astro.Body) float64 {
	if body == astro.Sun || fr.shadows.n[body] == 0 || !fr.world.Layers.Has(scene.LayerBodies) {
		return 1
	}
	sunward := fr.sunward(body)
	side := normalTo(sunward.Normalize())
	other := sunward.Normalize().Cross(side)
	mean := luma(fr.shadows.lit(body, mgl64.Vec3{}, sunward)) / 7
	for i := range 6 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 3)
		r := 0.7 * body.Info().MeanRadiusM
		mean += luma(fr.shadows.lit(body, side.Mul(r*cos).Add(other.Mul(r*sin)), sunward)) / 7
	}
	return mean
}

func luma(c [3]float64) float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// casterBlock mirrors Caster in shadows.glsl.
type casterBlock struct {
	toUnit [3]vec4 // rows, from body-fixed metres of the receiver; where the caster is
	kind   vec4    // 1, or 0 where there is none; 1 for air; 1 over the Sun's distance
}

// shadowBlock mirrors Shadows in shadows.glsl.
type shadowBlock [maxBodies][maxCasters]casterBlock

// set fills the block for a body, item i of the list.
func (b *shadowBlock) set(i int, fr *frame, body astro.Body) {
	axes := fr.world.Ephemeris.Orientations[body].Mat4().Mat3()
	list := &b[i]
	for k := range list {
		list[k].kind = vec4{}
	}
	for k := range fr.shadows.n[body] {
		c := &fr.shadows.casters[body][k]
		m := c.toUnit.Mul3(axes)
		for row := range 3 {
			list[k].toUnit[row] = pack(m.Row(row), c.at[row])
		}
		list[k].kind = vec4{1, float32(flag(c.body == astro.Earth)), float32(1 / fr.sunward(body).Len())}
	}
}
