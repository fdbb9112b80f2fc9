package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/engine"
)

// timers ask the graphics processor when it was done with each part of a frame, and
// read the answer timedFrames later, when it is there: nothing waits for it. Where it
// is not there yet, a frame goes untimed. A software renderer has no such clock: what
// it does when is up to its threads.
type timers struct {
	on     bool // there is a clock
	asking bool // in this frame
	frames [timedFrames]timedFrame
	at     int // the frame under way
	last   [engine.MaxGPUParts]engine.GPUTime
	// What GL answers; here, so that no frame allocates it.
	done int32
	now  uint64
}

const (
	timedFrames = 4
	maxMarks    = 48
)

// timedFrame is the marks of a frame: when each part, by its name, was done.
type timedFrame struct {
	queries [maxMarks]uint32
	names   [maxMarks]string
	n       int // marks made; they are there to be read unless it is 0
}

// open makes the queries, where the graphics processor has a clock.
func (t *timers) open(d *device) {
	var bits int32
	gl.GetQueryiv(gl.TIMESTAMP, gl.QUERY_COUNTER_BITS, &bits)
	if t.on = bits > 0 && !d.Software; t.on {
		t.generate()
	}
}

func (t *timers) generate() {
	for i := range t.frames {
		gl.GenQueries(maxMarks, &t.frames[i].queries[0])
	}
}

func (t *timers) delete() {
	if !t.on {
		return
	}
	for i := range t.frames {
		gl.DeleteQueries(maxMarks, &t.frames[i].queries[0])
	}
	t.on = false
}

// begin starts a frame, and reads the one whose place it takes.
func (t *timers) begin(s *state) {
	if !t.on {
		return
	}
	t.at = (t.at + 1) % timedFrames
	f := &t.frames[t.at]
	if f.n > 0 && !t.read(s, f) {
		return
	}
	f.n = 0
	t.asking = true
	t.mark(s, "")
}

// mark says that a part of the frame was just submitted. Parts of one name add up.
func (t *timers) mark(s *state, name string) {
	f := &t.frames[t.at]
	if !t.asking || f.n == maxMarks {
		return
	}
	s.call(1)
	gl.QueryCounter(f.queries[f.n], gl.TIMESTAMP)
	f.names[f.n] = name
	f.n++
}

// end ends the frame: what is drawn from here on is none of it.
func (t *timers) end() { t.asking = false }

// read sets last to what a frame took, if the graphics processor is done with it.
func (t *timers) read(s *state, f *timedFrame) bool {
	s.call(1)
	gl.GetQueryObjectiv(f.queries[f.n-1], gl.QUERY_RESULT_AVAILABLE, &t.done)
	if t.done == gl.FALSE {
		return false
	}
	t.last = [engine.MaxGPUParts]engine.GPUTime{}
	var before uint64
	for i := range f.n {
		s.call(1)
		gl.GetQueryObjectui64v(f.queries[i], gl.QUERY_RESULT, &t.now)
		if i > 0 && t.now > before {
			t.take(f.names[i], time.Duration(t.now-before))
		}
		before = t.now
	}
	return true
}

// take adds what a part took to the others of its name.
func (t *timers) take(name string, d time.Duration) {
	for i := range t.last {
		if p := &t.last[i]; p.Name == name || p.Name == "" {
			p.Name, p.Time = name, p.Time+d
			return
		}
	}
}

// namedPass is a pass and what its time is called.
type namedPass struct {
	pass
	name string
}

// named calls a pass as its type is called.
func named(p pass) namedPass {
	return namedPass{p, strings.TrimPrefix(fmt.Sprintf("%T", p), "*render.")}
}
