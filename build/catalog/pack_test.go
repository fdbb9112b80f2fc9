package main

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// data is a small stellarium-data.
func data(stars ...astro.Star) fstest.MapFS {
	return fstest.MapFS{
		starFiles[0]:    {Data: starFile(stars...)},
		starFiles[1]:    {Data: starFile()},
		starFiles[2]:    {Data: starFile()},
		motionsFile:     {Data: []byte("# HIP\tpmRA(mas/yr)\tpmDE(mas/yr)\n300001\t-200.50\t3.25\n300002\t0.00\t0.00\n300003\t40\t-10\n300004\t300\t0\n300005\t5\t5\n")},
		designationFile: {Data: []byte("300001|α_Tst\n300002|β_Tst\n")},
		namesFile:       {Data: []byte("# star names\n300001|_(\"Alpha\") 1,12,37\n300001|_(\"Alfa\") 37\n300004|_(\"Ōmega's Star\") 36\n300005|_(\"Old\") 2,11 \n300003|_(\"Nobody's\")\n")},
	}
}

// TestPack: components together, no number no star, no motion no star, faint
// stars only if near and moving, names only if approved.
func TestPack(t *testing.T) {
	ra, dec := zoneZero()
	star := func(hip uint32, v float32, parallax float64) astro.Star {
		return astro.Star{HIP: hip, RARad: ra, DecRad: dec, Magnitude: v, ParallaxArcsec: parallax}
	}
	got, err := pack(data(
		star(300005, 6.5, 0), star(300004, 9.02, 0.1), star(300001, 3.02, 0.01), star(300001, 2.02, 0.01),
		star(0, 1.02, 0), star(300002, 1.02, 0), star(300003, 9.02, 0.5), star(300006, 2.02, 0.2), star(300007, 6.55, 0.09),
	))
	if err != nil {
		t.Fatal(err)
	}
	// 1.6561 = -2.5 lg(10^-1.208 + 10^-0.808)
	alpha, old, omega := star(300001, 1.6561, 0.01), star(300005, 6.52, 0), star(300004, 9.02, 0.1)
	alpha.Name, omega.Name = "Alpha", "Ōmega's Star"
	alpha.PMRARadPerYear, alpha.PMDecRadPerYear = -200.50*masRad, 3.25*masRad
	omega.PMRARadPerYear = 300 * masRad
	old.PMRARadPerYear, old.PMDecRadPerYear = 5*masRad, 5*masRad
	want := []astro.Star{alpha, omega, old}
	if len(got) != len(want) {
		t.Fatalf("%d stars, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		expectStar(t, got[i], want[i])
	}
}

func TestPackRefuses(t *testing.T) {
	for _, name := range []string{starFiles[0], starFiles[1], starFiles[2], motionsFile, namesFile} {
		missing, broken := data(), data()
		delete(missing, name)
		broken[name] = &fstest.MapFile{Data: []byte("nonsense\n")}
		if _, err := pack(missing); err == nil || !strings.Contains(err.Error(), "read stellarium-data: open "+name) {
			t.Errorf("without %s: error %v", name, err)
		}
		if _, err := pack(broken); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("with nonsense in %s: error %v", name, err)
		}
	}
	big := data()
	big[namesFile] = &fstest.MapFile{Data: []byte("99999999999|_(\"Far\") 6\n")}
	if _, err := pack(big); err == nil || !strings.Contains(err.Error(), namesFile+":1: ") {
		t.Errorf("number out of range: error %v", err)
	}
}

// TestMerge: the brightest component gives its place and colour, wherever it is
// among the others.
func TestMerge(t *testing.T) {
	got := merge([]astro.Star{
		{HIP: 9, Magnitude: 4},
		{HIP: 0, Magnitude: 1},
		{HIP: 7, Magnitude: 6, BV: 1, RARad: 1},
		{HIP: 0, Magnitude: 2},
		{HIP: 7, Magnitude: 5, BV: 2, RARad: 2},
		{HIP: 7, Magnitude: 7, BV: 3, RARad: 3},
	})
	if len(got) != 2 || got[0].HIP != 7 || got[1].HIP != 9 {
		t.Fatalf("got %+v, want HIP 7 and 9", got)
	}
	// -2.5 lg(10^-2 + 10^-2.4 + 10^-2.8) = 4.5196
	if got[0].BV != 2 || got[0].RARad != 2 || math.Abs(float64(got[0].Magnitude)-4.5196) > 1e-4 {
		t.Errorf("HIP 7 became %+v, want V 4.5196, and the rest of the component of V 5", got[0])
	}
}

// TestTogether: two equal stars are 2.5 lg 2 = 0.7526 mag brighter than one.
func TestTogether(t *testing.T) {
	if got := together(5, 5); math.Abs(float64(got)-(5-0.7526)) > 1e-4 {
		t.Errorf("got %g, want 4.2474", got)
	}
	if got := together(-1, 30); got != -1 {
		t.Errorf("a star with nothing beside it: got %g, want -1", got)
	}
}

func TestCorrectionsParse(t *testing.T) {
	rows, err := parseCorrections("# hip\tand so on\n7\t1991.5\n8\t\t-1.5\t2\t3.25\t0.5\t-22\tNew Name\n9\t\t\t\t\t\t\t-\n")
	if err != nil {
		t.Fatal(err)
	}
	ra, dec := 1.0, 0.5
	star := astro.Star{RARad: ra, DecRad: dec, PMDecRadPerYear: 100 * masRad, Magnitude: 5, BV: 1, Name: "Old Name"}
	for _, tt := range []struct {
		hip  uint32
		want astro.Star
	}{
		{7, astro.Star{RARad: ra, DecRad: dec + 850*masRad, PMDecRadPerYear: 100 * masRad, Magnitude: 5, BV: 1, Name: "Old Name"}},
		{8, astro.Star{RARad: ra, DecRad: dec, PMRARadPerYear: -1.5 * masRad, PMDecRadPerYear: 2 * masRad, RadialVelocityKmS: -22, Magnitude: 3.25, BV: 0.5, Name: "New Name"}},
		{9, astro.Star{RARad: ra, DecRad: dec, PMDecRadPerYear: 100 * masRad, Magnitude: 5, BV: 1}},
	} {
		got := star
		rows[tt.hip].apply(&got)
		expectStar(t, got, tt.want)
	}
}

func TestCorrectionsRefuse(t *testing.T) {
	for _, tt := range []struct{ table, want string }{
		{"1\t\t\t\t\t\t\tname\tmore\n", "9 columns, want at most 8"},
		{"Sirius\n", "invalid syntax"},
		{"1\tJ2000\n", "invalid syntax"},
		{"1\n2\n1\n", "HIP 1 has two rows"},
	} {
		if _, err := parseCorrections(tt.table); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want one with %q", tt.table, err, tt.want)
		}
	}
}

// TestCorrectionsTable: the shipped rows are in order and within reason.
func TestCorrectionsTable(t *testing.T) {
	rows, err := parseCorrections(correctionsTSV)
	if err != nil {
		t.Fatal(err)
	}
	outside := func(number, least, most float64) bool { return number < least || number > most }
	for hip, c := range rows {
		if outside(c.epoch, 1990, 1993) || outside(c.v, -2, 7) || outside(c.bv, -0.4, 3) || outside(c.rvKmS, -150, 150) {
			t.Errorf("HIP %d: %+v", hip, c)
		}
	}
}
