package main

import (
	"math"
	"sync"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Orbits are heliocentric, in kilometres and seconds on ICRF axes, in steps from
// startDays.
const (
	stepDays   = 10.0
	stepS      = stepDays * dayS
	stepCount  = int(spanCount * spanDays / stepDays)
	dayS       = 86_400.0
	kilometreM = 1e3
	lightKmS   = 299_792.458
)

// sunGM is in km³/s².
var sunGM = astro.Sun.Info().GMM3S2 / 1e9

// A step has three nodes: Gauss's, of order six. nodeAt are parts of the step;
// nodeWeight integrate over it, and the rows of nodePart up to each node.
//
// Source: Butcher 1964, Math. Comp. 18, 50.
var (
	root15     = math.Sqrt(15)
	nodeAt     = [3]float64{0.5 - root15/10, 0.5, 0.5 + root15/10}
	nodeWeight = [3]float64{5. / 18, 4. / 9, 5. / 18}
	nodePart   = [3][3]float64{
		{5. / 36, 2./9 - root15/15, 5./36 - root15/30},
		{5./36 + root15/24, 2. / 9, 5./36 - root15/24},
		{5./36 + root15/30, 2./9 + root15/15, 5. / 36},
	}
)

// pulls are what draws on other bodies besides the Sun: the planets Mercury to
// Neptune, then Pallas and Vesta.
type pulls struct {
	gm        []float64         // km³/s², of a planet with its moons
	positions [][3][]mgl64.Vec3 // at the nodes of every step, in the order of gm
}

// allPulls are computed once, in some seconds.
var allPulls = sync.OnceValue(newPulls)

func newPulls() *pulls {
	p := &pulls{positions: make([][3][]mgl64.Vec3, stepCount)}
	for i := range 8 {
		planet := planetOf(i)
		p.add(systemGM(planet), func(days float64) mgl64.Vec3 {
			return astro.PlanetBarycentre(planet, astro.Time(days*dayS*1e9)).PositionM.Mul(1 / kilometreM)
		})
	}
	for _, m := range minorPlanets {
		from := stepAt(m.epochDays)
		x, v := m.elements.state(dayOf(from) - m.epochDays)
		p.add(m.gm, newField(p, m.gm).integrate(from, x, v).at)
	}
	return p
}

// add lets a body pull whose place is known as a function of days since J2000.0.
func (p *pulls) add(gm float64, at func(days float64) mgl64.Vec3) {
	p.gm = append(p.gm, gm)
	for step := range p.positions {
		for node, part := range nodeAt {
			list := &p.positions[step][node]
			*list = append(*list, at(dayOf(step)+part*stepDays))
		}
	}
}

// minorPlanets are the two that matter to Ceres, which would be 0.15″ off after
// 20 years without them. Their own orbits need not be that good.
//
// Source: JPL Small-Body Database, epoch JD 2458600.5 (2019-04-27); GM, km³/s²:
// JPL DE440, Park et al. 2021, AJ 161, 105.
var minorPlanets = []struct {
	gm, epochDays float64
	elements      elements
}{
	{13.666, 7055.5, elements{2.772465922815752, 0.2303368122519394, 34.83623460557907, 173.0800618276949, 310.0488584525203, 59.69913098405375}}, // Pallas
	{17.288, 7055.5, elements{2.361417895877277, 0.08872145950956178, 7.141770811873426, 103.810804427096, 150.7285412870121, 95.86193620017683}}, // Vesta
}

func planetOf(i int) astro.Body {
	return [...]astro.Body{astro.Mercury, astro.Venus, astro.Earth, astro.Mars, astro.Jupiter, astro.Saturn, astro.Uranus, astro.Neptune}[i]
}

// systemGM is of a planet with its moons, km³/s².
func systemGM(planet astro.Body) float64 {
	gm := planet.Info().GMM3S2
	for b := range astro.NumBodies {
		if b != planet && b.Info().Parent == planet {
			gm += b.Info().GMM3S2
		}
	}
	return gm / 1e9
}

// field is what a body moves in.
type field struct {
	*pulls
	centralGM float64 // of the Sun and the body itself, km³/s²
}

func newField(p *pulls, ownGM float64) *field { return &field{p, sunGM + ownGM} }

// acceleration is heliocentric, km/s², under pulls from these places.
func (f *field) acceleration(pulls []mgl64.Vec3, x, v mgl64.Vec3) mgl64.Vec3 {
	a := x.Mul(-f.centralGM / cube(x.Len())).Add(f.relativity(x, v))
	for i, at := range pulls {
		d := at.Sub(x)
		a = a.Add(d.Mul(f.gm[i] / cube(d.Len()))).Sub(at.Mul(f.gm[i] / cube(at.Len())))
	}
	return a
}

// relativity is what general relativity adds to the Sun's pull, to first order.
// It turns the orbit of Ceres by 0.3″ a century.
//
// Source: IERS Conventions 2010, equation 10.12, its first term.
func (f *field) relativity(x, v mgl64.Vec3) mgl64.Vec3 {
	r := x.Len()
	along := x.Mul(4*f.centralGM/r - v.Dot(v)).Add(v.Mul(4 * x.Dot(v)))
	return along.Mul(f.centralGM / (lightKmS * lightKmS * cube(r)))
}

func cube(x float64) float64 { return x * x * x }

// orbit is the state at every end of a step.
type orbit struct{ x, v []mgl64.Vec3 }

// stepAt returns the step that begins at days since J2000.0 or before.
func stepAt(days float64) int { return int((days - startDays) / stepDays) }

// dayOf returns when a step begins, in days since J2000.0.
func dayOf(step int) float64 { return startDays + float64(step)*stepDays }

// integrate goes both ways from the beginning of a step.
func (f *field) integrate(from int, x, v mgl64.Vec3) *orbit {
	n := len(f.positions) + 1
	o := &orbit{make([]mgl64.Vec3, n), make([]mgl64.Vec3, n)}
	o.x[from], o.v[from] = x, v
	for i := from; i+1 < n; i++ {
		o.x[i+1], o.v[i+1] = f.step(&f.positions[i], stepS, o.x[i], o.v[i])
	}
	for i := from; i > 0; i-- {
		p := &f.positions[i-1]
		o.x[i-1], o.v[i-1] = f.step(&[3][]mgl64.Vec3{p[2], p[1], p[0]}, -stepS, o.x[i], o.v[i])
	}
	return o
}

// step goes h seconds by collocation at the nodes. Its equations hold the
// unknown accelerations there on both sides, and are solved by repetition, each
// round of which is a thousand times better: by (2πh/period)².
func (f *field) step(pulls *[3][]mgl64.Vec3, h float64, x, v mgl64.Vec3) (mgl64.Vec3, mgl64.Vec3) {
	var speeds, accelerations [3]mgl64.Vec3
	for range 6 {
		for i := range speeds {
			speeds[i] = v.Add(weighted(&nodePart[i], &accelerations).Mul(h))
		}
		for i := range accelerations {
			at := x.Add(weighted(&nodePart[i], &speeds).Mul(h))
			accelerations[i] = f.acceleration(pulls[i], at, speeds[i])
		}
	}
	return x.Add(weighted(&nodeWeight, &speeds).Mul(h)), v.Add(weighted(&nodeWeight, &accelerations).Mul(h))
}

func weighted(w *[3]float64, v *[3]mgl64.Vec3) mgl64.Vec3 {
	return v[0].Mul(w[0]).Add(v[1].Mul(w[1])).Add(v[2].Mul(w[2]))
}

// at interpolates by the cubic of positions and velocities at both ends of a
// step, whose error is 2 km for Ceres, 0.001″, and a metre for Pluto.
func (o *orbit) at(days float64) mgl64.Vec3 {
	i := max(0, min(len(o.x)-2, stepAt(days)))
	u := (days-startDays)/stepDays - float64(i)
	return o.x[i].Mul((1 + 2*u) * (1 - u) * (1 - u)).Add(o.v[i].Mul(stepS * u * (1 - u) * (1 - u))).
		Add(o.x[i+1].Mul(u * u * (3 - 2*u))).Add(o.v[i+1].Mul(stepS * u * u * (u - 1)))
}
