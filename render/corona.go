package render

import (
	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The corona is drawn out to coronaReach radii of the Sun. A millionth of the
// light of the Sun's disc, which it has a tenth of a radius above the edge, shows as
// coronaLight white surfaces, as on photographs that show streamers: a hundred times
// the truth beside what is sunlit.
const (
	coronaReach = 12.0
	coronaLight = 3.5
)

// coronaQuads is in how many quads the corona goes round; corona.vert has the same.
const coronaQuads = 1024

// hiddenSun is how much of the Sun's disc may be seen for its corona to show.
const hiddenSun = 0.01

// corona draws what is seen round the Sun when a body hides it.
type corona struct {
	program *program
	matrix  int32 // location
	shape   mgl32.Mat4
	seen    bool
	quadVAO uint32
}

func newCorona(c *shaders, quadVAO uint32) (*corona, error) {
	p, err := c.program("corona", "corona")
	if err != nil {
		return nil, err
	}
	return &corona{program: p, matrix: p.uniform("corona"), quadVAO: quadVAO}, nil
}

func (c *corona) delete() { c.program.delete() }

func (c *corona) prepare(fr *frame) {
	c.seen = false
	if !fr.world.Layers.Has(scene.LayerBodies | scene.LayerGlare) {
		return
	}
	for i := range fr.n {
		at := fr.relative(i, astro.Sun)
		hidden := fr.uniforms.frame.sun[i][3] < hiddenSun
		c.seen = c.seen || hidden && fr.views[i].sees(at, coronaReach*sunRadiusM)
	}
	turn := fr.world.Ephemeris.Orientations[astro.Sun]
	for k := range 3 {
		var axis mgl64.Vec3
		axis[k] = 1
		c.shape.SetCol(k, mgl32.Vec4(pack(turn.Rotate(axis), 0)))
	}
	size := sunRadiusM / fr.relative(0, astro.Sun).Len()
	c.shape.SetCol(3, mgl32.Vec4{float32(size), coronaReach, float32(coronaLight * fr.sky)})
}

func (c *corona) draw(s *state, _ *frame) {
	if !c.seen {
		return
	}
	s.bindVAO(c.quadVAO)
	s.useProgram(c.program)
	s.uniformMatrix(c.matrix, &c.shape)
	s.setBlend(blendAdd)
	s.setDepth(depthTest)
	s.drawQuads(coronaQuads)
}
