package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The Sun's disc is fifty thousand times as bright as a sunlit surface. It is
// shown as sunDisc times a white one, which no screen tells from more, and dims
// towards sunDiscNear, so that its darker limb and its spots show, as it grows past
// sunWideRad, or past sunWideView of the height of the view, as by a filter.
const (
	sunDisc     = 12.0
	sunDiscNear = 1.0
	sunWideRad  = 0.03
	sunWideView = 0.15
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

// sunFilter is the colour of the filter: of glass, as that of most telescopes.
var sunFilter = [3]float32{1, 0.74, 0.38}

// sunLight is what the middle of the Sun's disc shows.
func (fr *frame) sunLight() [3]float32 {
	q := fr.sunWidth()
	open := float32(1 / (1 + q*q*q))
	k := (sunDiscNear + (sunDisc-sunDiscNear)*open) * float32(fr.sky)
	light := sunColour
	for i := range light {
		light[i] *= k * (sunFilter[i] + (1-sunFilter[i])*open)
	}
	return light
}

// sunWidth is the diameter of the Sun's disc by the one at which it dazzles half.
// Little of it, a diamond on the ring, is no subject for a filter.
func (fr *frame) sunWidth() float64 {
	rad := 2 * sunRadiusM / fr.relative(0, astro.Sun).Len()
	inView := rad * fr.views[0].perUnit / fr.views[0].pixelsHigh(fr.h)
	return math.Max(rad/sunWideRad, inView/sunWideView*float64(fr.uniforms.frame.sun[0][3]))
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
	peak := float32(glarePeak * math.Pow(au, -2*glarePeakPower) * fr.sky)
	reach := math.Min(math.Tan(math.Min(glareReachRad*math.Pow(au, -2*glareReachPower), 1)), 1)
	// A Sun that is wide dazzles by its disc.
	wide := fr.sunWidth()
	peak /= float32(1 + wide*wide*wide)
	c := fr.sunColoured()
	fr.uniforms.frame.glare = vec4{sunColour[0] * c[0] * peak, sunColour[1] * c[1] * peak, sunColour[2] * c[2] * peak, float32(reach)}
	for i := range fr.n {
		at := fr.relative(i, astro.Sun)
		g.seen = g.seen || fr.uniforms.frame.sun[i][3] > 0 && fr.views[i].sees(at, reach*at.Len())
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

// setSun tells the shaders where the Sun is and how much of it is seen.
func (fr *frame) setSun() {
	for i := range fr.n {
		fr.uniforms.frame.sun[i] = pack(fr.relative(i, astro.Sun).Normalize(), fr.sunSeen(i))
	}
}

// sunSeen is the share of the Sun's disc that no body covers from a view.
func (fr *frame) sunSeen(view int) float64 { return fr.unhidden(view, astro.Sun) }

// unhidden is the share of a body's disc that no nearer one covers.
func (fr *frame) unhidden(view int, of astro.Body) float64 {
	seen := 1.0
	if !fr.world.Layers.Has(scene.LayerBodies) {
		return seen
	}
	behind := fr.relative(view, of)
	radius := math.Asin(math.Min(1, of.Info().MeanRadiusM/math.Max(behind.Len(), 1)))
	for body := range astro.NumBodies {
		at := fr.relative(view, body)
		if body == of || at.Len() > behind.Len() {
			continue
		}
		apart, by := fr.apart(body, at, behind)
		seen *= 1 - covered(apart, by, radius)
	}
	return seen
}

// apart returns the angle between a body's centre and what is behind and the angle of
// the body's radius, both with the body's semi-axes as units, where it is a
// sphere: the limb is then exact, which is where it matters.
func (fr *frame) apart(body astro.Body, at, behind mgl64.Vec3) (apartRad, radiusRad float64) {
	info := body.Info()
	if at.Len() > 200*info.EquatorialRadiiM[0] {
		return angle(at, behind), info.MeanRadiusM / at.Len()
	}
	toUnit := toUnitSphere(fr.world.Ephemeris.Orientations[body], semiAxes(body))
	p := toUnit.Mul3x1(at)
	return angle(p, toUnit.Mul3x1(behind)), math.Asin(math.Min(1, 1/p.Len()))
}

func angle(a, b mgl64.Vec3) float64 { return math.Atan2(a.Cross(b).Len(), a.Dot(b)) }

// covered is the share of a disc of radius r whose centre is apart from that of
// a disc of radius by which lies over it: two circles in a plane.
func covered(apart, by, r float64) float64 { return hidden(apart-by, by, r) }
