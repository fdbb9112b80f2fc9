package render

import (
	"fmt"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// surfaceProgram makes tiles of a surface.
type surfaceProgram struct {
	lazyProgram
	seed, footprint, tint, tile, charted int32 // locations, once it is ready
}

// surfacePrograms are those of all bodies, by the names of their files.
func surfacePrograms(c *shaders) map[string]*surfaceProgram {
	all := map[string]*surfaceProgram{}
	for body := range astro.NumBodies {
		if name := surfaceFile(c.files, body); name != "" && all[name] == nil {
			own := *c
			own.surface = name
			all[name] = &surfaceProgram{lazyProgram: lazyProgram{shaders: &own, vert: "screen", frag: "surface"}}
		}
	}
	return all
}

// ready is that of [lazyProgram].
func (p *surfaceProgram) ready(s *state, wait bool) (bool, error) {
	if p.program != nil {
		return true, nil
	}
	there, err := p.lazyProgram.ready(s, wait)
	if there {
		p.seed, p.footprint, p.tint = p.uniform("seed"), p.uniform("footprint"), p.uniform("tint")
		p.tile, p.charted = p.uniform("tile"), p.uniform("charted")
	}
	if err != nil {
		err = fmt.Errorf("surface %s: %w", p.shaders.surface, err)
	}
	return there, err
}
