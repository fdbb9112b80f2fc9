package xr

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// application is the name that runtimes know the program by.
const application = "SpaceTime VR"

// Extensions that are used where the runtime has them, besides those of
// controllers.
const (
	extGL          = "XR_KHR_opengl_enable"
	extMaintenance = "XR_KHR_maintenance1" // that others build on
	extDepth       = "XR_KHR_composition_layer_depth"
	extMask        = "XR_KHR_visibility_mask"
	extRefreshRate = "XR_FB_display_refresh_rate"
	extLocalFloor  = "XR_EXT_local_floor"
	extPresence    = "XR_EXT_user_presence"
)

// errNoGL says that a runtime takes no OpenGL, or not of this machine's kind.
var errNoGL = errors.New("the OpenXR runtime does not take OpenGL")

// connect goes as far as it can on the way to a session: the runtime, the
// headset, the session.
func (d *Display) connect() error {
	if d.instance == nil {
		if err := d.connectRuntime(); err != nil {
			return err
		}
	}
	if err := d.instance.FindHeadset(); err != nil {
		return err
	}
	if err := checkGL(d.instance); err != nil {
		return err
	}
	return d.makeSession()
}

func (d *Display) connectRuntime() error {
	if err := checkRegistered(); err != nil {
		return err
	}
	if err := load(); err != nil {
		return err
	}
	r, err := openRuntime(d.options.Without)
	if err != nil {
		return err
	}
	d.instance = r.instance
	name, version := r.instance.Runtime()
	d.log.Info("OpenXR runtime", "name", name, "version", version.String())
	for _, refusal := range r.refused {
		d.log.Debug("controller left out", "reason", refusal)
	}
	d.info.Name = name
	d.seat = newSeat(d.options.Standing) // another runtime's space may be anywhere
	return nil
}

// connection is a runtime that is loaded, with what of it is used.
type connection struct {
	instance *openxr.Instance
	offered  []string // extensions
	used     []string // of them
	profiles []string // of controllers, that the runtime took
	refused  []string // and not, with the reason
}

// openRuntime connects to the runtime, on the GL context that is current. On an
// error the connection is not there, but what was found out on the way is.
func openRuntime(without []string) (r connection, err error) {
	if r.offered, err = openxr.Extensions(); err != nil {
		return r, err
	}
	need, wishes, err := chooseExtensions(r.offered, without)
	if err != nil {
		return r, err
	}
	r.used = append(need, wishes...)
	r.instance, err = openxr.NewInstance(application, 1, r.used)
	if errors.Is(err, openxr.ErrExtensionNotPresent) || errors.Is(err, openxr.ErrExtensionDependencyNotEnabled) {
		// It offers what it does not give by itself: then without what is not needed.
		r.used = need
		r.instance, err = openxr.NewInstance(application, 1, need)
	}
	if err != nil {
		return r, err
	}
	if err := r.addControls(); err != nil {
		r.instance.Close()
		return r, err
	}
	return r, nil
}

// load opens the loader, and keeps it from writing to the console unless the
// user wants that.
func load() error {
	const chatter = "XR_LOADER_DEBUG"
	if _, set := os.LookupEnv(chatter); !set {
		os.Setenv(chatter, "none")
	}
	return openxr.Load()
}

// chooseExtensions returns which of the extensions that a runtime offers are
// needed on the GL context that is current, and which others are used.
func chooseExtensions(offered, without []string) (need, used []string, err error) {
	kind, binding := openxr.Context()
	need = []string{extGL}
	if binding != extGL {
		need = append(need, binding)
	}
	has := func(name string) bool { return slices.Contains(offered, name) && !slices.Contains(without, name) }
	for _, name := range need {
		if !has(name) {
			return nil, nil, fmt.Errorf("%w by %s: it lacks %s", errNoGL, kind, name)
		}
	}
	for _, name := range wishes() {
		if has(name) && !slices.Contains(used, name) {
			used = append(used, name)
		}
	}
	return need, used, nil
}

// wishes lists the extensions that are used where they are offered.
func wishes() []string {
	list := []string{extMaintenance, extDepth, extMask, extRefreshRate, extLocalFloor, extPresence, openxr.ClockExtension()}
	for _, p := range profiles {
		if p.extension != "" {
			list = append(list, p.extension)
		}
	}
	return list
}

// checkGL compares the GL at hand with what the runtime takes.
func checkGL(i *openxr.Instance) error {
	least, most, err := i.Requirements()
	if err != nil {
		return err
	}
	// Newer than a runtime was tested with is not too new.
	if have := glVersion(); have < least {
		return fmt.Errorf("%w of version %v: it wants %v to %v", errNoGL, have, least, most)
	}
	return nil
}

func glVersion() openxr.Version {
	var major, minor int32
	gl.GetIntegerv(gl.MAJOR_VERSION, &major)
	gl.GetIntegerv(gl.MINOR_VERSION, &minor)
	return openxr.NewVersion(int(major), int(minor), 0)
}

