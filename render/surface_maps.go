package render

import (
	"fmt"
	"math"
	"math/bits"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
)

// faces of a cube map, in the order of GL.
const faces = 6

// cubeMaps are the textures of a surface, with all their levels.
type cubeMaps struct {
	side   int    // texels; 0 for none
	colour uint32 // SRGB8_ALPHA8
	relief uint32 // RGB10_A2
	cover  uint32 // RGBA8, or 0
}

// mapBytes is what maps of a side take in memory, all levels together.
func mapBytes(side int, cover bool) int {
	texel := 8
	if cover {
		texel += 4
	}
	return side * side * faces * texel * 4 / 3
}

// newCubeMaps allocates maps, whose texels are still to be made.
func newCubeMaps(s *state, side int, cover bool) (m cubeMaps, err error) {
	m.side = side
	m.colour = newCube(s, side, gl.SRGB8_ALPHA8, gl.UNSIGNED_BYTE)
	m.relief = newCube(s, side, gl.RGB10_A2, gl.UNSIGNED_INT_2_10_10_10_REV)
	if cover {
		m.cover = newCube(s, side, gl.RGBA8, gl.UNSIGNED_BYTE)
	}
	if code := gl.GetError(); code == gl.OUT_OF_MEMORY {
		m.delete()
		return m, fmt.Errorf("allocate a surface of %d texels a side: out of graphics memory; choose a lower quality", side)
	}
	return m, nil
}

func newCube(s *state, side int, format int32, numbers uint32) (name uint32) {
	gl.GenTextures(1, &name)
	s.bindTexture(unitGround, gl.TEXTURE_CUBE_MAP, name)
	level := int32(0)
	for n := side; ; n, level = n/2, level+1 {
		for face := range uint32(faces) {
			gl.TexImage2D(gl.TEXTURE_CUBE_MAP_POSITIVE_X+face, level, format, int32(n), int32(n), 0, gl.RGBA, numbers, nil)
		}
		s.change(faces)
		if n == 1 {
			break
		}
	}
	s.change(4)
	gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MAX_LEVEL, level)
	gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
	gl.TexParameterf(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MIN_LOD, leastBlur)
	return name
}

// emptyMaps are black, and otherwise as all maps are. Software renderers compile a
// shader anew for each kind of texture and way of filtering that it meets, 0.2 s
// each: they have seen all once these have been made and drawn with.
func emptyMaps() (m cubeMaps, err error) {
	var s state
	s.begin()
	defer s.end()
	if m, err = newCubeMaps(&s, 2, true); err != nil {
		return m, err
	}
	var texels [2 * 2 * 4]uint8
	m.each(&s, func() {
		for face := range uint32(faces) {
			gl.TexSubImage2D(gl.TEXTURE_CUBE_MAP_POSITIVE_X+face, 0, 0, 0, 2, 2, gl.RGBA, gl.UNSIGNED_BYTE, unsafe.Pointer(&texels[0]))
			gl.TexSubImage2D(gl.TEXTURE_CUBE_MAP_POSITIVE_X+face, 1, 0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, unsafe.Pointer(&texels[0]))
		}
	})
	return m, nil
}

func (m *cubeMaps) delete() {
	gl.DeleteTextures(1, &m.colour)
	gl.DeleteTextures(1, &m.relief)
	gl.DeleteTextures(1, &m.cover)
	*m = cubeMaps{}
}

// each calls do for each map, bound.
func (m *cubeMaps) each(s *state, do func()) {
	for _, name := range [...]uint32{m.colour, m.relief, m.cover} {
		if name != 0 {
			s.bindTexture(unitGround, gl.TEXTURE_CUBE_MAP, name)
			s.change(1)
			do()
		}
	}
}

// bind makes the maps the ones that are sampled.
func (m *cubeMaps) bind(s *state) {
	s.bindTexture(unitGround, gl.TEXTURE_CUBE_MAP, m.colour)
	s.bindTexture(unitRelief, gl.TEXTURE_CUBE_MAP, m.relief)
	s.bindTexture(unitCover, gl.TEXTURE_CUBE_MAP, m.cover)
}

// showLevels makes some levels the ones that are sampled.
func (m *cubeMaps) showLevels(s *state, from, to int) {
	m.each(s, func() {
		s.change(1)
		gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_BASE_LEVEL, int32(from))
		gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MAX_LEVEL, int32(to))
	})
}

// showAll makes all levels the ones that are sampled.
func (m *cubeMaps) showAll(s *state) { m.showLevels(s, 0, bits.Len(uint(m.side))-1) }

// leastBlur is a blur that nobody sees and that is none to no driver, for a reason
// that [emptyMaps] tells.
const leastBlur = 1.0 / 1024

// setBlur keeps the finest levels from being seen, in part where it is no whole
// number.
func (m *cubeMaps) setBlur(s *state, levels float64) {
	m.each(s, func() { gl.TexParameterf(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MIN_LOD, max(float32(levels), leastBlur)) })
}

// sharpen takes so many samples along a slope of view.
func (m *cubeMaps) sharpen(s *state, samples float32) {
	m.each(s, func() { gl.TexParameterf(gl.TEXTURE_CUBE_MAP, textureMaxAnisotropy, samples) })
}

// textureMaxAnisotropy is TEXTURE_MAX_ANISOTROPY_EXT, the same in the core of GL 4.6.
const textureMaxAnisotropy = 0x84FE

// meanSide is the side of the level that the mean of a surface is taken of.
const meanSide = 4

// meanTexels is what that level holds: sRGB values and alpha.
type meanTexels [faces][meanSide * meanSide][4]uint8

// albedo is the mean luminance over the sphere.
func (t *meanTexels) albedo() float64 {
	var sum, whole float64
	for face := range t {
		for i, texel := range t[face] {
			x := 2*(float64(i%meanSide)+0.5)/meanSide - 1
			y := 2*(float64(i/meanSide)+0.5)/meanSide - 1
			solid := math.Pow(1+x*x+y*y, -1.5) // of a texel, about
			sum += solid * luminance([3]float32{linear(texel[0]), linear(texel[1]), linear(texel[2])})
			whole += solid
		}
	}
	return sum / whole
}

// linear is the linear value of an sRGB value: IEC 61966-2-1.
func linear(v uint8) float32 {
	c := float64(v) / 255
	if c <= 0.04045 {
		return float32(c / 12.92)
	}
	return float32(math.Pow((c+0.055)/1.055, 2.4))
}
