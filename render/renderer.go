package render

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/text"
	"github.com/spacetime-vr/spacetime/scene"
)

// Options of a renderer. The zero value is what players use.
type Options struct {
	Stereo      Stereo
	Without     []string // GL extensions that count as absent
	Quality     Quality
	Samples     int        // of a pixel, clamped to what GL offers; 0 is what is best here
	CheckErrors bool       // ask GL after each frame what went wrong; slow
	Cache       text.Cache // what is slow to make is kept there; may be nil
	// Settle draws nothing that is still being made: surfaces are whole in the first
	// frame that shows them, however long that takes. It is for pictures that no
	// screen paces, which must come out the same each time.
	Settle bool

	mostSide int // of a face of a surface, in texels; 0 is what the quality allows
	// Textures holds pictures of bodies that take the place of their colours:
	// NAME.png, NAME.jpg or NAME.jpeg, equirectangular, north up, the prime meridian
	// in the middle; nil for none.
	Textures fs.FS
	Log      *slog.Logger // where a picture that cannot be used is told; nil for nowhere
}

// pass draws one kind of thing.
type pass interface {
	// prepare decides what to draw and fills fr.uniforms. It calls no GL and
	// does not allocate.
	prepare(fr *frame)
	// draw draws it, for the views that the bound Pass block names: once a
	// frame, or once a view with [StereoTwice]. It leaves no GL state that it
	// did not set through s.
	draw(s *state, fr *frame)
	delete()
}

// Renderer draws worlds; it is an [engine.Renderer]. It belongs to the context
// that it was made on, and to its thread.
type Renderer struct {
	device      *device
	state       state
	frame       frame
	passes      []namedPass
	timers      timers
	surfaces    *surfaces
	light       lightTarget
	picture     picture
	drawn       bool // the picture shows the light
	tonemap     *tonemap
	airs        *airs
	bodies      *bodies
	labels      *labels
	panel       *panel
	overlay     *overlay
	readback    readback
	uniforms    uint32
	quadVAO     uint32
	checkErrors bool
}

