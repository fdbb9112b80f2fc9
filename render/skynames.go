package render

import (
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/render/text"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// faintestNamed is the magnitude to which stars have their names written beside
// the constellations.
const faintestNamed = 2.1

// namedFirst is how many stars have their names before the constellations have
// theirs: those of the first magnitude.
const namedFirst = 20

// skyName is the name of something infinitely far away.
type skyName struct {
	way   mgl64.Vec3 // ICRF, unit vector
	name  string
	width float32 // ems
	star  bool    // it stands beside its star, not over the middle of a figure
}

// nameSky takes over names, the most important first. They are written where the
// layer of the constellations is shown.
func (l *labels) nameSky(names []skyName) {
	letters := 0
	for i := range names {
		names[i].width = l.atlas.Advance(names[i].name)
		letters += len(names[i].name)
	}
	l.sky = names
	for i := range l.quads {
		l.quads[i] = append(make([]text.Quad, 0, cap(l.quads[i])+2*letters), l.quads[i]...)
		l.taken[i] = append(make([]box, 0, cap(l.taken[i])+len(names)), l.taken[i]...)
	}
}

// placeSky writes the names for which there is room, in all views or in none.
func (l *labels) placeSky(fr *frame) {
	if !fr.world.Layers.Has(scene.LayerConstellations) {
		return
	}
	for i := range l.sky {
		name := &l.sky[i]
		if !name.star {
			l.placeSkyName(fr, name, [2]float32{})
			continue
		}
		for _, side := range [...][2]float32{{1, 0}, {-1, 0}} {
			if l.placeSkyName(fr, name, side) {
				break
			}
		}
	}
}

func (l *labels) placeSkyName(fr *frame, name *skyName, side [2]float32) bool {
	var boxes [engine.MaxViews]box
	for i := range fr.n {
		s, ok := fr.skySpot(i, name.way)
		if !ok {
			return false
		}
		boxes[i] = l.boxAt(&s, name.width, l.emPX, side, fr.n == 1)
		if !boxes[i].within(fr.w, fr.h) || boxes[i].meets(fr.covered[i]) || l.meetsWriting(i, boxes[i]) || l.meetsBodies(i, boxes[i], astro.NumBodies) {
			return false
		}
	}
	for i, b := range boxes[:fr.n] {
		l.write(i, b, name.name, l.emPX)
	}
	return true
}
