package render

import (
	"errors"
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

const (
	metresPerPC = astro.AUM * 180 * 3600 / math.Pi
	yearSeconds = 365.25 * 86400
)

// frame is what the passes draw: the world, and from where.
type frame struct {
	world    *scene.World
	views    [engine.MaxViews]viewpoint
	n        int        // views
	whole    [4]float64 // tangents of what the one view is a part of
	hidden   [engine.MaxViews]*engine.Mask
	w, h     int                    // pixels of one view
	covered  [engine.MaxViews]box   // by a panel, which names and notices keep off
	written  [engine.MaxViews][]box // by an overlay, which names keep off
	exposure exposure
	sky      float64 // how many times brighter than automatic the picture is
	shadows  shadows
	starry   float64   // how much of the gain of the stars daylight leaves
	galaxy   float64   // how much of the Milky Way sunlit bodies in the picture leave
	uniforms *uniforms // apart, since cgo may see no other Go pointers beside it
}

// viewpoint is one view as the renderer needs it.
type viewpoint struct {
	eyeM     mgl64.Vec3  // heliocentric ICRF, metres
	axes     mgl64.Mat3  // ICRF axes to view axes: x right, y up, z backward
	tangents [4]float64  // left, right, down, up
	whole    *[4]float64 // the same of what the view is a part of; nil where it is all
	perUnit  float64     // pixels per radian at the axis of the view
}

// errViews says that a display asks for what no display can show.
var errViews = errors.New("a frame has one view or two, of the same size, between 1 and 16384 pixels each way")

// maxFOVRad bounds the angle of one side of a view, short of a right angle.
const maxFOVRad = 1.55

// look takes over the world and the views of f.
func (fr *frame) look(world *scene.World, f *engine.Frame) error {
	fr.world, fr.n = world, f.ViewCount
	if f.ViewCount < 1 || f.ViewCount > engine.MaxViews {
		return fmt.Errorf("%d views: %w", f.ViewCount, errViews)
	}
	fr.w, fr.h = f.Target.Rect[0].W, f.Target.Rect[0].H
	for i := range fr.n {
		r := f.Target.Rect[i]
		if r.W != fr.w || r.H != fr.h || r.W < 1 || r.H < 1 || r.W > 16384 || r.H > 16384 {
			return fmt.Errorf("view %d of %d by %d pixels: %w", i, r.W, r.H, errViews)
		}
		if err := fr.views[i].set(world.Ship.Compose(f.Views[i].Pose), f.Views[i].FOV, r.W, r.H); err != nil {
			return err
		}
		if fr.views[i].whole = nil; f.Whole != nil {
			fr.whole = tangentsOf(*f.Whole)
			fr.views[i].whole = &fr.whole
		}
	}
	fr.hidden = f.Hidden
	fr.shadows.find(&world.Ephemeris)
	fr.expose()
	fr.starry = fr.starsSeen()
	fr.uniforms.setFrame(fr)
	fr.setSun()
	return nil
}

func (v *viewpoint) set(eye scene.Pose, fov scene.FOV, w, h int) error {
	for _, a := range [...]float64{fov.LeftRad, fov.RightRad, fov.UpRad, fov.DownRad} {
		if !(math.Abs(a) < maxFOVRad) {
			return fmt.Errorf("a field of view with a side at %g rad", a)
		}
	}
	if !(fov.RightRad > fov.LeftRad && fov.UpRad > fov.DownRad) {
		return errors.New("a field of view that is empty or inside out")
	}
	v.eyeM = eye.PositionM
	v.axes = eye.Orientation.Normalize().Conjugate().Mat4().Mat3()
	v.tangents = tangentsOf(fov)
	t := v.tangents
	v.perUnit = math.Sqrt(float64(w) / (t[1] - t[0]) * float64(h) / (t[3] - t[2]))
	return nil
}

func tangentsOf(fov scene.FOV) [4]float64 {
	return [4]float64{math.Tan(fov.LeftRad), math.Tan(fov.RightRad), math.Tan(fov.DownRad), math.Tan(fov.UpRad)}
}

// all returns the tangents of all that is to be seen.
func (v *viewpoint) all() *[4]float64 {
	if v.whole != nil {
		return v.whole
	}
	return &v.tangents
}

// pixelsHigh returns the height in pixels of all that is to be seen in a view that is h high.
func (v *viewpoint) pixelsHigh(h int) float64 {
	all := v.all()
	return float64(h) * (all[3] - all[2]) / (v.tangents[3] - v.tangents[2])
}

// clip returns the matrix from ICRF axes, metres from the eye, to clip space:
// infinite, depth 1 at [engine.NearM] and 0 at infinity. The sides need not be
// symmetric.
func (v *viewpoint) clip() mgl32.Mat4 {
	return single4(v.projection().Mul4(v.axes.Mat4()))
}

// projection returns the matrix from view axes to clip space.
func (v *viewpoint) projection() mgl64.Mat4 {
	l, r, d, u := v.tangents[0], v.tangents[1], v.tangents[2], v.tangents[3]
	return mgl64.Mat4{
		2 / (r - l), 0, 0, 0,
		0, 2 / (u - d), 0, 0,
		(r + l) / (r - l), (u + d) / (u - d), 0, -1,
		0, 0, engine.NearM, 0,
	}
}

// sees tells whether a sphere, its centre in metres from the eye on ICRF axes,
// may be in the view.
func (v *viewpoint) sees(centreM mgl64.Vec3, radiusM float64) bool {
	p := v.axes.Mul3x1(centreM)
	t := v.tangents
	return inside(p[0], -p[2], t[0], radiusM) && inside(-p[0], -p[2], -t[1], radiusM) &&
		inside(p[1], -p[2], t[2], radiusM) && inside(-p[1], -p[2], -t[3], radiusM)
}

// inside tells whether a sphere reaches over the plane x = tangent * ahead.
func inside(x, ahead, tangent, radius float64) bool {
	return x-tangent*ahead > -radius*math.Sqrt(1+tangent*tangent)
}

func single4(m mgl64.Mat4) (s mgl32.Mat4) {
	for i, x := range m {
		s[i] = float32(x)
	}
	return s
}

// vec4 is what a vec4 of a uniform block holds.
type vec4 [4]float32

func pack(v mgl64.Vec3, w float64) vec4 {
	return vec4{float32(v[0]), float32(v[1]), float32(v[2]), float32(w)}
}
