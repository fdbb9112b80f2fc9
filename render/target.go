package render

import (
	"fmt"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
)

// lightTarget is where the light of a frame is gathered: RGBA16F and 32-bit
// float depth, in arrays so that one shader reads all kinds. With the wide path
// all views lie side by side in one layer, else each has a layer of its own.
type lightTarget struct {
	samples       int
	w, h, layers  int
	colour, depth uint32
	whole         uint32                  // framebuffer of all layers
	layer         [engine.MaxViews]uint32 // framebuffer of one
}

// kind is the GL target of the textures.
func (t *lightTarget) kind() uint32 {
	if t.samples > 1 {
		return gl.TEXTURE_2D_MULTISAMPLE_ARRAY
	}
	return gl.TEXTURE_2D_ARRAY
}

// fit makes the target w by h pixels in each of its layers. It must be called
// outside of what [state] remembers: before [state.begin].
func (t *lightTarget) fit(w, h, layers int) error {
	if t.w == w && t.h == h && t.layers == layers {
		return nil
	}
	t.delete()
	t.w, t.h, t.layers = w, h, layers
	t.colour = t.texture(gl.RGBA16F, gl.RGBA, gl.HALF_FLOAT)
	t.depth = t.texture(gl.DEPTH_COMPONENT32F, gl.DEPTH_COMPONENT, gl.FLOAT)
	gl.GenFramebuffers(1, &t.whole)
	gl.BindFramebuffer(gl.FRAMEBUFFER, t.whole)
	gl.FramebufferTexture(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, t.colour, 0)
	gl.FramebufferTexture(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, t.depth, 0)
	for i := range layers {
		gl.GenFramebuffers(1, &t.layer[i])
		gl.BindFramebuffer(gl.FRAMEBUFFER, t.layer[i])
		gl.FramebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, t.colour, 0, int32(i))
		gl.FramebufferTextureLayer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, t.depth, 0, int32(i))
	}
	err := complete(fmt.Sprintf("%d layers of %d by %d pixels with %d samples", layers, w, h, t.samples))
	if err != nil {
		t.delete() // so that the next frame tries anew
	}
	return err
}

func (t *lightTarget) texture(format int32, order, numbers uint32) (name uint32) {
	name = newTexture(t.kind())
	w, h, layers := int32(t.w), int32(t.h), int32(t.layers)
	if t.samples > 1 {
		gl.TexImage3DMultisample(t.kind(), int32(t.samples), uint32(format), w, h, layers, true)
		return name
	}
	gl.TexImage3D(t.kind(), 0, format, w, h, layers, 0, order, numbers, nil)
	gl.TexParameteri(t.kind(), gl.TEXTURE_MIN_FILTER, gl.NEAREST)
	gl.TexParameteri(t.kind(), gl.TEXTURE_MAG_FILTER, gl.NEAREST)
	gl.TexParameteri(t.kind(), gl.TEXTURE_MAX_LEVEL, 0)
	return name
}

func (t *lightTarget) delete() {
	gl.DeleteFramebuffers(1, &t.whole)
	gl.DeleteFramebuffers(engine.MaxViews, &t.layer[0])
	gl.DeleteTextures(1, &t.colour)
	gl.DeleteTextures(1, &t.depth)
	*t = lightTarget{samples: t.samples}
}

// newTexture makes a texture of a kind and binds it. Like [lightTarget.fit] it must be
// called outside of what [state] remembers.
func newTexture(kind uint32) (name uint32) {
	gl.GenTextures(1, &name)
	gl.ActiveTexture(gl.TEXTURE0)
	gl.BindTexture(kind, name)
	return name
}

// picture is the renderer's own tone-mapped target: RGBA8, sRGB values, views
// side by side. Pictures are captured from it.
type picture struct {
	w, h, views int // of all views together; how many they are
	texture     uint32
	framebuffer uint32
}

// fit makes the picture large enough for views of w by h pixels.
func (p *picture) fit(w, h, views int) error {
	if p.w == w*views && p.h == h && p.views == views {
		return nil
	}
	p.delete()
	p.w, p.h, p.views = w*views, h, views
	p.texture = newTexture(gl.TEXTURE_2D)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, int32(p.w), int32(p.h), 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
	gl.GenFramebuffers(1, &p.framebuffer)
	gl.BindFramebuffer(gl.FRAMEBUFFER, p.framebuffer)
	gl.FramebufferTexture(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, p.texture, 0)
	err := complete(fmt.Sprintf("a picture of %d by %d pixels", p.w, p.h))
	if err != nil {
		p.delete()
	}
	return err
}

func (p *picture) delete() {
	gl.DeleteFramebuffers(1, &p.framebuffer)
	gl.DeleteTextures(1, &p.texture)
	*p = picture{}
}

// complete asks GL whether it can draw into the bound framebuffer, called what.
// GL may also have run out of memory.
func complete(what string) error {
	status := gl.CheckFramebufferStatus(gl.FRAMEBUFFER)
	if code := gl.GetError(); code == gl.OUT_OF_MEMORY {
		return fmt.Errorf("allocate %s: out of graphics memory; choose a smaller size or fewer samples", what)
	}
	if status != gl.FRAMEBUFFER_COMPLETE {
		return fmt.Errorf("allocate %s: framebuffer status %#x", what, status)
	}
	return nil
}

// bestSamples is 4, which a graphics processor hardly notices. A software
// renderer pays 20 ms for them at 1280 by 720 pixels, and bodies, rings and
// points smooth their own edges.
func (d *device) bestSamples() int {
	if d.Software {
		return 1
	}
	return 4
}

// maxSamples clamps a wish to what GL offers for textures.
func maxSamples(wish int) int {
	n := int32(wish)
	for _, limit := range [...]uint32{gl.MAX_SAMPLES, gl.MAX_COLOR_TEXTURE_SAMPLES, gl.MAX_DEPTH_TEXTURE_SAMPLES} {
		var most int32
		gl.GetIntegerv(limit, &most)
		n = min(n, most)
	}
	return max(int(n), 1)
}
