package render

import (
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
)

// mask keeps what lenses hide from being drawn: it puts its depth nearer than all
// else, before all else, and leaves the colour. Runtimes disagree about which
// way round the triangles go; nothing is culled.
type mask struct {
	program     *program
	vao, buffer uint32
	shown       [engine.MaxViews]*engine.Mask // what corners are of
	corners     []maskCorner                  // of triangles, view after view
	upTo        [engine.MaxViews]int          // the end of each view in corners
	uploaded    bool
}

// maskCorner mirrors the input of mask.vert.
type maskCorner struct{ right, up, view float32 }

func newMask(c *shaders) (*mask, error) {
	p, err := c.program("mask", "mask")
	if err != nil {
		return nil, err
	}
	m := &mask{program: p}
	gl.GenVertexArrays(1, &m.vao)
	gl.GenBuffers(1, &m.buffer)
	gl.BindVertexArray(m.vao)
	gl.BindBuffer(gl.ARRAY_BUFFER, m.buffer)
	attribute(0, 3, 0)
	gl.BindVertexArray(0)
	return m, nil
}

func (m *mask) delete() {
	m.program.delete()
	gl.DeleteVertexArrays(1, &m.vao)
	gl.DeleteBuffers(1, &m.buffer)
}

// prepare takes over what is hidden where that is other than before, which is
// when the headset or its fit changes.
func (m *mask) prepare(fr *frame) {
	if m.shown == fr.hidden {
		return
	}
	m.shown, m.uploaded = fr.hidden, false
	m.corners = m.corners[:0]
	for view, part := range m.shown {
		if part != nil {
			m.add(part, view)
		}
		m.upTo[view] = len(m.corners)
	}
}

func (m *mask) add(part *engine.Mask, view int) {
	for _, i := range part.Triangles {
		at := part.Corners[i]
		m.corners = append(m.corners, maskCorner{at[0], at[1], float32(view)})
	}
}

func (m *mask) draw(s *state, _ *frame) {
	from, to := 0, m.upTo[s.first+s.views-1]
	if s.first > 0 {
		from = m.upTo[s.first-1]
	}
	if from == to {
		return
	}
	if !m.uploaded {
		s.upload(gl.ARRAY_BUFFER, m.buffer, unsafe.Pointer(&m.corners[0]), len(m.corners)*int(unsafe.Sizeof(m.corners[0])))
		m.uploaded = true
	}
	s.bindVAO(m.vao)
	s.useProgram(m.program)
	s.setDepth(depthWrite)
	s.setColour(false)
	s.drawTriangles(from, to-from)
	s.setColour(true)
}
