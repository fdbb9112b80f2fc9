package text

// Quad is a letter to draw. Corner 0 is the lower left one on the screen, 1 the
// upper right one: X and Y in pixels, y up; S and T in the atlas, 0 to 1 over
// its width and its height from the top.
type Quad struct {
	X0, Y0, X1, Y1 float32
	S0, T0, S1, T1 float32
}

// Layout appends the quads of s to dst, which it returns. x and y are where the
// baseline begins and size is that of an em, in pixels. Blanks have no quad; a
// letter that the atlas lacks becomes a question mark. It allocates only where
// dst is too short.
func (a *Atlas) Layout(dst []Quad, s string, x, y, size float32) []Quad {
	for _, r := range s {
		dst = a.Letter(dst, r, x, y, size)
		x += a.AdvanceOf(r) * size
	}
	return dst
}

// Letter appends the quad of one letter, as Layout does.
func (a *Atlas) Letter(dst []Quad, r rune, x, y, size float32) []Quad {
	g := &a.glyphs[indexOf(r)]
	if g.cell.Empty() {
		return dst
	}
	return append(dst, a.quad(g, x, y, size))
}

// AdvanceOf returns the width of a letter in ems.
func (a *Atlas) AdvanceOf(r rune) float32 { return a.glyphs[indexOf(r)].advance }

// Advance returns the width of s in ems.
func (a *Atlas) Advance(s string) (ems float32) {
	for _, r := range s {
		ems += a.glyphs[indexOf(r)].advance
	}
	return ems
}

func (a *Atlas) quad(g *glyph, x, y, size float32) Quad {
	x += g.left * size
	y += g.top * size
	perTexel := size / EmTexels
	w, h := 1/float32(a.Width), 1/float32(a.Height)
	return Quad{
		X0: x, X1: x + perTexel*float32(g.cell.Dx()),
		Y0: y - perTexel*float32(g.cell.Dy()), Y1: y,
		S0: w * float32(g.cell.Min.X), S1: w * float32(g.cell.Max.X),
		T0: h * float32(g.cell.Max.Y), T1: h * float32(g.cell.Min.Y),
	}
}
