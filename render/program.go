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

// shaders makes programs from the files of a folder.
type shaders struct {
	files   fs.FS
	folder  string
	header  string   // what goes before every source: version, extensions, defines
	defines []string // of this configuration
	surface string   // takes the place of SURFACE in the names of included files
}

// program compiles and links vert.vert and frag.frag. defines are added to
// those of the configuration.
func (c *shaders) program(vert, frag string, defines ...string) (*program, error) {
	vs, err := c.compile(vert+".vert", gl.VERTEX_SHADER, defines)
	if err != nil {
		return nil, err
	}
	defer gl.DeleteShader(vs)
	shade, err := c.compile(frag+".frag", gl.FRAGMENT_SHADER, defines)
	if err != nil {
		return nil, err
	}
	defer gl.DeleteShader(shade)
	p := &program{gl.CreateProgram()}
	gl.AttachShader(p.name, vs)
	gl.AttachShader(p.name, shade)
	gl.LinkProgram(p.name)
	if ok := parameter(p.name, gl.LINK_STATUS, gl.GetProgramiv); ok == gl.FALSE {
		n := parameter(p.name, gl.INFO_LOG_LENGTH, gl.GetProgramiv)
		log := infoLog(n, func(n int32, b *byte) { gl.GetProgramInfoLog(p.name, n, nil, b) })
		p.delete()
		return nil, fmt.Errorf("link shaders %s.vert and %s.frag: %s", vert, frag, log)
	}
	p.bind()
	return p, nil
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

func (c *shaders) compile(file string, kind uint32, defines []string) (uint32, error) {
	body, err := c.source(file, 0)
	if err != nil {
		return 0, err
	}
	text := c.header
	for _, d := range append(defines, c.defines...) {
		text += "#define " + d + "\n"
	}
	sources, free := gl.Strs(text + body + "\x00")
	defer free()
	sh := gl.CreateShader(kind)
	gl.ShaderSource(sh, 1, sources, nil)
	gl.CompileShader(sh)
	if ok := parameter(sh, gl.COMPILE_STATUS, gl.GetShaderiv); ok == gl.FALSE {
		n := parameter(sh, gl.INFO_LOG_LENGTH, gl.GetShaderiv)
		log := infoLog(n, func(n int32, b *byte) { gl.GetShaderInfoLog(sh, n, nil, b) })
		gl.DeleteShader(sh)
		return 0, fmt.Errorf("compile shader %s: %s", file, log)
	}
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
	data, err := fs.ReadFile(c.files, path.Join(c.folder, file))
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
