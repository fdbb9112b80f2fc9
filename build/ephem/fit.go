package main

import (
	"errors"
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// row is a published heliocentric state.
type row struct {
	Body     string
	JD       float64    `json:"jd_tdb"`
	Position mgl64.Vec3 `json:"pos_km"`
	Velocity mgl64.Vec3 `json:"vel_km_s"`
}

// days is since J2000.0.
func (r *row) days() float64 { return r.JD - 2451545 }

// worst is the largest distance of the orbit from the rows.
func (o *orbit) worst(rows []row) (km float64) {
	for _, r := range rows {
		km = max(km, o.at(r.days()).Sub(r.Position).Len())
	}
	return km
}

// start is a position (km) and a velocity (km/s).
type start [6]float64

// nudge is what the start is changed by to find partial derivatives.
var nudge = start{1e3, 1e3, 1e3, 1e-6, 1e-6, 1e-6}

func (f *field) from(step int, s start) *orbit {
	return f.integrate(step, mgl64.Vec3{s[0], s[1], s[2]}, mgl64.Vec3{s[3], s[4], s[5]})
}

// fit finds the orbit that fits the rows best, by Gauss and Newton's method.
func fit(f *field, rows []row) (*orbit, error) {
	middle := rows[len(rows)/2]
	step := stepAt(middle.days())
	ahead := (dayOf(step) - middle.days()) * dayS
	var s start
	for k := range 3 {
		s[k], s[3+k] = middle.Position[k]+ahead*middle.Velocity[k], middle.Velocity[k]
	}
	for range 4 {
		change, err := solve(f.normal(step, s, rows))
		if err != nil {
			return nil, err
		}
		for k := range s {
			s[k] += change[k] * nudge[k]
		}
	}
	return f.from(step, s), nil
}

// normal returns the normal equations for the best change of a start, in nudges.
func (f *field) normal(step int, s start, rows []row) (m [6][7]float64) {
	base := f.from(step, s)
	var nudged [6]*orbit
	for k := range nudged {
		t := s
		t[k] += nudge[k]
		nudged[k] = f.from(step, t)
	}
	for _, r := range rows {
		at := base.at(r.days())
		var partial [6]mgl64.Vec3
		for k := range partial {
			partial[k] = nudged[k].at(r.days()).Sub(at)
		}
		for i := range 6 {
			for j := range 6 {
				m[i][j] += partial[i].Dot(partial[j])
			}
			m[i][6] += partial[i].Dot(r.Position.Sub(at))
		}
	}
	return m
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
