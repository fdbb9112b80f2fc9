package astro

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestParseBody(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Body
	}{
		{"sun", Sun}, {"Saturn", Saturn}, {"TITAN", Titan}, {" io ", Io}, {"moon", Moon}, {"charon", Charon}, {"ceres", Ceres},
	} {
		if got, err := ParseBody(tt.text); err != nil || got != tt.want {
			t.Errorf("%q is %s, %v, want %s", tt.text, got, err, tt.want)
		}
	}
	for _, tt := range []struct{ text, proposal string }{
		{"satrun", "did you mean saturn?"},
		{"jupitre", "did you mean jupiter?"},
		{"pluton", "did you mean pluto?"},
		{"mercurio", "did you mean mercury?"},
		{"vesta", "there are the Sun"},
		{"death star", "there are the Sun"},
		{strings.Repeat("io", 1000), "there are the Sun"},
	} {
		_, err := ParseBody(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.proposal) || len(err.Error()) > 250 {
			t.Errorf("%.20q: error %v, want %q in it", tt.text, err, tt.proposal)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"kitten", "sitting", 3}, {"saturday", "sunday", 3}, // Wagner & Fischer 1974, and custom
		{"", "mars", 4}, {"mars", "", 4}, {"mars", "mars", 0}, {"mars", "marsh", 1}, {strings.Repeat("x", 41), "x", 41},
	} {
		if got := editDistance(tt.a, tt.b); got != tt.want {
			t.Errorf("from %q to %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestBodiesHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for b := range NumBodies {
		text, err := b.MarshalText()
		if err != nil || string(text) != b.String() || seen[b.String()] || strings.ToLower(b.String()) != b.String() {
			t.Errorf("body %d is called %q, %v", uint8(b), text, err)
		}
		seen[b.String()] = true
		var back Body
		if err := back.UnmarshalText(text); err != nil || back != b {
			t.Errorf("%s comes back as %s, %v", b, back, err)
		}
	}
	if len(seen) != 36 {
		t.Errorf("%d bodies, want 36", len(seen))
	}
	if got := Body(200).String(); got != "body 200" {
		t.Errorf("body 200 is called %q", got)
	}
}

func TestBodyInJSON(t *testing.T) {
	var got struct{ At Body }
	if err := json.Unmarshal([]byte(`{"At":"Titan"}`), &got); err != nil || got.At != Titan {
		t.Errorf("read %s, %v", got.At, err)
	}
	if err := json.Unmarshal([]byte(`{"At":"Tatooine"}`), &got); err == nil || got.At != Titan {
		t.Errorf("an unknown body became %s, %v", got.At, err)
	}
}

func TestBodyFacts(t *testing.T) {
	for _, tt := range []struct {
		body               Body
		parent             Body
		kind               Kind
		naif               int     // NAIF Integer ID codes
		massKg, tolerance  float64 // NASA planetary fact sheets, to their digits
		equatorKm, polarKm float64 // Archinal et al. 2018, tables 4 and 5
	}{
		{body: Sun, parent: Sun, kind: KindStar, naif: 10, massKg: 1.9885e30, tolerance: 2e-4, equatorKm: 695700, polarKm: 695700},
		{body: Mercury, parent: Sun, kind: KindPlanet, naif: 199, massKg: 3.3010e23, tolerance: 2e-4, equatorKm: 2440.53, polarKm: 2438.26},
		{body: Earth, parent: Sun, kind: KindPlanet, naif: 399, massKg: 5.9722e24, tolerance: 2e-4, equatorKm: 6378.1366, polarKm: 6356.7519},
		{body: Moon, parent: Earth, kind: KindMoon, naif: 301, massKg: 7.346e22, tolerance: 3e-4, equatorKm: 1737.4, polarKm: 1737.4},
		{body: Jupiter, parent: Sun, kind: KindGiant, naif: 599, massKg: 1.89813e27, tolerance: 2e-4, equatorKm: 71492, polarKm: 66854},
		{body: Europa, parent: Jupiter, kind: KindMoon, naif: 502, massKg: 4.80e22, tolerance: 2e-3, equatorKm: 1562.6, polarKm: 1559.5},
		{body: Saturn, parent: Sun, kind: KindGiant, naif: 699, massKg: 5.6832e26, tolerance: 2e-4, equatorKm: 60268, polarKm: 54364},
		{body: Titan, parent: Saturn, kind: KindMoon, naif: 606, massKg: 1.3455e23, tolerance: 1e-3, equatorKm: 2575.15, polarKm: 2574.47},
		{body: Uranus, parent: Sun, kind: KindGiant, naif: 799, massKg: 8.6811e25, tolerance: 2e-4, equatorKm: 25559, polarKm: 24973},
		{body: Neptune, parent: Sun, kind: KindGiant, naif: 899, massKg: 1.02409e26, tolerance: 2e-4, equatorKm: 24764, polarKm: 24341},
		{body: Pluto, parent: Sun, kind: KindDwarf, naif: 999, massKg: 1.303e22, tolerance: 1e-3, equatorKm: 1188.3, polarKm: 1188.3},
		{body: Ceres, parent: Sun, kind: KindDwarf, naif: 2000001, massKg: 9.3835e20, tolerance: 1e-3, equatorKm: 487.3, polarKm: 454.7},
		{body: Charon, parent: Pluto, kind: KindMoon, naif: 901, massKg: 1.59e21, tolerance: 3e-3, equatorKm: 606, polarKm: 606},
	} {
		const newtonG = 6.67430e-11 // CODATA 2018, m³/(kg s²)
		i := tt.body.Info()
		if i.Parent != tt.parent || i.Kind != tt.kind || i.NAIF != tt.naif {
			t.Errorf("%s: parent %s, kind %d, number %d", tt.body, i.Parent, i.Kind, i.NAIF)
		}
		if mass := i.GMM3S2 / newtonG; !(math.Abs(mass/tt.massKg-1) < tt.tolerance) {
			t.Errorf("%s: mass %.5g kg, want %.5g kg", tt.body, mass, tt.massKg)
		}
		if math.Abs(i.EquatorialRadiiM[0]-tt.equatorKm*1e3) > 0.1 || math.Abs(i.PolarRadiusM-tt.polarKm*1e3) > 0.1 {
			t.Errorf("%s: radii %v and %v m", tt.body, i.EquatorialRadiiM, i.PolarRadiusM)
		}
	}
}

func TestEveryBodyIsComplete(t *testing.T) {
	for b := range NumBodies {
		i := b.Info()
		if i.Parent > b || b != Sun && i.Parent == b {
			t.Errorf("%s comes before %s, which it moves about", b, i.Parent)
		}
		if !(i.GMM3S2 > 0 && i.NAIF > 0) {
			t.Errorf("%s: GM %g, number %d", b, i.GMM3S2, i.NAIF)
		}
		a, c, mean := i.EquatorialRadiiM, i.PolarRadiusM, i.MeanRadiusM
		if !(a[0] >= a[1] && a[1] >= c && c > 0 && mean >= c && mean <= a[0]) {
			t.Errorf("%s: radii %v, %g, mean %g", b, a, c, mean)
		}
		if b != Sun && !(i.Albedo > 0.05 && i.Albedo < 1.4) { // Enceladus has 1.375
			t.Errorf("%s: geometric albedo %g", b, i.Albedo)
		}
		for _, v := range i.ColourLinear {
			if !(v > 0 && v <= 1) {
				t.Errorf("%s: colour %v", b, i.ColourLinear)
			}
		}
		if i.Model == "" || i.Approximate != (i.AccuracyArcsec == 0 && b != Sun) {
			t.Errorf("%s: model %q, approximate %v, accuracy %g", b, i.Model, i.Approximate, i.AccuracyArcsec)
		}
	}
}

func TestApproximateBodies(t *testing.T) {
	var got []string
	for b := range NumBodies {
		if b.Info().Approximate {
			got = append(got, b.String())
		}
	}
	if list := strings.Join(got, " "); list != "phoebe" {
		t.Errorf("approximate are: %s", list)
	}
}

func TestRings(t *testing.T) {
	for b, want := range map[Body]struct{ innerKm, outerKm, densest float64 }{
		// NASA PDS Ring-Moon Systems Node: D inside to F outside; ring 6 to epsilon.
		Saturn: {66_900, 140_430, 1.6}, Uranus: {41_836, 51_178, 1.4},
	} {
		list := b.Info().Rings
		if len(list) == 0 {
			t.Fatalf("%s has no rings", b)
		}
		densest, end := 0.0, b.Info().EquatorialRadiiM[0]
		for _, r := range list {
			if r.Name == "" || !(r.InnerM >= end && r.OuterM > r.InnerM && r.OpticalDepth > 0) {
				t.Errorf("%s, ring %+v after %g m", b, r, end)
			}
			densest, end = max(densest, r.OpticalDepth), r.OuterM
		}
		if math.Abs(list[0].InnerM/1e3-want.innerKm) > 1 || math.Abs(end/1e3-want.outerKm) > 1 || densest != want.densest {
			t.Errorf("%s: rings from %g to %g m, densest %g", b, list[0].InnerM, end, densest)
		}
	}
	if rings := Earth.Info().Rings; rings != nil {
		t.Errorf("the Earth has rings: %v", rings)
	}
}
