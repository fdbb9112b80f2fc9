package main

import (
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
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

// TestUmbraOverEgypt: the total eclipse is seen from within the Moon's shadow, over the
// place at which Espenak & Meeus 2006 (Five Millennium Canon, NASA/TP-2006-214141) have it
// half a minute before, 25.5° N 33.2° E, to 60 km, and from within the air.
func TestUmbraOverEgypt(t *testing.T) {
	var w scene.World
	for _, p := range pictures() {
		if p.name == "eclipse-sun" {
			s, err := scene.Parse(p.name, []byte(p.scene()))
			if err != nil {
				t.Fatal(err)
			}
			state, err := scene.Apply(scene.State{Clock: scene.Clock{Anchor: s.Start.Date}}, scene.SetCamera{Place: &s.Place, Look: &s.Look})
			if err != nil {
				t.Fatal(err)
			}
			w.Carry(&state, 0)
		}
	}
	eye := w.Ship.PositionM
	moon := w.Ephemeris.States[astro.Moon].PositionM.Sub(eye)
	aside := math.Atan2(moon.Cross(eye).Len(), -moon.Dot(eye))
	over := math.Asin(astro.Moon.Info().MeanRadiusM/moon.Len()) - math.Asin(astro.Sun.Info().MeanRadiusM/eye.Len())
	if aside > over/2 {
		t.Errorf("the Moon is %.4f° beside the Sun, and %.4f° larger all round", aside*180/math.Pi, over*180/math.Pi)
	}
	at := w.Ephemeris.Orientations[astro.Earth].Conjugate().Rotate(eye.Sub(w.Ephemeris.States[astro.Earth].PositionM))
	lat, lon := math.Asin(at[2]/at.Len()), math.Atan2(at[1], at[0])
	offKm := 6371 * math.Hypot(lat-25.5*math.Pi/180, (lon-33.2*math.Pi/180)*math.Cos(lat))
	heightKm := at.Len()/1e3 - 6374 // of the ground there, from the Earth's centre
	if offKm > 60 || heightKm < 0 || heightKm > 30 {
		t.Errorf("the picture is taken %.0f km from the middle of the shadow, %.0f km over the ground", offKm, heightKm)
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

// TestTakeAll: a program that copies a picture to where it is told stands in for the
// one that flies; the sheets hold what it took.
func TestTakeAll(t *testing.T) {
	folder := t.TempDir()
	source := filepath.Join(folder, "source.png")
	f, err := os.Create(source)
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewNRGBA(image.Rect(0, 0, thumbW, thumbH))
	draw.Draw(img, img.Rect, image.NewUniform(color.NRGBA{200, 100, 50, 255}), image.Point{}, draw.Src)
	if err := errors.Join(png.Encode(f, img), f.Close()); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(folder, "program")
	script := "#!/bin/sh\nfor last; do :; done\ncp " + source + " \"$last\"\n"
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	c := camera{program: program, quality: "low", folder: filepath.Join(folder, "out")}
	list := pictures()[:columns*rows+1]
	if err := c.takeAll(list); err != nil {
		t.Fatal(err)
	}
	sheet, err := readPNG(filepath.Join(c.folder, "sheet-2.png"))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := sheet.At(thumbW/2, thumbH/2).RGBA(); r>>8 != 200 || g>>8 != 100 || b>>8 != 50 {
		t.Errorf("the second sheet shows %d %d %d", r>>8, g>>8, b>>8)
	}
	c.program = filepath.Join(folder, "gone")
	if err := c.takeAll(list[:1]); err == nil || !strings.Contains(err.Error(), list[0].name) {
		t.Errorf("without a program: %v", err)
	}
	if err := writeSheets(c.folder, []string{filepath.Join(folder, "none.png")}); err == nil {
		t.Error("a picture that is not there is on a sheet")
	}
}
