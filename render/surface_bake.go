package render

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"time"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// A tile is tileHigh rows of texels and a multiple of that wide, up to tileWide.
const (
	tileHigh = 32
	tileWide = 256
)

// bakeStep is what a baker does next.
type bakeStep int

const (
	bakeAllocate bakeStep = iota
	bakeTiles
	bakeLevels
	bakeMean // of the surface, asked for
	bakeWait // for it
)

// baker makes the maps of one body at a time, a few tiles a frame.
type baker struct {
	body   astro.Body // NumBodies for none
	ground *ground
	maps   cubeMaps
	albedo float64
	done   bool

	step       bakeStep
	face, x, y int // of the next tile
	level      int // that is made next
	pace       pace

	maker        *program
	tile, corner int32 // locations
	smaller      *program
	smallerLevel int32
	scratch      uint32    // framebuffer of a tile with a border of one texel
	parts        [3]uint32 // its textures: colour, height, cover
	targets      [2]uint32 // framebuffers of a face, without and with cover
	vao          uint32
	coast        uint32 // the map of the Earth
	means        uint32 // buffer that the mean is read through
	fence        uintptr
	meanTexels   *meanTexels // apart, since cgo may see no other Go pointers beside it
	attachedFace int
}

// build makes what all surfaces are made with.
func (b *baker) build(c *shaders) (err error) {
	b.body, b.meanTexels = astro.NumBodies, new(meanTexels)
	if b.maker, err = c.program("screen", "surfacemaps"); err != nil {
		return err
	}
	b.tile, b.corner = b.maker.uniform("tile"), b.maker.uniform("corner")
	if b.smaller, err = c.program("screen", "surfacelevels"); err != nil {
		return err
	}
	b.smallerLevel = b.smaller.uniform("level")
	if b.coast, err = coastTexture(c.files); err != nil {
		return err
	}
	gl.GenVertexArrays(1, &b.vao)
	gl.GenBuffers(1, &b.means)
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, b.means)
	gl.BufferData(gl.PIXEL_PACK_BUFFER, int(unsafe.Sizeof(*b.meanTexels)), nil, gl.STREAM_READ)
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, 0)
	b.pace.build()
	return b.buildTargets()
}

// buildTargets makes the framebuffers, and the textures of a tile.
func (b *baker) buildTargets() error {
	buffers := [...]uint32{gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT1, gl.COLOR_ATTACHMENT2}
	for i := range b.targets {
		gl.GenFramebuffers(1, &b.targets[i])
		gl.BindFramebuffer(gl.FRAMEBUFFER, b.targets[i])
		gl.DrawBuffers(int32(2+i), &buffers[0])
	}
	gl.GenFramebuffers(1, &b.scratch)
	gl.BindFramebuffer(gl.FRAMEBUFFER, b.scratch)
	for i, format := range [...]int32{gl.RGBA16F, gl.R32F, gl.RGBA8} {
		b.parts[i] = newTexture(gl.TEXTURE_2D)
		gl.TexImage2D(gl.TEXTURE_2D, 0, format, tileWide+2, tileHigh+2, 0, gl.RGBA, gl.FLOAT, nil)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
		gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
		gl.FramebufferTexture2D(gl.FRAMEBUFFER, buffers[i], gl.TEXTURE_2D, b.parts[i], 0)
	}
	gl.DrawBuffers(3, &buffers[0])
	return complete("a tile of a surface")
}

func (b *baker) delete() {
	if b.fence != 0 {
		gl.DeleteSync(b.fence)
	}
	b.maps.delete()
	b.maker.delete()
	b.smaller.delete()
	b.pace.delete()
	gl.DeleteFramebuffers(1, &b.scratch)
	gl.DeleteFramebuffers(2, &b.targets[0])
	gl.DeleteTextures(3, &b.parts[0])
	gl.DeleteTextures(1, &b.coast)
	gl.DeleteBuffers(1, &b.means)
	gl.DeleteVertexArrays(1, &b.vao)
}

// begin takes on a body.
func (b *baker) begin(body astro.Body, g *ground, side int) {
	b.body, b.ground, b.done = body, g, false
	b.maps = cubeMaps{side: side}
	b.step, b.face, b.x, b.y, b.level, b.attachedFace = bakeAllocate, 0, 0, 0, 1, -1
}

// finish lets go of a body whose maps were taken over.
func (b *baker) finish() {
	b.body, b.ground, b.maps, b.done = astro.NumBodies, nil, cubeMaps{}, false
}

