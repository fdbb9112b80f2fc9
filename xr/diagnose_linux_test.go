package xr

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

func TestDiagnose(t *testing.T) {
	report := simulate(t)
	d := Diagnose(newContext(t), nil)
	if testing.Verbose() {
		text, _ := json.MarshalIndent(d, "", "  ")
		t.Logf("%s", text)
	}
	if !d.OK || d.Remedy != "" || !d.LoaderFound || d.Verdict != "ready: SpaceTime simulated headset, model test, by the runtime SpaceTime simulated headset 1.0.0" {
		t.Errorf("%+v", d)
	}
	if d.TookMS > 1000 {
		t.Errorf("it took %.0f ms", d.TookMS)
	}
	if d.GLContext != "EGL" || d.GLVersion == "" || d.GLLeast == "" {
		t.Errorf("OpenGL: %q %q, wanted from %q", d.GLContext, d.GLVersion, d.GLLeast)
	}
	for _, name := range []string{extGL, "XR_MNDX_egl_enable", extDepth} {
		if !slices.Contains(d.Extensions, name) || !slices.Contains(d.ExtensionsUsed, name) {
			t.Errorf("no %s in %q", name, d.Extensions)
		}
	}
	if !slices.Contains(d.Formats, "SRGB8_ALPHA8") || !slices.Contains(d.Formats, "DEPTH_COMPONENT32F") {
		t.Errorf("formats %q", d.Formats)
	}
	if d.StageM != [2]float64{3, 2} {
		t.Errorf("a stage of %v m, want 3 by 2", d.StageM)
	}
	if d.MaskTriangles[0] == 0 || !slices.Equal(d.RefreshHz, []float64{72, 80, 90, 120}) {
		t.Errorf("mask %d, rates %v", d.MaskTriangles, d.RefreshHz)
	}
	if i := slices.IndexFunc(d.ViewConfigurations, func(v ViewConfiguration) bool { return v.Kind == "stereo" }); i < 0 || len(d.ViewConfigurations[i].Views) != 2 ||
		d.ViewConfigurations[i].Views[0].Width != 512 {
		t.Errorf("views %+v", d.ViewConfigurations)
	}
	for _, name := range []string{"khr/simple_controller", "oculus/touch_controller", "valve/index_controller", "htc/vive_controller", "microsoft/motion_controller", "microsoft/xbox_controller"} {
		if !slices.Contains(d.Profiles, "/interaction_profiles/"+name) {
			t.Errorf("%s was refused: %q", name, d.Refused)
		}
	}
	checkReport(t, report)
}

// Each thing that may be missing has its verdict and its remedy.
func TestDiagnoseMissing(t *testing.T) {
	for _, tt := range []struct {
		name            string
		prepare         func(t *testing.T)
		without         []string
		verdict, remedy string
	}{
		{"no runtime", nowhere, nil, "no OpenXR runtime is registered", "start the headset's software"},
		{"manifest missing", func(t *testing.T) { t.Setenv("XR_RUNTIME_JSON", filepath.Join(t.TempDir(), "no.json")) }, nil, "no.json", "reinstall"},
		{"manifest broken", func(t *testing.T) { register(t, "{") }, nil, "is no JSON", "reinstall"},
		{"manifest empty", func(t *testing.T) { register(t, "{}") }, nil, "names no library_path", "reinstall"},
		{"library missing", func(t *testing.T) {
			register(t, `{"file_format_version": "1.0.0", "runtime": {"library_path": "./gone.so"}}`)
		}, nil, "gone.so", "reinstall"},
		{"library no library", func(t *testing.T) {
			register(t, `{"file_format_version": "1.0.0", "runtime": {"library_path": "./active_runtime.json"}}`)
		}, nil, "XR_ERROR_", "reinstall"},
		{"no OpenGL", func(t *testing.T) { simulate(t) }, []string{extGL}, "does not take OpenGL", "another runtime"},
		{"no EGL", func(t *testing.T) { simulate(t) }, []string{"XR_MNDX_egl_enable"}, "XR_MNDX_egl_enable", "another runtime"},
		{"headset off", func(t *testing.T) {
			simulate(t, "fault xrGetSystem calls 1 on returns XR_ERROR_FORM_FACTOR_UNAVAILABLE")
		}, nil, "XR_ERROR_FORM_FACTOR_UNAVAILABLE", "plug the headset in"},
		{"session refused", func(t *testing.T) {
			simulate(t, "fault xrCreateSession calls 1 on returns XR_ERROR_RUNTIME_FAILURE")
		}, nil, "xrCreateSession: XR_ERROR_RUNTIME_FAILURE", "restart"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.prepare(t)
			d := Diagnose(newContext(t), tt.without)
			if d.OK || !strings.Contains(d.Verdict, tt.verdict) || !strings.Contains(d.Remedy, tt.remedy) || strings.Contains(d.Verdict, "\n") {
				t.Errorf("verdict %q, remedy %q; want %q and %q", d.Verdict, d.Remedy, tt.verdict, tt.remedy)
			}
			if d.TookMS > float64(time.Second/time.Millisecond) {
				t.Errorf("it took %.0f ms", d.TookMS)
			}
			if _, err := Open(newContext(t), Options{Without: tt.without}); err != nil {
				checkUnavailable(t, err, tt.verdict, tt.remedy)
			} else {
				t.Error("a display opens all the same")
			}
		})
	}
}

