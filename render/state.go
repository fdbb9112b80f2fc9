package render

import (
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/spacetime-vr/spacetime/engine"
)

// blend says how what is drawn meets what is there.
type blend uint8

const (
	blendOff     blend = iota
	blendAdd           // light adds up
	blendOver          // premultiplied: covers by its alpha and adds its light
	blendThrough       // lets through a share of each colour, its second output, and adds its light
)

// depth says how the depth of what is drawn meets what is there.
type depth uint8

const (
	depthOff depth = iota
	depthTest
	depthWrite // test and write
	depthCopy  // write whatever is there
)

// unbound is no name that GL ever gives out.
const unbound = ^uint32(0)

// The texture units that the passes share; each has its own.
const (
	unitLight        = iota // the HDR picture
	unitDepth               // its depth
	unitStars               // the catalogue, a buffer
	unitRings               // ring profiles, a row for each ringed body
	unitBelts               // tints of giant planets, a row for each
	unitGlyphs              // labels
	unitPanel               // the code of a panel
	unitGalaxy              // the Milky Way, a cube map
	unitPenumbra            // what a body leaves of the Sun's light
	unitGround              // the colour of a body's ground
	unitRelief              // its slopes
	unitCover               // what covers it
	unitChart               // a picture of a whole body, from a file
	unitCoast               // the map of the Earth
	unitAirThrough          // transmittance of air to the Sun, a layer for each
	unitAirScattered        // light in air from all round
	unitAirGround           // light of the sky on the ground
	unitAirSky              // air as it is seen

	textureUnits // how many there are
)

// state is the only way GL is called in a frame. It remembers what is bound and
// drops calls that would change nothing; it counts what goes through.
type state struct {
	counts      engine.Counts
	program     uint32
	vao         uint32
	framebuffer uint32
	unit        uint32
	textures    [textureUnits]uint32
	uniforms    [uniformBlocks]span
	viewport    [4]int32
	blend       blend
	depth       depth
	srgb        bool
	colourless  bool
	first       int  // view of this pass over the views
	views       int  // of this pass: as many instances are drawn of each item
	greater     bool // reversed depth
}

// span is a part of the uniform buffer.
type span struct{ offset, size int }

// begin forgets what is bound, since the display or a headset's runtime may
// have used the context, and starts counting anew.
func (s *state) begin() {
	*s = state{program: unbound, vao: unbound, framebuffer: unbound, unit: unbound, views: 1, greater: s.greater}
	for i := range s.textures {
		s.textures[i] = unbound
	}
	s.blend, s.depth = blendOff, depthOff
	s.call(8)
	gl.Disable(gl.BLEND)
	gl.Disable(gl.DEPTH_TEST)
	gl.Disable(gl.CULL_FACE)
	gl.Disable(gl.SCISSOR_TEST)
	gl.Disable(gl.FRAMEBUFFER_SRGB)
	gl.DepthMask(false)
	gl.DepthFunc(s.depthFunc(depthOff))
	gl.ColorMask(true, true, true, true)
	if s.greater {
		s.call(1)
		gl.ClipControl(gl.LOWER_LEFT, gl.ZERO_TO_ONE)
	}
}

// end leaves the context as a display expects to find it.
func (s *state) end() {
	s.setDepth(depthOff)
	s.setBlend(blendOff)
	s.setSRGB(false)
	if s.greater {
		s.call(1)
		gl.ClipControl(gl.LOWER_LEFT, gl.NEGATIVE_ONE_TO_ONE)
	}
}

func (s *state) call(n int)   { s.counts.Calls += n }
func (s *state) change(n int) { s.counts.Calls += n; s.counts.StateChanges += n }

func (s *state) useProgram(p *program) {
	if s.program == p.name {
		return
	}
	s.program = p.name
	s.change(1)
	gl.UseProgram(p.name)
}

func (s *state) bindVAO(vao uint32) {
	if s.vao == vao {
		return
	}
	s.vao = vao
	s.change(1)
	gl.BindVertexArray(vao)
}

func (s *state) bindFramebuffer(name uint32) {
	if s.framebuffer == name {
		return
	}
	s.framebuffer = name
	s.change(1)
	gl.BindFramebuffer(gl.FRAMEBUFFER, name)
}

func (s *state) bindTexture(unit, target, name uint32) {
	if s.textures[unit] == name {
		return
	}
	if s.unit != unit {
		s.unit = unit
		s.change(1)
		gl.ActiveTexture(gl.TEXTURE0 + unit)
	}
	s.textures[unit] = name
	s.change(1)
	gl.BindTexture(target, name)
}

// attach makes an image of a display, or none, a part of the bound framebuffer.
func (s *state) attach(at uint32, t *engine.Target, image uint32, view int) {
	s.change(1)
	if t.Layout == engine.LayoutLayered {
		gl.FramebufferTextureLayer(gl.FRAMEBUFFER, at, image, 0, int32(view))
		return
	}
	gl.FramebufferTexture2D(gl.FRAMEBUFFER, at, gl.TEXTURE_2D, image, 0)
}

// bindUniforms makes a part of the uniform buffer the block that shaders see.
func (s *state) bindUniforms(block uint32, buffer uint32, part span) {
	if s.uniforms[block] == part {
		return
	}
	s.uniforms[block] = part
	s.change(1)
	gl.BindBufferRange(gl.UNIFORM_BUFFER, block, buffer, part.offset, part.size)
}

