package astro

import (
	"math"
)

// moonState evaluates ELP2000-82B: the geocentric state of the Moon, metres.
//
// Source: Chapront-Touzé & Chapront 1983, A&A 124, 50, with their precession to
// the ecliptic of J2000.
func moonState(t Time) State {
	const secondsCentury = daysCentury * 86_400
	c := t.Centuries()
	var argument, rate [5]float64 // W1, D, l', l, F
	for i := range elpArguments {
		a := &elpArguments[i]
		argument[i] = math.Mod(polynomial(c, a[:]...), 360*3600) * arcsecondRad
		rate[i] = polynomial(c, a[1], 2*a[2], 3*a[3], 4*a[4]) * arcsecondRad
	}
	var value, speed [3]float64
	for i := range value {
		value[i], speed[i] = elpSum(i, c, &argument, &rate)
	}
	km := 1000 * elpScaleR
	s := spherical(
		argument[0]+value[0]*arcsecondRad, value[1]*arcsecondRad, value[2]*km,
		(rate[0]+speed[0]*arcsecondRad)/secondsCentury, speed[1]*arcsecondRad/secondsCentury, speed[2]*km/secondsCentury)
	toJ2000 := elpPrecession(c)
	return s.rotate(&toJ2000).rotate(&elpToICRF)
}

// elpSum sums the series of one coordinate (longitude, latitude, distance), and
// its derivative by time in centuries.
func elpSum(coordinate int, t float64, argument, rate *[5]float64) (sum, speed float64) {
	quarter := 0.0 // the main series are sines, of distance cosines
	if coordinate == 2 {
		quarter = math.Pi / 2
	}
	main := elpMain[coordinate]
	for i := 0; i+4 < len(main); i += 5 {
		row := main[i : i+5]
		x, dx := quarter, 0.0
		for k := 1; k < 5; k++ {
			x += row[k] * argument[k]
			dx += row[k] * rate[k]
		}
		sin, cos := math.Sincos(x)
		sum += row[0] * sin
		speed += row[0] * dx * cos
	}
	tp, below := 1.0, 0.0
	for p, terms := range elpPert[coordinate] {
		s, ds := elpConstant[coordinate][p], 0.0
		for i := 0; i+2 < len(terms); i += 3 {
			sin, cos := math.Sincos(terms[i+1] + terms[i+2]*t)
			s += terms[i] * sin
			ds += terms[i] * terms[i+2] * cos
		}
		sum += tp * s
		speed += tp*ds + float64(p)*below*s
		tp, below = tp*t, tp
	}
	return sum, speed
}

// elpPrecession turns the ecliptic of date into that of J2000, by rows. It turns
// by less than 1 arcsecond a year, so that its own rate adds nothing to a
// velocity that a picture could show (under 0.1 mm/s).
//
// Source: Laskar 1986, A&A 157, 59.
func elpPrecession(t float64) [9]float64 {
	p := t * polynomial(t, elpP[:]...)
	q := t * polynomial(t, elpQ[:]...)
	s := 2 * math.Sqrt(1-p*p-q*q)
	return [9]float64{
		1 - 2*p*p, 2 * p * q, p * s,
		2 * p * q, 1 - 2*q*q, -q * s,
		-p * s, q * s, 1 - 2*p*p - 2*q*q,
	}
}
