package render

import (
	"testing"

	"github.com/go-gl/gl/v4.1-core/gl"
)

// TestStateDropsRepeats: what is set twice reaches GL once, and each call is
// counted.
func TestStateDropsRepeats(t *testing.T) {
	studio := newStudio(t, Options{})
	s := state{greater: true}
	s.begin()
	defer s.end()
	if s.counts.Calls != 9 || s.counts.StateChanges != 0 { // five switches, two masks, depth function, clip control
		t.Errorf("the beginning counts %+v", s.counts)
	}
	var vaos [2]uint32
	gl.GenVertexArrays(2, &vaos[0])
	defer gl.DeleteVertexArrays(2, &vaos[0])
	p := studio.tonemap.encoding.plain.program
	steps := []struct {
		name string
		set  func()
		get  uint32
		want int32
		cost int
	}{
		{"vertex array", func() { s.bindVAO(vaos[0]) }, gl.VERTEX_ARRAY_BINDING, int32(vaos[0]), 1},
		{"another", func() { s.bindVAO(vaos[1]) }, gl.VERTEX_ARRAY_BINDING, int32(vaos[1]), 1},
		{"program", func() { s.useProgram(p) }, gl.CURRENT_PROGRAM, int32(p.name), 1},
		{"blending", func() { s.setBlend(blendOver) }, gl.BLEND_DST_RGB, gl.ONE_MINUS_SRC_ALPHA, 2},
		{"adding", func() { s.setBlend(blendAdd) }, gl.BLEND_DST_RGB, gl.ONE, 1},
		{"no blending", func() { s.setBlend(blendOff) }, gl.BLEND, 0, 1},
		{"depth test", func() { s.setDepth(depthTest) }, gl.DEPTH_FUNC, gl.GEQUAL, 1},
		{"depth written", func() { s.setDepth(depthWrite) }, gl.DEPTH_WRITEMASK, 1, 1},
		{"depth copied", func() { s.setDepth(depthCopy) }, gl.DEPTH_FUNC, gl.ALWAYS, 1},
		{"no depth", func() { s.setDepth(depthOff) }, gl.DEPTH_TEST, 0, 3},
		{"no colour", func() { s.setColour(false) }, gl.COLOR_WRITEMASK, 0, 1},
		{"colour", func() { s.setColour(true) }, gl.COLOR_WRITEMASK, 1, 1},
		{"sRGB", func() { s.setSRGB(true) }, gl.FRAMEBUFFER_SRGB, 1, 1},
		{"texture", func() { s.bindTexture(unitRings, gl.TEXTURE_1D_ARRAY, 0) }, gl.ACTIVE_TEXTURE, int32(gl.TEXTURE0 + unitRings), 2},
	}
	for _, step := range steps {
		before := s.counts
		step.set()
		step.set()
		if got := s.counts.Calls - before.Calls; got != step.cost || s.counts.StateChanges-before.StateChanges != step.cost {
			t.Errorf("%s: %d calls and %d changes counted, want %d", step.name, got, s.counts.StateChanges-before.StateChanges, step.cost)
		}
		var got [4]int32 // colours have four
		gl.GetIntegerv(step.get, &got[0])
		if got[0] != step.want {
			t.Errorf("%s: GL has %#x, want %#x", step.name, got[0], step.want)
		}
	}
}
