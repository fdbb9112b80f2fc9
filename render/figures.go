package render

import (
	"fmt"
	"io/fs"
	"strings"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/catalog"
)

// figureFile holds the constellations, in the files of the renderer.
const figureFile = "stars/figures.txt"

// figures draws the lines of the constellations. Their ends move as the stars do.
type figures struct {
	program      *program
	stars        *stars
	vao, indices uint32
	buffer       uint32
	lines        int
	names        []skyName
}

func newFigures(c *shaders, files fs.FS, s *stars) (*figures, error) {
	list, err := readFigures(files)
	if err != nil {
		return nil, err
	}
	p, err := c.program("figures", "ribbon")
	if err != nil {
		return nil, err
	}
	lines := s.linesOf(list)
	f := &figures{program: p, stars: s, lines: len(lines), names: s.skyNames(list)}
	if len(lines) > 0 { // else there is nothing to draw
		f.vao, f.indices = quadIndices(len(lines))
		f.upload(lines)
	}
	return f, nil
}

func readFigures(files fs.FS) ([]catalog.Figure, error) {
	f, err := files.Open(figureFile)
	if err != nil {
		return nil, fmt.Errorf("open the constellations: %w", err)
	}
	defer f.Close()
	list, err := catalog.ReadFigures(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", figureFile, err)
	}
	return list, nil
}

// linesOf returns the ends of all lines as places in the catalogue. What the
// catalogue lacks has no line.
func (s *stars) linesOf(list []catalog.Figure) (lines [][2]uint32) {
	for _, figure := range list {
		for _, line := range figure.Lines {
			from, known := s.index[line[0]]
			to, alsoKnown := s.index[line[1]]
			if known && alsoKnown {
				lines = append(lines, [2]uint32{from, to})
			}
		}
	}
	return lines
}

// skyNames are the names of the brightest stars, those of the constellations, over
// the middles of their lines, and those of the other bright stars.
func (s *stars) skyNames(list []catalog.Figure) (names []skyName) {
	brightest := min(namedFirst, len(s.named))
	names = append(names, s.named[:brightest]...)
	for _, figure := range list {
		var middle mgl64.Vec3
		for _, line := range figure.Lines {
			for _, hip := range line {
				if i, known := s.index[hip]; known {
					middle = middle.Add(s.ways[i])
				}
			}
		}
		if middle.Len() > 0 {
			names = append(names, skyName{way: middle.Normalize(), name: strings.ToUpper(figure.Name)})
		}
	}
	return append(names, s.named[brightest:]...)
}

// upload gives each of the four vertices of a line its ends.
func (f *figures) upload(lines [][2]uint32) {
	ends := make([][2]uint32, 0, 4*len(lines))
	for _, line := range lines {
		ends = append(ends, line, line, line, line)
	}
	gl.GenBuffers(1, &f.buffer)
	gl.BindVertexArray(f.vao)
	gl.BindBuffer(gl.ARRAY_BUFFER, f.buffer)
	gl.BufferData(gl.ARRAY_BUFFER, len(ends)*int(unsafe.Sizeof(ends[0])), unsafe.Pointer(&ends[0]), gl.STATIC_DRAW)
	gl.EnableVertexAttribArray(0)
	gl.VertexAttribIPointerWithOffset(0, 2, gl.UNSIGNED_INT, 0, 0)
	gl.BindVertexArray(0)
}

func (f *figures) delete() {
	f.program.delete()
	gl.DeleteVertexArrays(1, &f.vao)
	gl.DeleteBuffers(1, &f.indices)
	gl.DeleteBuffers(1, &f.buffer)
}

func (f *figures) prepare(*frame) {}

func (f *figures) draw(s *state, fr *frame) {
	if f.lines == 0 || !fr.world.Layers.Has(scene.LayerConstellations) {
		return
	}
	s.bindVAO(f.vao)
	s.useProgram(f.program)
	s.bindTexture(unitStars, gl.TEXTURE_BUFFER, f.stars.texture)
	s.setBlend(blendOver)
	s.setDepth(depthTest)
	s.drawElements(int32(6*f.lines), 1)
}
