package simruntime

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// glLibraries are those of a client that draws without a window.
var glLibraries = []string{"-lEGL", "-lGL", "-lpthread"}

// TestCore runs the clients that compare calls with the results that the
// OpenXR specification gives them, in stepped time and in real time; each
// prints what differs.
func TestCore(t *testing.T) {
	for _, name := range []string{"core_instance", "core_session", "core_swapchain", "core_frames", "core_space", "core_strict", "core_faults", "core_pace", "core_threads", "core_models"} {
		for _, clock := range []string{"stepped", "real"} {
			t.Run(name+"/"+clock, func(t *testing.T) {
				cmd := command(t, loaded(t, name, glLibraries...))
				cmd.Env = append(cmd.Env, "SPACETIME_SIM_CLOCK="+clock)
				if err := output(cmd); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestGLX has a session on a window's context, which is destroyed before it.
func TestGLX(t *testing.T) {
	if os.Getenv("DISPLAY") == "" {
		t.Skip("DISPLAY is not set; make test brings a screen of its own (build/linux/with-xvfb.sh)")
	}
	cmd := command(t, loaded(t, "core_glx", append([]string{"-lGLX", "-lX11"}, glLibraries...)...))
	cmd.Env = append(cmd.Env, "SPACETIME_SIM_CLOCK=stepped")
	if err := output(cmd); err != nil {
		t.Error(err)
	}
}

// TestCoreDirect is for what the installed loader, of OpenXR 1.0, does not let through.
func TestCoreDirect(t *testing.T) {
	if err := output(command(t, client(t, "core_direct", "testdata/input_direct.c"))); err != nil {
		t.Error(err)
	}
}

// pictures runs core_picture and returns the folder of its frames.
func pictures(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	cmd := command(t, loaded(t, "core_picture", glLibraries...))
	cmd.Env = append(cmd.Env, "SPACETIME_SIM_CLOCK=stepped", "SPACETIME_SIM_OUT="+out)
	if err := output(cmd); err != nil {
		t.Fatal(err)
	}
	return out
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	return picture
}

// TestPictures compares pixels with what the layers of core_picture must come
// to. Linear 0.5 and 0.25 are 188 and 137 in sRGB (IEC 61966-2-1), which read
// back are 0.503 and 0.250; red, half transparent, over the left eye's 0.503,
// 0.250, 0 is 0.751, 0.125, 0, or 225, 99, 0; green is 0.251, 0.625, 0.
func TestPictures(t *testing.T) {
	out := pictures(t)
	gray := func(y uint16) color.Color { return color.Gray16{Y: y} }
	rgb := func(r, g, b uint8) color.Color { return color.RGBA{r, g, b, 255} }
	for _, tt := range []struct {
		what, file string
		x, y       int
		want       color.Color
	}{
		{"no layer", "frame_000001.png", 256, 256, rgb(0, 0, 0)},
		{"left eye", "frame_000002.png", 10, 10, rgb(188, 137, 0)},
		{"left eye, its last pixel", "frame_000002.png", 511, 511, rgb(188, 137, 0)},
		{"right eye, its first pixel", "frame_000002.png", 512, 0, rgb(0, 137, 188)},
		{"right eye", "frame_000002.png", 1013, 500, rgb(0, 137, 188)},
		// The panel's centre is 31.5 mm beside each eye at 1 m: 8 pixels from the view's axis,
		// which lies at 512·tan 48°/(tan 48° + tan 42°) = 282.7 in the left eye, and at 1024-282.7 in the right.
		{"panel before the left eye, below", "frame_000002.png", 290, 276, rgb(225, 99, 0)},
		{"panel before the left eye, above", "frame_000002.png", 290, 236, rgb(137, 207, 0)},
		{"panel before the right eye, below", "frame_000002.png", 733, 276, rgb(188, 99, 137)},
		{"mark before the left eye", "frame_000002.png", 290, 384, rgb(0, 0, 255)},
		{"no mark before the right eye", "frame_000002.png", 733, 384, rgb(0, 137, 188)},
		{"depth of the left eye", "frame_000002_depth.png", 100, 100, gray(16384)},
		{"depth of the right eye", "frame_000002_depth.png", 700, 100, gray(49151)},
		{"drawn for another pose", "frame_000003.png", 256, 256, rgb(0, 0, 0)},
		{"bottom left quarter", "frame_000004.png", 10, 500, rgb(255, 0, 0)},
		{"bottom right quarter", "frame_000004.png", 500, 500, rgb(0, 255, 0)},
		{"top left quarter", "frame_000004.png", 10, 10, rgb(0, 0, 188)},
		{"top right quarter of the right eye", "frame_000004.png", 1014, 10, rgb(255, 255, 255)},
		// The quarters meet at 282.7-256 pixels from the axis, 6.0 degrees to the left; seen from
		// 10 degrees further to the right, at 16.0 degrees, which is pixel 209.8.
		{"turned, left of where quarters meet", "frame_000005.png", 208, 300, rgb(255, 0, 0)},
		{"turned, right of where quarters meet", "frame_000005.png", 212, 300, rgb(0, 255, 0)},
		{"turned, right of what was drawn", "frame_000005.png", 511, 256, rgb(0, 0, 0)},
	} {
		picture := readPNG(t, filepath.Join(out, tt.file))
		if got := picture.At(tt.x, tt.y); got != tt.want {
			t.Errorf("%s: %s at %d, %d is %v, want %v", tt.what, tt.file, tt.x, tt.y, got, tt.want)
		}
	}
}

// TestUnreadableImages runs core_strict, the last of whose sessions has images
// that OpenGL does not read back: its first frame is empty and black, and of the
// two that show such images there is no picture.
func TestUnreadableImages(t *testing.T) {
	out := t.TempDir()
	cmd := command(t, loaded(t, "core_strict", glLibraries...))
	cmd.Env = append(cmd.Env, "SPACETIME_SIM_CLOCK=stepped", "SPACETIME_SIM_OUT="+out)
	if err := output(cmd); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(out, "frame_*.png"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %v", files, err)
	}
	var last int
	fmt.Sscanf(filepath.Base(slices.Max(files)), "frame_%d.png", &last)
	text, err := os.ReadFile(filepath.Join(out, reportName))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), fmt.Sprintf(`"id":"picture-not-written","function":"xrEndFrame","text":"frame %d has no picture`, last+2)) {
		t.Errorf("the last picture is that of frame %d:\n%s", last, text)
	}
}

// TestSameBytes makes the same pictures twice in stepped time: pictures and
// report must be the same to the byte.
func TestSameBytes(t *testing.T) {
	first, second := pictures(t), pictures(t)
	files, err := os.ReadDir(first)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 7 {
		t.Errorf("%d files, want 6 pictures and the report", len(files))
	}
	for _, file := range files {
		a, err := os.ReadFile(filepath.Join(first, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(second, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s is not the same twice", file.Name())
		}
	}
}

// TestOnlyOneSymbol holds the library to what a loader may see, and to the
// libraries that every Linux has.
func TestOnlyOneSymbol(t *testing.T) {
	symbols, err := exec.Command("nm", "-D", "--defined-only", library(t)).Output()
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(symbols))
	if len(fields) != 3 || fields[2] != "xrNegotiateLoaderRuntimeInterface" {
		t.Errorf("exported:\n%s", symbols)
	}
	header, err := exec.Command("objdump", "-p", library(t)).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(header)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "NEEDED"); ok {
			if !slices.Contains([]string{"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0"}, strings.TrimSpace(name)) {
				t.Errorf("linked with %s", strings.TrimSpace(name))
			}
		}
	}
}
