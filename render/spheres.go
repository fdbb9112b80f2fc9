package render

import (
	"fmt"
	"io/fs"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl32"

	"github.com/spacetime-vr/spacetime/engine"
)

// Spheres draws the benchmark scene: all spheres and all stars for both eyes in
// two draw calls. It belongs to the context it was made on, and to its thread.
type Spheres struct {
	state        state
	size         int // pixels of an eye's side
	count, stars int
	indices      int32
	places       []mgl32.Vec4 // at rest
	moved        []mgl32.Vec4
	eyes         *[2]mgl32.Mat4 // apart, since cgo may see no other Go pointers beside it

	framebuffer, colour, depth uint32
	sphere, star               *program
	sphereVAO, starVAO         uint32
	uniforms, instances        uint32
	buffers                    []uint32
}

// NewSpheres prepares n spheres and as many stars, eyes of size by size pixels.
// files holds shaders/.
func NewSpheres(ctx engine.Context, files fs.FS, n, stars, size int) (*Spheres, error) {
	if err := ctx.MakeCurrent(); err != nil {
		return nil, err
	}
	if err := gl.InitWithProcAddrFunc(ctx.ProcAddr); err != nil {
		return nil, engine.Unavailable(fmt.Errorf("OpenGL 4.1 is needed and this one has no %w; update the graphics driver", err))
	}
	s := &Spheres{size: size, count: n, stars: stars, eyes: new([2]mgl32.Mat4)}
	if err := s.build(files); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// build makes all that is in GL.
func (s *Spheres) build(files fs.FS) (err error) {
	c := &shaders{files: files, header: "#version 410 core\n"}
	if s.sphere, err = c.program("spheres", "spheres"); err != nil {
		return err
	}
	if s.star, err = c.program("spherestars", "spherestars"); err != nil {
		return err
	}
	s.makeSpheres()
	s.makeStars()
	s.uniforms = s.buffer(gl.UNIFORM_BUFFER, nil, int(unsafe.Sizeof(*s.eyes)))
	gl.Enable(gl.CLIP_DISTANCE0)
	return s.makeTarget()
}

func (s *Spheres) buffer(target uint32, data unsafe.Pointer, size int) (name uint32) {
	gl.GenBuffers(1, &name)
	gl.BindBuffer(target, name)
	gl.BufferData(target, size, data, gl.STATIC_DRAW)
	s.buffers = append(s.buffers, name)
	return name
}

// attribute reads floats from the bound buffer, of which every divisor-th
// instance takes the next; 0 is each vertex.
func attribute(at uint32, floats int32, divisor uint32) {
	gl.EnableVertexAttribArray(at)
	gl.VertexAttribPointerWithOffset(at, floats, gl.FLOAT, false, floats*4, 0)
	gl.VertexAttribDivisor(at, divisor)
}

func (s *Spheres) makeSpheres() {
	points, indices := unitSphere()
	s.indices = int32(len(indices))
	colours := make([]mgl32.Vec3, s.count)
	s.places, s.moved = make([]mgl32.Vec4, s.count), make([]mgl32.Vec4, s.count)
	for i := range s.places {
		s.places[i], colours[i] = sphereAt(i, s.count), sphereAlbedo(i)
	}
	gl.GenVertexArrays(1, &s.sphereVAO)
	gl.BindVertexArray(s.sphereVAO)
	s.buffer(gl.ARRAY_BUFFER, unsafe.Pointer(&points[0]), len(points)*int(unsafe.Sizeof(points[0])))
	attribute(0, 3, 0)
	s.instances = s.buffer(gl.ARRAY_BUFFER, unsafe.Pointer(&s.places[0]), s.count*int(unsafe.Sizeof(s.places[0])))
	attribute(1, 4, 2) // both eyes of a sphere follow each other
	s.buffer(gl.ARRAY_BUFFER, unsafe.Pointer(&colours[0]), s.count*int(unsafe.Sizeof(colours[0])))
	attribute(2, 3, 2)
	s.buffer(gl.ELEMENT_ARRAY_BUFFER, unsafe.Pointer(&indices[0]), len(indices)*2)
}

func (s *Spheres) makeStars() {
	gl.GenVertexArrays(1, &s.starVAO)
	if s.stars == 0 {
		return
	}
	stars := make([]mgl32.Vec4, s.stars)
	for i := range stars {
		stars[i] = benchStar(i, s.stars)
	}
	gl.BindVertexArray(s.starVAO)
	s.buffer(gl.ARRAY_BUFFER, unsafe.Pointer(&stars[0]), s.stars*int(unsafe.Sizeof(stars[0])))
	attribute(0, 4, 0)
}

func (s *Spheres) makeTarget() error {
	w, h := int32(2*s.size), int32(s.size)
	gl.GenFramebuffers(1, &s.framebuffer)
	gl.BindFramebuffer(gl.FRAMEBUFFER, s.framebuffer)
	gl.GenRenderbuffers(1, &s.colour)
	gl.BindRenderbuffer(gl.RENDERBUFFER, s.colour)
	gl.RenderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, w, h)
	gl.FramebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, s.colour)
	gl.GenRenderbuffers(1, &s.depth)
	gl.BindRenderbuffer(gl.RENDERBUFFER, s.depth)
	gl.RenderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, w, h)
	gl.FramebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, s.depth)
	return complete(fmt.Sprintf("a picture of %d by %d pixels", w, h))
}

