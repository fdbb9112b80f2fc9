package main

import (
	"bytes"
	"encoding/json"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inputs is a small folder of coefficients, which no orbit would follow.
var inputs = map[string]string{
	"bodies.json": `{"bodies": [
		{"name": "sun", "parent": "", "naif_id": 10, "GM_km3_s2": 132712440041.27942, "R_a_km": 695700, "R_b_km": 695700, "R_polar_km": 695700,
		 "R_mean_km": 695700, "B_minus_V": 0.653, "srgb_mean_colour_approx": [1, 0.5, 0.04]},
		{"name": "mars", "parent": "sun", "naif_id": 499, "GM_km3_s2": 42828.3736, "R_a_km": 3396.19, "R_b_km": 3396.19, "R_polar_km": 3376.2,
		 "R_mean_km": 3389.5, "albedo_geometric_V": 0.17},
		{"name": "phobos", "parent": "mars", "naif_id": 401, "GM_km3_s2": 0.0007, "R_a_km": 13, "R_b_km": 11.4, "R_polar_km": 9.1, "R_mean_km": 11.08}]}`,
	"vsop87b_trunc_1e-8.json": `{"header": {"to_icrf": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}, "planets": {
		"mercury": {"L0": [[4.4, 0, 0], [0.4, 1.5, 26087.9]], "L1": [[26087.9, 0, 0]], "B0": [[0.1, 2, 26087.9]], "R0": [[0.4, 0, 0]]}}}`,
	"moon_elp_trunc.json": `{"constants": {"scale_R": 0.99, "const": {"R0": 385000.5, "V1": -0.25}, "laskar_P": [1, 2, 3, 4, 5],
		"laskar_Q": [6, 7, 8, 9, 10], "to_icrf": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]},
		"arguments_arcsec": {"W1": [11, 12, 13, 14, 15], "D": [0, 0, 0, 0, 0], "lp": [0, 0, 0, 0, 0], "l": [0, 0, 0, 0, 0], "F": [0, 0, 0, 0, 16]},
		"main": {"V": [[22639.5, 0, 0, 1, 0]], "U": [[18461.2, 0, 0, 0, 1]], "R": [[-20905.3, 0, 0, 1, 0]]},
		"pert": {"V0": [[14.2, 1.05, -2.3]], "R1": [[0.5, 5.7, 14914.4]]}}`,
	"moon_mean_elements.json": `{"rows": [{"body": "phobos", "a_km": 9375.17, "e": 0.015, "varpi0_deg": 1, "varpi_rate_deg_yr": 2, "lambda0_deg": 3,
		"n_deg_day": 4, "lambda_acc_deg_per_cy2": 5, "i_deg": 6, "node0_deg": 7, "node_rate_deg_yr": 8, "plane_pole_ra_deg": 9,
		"plane_pole_dec_deg": 10, "fit_max_deg": 14, "libration_terms_lambda": [{"amp_deg": 11, "rate_deg_day": 12, "phase_deg": 13}]}]}`,
	"iau_rotation_coefficients.json": `{"args": {"M1": {"c0": 10, "c1": 36525, "c2": 1334075625, "unit": "T"}, "M2": {"c0": 1, "c1": 2, "c2": 3, "unit": "d"}},
		"bodies": {"mars": {"alpha": [317.6, -0.1], "delta": [52.8, 0.06], "W": [176, 350.9]},
		"phobos": {"alpha": [1, 2], "delta": [3, 4], "W": [5, 6, 1334075625], "W_quadratic_unit": "T",
		"alpha_sin": [[-1.78, "M1", 1]], "delta_cos": [[0.5, "M2", 2]], "W_sin": []}}}`,
}

// folder writes the inputs, some of them replaced.
func folder(t *testing.T, replaced map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range inputs {
		if other, ok := replaced[name]; ok {
			text = other
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := json.Marshal(map[string]any{"rows": fixtureRows()})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "planets_de431.json"), rows, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func fixtureRows() (rows []map[string]any) {
	for _, r := range plutoDE431 {
		rows = append(rows, map[string]any{"body": r.Body, "jd_tdb": r.JD, "pos_km": r.Position, "vel_km_s": r.Velocity})
	}
	return append(rows, map[string]any{"body": "mars", "jd_tdb": 2451545.0, "pos_km": [3]float64{1, 2, 3}, "vel_km_s": [3]float64{}})
}

// written returns what a table of that name becomes.
func written(t *testing.T, name, ref string) (string, error) {
	t.Helper()
	i := slices.IndexFunc(tables, func(t table) bool { return t.name == name })
	if i < 0 {
		t.Fatalf("no table %s", name)
	}
	out := t.TempDir()
	if err := generate(tables[i], ref, out); err != nil {
		return "", err
	}
	data, err := os.ReadFile(filepath.Join(out, "zz_generated_"+name+".go"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data), nil
}

func TestTables(t *testing.T) {
	ref := folder(t, nil)
	for _, tt := range []struct {
		table string
		want  []string
	}{
		{"bodies", []string{
			"Sun Body = iota", "\tPhobos\n", "NumBodies", `{Name: "mars", Parent: Sun, NAIF: 499, GMM3S2: 4.28283736e+13,`, "EquatorialRadiiM: [2]float64{13000, 11400}",
			"PolarRadiusM: 3.3762e+06", "Parent: Mars", "Albedo: 0.17", "BV: 0.653", "ColourLinear: [3]float32{1, 0.214, 0.003096}",
		}},
		{"vsop87", []string{"{1, 2, 3, 4, 5, 6, 7, 8, 9}", "{4.4, 0, 0, 0.4, 1.5, 26087.9},\n\t\t\t{26087.9, 0, 0}", "Bretagnon & Francou 1988"}},
		{"elp", []string{"elpScaleR = 0.99", "{11, 12, 13, 14, 15}", "{22639.5, 0, 0, 1, 0}", "{0.5, 5.7, 14914.4}", "{385000.5, 0, 0}", "{0, -0.25, 0}", "Chapront-Touzé"}},
		{"moons", []string{"{Phobos, 9.37517e+06, 0.015, 1, 2, 3, 4, 5, 6, 7, 8,", "9, 10, 11, 12, 13, 14}"}},
		{"rotation", []string{"Mars: {known: true, ra: [2]float64{317.6, -0.1}", "w: [3]float64{176, 350.9, 0}", "w: [3]float64{5, 6, 1}", "{-1.78, 10, 1, 1}", "{0.5, 2, 4, 6}", "Archinal et al. 2018"}},
	} {
		text, err := written(t, tt.table, ref)
		if err != nil {
			t.Errorf("%s: %v", tt.table, err)
			continue
		}
		flat := strings.Join(strings.Fields(text), " ")
		for _, want := range tt.want {
			if !strings.Contains(flat, strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%s lacks %q:\n%s", tt.table, want, text)
			}
		}
		checkSource(t, text)
	}
}

func TestIntegratedTable(t *testing.T) {
	text, err := written(t, "integrated", folder(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"spansStartDays = -73403.5 ", "spanCount      = 224\n", "spanDegree     = 10\n", "var plutoSpans = spans{", "var ceresSpans = spans{"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q", want)
		}
	}
	if got := strings.Count(text, "\t\t{"); got != 2*3*spanCount {
		t.Errorf("%d rows of coefficients", got)
	}
	checkSource(t, text)
}

// checkSource asks for a generated file that gofmt leaves as it is.
func checkSource(t *testing.T, text string) {
	t.Helper()
	if !strings.HasPrefix(text, "// Code generated by build/ephem. DO NOT EDIT.\n") {
		t.Errorf("it begins %.60q", text)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", text, parser.AllErrors); err != nil {
		t.Error(err)
	}
	if formatted, err := format.Source([]byte(text)); err != nil || !bytes.Equal(formatted, []byte(text)) {
		t.Errorf("it is not formatted: %v", err)
	}
}

// The same input gives the same bytes, though maps are read in any order.
func TestTablesAreTheSameEachTime(t *testing.T) {
	ref := folder(t, nil)
	for _, name := range []string{"bodies", "vsop87", "elp", "moons", "rotation"} {
		first, err := written(t, name, ref)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if again, err := written(t, name, ref); err != nil || again != first {
				t.Fatalf("%s differs from run to run: %v", name, err)
			}
		}
	}
}

func TestBadInput(t *testing.T) {
	for _, tt := range []struct{ table, file, text, want string }{
		{"bodies", "bodies.json", "{", "unexpected end"},
		{"vsop87", "vsop87b_trunc_1e-8.json", `{"planets": []}`, "cannot unmarshal"},
		{"elp", "moon_elp_trunc.json", "", "unexpected end"},
		{"moons", "moon_mean_elements.json", `{"rows": [{"body": "phobos", "libration_terms_lambda": [{}, {}]}]}`, "phobos has 2 terms"},
		{"rotation", "bodies.json", "[", "unexpected end"},
		{"rotation", "iau_rotation_coefficients.json", `{"bodies": {"mars": {"W_sin": [[1, 2, 3]]}}}`, "not an amplitude"},
		{"rotation", "iau_rotation_coefficients.json", `{"bodies": {"mars": {"W_sin": [7]}}}`, "cannot unmarshal"},
		{"rotation", "iau_rotation_coefficients.json", `{"bodies": {"mars": {"W_sin": [[1, "M1"]]}}}`, "not an amplitude"},
	} {
		if _, err := written(t, tt.table, folder(t, map[string]string{tt.file: tt.text})); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s with %s = %q: %v, want %q", tt.table, tt.file, tt.text, err, tt.want)
		}
	}
	empty := t.TempDir()
	for _, table := range tables {
		if _, err := written(t, table.name, empty); !os.IsNotExist(err) {
			t.Errorf("%s from an empty folder: %v", table.name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(empty, "planets_de431.json"), []byte(`{"rows": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := written(t, "integrated", empty); err == nil || !strings.Contains(err.Error(), "too few") {
		t.Errorf("Pluto without rows: %v", err)
	}
}

func TestWriters(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{number(0.1), "0.1"},
		{number(1.3271244004127942e20), "1.3271244004127942e+20"},
		{number(metres(1737.4)), "1.7374e+06"},
		{number(metres(2575.15)), "2.57515e+06"},
		{optional(nil), "0"},
		{constant("titan"), "Titan"},
		{list(1, 2.5), "1, 2.5, "},
		{list(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, \n10, "},
		// IEC 61966-2-1: 0.04045 is where the curve begins, 0.735 is half the light.
		{colour([]float64{0.04045, 0.735357, 1}), "0.003131, 0.5, 1"},
		{colour(nil), "0.3185, 0.2957, 0.2738"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
	if got := flat([][]float64{{1, 2}, {}, {3}}); !slices.Equal(got, []float64{1, 2, 3}) {
		t.Errorf("flat: %v", got)
	}
}
