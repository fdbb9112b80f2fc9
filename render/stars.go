package render

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/scene/catalog"
)

// The light of a point, summed over all pixels, is
//
//	starLight · 10^(-0.4 m) · (p / referencePerRadian)²
//
// in units of a white sunlit surface, where p is how many pixels a radian
// measures in the middle of the view, counted up to maxMagnify times the
// reference. So a finer picture, averaged, is the same picture; a longer lens
// gathers more light, up to three magnitudes. The truth at 1 au, with
// referencePerRadian, would be starLight = 2.54e-6 lx · p² / (133 klx / π) =
// 8.1e-5: points are shown at a gain of 1.7e5 over it.
const (
	starLight          = 14.0
	referencePerRadian = 1158.0 // 1080 pixels over 50 degrees
	maxMagnify         = 4.0
)

// How the light of a point spreads: Gaussians, the core in pixels, the glare in
// radians and, through a long lens, in heights of the view. fullGlare is the light, in stars of magnitude 0, at which half of the
// glare is there.
const (
	coreSigma      = 0.5
	glareSigmaRad  = 0.0026
	glareSigmaView = 0.0028
	fullGlare      = 2.0
)

// skyGain is the light of a point of magnitude 0 in a view, summed over pixels.
func skyGain(v *viewpoint) float64 {
	q := math.Min(v.perUnit/referencePerRadian, maxMagnify)
	return starLight * q * q
}

// starTexels is how many RGBA texels of the catalogue's texture a star takes.
const starTexels = 3

// stars draws the catalogue: four vertices a star, all in one draw, which small
// instances would make slow. Vertex shaders move the stars: single precision
// holds a direction to 0.02 arc seconds.
type stars struct {
	program         *program
	n               int
	index           map[uint32]uint32 // place in the catalogue by Hipparcos number
	ways            []mgl64.Vec3      // at J2000
	named           []skyName         // the bright ones that have a name
	buffer, texture uint32
	vao, indices    uint32
}

// starFile is the catalogue in the files of the renderer.
const starFile = "stars/stars.bin"

func newStars(c *shaders, files fs.FS) (*stars, error) {
	f, err := files.Open(starFile)
	if err != nil {
		return nil, fmt.Errorf("open star catalogue: %w", err)
	}
	defer f.Close()
	list, err := catalog.Read(f)
	if err != nil {
		return nil, fmt.Errorf("star catalogue %s: %w", starFile, err)
	}
	if len(list) == 0 {
		return nil, errors.New("star catalogue " + starFile + " is empty")
	}
	program, err := c.program("stars", "spread")
	if err != nil {
		return nil, err
	}
	s := &stars{program: program}
	s.set(list)
	return s, nil
}

// set uploads the catalogue, once.
func (s *stars) set(list []astro.Star) {
	s.n, s.index = len(list), make(map[uint32]uint32, len(list))
	for i := range list {
		star := &list[i]
		way, _ := astro.StarAt(star, astro.J2000)
		s.index[star.HIP], s.ways = uint32(i), append(s.ways, way)
		if star.Name != "" && star.Magnitude <= faintestNamed {
			s.named = append(s.named, skyName{way: way, name: star.Name, star: true})
		}
	}
	texels := starTable(list)
	gl.GenBuffers(1, &s.buffer)
	gl.BindBuffer(gl.TEXTURE_BUFFER, s.buffer)
	gl.BufferData(gl.TEXTURE_BUFFER, len(texels)*int(unsafe.Sizeof(vec4{})), unsafe.Pointer(&texels[0]), gl.STATIC_DRAW)
	s.texture = newTexture(gl.TEXTURE_BUFFER)
	gl.TexBuffer(gl.TEXTURE_BUFFER, gl.RGBA32F, s.buffer)
	s.vao, s.indices = quadIndices(len(list))
}

// quadIndices makes a vertex array that draws n quads from the numbers of their
// vertices alone: two triangles for each four.
func quadIndices(n int) (vao, buffer uint32) {
	list := make([]uint32, 0, 6*n)
	for i := range uint32(n) {
		list = append(list, 4*i, 4*i+1, 4*i+2, 4*i+2, 4*i+1, 4*i+3)
	}
	gl.GenVertexArrays(1, &vao)
	gl.GenBuffers(1, &buffer)
	gl.BindVertexArray(vao)
	gl.BindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffer)
	gl.BufferData(gl.ELEMENT_ARRAY_BUFFER, 4*len(list), unsafe.Pointer(&list[0]), gl.STATIC_DRAW)
	gl.BindVertexArray(0)
	return vao, buffer
}

// starTable lays the catalogue out as stars.vert reads it.
func starTable(list []astro.Star) []vec4 {
	table := make([]vec4, 0, starTexels*len(list))
	for i := range list {
		s := &list[i]
		at, distancePC := astro.StarAt(s, astro.J2000)
		// The motion is even in space, so two places give it.
		later, laterPC := astro.StarAt(s, astro.J2000+motionSpan)
		motion := later.Mul(laterPC / distancePC).Sub(at).Mul(1.0 / motionYears)
		c := starColour(s.BV)
		table = append(table,
			pack(at, math.Pow(10, -0.4*float64(s.Magnitude))),
			pack(motion, 1/distancePC),
			vec4{c[0], c[1], c[2]})
	}
	return table
}

// motionSpan is the time over which motions are taken; a century, so that the
// difference has many digits.
const (
	motionYears = 100
	motionSpan  = astro.Time(motionYears * yearSeconds * 1e9)
)

// starColour is the colour of a star of the given B-V: its black body, as far as
// a screen can show it, with luminance 1.
func starColour(bv float32) [3]float32 {
	return blackbody(astro.TemperatureFromBV(float64(bv)))
}

func (s *stars) delete() {
	s.program.delete()
	gl.DeleteBuffers(1, &s.buffer)
	gl.DeleteBuffers(1, &s.indices)
	gl.DeleteTextures(1, &s.texture)
	gl.DeleteVertexArrays(1, &s.vao)
}

func (s *stars) prepare(*frame) {}

func (s *stars) draw(st *state, fr *frame) {
	if !fr.world.Layers.Has(scene.LayerStars) {
		return
	}
	st.bindVAO(s.vao)
	st.useProgram(s.program)
	st.bindTexture(unitStars, gl.TEXTURE_BUFFER, s.texture)
	st.setBlend(blendAdd)
	st.setDepth(depthTest)
	st.drawElements(int32(6*s.n), 1)
}