// Without OpenGL, and without a loader, the verdict says so.
func TestRemedy(t *testing.T) {
	simulate(t)
	if d := Diagnose(nil, nil); d.OK || !strings.Contains(d.Verdict, "OpenGL") || !strings.Contains(d.Remedy, "driver") || !d.LoaderFound {
		t.Errorf("verdict %q, remedy %q", d.Verdict, d.Remedy)
	}
	err := unavailable(fmt.Errorf("%w: no such file", openxr.ErrNoLoader))
	checkUnavailable(t, err, "no OpenXR loader", "install libopenxr-loader1")
}

// A runtime that refuses to start says itself why: here, that its script is
// wrong.
func TestRefusal(t *testing.T) {
	simulate(t, "no such words")
	_, err := Open(newContext(t), Options{})
	checkUnavailable(t, err, "xrCreateInstance: XR_ERROR_INITIALIZATION_FAILED", "see what the headset's software says, above or in its log")
}

// nowhere makes a machine without a runtime.
func nowhere(t *testing.T) {
	t.Helper()
	t.Setenv("XR_RUNTIME_JSON", "")
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("XDG_CONFIG_DIRS", t.TempDir())
	folders := systemFolders
	systemFolders = nil
	t.Cleanup(func() { systemFolders = folders })
}

// register makes a runtime with that manifest the active one of a user.
func register(t *testing.T, manifest string) (path string) {
	t.Helper()
	nowhere(t)
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	folder := filepath.Join(config, "openxr", "1")
	path = filepath.Join(folder, "active_runtime.json")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(manifest), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// Without a home, and where variables name no absolute folder, what lies in the
// folder that the program is started in is nobody's runtime.
func TestRegisteredHere(t *testing.T) {
	nowhere(t)
	t.Chdir(t.TempDir())
	for _, folder := range []string{".config/openxr/1", "here/openxr/1", "openxr/1"} {
		if err := os.MkdirAll(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "active_runtime.json"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ name, home, folder, folders string }{
		{"homeless", "", "", ""},
		{"a relative home", ".", "", ""},
		{"a relative folder", "", "here", ""},
		{"relative folders", "", "", "here:/nowhere"},
		{"an empty one of several", "", "", "/nowhere:"},
	} {
		t.Setenv("HOME", tt.home)
		t.Setenv("XDG_CONFIG_HOME", tt.folder)
		t.Setenv("XDG_CONFIG_DIRS", tt.folders)
		if Registered() {
			t.Errorf("%s: %q is registered", tt.name, activeRuntime())
		}
	}
}

// A runtime that is registered by a file is found where the loader finds it, and
// nothing is loaded.
func TestRegistered(t *testing.T) {
	nowhere(t)
	if Registered() {
		t.Error("a runtime is registered nowhere")
	}
	path := register(t, `{"file_format_version": "1.0.0", "runtime": {"library_path": "libsome.so.1"}}`)
	manifest, library, broken := runtimeManifest()
	if manifest != path || library != "libsome.so.1" || broken != nil || !Registered() {
		t.Errorf("manifest %q, library %q, %v", manifest, library, broken)
	}
	newer := filepath.Join(filepath.Dir(path), "active_runtime.x86_64.json")
	if err := os.Symlink("gone.json", newer); err != nil {
		t.Fatal(err)
	}
	if manifest, _, broken = runtimeManifest(); manifest != newer || broken == nil {
		t.Errorf("manifest %q, %v; want a dead link at %q", manifest, broken, newer)
	}
	t.Setenv("XR_RUNTIME_JSON", path)
	if manifest, _, _ = runtimeManifest(); manifest != path {
		t.Errorf("manifest %q, want %q", manifest, path)
	}
	simulate(t)
	if _, library, broken = runtimeManifest(); broken != nil || filepath.Base(library) != "libspacetime_sim.so" {
		t.Errorf("library %q, %v", library, broken)
	}
}