// run works for about that time of the graphics processor, or, if all is wanted,
// until the maps are done.
func (b *baker) run(s *state, work time.Duration, all bool) (err error) {
	for {
		switch b.step {
		case bakeAllocate:
			if b.maps, err = newCubeMaps(s, b.maps.side, hasCover(b.body)); err != nil {
				b.finish()
				return err
			}
			b.step++
		case bakeTiles:
			if err := b.tiles(s, work, all); err != nil {
				return err
			}
		case bakeLevels:
			b.levels(s, all)
		case bakeMean:
			b.askMean(s)
			b.step++
		case bakeWait:
			if err := b.takeMean(all); err != nil || b.done {
				return err
			}
		}
		if !all {
			return nil
		}
	}
}

// tiles makes as many tiles as the frame has time for.
func (b *baker) tiles(s *state, work time.Duration, all bool) error {
	b.prepare(s)
	texels := b.pace.begin(s, work)
	if all {
		texels = faces * b.maps.side * b.maps.side
	}
	made := 0
	for b.face < faces && made < texels {
		wide := min(max((texels-made)/(tileHigh*tileHigh), 1)*tileHigh, tileWide, b.maps.side-b.x)
		if err := b.makeTile(s, wide); err != nil {
			return err
		}
		made += wide * tileHigh
		b.advance(wide)
	}
	b.pace.end(s, made)
	if b.face == faces {
		b.face, b.level = 0, 1
		b.step++
	}
	return nil
}

func (b *baker) advance(wide int) {
	if b.x += wide; b.x < b.maps.side {
		return
	}
	b.x = 0
	if b.y += tileHigh; b.y < b.maps.side {
		return
	}
	b.y = 0
	b.face++
}

// prepare sets what holds for all tiles of a frame.
func (b *baker) prepare(s *state) {
	s.bindVAO(b.vao)
	s.setBlend(blendOff)
	s.setDepth(depthOff)
	s.setSRGB(true)
	s.bindTexture(unitGround, gl.TEXTURE_2D, b.parts[0])
	s.bindTexture(unitRelief, gl.TEXTURE_2D, b.parts[1])
	s.bindTexture(unitCover, gl.TEXTURE_2D, b.parts[2])
	s.bindTexture(unitChart, gl.TEXTURE_2D, b.ground.chart.texture)
	s.bindTexture(unitCoast, gl.TEXTURE_2D, b.coast)
	p, info := b.ground.program, b.body.Info()
	s.useProgram(p.program)
	s.change(4)
	gl.Uniform1ui(p.seed, seedOf(b.body))
	gl.Uniform1f(p.footprint, float32(math.Pi/2/float64(b.maps.side)))
	gl.Uniform3f(p.tint, info.ColourLinear[0], info.ColourLinear[1], info.ColourLinear[2])
	gl.Uniform1f(p.charted, float32(flag(b.ground.chart.texture != 0)))
}

// makeTile makes one tile, that many texels wide.
func (b *baker) makeTile(s *state, wide int) error {
	side := int32(b.maps.side)
	s.bindFramebuffer(b.scratch)
	s.setViewport(0, 0, wide+2, tileHigh+2)
	s.useProgram(b.ground.program.program)
	s.uniform4(b.ground.program.tile, int32(b.x-1), int32(b.y-1), int32(b.face), side)
	s.drawTriangles(0, 3)

	s.bindFramebuffer(b.target())
	if b.attachedFace != b.face {
		b.attachedFace = b.face
		b.attach(s, 0)
		if b.face == 0 {
			if err := complete(fmt.Sprintf("a surface of %d texels a side", b.maps.side)); err != nil {
				return err
			}
		}
	}
	s.setViewport(b.x, b.y, wide, tileHigh)
	s.useProgram(b.maker)
	s.uniform4(b.tile, int32(b.x), int32(b.y), int32(b.face), side)
	s.change(1)
	gl.Uniform2i(b.corner, int32(b.x), int32(b.y))
	s.drawTriangles(0, 3)
	return nil
}

func (b *baker) target() uint32 { return b.targets[flag(b.maps.cover != 0)] }

// attach makes a level of the face what is drawn into.
func (b *baker) attach(s *state, level int) {
	for i, name := range [...]uint32{b.maps.colour, b.maps.relief, b.maps.cover} {
		if name == 0 {
			continue
		}
		s.change(1)
		gl.FramebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0+uint32(i), gl.TEXTURE_CUBE_MAP_POSITIVE_X+uint32(b.face), name, int32(level))
	}
}

