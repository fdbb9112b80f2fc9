package xr

import (
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// Eyes says what a mirror shows.
type Eyes string

// What a mirror shows.
const (
	LeftEye  Eyes = "left"
	RightEye Eyes = "right"
	BothEyes Eyes = "both"
)

// mirrorPeriod is how often the mirror is drawn at most: its screen rarely shows
// more, and the headset comes first.
const mirrorPeriod = time.Second / 60

// mirror copies what the headset shows to a window. While the images are the
// program's own they are copied into a texture; when the runtime has them back,
// the texture goes to the window, so that a window system that makes one wait
// does so outside of the frame.
type mirror struct {
	window engine.Mirror // nil without
	eyes   Eyes
	due    time.Duration // when to draw next
	copied bool          // the texture waits to be shown

	texture       uint32 // SRGB8_ALPHA8, of the window's size
	w, h          int
	read, written uint32 // framebuffers: an eye's image, the texture
}

// poll handles the window's events.
func (m *mirror) poll() (scene.Input, bool) {
	if m.window == nil {
		return scene.Input{}, true
	}
	return m.window.Poll()
}

// copy takes the eyes out of the images of a frame that was drawn, if it is
// time.
func (m *mirror) copy(t *engine.Target, now time.Duration) {
	if m.window == nil || now < m.due {
		return
	}
	w, h := m.window.Size()
	if w < 2 || h < 1 { // each eye has a column at least
		return
	}
	m.due = max(m.due+mirrorPeriod, now)
	m.fit(w, h)
	gl.Disable(gl.SCISSOR_TEST)
	// Decodes and encodes where the formats are sRGB, so that light is mixed and
	// linear images come out encoded too.
	gl.Enable(gl.FRAMEBUFFER_SRGB)
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, m.read)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, m.written)
	switch m.eyes {
	case BothEyes:
		m.copyEye(t, 0, 0, w/2)
		m.copyEye(t, 1, w/2, w)
	case RightEye:
		m.copyEye(t, 1, 0, w)
	default:
		m.copyEye(t, 0, 0, w)
	}
	gl.Disable(gl.FRAMEBUFFER_SRGB)
	m.copied = true
}

// copyEye fills the texture from the column from on, up to to, with the middle
// of an eye's picture.
func (m *mirror) copyEye(t *engine.Target, eye, from, to int) {
	image, layer := 0, int32(0)
	switch t.Layout {
	case engine.LayoutLayered:
		layer = int32(eye)
	case engine.LayoutPerView:
		image = eye
	}
	if t.Layout == engine.LayoutLayered {
		gl.FramebufferTextureLayer(gl.READ_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, t.Colour[image], 0, layer)
	} else {
		gl.FramebufferTexture2D(gl.READ_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, t.Colour[image], 0)
	}
	r := crop(t.Rect[eye], to-from, m.h)
	gl.BlitFramebuffer(int32(r.X), int32(r.Y), int32(r.X+r.W), int32(r.Y+r.H), int32(from), 0, int32(to), int32(m.h), gl.COLOR_BUFFER_BIT, gl.LINEAR)
}

// crop returns the largest part in the middle of r that is shaped as w by h.
func crop(r engine.Rect, w, h int) engine.Rect {
	c := engine.Rect{W: min(r.W, r.H*w/h), H: min(r.H, r.W*h/w)}
	c.X, c.Y = r.X+(r.W-c.W)/2, r.Y+(r.H-c.H)/2
	return c
}

// fit makes the texture w by h pixels.
func (m *mirror) fit(w, h int) {
	if m.w == w && m.h == h {
		return
	}
	m.delete()
	m.w, m.h = w, h
	gl.GenFramebuffers(1, &m.read)
	gl.GenFramebuffers(1, &m.written)
	gl.GenTextures(1, &m.texture)
	gl.BindTexture(gl.TEXTURE_2D, m.texture)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.SRGB8_ALPHA8, int32(w), int32(h), 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
	gl.BindTexture(gl.TEXTURE_2D, 0)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, m.written)
	gl.FramebufferTexture2D(gl.DRAW_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, m.texture, 0)
}

// show puts what was copied into the window. Only outside of the headset's
// frames.
func (m *mirror) show() {
	if !m.copied {
		return
	}
	m.copied = false
	w, h := m.window.Size()
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, m.written)
	gl.BindFramebuffer(gl.DRAW_FRAMEBUFFER, 0)
	gl.BlitFramebuffer(0, 0, int32(m.w), int32(m.h), 0, 0, int32(w), int32(h), gl.COLOR_BUFFER_BIT, gl.NEAREST)
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, 0)
	m.window.Swap()
}

// delete lets go of the texture. The context must be current.
func (m *mirror) delete() {
	gl.DeleteFramebuffers(1, &m.read)
	gl.DeleteFramebuffers(1, &m.written)
	gl.DeleteTextures(1, &m.texture)
	m.w, m.h, m.copied, m.read, m.written, m.texture = 0, 0, false, 0, 0, 0
}
