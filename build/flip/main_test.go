package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, grey uint8) string {
		img := image.NewGray(image.Rect(0, 0, 8, 8))
		for i := range img.Pix {
			img.Pix[i] = grey
		}
		img.SetGray(4, 4, color.Gray{grey})
		path := filepath.Join(dir, name)
		if err := write(path, img); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, b := file("a.png", 128), file("b.png", 129)
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	difference := filepath.Join(dir, "d.png")
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"the same", []string{a, a}, 0, "mean 0.000000"},
		{"within", []string{"-limit", "0.05", a, b}, 0, "mean 0.0298"},
		{"over", []string{"-limit", "0.01", "-map", difference, a, b}, 1, "mean 0.0298"},
		{"one picture", []string{a}, 2, "usage: flip"},
		{"flag", []string{"-x", a, b}, 2, "flag provided but not defined"},
		{"missing", []string{a, filepath.Join(dir, "c.png")}, 2, "c.png"},
		{"no picture", []string{text, a}, 2, "unknown format"},
		{"nowhere", []string{"-map", filepath.Join(text, "x"), a, b}, 2, "flip: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(tt.args, &out, &errs); code != tt.code || !strings.Contains(out.String()+errs.String(), tt.want) {
				t.Errorf("ended with %d, want %d and %q: %s%s", code, tt.code, tt.want, &out, &errs)
			}
		})
	}
	if _, err := os.Stat(difference); err != nil {
		t.Error(err)
	}
	var out bytes.Buffer
	var o outcome
	if run([]string{"-json", a, b}, &out, &out); json.Unmarshal(out.Bytes(), &o) != nil || o.Mean < 0.02 || o.Over != 0 {
		t.Errorf("%s", &out)
	}
}