// New makes a renderer on a context, which it makes current. files holds
// shaders/ and stars/. An OpenGL that is too old is [engine.ErrUnavailable].
func New(ctx engine.Context, files fs.FS, o Options) (*Renderer, error) {
	if err := ctx.MakeCurrent(); err != nil {
		return nil, err
	}
	if err := gl.InitWithProcAddrFunc(ctx.ProcAddr); err != nil {
		return nil, engine.Unavailable(fmt.Errorf("OpenGL 4.1 is needed and this one has no %w; update the graphics driver", err))
	}
	d, err := openDevice(o.Without)
	if err != nil {
		return nil, err
	}
	if d.Stereo, err = d.chooseStereo(o.Stereo); err != nil {
		return nil, err
	}
	if o.Samples == 0 {
		o.Samples = d.bestSamples()
	}
	d.Samples = maxSamples(o.Samples)
	d.Quality = d.chooseQuality(o.Quality)
	d.ClipZero = d.has(extClipControl)
	r := &Renderer{device: d, checkErrors: o.CheckErrors, frame: frame{uniforms: new(uniforms)}}
	if err := r.build(files, o); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// build makes what lives as long as the renderer.
func (r *Renderer) build(files fs.FS, o Options) error {
	r.state.greater = r.device.ClipZero
	r.timers.open(r.device)
	r.light.samples = r.device.Samples
	r.readback.direct = r.device.Software
	gl.GenBuffers(1, &r.uniforms)
	gl.GenVertexArrays(1, &r.quadVAO)
	gl.Enable(gl.TEXTURE_CUBE_MAP_SEAMLESS)
	if r.device.Stereo == StereoWide {
		gl.Enable(gl.CLIP_DISTANCE0)
		gl.Enable(gl.CLIP_DISTANCE1)
	}
	c := &shaders{files: files, header: r.device.shaderHeader(), parallel: r.device.has(extParallelCompile)}
	var err error
	if r.tonemap, err = newTonemap(c, r.device.Samples, r.device.Stereo == StereoWide); err != nil {
		return err
	}
	if r.labels, err = newLabels(c, o.Cache); err != nil {
		return err
	}
	if r.panel, err = newPanel(c, r.labels); err != nil {
		return err
	}
	if r.overlay, err = newOverlay(c, r.labels); err != nil {
		return err
	}
	if err := r.buildSky(c, files); err != nil {
		return err
	}
	if r.surfaces, err = newSurfaces(c, r.device, o); err != nil {
		return err
	}
	if r.airs, err = newAirs(c, r.device.Quality); err != nil {
		return err
	}
	r.bodies, err = newBodies(c, r.quadVAO, r.surfaces, r.airs)
	return errors.Join(
		r.add(newCorona(c, r.quadVAO)),
		r.add(r.bodies, err),
		r.add(newPoints(c, r.quadVAO)),
		r.add(newOrbits(c, r.uniforms)),
		r.add(newGlare(c, r.quadVAO)),
	)
}

// buildSky makes what lies infinitely far away, and before it what lenses hide.
func (r *Renderer) buildSky(c *shaders, files fs.FS) error {
	stars, err := newStars(c, files)
	if err != nil {
		return err
	}
	figures, err := newFigures(c, files, stars)
	if err != nil {
		stars.delete()
		return err
	}
	r.labels.nameSky(figures.names)
	return errors.Join(
		r.add(newMask(c)),
		r.add(newMilkyWay(c, files, r.quadVAO)),
		r.add(figures, nil),
		r.add(stars, nil),
	)
}

// add takes in a pass that was just made, or returns why it was not.
func (r *Renderer) add(p pass, err error) error {
	if err == nil {
		r.passes = append(r.passes, named(p))
	}
	return err
}

// Close deletes all that the renderer made in GL. The context must be current.
func (r *Renderer) Close() {
	for _, p := range r.passes {
		p.delete()
	}
	if r.tonemap != nil {
		r.tonemap.delete()
	}
	r.timers.delete()
	r.surfaces.delete()
	r.airs.delete()
	r.overlay.delete()
	r.panel.delete()
	r.labels.delete()
	r.readback.delete()
	r.light.delete()
	r.picture.delete()
	gl.DeleteBuffers(1, &r.uniforms)
	gl.DeleteVertexArrays(1, &r.quadVAO)
	r.passes, r.tonemap, r.airs, r.labels, r.panel, r.overlay = nil, nil, nil, nil, nil, nil
}

// Graphics describes the GL in use.
func (r *Renderer) Graphics() Graphics { return r.device.Graphics }

// Counts implements [engine.Renderer].
func (r *Renderer) Counts() engine.Counts { return r.state.counts }

// Draw implements [engine.Renderer].
func (r *Renderer) Draw(world *scene.World, f *engine.Frame) error {
	start := time.Now()
	if err := r.frame.look(world, f); err != nil {
		return err
	}
	for _, p := range r.passes {
		p.prepare(&r.frame)
	}
	r.panel.prepare(&r.frame, f)
	r.overlay.prepare(&r.frame, f)
	r.labels.prepare(&r.frame)
	culled := time.Now()
	if err := r.fit(&f.Target); err != nil {
		return err
	}
	r.state.begin()
	r.timers.begin(&r.state)
	if err := r.surfaces.work(&r.state, &r.frame, r.bodies.list); err != nil {
		return err
	}
	if err := r.bodies.choose(&r.state, &r.frame); err != nil {
		return err
	}
	r.state.upload(gl.UNIFORM_BUFFER, r.uniforms, unsafe.Pointer(r.frame.uniforms), int(unsafe.Sizeof(*r.frame.uniforms)))
	r.drawLight()
	f.DepthDrawn = r.givesDepth(&f.Target)
	r.drawPicture(&f.Target, f.DepthDrawn, r.overlay.shows())
	r.timers.end()
	r.state.counts.GPU = r.timers.last
	r.state.end()
	r.state.counts.Cull = culled.Sub(start)
	r.state.counts.Submit = time.Since(culled)
	return r.check()
}

// fit makes the targets as large as the frame.
func (r *Renderer) fit(t *engine.Target) error {
	fr := &r.frame
	w, layers := fr.w, fr.n
	if r.device.Stereo == StereoWide {
		w, layers = fr.w*fr.n, 1
	}
	if err := r.light.fit(w, fr.h, layers); err != nil {
		return err
	}
	if ownPicture(t) {
		return r.picture.fit(fr.w, fr.h, fr.n)
	}
	return nil
}

// ownPicture tells whether the display has no images of its own.
func ownPicture(t *engine.Target) bool { return !t.Window && t.Colour[0] == 0 }

// drawLight draws all passes for all views.
func (r *Renderer) drawLight() {
	s, fr := &r.state, &r.frame
	s.bindUniforms(blockFrame, r.uniforms, frameSpan)
	s.bindUniforms(blockPoints, r.uniforms, pointsSpan)
	s.bindUniforms(blockBodies, r.uniforms, bodiesSpan)
	s.bindUniforms(blockShadows, r.uniforms, shadowsSpan)
	if fr.world.Layers.Has(scene.LayerTestPattern) {
		return
	}
	r.airs.update(s, r.bodies.list)
	if r.device.Stereo == StereoTwice {
		for i := range fr.n {
			r.drawViews(r.light.layer[i], passFirst+i)
		}
		return
	}
	r.drawViews(r.light.whole, passAll)
}

func (r *Renderer) drawViews(framebuffer uint32, pass int) {
	s, b := &r.state, &r.frame.uniforms.passes[pass]
	s.bindFramebuffer(framebuffer)
	s.setViewport(0, 0, r.light.w, r.light.h)
	s.bindUniforms(blockPass, r.uniforms, passSpan(pass))
	s.first, s.views = int(b.first), int(b.count)
	s.clear()
	for _, p := range r.passes {
		p.draw(s, &r.frame)
		r.timers.mark(s, p.name)
	}
}

// drawPicture makes the picture of each view, in the images of t or in the
// renderer's own, with its depth if deep, and under the overlay if that is wanted.
func (r *Renderer) drawPicture(t *engine.Target, deep, overlay bool) {
	r.drawn = ownPicture(t)
	var to [engine.MaxViews]destination
	for i := range r.frame.n {
		to[i] = r.destination(t, i, deep)
		r.tonemap.draw(&r.state, &r.frame, &r.light, r.uniforms, i, to[i])
	}
	r.timers.mark(&r.state, "tonemap")
	for i := range r.frame.n {
		r.labels.draw(&r.state, i, to[i])
	}
	r.timers.mark(&r.state, "labels")
	for i := range r.frame.n {
		r.panel.draw(&r.state, i, to[i])
	}
	if overlay {
		for i := range r.frame.n {
			r.overlay.draw(&r.state, i, to[i])
		}
	}
	r.timers.mark(&r.state, "panel")
}

// destination is where a view of the picture goes, made ready for it.
func (r *Renderer) destination(t *engine.Target, view int, deep bool) destination {
	switch {
	case ownPicture(t):
		w, h := r.frame.w, r.frame.h
		return destination{framebuffer: r.picture.framebuffer, rect: engine.Rect{X: view * w, W: w, H: h}}
	case t.Window:
		return destination{rect: t.Rect[view], srgb: t.SRGB}
	}
	return r.tonemap.attach(&r.state, t, view, deep)
}

// givesDepth tells whether all depth images of a target get this frame's depth.
// Logarithmic depth would mean nothing to a compositor, and a test picture has
// none.
func (r *Renderer) givesDepth(t *engine.Target) bool {
	if t.Window || ownPicture(t) || !r.device.ClipZero || r.frame.world.Layers.Has(scene.LayerTestPattern) {
		return false
	}
	for i := range r.frame.n {
		if t.Depth[imageOf(t, i)] == 0 {
			return false
		}
	}
	return true
}

// imageOf is which of the images of t view i lies in.
func imageOf(t *engine.Target, view int) int {
	if t.Layout == engine.LayoutPerView {
		return view
	}
	return 0
}

// check reports errors of GL, if that was asked for.
func (r *Renderer) check() error {
	if !r.checkErrors {
		return nil
	}
	if code := gl.GetError(); code != gl.NO_ERROR {
		return fmt.Errorf("OpenGL error %#x in a frame", code)
	}
	return nil
}

// errNotDrawn is a capture before the first frame; errCapturing a second one
// while the first is under way, errNoCapture an end without a beginning.
var (
	errNotDrawn  = errors.New("capture: nothing was drawn yet")
	errCapturing = errors.New("capture: another copy is under way")
	errNoCapture = errors.New("capture: no copy is under way")
)

// BeginCapture implements [engine.Renderer].
func (r *Renderer) BeginCapture() error {
	switch {
	case r.light.w == 0:
		return errNotDrawn
	case r.readback.busy:
		return errCapturing
	}
	if !r.drawn {
		if err := r.picture.fit(r.frame.w, r.frame.h, r.frame.n); err != nil {
			return err
		}
	}
	counts := r.state.counts
	r.state.begin()
	r.state.counts = counts
	if !r.drawn {
		r.state.bindUniforms(blockFrame, r.uniforms, frameSpan)
		r.drawPicture(&engine.Target{}, false, false)
	}
	r.readback.start(&r.state, &r.picture)
	r.state.end()
	return r.check()
}

// EndCapture implements [engine.Renderer].
func (r *Renderer) EndCapture(p *engine.Picture, wait bool) (bool, error) {
	if !r.readback.busy {
		return false, errNoCapture
	}
	return r.readback.finish(p, wait)
}
