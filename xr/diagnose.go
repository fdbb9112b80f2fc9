package xr

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// Diagnosis is what stands between this machine and a picture in a headset: all
// that was found out until something was missing, a verdict and a remedy.
type Diagnosis struct {
	OK      bool   `json:"ok"`
	Verdict string `json:"verdict"`          // one sentence
	Remedy  string `json:"remedy,omitempty"` // what to do; empty when it is OK

	Loader      string `json:"loader"`       // the library's file name
	LoaderFound bool   `json:"loader_found"` // it is on this machine
	Manifest    string `json:"manifest"`     // of the runtime that is registered
	Library     string `json:"library"`      // that it names

	APIVersion     string   `json:"api_version"` // of OpenXR, that was asked for
	Runtime        string   `json:"runtime"`
	RuntimeVersion string   `json:"runtime_version"`
	Extensions     []string `json:"extensions"`      // that the runtime offers
	ExtensionsUsed []string `json:"extensions_used"` // of them
	Profiles       []string `json:"profiles"`        // of controllers that the runtime took bindings for
	Refused        []string `json:"refused"`         // and that it did not

	Headset            string              `json:"headset"`
	ViewConfigurations []ViewConfiguration `json:"view_configurations"`
	GLContext          string              `json:"gl_context"` // GLX, EGL or WGL
	GLVersion          string              `json:"gl_version"` // of the context
	GLRenderer         string              `json:"gl_renderer"`
	GLLeast            string              `json:"gl_least"` // that the runtime takes
	GLMost             string              `json:"gl_most"`
	Formats            []string            `json:"formats"` // of the runtime's images, its favourite first
	RefreshHz          []float64           `json:"refresh_hz"`
	MaskTriangles      [2]int              `json:"mask_triangles"` // that the lenses hide, of each eye
	StageM             [2]float64          `json:"stage_m"`        // width and depth of the room; 0 where it has no bounds

	TookMS float64 `json:"took_ms"`
}

// ViewConfiguration is a way in which a headset shows views.
type ViewConfiguration struct {
	Kind  string     `json:"kind"`
	Views []ViewSize `json:"views"`
}

// ViewSize is the size of a view in pixels.
type ViewSize struct {
	Width     int `json:"width"` // that the runtime recommends
	Height    int `json:"height"`
	MaxWidth  int `json:"max_width"`
	MaxHeight int `json:"max_height"`
}

// errNoContext says that there is no OpenGL to make a session with.
var errNoContext = errors.New("there is no OpenGL 4.1 on this machine")

// Diagnose finds out what a headset needs and has, on a context, which it makes
// current; nil is a machine that has none. It loads the runtime and makes a
// session that it never begins, so that nothing is shown. Extensions in without
// count as absent. No headset may be open.
func Diagnose(ctx engine.Context, without []string) *Diagnosis {
	start := time.Now()
	d := &Diagnosis{
		Loader: openxr.LoaderName(), APIVersion: "1.0",
		Extensions: []string{}, ExtensionsUsed: []string{}, Profiles: []string{}, Refused: []string{},
		ViewConfigurations: []ViewConfiguration{}, Formats: []string{}, RefreshHz: []float64{},
	}
	err := d.find(ctx, without)
	d.OK = err == nil
	d.Verdict = fmt.Sprintf("ready: %s, by the runtime %s %s", d.Headset, d.Runtime, d.RuntimeVersion)
	if err != nil {
		d.Verdict, d.Remedy = err.Error(), remedy(err)
	}
	d.TookMS = float64(time.Since(start)) / float64(time.Millisecond)
	return d
}

// find goes as far as it can. What it made it lets go of.
func (d *Diagnosis) find(ctx engine.Context, without []string) (err error) {
	noGL := d.findGL(ctx)
	d.Manifest, d.Library, _ = runtimeManifest()
	if err := load(); err != nil {
		return err
	}
	d.LoaderFound = true
	if err := checkRegistered(); err != nil {
		return err
	}
	if noGL != nil {
		return noGL
	}
	i, err := d.findRuntime(without)
	if err != nil {
		return err
	}
	defer func() {
		i.Close()
		err = errors.Join(err, ctx.MakeCurrent())
	}()
	if err := d.findHeadset(i); err != nil {
		return err
	}
	return d.findSession(i)
}

