package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The Sun's disc is fifty thousand times as bright as a sunlit surface. It is
// shown as sunDisc times a white one, which no screen tells from more, and dims
// towards sunDiscNear, so that its darker limb shows, as it grows past
// sunWideRad.
const (
	sunDisc     = 12.0
	sunDiscNear = 1.1
	sunWideRad  = 0.03
)

// Glare at 1 au, its peak in units of a white surface and how far it reaches;
// both fall with the Sun's light, by the given powers, as eyes compress it.
const (
	glarePeak       = 2.2
	glarePeakPower  = 0.20
	glareReachRad   = 0.17
	glareReachPower = 0.18
)

// sunColour is sunlight outside the atmosphere on a screen whose white is D65:
// a black body of 5772 K, with luminance 1.
var sunColour = blackbody(5772)

func blackbody(kelvin float64) [3]float32 {
	c := astro.BlackbodyLinearSRGB(kelvin)
	rgb := [3]float32{float32(c[0]), float32(c[1]), float32(c[2])}
	k := float32(1 / luminance(rgb))
	return [3]float32{rgb[0] * k, rgb[1] * k, rgb[2] * k}
}

// sunLight is what the middle of the Sun's disc shows.
func (fr *frame) sunLight() [3]float32 {
	size := 2 * astro.Sun.Info().MeanRadiusM / fr.relative(0, astro.Sun).Len()
	q := size / sunWideRad
	k := float32(sunDiscNear + (sunDisc-sunDiscNear)/(1+q*q*q))
	return [3]float32{sunColour[0] * k, sunColour[1] * k, sunColour[2] * k}
}

// glare draws the light of the Sun that is scattered in the eye.
type glare struct {
	program *program
	seen    bool
	quadVAO uint32
}

func newGlare(c *shaders, quadVAO uint32) (*glare, error) {
	p, err := c.program("glare", "glare")
	if err != nil {
		return nil, err
	}
	return &glare{program: p, quadVAO: quadVAO}, nil
}

func (g *glare) delete() { g.program.delete() }

func (g *glare) prepare(fr *frame) {
	g.seen = false
	if !fr.world.Layers.Has(scene.LayerGlare) {
		return
	}
	sunM := fr.relative(0, astro.Sun).Len()
	au := sunM / astro.AUM
	peak := float32(glarePeak * math.Pow(au, -2*glarePeakPower))
	reach := math.Min(math.Tan(math.Min(glareReachRad*math.Pow(au, -2*glareReachPower), 1)), 1)
	// A Sun that is wide dazzles by its disc.
	wide := astro.Sun.Info().MeanRadiusM / sunM / sunWideRad
	peak /= float32(1 + wide*wide*wide)
	c := fr.sunColoured()
	fr.uniforms.frame.glare = vec4{sunColour[0] * c[0] * peak, sunColour[1] * c[1] * peak, sunColour[2] * c[2] * peak, float32(reach)}
	for i := range fr.n {
		at := fr.relative(i, astro.Sun)
		seen := 0.0
		if fr.views[i].sees(at, reach*at.Len()) {
			seen = fr.sunSeen(i)
		}
		fr.uniforms.frame.sun[i] = pack(at.Normalize(), seen)
		g.seen = g.seen || seen > 0
	}
}

func (g *glare) draw(s *state, _ *frame) {
	if !g.seen {
		return
	}
	s.bindVAO(g.quadVAO)
	s.useProgram(g.program)
	s.setBlend(blendAdd)
	s.setDepth(depthTest)
	s.drawQuads(1)
}

// sunSeen is the share of the Sun's disc that no body covers from a view.
func (fr *frame) sunSeen(view int) float64 {
	seen := 1.0
	if !fr.world.Layers.Has(scene.LayerBodies) {
		return seen
	}
	sun := fr.relative(view, astro.Sun)
	sunRad := math.Asin(math.Min(1, astro.Sun.Info().MeanRadiusM/math.Max(sun.Len(), 1)))
	for body := range astro.NumBodies {
		at := fr.relative(view, body)
		if body == astro.Sun || at.Len() > sun.Len() {
			continue
		}
		apart, radius := fr.apart(body, at, sun)
		seen *= 1 - covered(apart, radius, sunRad)
	}
	return seen
}

// apart returns the angle between a body's centre and the Sun and the angle of
// the body's radius, both with the body's semi-axes as units, where it is a
// sphere: the limb is then exact, which is where it matters.
func (fr *frame) apart(body astro.Body, at, sun mgl64.Vec3) (apartRad, radiusRad float64) {
	info := body.Info()
	if at.Len() > 200*info.EquatorialRadiiM[0] {
		return angle(at, sun), info.MeanRadiusM / at.Len()
	}
	back := fr.world.Ephemeris.Orientations[body].Conjugate()
	scale := func(v mgl64.Vec3) mgl64.Vec3 {
		v = back.Rotate(v)
		return mgl64.Vec3{v[0] / info.EquatorialRadiiM[0], v[1] / info.EquatorialRadiiM[1], v[2] / info.PolarRadiusM}
	}
	p := scale(at)
	return angle(p, scale(sun)), math.Asin(math.Min(1, 1/p.Len()))
}

func angle(a, b mgl64.Vec3) float64 { return math.Atan2(a.Cross(b).Len(), a.Dot(b)) }

// covered is the share of a disc of radius r whose centre is apart from that of
// a disc of radius by which lies over it: two circles in a plane.
func covered(apart, by, r float64) float64 {
	switch {
	case apart >= by+r:
		return 0
	case apart <= by-r:
		return 1
	case apart <= r-by:
		return by * by / (r * r)
	}
	// Two segments, one of each disc.
	x := (apart*apart + r*r - by*by) / (2 * apart)
	h := math.Sqrt(math.Max(0, r*r-x*x))
	own := r*r*math.Acos(clamp1(x/r)) - x*h
	y := apart - x
	other := by*by*math.Acos(clamp1(y/by)) - y*h
	return (own + other) / (math.Pi * r * r)
}

func clamp1(x float64) float64 { return math.Max(-1, math.Min(1, x)) }
