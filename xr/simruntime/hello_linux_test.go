package simruntime

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHello runs hello_xr, Khronos' example program, over GLX on the simulated
// headset, as it is and under the core validation layer, until the script
// presses its quit button. It must be FOCUSED and end by itself, with nothing
// found by the strict checks or by the layer.
func TestHello(t *testing.T) {
	if os.Getenv("DISPLAY") == "" {
		t.Skip("DISPLAY is not set; make test brings a screen of its own (build/linux/with-xvfb.sh)")
	}
	hello, err := exec.LookPath("hello_xr")
	if err != nil {
		t.Fatal("hello_xr is not on this machine; the Debian package libopenxr-utils has it")
	}
	shim := filepath.Join(t.TempDir(), "vidmode_shim.so")
	if err := output(exec.Command("gcc", "-std=c11", "-shared", "-fPIC", "-o", shim, "testdata/vidmode_shim.c")); err != nil {
		t.Fatal(err)
	}
	// hello_xr ends at the end of its input; a pipe that it may write to as well never ends.
	pipe := filepath.Join(t.TempDir(), "input")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	quit := script(t, "2s left menu/click on for 200ms\nexpect focused\nexpect exiting\nexpect frames >= 60")
	for _, layer := range []string{"", "XR_APILAYER_LUNARG_core_validation"} {
		t.Run("layer "+layer, func(t *testing.T) {
			messages := filepath.Join(t.TempDir(), "messages.txt")
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
			defer cancel()
			var printed bytes.Buffer
			v, err := Run(ctx, quit, "sh", []string{"-c", `exec "$0" -g OpenGL <>"$1"`, hello, pipe}, Options{
				Manifest: manifest(t), Clock: "stepped", Stdout: &printed, Stderr: &printed,
				Environment: []string{
					"LD_PRELOAD=" + shim, "XR_ENABLE_API_LAYERS=" + layer,
					"XR_CORE_VALIDATION_EXPORT_TYPE=text", "XR_CORE_VALIDATION_FILE_NAME=" + messages,
				},
			})
			if err != nil {
				t.Fatalf("%v\n%s", err, printed.String())
			}
			if !v.OK {
				t.Errorf("%s\n%s", strings.Join(v.Failures, "\n"), printed.String())
			}
			// The layer makes the file with its first message.
			if text, err := os.ReadFile(messages); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("core validation says:\n%s", text)
			}
		})
	}
}

// TestValidationIsLive shows that the layer would have spoken: it writes a
// message about a program that makes mistakes.
func TestValidationIsLive(t *testing.T) {
	layers, err := filepath.Glob("/usr/share/openxr/1/api_layers/explicit.d/XrApiLayer_core_validation*.json")
	if err != nil || layers == nil {
		t.Fatal("no core validation layer; the Debian package openxr-layer-corevalidation has it")
	}
	messages := filepath.Join(t.TempDir(), "messages.txt")
	cmd := command(t, loaded(t, "core_instance", glLibraries...))
	cmd.Env = append(cmd.Env, "XR_ENABLE_API_LAYERS=XR_APILAYER_LUNARG_core_validation",
		"XR_CORE_VALIDATION_EXPORT_TYPE=text", "XR_CORE_VALIDATION_FILE_NAME="+messages)
	_ = cmd.Run() // what the program thinks of the layer's answers is not of interest
	if text, _ := os.ReadFile(messages); !strings.Contains(string(text), "VUID-") {
		t.Errorf("the layer found nothing wrong: %q", text)
	}
}

// TestRuntimeList has Khronos' own tool list the runtime.
func TestRuntimeList(t *testing.T) {
	list, err := exec.LookPath("openxr_runtime_list")
	if err != nil {
		t.Fatal("openxr_runtime_list is not on this machine; the Debian package libopenxr-utils has it")
	}
	text, err := command(t, list).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, want := range []string{"SpaceTime simulated headset", "XR_KHR_opengl_enable", "XR_MNDX_egl_enable", "XR_MND_headless"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}
