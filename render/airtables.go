package render

import (
	"errors"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
)

// airTable is a texture array with a layer, or several, for each atmosphere, and
// the program that fills a layer.
type airTable struct {
	program     *program
	air         int32 // location
	texture     uint32
	framebuffer [maxAirs]uint32
	w, h        int
}

// The tables of an atmosphere that hold for good, and their sizes, which their shaders
// count on.
var lastingTables = [...]struct {
	frag string
	w, h int
	unit uint32
}{
	{"airthrough", 256, 64, unitAirThrough},
	{"airscattered", 32, 32, unitAirScattered},
	{"airground", 64, 1, unitAirGround},
}

// skyLayers is how many layers a sky takes: light that is drawn as it is, light
// that haze has yet to scatter, and transmittance.
const skyLayers = 3

// skyGrain is how fine the table of a sky is, in columns and rows, and in how many
// steps air is crossed for each. On llvmpipe a table takes 1.3 ms at low, on two
// cores; each of them has a half of its rows.
func skyGrain(q Quality) (w, h, steps int) {
	switch q {
	case QualityLow:
		return 32, 128, 16
	case QualityMedium:
		return 64, 128, 28
	}
	return 96, 160, 40
}

// shellQuads is how many quads the air beyond a limb takes, in rings of 32: air.vert
// has the same.
const shellQuads = 3 * 32

// A disc of fineFrom pixels has its air crossed in all steps, a smaller one in so
// many fewer, down to fewestSteps.
const (
	fineFrom    = 100
	fewestSteps = 5
)

// airs holds the tables of all atmospheres. Those that hold for good are made when
// an atmosphere is first seen; the sky of each body with air, seen from where the
// first eye is, is made anew in each frame, since marching through the air for each
// pixel would take ten times as long. Two eyes are so near each other that they
// share it.
type airs struct {
	lasting  [len(lastingTables)]airTable
	sky      airTable
	first    int32 // location
	paces    int32 // location
	steps    int
	made     [maxAirs]bool
	blocks   uint32
	emptyVAO uint32
	shell    itemProgram
	shaded   itemProgram // in the shadow of others
}

func newAirs(c *shaders, q Quality) (*airs, error) {
	a := new(airs)
	var err error
	for i, t := range lastingTables {
		err = errors.Join(err, a.lasting[i].create(c, t.frag, t.w, t.h, 1))
	}
	w, h, steps := skyGrain(q)
	err = errors.Join(err, a.sky.create(c, "airsky", w, h, skyLayers))
	err = errors.Join(err, a.shell.compile(c, "air"), a.shaded.compile(c, "air", "SHADOWS"))
	if err != nil {
		a.delete()
		return nil, err
	}
	a.first, a.paces = a.sky.program.uniform("first"), a.sky.program.uniform("paces")
	a.steps = steps
	gl.UseProgram(a.sky.program.name)
	gl.Uniform2i(a.sky.program.uniform("grain"), int32(w), int32(h))
	gl.UseProgram(0)
	var blocks [maxAirs]airBlock
	for i := range atmospheres {
		blocks[i] = atmospheres[i].block()
	}
	gl.GenBuffers(1, &a.blocks)
	gl.BindBuffer(gl.UNIFORM_BUFFER, a.blocks)
	gl.BufferData(gl.UNIFORM_BUFFER, int(unsafe.Sizeof(blocks)), unsafe.Pointer(&blocks), gl.STATIC_DRAW)
	gl.GenVertexArrays(1, &a.emptyVAO)
	return a, nil
}

