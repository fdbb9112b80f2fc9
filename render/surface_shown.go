package render

import (
	"math"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// What drawing a body asks of its surface.

// block is what the shaders are told of a body's ground.
func (u *surfaces) block(fr *frame, b astro.Body) vec4 {
	g := &u.grounds[b]
	if g.maps.side == 0 {
		return vec4{}
	}
	light := fr.exposure.light(fr.sunward(b).Len())
	if b != astro.Earth { // whose colours are albedos below air and clouds, that add theirs
		light *= faceOn(b) / math.Max(g.albedo, 1e-3)
	}
	if i := fr.shownAir(b); i >= 0 {
		light *= atmospheres[i].surface
	}
	season := 0.0
	if b == astro.Mars {
		season = fr.frostSeason(b)
	}
	return vec4{float32(smoothstep(0, 1, g.fade)), float32(light), float32(g.texel()), float32(season)}
}

// frostLag is how far frost lies behind the Sun, as an angle of the year: that of Mars
// reaches the farthest 40 to 50 degrees after the solstice, Piqueux et al. 2015, Icarus
// 251:164.
const frostLag = math.Pi / 4

// frostSeason is -1 where frost reaches the farthest from a world's north pole, and the
// least from its south, and 1 half a year later: the sine of the solar longitude, of
// which 0 is the spring of the north, less frostLag.
func (fr *frame) frostSeason(b astro.Body) float64 {
	state := fr.world.Ephemeris.States[b]
	orbit := state.PositionM.Cross(state.VelocityMS).Normalize()
	spring := fr.world.Ephemeris.Pole(b).Cross(orbit)
	summer := orbit.Cross(spring)
	sun := fr.sunward(b)
	return math.Sin(math.Atan2(sun.Dot(summer), sun.Dot(spring)) - frostLag)
}

// texel is the angle of one that shows, radians.
func (g *ground) texel() float64 { return math.Pi / 2 / float64(g.maps.side) * math.Exp2(g.blur) }

// manner is how a disc is to be drawn.
func (u *surfaces) manner(fr *frame, d *disc) (m manner) {
	g := &u.grounds[d.body]
	made := g.maps.side > 0
	m.set(inShadow, d.shaded)
	m.set(inAir, d.air >= 0)
	m.set(inRings, d.ring != nil)
	m.set(inBelts, beltRow(d.body) >= 0 && g.fade < 1)
	m.set(onMaps, made || g.wanted > 0)
	m.set(onFrost, made && d.body == astro.Mars)
	m.set(onSky, made && d.body == astro.Earth)
	// The pixels at the edge of a wide view cover least.
	radiusM := d.body.Info().MeanRadiusM
	if pixel := (d.distanceM - radiusM) / (fr.views[0].perUnit * radiusM); made && pixel < 3*g.texel() {
		m |= manner(detailFor(d.body)) * detailAt
	}
	return m
}

// bind makes the maps of a body the ones that are sampled.
func (u *surfaces) bind(s *state, b astro.Body) {
	m := u.grounds[b].maps
	if m.side == 0 {
		m = u.empty
	}
	if m.cover == 0 {
		m.cover = u.empty.cover
	}
	m.bind(s)
}

// has tells whether a body shows a surface.
func (u *surfaces) has(b astro.Body) bool { return u.grounds[b].maps.side > 0 }
