package main

import (
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
)

// TestScenes: every picture is taken from a scene that the program accepts.
func TestScenes(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range pictures() {
		if seen[p.name] {
			t.Errorf("two pictures are called %s", p.name)
		}
		seen[p.name] = true
		if _, err := scene.Parse(p.name, []byte(p.scene())); err != nil {
			t.Error(err)
		}
	}
}

func TestChosen(t *testing.T) {
	if all := len(chosen("")); all != len(pictures()) {
		t.Errorf("%d pictures where nothing is left out", all)
	}
	for _, p := range chosen("saturn,eclipse") {
		if !strings.Contains(p.name, "saturn") && !strings.Contains(p.name, "eclipse") {
			t.Errorf("%s was not asked for", p.name)
		}
	}
	if n := len(chosen("nothing-such")); n != 0 {
		t.Errorf("%d pictures of nothing", n)
	}
}