// Draw draws a frame of frames; with moving, every sphere is moved on the
// processor and sent anew. It does not allocate.
func (s *Spheres) Draw(frame, frames int, moving bool) {
	s.state.begin()
	*s.eyes = benchEyes(frame, frames)
	s.state.upload(gl.UNIFORM_BUFFER, s.uniforms, unsafe.Pointer(s.eyes), int(unsafe.Sizeof(*s.eyes)))
	if moving {
		for i, p := range s.places {
			p[1] += sphereBob(i, frame)
			s.moved[i] = p
		}
		s.state.upload(gl.ARRAY_BUFFER, s.instances, unsafe.Pointer(&s.moved[0]), s.count*int(unsafe.Sizeof(s.moved[0])))
	}
	s.state.bindFramebuffer(s.framebuffer)
	s.state.setViewport(0, 0, 2*s.size, s.size)
	s.state.clear()
	s.state.bindUniforms(blockFrame, s.uniforms, span{0, int(unsafe.Sizeof(*s.eyes))})
	s.state.views = 2
	s.state.useProgram(s.sphere)
	s.state.bindVAO(s.sphereVAO)
	s.drawSpheres()
	s.state.useProgram(s.star)
	s.state.bindVAO(s.starVAO)
	s.state.drawPoints(s.stars)
	s.state.end()
}

// drawSpheres draws both eyes of all spheres, without the half of each that is
// turned away.
func (s *Spheres) drawSpheres() {
	s.state.drawn(s.count * int(s.indices) / 3)
	s.state.change(2)
	gl.Enable(gl.CULL_FACE)
	gl.DrawElementsInstanced(gl.TRIANGLES, s.indices, gl.UNSIGNED_SHORT, nil, int32(2*s.count))
	gl.Disable(gl.CULL_FACE)
}

// Finish waits until the pixels are done.
func (s *Spheres) Finish() { gl.Finish() }

// Counts returns what the last Draw did.
func (s *Spheres) Counts() engine.Counts { return s.state.counts }

// Picture reads the last frame, both eyes side by side.
func (s *Spheres) Picture() *engine.Picture {
	p := &engine.Picture{Width: 2 * s.size, Height: s.size, Views: 2, Pix: make([]byte, 2*s.size*s.size*4)}
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, s.framebuffer)
	gl.PixelStorei(gl.PACK_ALIGNMENT, 1)
	gl.ReadPixels(0, 0, int32(p.Width), int32(p.Height), gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(p.Pix))
	for i := 3; i < len(p.Pix); i += 4 { // the sky was cleared to transparent
		p.Pix[i] = 255
	}
	return p
}

// Close deletes all that was made in GL.
func (s *Spheres) Close() {
	s.sphere.delete()
	s.star.delete()
	gl.DeleteVertexArrays(1, &s.sphereVAO)
	gl.DeleteVertexArrays(1, &s.starVAO)
	for i := range s.buffers {
		gl.DeleteBuffers(1, &s.buffers[i])
	}
	gl.DeleteFramebuffers(1, &s.framebuffer)
	gl.DeleteRenderbuffers(1, &s.colour)
	gl.DeleteRenderbuffers(1, &s.depth)
	gl.Disable(gl.CLIP_DISTANCE0)
}
