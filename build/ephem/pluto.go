package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Pluto's barycentre is integrated over 1800 to 2100 under the Sun and the eight
// planets, heliocentric and Newtonian, from a start that is fitted to rows of
// JPL DE431 by least squares; then kept as Chebyshev polynomials.
const (
	stepDays   = 10.0
	spanDays   = 500.0
	degree     = 10
	startDays  = -73_400.0 // before 1800-01-01 in days since J2000
	endDays    = startDays + 224*spanDays
	dayS       = 86_400.0
	fitRounds  = 4
	kilometreM = 1e3
)

// row is a heliocentric state of JPL DE431.
type row struct {
	Body     string
	JD       float64    `json:"jd_tdb"`
	Position mgl64.Vec3 `json:"pos_km"`
	Velocity mgl64.Vec3 `json:"vel_km_s"`
}

func writePluto(w *bytes.Buffer, ref string) error {
	var in struct{ Rows []row }
	if err := read(ref, "planets_de431.json", &in); err != nil {
		return err
	}
	var rows []row
	for _, r := range in.Rows {
		if r.Body == "pluto" {
			rows = append(rows, r)
		}
	}
	if len(rows) < 6 {
		return errors.New("too few rows of Pluto")
	}
	o, err := fit(newPulls(), rows)
	if err != nil {
		return err
	}
	fmt.Printf("pluto: worst difference from DE431 %.0f km\n", o.worst(rows))
	fmt.Fprintf(w, `const (
	plutoStartDays = %s // since J2000.0
	plutoSpanDays  = %s
	plutoDegree    = %d
)

// plutoSpans are Chebyshev coefficients, kilometres, of the barycentre of Pluto and Charon, heliocentric ICRF.
//
// Source: integrated by build/ephem under the Sun and the planets of VSOP87B; start fitted to JPL DE431.
var plutoSpans = [...][3][plutoDegree + 1]float64{
`, number(startDays), number(spanDays), degree)
	for from := startDays; from < endDays; from += spanDays {
		w.WriteString("{\n")
		for axis := range 3 {
			fmt.Fprintf(w, "{%s},\n", list(chebyshev(func(days float64) float64 { return o.at(days)[axis] }, from)...))
		}
		w.WriteString("},\n")
	}
	w.WriteString("}\n")
	return nil
}

// chebyshev interpolates f over a span at the zeros of the next polynomial, and
// rounds to centimetres.
func chebyshev(f func(days float64) float64, from float64) []float64 {
	c := make([]float64, degree+1)
	for j := range c {
		angle := math.Pi * (float64(j) + 0.5) / float64(len(c))
		value := f(from + spanDays/2*(1+math.Cos(angle)))
		for k := range c {
			c[k] += 2 / float64(len(c)) * value * math.Cos(float64(k)*angle)
		}
	}
	c[0] /= 2
	for k := range c {
		c[k] = math.Round(c[k]*1e5) / 1e5
	}
	return c
}

// pulls holds the planets at every half step.
type pulls struct {
	gm        [8]float64 // km³/s²
	positions [][8]mgl64.Vec3
}

func newPulls() *pulls {
	p := &pulls{}
	for i := range p.gm {
		p.gm[i] = system(planetOf(i)) / 1e9
	}
	n := int((endDays-startDays)/stepDays)*2 + 1
	p.positions = make([][8]mgl64.Vec3, n)
	for h := range p.positions {
		t := astro.Time((startDays + float64(h)*stepDays/2) * dayS * 1e9)
		for i := range p.gm {
			p.positions[h][i] = astro.PlanetBarycentre(planetOf(i), t).PositionM.Mul(1 / kilometreM)
		}
	}
	return p
}

func planetOf(i int) astro.Body {
	return [...]astro.Body{astro.Mercury, astro.Venus, astro.Earth, astro.Mars, astro.Jupiter, astro.Saturn, astro.Uranus, astro.Neptune}[i]
}

// system is GM of a planet with its moons, m³/s².
func system(planet astro.Body) float64 {
	gm := planet.Info().GMM3S2
	for b := range astro.NumBodies {
		if b.Info().Parent == planet {
			gm += b.Info().GMM3S2
		}
	}
	return gm
}

// acceleration is heliocentric, km/s², of Pluto's system at x; half counts half
// steps from the start.
func (p *pulls) acceleration(half int, x mgl64.Vec3) mgl64.Vec3 {
	sunGM := (astro.Sun.Info().GMM3S2 + system(astro.Pluto)) / 1e9
	a := x.Mul(-sunGM / cube(x.Len()))
	for i, at := range p.positions[half] {
		d := at.Sub(x)
		a = a.Add(d.Mul(p.gm[i] / cube(d.Len()))).Sub(at.Mul(p.gm[i] / cube(at.Len())))
	}
	return a
}

func cube(x float64) float64 { return x * x * x }

// orbit is the state at every step.
type orbit struct{ x, v []mgl64.Vec3 }

