package render

import (
	"log/slog"
	"math"
	"time"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// A surface is made by a fragment shader, assets/shaders/surfaces/NAME.glsl, into
// cube maps, while the body shows a mean colour. What it looks like depends on
// the body and on the size of the maps alone: how many texels a frame makes
// changes when it is there, not what it is; but the smaller levels of finer maps are
// those of the coarser ones that came before, so that nothing pops.

// surfaceLimits is what a quality spends on surfaces.
type surfaceLimits struct {
	side    int           // most texels of a side of a face
	bytes   int           // of all maps together
	work    time.Duration // of a frame, to make them
	octaves int           // most of detail between texels, in a pixel
}

var surfaceQuality = map[Quality]surfaceLimits{
	QualityLow:    {512, 64 << 20, 6 * time.Millisecond, 6},
	QualityMedium: {1024, 256 << 20, 2 * time.Millisecond, 6},
	QualityHigh:   {2048, 768 << 20, 2 * time.Millisecond, 8},
}

// Where frames take longer than slowFrame, a little more for surfaces is not felt, and with
// less of it worlds would stay bare for minutes: they get a quarter of that time. No frame
// counts for more than longestFrame.
const (
	slowFrame    = 100 * time.Millisecond
	longestFrame = 400 * time.Millisecond
)

// worth is what a frame may spend when the last one took so long.
func (l surfaceLimits) worth(took time.Duration) time.Duration {
	if took < slowFrame {
		return l.work
	}
	return max(l.work, took/4)
}

const (
	leastSide = 64
	// firstSide is that of a body's first maps, to have something to show soon.
	firstSide = 128
	// surfaceFrom is the diameter of a disc, in pixels, that gets a surface.
	surfaceFrom = 6
	// fadeTime is how long a surface takes to appear, and a finer one to take
	// the place of a coarser one.
	fadeTime = 300 * time.Millisecond
)

// ground is what is known of the surface of a body.
type ground struct {
	program *surfaceProgram // nil for none
	maps    cubeMaps        // side 0: none yet
	albedo  float64         // mean of the maps, luminance
	fade    float64         // how much shows, 0 to 1
	blur    float64         // levels of the maps that do not show yet
	wanted  int             // side, in this frame; 0 out of view
	used    int             // frame that showed it last
	chart   chart
}

// surfaces makes, keeps and shows the surfaces of all bodies.
type surfaces struct {
	limits   surfaceLimits
	settle   bool
	log      *slog.Logger
	grounds  [astro.NumBodies]ground
	programs map[string]*surfaceProgram
	baker    baker
	charts   *charts
	empty    cubeMaps // what bodies without maps, or without one of a kind, have bound: black
	frame    int
	now      func() time.Time // for what fades in
	last     time.Time
	took     time.Duration // of the last frame
	sharpen  float32       // most samples of a texture along a slope of view, 0 where GL has no such thing
}

// newSurfaces makes what all of them are made with.
func newSurfaces(c *shaders, d *device, o Options) (*surfaces, error) {
	u := &surfaces{limits: surfaceQuality[d.Quality], settle: o.Settle, now: time.Now, log: o.Log}
	if u.log == nil {
		u.log = slog.New(slog.DiscardHandler)
	}
	if o.mostSide > 0 {
		u.limits.side = min(u.limits.side, o.mostSide)
	}
	if d.has(extAnisotropy) && d.Quality != QualityLow {
		u.sharpen = 8
	}
	if err := u.build(c); err != nil {
		u.delete()
		return nil, err
	}
	u.charts = openCharts(o.Textures, u.limits.side, u.log)
	u.charts.find(&u.grounds)
	return u, nil
}

func (u *surfaces) build(c *shaders) (err error) {
	if err = u.baker.build(c); err != nil {
		return err
	}
	if u.empty, err = emptyMaps(); err != nil {
		return err
	}
	u.baker.warm(u.empty)
	u.programs = surfacePrograms(c)
	for body := range astro.NumBodies {
		u.grounds[body].program = u.programs[surfaceFile(c.files, body)]
	}
	return nil
}

func (u *surfaces) delete() {
	if u == nil {
		return
	}
	u.charts.close()
	u.baker.delete()
	for i := range u.grounds {
		u.grounds[i].maps.delete()
		u.grounds[i].chart.delete()
	}
	for _, p := range u.programs {
		p.delete()
	}
	u.empty.delete()
}

// work makes surfaces ready for the discs that are drawn, far to near, and tells
// the shaders of them. It is called once a frame, before anything is drawn.
func (u *surfaces) work(s *state, fr *frame, list []disc) error {
	u.frame++
	now := u.now()
	u.took, u.last = min(now.Sub(u.last), longestFrame), now
	u.want(fr, list)
	if u.frame > 1 || u.settle { // the first frame waits for no compiler
		if err := u.bake(s, list); err != nil {
			return err
		}
	}
	u.age(s, list)
	for i, d := range list {
		fr.uniforms.bodies[i].ground = u.block(fr, d.body)
	}
	return nil
}

// want finds how fine the maps of each body should be: a texel to a pixel.
func (u *surfaces) want(fr *frame, list []disc) {
	for i := range u.grounds {
		u.grounds[i].wanted = 0
	}
	for _, d := range list {
		g := &u.grounds[d.body]
		if g.program == nil || fr.discSize(d.body) < surfaceFrom {
			continue
		}
		info := d.body.Info()
		overM := math.Max(d.distanceM-info.MeanRadiusM, 1)
		texels := math.Pi / 2 * info.MeanRadiusM / overM * fr.views[0].perUnit
		g.wanted, g.used = u.sideFor(texels, d.body), u.frame
	}
}

// sideFor is the power of two that is no less than that many texels, within the
// limits.
func (u *surfaces) sideFor(texels float64, b astro.Body) int {
	most := u.limits.side
	for most > leastSide && mapBytes(most, hasCover(b)) > u.limits.bytes {
		most /= 2
	}
	side := leastSide
	for side < most && float64(side) < texels {
		side *= 2
	}
	return side
}

// bake makes maps for a frame's time, or until all are there where nothing may
// depend on time.
func (u *surfaces) bake(s *state, list []disc) error {
	for {
		u.charts.take(s, &u.grounds, false)
		u.dropCharts()
		if u.baker.body == astro.NumBodies && !u.begin(s, list) {
			return nil
		}
		if err := u.baker.run(s, u.limits.worth(u.took), u.settle); err != nil {
			return err
		}
		if u.baker.done {
			u.swap(s)
		}
		if !u.settle {
			return nil
		}
	}
}

// begin starts on the body that needs it most: the nearest of those without a
// surface, then of those with too coarse a one.
func (u *surfaces) begin(s *state, list []disc) bool {
	next, least := astro.NumBodies, notUrgent
	for i := len(list) - 1; i >= 0; i-- {
		if urgency := u.grounds[list[i].body].urgency(); urgency < least {
			next, least = list[i].body, urgency
		}
	}
	if next == astro.NumBodies || !u.charted(s, next) {
		return false
	}
	g := &u.grounds[next]
	if ready, err := g.program.ready(s, u.settle); err != nil {
		u.giveUp(g.program, err)
		return u.begin(s, list)
	} else if !ready {
		return false
	}
	side := max(g.wanted, g.maps.side)
	if g.maps.side == 0 && !u.settle {
		side = min(side, firstSide)
	}
	if side = u.makeRoom(next, side); side == 0 {
		return false
	}
	u.baker.begin(next, g, side)
	return true
}

// giveUp does without the surfaces of a program that this driver cannot compile.
func (u *surfaces) giveUp(p *surfaceProgram, err error) {
	u.log.Warn("a surface cannot be made, its worlds keep a mean colour", "error", err)
	for i := range u.grounds {
		if g := &u.grounds[i]; g.program == p {
			g.program, g.wanted = nil, 0
		}
	}
}

// How much a body needs new maps, most first.
const (
	urgent = iota
	lessUrgent
	notUrgent
)

func (g *ground) urgency() int {
	switch {
	case g.wanted == 0:
	case g.maps.side == 0:
		return urgent
	case g.maps.side < g.wanted:
		return lessUrgent
	}
	return notUrgent
}

// charted tells whether a body has its chart, or has none.
func (u *surfaces) charted(s *state, b astro.Body) bool {
	for !u.charts.ready(b, &u.grounds[b].chart) {
		if !u.settle {
			return false // until it has been read
		}
		u.charts.take(s, &u.grounds, true)
	}
	return true
}

// dropCharts lets go of those of bodies that need no maps. They are read again when
// finer ones are wanted: so two are there at most, and not one of 170 MiB for each body.
func (u *surfaces) dropCharts() {
	for i := range u.grounds {
		if g := &u.grounds[i]; g.chart.texture != 0 && g.urgency() == notUrgent && g != u.baker.ground {
			g.chart.delete()
		}
	}
}

// makeRoom deletes the maps that were not seen for longest until one of that side
// fits beside the others, and returns it or a smaller one that does; 0 where that
// would bring nothing.
func (u *surfaces) makeRoom(b astro.Body, side int) int {
	for ; side >= leastSide; side /= 2 {
		for u.bytes()+mapBytes(side, hasCover(b)) > u.limits.bytes {
			old := u.oldest()
			if old == astro.NumBodies {
				break
			}
			u.grounds[old].maps.delete()
			u.grounds[old].fade = 0
		}
		if u.bytes()+mapBytes(side, hasCover(b)) <= u.limits.bytes {
			break
		}
	}
	if g := &u.grounds[b]; side < leastSide || side <= g.maps.side {
		return 0
	}
	return side
}

// oldest is the body with maps, and out of view, that was seen longest ago.
func (u *surfaces) oldest() astro.Body {
	old := astro.NumBodies
	for i := range u.grounds {
		g := &u.grounds[i]
		if g.maps.side > 0 && g.used < u.frame && (old == astro.NumBodies || g.used < u.grounds[old].used) {
			old = astro.Body(i)
		}
	}
	return old
}

// bytes is what all maps take.
func (u *surfaces) bytes() (sum int) {
	for i := range u.grounds {
		m := &u.grounds[i].maps
		sum += mapBytes(m.side, m.cover != 0)
	}
	return sum
}

// swap shows the maps that were made instead of those that a body had. At first
// as coarse as those were: blur tells how many levels that is.
func (u *surfaces) swap(s *state) {
	b := &u.baker
	g := &u.grounds[b.body]
	if g.maps.side > 0 && b.maps.side >= g.maps.side {
		g.blur += math.Log2(float64(b.maps.side) / float64(g.maps.side))
	}
	g.maps.delete()
	g.maps, g.albedo = b.maps, b.albedo
	if u.sharpen > 0 {
		g.maps.sharpen(s, u.sharpen)
	}
	b.finish()
}

// age lets new surfaces appear and finer ones sharpen.
func (u *surfaces) age(s *state, list []disc) {
	step := min(u.took, 50*time.Millisecond).Seconds() / fadeTime.Seconds()
	if u.settle {
		step = math.Inf(1)
	}
	for _, d := range list {
		g := &u.grounds[d.body]
		if g.maps.side == 0 {
			continue
		}
		g.fade = math.Min(g.fade+step, 1)
		if g.blur > 0 {
			g.blur = math.Max(g.blur-2*step, 0)
			g.maps.setBlur(s, g.blur)
		}
	}
}
