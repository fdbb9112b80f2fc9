package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Bodies that no series covers from 1800 to 2100 are integrated over these years
// (orbit.go), and kept as Chebyshev polynomials over spans.
const (
	spanDays  = 500.0
	spanCount = 224
	degree    = 10
	startDays = ceresEpochDays - 7592*stepDays // since J2000.0: 1799-01-12, and the epoch is a step
	endDays   = startDays + spanCount*spanDays
)

// integrated are the bodies, and what the comments of their tables say.
var integrated = []struct {
	body         astro.Body
	orbit        func(f *field, ref string) (*orbit, error)
	what, source string
}{
	{astro.Pluto, plutoOrbit, "the barycentre of Pluto and Charon", "start fitted to JPL DE431"},
	{astro.Ceres, ceresOrbit, "Ceres", "start from JPL Horizons, osculating elements of 2006-11-22"},
}

// writeIntegrated writes the polynomials.
func writeIntegrated(w *bytes.Buffer, ref string) error {
	fmt.Fprintf(w, `const (
	spansStartDays = %s // since J2000.0
	spanDays       = %s
	spanCount      = %d
	spanDegree     = %d
)
`, number(startDays), number(spanDays), spanCount, degree)
	for _, b := range integrated {
		o, err := b.orbit(newField(allPulls(), systemGM(b.body)), ref)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, `
// %sSpans are the orbit of %s, integrated by build/ephem under the Sun, the planets of VSOP87B, Pallas and Vesta.
//
// Source: %s.
var %[1]sSpans = spans{
`, b.body, b.what, b.source)
		writeSpans(w, o)
		w.WriteString("}\n")
	}
	return nil
}

// writeSpans writes an orbit as the inside of a composite literal.
func writeSpans(w *bytes.Buffer, o *orbit) {
	for from := startDays; from < endDays; from += spanDays {
		w.WriteString("{\n")
		for axis := range 3 {
			fmt.Fprintf(w, "{%s},\n", list(chebyshev(func(days float64) float64 { return o.at(days)[axis] }, from)...))
		}
		w.WriteString("},\n")
	}
}

// chebyshev interpolates f over a span at the zeros of the next polynomial, and
// rounds coefficients in kilometres to centimetres.
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

// plutoOrbit is the one of the barycentre of Pluto and Charon that fits the rows
// of JPL DE431 best.
func plutoOrbit(f *field, ref string) (*orbit, error) {
	var in struct{ Rows []row }
	if err := read(ref, "planets_de431.json", &in); err != nil {
		return nil, err
	}
	var rows []row
	for _, r := range in.Rows {
		if r.Body == "pluto" {
			rows = append(rows, r)
		}
	}
	if len(rows) < 6 {
		return nil, errors.New("too few rows of Pluto")
	}
	o, err := fit(f, rows)
	if err == nil {
		fmt.Printf("pluto: worst difference from DE431 %.0f km\n", o.worst(rows))
	}
	return o, err
}

// ceresEpochDays is JD 2454061.5 (TDB), 2006-11-22, since J2000.0.
const ceresEpochDays = 2516.5

// ceresElements are of ceresEpochDays.
//
// Source: JPL Horizons, 1 Ceres, solution of 2020-05-20.
var ceresElements = elements{
	semiMajorAU:  2.765682531058295,
	eccentricity: 0.07985681703215082,
	inclination:  10.58670363476912,
	node:         80.40822338295483,
	periapsis:    73.18422155550952,
	meanAnomaly:  185.9804488570544,
}

func ceresOrbit(f *field, _ string) (*orbit, error) {
	x, v := ceresElements.state(0)
	return f.integrate(stepAt(ceresEpochDays), x, v), nil
}

// elements osculate a heliocentric orbit of a body without mass. Angles are in
// degrees, of the ecliptic and equinox J2000; the periapsis is its argument.
type elements struct {
	semiMajorAU, eccentricity float64
	inclination, node         float64
	periapsis, meanAnomaly    float64
}

// state is where the ellipse has the body some days after the elements' epoch,
// in kilometres and kilometres per second on ICRF axes.
func (e *elements) state(after float64) (x, v mgl64.Vec3) {
	const obliquity = 84381.448 / 3600 // IAU 1976, as in Horizons
	a := e.semiMajorAU * astro.AUM / kilometreM
	motion := math.Sqrt(sunGM / cube(a))
	anomaly := eccentricAnomaly(e.eccentricity, e.meanAnomaly*degreeRad+motion*after*dayS)
	sin, cos := math.Sincos(anomaly)
	minor := math.Sqrt(1 - e.eccentricity*e.eccentricity)
	rate := motion / (1 - e.eccentricity*cos)
	turn := rotationX(obliquity).Mul(rotationZ(e.node)).Mul(rotationX(e.inclination)).Mul(rotationZ(e.periapsis))
	return turn.Rotate(mgl64.Vec3{a * (cos - e.eccentricity), a * minor * sin, 0}),
		turn.Rotate(mgl64.Vec3{-a * sin * rate, a * minor * cos * rate, 0})
}

// eccentricAnomaly solves Kepler's equation by repetition, which suffices for
// small eccentricities.
func eccentricAnomaly(eccentricity, meanAnomaly float64) float64 {
	anomaly := meanAnomaly
	for range 60 {
		anomaly = meanAnomaly + eccentricity*math.Sin(anomaly)
	}
	return anomaly
}

const degreeRad = math.Pi / 180

func rotationX(deg float64) mgl64.Quat { return mgl64.QuatRotate(deg*degreeRad, mgl64.Vec3{1, 0, 0}) }

func rotationZ(deg float64) mgl64.Quat { return mgl64.QuatRotate(deg*degreeRad, mgl64.Vec3{0, 0, 1}) }
