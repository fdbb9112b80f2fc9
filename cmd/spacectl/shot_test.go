package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// pictured is a PNG of 3×2 pixels.
func pictured(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shooting is a server whose screenshot is in a state.
func shooting(t *testing.T, picture scripted) *script {
	t.Helper()
	return scriptedServer(t, map[string]scripted{
		"POST /api/v1/screenshots":      {202, `{"id":"A?B"}`, nil},
		"GET /api/v1/screenshots/A%3FB": picture,
	})
}

func TestShot(t *testing.T) {
	picture := pictured(t)
	s := shooting(t, ok(picture))
	file := filepath.Join(t.TempDir(), "saturn.png")
	r := spacectl("shot", "-o", file)
	if r.want(t, exit.OK, ""); r.out != fmt.Sprintf("%s: 3×2, %d bytes\n", file, len(picture)) {
		t.Errorf("prints %q", r.out)
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != picture {
		t.Errorf("the file has %d bytes, %v", len(data), err)
	}
	if len(s.asked) != 2 || s.asked[0].body != "" || s.asked[0].contentType != "" {
		t.Errorf("asked %+v", s.asked)
	}
	if r := spacectl("shot", "-o", file, "--force", "--json"); r.code != exit.OK || !bytes.Contains([]byte(r.out), []byte(`"width":3,"height":2,`)) {
		t.Errorf("with --json: %+v", r)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("left beside the picture: %v, %v", left, err)
	}
}

// TestShotKeepsFiles: what is there is not overwritten, and the program is not
// even asked.
func TestShotKeepsFiles(t *testing.T) {
	s := shooting(t, ok(pictured(t)))
	file := filepath.Join(t.TempDir(), "mine.png")
	write(t, file, "mine")
	spacectl("shot", "-o", file).want(t, exit.Usage, "--force")
	if data, err := os.ReadFile(file); err != nil || string(data) != "mine" || len(s.asked) != 0 {
		t.Errorf("the file has %q, %v; asked %v", data, err, s.asked)
	}
}

// TestShotThatFails leaves no file, nor a part of one.
func TestShotThatFails(t *testing.T) {
	for _, tt := range []struct {
		name    string
		picture scripted
		code    int
		text    string
		waits   int
	}{
		{"no frame comes", scripted{202, `{"id":"A?B"}`, nil}, exit.Unavailable, "does not come", shotPolls},
		{"the run ends", problem(503, "the run ended before the picture was taken"), exit.Unavailable, "the run ended", 0},
		{"dropped meanwhile", problem(404, "no such screenshot"), exit.Usage, "no such screenshot", 0},
		{"not a picture", ok("<html>"), exit.Failure, "not a picture", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shooting(t, tt.picture)
			dir := t.TempDir()
			r := spacectl("shot", "-o", filepath.Join(dir, "x.png"))
			if r.want(t, tt.code, tt.text); r.waits != tt.waits {
				t.Errorf("waited %d times, want %d", r.waits, tt.waits)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
				t.Errorf("left is %v, %v", left, err)
			}
		})
	}
	scriptedServer(t, map[string]scripted{"POST /api/v1/screenshots": {202, "{", nil}})
	spacectl("shot", "-o", filepath.Join(t.TempDir(), "x.png")).want(t, exit.Failure, "not understood")
}

func TestShotThatCannotBeWritten(t *testing.T) {
	shooting(t, ok(pictured(t)))
	dir := t.TempDir()
	spacectl("shot", "-o", filepath.Join(dir, "none", "x.png")).want(t, exit.NoInput, filepath.Join("none", "x.png"))
	folder := filepath.Join(dir, "folder")
	write(t, filepath.Join(folder, "mine"), "mine")
	spacectl("shot", "--force", "-o", folder).want(t, exit.IO, folder)
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left is %v, %v", left, err)
	}
	if os.Getuid() <= 0 || runtime.GOOS == "windows" {
		return // to whom no folder is closed
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	spacectl("shot", "-o", filepath.Join(dir, "x.png")).want(t, exit.NotPermitted, "x.png")
}
