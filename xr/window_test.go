package xr

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/xr/desktop"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// openWindow makes a window of 640 by 480, hidden, for a test.
func openWindow(t *testing.T) *desktop.Context {
	t.Helper()
	if os.Getenv("DISPLAY") == "" && runtime.GOOS == "linux" {
		t.Skip("DISPLAY is not set; make test brings a screen of its own (build/linux/with-xvfb.sh)")
	}
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	c, err := desktop.OpenContext("test", 640, 480)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// The same on a window's context, under the validation layer of the loader's
// authors, which knows the rules that a runtime may be lenient about. It is
// older than some extensions, and rejects sessions by EGL.
func TestFlightInWindow(t *testing.T) {
	for _, stereo := range []string{"layer", "wide", "two-pass"} {
		t.Run(stereo, func(t *testing.T) {
			images, _ := ParseImages(stereo)
			report := simulate(t, "0.1s recentre", "0.2s session hidden", "0.3s session focused")
			messages := validate(t)
			f := flyOn(t, openWindow(t), Options{Images: images, Depth: true, RefreshHz: 90, Without: newExtensions()})
			if kind, _ := openxr.Context(); kind != "GLX" {
				t.Fatalf("the context is by %q", kind)
			}
			f.draws(60)
			f.land()
			checkReport(t, report)
			text, err := os.ReadFile(messages)
			if len(text) > 0 || err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the validation layer found %v:\n%s", err, text)
			}
		})
	}
}

// newExtensions are those that the validation layer of 1.0.20 does not know.
func newExtensions() (list []string) {
	for _, name := range wishes() {
		switch name {
		case extDepth, extMask, extRefreshRate, openxr.ClockExtension(), "XR_EXT_hp_mixed_reality_controller",
			"XR_EXT_samsung_odyssey_controller", "XR_HTC_vive_cosmos_controller_interaction", "XR_MSFT_hand_interaction":
		default:
			list = append(list, name)
		}
	}
	return list
}

// validate puts the validation layer between program and runtime for a test. It
// returns the file of its messages, which is not there until it has one.
func validate(t *testing.T) (messages string) {
	t.Helper()
	const layer = "XR_APILAYER_LUNARG_core_validation"
	found, _ := filepath.Glob("/usr/share/openxr/1/api_layers/explicit.d/*core_validation*.json")
	if len(found) == 0 {
		t.Fatalf("%s is missing: install openxr-layer-corevalidation", layer)
	}
	messages = filepath.Join(t.TempDir(), "validation.txt")
	t.Setenv("XR_ENABLE_API_LAYERS", layer)
	t.Setenv("XR_CORE_VALIDATION_EXPORT_TYPE", "text")
	t.Setenv("XR_CORE_VALIDATION_FILE_NAME", messages)
	return messages
}

// The layer is alive: it rejects a session by EGL, which it does not know.
func TestValidationIsAlive(t *testing.T) {
	simulate(t)
	messages := validate(t)
	_, err := Open(newContext(t), Options{Without: newExtensions()})
	checkUnavailable(t, err, "xrCreateSession")
	text, err := os.ReadFile(messages)
	if err != nil || !strings.Contains(string(text), "VUID-XrSessionCreateInfo-next-next") {
		t.Errorf("%v: %s", err, text)
	}
}

// watched is a mirror whose pictures are looked at.
type watched struct {
	*desktop.Mirror
	t     *testing.T
	f     *flight
	swaps int
	left  [3]uint8 // the pixels at a quarter and at three quarters of the last picture
	right [3]uint8
}

func (w *watched) Swap() {
	if w.f.display.session.Begun() {
		w.t.Error("the mirror is shown within a frame of the headset")
	}
	w.swaps++
	width, height := w.Size()
	w.left, w.right = pixel(width/4, height/2), pixel(3*width/4, height/2)
	w.Mirror.Swap()
}

func pixel(x, y int) [3]uint8 {
	p := make([]uint8, 4)
	gl.ReadPixels(int32(x), int32(y), 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(p))
	return [3]uint8(p)
}

// The mirror shows the eyes as they are, in the screen's encoding, at most 60
// times a second, outside of the headset's frames.
func TestMirror(t *testing.T) {
	for _, tt := range []struct {
		eyes        Eyes
		images      Images
		format      int64
		left, right [3]uint8
	}{
		{"", ImagesLayered, gl.SRGB8_ALPHA8, red, red},
		{LeftEye, ImagesPerView, gl.SRGB8_ALPHA8, red, red},
		{RightEye, ImagesWide, gl.SRGB8_ALPHA8, blue, blue},
		{RightEye, ImagesLayered, gl.SRGB8_ALPHA8, blue, blue},
		{BothEyes, ImagesLayered, gl.SRGB8_ALPHA8, red, blue},
		{BothEyes, ImagesWide, gl.SRGB8_ALPHA8, red, blue},
		{BothEyes, ImagesPerView, gl.SRGB8_ALPHA8, red, blue},
		{BothEyes, ImagesLayered, gl.RGBA16F, red, blue},
		{BothEyes, ImagesLayered, gl.RGBA8, red, blue},
	} {
		t.Run(string(tt.eyes), func(t *testing.T) {
			report := simulate(t, "rate 120")
			realTime(t)
			offer(t, tt.format)
			c := openWindow(t)
			m, err := desktop.NewMirror(c, nil)
			if err != nil {
				t.Fatal(err)
			}
			w := &watched{Mirror: m, t: t}
			f := flyOn(t, c, Options{Images: tt.images, Mirror: w, Eyes: tt.eyes})
			w.f = f
			start := time.Now()
			f.draws(30)
			took := time.Since(start)
			if most := int(took/mirrorPeriod) + 2; w.swaps < 5 || w.swaps > most {
				t.Errorf("%s: shown %d times in %v, want at most %d", tt.eyes, w.swaps, took, most)
			}
			if !alike(w.left, tt.left) || !alike(w.right, tt.right) {
				t.Errorf("%q of images %d: %d and %d, want %d and %d", tt.eyes, tt.images, w.left, w.right, tt.left, tt.right)
			}
			f.land()
			checkReport(t, report)
		})
	}
}
