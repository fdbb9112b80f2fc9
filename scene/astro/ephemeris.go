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

// Pole is the direction of a body's north pole, ICRF.
func (e *Ephemeris) Pole(b Body) mgl64.Vec3 { return e.Orientations[b].Rotate(mgl64.Vec3{0, 0, 1}) }

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

// model is how a body's position is computed, and how well.
type model struct {
	name           string
	accuracyArcsec float64            // worst error seen from what the body moves about; 0 where its phase has no source
	state          func(t Time) State // relative to what the body moves about; of the giants and Pluto, the barycentre of their system
}

// models holds worst errors. Those of the planets, the Moon and Pluto were
// measured against JPL DE431 over 1800 to 2100; that of Ceres against Swiss
// Ephemeris 2.09 (from JPL's elements of 2020 and 2026 it is 0.02″ off); those of
// most moons against their theories.
var models = func() (all [NumBodies]model) {
	all[Sun] = model{"origin", 0, func(Time) State { return State{} }}
	for i, p := range [...]struct {
		body     Body
		accuracy float64
	}{{Mercury, 0.15}, {Venus, 0.1}, {Earth, 0.1}, {Mars, 0.2}, {Jupiter, 0.5}, {Saturn, 0.5}, {Uranus, 1.6}, {Neptune, 2.3}} {
		all[p.body] = model{"VSOP87B", p.accuracy, func(t Time) State { return planetState(i, t) }}
	}
	all[Moon] = model{"ELP2000-82B", 0.7, moonState}
	all[Pluto] = model{"integration fitted to DE431", 0.3, plutoSpans.state}
	all[Ceres] = model{"integration from JPL elements", 1.3, ceresSpans.state}
	// Pluto's prime meridian is Charon's by definition, and the orbit is round to 0.02°; the rest is for the pole.
	all[Charon] = model{"circle over Pluto's prime meridian", 0.5 * 3600, charonState}
	for i := range meanElements {
		e := &meanElements[i]
		// The fits are of 1950 to 2050; over twice the time the worst error grows by up to six tenths.
		all[e.body] = model{"precessing ellipse", math.Ceil(1.6 * e.worstDeg * 3600), e.state}
	}
	// JPL's own solutions differ by 0.1°; the rest is for what they leave out of an ellipse, and for time.
	all[Amalthea] = model{"precessing ellipse", 0.5 * 3600, amalthea.state}
	// What its plane turns by, and a little more.
	all[Proteus] = model{"precessing ellipse", 3600, proteus.state}
	all[Phoebe] = model{"circle from an arbitrary place", 0, phoebeState}
	return all
}()

func relativeState(b Body, t Time) State { return models[b].state(t) }
