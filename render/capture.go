package render

import (
	"errors"
	"time"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
)

// copyWait bounds how long EndCapture waits for the graphics processor.
const copyWait = 5 * time.Second

// readback copies the picture out of GL. A graphics processor copies it into a
// buffer of its own while the next frames are drawn; a software renderer gains
// nothing by the second copy and is read at once.
type readback struct {
	direct  bool
	busy    bool
	buffer  uint32
	fence   uintptr
	w, h, n int    // of the picture under way
	pix     []byte // of the one read at once
}

func (c *readback) delete() {
	c.drop()
	gl.DeleteBuffers(1, &c.buffer)
}

// start copies p, which must be drawn.
func (c *readback) start(s *state, p *picture) {
	c.w, c.h, c.n, c.busy = p.w, p.h, p.views, true
	s.bindFramebuffer(p.framebuffer)
	s.call(2)
	gl.PixelStorei(gl.PACK_ALIGNMENT, 4)
	if c.direct {
		c.pix = fit(c.pix, 4*p.w*p.h)
		gl.ReadPixels(0, 0, int32(p.w), int32(p.h), gl.RGBA, gl.UNSIGNED_BYTE, unsafe.Pointer(&c.pix[0]))
		return
	}
	if c.buffer == 0 {
		gl.GenBuffers(1, &c.buffer)
	}
	s.change(4)
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, c.buffer)
	gl.BufferData(gl.PIXEL_PACK_BUFFER, 4*p.w*p.h, nil, gl.STREAM_READ)
	gl.ReadPixels(0, 0, int32(p.w), int32(p.h), gl.RGBA, gl.UNSIGNED_BYTE, nil)
	gl.BindBuffer(gl.PIXEL_PACK_BUFFER, 0)
	c.fence = gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
	gl.Flush()
}

// finish moves the copy into p if it is there.
func (c *readback) finish(p *engine.Picture, wait bool) (bool, error) {
	if !c.direct {
		switch c.wait(wait) {
		case gl.TIMEOUT_EXPIRED:
			if !wait {
				return false, nil
			}
			c.drop()
			return false, errors.New("copy the picture: the graphics processor did not finish in 5 s")
		case gl.WAIT_FAILED:
			c.drop()
			return false, errors.New("copy the picture: glClientWaitSync failed; the context may be lost")
		}
	}
	p.Pix = fit(p.Pix, 4*c.w*c.h)
	p.Width, p.Height, p.Views = c.w, c.h, c.n
	if c.direct {
		copy(p.Pix, c.pix)
	} else {
		gl.BindBuffer(gl.PIXEL_PACK_BUFFER, c.buffer)
		gl.GetBufferSubData(gl.PIXEL_PACK_BUFFER, 0, len(p.Pix), unsafe.Pointer(&p.Pix[0]))
		gl.BindBuffer(gl.PIXEL_PACK_BUFFER, 0)
	}
	c.drop()
	return true, nil
}

func (c *readback) wait(wait bool) uint32 {
	if !wait {
		return gl.ClientWaitSync(c.fence, 0, 0)
	}
	return gl.ClientWaitSync(c.fence, gl.SYNC_FLUSH_COMMANDS_BIT, uint64(copyWait))
}

func (c *readback) drop() {
	if c.fence != 0 {
		gl.DeleteSync(c.fence)
	}
	c.fence, c.busy = 0, false
}

// fit returns b with length n, its storage kept where it is large enough.
func fit(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
