package text

import (
	"math"
	"testing"
)

// at is the point of a curve at t, by de Casteljau's construction.
func (c curve) at(t float64) point { return lerp(lerp(c[0], c[1], t), lerp(c[1], c[2], t), t) }

// On the parabola y = x², as a curve from -1 to 1, distances are known.
func TestDistanceFromParabola(t *testing.T) {
	parabola := curve{{-1, 1}, {0, -1}, {1, 1}}
	for _, c := range []struct {
		name string
		p    point
		want float64
	}{
		{"on the curve", point{0.5, 0.25}, 0},
		{"below the vertex", point{0, -2}, 2},
		{"vertex, one root", point{0, 0.5}, 0.5}, // the centre of curvature
		{"two feet, three roots", point{0, 1}, math.Sqrt(0.75)},
		{"beyond an end", point{4, 5}, 5},
		{"normal at x = 1/2", point{0.5 + 2, 0.25 - 2}, 2 * math.Sqrt2},
	} {
		if got := math.Sqrt(parabola.squaredDistance(c.p)); math.Abs(got-c.want) > 1e-7 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDistanceFromLine(t *testing.T) {
	line := curve{{1, 1}, {3, 1}, {5, 1}}
	for p, want := range map[point]float64{{2, 4}: 3, {5, 1}: 0, {8, 5}: 5, {-2, -3}: 5} {
		if got := math.Sqrt(line.squaredDistance(p)); math.Abs(got-want) > 1e-12 {
			t.Errorf("from %v: %v, want %v", p, got, want)
		}
	}
}

// No point of any curve of the font is nearer than the distance says, and one
// of its 400 sampled points is nearly as near.
func TestDistanceBySampling(t *testing.T) {
	const samples, step = 400, 0.07 // texels between samples, of the longest curve
	r := newReader(t)
	for i := range glyphCount {
		o, _, err := r.load(runeOf(i))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range o {
			p := c[1].add(point{1.3, -0.6})
			got, sampled := math.Sqrt(c.squaredDistance(p)), math.Inf(1)
			for k := range samples + 1 {
				sampled = math.Min(sampled, math.Sqrt(square(c.at(float64(k)/samples).sub(p))))
			}
			if got > sampled+1e-6 || sampled > math.Hypot(got, step) {
				t.Errorf("%q, curve %v from %v: %v, sampled %v", runeOf(i), c, p, got, sampled)
			}
		}
	}
}

// Distances are those of the letter only if no part of the outline lies inside
// the letter.
func TestOutlinesDoNotOverlap(t *testing.T) {
	r := newReader(t)
	for i := range glyphCount {
		o, _, _ := r.load(runeOf(i))
		for _, c := range o {
			way := c[2].sub(c[0])
			side := point{-way.y, way.x}.mul(0.002 / math.Sqrt(square(way)))
			m := c.at(0.5)
			if o.holds(m.add(side)) == o.holds(m.sub(side)) {
				t.Errorf("%q: both sides of %v are alike", runeOf(i), c)
			}
		}
	}
}

// holds tells whether the outline winds about p.
func (o outline) holds(p point) bool {
	n := 0
	for _, c := range o {
		switch left := func() bool { return c.crossing(p.y) < p.x }; {
		case c[0].y <= p.y && p.y < c[2].y && left():
			n++
		case c[2].y <= p.y && p.y < c[0].y && left():
			n--
		}
	}
	return n != 0
}

func TestMonotone(t *testing.T) {
	arch := curve{{0, 0}, {2, 4}, {6, 0}}
	parts := outline{}.monotone(arch)
	if len(parts) != 2 || parts[0][2] != (point{2.5, 2}) || parts[1][0] != parts[0][2] || parts[0][1] != (point{1, 2}) {
		t.Fatalf("parts %v; want two that meet at 2.5, 2", parts)
	}
	for k := range 11 {
		u := float64(k) / 10
		if got, want := parts[0].at(u), arch.at(u/2); square(got.sub(want)) > 1e-24 {
			t.Errorf("first part at %v: %v, want %v", u, got, want)
		}
	}
	if got := (outline{}).monotone(curve{{0, 0}, {5, 1}, {6, 3}}); len(got) != 1 {
		t.Errorf("a curve that only rises fell into %d", len(got))
	}
}