// create makes the empty table and its program.
func (t *airTable) create(c *shaders, frag string, w, h, layers int) (err error) {
	if t.program, err = c.program("screen", frag); err != nil {
		return err
	}
	t.air, t.w, t.h = t.program.uniform("air"), w, h
	t.texture = newTexture(gl.TEXTURE_2D_ARRAY)
	gl.TexImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.RGBA16F, int32(w), int32(h), int32(maxAirs*layers), 0, gl.RGBA, gl.HALF_FLOAT, nil)
	for name, value := range map[uint32]int32{
		gl.TEXTURE_MIN_FILTER: gl.LINEAR, gl.TEXTURE_MAG_FILTER: gl.LINEAR,
		gl.TEXTURE_WRAP_S: gl.CLAMP_TO_EDGE, gl.TEXTURE_WRAP_T: gl.CLAMP_TO_EDGE, gl.TEXTURE_MAX_LEVEL: 0,
	} {
		gl.TexParameteri(gl.TEXTURE_2D_ARRAY, name, value)
	}
	gl.GenFramebuffers(maxAirs, &t.framebuffer[0])
	for i := range t.framebuffer {
		gl.BindFramebuffer(gl.FRAMEBUFFER, t.framebuffer[i])
		var buffers [skyLayers]uint32
		for k := range layers {
			buffers[k] = gl.COLOR_ATTACHMENT0 + uint32(k)
			gl.FramebufferTextureLayer(gl.FRAMEBUFFER, buffers[k], t.texture, 0, int32(layers*i+k))
		}
		gl.DrawBuffers(int32(layers), &buffers[0])
	}
	return complete("a table of air")
}

func (t *airTable) delete() {
	t.program.delete()
	gl.DeleteTextures(1, &t.texture)
	gl.DeleteFramebuffers(maxAirs, &t.framebuffer[0])
}

func (a *airs) delete() {
	if a == nil {
		return
	}
	for i := range a.lasting {
		a.lasting[i].delete()
	}
	a.sky.delete()
	a.shell.delete()
	a.shaded.delete()
	gl.DeleteBuffers(1, &a.blocks)
	gl.DeleteVertexArrays(1, &a.emptyVAO)
}

// bind makes the parameters of all air and the tables what shaders see.
func (a *airs) bind(s *state) {
	s.bindUniforms(blockAirs, a.blocks, span{0, maxAirs * int(unsafe.Sizeof(airBlock{}))})
	for i, t := range lastingTables {
		s.bindTexture(t.unit, gl.TEXTURE_2D_ARRAY, a.lasting[i].texture)
	}
	s.bindTexture(unitAirSky, gl.TEXTURE_2D_ARRAY, a.sky.texture)
}

// fill draws the layers of atmosphere i of a table.
func (t *airTable) fill(s *state, i int) {
	s.bindFramebuffer(t.framebuffer[i])
	s.setViewport(0, 0, t.w, t.h)
	s.useProgram(t.program)
	s.uniform(t.air, int32(i))
	s.drawTriangles(0, 3)
}

// update makes the skies of the discs that have air, before anything is drawn that
// they are seen in.
func (a *airs) update(s *state, list []disc) {
	for item := range list {
		i := list[item].air
		if i < 0 {
			continue
		}
		a.bind(s)
		s.bindVAO(a.emptyVAO)
		s.setBlend(blendOff)
		s.setDepth(depthOff)
		if !a.made[i] {
			a.made[i] = true
			for k := range a.lasting {
				a.lasting[k].fill(s, i)
			}
		}
		s.useProgram(a.sky.program)
		s.uniform(a.first, int32(item))
		s.uniform(a.paces, int32(a.stepsFor(list[item].sizePx)))
		a.sky.fill(s, i)
	}
}

func (a *airs) stepsFor(sizePx float64) int {
	return max(min(a.steps, int(float64(a.steps)*sizePx/fineFrom)), fewestSteps)
}

// draw draws the air of a disc beyond its limb, in the shadow of others if shaded.
func (a *airs) draw(s *state, item int, shaded bool) {
	p := &a.shell
	if shaded {
		p = &a.shaded
	}
	s.useProgram(p.program)
	s.setBlend(blendThrough)
	s.setDepth(depthTest)
	s.uniform(p.first, int32(item))
	s.drawQuads(shellQuads)
	s.setBlend(blendOver)
}
