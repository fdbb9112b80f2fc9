package render

import (
	"math"
	"unsafe"

	"github.com/go-gl/mathgl/mgl32"

	"github.com/spacetime-vr/spacetime/engine"
)

// blockAlign is what every implementation takes as the start of a uniform block
// in a buffer; GL requires that its own step is 256 bytes or less.
const blockAlign = 256

// uniforms is all that the shaders are told in a frame. It is uploaded as it
// lies here; the blocks are laid out by std140 and mirror assets/shaders.
type uniforms struct {
	frame   frameBlock
	_       [blockAlign - unsafe.Sizeof(frameBlock{})%blockAlign]byte
	passes  [3]passBlock
	points  [maxBodies]pointBlock
	_       [blockAlign - unsafe.Sizeof([maxBodies]pointBlock{})%blockAlign]byte
	bodies  [maxBodies]bodyBlock // any multiple of 48 vec4 is one of blockAlign
	orbits  [maxBodies]orbitBlock
	shadows shadowBlock
}

// frameBlock mirrors Frame in common.glsl.
type frameBlock struct {
	views [engine.MaxViews]struct {
		clip     mgl32.Mat4
		size     vec4
		tangents vec4
	}
	observer vec4
	sky      vec4
	sun      [engine.MaxViews]vec4
	glare    vec4
}

// passBlock mirrors Pass in common.glsl: a set of views that are drawn at once.
type passBlock struct {
	first, count int32 // views in this pass
	total        int32 // views in the frame
	_            [61]int32
}

// The passes over the views.
const (
	passAll    = iota // all views at once
	passFirst         // only view 0
	passSecond        // only view 1
)

// frameSpan, passSpan and so on say where a block lies in the buffer.
var (
	frameSpan   = span{0, int(unsafe.Sizeof(frameBlock{}))}
	pointsSpan  = span{int(unsafe.Offsetof(uniforms{}.points)), int(unsafe.Sizeof(uniforms{}.points))}
	orbitsSpan  = span{int(unsafe.Offsetof(uniforms{}.orbits)), int(unsafe.Sizeof(uniforms{}.orbits))}
	shadowsSpan = span{int(unsafe.Offsetof(uniforms{}.shadows)), int(unsafe.Sizeof(uniforms{}.shadows))}
	bodiesSpan  = span{int(unsafe.Offsetof(uniforms{}.bodies)), int(unsafe.Sizeof(uniforms{}.bodies))}
)

func passSpan(pass int) span {
	const size = int(unsafe.Sizeof(passBlock{}))
	return span{int(unsafe.Offsetof(uniforms{}.passes)) + pass*size, size}
}

func (u *uniforms) setFrame(fr *frame) {
	n := int32(fr.n)
	u.passes[passAll] = passBlock{first: 0, count: n, total: n}
	u.passes[passFirst] = passBlock{first: 0, count: 1, total: n}
	u.passes[passSecond] = passBlock{first: 1, count: 1, total: n}
	for i := range fr.views[:fr.n] {
		v := &fr.views[i]
		b := &u.frame.views[i]
		b.clip = v.clip()
		b.size = vec4{float32(fr.w), float32(fr.h), float32(v.perUnit), float32(fr.galaxy)}
		for k, t := range v.tangents {
			b.tangents[k] = float32(t)
		}
	}
	years := 100 * fr.world.Time().Centuries()
	u.frame.observer = pack(fr.views[0].eyeM.Mul(1/metresPerPC), years)
	gain := skyGain(&fr.views[0]) * fr.starry
	u.frame.sky = vec4{
		float32(gain * fr.sky), float32(gain * fullGlare / starLight), coreSigma,
		float32(math.Max(math.Min(glareSigmaRad*fr.views[0].perUnit, glareSigmaView*fr.views[0].pixelsHigh(fr.h)), 2*coreSigma)),
	}
}
