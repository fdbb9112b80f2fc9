package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// iauTerm is amplitude, name of the argument, and the multiple of it.
type iauTerm struct {
	amplitude, multiple float64
	argument            string
}

// UnmarshalJSON reads a row [amplitude, "argument", multiple].
func (t *iauTerm) UnmarshalJSON(data []byte) error {
	var row []any
	if err := json.Unmarshal(data, &row); err != nil {
		return err
	}
	var ok [3]bool
	if len(row) == 3 {
		t.amplitude, ok[0] = row[0].(float64)
		t.argument, ok[1] = row[1].(string)
		t.multiple, ok[2] = row[2].(float64)
	}
	if ok != [3]bool{true, true, true} {
		return fmt.Errorf("%s is not an amplitude, an argument and a multiple", data)
	}
	return nil
}

// iauArgument is a polynomial in days or in Julian centuries.
type iauArgument struct {
	C0, C1, C2 float64
	Unit       string
}

// daysIn is how many days the unit of time has.
func daysIn(unit string) float64 {
	if unit == "T" {
		return 36525
	}
	return 1
}

// writeRotation writes the IAU elements of rotation.
func writeRotation(w *bytes.Buffer, ref string) error {
	var in struct {
		Args   map[string]iauArgument
		Bodies map[string]struct {
			Alpha, Delta, W []float64
			AlphaSin        []iauTerm `json:"alpha_sin"`
			DeltaCos        []iauTerm `json:"delta_cos"`
			WSin            []iauTerm `json:"W_sin"`
			Unit            string    `json:"W_quadratic_unit"`
		}
	}
	if err := read(ref, "iau_rotation_coefficients.json", &in); err != nil {
		return err
	}
	bodies, err := readBodies(ref)
	if err != nil {
		return err
	}
	w.WriteString(`// rotations are poles and prime meridians: degrees, and days or (for the pole) Julian centuries since J2000; rows of
// terms are an amplitude, and the coefficients of its argument by powers of days.
//
// Source: Archinal et al. 2018, Celest. Mech. Dyn. Astron. 130:22 (WGCCRE 2015), tables 1 to 3; Moon: Archinal et al.
// 2011 (WGCCRE 2009).
var rotations = [NumBodies]rotation{
`)
	for _, b := range bodies {
		r, known := in.Bodies[b.Name]
		if !known {
			continue
		}
		quadratic := 0.0
		if len(r.W) > 2 {
			quadratic = r.W[2] / daysIn(r.Unit) / daysIn(r.Unit)
		}
		fmt.Fprintf(w, "%s: {known: true, ra: [2]float64{%s}, dec: [2]float64{%s}, w: [3]float64{%s},\nraSin: [][4]float64{\n%s},\ndecCos: [][4]float64{\n%s},\nwSin: [][4]float64{\n%s},\n},\n",
			constant(b.Name), list(r.Alpha...), list(r.Delta...), list(r.W[0], r.W[1], quadratic),
			iauRows(r.AlphaSin, in.Args), iauRows(r.DeltaCos, in.Args), iauRows(r.WSin, in.Args))
	}
	w.WriteString("}\n")
	return nil
}

// iauRows writes terms with their arguments by powers of days.
func iauRows(terms []iauTerm, arguments map[string]iauArgument) string {
	var b strings.Builder
	for _, t := range terms {
		a := arguments[t.argument]
		d := daysIn(a.Unit)
		fmt.Fprintf(&b, "{%s},\n", list(t.amplitude, t.multiple*a.C0, t.multiple*a.C1/d, t.multiple*a.C2/d/d))
	}
	return b.String()
}
