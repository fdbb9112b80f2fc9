package render

import (
	"fmt"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// surfaceProgram makes tiles of a surface. It is compiled when a body first needs it:
// all would take a software renderer four seconds before the first frame, and 200 MB.
type surfaceProgram struct {
	*program          // nil before it was compiled
	making   *making  // nil but between its beginning and its end
	shaders  *shaders // that it is compiled by
	name     string
	parallel bool // the driver compiles beside the caller, and tells when it is done

	seed, footprint, tint, tile, charted int32 // locations
}

// surfacePrograms are those of all bodies, by the names of their files.
func surfacePrograms(c *shaders, parallel bool) map[string]*surfaceProgram {
	all := map[string]*surfaceProgram{}
	for body := range astro.NumBodies {
		if name := surfaceFile(c.files, c.folder, body); name != "" && all[name] == nil {
			own := *c
			own.surface = name
			all[name] = &surfaceProgram{shaders: &own, name: name, parallel: parallel}
		}
	}
	return all
}

// ready goes a step towards the program and tells whether it is there; with wait it
// goes all the way. A driver that compiles beside the caller has as many frames as
// it takes for that; another works in the frame that begins it.
func (p *surfaceProgram) ready(s *state, wait bool) (bool, error) {
	if p.program != nil {
		return true, nil
	}
	if p.making == nil {
		m, err := p.shaders.make("screen", "surface")
		if err != nil {
			return false, fmt.Errorf("surface %s: %w", p.name, err)
		}
		p.making = &m
		if !wait {
			return false, nil
		}
	}
	if !wait && p.parallel && !p.making.done() {
		return false, nil
	}
	return true, p.finish(s)
}

// finish takes the program over.
func (p *surfaceProgram) finish(s *state) (err error) {
	s.program = unbound // finishing binds another
	p.program, err = p.making.finish()
	if p.making = nil; err != nil {
		return fmt.Errorf("surface %s: %w", p.name, err)
	}
	p.seed, p.footprint, p.tint = p.uniform("seed"), p.uniform("footprint"), p.uniform("tint")
	p.tile, p.charted = p.uniform("tile"), p.uniform("charted")
	return nil
}

func (p *surfaceProgram) delete() {
	if p.making != nil {
		p.making.delete()
	}
	p.program.delete()
}
