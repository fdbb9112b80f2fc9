package scene

import (
	"encoding/binary"
	"hash"
	"hash/fnv"
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// tickPeriod is the time from one tick to the next, rounded down to a
// nanosecond; only ship motion uses it, dates are computed by [Clock].
const tickPeriod = time.Second / TickRate

// Notice is something that the simulation wants the player to know.
type Notice uint8

// The notices.
const (
	NoticeNone     Notice = iota
	NoticeRangeEnd        // the clock came to the end of the models' range and paused
)

// String returns the notice as a sentence.
func (n Notice) String() string {
	if n == NoticeRangeEnd {
		return "time paused: the models hold from 1800-01-01 to 2100-01-01"
	}
	return ""
}

// State is the world at one tick. It is a value: copy it to keep it.
type State struct {
	Revision uint64 // grows by one with every command that was applied
	Tick     uint64
	Slug     string // of the scene that was loaded
	Title    string
	Clock    Clock
	Ship     Ship
	Target   astro.Body
	Layers   Layers
	FOVRad   float64 // vertical field of view of flat displays
	ZoomPerS float64 // how fast it changes, in powers of e
	Exposure Exposure
	Throttle Throttle
	Pilot    Pilot
	Bookmark uint8 // of the scene, the one last gone to, counted from 1; 0 is none
	Notice   Notice
}

// Time returns the simulated date of the tick.
func (s *State) Time() astro.Time { return s.Clock.At(s.Tick, 0) }

// Step takes s one tick onward under in. It changes nothing but s, allocates
// nothing, and gives the same bits for the same arguments.
func Step(s *State, in *Input) {
	s.press(in)
	s.takeOver(in)
	s.steer(in)
	s.move()
	s.Tick++
	if s.Pilot.needsSky() || in.moves() && s.Tick%surveyTicks == 0 {
		s.navigate()
	}
	if s.Pilot.Course != CourseTravel { // which goes round what is in its way
		s.keepOut()
	}
	if s.Clock.atEnd(s.Tick) {
		s.Clock.rebase(s.Tick)
		s.Clock.Paused = true
		s.Notice = NoticeRangeEnd
	}
}

// move takes the ship a tick onward where that needs no sky.
func (s *State) move() {
	if s.Pilot.Course == CourseOrbit {
		s.Ship = s.Pilot.Circle.after(s.Ship, tickPeriod)
		return
	}
	s.Ship = s.Ship.After(tickPeriod)
}

// navigate does at a tick what needs the sky.
func (s *State) navigate() {
	e := s.sky()
	switch p := &s.Pilot; p.Course {
	case CourseTravel:
		s.travel(&e)
	case CourseHover:
		s.Ship = p.Fix.ship(&e, p.Body)
	case CourseFree:
		s.survey(&e)
	}
	if s.Pilot.Gaze.Toward != GazeFree {
		s.Ship.Orientation = s.carried(&e, 0).Orientation
		s.rest()
	}
}

// takeOver gives the sticks what they move.
func (s *State) takeOver(in *Input) {
	if !in.steers() {
		return
	}
	if s.Pilot.Course == CourseTravel {
		e := s.sky()
		s.land(&e)
	}
	if in.moves() && s.Pilot.Course != CourseOrbit {
		s.Pilot.Course = CourseFree
	}
	if in.turns() {
		s.Pilot.Gaze = Gaze{}
		if s.Pilot.Course == CourseHover {
			s.Pilot.Course = CourseFree
		}
	}
}

// Hash condenses the tick state. Two runs agree on it exactly when they agree
// on every field. It must not be called in a frame: it allocates.
func (s *State) Hash() uint64 {
	h := fnv.New64a()
	h.Write([]byte(s.Slug + "\x00" + s.Title + "\x00"))
	put(h, s.Revision, s.Tick, uint64(s.Clock.Anchor), s.Clock.AnchorTick)
	put(h, bit(s.Clock.Paused), uint64(s.Ship.Frame), uint64(s.Target), uint64(s.Layers), uint64(s.Notice))
	put(h, bit(s.Exposure.Manual), uint64(s.Throttle), uint64(s.Bookmark), uint64(s.Ship.Nearest))
	putFloats(h, s.Clock.Rate, s.FOVRad, s.ZoomPerS, s.Exposure.EV)
	putFloats(h, s.Ship.PositionM[:]...)
	putFloats(h, s.Ship.VelocityMS[:]...)
	putFloats(h, s.Ship.TurnRadS[:]...)
	putQuat(h, s.Ship.Orientation)
	s.Pilot.hash(h)
	return h.Sum64()
}

func put(h hash.Hash64, values ...uint64) {
	var b [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(b[:], v)
		h.Write(b[:])
	}
}

func putFloats(h hash.Hash64, values ...float64) {
	for _, v := range values {
		put(h, math.Float64bits(v))
	}
}

func putQuat(h hash.Hash64, q mgl64.Quat) { putFloats(h, q.W, q.V[0], q.V[1], q.V[2]) }

func (p *Pilot) hash(h hash.Hash64) {
	put(h, uint64(p.Course), uint64(p.Body))
	putFloats(h, p.Circle.RateRadS, p.Circle.Normal[0], p.Circle.Normal[1], p.Circle.Normal[2])
	putFloats(h, p.Fix.PositionM[:]...)
	putQuat(h, p.Fix.Orientation)
	t := &p.Trip
	put(h, uint64(t.Frame), uint64(t.To), uint64(t.Target), t.StartTick, t.Ticks, bit(t.OneCentre))
	putFloats(h, t.FromM[:]...)
	putFloats(h, t.EndM[:]...)
	putFloats(h, t.ApartM[:]...)
	putFloats(h, t.FromFOVRad, t.EndFOVRad)
	putQuat(h, t.From)
	putQuat(h, t.End)
	put(h, uint64(p.Gaze.Toward), uint64(p.Gaze.Body), p.Gaze.StartTick, p.Gaze.Ticks)
	putQuat(h, p.Gaze.From)
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
