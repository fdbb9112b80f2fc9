// Package hud writes figures over the picture: where one is going, how fast, and
// what the date is. It is pure, and allocates nothing once an overlay has its
// memory.
//
// All digits of the font are equally wide, and lines that change have a fixed number
// of decimals, so that nothing trembles.
package hud

import (
	"math"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Figures is what a HUD tells.
type Figures struct {
	Target    string
	DistanceM float64 // from the target's surface
	Mode      string  // of the ship: what it is doing
	SpeedMS   float64 // relative to what the ship flies about
	Frame     string  // what that is
	Date      astro.Time
	Rate      float64 // simulated seconds a second
	Paused    bool
	FOVRad    float64
	Zoomed    bool // the field of view is not the usual one
}

// The inks of writing on the sky.
var (
	bright = engine.Colour{R: 240, G: 246, B: 252, A: 240}
	soft   = engine.Colour{R: 168, G: 184, B: 200, A: 230}
)

// The sizes of the writing, in ems.
const (
	perHeight = 48.0 // ems in the height of a view
	perWidth  = 72.0
	leastEm   = 11.0
	xHeight   = 0.5303 // of Go Regular
	edge      = 1.3
	leading   = 1.45
)

// Em is the size of writing in a view, in pixels: such that the tops of small
// letters fall on a row of pixels, which keeps them sharp.
func Em(width, height int) float32 {
	em := math.Min(float64(height)/perHeight, float64(width)/perWidth)
	return float32(math.Max(math.Round(em*xHeight), math.Ceil(leastEm*xHeight)) / xHeight)
}

// Draw adds the figures to an overlay over a view of width by height pixels. A view
// with no room for them has none.
func Draw(o *engine.Overlay, f *Figures, width, height int) {
	em := Em(width, height)
	if float32(width) < 24*em || float32(height) < 12*em {
		return
	}
	margin, right, low := edge*em, float32(width)-edge*em, float32(height)-edge*em
	p := pen{o, em}

	p.say(margin, margin+1.1*em, 1.4, engine.AlignLeft, bright, f.Target)
	y := margin + (1.1+1.1*leading)*em
	from := len(o.Text)
	o.Text = AppendLength(o.Text, f.DistanceM)
	p.write(margin, y, 1, engine.AlignLeft, bright, from)
	from = len(o.Text)
	o.Text = AppendDelay(append(o.Text, "light "...), f.DistanceM)
	p.write(margin, y+leading*em, 1, engine.AlignLeft, soft, from)

	from = len(o.Text)
	o.Text = AppendDay(o.Text, f.Date)
	p.write(right, margin+1.0*em, 1, engine.AlignRight, bright, from)
	from = len(o.Text)
	o.Text = append(AppendClock(o.Text, f.Date), " UTC"...)
	p.write(right, margin+(1.0+leading)*em, 1, engine.AlignRight, bright, from)
	from = len(o.Text)
	o.Text = AppendRate(o.Text, f.Rate, f.Paused)
	p.write(right, margin+(1.0+2*leading)*em, 1, engine.AlignRight, soft, from)

	p.say(margin, low-leading*em, 1, engine.AlignLeft, soft, f.Mode)
	from = len(o.Text)
	o.Text = AppendSpeed(o.Text, f.SpeedMS)
	p.write(margin, low, 1, engine.AlignLeft, bright, from)
	if f.Zoomed {
		from = len(o.Text)
		o.Text = AppendAngle(append(o.Text, "view "...), f.FOVRad)
		p.write(right, low, 1, engine.AlignRight, soft, from)
	}
}

// pen writes on the sky.
type pen struct {
	o  *engine.Overlay
	em float32
}

func (p pen) say(x, y, size float32, align engine.Align, c engine.Colour, s string) {
	from := len(p.o.Text)
	p.o.Text = append(p.o.Text, s...)
	p.write(x, y, size, align, c, from)
}

func (p pen) write(x, y, size float32, align engine.Align, c engine.Colour, from int) {
	p.o.Write(engine.Line{X: x, Y: y, Size: size * p.em, Align: align, Colour: c, Halo: true}, from)
}
