package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestPackFigures(t *testing.T) {
	data := fstest.MapFS{designationFile: {Data: []byte("   677|α_And\n  8903|β_Ari\n 8832|γ1_Ari\n 8833|γ1_Ari\n 43103|ι_Cnc_A\n")}}
	hips, err := readDesignations(data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := packFigures("# comment\nAri Aries; γ1-β α.And-β\nCnc Cancer; ι", hips)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Ari Aries; 8832-8903 677-8903\nCnc Cancer; 43103\n"; !strings.HasSuffix(string(got), want) {
		t.Errorf("got %q", got)
	}
	if _, err := packFigures("Ari Aries; γ1-ω", hips); err == nil || err.Error() != "Ari Aries: there is no star ω_Ari" {
		t.Errorf("an unknown star: %v", err)
	}
	if _, err := readDesignations(fstest.MapFS{designationFile: {Data: []byte("x|α_And\n")}}); err == nil {
		t.Error("a line without a number is taken")
	}
}
