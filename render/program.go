package render

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/go-gl/gl/v4.1-core/gl"
)

// program is a linked shader program.
type program struct {
	name uint32
}

// The uniform blocks of shaders/common.glsl and of the passes.
const (
	blockFrame = iota
	blockPass
	blockBodies
	blockPoints
	blockOrbits
	blockShadows
	blockAirs
	uniformBlocks
)

var blockNames = [uniformBlocks]string{"Frame", "Pass", "Bodies", "Points", "Orbits", "Shadows", "Airs"}

// samplers says which texture unit each sampler of the shaders reads.
var samplers = map[string]int32{
	"light":        unitLight,
	"lightDeep":    unitDepth,
	"catalogue":    unitStars,
	"ringProfiles": unitRings,
	"belts":        unitBelts,
	"glyphs":       unitGlyphs,
	"code":         unitPanel,
	"galaxy":       unitGalaxy,
	"penumbra":     unitPenumbra,
	"groundColour": unitGround,
	"groundRelief": unitRelief,
	"groundCover":  unitCover,
	"tileColour":   unitGround, // while it is made
	"tileHeight":   unitRelief,
	"tileCover":    unitCover,
	"chart":        unitChart,
	"coast":        unitCoast,
	"airThrough":   unitAirThrough,
	"airScattered": unitAirScattered,
	"airGround":    unitAirGround,
	"airSky":       unitAirSky,
}

// shaderFolder holds the sources.
const shaderFolder = "shaders"

// shaders makes programs from their sources.
type shaders struct {
	files    fs.FS
	header   string // what goes before every source: version, extensions, defines
	surface  string // takes the place of SURFACE in the names of included files
	parallel bool   // the driver compiles beside the caller, and tells when it is done
}

// program compiles and links vert.vert and frag.frag with some defines.
func (c *shaders) program(vert, frag string, defines ...string) (*program, error) {
	m, err := c.make(vert, frag, defines...)
	if err != nil {
		return nil, err
	}
	return m.finish()
}

// making is a program that GL may still be at work on.
type making struct {
	program
	vert, frag shader
}

// shader is one half of a program.
type shader struct {
	file string
	name uint32
}

// make begins a program. A driver that compiles beside the caller does so until
// [making.finish] is called, which waits for it.
func (c *shaders) make(vert, frag string, defines ...string) (m making, err error) {
	if m.vert, err = c.compile(vert+".vert", gl.VERTEX_SHADER, defines); err != nil {
		return m, err
	}
	if m.frag, err = c.compile(frag+".frag", gl.FRAGMENT_SHADER, defines); err != nil {
		gl.DeleteShader(m.vert.name)
		return m, err
	}
	m.name = gl.CreateProgram()
	for _, half := range [...]shader{m.vert, m.frag} {
		gl.AttachShader(m.name, half.name)
	}
	gl.LinkProgram(m.name)
	return m, nil
}

// completionStatus is COMPLETION_STATUS_KHR.
const completionStatus = 0x91B1

// done tells whether finish need not wait, on a driver with [extParallelCompile].
func (m *making) done() bool {
	return parameter(m.name, completionStatus, gl.GetProgramiv) == gl.TRUE
}

// finish returns the program, or why there is none.
func (m *making) finish() (*program, error) {
	if err := m.check(); err != nil {
		m.delete()
		return nil, err
	}
	m.deleteHalves()
	p := &program{m.name}
	p.bind()
	return p, nil
}

// deleteHalves lets go of source and code that the program no longer needs.
func (m *making) deleteHalves() {
	for _, half := range [...]shader{m.vert, m.frag} {
		gl.DetachShader(m.name, half.name)
		gl.DeleteShader(half.name)
	}
}

func (m *making) delete() {
	m.deleteHalves()
	m.program.delete()
}

// check tells what is wrong with a program, the earliest mistake if one led to others.
func (m *making) check() error {
	if parameter(m.name, gl.LINK_STATUS, gl.GetProgramiv) == gl.TRUE {
		return nil
	}
	for _, half := range [...]shader{m.vert, m.frag} {
		if parameter(half.name, gl.COMPILE_STATUS, gl.GetShaderiv) == gl.FALSE {
			n := parameter(half.name, gl.INFO_LOG_LENGTH, gl.GetShaderiv)
			log := infoLog(n, func(n int32, b *byte) { gl.GetShaderInfoLog(half.name, n, nil, b) })
			return fmt.Errorf("compile shader %s: %s", half.file, log)
		}
	}
	n := parameter(m.name, gl.INFO_LOG_LENGTH, gl.GetProgramiv)
	log := infoLog(n, func(n int32, b *byte) { gl.GetProgramInfoLog(m.name, n, nil, b) })
	return fmt.Errorf("link shaders %s and %s: %s", m.vert.file, m.frag.file, log)
}

// bind ties the program's blocks and samplers to their fixed places.
func (p *program) bind() {
	for i, name := range blockNames {
		if at := gl.GetUniformBlockIndex(p.name, gl.Str(name+"\x00")); at != gl.INVALID_INDEX {
			gl.UniformBlockBinding(p.name, at, uint32(i))
		}
	}
	gl.UseProgram(p.name)
	for name, unit := range samplers {
		if at := p.uniform(name); at >= 0 {
			gl.Uniform1i(at, unit)
		}
	}
	gl.UseProgram(0)
}

// uniform returns the location of a uniform, or -1. It is for set-up, not for
// the frame.
func (p *program) uniform(name string) int32 {
	return gl.GetUniformLocation(p.name, gl.Str(name+"\x00"))
}

func (p *program) delete() {
	if p != nil {
		gl.DeleteProgram(p.name)
	}
}

// compile hands the source of a shader to GL.
func (c *shaders) compile(file string, kind uint32, defines []string) (shader, error) {
	body, err := c.source(file, 0)
	if err != nil {
		return shader{}, err
	}
	text := c.header
	for _, d := range defines {
		text += "#define " + d + "\n"
	}
	sources, free := gl.Strs(text + body + "\x00")
	defer free()
	sh := shader{file, gl.CreateShader(kind)}
	gl.ShaderSource(sh.name, 1, sources, nil)
	gl.CompileShader(sh.name)
	return sh, nil
}

// maxIncludes bounds how deep shader files may include one another.
const maxIncludes = 4

// source returns a shader file with its #include "file" lines replaced by those
// files.
func (c *shaders) source(file string, deep int) (string, error) {
	if deep > maxIncludes {
		return "", fmt.Errorf("shader %s: included more than %d files deep", file, maxIncludes)
	}
	data, err := fs.ReadFile(c.files, path.Join(shaderFolder, file))
	if err != nil {
		return "", fmt.Errorf("read shader %s: %w", file, err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "#line 1\n")
	for i, line := range strings.Split(string(data), "\n") {
		name, isInclude := strings.CutPrefix(line, "#include ")
		if !isInclude {
			out.WriteString(line + "\n")
			continue
		}
		name = strings.ReplaceAll(strings.Trim(name, "\"\r "), "SURFACE", c.surface)
		part, err := c.source(name, deep+1)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "%s#line %d\n", part, i+2)
	}
	return out.String(), nil
}

func parameter(object, what uint32, get func(object, what uint32, v *int32)) (v int32) {
	get(object, what, &v)
	return v
}

func infoLog(n int32, get func(n int32, b *byte)) string {
	b := make([]byte, n+1)
	get(n, &b[0])
	return strings.TrimSpace(strings.TrimRight(string(b), "\x00"))
}
