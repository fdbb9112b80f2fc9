package scene

import (
	"encoding/binary"
	"hash"
	"hash/fnv"
	"math"
	"time"

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
	Exposure Exposure
	Notice   Notice
}

// Time returns the simulated date of the tick.
func (s *State) Time() astro.Time { return s.Clock.At(s.Tick, 0) }

// Step takes s one tick onward under in. It changes nothing but s, allocates
// nothing, and gives the same bits for the same arguments.
func Step(s *State, in *Input) {
	s.press(in.Buttons)
	s.Ship.steer(in, tickPeriod)
	s.Ship = s.Ship.After(tickPeriod)
	s.Ship.keepOut()
	s.Tick++
	if s.Clock.atEnd(s.Tick) {
		s.Clock.rebase(s.Tick)
		s.Clock.Paused = true
		s.Notice = NoticeRangeEnd
	}
}

func (s *State) press(b Buttons) {
	if b == 0 {
		return
	}
	s.Clock.rebase(s.Tick)
	if b&ButtonPause != 0 {
		s.Clock.Paused = !s.Clock.Paused
		s.Notice = NoticeNone
	}
	if b&ButtonFaster != 0 {
		s.Clock.Rate = math.Max(-MaxRate, math.Min(MaxRate, s.Clock.Rate*10))
	}
	if b&ButtonSlower != 0 {
		s.Clock.Rate /= 10
	}
	if b&ButtonLabels != 0 {
		s.Layers ^= LayerLabels
	}
}

// Hash condenses the tick state. Two runs agree on it exactly when they agree
// on every field. It must not be called in a frame: it allocates.
func (s *State) Hash() uint64 {
	h := fnv.New64a()
	h.Write([]byte(s.Slug + "\x00" + s.Title + "\x00"))
	put(h, s.Revision, s.Tick, uint64(s.Clock.Anchor), s.Clock.AnchorTick)
	put(h, bit(s.Clock.Paused), uint64(s.Ship.Frame), uint64(s.Target), uint64(s.Layers), uint64(s.Notice))
	put(h, bit(s.Exposure.Manual))
	putFloats(h, s.Clock.Rate, s.FOVRad, s.Exposure.EV)
	putFloats(h, s.Ship.PositionM[:]...)
	putFloats(h, s.Ship.VelocityMS[:]...)
	putFloats(h, s.Ship.TurnRadS[:]...)
	putFloats(h, s.Ship.Orientation.W, s.Ship.Orientation.V[0], s.Ship.Orientation.V[1], s.Ship.Orientation.V[2])
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

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