func (d *Diagnosis) findGL(ctx engine.Context) error {
	if ctx == nil {
		return errNoContext
	}
	if err := ctx.MakeCurrent(); err != nil {
		return err
	}
	if err := gl.InitWithProcAddrFunc(ctx.ProcAddr); err != nil {
		return fmt.Errorf("%w: it has no %w", errNoContext, err)
	}
	d.GLContext, _ = openxr.Context()
	d.GLVersion, d.GLRenderer = gl.GoStr(gl.GetString(gl.VERSION)), gl.GoStr(gl.GetString(gl.RENDERER))
	return nil
}

func (d *Diagnosis) findRuntime(without []string) (*openxr.Instance, error) {
	r, err := openRuntime(without)
	d.Extensions, d.ExtensionsUsed = append(d.Extensions, r.offered...), append(d.ExtensionsUsed, r.used...)
	d.Profiles, d.Refused = append(d.Profiles, r.profiles...), append(d.Refused, r.refused...)
	if err != nil {
		return nil, err
	}
	name, version := r.instance.Runtime()
	d.Runtime, d.RuntimeVersion = name, version.String()
	return r.instance, nil
}

func (d *Diagnosis) findHeadset(i *openxr.Instance) error {
	if err := i.FindHeadset(); err != nil {
		return err
	}
	d.Headset = i.Headset().Name
	configurations, err := i.ViewConfigurations()
	if err != nil {
		return err
	}
	for _, c := range configurations {
		v := ViewConfiguration{Kind: viewKind(c.Kind)}
		for _, size := range c.Views {
			v.Views = append(v.Views, ViewSize(size))
		}
		d.ViewConfigurations = append(d.ViewConfigurations, v)
	}
	least, most, err := i.Requirements()
	if err != nil {
		return err
	}
	d.GLLeast, d.GLMost = least.String(), most.String()
	return checkGL(i)
}

func viewKind(kind int) string {
	switch kind {
	case openxr.MonoViews:
		return "mono"
	case openxr.StereoViews:
		return "stereo"
	}
	return fmt.Sprint(kind)
}

func (d *Diagnosis) findSession(i *openxr.Instance) error {
	s, err := i.NewSession(engine.NearM)
	if err != nil {
		return err
	}
	defer s.Close()
	formats, err := s.Formats()
	if err != nil {
		return err
	}
	for _, f := range formats {
		d.Formats = append(d.Formats, formatName(f))
	}
	rates, _ := s.RefreshRates() // not every runtime tells
	for _, hz := range rates {
		d.RefreshHz = append(d.RefreshHz, float64(hz))
	}
	for v := range d.MaskTriangles {
		_, triangles, _ := s.HiddenMask(v)
		d.MaskTriangles[v] = len(triangles) / 3
	}
	d.StageM[0], d.StageM[1], _ = s.Bounds()
	if _, ok := choose(colours, formats); !ok {
		return errNoFormat
	}
	return nil
}

var formatNames = map[int64]string{
	gl.SRGB8_ALPHA8: "SRGB8_ALPHA8", gl.SRGB8: "SRGB8", gl.RGBA8: "RGBA8", gl.RGBA8_SNORM: "RGBA8_SNORM", gl.RGB10_A2: "RGB10_A2",
	gl.RGBA16: "RGBA16", gl.RGBA16F: "RGBA16F", gl.RGB16F: "RGB16F", gl.RGBA32F: "RGBA32F", gl.R11F_G11F_B10F: "R11F_G11F_B10F",
	gl.DEPTH_COMPONENT16: "DEPTH_COMPONENT16", gl.DEPTH_COMPONENT24: "DEPTH_COMPONENT24",
	gl.DEPTH_COMPONENT32F: "DEPTH_COMPONENT32F", gl.DEPTH24_STENCIL8: "DEPTH24_STENCIL8", gl.DEPTH32F_STENCIL8: "DEPTH32F_STENCIL8",
}

func formatName(f int64) string {
	if name, ok := formatNames[f]; ok {
		return name
	}
	return fmt.Sprintf("%#x", f)
}
