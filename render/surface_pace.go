package render

import (
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"
)

// pace finds how many texels a frame has time for, from how long others took.
type pace struct {
	queries [2]uint32 // when a frame's texels were begun and ended
	made    int       // between them; 0 when no measurement is under way
	asked   bool
	perSec  float64 // texels, 0 before the first measurement
	there   int32   // what GL answers
	times   [2]uint64
}

// firstTexels is what is made before anything was measured.
const firstTexels = tileHigh * tileHigh

func (p *pace) build()  { gl.GenQueries(2, &p.queries[0]) }
func (p *pace) delete() { gl.DeleteQueries(2, &p.queries[0]) }

// begin returns how many texels may be made in a frame.
func (p *pace) begin(s *state, work time.Duration) int {
	p.take(s)
	if p.made == 0 {
		p.asked = true
		s.call(1)
		gl.QueryCounter(p.queries[0], gl.TIMESTAMP)
	}
	if p.perSec == 0 {
		return firstTexels
	}
	return max(int(p.perSec*work.Seconds()), firstTexels)
}

// end notes how many were made.
func (p *pace) end(s *state, made int) {
	if !p.asked {
		return
	}
	p.asked, p.made = false, made
	s.call(1)
	gl.QueryCounter(p.queries[1], gl.TIMESTAMP)
}

// take reads a measurement if it has come. A frame may not be given more than twice
// what the last one measured had, so that one wrong figure does no harm.
func (p *pace) take(s *state) {
	if p.made == 0 {
		return
	}
	s.call(1)
	if gl.GetQueryObjectiv(p.queries[1], gl.QUERY_RESULT_AVAILABLE, &p.there); p.there == gl.FALSE {
		return
	}
	s.call(2)
	gl.GetQueryObjectui64v(p.queries[0], gl.QUERY_RESULT, &p.times[0])
	gl.GetQueryObjectui64v(p.queries[1], gl.QUERY_RESULT, &p.times[1])
	made := float64(p.made)
	p.made = 0
	if p.times[1] > p.times[0] {
		p.learn(made, float64(p.times[1]-p.times[0])*1e-9)
	}
}

// learn takes in that many texels took that many seconds.
func (p *pace) learn(made, seconds float64) {
	rate := made / max(seconds, 1e-6)
	if p.perSec > 0 {
		rate = min(rate, 2*p.perSec)
	}
	p.perSec = rate
}
