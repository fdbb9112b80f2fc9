package render

// lazyProgram is compiled when it is first needed: all that there are would take a
// software renderer many seconds before the first frame, and 200 MB.
type lazyProgram struct {
	*program         // nil before it was compiled
	making   *making // nil but between its beginning and its end
	err      error   // why it never will be

	shaders    *shaders // that it is compiled by
	vert, frag string
	defines    []string
}

// ready goes a step towards the program and tells whether it is there; with wait it
// goes all the way. A driver that compiles beside the caller has as many frames as
// it takes for that; another works in the frame that begins it.
func (p *lazyProgram) ready(s *state, wait bool) (bool, error) {
	if p.program != nil || p.err != nil {
		return p.err == nil, p.err
	}
	if p.making == nil {
		var m making
		if m, p.err = p.shaders.make(p.vert, p.frag, p.defines...); p.err != nil {
			return false, p.err
		}
		p.making = &m
		if !wait {
			return false, nil
		}
	}
	if !wait && p.shaders.parallel && !p.making.done() {
		return false, nil
	}
	s.program = unbound // finishing binds another
	p.program, p.err = p.making.finish()
	p.making = nil
	return p.err == nil, p.err
}

func (p *lazyProgram) delete() {
	if p.making != nil {
		p.making.delete()
	}
	p.program.delete()
}
