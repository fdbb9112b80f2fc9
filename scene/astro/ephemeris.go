package astro

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// Ephemeris is all bodies at one instant. It is large; make one and update it.
type Ephemeris struct {
	Time         Time
	States       [NumBodies]State      // heliocentric, ICRF
	Orientations [NumBodies]mgl64.Quat // body-fixed axes to ICRF
}

// Update sets e to the instant t. What e held before has no influence: the same
// t gives the same bits. It allocates nothing and takes some 0.2 ms.
func (e *Ephemeris) Update(t Time) {
	e.Time = t
	for b := range NumBodies {
		e.States[b] = relativeState(b, t)
		if b != Earth && !rotations[b].known {
			e.Orientations[b] = locked(e.States[b].PositionM, poleOf(facts[b].Parent, t))
		} else {
			e.Orientations[b] = orientation(b, t)
		}
	}
	e.centre()
	for b := range NumBodies { // parents come first
		if parent := facts[b].Parent; parent != Sun {
			e.States[b] = e.States[b].add(e.States[parent])
		}
	}
}

// centre moves the planets whose theory gives their system's barycentre to their
// own centre. States of moons are relative to their planet still.
func (e *Ephemeris) centre() {
	var pull [NumBodies]State
	var mass [NumBodies]float64
	for b := range NumBodies {
		if p := facts[b].Parent; barycentric(p) {
			pull[p] = pull[p].add(e.States[b].scale(facts[b].GMM3S2))
			mass[p] += facts[b].GMM3S2
		}
	}
	for p := range NumBodies {
		if mass[p] > 0 {
			e.States[p] = e.States[p].add(pull[p].scale(-1 / (mass[p] + facts[p].GMM3S2)))
		}
	}
}

// barycentric tells whether the theory of b gives the barycentre of b and its
// moons. That of the Earth does not, and those of Mars are too light to matter.
func barycentric(b Body) bool {
	return b == Jupiter || b == Saturn || b == Uranus || b == Neptune || b == Pluto
}

// StateAt returns where b is at t, heliocentric: what Ephemeris has, to the
// rounding.
func StateAt(b Body, t Time) State {
	s := relativeState(b, t)
	if p := facts[b].Parent; p != Sun {
		return s.add(StateAt(p, t))
	}
	if !barycentric(b) {
		return s
	}
	var pull State
	var mass float64
	for m := range NumBodies {
		if facts[m].Parent == b {
			pull = pull.add(relativeState(m, t).scale(facts[m].GMM3S2))
			mass += facts[m].GMM3S2
		}
	}
	return s.add(pull.scale(-1 / (mass + facts[b].GMM3S2)))
}

// model is how a body's position is computed, and how well: the worst error in
// arcseconds, seen from what it moves about; 0 where its phase has no source.
type model struct {
	name           string
	accuracyArcsec float64
	series         int // planetState's number, plus one
	ellipse        *ellipse
}

// models holds worst errors: the planets', the Moon's and Pluto's as measured
// against JPL DE431 over 1800 to 2100, the other moons' against their theories.
var models = func() (all [NumBodies]model) {
	all[Sun] = model{name: "origin"}
	for i, p := range [...]struct {
		body     Body
		accuracy float64
	}{{Mercury, 0.15}, {Venus, 0.1}, {Earth, 0.1}, {Mars, 0.2}, {Jupiter, 0.5}, {Saturn, 0.5}, {Uranus, 1.6}, {Neptune, 2.3}} {
		all[p.body] = model{name: "VSOP87B", accuracyArcsec: p.accuracy, series: i + 1}
	}
	all[Moon] = model{name: "ELP2000-82B", accuracyArcsec: 0.7}
	all[Pluto] = model{name: "integration fitted to DE431", accuracyArcsec: 0.3}
	all[Ceres] = model{name: "osculating ellipse of 2025"}
	all[Charon] = model{name: "circle over Pluto's prime meridian", accuracyArcsec: 0.5 * 3600}
	for _, b := range [...]Body{Amalthea, Phoebe, Proteus} {
		all[b] = model{name: "circle from an arbitrary place"}
	}
	for i := range meanElements {
		e := &meanElements[i]
		// The fits are of 1950 to 2050; over twice the time the worst error grows by up to six tenths.
		all[e.body] = model{name: "precessing ellipse", accuracyArcsec: math.Ceil(1.6 * e.worstDeg * 3600), ellipse: e}
	}
	return all
}()

// relativeState is relative to what b moves about; of the giants and Pluto, the
// barycentre of their system.
func relativeState(b Body, t Time) State {
	m := &models[b]
	switch {
	case m.series > 0:
		return planetState(m.series-1, t)
	case m.ellipse != nil:
		return m.ellipse.state(t)
	}
	switch b {
	case Sun:
		return State{}
	case Moon:
		return moonState(t)
	case Pluto:
		return plutoState(t)
	case Ceres:
		return ceresState(t)
	case Charon:
		return charonState(t)
	}
	return circleState(b, t)
}
