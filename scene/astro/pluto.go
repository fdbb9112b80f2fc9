package astro

// plutoState is the heliocentric state of the barycentre of Pluto and Charon, on
// ICRF axes, from polynomials that build/ephem fitted to its own integration.
// Dates out of range count as the range's end.
func plutoState(t Time) State {
	days := t.Days()
	i := int((days - plutoStartDays) / plutoSpanDays)
	i = max(0, min(len(plutoSpans)-1, i))
	middle := plutoStartDays + (float64(i)+0.5)*plutoSpanDays
	x := max(-1, min(1, (days-middle)/(plutoSpanDays/2)))
	var s State
	for axis := range 3 {
		value, slope := chebyshev(&plutoSpans[i][axis], x)
		s.PositionM[axis] = value * 1e3
		s.VelocityMS[axis] = slope * 1e3 / (plutoSpanDays / 2 * 86_400)
	}
	return s
}

// chebyshev evaluates Σ c[k]·T_k(x) and its derivative by x, for -1 ≤ x ≤ 1, by
// the recurrences of T_k and of its derivative.
func chebyshev(c *[plutoDegree + 1]float64, x float64) (value, slope float64) {
	t0, t1 := 1.0, x
	d0, d1 := 0.0, 1.0
	value, slope = c[0]+c[1]*x, c[1]
	for k := 2; k <= plutoDegree; k++ {
		t0, t1 = t1, 2*x*t1-t0
		d0, d1 = d1, 2*t0+2*x*d1-d0
		value += c[k] * t1
		slope += c[k] * d1
	}
	return value, slope
}

// PlanetBarycentre returns the heliocentric state of the planet Mercury to
// Neptune, of the giants that of their system's barycentre: what pulls on other
// bodies. It panics for any other body.
func PlanetBarycentre(b Body, t Time) State {
	if models[b].series == 0 {
		panic("astro: no series for " + b.String())
	}
	return relativeState(b, t)
}
