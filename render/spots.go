package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Where things are in a view, in pixels, y up, for what is written beside them.

// box is a part of a view, in pixels, y up.
type box struct{ left, low, right, high float32 }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.low < o.high && o.low < b.high
}

func (b box) meetsDisc(s *spot) bool {
	dx, dy := max(b.left-s.x, 0, s.x-b.right), max(b.low-s.y, 0, s.y-b.high)
	return dx*dx+dy*dy <= s.radius*s.radius
}

func (b box) within(w, h int) bool {
	return b.left >= 0 && b.low >= 0 && b.right <= float32(w) && b.high <= float32(h)
}

// spot is where a body is in a view, in pixels, y up. It is shown if its centre
// is in the view and not behind another body.
type spot struct {
	x, y, radius        float32
	ahead, shown, named bool
}

func (fr *frame) spotOf(view int, body astro.Body) (s spot) {
	v, centre, radiusM := &fr.views[view], fr.relative(view, body), body.Info().MeanRadiusM
	p := v.axes.Mul3x1(centre)
	if s.ahead = p[2] < -radiusM; !s.ahead {
		return s
	}
	across, up, t := -p[0]/p[2], -p[1]/p[2], v.tangents
	s.x, s.y = fr.pixel(view, across, up)
	// Off the axis, a flat picture stretches discs outward.
	radius := radiusM / math.Sqrt(centre.Dot(centre)-radiusM*radiusM)
	s.radius = float32(radius * (1 + across*across + up*up) * float64(fr.h) / (t[3] - t[2]))
	inView := s.x >= 0 && s.y >= 0 && s.x < float32(fr.w) && s.y < float32(fr.h)
	s.shown = inView && !fr.isBehind(view, body)
	return s
}

// pixel is where a way is in a view, given by its tangents right and up.
func (fr *frame) pixel(view int, across, up float64) (x, y float32) {
	t := &fr.views[view].tangents
	return float32((across - t[0]) / (t[1] - t[0]) * float64(fr.w)), float32((up - t[2]) / (t[3] - t[2]) * float64(fr.h))
}

// isBehind tells whether a body is hidden: its centre, by one that looks larger.
func (fr *frame) isBehind(view int, body astro.Body) bool {
	far := fr.relative(view, body)
	distanceM := far.Len()
	way := far.Mul(1 / distanceM)
	for other := range astro.NumBodies {
		at := fr.relative(view, other)
		along := at.Dot(way)
		if other == body || along <= 0 || along >= distanceM {
			continue
		}
		r := other.Info().MeanRadiusM
		if at.Dot(at)-along*along < r*r && r*distanceM > body.Info().MeanRadiusM*along {
			return true
		}
	}
	return false
}

// skySpot is where a direction is in a view; not ok if it is behind the eye or a
// body.
func (fr *frame) skySpot(view int, way mgl64.Vec3) (s spot, ok bool) {
	p := fr.views[view].axes.Mul3x1(way)
	if p[2] > -0.05 || fr.isCovered(view, way) {
		return s, false
	}
	s.x, s.y = fr.pixel(view, -p[0]/p[2], -p[1]/p[2])
	return s, true
}

// isCovered tells whether a body lies in a direction.
func (fr *frame) isCovered(view int, way mgl64.Vec3) bool {
	if !fr.world.Layers.Has(scene.LayerBodies) {
		return false
	}
	for body := range astro.NumBodies {
		at := fr.relative(view, body)
		along, r := at.Dot(way), body.Info().MeanRadiusM
		if along > 0 && at.Dot(at)-along*along < r*r {
			return true
		}
	}
	return false
}

// meetsRings tells whether rings lie under a box, by nine of its places.
func (fr *frame) meetsRings(view int, planet astro.Body, b box) bool {
	bands := planet.Info().Rings
	if len(bands) == 0 {
		return false
	}
	inner, outer := bands[0].InnerM, bands[len(bands)-1].OuterM
	for i := range 9 {
		right, up := 0.5*float32(i%3), 0.5*float32(i/3)
		r := fr.equatorAt(view, planet, b.left+right*(b.right-b.left), b.low+up*(b.high-b.low))
		if r > inner && r < outer {
			return true
		}
	}
	return false
}

// equatorAt is how far from a planet's middle a pixel shows the plane of its
// equator, metres. It is infinite, or no number, if it does not.
func (fr *frame) equatorAt(view int, planet astro.Body, x, y float32) float64 {
	v, t := &fr.views[view], &fr.views[view].tangents
	across := t[0] + (t[1]-t[0])*float64(x)/float64(fr.w)
	up := t[2] + (t[3]-t[2])*float64(y)/float64(fr.h)
	way := v.axes.Transpose().Mul3x1(mgl64.Vec3{across, up, -1})
	pole := fr.world.Ephemeris.Pole(planet)
	centre := fr.relative(view, planet)
	away := centre.Dot(pole) / way.Dot(pole)
	if away < 0 {
		return math.Inf(1)
	}
	return way.Mul(away).Sub(centre).Len()
}
