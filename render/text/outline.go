package text

import (
	"errors"
	"image"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// point is a place or a vector in texels, y downward.
type point struct{ x, y float64 }

func (p point) add(q point) point          { return point{p.x + q.x, p.y + q.y} }
func (p point) sub(q point) point          { return point{p.x - q.x, p.y - q.y} }
func (p point) mul(k float64) point        { return point{k * p.x, k * p.y} }
func (p point) dot(q point) float64        { return p.x*q.x + p.y*q.y }
func (p point) mid(q point) point          { return p.add(q).mul(0.5) }
func lerp(p, q point, t float64) point     { return p.add(q.sub(p).mul(t)) }
func square(p point) float64               { return p.dot(p) }
func clamp(x, low, high float64) float64   { return math.Max(low, math.Min(high, x)) }
func outside(x, low, high float64) float64 { return math.Max(0, math.Max(low-x, x-high)) }

// curve is a quadratic Bézier curve that goes only up or only down; a line has
// its second point halfway.
type curve [3]point

// outline is what bounds a letter: closed paths, from the origin on the
// baseline. What they wind about is inside.
type outline []curve

// fontReader loads letters. em is the size at which lengths are whole font
// units.
type fontReader struct {
	font   *sfnt.Font
	buffer sfnt.Buffer
	em     fixed.Int26_6
}

// errMissing says that a font has no such letter.
var errMissing = errors.New("not in the font")

// load returns a letter's outline, and its advance in ems.
func (r *fontReader) load(letter rune) (outline, float32, error) {
	index, err := r.font.GlyphIndex(&r.buffer, letter)
	if err != nil {
		return nil, 0, err
	}
	if index == 0 {
		return nil, 0, errMissing
	}
	advance, err := r.font.GlyphAdvance(&r.buffer, index, r.em, font.HintingNone)
	if err != nil {
		return nil, 0, err
	}
	segments, err := r.font.LoadGlyph(&r.buffer, index, r.em, nil)
	if err != nil {
		return nil, 0, err
	}
	return newOutline(segments, EmTexels/float64(r.em)), float32(advance) / float32(r.em), nil
}

// newOutline takes over segments of a TrueType font, which have no cubics.
func newOutline(segments sfnt.Segments, scale float64) (o outline) {
	at := func(p fixed.Point26_6) point { return point{float64(p.X) * scale, float64(p.Y) * scale} }
	var pen point
	for _, s := range segments {
		from := pen
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			pen = at(s.Args[0])
		case sfnt.SegmentOpLineTo:
			if pen = at(s.Args[0]); pen != from {
				o = append(o, curve{from, from.mid(pen), pen})
			}
		case sfnt.SegmentOpQuadTo:
			pen = at(s.Args[1])
			o = o.monotone(curve{from, at(s.Args[0]), pen})
		}
	}
	return o
}

// monotone appends c, in two parts if it turns back in y.
func (o outline) monotone(c curve) outline {
	b, a := c[1].y-c[0].y, c[0].y-2*c[1].y+c[2].y
	t := -b / a
	if !(t > 0 && t < 1) {
		return append(o, c)
	}
	p, q := lerp(c[0], c[1], t), lerp(c[1], c[2], t)
	turn := lerp(p, q, t)
	p.y, q.y = turn.y, turn.y // where the curve is level; free of rounding
	return append(o, curve{c[0], p, turn}, curve{turn, q, c[2]})
}

// bounds returns a box that holds the curve: that of its three points.
func (c curve) bounds() (low, high point) {
	low = point{math.Min(c[0].x, math.Min(c[1].x, c[2].x)), math.Min(c[0].y, c[2].y)}
	high = point{math.Max(c[0].x, math.Max(c[1].x, c[2].x)), math.Max(c[0].y, c[2].y)}
	return low, high
}

// cell returns the texels that the field of an outline covers.
func (o outline) cell() image.Rectangle {
	least, most := o[0][0], o[0][0]
	for _, c := range o {
		low, high := c.bounds()
		least = point{math.Min(least.x, low.x), math.Min(least.y, low.y)}
		most = point{math.Max(most.x, high.x), math.Max(most.y, high.y)}
	}
	return image.Rect(int(math.Floor(least.x)), int(math.Floor(least.y)), int(math.Ceil(most.x)), int(math.Ceil(most.y))).
		Inset(-SpreadTexels)
}

