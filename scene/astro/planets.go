package astro

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// AUM is the astronomical unit in metres (IAU 2012 resolution B2).
const AUM = 149_597_870_700

// State is a position and a velocity, on ICRF axes.
type State struct {
	PositionM  mgl64.Vec3
	VelocityMS mgl64.Vec3
}

func (s State) add(t State) State {
	return State{s.PositionM.Add(t.PositionM), s.VelocityMS.Add(t.VelocityMS)}
}

func (s State) scale(f float64) State { return State{s.PositionM.Mul(f), s.VelocityMS.Mul(f)} }

// rotate applies a matrix that is given by rows.
func (s State) rotate(rows *[9]float64) State {
	return State{times(rows, s.PositionM), times(rows, s.VelocityMS)}
}

func times(rows *[9]float64, v mgl64.Vec3) mgl64.Vec3 {
	return mgl64.Vec3{
		rows[0]*v[0] + rows[1]*v[1] + rows[2]*v[2],
		rows[3]*v[0] + rows[4]*v[1] + rows[5]*v[2],
		rows[6]*v[0] + rows[7]*v[1] + rows[8]*v[2],
	}
}

// spherical turns longitude, latitude (rad) and radius with their rates into
// rectangular coordinates.
func spherical(lon, lat, r, lonRate, latRate, rRate float64) State {
	sinL, cosL := math.Sincos(lon)
	sinB, cosB := math.Sincos(lat)
	out := mgl64.Vec3{cosB * cosL, cosB * sinL, sinB}
	east := mgl64.Vec3{-cosB * sinL, cosB * cosL, 0} // d out / d lon
	north := mgl64.Vec3{-sinB * cosL, -sinB * sinL, cosB}
	return State{
		out.Mul(r),
		out.Mul(rRate).Add(east.Mul(r * lonRate)).Add(north.Mul(r * latRate)),
	}
}

// planetState evaluates VSOP87B: the heliocentric state of Mercury (0) to
// Neptune (7); of the giants, that of their system's barycentre.
func planetState(planet int, t Time) State {
	const daysMillennium = 10 * daysCentury
	millennia := t.Days() / daysMillennium
	series := &vsop87[planet]
	lon, lonRate := cosineSeries(series[0], millennia)
	lat, latRate := cosineSeries(series[1], millennia)
	r, rRate := cosineSeries(series[2], millennia)
	const perSecond = 1 / (daysMillennium * 86_400)
	return spherical(lon, lat, r*AUM, lonRate*perSecond, latRate*perSecond, rRate*AUM*perSecond).rotate(&vsop87ToICRF)
}

// cosineSeries evaluates Σ tᵖ Σ A·cos(B + C·t) and its derivative by t. Each
// power has its triples in one flat slice.
func cosineSeries(powers [][]float64, t float64) (sum, rate float64) {
	tp, below := 1.0, 0.0 // tᵖ and tᵖ⁻¹
	for p, terms := range powers {
		s, ds := 0.0, 0.0
		for i := 0; i+2 < len(terms); i += 3 {
			sin, cos := math.Sincos(terms[i+1] + terms[i+2]*t)
			s += terms[i] * cos
			ds -= terms[i] * terms[i+2] * sin
		}
		sum += tp * s
		rate += tp*ds + float64(p)*below*s
		tp, below = tp*t, tp
	}
	return sum, rate
}

// PlanetBarycentre returns the heliocentric state of a planet, Mercury to
// Neptune; of the giants that of their system's barycentre: what pulls on other
// bodies. It panics for any other body.
func PlanetBarycentre(b Body, t Time) State {
	if kind := kindOf(b); kind != KindPlanet && kind != KindGiant {
		panic("astro: no series for " + b.String())
	}
	return relativeState(b, t)
}
