package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
)

// The extensions that are used where they are offered. Option Without turns one
// off.
const (
	extClipControl       = "GL_ARB_clip_control"
	extLayerARB          = "GL_ARB_shader_viewport_layer_array"
	extLayerAMD          = "GL_AMD_vertex_shader_layer"
	extConservativeDepth = "GL_ARB_conservative_depth"
	extAnisotropy        = "GL_EXT_texture_filter_anisotropic"
	extParallelCompile   = "GL_KHR_parallel_shader_compile"
)

// CheckExtensions refuses names in a list for Options.Without that mean no
// extension in use, which leaving out would change nothing.
func CheckExtensions(without []string) error {
	used := []string{extClipControl, extLayerARB, extLayerAMD, extConservativeDepth, extAnisotropy, extParallelCompile}
	for _, name := range without {
		if !slices.ContainsFunc(used, func(u string) bool { return sameExtension(u, name) }) {
			return fmt.Errorf("%q is none of the extensions that are used: %s", name, strings.Join(used, ", "))
		}
	}
	return nil
}

// Graphics describes the GL implementation, for logs and crash reports.
type Graphics struct {
	Vendor   string
	Renderer string
	Version  string
	Shading  string  // version of the shading language
	Software bool    // draws on the processor
	Stereo   Stereo  // the path in use
	Samples  int     // of a pixel
	Quality  Quality // that was chosen
	ClipZero bool    // depth is reversed; logarithmic otherwise
}

// String is one line.
func (g Graphics) String() string {
	depth := "logarithmic depth"
	if g.ClipZero {
		depth = "reversed depth"
	}
	return fmt.Sprintf("%s, %s, GL %s, GLSL %s, %d samples, quality %s, stereo %s, %s",
		g.Renderer, g.Vendor, g.Version, g.Shading, g.Samples, g.Quality, g.Stereo, depth)
}

// device is what was asked of GL once.
type device struct {
	Graphics
	extensions []string
}

// openDevice asks GL what it is. Extensions in without count as absent; GL_ may
// be left out of their names.
func openDevice(without []string) (*device, error) {
	var major, minor int32
	gl.GetIntegerv(gl.MAJOR_VERSION, &major)
	gl.GetIntegerv(gl.MINOR_VERSION, &minor)
	d := &device{Graphics: Graphics{
		Vendor:   glString(gl.VENDOR),
		Renderer: glString(gl.RENDERER),
		Version:  glString(gl.VERSION),
		Shading:  glString(gl.SHADING_LANGUAGE_VERSION),
	}}
	if major*10+minor < 41 {
		return nil, engine.Unavailable(fmt.Errorf("OpenGL 4.1 is needed and this is %q on %q; update the graphics driver", d.Version, d.Renderer))
	}
	d.Software = isSoftware(d.Renderer)
	var n int32
	gl.GetIntegerv(gl.NUM_EXTENSIONS, &n)
	for i := range n {
		name := gl.GoStr(gl.GetStringi(gl.EXTENSIONS, uint32(i)))
		if !slices.ContainsFunc(without, func(w string) bool { return sameExtension(w, name) }) {
			d.extensions = append(d.extensions, name)
		}
	}
	return d, nil
}

func (d *device) has(extension string) bool { return slices.Contains(d.extensions, extension) }

func glString(name uint32) string { return gl.GoStr(gl.GetString(name)) }

func sameExtension(a, b string) bool {
	return strings.EqualFold(strings.TrimPrefix(a, "GL_"), strings.TrimPrefix(b, "GL_"))
}

// isSoftware tells a renderer that draws on the processor: Mesa's, and Google's.
func isSoftware(renderer string) bool {
	for _, name := range []string{"llvmpipe", "softpipe", "SwiftShader", "Software Rasterizer"} {
		if strings.Contains(renderer, name) {
			return true
		}
	}
	return false
}