// makeSession makes the session with all that it needs.
func (d *Display) makeSession() error {
	session, err := d.instance.NewSession(engine.NearM)
	if err != nil {
		return err
	}
	d.session, d.state, d.strikes = session, openxr.StateUnknown, 0
	d.stats.Sessions++
	d.settle()
	now, err := d.instance.Now()
	d.clock.start(now, engine.Now(), err == nil)
	d.seat.pending = d.seat.pending[:0]
	for _, step := range []func() error{d.setSpace, d.setImages, d.attach, d.setRate} {
		if err := step(); err != nil {
			d.dropSession()
			return err
		}
	}
	d.watchPlaces()
	d.fetchMasks()
	d.settle()
	d.retry.find(engine.Now())
	d.lacking = ""
	d.log.Info("headset", "name", d.info.Name, "width", d.info.Width, "height", d.info.Height, "hz", d.info.RefreshHz)
	return nil
}

// setSpace chooses the space that head and hands are located in. Where a
// runtime has no space on the floor it is LOCAL, and the floor is the stage's.
func (d *Display) setSpace() error {
	if !d.options.Standing {
		return d.session.SetBase(openxr.SpaceLocal)
	}
	if err := d.session.SetBase(openxr.SpaceLocalFloor); err == nil || isLoss(err) {
		return err
	}
	if err := d.session.SetBase(openxr.SpaceLocal); err != nil {
		return err
	}
	if err := d.session.WatchFloor(); err != nil {
		d.log.Warn("the floor is not known", "error", err)
	}
	return nil
}

// isBase tells whether s is the reference space that views are located in.
func (d *Display) isBase(s openxr.Space) bool {
	return s == openxr.SpaceLocal || d.options.Standing && s == openxr.SpaceLocalFloor
}

func (d *Display) attach() error { return d.session.Attach([2]int{controlAimLeft, controlAimRight}) }

// setRate asks for the wanted refresh rate. A runtime that cannot tell rates is
// left alone.
func (d *Display) setRate() error {
	hz, err := d.session.RefreshRate()
	if d.told = err == nil; !d.told {
		return onlyLoss(err)
	}
	d.info.RefreshHz = float64(hz)
	if d.options.RefreshHz == 0 {
		return nil
	}
	rates, err := d.session.RefreshRates()
	if err != nil {
		return onlyLoss(err)
	}
	if want := nearest(rates, d.options.RefreshHz); want > 0 && want != hz {
		return onlyLoss(d.session.RequestRefreshRate(want))
	}
	return nil
}

// nearest returns the rate that is nearest to want; 0 where there is none.
func nearest(rates []float32, want float64) (best float32) {
	for _, hz := range rates {
		if best == 0 || distance(hz, want) < distance(best, want) {
			best = hz
		}
	}
	return best
}

func distance(hz float32, want float64) float64 { return max(float64(hz)-want, want-float64(hz)) }

// fetchMasks gets what the lenses hide of the views.
func (d *Display) fetchMasks() {
	for v := range d.masks {
		d.fetchMask(v)
	}
}

func (d *Display) fetchMask(view int) {
	if view < 0 || view >= len(d.masks) {
		return
	}
	d.masks[view] = nil
	corners, triangles, err := d.session.HiddenMask(view)
	if err == nil && len(triangles) >= 3 {
		d.masks[view] = &engine.Mask{Corners: corners, Triangles: triangles[:len(triangles)/3*3]}
	}
}

// dropSession ends the session in whatever state it is.
func (d *Display) dropSession() {
	if d.session == nil {
		return
	}
	d.watched(d.session.Close)
	d.session, d.running, d.state = nil, false, openxr.StateUnknown
	d.masks = [engine.MaxViews]*engine.Mask{}
	d.frame.Hidden, d.frame.Target = d.masks, engine.Target{}
	d.restoreContext()
}

// restoreContext makes the context current after a session that can no longer
// tell whether it is.
func (d *Display) restoreContext() {
	if err := d.context.MakeCurrent(); err != nil {
		d.log.Error("the runtime took the OpenGL context", "error", err)
	}
	for range maxGLErrors {
		if gl.GetError() == gl.NO_ERROR {
			return
		}
	}
}

// disconnect ends the session and leaves the runtime, which is unloaded.
func (d *Display) disconnect() {
	d.dropSession()
	if d.instance != nil {
		d.watched(d.instance.Close)
		d.instance = nil
		d.restoreContext()
	}
}

// watched makes a call of the runtime that ends something, in which runtimes are
// known to hang.
func (d *Display) watched(call func()) {
	if d.options.Hung != nil {
		defer time.AfterFunc(hangLimit, d.options.Hung).Stop()
	}
	call()
}

// isLoss tells whether an error means that the session or the runtime is gone.
func isLoss(err error) bool {
	return errors.Is(err, openxr.ErrSessionLost) || errors.Is(err, openxr.ErrInstanceLost)
}

// onlyLoss keeps errors that mean that the session is gone, and drops others.
func onlyLoss(err error) error {
	if isLoss(err) {
		return err
	}
	return nil
}
