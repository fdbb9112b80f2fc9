package render

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

func TestDrawDoesNotAllocate(t *testing.T) {
	for _, path := range []Stereo{StereoTwice, StereoWide, StereoLayer} {
		t.Run(string(path), func(t *testing.T) {
			s := newStudio(t, Options{Stereo: path})
			v := pair
			v.layers = allLayers | scene.LayerLabels | scene.LayerMilkyWay | scene.LayerOrbits | scene.LayerConstellations
			w := v.world(t)
			own, worn := v.frame(w), v.canted(w)
			newHeadset(engine.LayoutLayered, gl.SRGB8_ALPHA8).aim(worn)
			for i := range 2 {
				worn.Hidden[i] = lens(worn.Views[i].FOV)
			}
			for name, f := range map[string]*engine.Frame{"own picture": own, "headset": worn} {
				s.draw(w, f)
				if n := testing.AllocsPerRun(5, func() { s.draw(w, f) }); n != 0 {
					t.Errorf("%s: %v allocations a frame, want 0", name, n)
				}
			}
		})
	}
}

// TestCalls bounds what a frame of Saturn with rings and names takes of GL: each
// call is one of cgo, 32 to 99 ns.
func TestCalls(t *testing.T) {
	for _, tt := range []struct {
		path                        Stereo
		one, own, headset, withMask int // with one view, with two, into a headset's images and depth
	}{
		{StereoLayer, 79, 88, 108, 113},
		{StereoWide, 79, 89, 109, 114},
		{StereoTwice, 79, 115, 135, 145},
	} {
		t.Run(string(tt.path), func(t *testing.T) {
			s := newStudio(t, Options{Stereo: tt.path})
			calls := func(eyes int, h *headset, masked bool) int {
				v := pair
				v.eyes, v.layers = eyes, allLayers|scene.LayerLabels
				w := v.world(t)
				f := v.frame(w)
				if h != nil {
					h.aim(f)
				}
				if masked {
					f.Hidden[0], f.Hidden[1] = lens(f.Views[0].FOV), lens(f.Views[1].FOV)
				}
				s.draw(w, f)
				s.draw(w, f)
				return s.Counts().Calls
			}
			h := newHeadset(engine.LayoutLayered, gl.SRGB8_ALPHA8)
			got := [4]int{calls(1, nil, false), calls(2, nil, false), calls(2, h, false), calls(2, h, true)}
			if most := [4]int{tt.one, tt.own, tt.headset, tt.withMask}; got[0] > most[0] || got[1] > most[1] || got[2] > most[2] || got[3] > most[3] {
				t.Errorf("%s: %v calls, at most %v", tt.path, got, most)
			}
			t.Logf("%s: %v calls", tt.path, got)
		})
	}
}

func TestCounts(t *testing.T) {
	s := newStudio(t, Options{Stereo: StereoWide})
	s.picture(pair)
	w := pair.world(t)
	if err := s.Draw(w, pair.frame(w)); err != nil {
		t.Fatal(err)
	}
	c := s.Counts()
	if c.Draws < 4 || c.Draws > 20 || c.Calls < c.Draws || c.Calls > 150 || c.StateChanges >= c.Calls {
		t.Errorf("%+v", c)
	}
	if c.Triangles < 4*9000 || c.Triangles > 4*9600 || c.UploadBytes < 1000 || c.Submit <= 0 || c.Cull <= 0 {
		t.Errorf("two triangles a star and eye, and some: %+v", c)
	}
	// One pass submits less than two.
	twice := newStudio(t, Options{Stereo: StereoTwice})
	if err := twice.Draw(w, pair.frame(w)); err != nil {
		t.Fatal(err)
	}
	if two := twice.Counts(); two.Draws <= c.Draws {
		t.Errorf("two passes make %d draws, one makes %d", two.Draws, c.Draws)
	}
}