// warm makes the levels of maps that need none, with cover and without, for the
// reason that [emptyMaps] tells.
func (b *baker) warm(m cubeMaps) {
	var s state
	for _, cover := range [...]uint32{m.cover, 0} {
		s.begin()
		b.maps = cubeMaps{m.side, m.colour, m.relief, cover}
		b.face, b.level = 0, 1
		b.levels(&s, true)
	}
	s.end()
	b.maps = cubeMaps{}
}

// levelsWork bounds how many faces of smaller levels a frame makes: each counts 1,
// and 1 for every 16384 texels. glGenerateMipmap would make all in one frame, 40 ms
// of a software renderer.
const levelsWork = 6

// levels makes smaller levels of the maps, face by face. Those that the maps had that
// the new ones take the place of are kept: as long as they alone are to be seen
// ([surfaces.swap]), nothing changes.
func (b *baker) levels(s *state, all bool) {
	s.bindFramebuffer(b.target())
	s.bindVAO(b.vao)
	s.setBlend(blendOff)
	s.setDepth(depthOff)
	s.setSRGB(true)
	s.useProgram(b.smaller)
	for work := 0; work < levelsWork || all; {
		side := b.maps.side >> b.level
		if side == 0 {
			b.maps.showLevels(s, 0, b.level-1)
			b.step++
			return
		}
		from, level := b.source(side)
		from.showLevels(s, level, level)
		from.bind(s)
		b.attach(s, b.level)
		s.setViewport(0, 0, side, side)
		s.change(1)
		gl.Uniform2i(b.smallerLevel, int32(b.face), int32(side))
		s.drawTriangles(0, 3)
		from.showAll(s)
		work += 1 + side*side/16384
		if b.face++; b.face == faces {
			b.face, b.level = 0, b.level+1
		}
	}
}

// source is what a level of that side is made from: maps and one of their levels.
func (b *baker) source(side int) (*cubeMaps, int) {
	if b.ground != nil {
		if old := &b.ground.maps; side <= old.side && old.side < b.maps.side {
			return old, bits.Len(uint(old.side)) - bits.Len(uint(side))
		}
	}
	return &b.maps, b.level - 1
}

// askMean asks GL for the level that the mean is taken of.
func (b *baker) askMean(s *state) {
	level := int32(0)
	for n := b.maps.side; n > meanSide; n /= 2 {
		level++
	}
	s.bindTexture(unitGround, gl.TEXTURE_CUBE_MAP, b.maps.colour)
	s.change(3 + faces)
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, b.means)
	gl.PixelStorei(gl.PACK_ALIGNMENT, 4)
	for face := range uint32(faces) {
		//lint:ignore SA1019 the overload with an offset is missing for this call
		at := gl.PtrOffset(int(face) * int(unsafe.Sizeof(b.meanTexels[0])))
		gl.GetTexImage(gl.TEXTURE_CUBE_MAP_POSITIVE_X+face, level, gl.RGBA, gl.UNSIGNED_BYTE, at)
	}
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, 0)
	b.fence = gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
	gl.Flush()
}

// errLost says that a surface will never be there.
var errLost = errors.New("make a surface: glClientWaitSync failed; the context may be lost")

// takeMean takes the mean once it is there, or waits for it.
func (b *baker) takeMean(wait bool) error {
	timeout := uint64(0)
	if wait {
		timeout = uint64(bakeTimeout)
	}
	switch gl.ClientWaitSync(b.fence, gl.SYNC_FLUSH_COMMANDS_BIT, timeout) {
	case gl.TIMEOUT_EXPIRED:
		if wait {
			return fmt.Errorf("make a surface: the graphics processor did not finish in %v", bakeTimeout)
		}
		return nil
	case gl.WAIT_FAILED:
		return errLost
	}
	gl.DeleteSync(b.fence)
	b.fence = 0
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, b.means)
	gl.GetBufferSubData(gl.PIXEL_PACK_BUFFER, 0, int(unsafe.Sizeof(*b.meanTexels)), unsafe.Pointer(b.meanTexels))
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, 0)
	b.albedo = b.meanTexels.albedo()
	b.done = true
	return nil
}

// bakeTimeout bounds how long a frame waits for a surface where it must.
const bakeTimeout = 2 * time.Minute
