package main

import (
	"bytes"
	"fmt"
)

var planets = []string{"mercury", "venus", "earth", "mars", "jupiter", "saturn", "uranus", "neptune"}

// writeVSOP87 writes the planets' series: for each planet, coordinate and power
// of time, triples of amplitude, phase and frequency.
func writeVSOP87(w *bytes.Buffer, ref string) error {
	var in struct {
		Header struct {
			ToICRF [3][3]float64 `json:"to_icrf"`
		}
		Planets map[string]map[string][][]float64
	}
	if err := read(ref, "vsop87b_trunc_1e-8.json", &in); err != nil {
		return err
	}
	fmt.Fprintf(w, `// vsop87ToICRF turns the dynamical ecliptic and equinox J2000 of VSOP87 into ICRF axes; by rows.
//
// Source: Bretagnon & Francou 1988, A&A 202, 309.
var vsop87ToICRF = [9]float64{%s}

// vsop87 has, for each planet from Mercury to Neptune, longitude, latitude (rad) and radius (au) as power series in
// Julian millennia since J2000; each power has triples A, B, C of A·cos(B + C·t). Terms under about 1e-8 rad are left out.
//
// Source: VSOP87B, Bretagnon & Francou 1988, A&A 202, 309.
var vsop87 = [8][3][][]float64{
`, list(flat([][]float64{in.Header.ToICRF[0][:], in.Header.ToICRF[1][:], in.Header.ToICRF[2][:]})...))
	for _, planet := range planets {
		fmt.Fprintf(w, "{ // %s\n", planet)
		for _, coordinate := range []string{"L", "B", "R"} {
			w.WriteString("{\n")
			for power := 0; in.Planets[planet][fmt.Sprint(coordinate, power)] != nil; power++ {
				fmt.Fprintf(w, "{%s},\n", list(flat(in.Planets[planet][fmt.Sprint(coordinate, power)])...))
			}
			w.WriteString("},\n")
		}
		w.WriteString("},\n")
	}
	w.WriteString("}\n")
	return nil
}

// writeELP writes the Moon's series.
func writeELP(w *bytes.Buffer, ref string) error {
	var in struct {
		Constants struct {
			ScaleR  float64            `json:"scale_R"`
			Const   map[string]float64 `json:"const"`
			LaskarP []float64          `json:"laskar_P"`
			LaskarQ []float64          `json:"laskar_Q"`
			ToICRF  [3][3]float64      `json:"to_icrf"`
		}
		Arguments map[string][]float64   `json:"arguments_arcsec"`
		Main      map[string][][]float64 `json:"main"`
		Pert      map[string][][]float64 `json:"pert"`
	}
	if err := read(ref, "moon_elp_trunc.json", &in); err != nil {
		return err
	}
	c := in.Constants
	fmt.Fprintf(w, `// The Moon. Angles are in arcseconds, distances in kilometres, time in Julian centuries since J2000.
//
// Source: ELP2000-82B, Chapront-Touzé & Chapront 1983, A&A 124, 50 and 1988, A&A 190, 342, with the mean longitudes
// refitted to JPL DE431; elpP and elpQ: Laskar 1986, A&A 157, 59.
var (
	// elpArguments are polynomials of W1, D, l', l and F.
	elpArguments = [5][5]float64{
`)
	for _, name := range []string{"W1", "D", "lp", "l", "F"} {
		fmt.Fprintf(w, "{%s},\n", list(in.Arguments[name]...))
	}
	fmt.Fprintf(w, "}\nelpScaleR = %s\nelpToICRF = [9]float64{%s}\nelpP = [5]float64{%s}\nelpQ = [5]float64{%s}\n",
		number(c.ScaleR), list(flat([][]float64{c.ToICRF[0][:], c.ToICRF[1][:], c.ToICRF[2][:]})...), list(c.LaskarP...), list(c.LaskarQ...))
	coordinates := []string{"V", "U", "R"}
	w.WriteString("// elpConstant is what each power of longitude, latitude and distance starts with.\nelpConstant = [3][3]float64{\n")
	for _, n := range coordinates {
		fmt.Fprintf(w, "{%s},\n", list(c.Const[n+"0"], c.Const[n+"1"], c.Const[n+"2"]))
	}
	w.WriteString("}\n// elpMain has rows of an amplitude and the multiples of D, l', l and F.\nelpMain = [3][]float64{\n")
	for _, n := range coordinates {
		fmt.Fprintf(w, "{%s},\n", list(flat(in.Main[n])...))
	}
	w.WriteString("}\n// elpPert has, for each power, triples A, B, C of A·sin(B + C·t).\nelpPert = [3][3][]float64{\n")
	for _, n := range coordinates {
		w.WriteString("{\n")
		for power := range 3 {
			fmt.Fprintf(w, "{%s},\n", list(flat(in.Pert[fmt.Sprint(n, power)])...))
		}
		w.WriteString("},\n")
	}
	w.WriteString("}\n)\n")
	return nil
}
