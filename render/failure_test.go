package render

import (
	"io/fs"
	"runtime"
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// withoutFile is files without one of them.
type withoutFile struct {
	fs.FS
	name string
}

func (w withoutFile) Open(name string) (fs.File, error) {
	if name == w.name {
		return nil, fs.ErrNotExist
	}
	return w.FS.Open(name)
}

// TestFailureLeavesNothing: what cannot be made leaves no object in the context,
// whose names count from 1, whether the first step fails, one between or the last.
func TestFailureLeavesNothing(t *testing.T) {
	renderer := func(ctx *offscreen.Context, missing string) error {
		_, err := New(ctx, withoutFile{assets.FS, missing}, Options{})
		return err
	}
	spheres := func(size int) func(*offscreen.Context, string) error {
		return func(ctx *offscreen.Context, missing string) error {
			_, err := NewSpheres(ctx, withoutFile{assets.FS, missing}, 10, 10, size)
			return err
		}
	}
	for _, tt := range []struct {
		name, missing string
		make          func(*offscreen.Context, string) error
	}{
		{"renderer", "shaders/screen.vert", renderer},
		{"renderer", "shaders/pattern.frag", renderer},
		{"renderer", "shaders/labels.vert", renderer},
		{"renderer", "shaders/panel.frag", renderer},
		{"renderer", starFile, renderer},
		{"renderer", "shaders/rings.frag", renderer},
		{"renderer", "shaders/glare.frag", renderer},
		{"spheres", "shaders/spheres.vert", spheres(64)},
		{"spheres", "shaders/spherestars.frag", spheres(64)},
		{"spheres too large", "", spheres(1 << 20)},
	} {
		t.Run(tt.name+" without "+tt.missing, func(t *testing.T) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			ctx, err := offscreen.OpenContext()
			if err != nil {
				t.Fatal(err)
			}
			defer ctx.Close()
			if err := tt.make(ctx, tt.missing); err == nil {
				t.Fatal("it was made")
			}
			for name := range uint32(200) {
				for kind, exists := range map[string]func(uint32) bool{
					"program": gl.IsProgram, "shader": gl.IsShader, "buffer": gl.IsBuffer, "texture": gl.IsTexture,
					"vertex array": gl.IsVertexArray, "framebuffer": gl.IsFramebuffer, "renderbuffer": gl.IsRenderbuffer,
				} {
					if exists(name) {
						t.Errorf("%s %d is left", kind, name)
					}
				}
			}
		})
	}
}