// integrate runs the classical Runge-Kutta method both ways from a step.
func (p *pulls) integrate(from int, x, v mgl64.Vec3) *orbit {
	n := len(p.positions)/2 + 1
	o := &orbit{make([]mgl64.Vec3, n), make([]mgl64.Vec3, n)}
	o.x[from], o.v[from] = x, v
	for i := from; i+1 < n; i++ {
		o.x[i+1], o.v[i+1] = p.step(2*i, 1, o.x[i], o.v[i])
	}
	for i := from; i > 0; i-- {
		o.x[i-1], o.v[i-1] = p.step(2*i, -1, o.x[i], o.v[i])
	}
	return o
}

func (p *pulls) step(half, way int, x, v mgl64.Vec3) (mgl64.Vec3, mgl64.Vec3) {
	h := float64(way) * stepDays * dayS
	a1 := p.acceleration(half, x)
	v2 := v.Add(a1.Mul(h / 2))
	a2 := p.acceleration(half+way, x.Add(v.Mul(h/2)))
	v3 := v.Add(a2.Mul(h / 2))
	a3 := p.acceleration(half+way, x.Add(v2.Mul(h/2)))
	v4 := v.Add(a3.Mul(h))
	a4 := p.acceleration(half+2*way, x.Add(v3.Mul(h)))
	return x.Add(v.Add(v2.Mul(2)).Add(v3.Mul(2)).Add(v4).Mul(h / 6)),
		v.Add(a1.Add(a2.Mul(2)).Add(a3.Mul(2)).Add(a4).Mul(h / 6))
}

// at interpolates by the cubic of positions and velocities at both ends, whose
// error over ten days is under a metre.
func (o *orbit) at(days float64) mgl64.Vec3 {
	s := (days - startDays) / stepDays
	i := max(0, min(len(o.x)-2, int(s)))
	u := s - float64(i)
	h := stepDays * dayS
	return o.x[i].Mul((1 + 2*u) * (1 - u) * (1 - u)).Add(o.v[i].Mul(h * u * (1 - u) * (1 - u))).
		Add(o.x[i+1].Mul(u * u * (3 - 2*u))).Add(o.v[i+1].Mul(h * u * u * (u - 1)))
}

func (o *orbit) worst(rows []row) (km float64) {
	for _, r := range rows {
		km = max(km, o.at(r.JD-2451545).Sub(r.Position).Len())
	}
	return km
}

// fit finds the start that fits the rows best, by Gauss and Newton with
// numerical partial derivatives.
func fit(p *pulls, rows []row) (*orbit, error) {
	middle := rows[len(rows)/2]
	from := int((middle.JD - 2451545 - startDays) / stepDays)
	back := (startDays + float64(from)*stepDays - (middle.JD - 2451545)) * dayS
	start := [6]float64{}
	for k := range 3 {
		start[k] = middle.Position[k] + back*middle.Velocity[k]
		start[3+k] = middle.Velocity[k]
	}
	run := func(s [6]float64) *orbit {
		return p.integrate(from, mgl64.Vec3{s[0], s[1], s[2]}, mgl64.Vec3{s[3], s[4], s[5]})
	}
	delta := [6]float64{1e3, 1e3, 1e3, 1e-6, 1e-6, 1e-6}
	for range fitRounds {
		base := run(start)
		var normal [6][7]float64
		var moved [6]*orbit
		for k := range moved {
			s := start
			s[k] += delta[k]
			moved[k] = run(s)
		}
		for _, r := range rows {
			days := r.JD - 2451545
			at := base.at(days)
			miss := r.Position.Sub(at)
			for axis := range 3 {
				var partial [6]float64
				for k := range partial {
					partial[k] = (moved[k].at(days)[axis] - at[axis]) // by one delta
				}
				for i := range 6 {
					for j := range 6 {
						normal[i][j] += partial[i] * partial[j]
					}
					normal[i][6] += partial[i] * miss[axis]
				}
			}
		}
		solution, err := solve(normal)
		if err != nil {
			return nil, err
		}
		for k := range start {
			start[k] += solution[k] * delta[k]
		}
	}
	return run(start), nil
}

// solve is Gaussian elimination with pivots, of six equations.
func solve(m [6][7]float64) (x [6]float64, err error) {
	for c := range 6 {
		pivot := c
		for r := c; r < 6; r++ {
			if math.Abs(m[r][c]) > math.Abs(m[pivot][c]) {
				pivot = r
			}
		}
		if m[pivot][c] == 0 {
			return x, errors.New("the rows do not determine an orbit")
		}
		m[c], m[pivot] = m[pivot], m[c]
		for r := c + 1; r < 6; r++ {
			f := m[r][c] / m[c][c]
			for k := c; k < 7; k++ {
				m[r][k] -= f * m[c][k]
			}
		}
	}
	for c := 5; c >= 0; c-- {
		x[c] = m[c][6]
		for k := c + 1; k < 6; k++ {
			x[c] -= m[c][k] * x[k]
		}
		x[c] /= m[c][c]
	}
	return x, nil
}
