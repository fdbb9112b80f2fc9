package render

import "fmt"

// manner is how a body but the Sun is drawn. What a program does not need to do it
// does without: a software renderer branches for no pixel alone, and takes the time
// of both ways.
type manner int

const (
	inShadow manner = 1 << iota // of others
	inAir
	inRings // whose shadow may lie on it
	inBelts // tinted by latitude
	onMaps  // of a surface
	onFrost // of a surface that has some
	onSky   // of a surface with seas, clouds and lights
	detailAt
	detailMask = 7 * detailAt // a [detail], of a surface that is nearer than its texels
)

func (m *manner) set(what manner, is bool) {
	if is {
		*m |= what
	}
}

// defines tell bodies.frag and ground.glsl.
func (m manner) defines() (list []string) {
	for i, name := range [...]string{"SHADOWS", "AIR", "RINGED", "BELTED", "MAPS", "FROST", "SKY"} {
		if m&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return append(list, fmt.Sprintf("DETAIL %d", m&detailMask/detailAt))
}

// bodyPrograms are those that draw bodies, by manner.
type bodyPrograms struct {
	all      map[manner]*bodyProgram
	template lazyProgram
	surfaces *surfaces
	told     bool // that one cannot be compiled
}

// bodyProgram draws bodies in one manner.
type bodyProgram struct {
	lazyProgram
	item itemProgram
}

func newBodyPrograms(c *shaders, surfaces *surfaces) bodyPrograms {
	// The step is 1, but ground.glsl without it took llvmpipe a third longer over Mars.
	defines := []string{fmt.Sprintf("DETAIL_OCTAVES %d", surfaces.limits.octaves), "DETAIL_STEP 1.0"}
	if surfaces.sharpen == 0 {
		defines = append(defines, "ISOTROPIC")
	}
	template := lazyProgram{shaders: c, vert: "bodies", frag: "bodies", defines: defines}
	return bodyPrograms{all: map[manner]*bodyProgram{}, template: template, surfaces: surfaces}
}

func (b *bodyPrograms) delete() {
	for _, p := range b.all {
		p.delete()
	}
}

// find returns what draws a disc. While the program for its manner is being compiled,
// one that is there stands in: without what lies between texels, without the shadow that
// has just come, or, where no map has been shown yet, in a mean colour.
func (b *bodyPrograms) find(s *state, fr *frame, d *disc) (*itemProgram, error) {
	m := b.surfaces.manner(fr, d)
	plain := m &^ (onMaps | onFrost | onSky | detailMask)
	if m != plain {
		if p := b.mapped(s, m, b.surfaces.grounds[d.body].fade > 0); p != nil {
			return p, nil
		}
	}
	return b.ready(s, plain, true)
}

// mapped returns what draws in a manner with maps, or in one that stands in for it. Where
// there is neither it is nil, or waited for if maps are shown already: they must not go.
func (b *bodyPrograms) mapped(s *state, m manner, shown bool) *itemProgram {
	p, err := b.ready(s, m, b.surfaces.settle)
	if p != nil || err != nil {
		return p
	}
	for _, without := range [...]manner{detailMask, inShadow, detailMask | inShadow} {
		if less := b.all[m&^without]; less != nil && less.program != nil {
			return &less.item
		}
	}
	if shown {
		p, _ = b.ready(s, m, true)
	}
	return p
}

// ready returns the program of a manner, nil while it is not there ([lazyProgram.ready]).
func (b *bodyPrograms) ready(s *state, m manner, wait bool) (*itemProgram, error) {
	p := b.all[m]
	if p == nil {
		p = &bodyProgram{lazyProgram: b.template}
		p.defines = append(m.defines(), p.defines...)
		b.all[m] = p
	}
	if p.program != nil {
		return &p.item, nil
	}
	there, err := p.lazyProgram.ready(s, wait)
	if err != nil && !b.told {
		b.told = true
		b.surfaces.log.Warn("a program that draws worlds cannot be made, they keep a mean colour", "error", err)
	}
	if !there {
		return nil, err
	}
	p.item = itemProgram{program: p.program, first: p.uniform("first")}
	return &p.item, nil
}