func (s *state) setViewport(x, y, w, h int) {
	v := [4]int32{int32(x), int32(y), int32(w), int32(h)}
	if s.viewport == v {
		return
	}
	s.viewport = v
	s.change(1)
	gl.Viewport(v[0], v[1], v[2], v[3])
}

func (s *state) setBlend(b blend) {
	if s.blend == b {
		return
	}
	if s.blend == blendOff {
		s.change(1)
		gl.Enable(gl.BLEND)
	}
	s.blend = b
	s.change(1)
	switch b {
	case blendOff:
		gl.Disable(gl.BLEND)
	case blendAdd:
		gl.BlendFunc(gl.ONE, gl.ONE)
	case blendOver:
		gl.BlendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
	case blendThrough:
		gl.BlendFunc(gl.ONE, gl.SRC1_COLOR)
	}
}

func (s *state) setDepth(d depth) {
	if s.depth == d {
		return
	}
	if (s.depth == depthOff) != (d == depthOff) {
		s.change(1)
		s.toggle(gl.DEPTH_TEST, d != depthOff)
	}
	if writes(s.depth) != writes(d) {
		s.change(1)
		gl.DepthMask(writes(d))
	}
	if (s.depth == depthCopy) != (d == depthCopy) {
		s.change(1)
		gl.DepthFunc(s.depthFunc(d))
	}
	s.depth = d
}

func writes(d depth) bool { return d == depthWrite || d == depthCopy }

// depthFunc lets infinity pass over itself: stars and an empty sky.
func (s *state) depthFunc(d depth) uint32 {
	switch {
	case d == depthCopy:
		return gl.ALWAYS
	case s.greater:
		return gl.GEQUAL
	}
	return gl.LEQUAL
}

func (s *state) setSRGB(on bool) {
	if s.srgb == on {
		return
	}
	s.srgb = on
	s.change(1)
	s.toggle(gl.FRAMEBUFFER_SRGB, on)
}

// setColour says whether what is drawn has a colour.
func (s *state) setColour(on bool) {
	if s.colourless == !on {
		return
	}
	s.colourless = !on
	s.change(1)
	gl.ColorMask(on, on, on, on)
}

func (s *state) toggle(what uint32, on bool) {
	if on {
		gl.Enable(what)
	} else {
		gl.Disable(what)
	}
}

// uniform sets one integer uniform of the program in use.
func (s *state) uniform(location, v int32) {
	s.change(1)
	gl.Uniform1i(location, v)
}

// uniform4 sets one ivec4 uniform of the program in use.
func (s *state) uniform4(location, x, y, z, w int32) {
	s.change(1)
	gl.Uniform4i(location, x, y, z, w)
}

// uniformMatrix sets one mat4 uniform of the program in use.
func (s *state) uniformMatrix(location int32, m *mgl32.Mat4) {
	s.change(1)
	gl.UniformMatrix4fv(location, 1, false, &m[0])
}

// upload replaces what is in buffer. The old storage is given up, so that the
// driver need not wait for the last frame to have read it.
func (s *state) upload(target, buffer uint32, data unsafe.Pointer, size int) {
	s.change(2)
	s.counts.UploadBytes += size
	gl.BindBuffer(target, buffer)
	gl.BufferData(target, size, data, gl.STREAM_DRAW)
}

// uploadTexture makes the texture bound last a grey square, its side a multiple of
// four texels.
func (s *state) uploadTexture(side int, texels []uint8) {
	s.change(1)
	s.counts.UploadBytes += len(texels)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.R8, int32(side), int32(side), 0, gl.RED, gl.UNSIGNED_BYTE, unsafe.Pointer(&texels[0]))
}

// drawQuads draws n instances, for each view, of a quad given by four vertices
// as a strip.
func (s *state) drawQuads(n int) {
	s.drawn(2 * n)
	gl.DrawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, int32(n*s.views))
}

// drawElements draws count indices (uint32) from the bound vertex array, n
// times for each view.
func (s *state) drawElements(count int32, n int) {
	s.drawn(n * int(count) / 3)
	gl.DrawElementsInstanced(gl.TRIANGLES, count, gl.UNSIGNED_INT, nil, int32(n*s.views))
}

// drawPoints draws n points from the bound vertex array for each view.
func (s *state) drawPoints(n int) {
	s.drawn(0)
	gl.DrawArraysInstanced(gl.POINTS, 0, int32(n), int32(s.views))
}

// drawTriangles draws n vertices from first on, once.
func (s *state) drawTriangles(first, n int) {
	s.counts.Triangles += n / 3
	s.counts.Draws++
	s.call(1)
	gl.DrawArrays(gl.TRIANGLES, int32(first), int32(n))
}

func (s *state) drawn(triangles int) {
	s.counts.Triangles += triangles * s.views
	s.counts.Draws++
	s.call(1)
}

// What clear hands to GL; here, so that no frame allocates it.
var (
	black      = [4]float32{}
	zeroAndOne = [2]float32{0, 1}
)

// clear empties the bound framebuffer: black, and as far away as can be.
func (s *state) clear() {
	far := &zeroAndOne[1]
	if s.greater {
		far = &zeroAndOne[0]
	}
	s.setDepth(depthWrite)
	s.call(2)
	gl.ClearBufferfv(gl.COLOR, 0, &black[0])
	gl.ClearBufferfv(gl.DEPTH, 0, far)
}
