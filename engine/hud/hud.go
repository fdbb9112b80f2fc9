// Package hud writes figures over the picture: where one is going, how fast, and
// what the date is. It is pure, and allocates nothing once an overlay has its
// memory.
//
// All digits of the font are equally wide, and lines that change have a fixed number
// of decimals, so that nothing trembles.
package hud

import (
	"math"
	"strings"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The inks of writing on the sky.
var (
	bright = engine.Colour{R: 240, G: 246, B: 252, A: 240}
	soft   = engine.Colour{R: 208, G: 220, B: 232, A: 245}
)

// The sizes of the writing, in ems.
const (
	perHeight = 48.0 // ems in the height of a view
	perWidth  = 72.0
	leastEm   = 11.0
	xHeight   = 0.5303 // of Go Regular
	edge      = 1.3
	leading   = 1.45
	leastWide = 24.0 // ems of a view that has figures
	leastHigh = 12.0
)

// Em is the size of writing in a view, in pixels: such that the tops of small
// letters fall on a row of pixels, which keeps them sharp.
func Em(width, height int) float32 {
	em := math.Min(float64(height)/perHeight, float64(width)/perWidth)
	return float32(math.Max(math.Round(em*xHeight), math.Ceil(leastEm*xHeight)) / xHeight)
}

// Draw adds figures to an overlay over a view of width by height pixels: the target
// and how far it is, the date, what the ship does and how fast. A view with no room
// for them has none.
func Draw(o *engine.Overlay, r *scene.Readout, width, height int) {
	em := Em(width, height)
	if float32(width) < leastWide*em || float32(height) < leastHigh*em {
		return
	}
	p := pen{o: o, em: em, from: len(o.Text), right: float32(width) - edge*em, low: float32(height) - edge*em}
	p.target(r)
	p.date(r)
	p.flight(r)
	p.view(r)
}

// names are those of bodies as they are written, made once.
var names = func() (names [astro.NumBodies]string) {
	for b := range astro.NumBodies {
		name := b.Info().Name
		names[b] = strings.ToUpper(name[:1]) + name[1:]
	}
	return names
}()

// possessives are the same, of whose.
var possessives = func() (of [astro.NumBodies]string) {
	for b, name := range names {
		of[b] = name + "'s"
		if strings.HasSuffix(name, "s") {
			of[b] = name + "'"
		}
	}
	return of
}()

// Name returns a body's name as it is written.
func Name(b astro.Body) string { return names[b] }

// target stands in the upper left corner.
func (p *pen) target(r *scene.Readout) {
	x, y := edge*p.em, (edge+1.1)*p.em
	p.o.Text = append(p.o.Text, names[r.Target]...)
	p.write(x, y, 1.4, engine.AlignLeft, bright)
	p.o.Text = AppendLength(p.o.Text, r.DistanceM)
	p.write(x, y+1.1*leading*p.em, 1, engine.AlignLeft, bright)
	p.o.Text = AppendDelay(append(p.o.Text, "light "...), r.LightS)
	p.write(x, y+2.1*leading*p.em, 1, engine.AlignLeft, soft)
	if r.Shadowed { // or one wonders at a black disc
		p.o.Text = append(append(append(p.o.Text, "in "...), possessives[r.Target.Info().Parent]...), " shadow"...)
		p.write(x, y+3.1*leading*p.em, 1, engine.AlignLeft, soft)
	}
}

// date stands in the upper right corner.
func (p *pen) date(r *scene.Readout) {
	y := (edge + 1) * p.em
	p.o.Text = AppendDay(p.o.Text, r.Date)
	p.write(p.right, y, 1, engine.AlignRight, bright)
	p.o.Text = append(AppendClock(p.o.Text, r.Date), " UTC"...)
	p.write(p.right, y+leading*p.em, 1, engine.AlignRight, bright)
	p.o.Text = AppendRate(p.o.Text, r.Rate, r.Paused)
	p.write(p.right, y+2*leading*p.em, 1, engine.AlignRight, soft)
}

// near is the height over a body, in its radii, from which it is told.
const near = 3

// flight stands in the lower left corner: what the ship does, how high it is where
// something is near, and how fast.
func (p *pen) flight(r *scene.Readout) {
	x, y := edge*p.em, p.low-leading*p.em
	p.o.Text = AppendSpeed(p.o.Text, r.SpeedMS)
	p.write(x, p.low, 1, engine.AlignLeft, bright)
	if r.HeightM < near*r.Nearest.Info().MeanRadiusM {
		p.o.Text = append(append(AppendLength(p.o.Text, r.HeightM), " over "...), names[r.Nearest]...)
		p.write(x, y, 1, engine.AlignLeft, soft)
		y -= leading * p.em
	}
	p.o.Text = AppendMode(p.o.Text, r)
	p.write(x, y, 1, engine.AlignLeft, soft)
}

// AppendMode appends what the ship does.
func AppendMode(dst []byte, r *scene.Readout) []byte {
	switch r.Course {
	case scene.CourseTravel:
		dst = append(append(append(dst, "To "...), names[r.CourseTo]...), ' ')
		return append(appendNumber(dst, 100*r.TripShare, 0), " %"...)
	case scene.CourseOrbit:
		return append(append(dst, "Orbiting "...), names[r.CourseTo]...)
	case scene.CourseFollow:
		return append(append(dst, "Following "...), names[r.CourseTo]...)
	case scene.CourseHover:
		return append(append(dst, "Hanging over "...), names[r.CourseTo]...)
	}
	if r.Watching {
		return append(append(dst, "Looking at "...), names[r.Watched]...)
	}
	return append(dst, "Free flight"...)
}

// view stands below the date, where it is not as usual.
func (p *pen) view(r *scene.Readout) {
	y := (edge + 1 + 3*leading) * p.em
	if math.Abs(r.FOVRad/float64(scene.DefaultFOV)-1) > 0.01 {
		p.o.Text = AppendAngle(append(p.o.Text, "view "...), r.FOVRad)
		p.write(p.right, y, 1, engine.AlignRight, soft)
		y += leading * p.em
	}
	if r.Exposure != (scene.Exposure{}) {
		p.o.Text = append(appendSigned(append(p.o.Text, "exposure "...), r.Exposure.EV), " EV"...)
		p.write(p.right, y, 1, engine.AlignRight, soft)
		y += leading * p.em
	}
	if r.Throttle != 1 {
		p.o.Text = appendNumber(append(p.o.Text, "throttle "...), r.Throttle, 2)
		p.write(p.right, y, 1, engine.AlignRight, soft)
	}
}

func appendSigned(dst []byte, v float64) []byte {
	if v >= 0 {
		dst = append(dst, '+')
	}
	return appendNumber(dst, v, 1)
}

// pen writes on the sky.
type pen struct {
	o          *engine.Overlay
	em         float32
	right, low float32
	from       int // what is not written yet, in the overlay's text
}

// write writes what has been appended to the overlay's text since the last call.
func (p *pen) write(x, y, size float32, align engine.Align, c engine.Colour) {
	p.o.Write(engine.Line{X: x, Y: y, Size: size * p.em, Align: align, Colour: c, Halo: true}, p.from)
	p.from = len(p.o.Text)
}

// The place of a line, of the view's height from its upper edge, and how wide it may
// be.
const (
	lineDown   = 0.12
	lineLow    = 0.92
	lineWidest = 0.9
)

// DrawLine adds a line of news to an overlay, in the middle near the upper edge, or near the
// lower one where a menu lies above.
func DrawLine(o *engine.Overlay, text string, width, height int) {
	em := Em(width, height)
	if float32(width) < 8*em || float32(height) < 3*em {
		return
	}
	y := max(lineDown*float32(height), 2*em)
	if o.Menu {
		y = min(lineLow*float32(height), float32(height)-em)
	}
	o.Say(engine.Line{
		X: float32(width) / 2, Y: y, Size: em, Widest: lineWidest * float32(width),
		Align: engine.AlignMiddle, Colour: bright, Halo: true,
	}, text)
}
