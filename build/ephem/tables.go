package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"unicode"
)

type body struct {
	Name, Parent string
	NAIF         int       `json:"naif_id"`
	GM           float64   `json:"GM_km3_s2"`
	A            float64   `json:"R_a_km"`
	B            float64   `json:"R_b_km"`
	C            float64   `json:"R_polar_km"`
	Mean         float64   `json:"R_mean_km"`
	Albedo       *float64  `json:"albedo_geometric_V"`
	BV           *float64  `json:"B_minus_V"`
	Colour       []float64 `json:"srgb_mean_colour_approx"`
}

func readBodies(ref string) ([]body, error) {
	var in struct{ Bodies []body }
	err := read(ref, "bodies.json", &in)
	return in.Bodies, err
}

// writeBodies writes the constants and the table of facts.
func writeBodies(w *bytes.Buffer, ref string) error {
	bodies, err := readBodies(ref)
	if err != nil {
		return err
	}
	w.WriteString("// The bodies, each after the one that it moves about.\nconst (\n")
	for i, b := range bodies {
		w.WriteString(constant(b.Name))
		if i == 0 {
			w.WriteString(" Body = iota")
		}
		w.WriteByte('\n')
	}
	w.WriteString("\n// NumBodies is how many there are.\nNumBodies\n)\n\n")
	w.WriteString(`// facts are the bodies' constants.
//
// Source: GM: JPL gm_Horizons.pck of 2025-01-29; radii: Archinal et al. 2018 (WGCCRE 2015), tables 4 to 6; albedo:
// Mallama et al. 2017 and NASA fact sheets; colour: an approximation to the eye, not a measurement.
var facts = [NumBodies]Info{
`)
	for _, b := range bodies {
		parent := "Sun"
		if b.Parent != "" {
			parent = constant(b.Parent)
		}
		fmt.Fprintf(w, "{Name: %q, Parent: %s, NAIF: %d, GMM3S2: %s, EquatorialRadiiM: [2]float64{%s, %s}, PolarRadiusM: %s, MeanRadiusM: %s, Albedo: %s, BV: %s, ColourLinear: [3]float32{%s}},\n",
			b.Name, parent, b.NAIF, number(b.GM*1e9), number(metres(b.A)), number(metres(b.B)), number(metres(b.C)), number(metres(b.Mean)),
			optional(b.Albedo), optional(b.BV), colour(b.Colour))
	}
	w.WriteString("}\n")
	return nil
}

// constant is the name of a body's Go constant.
func constant(name string) string { return string(unicode.ToUpper(rune(name[0]))) + name[1:] }

// metres rounds to a micrometre, so that 1737.4 km is 1737400 m.
func metres(km float64) float64 { return math.Round(km*1e9) / 1e6 }

// optional writes 0 for a value that is not known.
func optional(v *float64) string {
	if v == nil {
		return "0"
	}
	return number(*v)
}

// colour turns an sRGB colour into linear light (IEC 61966-2-1), for the grey of
// dirty ice where none is known.
func colour(srgb []float64) string {
	if srgb == nil {
		srgb = []float64{0.6, 0.58, 0.56}
	}
	var parts []string
	for _, v := range srgb {
		linear := v / 12.92
		if v > 0.04045 {
			linear = math.Pow((v+0.055)/1.055, 2.4)
		}
		parts = append(parts, fmt.Sprintf("%.4g", linear))
	}
	return strings.Join(parts, ", ")
}

// writeMoons writes the mean elements of moons.
func writeMoons(w *bytes.Buffer, ref string) error {
	var in struct {
		Rows []struct {
			Body       string
			A          float64 `json:"a_km"`
			E          float64 `json:"e"`
			Varpi      float64 `json:"varpi0_deg"`
			VarpiRate  float64 `json:"varpi_rate_deg_yr"`
			Lambda     float64 `json:"lambda0_deg"`
			LambdaAcc  float64 `json:"lambda_acc_deg_per_cy2"`
			N          float64 `json:"n_deg_day"`
			I          float64 `json:"i_deg"`
			Node       float64 `json:"node0_deg"`
			NodeRate   float64 `json:"node_rate_deg_yr"`
			PoleRA     float64 `json:"plane_pole_ra_deg"`
			PoleDec    float64 `json:"plane_pole_dec_deg"`
			FitMaxDeg  float64 `json:"fit_max_deg"`
			Librations []struct {
				Amp   float64 `json:"amp_deg"`
				Rate  float64 `json:"rate_deg_day"`
				Phase float64 `json:"phase_deg"`
			} `json:"libration_terms_lambda"`
		}
	}
	if err := read(ref, "moon_mean_elements.json", &in); err != nil {
		return err
	}
	w.WriteString(`// meanElements are precessing ellipses, fitted over 1950 to 2050 to JPL jup365 (Galilean moons), TASS 1.7 (Vienne &
// Duriez 1995; Saturn), GUST86 (Laskar & Jacobson 1987; Uranus), MarsSat 1.0 (Lainey et al. 2007) and Emelyanov &
// Samorodov 2015 (Triton). Angles in degrees, rates by day (mean longitude, libration) or Julian year.
var meanElements = [...]ellipse{
`)
	for _, r := range in.Rows {
		var amplitude, rate, phase float64
		if len(r.Librations) > 1 {
			return fmt.Errorf("%s has %d terms of libration; an ellipse holds one", r.Body, len(r.Librations))
		}
		for _, l := range r.Librations {
			amplitude, rate, phase = l.Amp, l.Rate, l.Phase
		}
		fmt.Fprintf(w, "{%s, %s},\n", constant(r.Body), list(metres(r.A), r.E, r.Varpi, r.VarpiRate, r.Lambda, r.N, r.LambdaAcc, r.I,
			r.Node, r.NodeRate, r.PoleRA, r.PoleDec, amplitude, rate, phase, r.FitMaxDeg))
	}
	w.WriteString("}\n")
	return nil
}
