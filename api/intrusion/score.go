package intrusion

import (
	"math/bits"
	"slices"
)

// windowMinutes is how long a signal counts; to the minute, so that it counts
// for more than nine and at most ten minutes.
const windowMinutes = 10

// A score is what is held against one address: 104 bytes.
type score struct {
	minutes [windowMinutes]minute
	last    int64 // the minute of the last signal; minutes[last%windowMinutes]
	// seen are the hashes of the last evidence, for mistakes and for hostile
	// signals apart, so that many mistakes do not wash out a bad Host.
	seen [2][8]uint32
	next [2]uint8
}

// A minute holds the sums of weights in one minute, and the set of signals.
type minute struct {
	mistakes, hostile uint8
	kinds             uint8
}

// add counts a signal in minute now, unless its evidence has been seen; it tells
// whether it did.
func (s *score) add(now int64, signal Signal, evidence uint32) bool {
	if now-s.last >= windowMinutes {
		*s = score{last: now}
	}
	for s.last < now {
		s.last++
		s.minutes[s.last%windowMinutes] = minute{}
	}
	if s.repeated(signal, evidence) {
		return false
	}
	m := &s.minutes[s.last%windowMinutes]
	sum := &m.hostile
	if signal.mistake() {
		sum = &m.mistakes
	}
	*sum = uint8(min(int(*sum)+signal.Weight(), 255))
	m.kinds |= 1 << signal
	return true
}

func (s *score) repeated(signal Signal, evidence uint32) bool {
	class := 0
	if signal.mistake() {
		class = 1
	}
	if slices.Contains(s.seen[class][:], evidence) {
		return true
	}
	s.seen[class][s.next[class]] = evidence
	s.next[class] = (s.next[class] + 1) % uint8(len(s.seen[class]))
	return false
}

// sum returns the weight of the window and the set of signals in it.
func (s *score) sum() (weight int, kinds uint8) {
	erring, hostile := 0, 0
	for _, m := range s.minutes {
		erring += int(m.mistakes)
		hostile += int(m.hostile)
		kinds |= m.kinds
	}
	return min(erring, MistakesWeigh) + hostile, kinds
}

// bans tells whether the score is enough for a ban.
func (s *score) bans() bool {
	weight, kinds := s.sum()
	return weight >= Threshold && (bits.OnesCount8(kinds) >= 2 || kinds&(1<<Honeytoken) != 0)
}

// names lists the signals of a set, e.g. "forged-token, scanner-path".
func names(kinds uint8) string {
	out := ""
	for s := range signals {
		if kinds>>s&1 == 1 {
			if out != "" {
				out += ", "
			}
			out += s.String()
		}
	}
	return out
}
