package astro

// spans hold a heliocentric orbit on ICRF axes that build/ephem integrated, as
// polynomials over spanDays each.
type spans [spanCount]span

// span holds Chebyshev coefficients of the three coordinates, in kilometres.
type span [3][spanDegree + 1]float64

// state is heliocentric. Dates out of range count as the range's end.
func (s *spans) state(t Time) State {
	days := t.Days()
	i := max(0, min(spanCount-1, int((days-spansStartDays)/spanDays)))
	middle := spansStartDays + (float64(i)+0.5)*spanDays
	x := max(-1, min(1, (days-middle)/(spanDays/2)))
	var state State
	for axis := range 3 {
		value, slope := chebyshev(&s[i][axis], x)
		state.PositionM[axis] = value * 1e3
		state.VelocityMS[axis] = slope * 1e3 / (spanDays / 2 * 86_400)
	}
	return state
}

// chebyshev evaluates Σ c[k]·T_k(x) and its derivative by x, for -1 ≤ x ≤ 1, by
// the recurrences of T_k and of its derivative.
func chebyshev(c *[spanDegree + 1]float64, x float64) (value, slope float64) {
	t0, t1 := 1.0, x
	d0, d1 := 0.0, 1.0
	value, slope = c[0]+c[1]*x, c[1]
	for k := 2; k <= spanDegree; k++ {
		t0, t1 = t1, 2*x*t1-t0
		d0, d1 = d1, 2*t0+2*x*d1-d0
		value += c[k] * t1
		slope += c[k] * d1
	}
	return value, slope
}
