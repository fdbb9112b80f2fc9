package offscreen

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// tryVariable makes the test program open a context and print the error: the
// library reads its environment once in a process.
const tryVariable = "OFFSCREEN_TEST_TRY"

func TestMain(m *testing.M) {
	if os.Getenv(tryVariable) != "" {
		_, err := OpenContext()
		fmt.Printf("%t %v", errors.Is(err, engine.ErrUnavailable), err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Each way to have no context is one line that says what is wrong and what to
// do.
func TestUnavailable(t *testing.T) {
	for _, tt := range []struct {
		name    string
		environ []string
		want    []string
	}{
		{"no driver", []string{"__EGL_VENDOR_LIBRARY_FILENAMES=/dev/null"}, []string{
			"Mesa surfaceless: no display: EGL_", "install the graphics card's driver, or libgl1-mesa-dri",
		}},
		{"old OpenGL", []string{"MESA_GL_VERSION_OVERRIDE=3.3", "LIBGL_ALWAYS_SOFTWARE=1"}, []string{
			"Mesa surfaceless: its OpenGL is older than 4.1", "OpenGL 4.1 is needed",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			program := exec.Command(os.Args[0])
			program.Env = append(os.Environ(), append(tt.environ, tryVariable+"=1")...)
			out, err := program.Output()
			if err != nil {
				t.Fatal(err)
			}
			text := string(out)
			t.Log(text)
			if !strings.HasPrefix(text, "true ") || strings.Contains(text, "\n") {
				t.Errorf("%q is not one line that wraps ErrUnavailable", text)
			}
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q does not say %q", text, want)
				}
			}
		})
	}
}

func TestNoLibrary(t *testing.T) {
	err := load("libEGL.so.none")
	if !errors.Is(err, engine.ErrUnavailable) {
		t.Fatalf("%v does not wrap ErrUnavailable", err)
	}
	for _, want := range []string{"libEGL.so.none", "install libegl1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

// Graphics cards come first, then what Mesa picks, then the processor, and the
// cards are left out when the processor is asked for.
func TestPlatforms(t *testing.T) {
	list := []device{{unsafe.Pointer(t), true}, {unsafe.Pointer(t), false}, {unsafe.Pointer(t), false}}
	for _, tt := range []struct {
		devices  []device
		software bool
		want     []string
	}{
		{list, false, []string{"device 1", "device 2", "Mesa surfaceless", "device 0"}},
		{list, true, []string{"Mesa surfaceless", "device 0"}},
		{nil, false, []string{"Mesa surfaceless"}},
	} {
		var got []string
		for _, p := range platforms(tt.devices, tt.software) {
			got = append(got, p.name)
			if (p.device == nil) != (p.name == "Mesa surfaceless") {
				t.Errorf("%s: device %p", p.name, p.device)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("software %t: %v, want %v", tt.software, got, tt.want)
		}
	}
}

// Each platform of this machine gives a context by itself; Mesa's surfaceless
// one is on every machine with Mesa.
func TestEachPlatform(t *testing.T) {
	if err := loadEGL(); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for _, p := range platforms(devices(), false) {
		c, err := p.open()
		if err != nil {
			t.Log(err) // a card without a driver, say; what is left is to work
			continue
		}
		d, err := New(c, Options{Width: 1, Height: 1, Views: 1})
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
			continue
		}
		t.Logf("%s: %s", p.name, gl.GoStr(gl.GetString(gl.RENDERER)))
		if err := errors.Join(d.Close(), c.Close()); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
	}
}

func TestResult(t *testing.T) {
	for code, want := range map[int]string{
		0x3001: "eglX: EGL_NOT_INITIALIZED", 0x3003: "eglX: EGL_BAD_ALLOC", 0x3009: "eglX: EGL_BAD_MATCH",
		0x300C: "eglX: EGL_BAD_PARAMETER", 0x300E: "eglX: EGL_CONTEXT_LOST", 0x300F: "eglX: EGL error 0x300f",
	} {
		if err := result("eglX", code); err == nil || err.Error() != want {
			t.Errorf("%#x is %v, want %s", code, err, want)
		}
	}
	if err := result("eglX", 0x3000); err != nil {
		t.Errorf("success is %v", err)
	}
}

// Opening and closing fifty times leaves no file open, no thread, and little
// memory.
func TestLeaksNothing(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for range 5 { // what the driver and the runtime keep for good
		openAndClose(t)
	}
	files, memory := openFiles(t), status(t, "VmRSS")
	for range 50 {
		openAndClose(t)
	}
	if n := openFiles(t); n != files {
		t.Errorf("%d files open, before %d", n, files)
	}
	grown := status(t, "VmRSS") - memory
	t.Logf("resident memory grew by %d KiB", grown)
	if grown > 20<<10 { // a context that stays holds more than 2 MiB
		t.Errorf("resident memory grew by %d KiB", grown)
	}
}

func openAndClose(t *testing.T) {
	c, err := OpenContext()
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(c, Options{Width: 64, Height: 64, Views: 2})
	if err != nil {
		t.Fatal(err)
	}
	target(t, 128, 64)
	drawFrame(t, d, &scene.World{FOVRad: 1}, func(*engine.Frame) { gl.Clear(gl.COLOR_BUFFER_BIT) })
	if err := errors.Join(d.Close(), c.Close()); err != nil {
		t.Fatal(err)
	}
}

func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// status reads a number from /proc/self/status.
func status(t *testing.T, name string) int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "\n"+name+":")
	n, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
