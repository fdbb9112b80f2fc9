package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// ellipse is an orbit about what a body moves about. With E for the eccentric
// anomaly, the body is at centre + major cos E + minor sin E.
type ellipse struct {
	major, minor mgl64.Vec3 // semi-axes, ICRF, metres; major towards periapsis
	cos, sin     float64    // of the body's eccentric anomaly
}

// ellipseOf is the osculating orbit of a body; not ok if it is no ellipse.
//
// Source: Bate, Mueller & White 1971, Fundamentals of Astrodynamics, section 2.4.
func ellipseOf(w *scene.World, body astro.Body) (e ellipse, ok bool) {
	info := body.Info()
	at, about := w.Ephemeris.States[body], w.Ephemeris.States[info.Parent]
	r, v := at.PositionM.Sub(about.PositionM), at.VelocityMS.Sub(about.VelocityMS)
	gm := info.GMM3S2 + info.Parent.Info().GMM3S2
	rM := r.Len()
	a := 1 / (2/rM - v.Dot(v)/gm)
	h := r.Cross(v)
	if !(a > 0) || h.Len() == 0 {
		return e, false
	}
	periapsis := v.Cross(h).Mul(1 / gm).Sub(r.Mul(1 / rM))
	ecc := periapsis.Len()
	if ecc < 1e-9 { // a circle begins anywhere
		periapsis = r
	}
	if ecc >= 1 {
		return e, false
	}
	p := periapsis.Normalize()
	q := h.Cross(p).Normalize()
	b := a * math.Sqrt(1-ecc*ecc)
	e = ellipse{p.Mul(a), q.Mul(b), r.Dot(p)/a + ecc, r.Dot(q) / b}
	return e, true
}
