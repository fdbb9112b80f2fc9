package render

import (
	"errors"
	"fmt"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// tonemap makes the picture from the light: it resolves the samples, maps the
// tone and encodes, a view at a time, into whatever the display gave. A test
// picture, being exact screen values, takes its place.
type tonemap struct {
	encoding screenPrograms          // write sRGB values
	linear   screenPrograms          // write light, which the target encodes
	display  [engine.MaxViews]uint32 // framebuffers for the textures of a display
	emptyVAO uint32
	wide     bool
}

// screenPrograms make the picture, the picture with its depth, and the test
// picture.
type screenPrograms struct{ plain, deep, pattern screenProgram }

// screenProgram is a program of encode.glsl with its uniform.
type screenProgram struct {
	*program
	part int32
}

func newTonemap(c *shaders, samples int, wide bool) (*tonemap, error) {
	t := &tonemap{wide: wide}
	var defines []string
	if samples > 1 {
		defines = []string{fmt.Sprintf("SAMPLES %d", samples)}
	}
	err := errors.Join(t.encoding.compile(c, defines...), t.linear.compile(c, append(defines, "LINEAR_TARGET")...))
	if err != nil {
		t.delete()
		return nil, err
	}
	gl.GenFramebuffers(engine.MaxViews, &t.display[0])
	gl.GenVertexArrays(1, &t.emptyVAO)
	return t, nil
}

func (p *screenPrograms) compile(c *shaders, defines ...string) (err error) {
	if p.plain, err = newScreenProgram(c, "tonemap", defines); err != nil {
		return err
	}
	if p.deep, err = newScreenProgram(c, "tonemap", append(defines, "DEPTH")); err != nil {
		return err
	}
	p.pattern, err = newScreenProgram(c, "pattern", defines)
	return err
}

func newScreenProgram(c *shaders, frag string, defines []string) (screenProgram, error) {
	p, err := c.program("screen", frag, defines...)
	if err != nil {
		return screenProgram{}, err
	}
	return screenProgram{p, p.uniform("part")}, nil
}

func (p *screenPrograms) delete() {
	p.plain.delete()
	p.deep.delete()
	p.pattern.delete()
}

func (t *tonemap) delete() {
	t.encoding.delete()
	t.linear.delete()
	gl.DeleteFramebuffers(engine.MaxViews, &t.display[0])
	gl.DeleteVertexArrays(1, &t.emptyVAO)
}

// destination is where one view of the picture goes.
type destination struct {
	framebuffer uint32
	rect        engine.Rect
	srgb        bool // GL encodes what is written
	deep        bool // what is written has a depth
}

// drawTo has what follows drawn there.
func (s *state) drawTo(to destination, b blend) {
	s.bindFramebuffer(to.framebuffer)
	s.setViewport(to.rect.X, to.rect.Y, to.rect.W, to.rect.H)
	s.setBlend(b)
	if to.deep {
		s.setDepth(depthCopy)
	} else {
		s.setDepth(depthOff)
	}
	s.setSRGB(to.srgb)
}

// draw makes the picture of one view. uniforms is the buffer with the frame's
// blocks.
func (t *tonemap) draw(s *state, fr *frame, light *lightTarget, uniforms uint32, view int, to destination) {
	programs := &t.encoding
	if to.srgb {
		programs = &t.linear
	}
	p := &programs.plain
	switch {
	case fr.world.Layers.Has(scene.LayerTestPattern):
		p = &programs.pattern
		s.bindUniforms(blockPass, uniforms, passSpan(passFirst+view))
	case to.deep:
		p = &programs.deep
		s.bindTexture(unitDepth, light.kind(), light.depth)
	}
	s.bindTexture(unitLight, light.kind(), light.colour)
	s.drawTo(to, blendOff)
	s.bindVAO(t.emptyVAO)
	s.useProgram(p.program)
	column, layer := 0, view
	if t.wide {
		column, layer = view*fr.w, 0
	}
	s.uniform4(p.part, int32(column), int32(layer), int32(to.rect.X), int32(to.rect.Y))
	s.drawTriangles(0, 3)
}

// attach makes the images of a display for one view the framebuffer's, anew each
// time: a display may have made other images under the same names.
func (t *tonemap) attach(s *state, target *engine.Target, view int, deep bool) destination {
	image, depth := imageOf(target, view), uint32(0)
	if deep {
		depth = target.Depth[image]
	}
	s.bindFramebuffer(t.display[view])
	s.attach(gl.COLOR_ATTACHMENT0, target, target.Colour[image], view)
	s.attach(gl.DEPTH_ATTACHMENT, target, depth, view)
	return destination{t.display[view], target.Rect[view], target.SRGB, deep}
}

func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
