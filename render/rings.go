package render

import (
	"errors"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
)

// ringTexels is how finely a ring system is kept from its inner to its outer
// edge: of Saturn's, to 9 km.
const ringTexels = 8192

// texelRadii is how many radii a texel is the mean of.
const texelRadii = 6

// rings draws ring systems: a quad in the plane of each, in two halves.
type rings struct {
	plain, shaded itemProgram
	texture       uint32
}

// half is a part of a ring system, as seen from the eye.
type half int32

const (
	behind half = -1 // the planet
	before half = 1
)

func newRings(c *shaders) (*rings, error) {
	r := new(rings)
	if err := errors.Join(r.plain.compile(c, "rings"), r.shaded.compile(c, "rings", "SHADOWS")); err != nil {
		r.delete()
		return nil, err
	}
	r.texture = ringTexture()
	return r, nil
}

// ringTexture makes the texture of all systems, a row each. Beyond its ends lies
// nothing, at any level.
func ringTexture() (name uint32) {
	var texels []vec4
	for row := range ringSystems {
		for i := range ringTexels {
			mean := ringSystems[row].part(i, ringTexels, texelRadii)
			texels = append(texels, pack(mean, 0))
		}
	}
	name = newTexture(gl.TEXTURE_1D_ARRAY)
	gl.TexImage2D(gl.TEXTURE_1D_ARRAY, 0, gl.RGBA16F, ringTexels, int32(len(ringSystems)), 0, gl.RGBA, gl.FLOAT, unsafe.Pointer(&texels[0]))
	gl.GenerateMipmap(gl.TEXTURE_1D_ARRAY)
	gl.TexParameteri(gl.TEXTURE_1D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	gl.TexParameteri(gl.TEXTURE_1D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
	gl.TexParameteri(gl.TEXTURE_1D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_BORDER)
	return name
}

func (r *rings) delete() {
	if r == nil {
		return
	}
	r.plain.delete()
	r.shaded.delete()
	gl.DeleteTextures(1, &r.texture)
}

// draw draws a half of the rings of item i of the block, in the shadow of others if
// shaded.
func (r *rings) draw(s *state, i int, which half, shaded bool) {
	p := &r.plain
	if shaded {
		p = &r.shaded
	}
	s.useProgram(p.program)
	s.bindTexture(unitRings, gl.TEXTURE_1D_ARRAY, r.texture)
	s.setDepth(depthTest)
	s.uniform(p.first, int32(i))
	s.uniform(p.part, int32(which))
	s.drawQuads(1)
}

// block is what shaders read of a system.
func (r *ringSystem) block() vec4 {
	return vec4{float32(r.innerM), float32(r.outerM), float32(r.dust), float32(r.row)}
}

// light is what an opaque layer of brightness 1 would show under light, and if it were
// white.
func (r *ringSystem) light(light float64) vec4 {
	return vec4{float32(r.colour[0] * light), float32(r.colour[1] * light), float32(r.colour[2] * light), float32(light)}
}