func TestCaptureFlow(t *testing.T) {
	s := newStudio(t, Options{})
	var p engine.Picture
	if err := s.BeginCapture(); !errors.Is(err, errNotDrawn) {
		t.Errorf("before the first frame: %v", err)
	}
	if _, err := s.EndCapture(&p, true); !errors.Is(err, errNoCapture) {
		t.Errorf("an end without a beginning: %v", err)
	}
	s.picture(pattern)
	if err := s.BeginCapture(); err != nil {
		t.Fatal(err)
	}
	if err := s.BeginCapture(); !errors.Is(err, errCapturing) {
		t.Errorf("a second copy: %v", err)
	}
	if ready, err := s.EndCapture(&p, true); !ready || err != nil || p.Width != 2*goldenW || p.Height != goldenH || p.Views != 2 {
		t.Errorf("%v, %v, %dx%d, %d views", ready, err, p.Width, p.Height, p.Views)
	}
}

// TestBesideAWindow: with a window and without, a capture shows
// the same.
func TestBesideAWindow(t *testing.T) {
	s := newStudio(t, Options{})
	own := s.picture(saturn)
	w := saturn.world(t)
	f := saturn.frame(w)
	f.Target.Window = true // framebuffer 0 of a context without a surface takes no pixels; the capture redraws
	_ = s.Draw(w, f)
	if img := s.capture(); string(img.Pix) != string(own.Pix) {
		t.Error("a capture beside a window differs from the picture without one")
	}
}

func TestNewFails(t *testing.T) {
	s := newStudio(t, Options{})
	for _, tt := range []struct {
		name  string
		o     Options
		files fstest.MapFS
		want  string
	}{
		{"unknown stereo", Options{Stereo: "3d"}, nil, `unknown stereo "3d"`},
		{"no layers", Options{Stereo: StereoLayer, Without: []string{extLayerARB, "AMD_vertex_shader_layer"}}, nil, `choose "auto"`},
		{"no shaders", Options{}, fstest.MapFS{}, "read shader"},
		{"broken shader", Options{}, fstest.MapFS{
			"shaders/screen.vert": {Data: []byte("void main() { nonsense; }")}, "shaders/tonemap.frag": {Data: []byte("void main() {}")},
		}, "compile shader screen.vert"},
	} {
		var files fs.FS = assets.FS
		if tt.files != nil {
			files = tt.files
		}
		// On this goroutine: the context is current on its thread.
		if _, err := New(s.context, files, tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// oldContext is one whose OpenGL has none of the functions that are needed.
type oldContext struct{ engine.Context }

func (oldContext) ProcAddr(string) unsafe.Pointer { return nil }

func TestOldOpenGL(t *testing.T) {
	s := newStudio(t, Options{})
	_, err := New(oldContext{s.context}, assets.FS, Options{})
	if !errors.Is(err, engine.ErrUnavailable) || !strings.Contains(err.Error(), "OpenGL 4.1 is needed") {
		t.Errorf("got %v", err)
	}
	if err := gl.InitWithProcAddrFunc(s.context.ProcAddr); err != nil { // what the attempt tore out
		t.Fatal(err)
	}
}

func TestBadFrames(t *testing.T) {
	s := newStudio(t, Options{})
	w := saturn.world(t)
	for name, spoil := range map[string]func(*engine.Frame){
		"no view":      func(f *engine.Frame) { f.ViewCount = 0 },
		"three views":  func(f *engine.Frame) { f.ViewCount = 3 },
		"no pixels":    func(f *engine.Frame) { f.Target.Rect[0].W = 0 },
		"too large":    func(f *engine.Frame) { f.Target.Rect[0].H = 20000 },
		"inside out":   func(f *engine.Frame) { f.Views[0].FOV.LeftRad = 1 },
		"right angles": func(f *engine.Frame) { f.Views[0].FOV.UpRad = 1.6 },
	} {
		f := saturn.frame(w)
		spoil(f)
		if err := s.Draw(w, f); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestGraphics(t *testing.T) {
	g := newStudio(t, Options{Without: []string{"ARB_clip_control"}}).Graphics()
	if g.ClipZero || !g.Software || g.Stereo != StereoTwice || g.Samples != 1 {
		t.Errorf("%+v", g)
	}
	if text := g.String(); !strings.Contains(text, "llvmpipe") || !strings.Contains(text, "logarithmic depth") {
		t.Errorf("%s", text)
	}
}
