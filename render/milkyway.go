package render

import (
	"fmt"
	"image"
	"image/draw"
	_ "image/png" // of the picture
	"io/fs"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/scene"
)

// milkyWayFile is the sky without its bright stars, in the files of the renderer;
// build/milkyway says how it is made and what its values mean.
const milkyWayFile = "stars/milkyway.png"

// toGalaxy takes ICRF to galactic axes, column by column.
//
// Source: ESA 1997, The Hipparcos and Tycho Catalogues, SP-1200, volume 1,
// equation 1.5.11.
var toGalaxy = [9]float32{
	-0.0548755604, 0.4941094279, -0.8676661490,
	-0.8734370902, -0.4448296300, -0.1980763734,
	-0.4838350155, 0.7469822445, 0.4559837762,
}

// milkyWay draws the Galaxy's unresolved stars, behind all else. The Galaxy is so
// large that wherever the ship is, it looks the same.
type milkyWay struct {
	program *program
	texture uint32
	quadVAO uint32
}

func newMilkyWay(c *shaders, files fs.FS, quadVAO uint32) (*milkyWay, error) {
	faces, err := readCube(files, milkyWayFile)
	if err != nil {
		return nil, err
	}
	p, err := c.program("milkyway", "milkyway")
	if err != nil {
		return nil, err
	}
	gl.UseProgram(p.name)
	gl.UniformMatrix3fv(p.uniform("toGalaxy"), 1, false, &toGalaxy[0])
	gl.UseProgram(0)
	return &milkyWay{p, cubeTexture(faces), quadVAO}, nil
}

// readCube reads a picture of six square faces, one below the other.
func readCube(files fs.FS, name string) (*image.RGBA, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open the Milky Way: %w", err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	size := img.Bounds().Size()
	if size.X < 1 || size.X > 4096 || size.Y != 6*size.X {
		return nil, fmt.Errorf("read %s: %d by %d pixels are not the six faces of a cube", name, size.X, size.Y)
	}
	faces := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(faces, faces.Rect, img, img.Bounds().Min, draw.Src)
	return faces, nil
}

// cubeTexture uploads faces.
func cubeTexture(faces *image.RGBA) (name uint32) {
	side := int32(faces.Rect.Dx())
	gl.GenTextures(1, &name)
	gl.ActiveTexture(gl.TEXTURE0)
	gl.BindTexture(gl.TEXTURE_CUBE_MAP, name)
	for i := range uint32(6) {
		gl.TexImage2D(gl.TEXTURE_CUBE_MAP_POSITIVE_X+i, 0, gl.RGBA8, side, side, 0, gl.RGBA, gl.UNSIGNED_BYTE,
			unsafe.Pointer(&faces.Pix[int(i)*int(side)*faces.Stride]))
	}
	gl.GenerateMipmap(gl.TEXTURE_CUBE_MAP)
	gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	return name
}

func (m *milkyWay) delete() {
	m.program.delete()
	gl.DeleteTextures(1, &m.texture)
}

func (m *milkyWay) prepare(*frame) {}

func (m *milkyWay) draw(s *state, fr *frame) {
	if !fr.world.Layers.Has(scene.LayerMilkyWay) {
		return
	}
	s.bindVAO(m.quadVAO)
	s.useProgram(m.program)
	s.bindTexture(unitGalaxy, gl.TEXTURE_CUBE_MAP, m.texture)
	s.setBlend(blendOff)
	s.setDepth(depthTest)
	s.drawQuads(1)
}