// field returns the distances of the centres of the texels in cell from the
// outline, inside positive, bounded by [SpreadTexels] each way.
func (o outline) field(cell image.Rectangle) []float64 {
	field := make([]float64, cell.Dx()*cell.Dy())
	for i := range field {
		field[i] = SpreadTexels * SpreadTexels
	}
	for _, c := range o {
		c.nearer(field, cell)
	}
	winding := make([]int, cell.Dx()+1)
	for y := range cell.Dy() {
		o.windings(winding, cell.Min.X, float64(cell.Min.Y+y)+0.5)
		row := field[y*cell.Dx():][:cell.Dx()]
		for x := range row {
			row[x] = math.Sqrt(row[x])
			if winding[x] == 0 {
				row[x] = -row[x]
			}
		}
	}
	return field
}

// nearer lowers the squared distances in field to those from c, where it is
// nearer.
func (c curve) nearer(field []float64, cell image.Rectangle) {
	low, high := c.bounds()
	reach := image.Rect(
		int(low.x)-SpreadTexels-1, int(low.y)-SpreadTexels-1,
		int(high.x)+SpreadTexels+2, int(high.y)+SpreadTexels+2,
	).Intersect(cell)
	for y := reach.Min.Y; y < reach.Max.Y; y++ {
		for x := reach.Min.X; x < reach.Max.X; x++ {
			d := &field[(y-cell.Min.Y)*cell.Dx()+x-cell.Min.X]
			p := point{float64(x) + 0.5, float64(y) + 0.5}
			toBox := point{outside(p.x, low.x, high.x), outside(p.y, low.y, high.y)}
			if square(toBox) < *d {
				*d = math.Min(*d, c.squaredDistance(p))
			}
		}
	}
}

// squaredDistance returns the square of the distance from p to the curve. It is
// least at an end or where the curve is normal to the way to p; with
// c0 + 2bt + at² for the curve and d = c0 - p that is
//
//	a·a t³ + 3 a·b t² + (2 b·b + a·d) t + b·d = 0
func (c curve) squaredDistance(p point) float64 {
	b, a, d := c[1].sub(c[0]), c[0].sub(c[1].mul(2)).add(c[2]), c[0].sub(p)
	roots, n := solveCubic(a.dot(a), 3*a.dot(b), 2*b.dot(b)+a.dot(d), b.dot(d))
	least := math.Min(square(d), square(c[2].sub(p)))
	for _, t := range roots[:n] {
		t = clamp(t, 0, 1)
		least = math.Min(least, square(d.add(b.mul(2*t)).add(a.mul(t*t))))
	}
	return least
}

// straight is the square of a curve's bend, in texels, below which the curve is
// as good as a line.
const straight = 1e-8

// solveCubic returns the real roots of k3 t³ + k2 t² + k1 t + k0, by Cardano's
// and Viète's formulas. Without a cubic term it is a line's: k1 t + k0.
func solveCubic(k3, k2, k1, k0 float64) (roots [3]float64, n int) {
	if k3 < straight {
		return [3]float64{-k0 / k1}, 1
	}
	// With t = s - k2 / 3 k3 it is s³ + 3 p s + 2 q = 0.
	shift := k2 / (3 * k3)
	p := k1/(3*k3) - shift*shift
	q := shift*shift*shift + (k0/k3-shift*k1/k3)/2
	if under := q*q + p*p*p; under >= 0 {
		root := math.Sqrt(under)
		return [3]float64{math.Cbrt(-q+root) + math.Cbrt(-q-root) - shift}, 1
	}
	size := 2 * math.Sqrt(-p)
	angle := math.Acos(clamp(-q/(-p*math.Sqrt(-p)), -1, 1)) / 3
	for i := range roots {
		roots[i] = size*math.Cos(angle-float64(i)*2*math.Pi/3) - shift
	}
	return roots, 3
}

// windings counts how often the outline winds about the centres of the texels
// of a row, the first at column left.
func (o outline) windings(winding []int, left int, y float64) {
	clear(winding)
	for _, c := range o {
		up := c[0].y <= y && y < c[2].y
		if down := c[2].y <= y && y < c[0].y; !up && !down {
			continue
		}
		// The curve crosses the row left of these texels and of all after them.
		first := int(math.Ceil(c.crossing(y)-0.5)) - left
		if up {
			winding[first]++
		} else {
			winding[first]--
		}
	}
	for i := range winding[1:] {
		winding[i+1] += winding[i]
	}
}

// crossing returns the x at which a curve, which does, crosses a row.
func (c curve) crossing(y float64) float64 {
	b, a := c[1].sub(c[0]), c[0].sub(c[1].mul(2)).add(c[2])
	root := math.Sqrt(math.Max(0, b.y*b.y+a.y*(y-c[0].y)))
	t := (y - c[0].y) / (b.y + math.Copysign(root, c[2].y-c[0].y))
	return c[0].x + 2*b.x*t + a.x*t*t
}
